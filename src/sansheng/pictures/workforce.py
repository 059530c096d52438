"""Who stays, moves, quits or is dismissed in a year, of community workers and of agency staff."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.pictures.estimates import (
    Band,
    Estimate,
    band,
    changes_told,
    differences,
    estimate,
    mean_of,
    scale_for,
    zone_of,
)
from sansheng.pictures.page import Page, Ticks, ticks_for
from sansheng.pictures.sheet import letter, width_of
from sansheng.pictures.style import BODY, GREEN, INK, ORANGE, SKY, SMALL, VERMILION
from sansheng.pictures.subject import Subject

KINDS: Mapping[str, Text] = {
    "agency": Text("Agency staff", "机构社工"),
    "base": Text("Community workers", "社区工作者"),
}
WAYS: Mapping[str, tuple[Text, str, str]] = {
    "stay": (Text("stay", "留任"), SKY, ""),
    "move": (Text("move", "转出"), GREEN, "...."),
    "quit": (Text("quit", "离职"), ORANGE, "////"),
    "dismissed": (Text("are dismissed", "被裁"), VERMILION, "xxxx"),
}
"""What becomes of people in a year: name, colour, hatching."""

READ = ("turnover_agency", "transfers_agency", "layoffs_agency", "turnover_base", "staff_agency")
_PEOPLE = Text("of 100", "人/百人")
_TALL = 1.5


def ways(subject: Subject, scenario: str, kind: str) -> dict[str, F64]:
    """Return how many of 100 people go which way in a year, ``float64[replicate]``, at the rates of the outcomes."""
    if kind == "base":
        quits = subject.per_run("turnover_base", scenario)
        return {"stay": 100.0 - quits, "quit": quits}
    moves = subject.per_run("transfers_agency", scenario)
    quits = subject.per_run("turnover_agency", scenario) - moves
    dismissed = subject.per_run("layoffs_agency", scenario)
    stay = 100.0 - moves - quits - dismissed
    return {"stay": stay, "move": moves, "quit": quits, "dismissed": dismissed}


def hired(subject: Subject, scenario: str) -> F64:
    """Return how many people agencies take on in a year for 100 that they employ, ``float64[replicate]``.

    Whoever comes from another agency counts too. Who leaves is known by month, so who comes follows from how many there
    are.
    """
    subject.fetch(READ)
    row = subject.row(scenario)
    staff = subject.by_month("staff_agency")[row]
    rates = [
        np.nan_to_num(subject.by_month(name)[row]) for name in ("turnover_agency", "layoffs_agency")
    ]
    left = sum(rates, np.zeros_like(staff)) / 1200.0 * staff
    came = staff[:, 1:] - staff[:, :-1] + left[:, 1:]
    there = staff[:, 1:].sum(axis=1)
    rate: F64 = 1200.0 * came.sum(axis=1) / np.where(there > 0.0, there, np.nan)
    return rate


def leaving(subject: Subject, scenario: str, kind: str) -> F64:
    """Return how many of 100 leave their employer in a year, ``float64[replicate]``."""
    return 100.0 - ways(subject, scenario, kind)["stay"]


def sentence(subject: Subject) -> str:
    """Say how many agency staff leave in a year under the baseline, and what other scenarios change in that."""
    base = estimate(leaving(subject, subject.baseline, "agency"))
    more = differences(
        {
            name: leaving(subject, name, "agency") - leaving(subject, subject.baseline, "agency")
            for name in subject.others
        },
        zone_of("turnover_agency"),
    )
    named = subject.named(more)
    scale = scale_for(
        [more[name] for name in named], Text("", "人"), Text("", ""), subject.lang, [base]
    )
    title = subject.title(subject.baseline)
    size = scale.number(base.mean) + scale.interval(*base.ends, subject.lang)
    first = Text(
        f"Of 100 agency staff {size} leave in a year under {title}",
        f"{title}：每 100 名机构社工每年离开 {size} 人",
    )
    rest = changes_told(more, named, scale, subject.lang, "lower")
    return ("；" if subject.lang == "zh" else "; ").join([first.get(subject.lang), *rest])


def draw(subject: Subject) -> Figure:
    """Draw a bar of 100 people a scenario and employer, and below how many leave in each year."""
    page = Page(subject)
    page.head(sentence(subject))
    _key(page)
    for kind, words in KINDS.items():
        page.heading(Text(f"{words.en}, of 100 in a year", f"{words.zh}：每 100 人一年中"))
        for name in (subject.baseline, *subject.shown):
            _bar(page, name, kind)
        page.y += 0.08
    if len(subject.years) > 1:
        _years(page)
    page.note(
        Text(
            "Whiskers and brackets: 95% intervals of the mean over replicates, each by itself; differences are paired,"
            " and their intervals hold together. Moves are to another agency with a project, or into a community post;"
            " of community workers only quits are recorded. Yearly rates, means of months.",
            "误差线与括号：重复均值的 95% 区间，各自单独计算；差值为配对差值，其区间同时成立。"
            "转出指随项目转入其他机构或转任社区岗位；"
            "社区工作者只记录离职。均为各月年化比率的平均。",
        ),
        subject.left_out,
    )
    return page.finish().figure


def _key(page: Page) -> None:
    x = page.left
    for text, colour, hatch in WAYS.values():
        said = page.say(text)
        if x + 0.3 + width_of(said, BODY) > page.right:
            x, page.y = page.left, page.y + 0.22
        page.sheet.box(
            x, page.y + 0.04, 0.22, 0.12, colour, edgecolor=INK, linewidth=0.5, hatch=hatch or None
        )
        page.sheet.write(x + 0.3, page.y, said, BODY)
        x += 0.3 + width_of(said, BODY) + 0.25
    page.y += 0.28


def _bar(page: Page, name: str, kind: str) -> None:
    subject = page.subject
    found = {way: estimate(values) for way, values in ways(subject, name, kind).items()}
    page.y = page.sheet.write_lines(
        page.left, page.y, _words(subject, name, kind, found), SMALL, page.wide
    )
    axes = page.axes(page.left - 0.08, page.wide + 0.08, 0.24, Ticks(0.0, 1.0), Ticks(0.0, 100.0))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    at = 0.0
    for way, one in found.items():
        _, colour, hatch = WAYS[way]
        axes.barh(
            0.5,
            one.mean,
            left=at,
            height=0.92,
            color=colour,
            hatch=hatch or None,
            edgecolor=INK,
            linewidth=0.5,
        )
        at += one.mean
    stay = found["stay"]
    axes.plot(
        [stay.low, stay.high],
        [0.5, 0.5],
        color=INK,
        linewidth=1.4,
        marker="|",
        markersize=7,
        gid=f"interval-{kind}-{name}",
        zorder=6,
    )
    page.y = page.below(0.24, labels=False)


def _words(subject: Subject, name: str, kind: str, found: Mapping[str, Estimate]) -> str:
    """Return a scenario's title and its numbers, largest intervals included."""
    lang, zh = subject.lang, subject.lang == "zh"
    scale = scale_for([], Text("", ""), Text("", ""), lang, found.values())
    parts = [
        f"{WAYS[way][0].get(lang)} {scale.number(one.mean)}{scale.interval(*one.ends, lang)}"
        for way, one in found.items()
        if one.mean > 0.0 or one.high > 0.0
    ]
    if kind == "agency":
        came = estimate(hired(subject, name))
        parts.append(
            f"{'新入职' if zh else 'join'} {scale.number(came.mean)}{scale.interval(*came.ends, lang)}"
        )
    return subject.title(name) + ("：" if zh else ": ") + ("，" if zh else ", ").join(parts)


def by_year(subject: Subject, scenario: str, kind: str) -> Band:
    """Return how many of 100 leave in each full calendar year."""
    names = ("turnover_base",) if kind == "base" else ("turnover_agency", "layoffs_agency")
    row = subject.row(scenario)
    found = []
    for _, span in subject.years:
        months = [subject.by_month(name)[row][:, span] for name in names]
        found.append(np.sum([mean_of(one) for one in months], axis=0))
    return not_below_zero(band(np.array(found)))


def not_below_zero(found: Band) -> Band:
    """Return intervals of what cannot be negative without the part that would be."""
    return found._replace(low=np.maximum(found.low, 0.0))


def _years(page: Page) -> None:
    """Draw for each full calendar year how many of 100 leave."""
    subject = page.subject
    subject.fetch(READ)
    names = [subject.baseline, *subject.shown]
    page.y += 0.06
    page.legend(names)
    y = bottom = page.y
    for number, (kind, words) in enumerate(KINDS.items()):
        x, wide = page.columns(2)[number]
        page.y = bottom if page.narrow else y
        page.heading(Text(f"{words.en}: leave, of 100", f"{words.zh}：每 100 人离开"), x, wide)
        found = {name: by_year(subject, name, kind) for name in names}
        dots(page, x, wide, found, kind)
        bottom = page.below(_TALL) + 0.06
    page.y = bottom + 0.06


def dots(page: Page, x: float, wide: float, found: Mapping[str, Band], what: str) -> None:
    """Draw a dot with its interval for each year and scenario, side by side within a year."""
    subject = page.subject
    years = [str(year) for year, _ in subject.years]
    ends = np.concatenate(
        [part for one in found.values() for part in (one.low, one.high, one.mean)]
    )
    axes = page.axes(
        x,
        wide,
        _TALL,
        ticks_for(ends, zero=True, most=4),
        Ticks(-0.5, len(years) - 0.5, range(len(years)), years),
    )
    letter(axes.get_xticklabels(), SMALL - 1)
    step = 0.7 / max(1, len(found))
    for place, (name, one) in enumerate(found.items()):
        look = subject.marks[name]
        at = np.arange(len(years)) + step * (place - (len(found) - 1) / 2)
        for number in range(len(years)):
            axes.plot(
                [at[number]] * 2,
                [one.low[number], one.high[number]],
                color=look.colour,
                linewidth=1.4,
                marker="_",
                markersize=5,
                gid=f"interval-{what}-{name}-{number}",
            )
        axes.plot(
            at,
            one.mean,
            color=look.colour,
            marker=look.marker,
            markersize=5,
            linestyle="none",
            zorder=3,
        )
