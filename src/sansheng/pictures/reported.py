"""Reported against true: how far what an official sees lies from what is so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.estimates import (
    Estimate,
    changes_told,
    differences,
    estimate,
    level_told,
    scale_for,
    told,
    zone_of,
)
from sansheng.pictures.page import Page, ticks_for
from sansheng.pictures.sheet import width_of, wrap
from sansheng.pictures.style import BODY, FAINT, SMALL, SOFT
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import Scale, units

PAIRS: Mapping[str, str] = {
    "closure_true": "closure_reported",
    "satisfaction": "satisfaction_reported",
}
"""What is true, and what is reported of it."""
GAPS: Mapping[str, str] = {"closure_true": "closure_gap", "satisfaction": "satisfaction_gap"}
"""The outcome that is the one less the other."""

_ROW = 0.3


def gap(subject: Subject, true: str, scenario: str) -> Estimate:
    """Return what is reported less what is true, with the interval of the mean."""
    reported = subject.per_run(PAIRS[true], scenario)
    return estimate(reported - subject.per_run(true, scenario))


def wider(subject: Subject, true: str) -> dict[str, Estimate]:
    """Return how much more scenarios overstate than the baseline, replicate by replicate."""
    pairs = {
        name: subject.paired(PAIRS[true], name) - subject.paired(true, name)
        for name in subject.others
    }
    return differences(pairs, zone_of(GAPS[true]))


def sentence(subject: Subject) -> str:
    """Say how far reports of closed cases overstate under the baseline, and what other scenarios add to that."""
    first = _pairs(subject)[0]
    base = gap(subject, first, subject.baseline)
    more = wider(subject, first)
    named = subject.named(more)
    scale = _scale(subject, first, [more[name] for name in named], [base])
    title = subject.title(subject.baseline)
    over = base.mean >= 0.0
    ends = base.ends if over else (-base.high, -base.low)
    size = f"{scale.number(abs(base.mean))}\u00a0{scale.unit}{scale.interval(*ends, subject.lang)}"
    said = _plain(first)
    parts = [
        Text(
            f"{title}: reports {'overstate' if over else 'understate'} {said.en} by {size}",
            f"{title}：上报的{said.zh}{'虚高' if over else '偏低'} {size}",
        ).get(subject.lang)
    ]
    parts += changes_told(more, named, scale, subject.lang, "lower")
    return ("；" if subject.lang == "zh" else "; ").join(parts)


def _plain(true: str) -> Text:
    return {
        "closure_true": Text("closed cases", "办结率"),
        "satisfaction": Text("satisfaction", "满意度"),
    }[true]


def _pairs(subject: Subject) -> list[str]:
    return [true for true in PAIRS if {true, PAIRS[true]} <= set(subject.data.outcomes)]


def _scale(
    subject: Subject, true: str, changes: Iterable[Estimate], levels: Iterable[Estimate]
) -> Scale:
    change, level = (
        Text(*pair)
        for pair in zip(*(units(OUTCOMES[true], lang) for lang in ("en", "zh")), strict=True)
    )
    return scale_for(changes, change, level, subject.lang, levels)


def draw(subject: Subject) -> Figure:
    """Draw a dumbbell a scenario: what is true, what is reported, and the gap between them."""
    page = Page(subject)
    page.head(sentence(subject))
    _key(page)
    for true in _pairs(subject):
        _dumbbells(page, true)
    page.note(
        Text(
            "Whiskers and brackets: 95% intervals of the mean over replicates, each by itself. Gap against the"
            " baseline: paired, and intervals hold together.",
            "误差线与括号：重复均值的 95% 区间，各自单独计算；与基线的虚高之差为配对差值，其区间同时成立。",
        ),
        Text(
            "Closure: of the cases opened in a calendar year, those closed by its end.",
            "办结率：当年立案事项中年底前办结的比例。",
        ),
        subject.left_out,
    )
    return page.finish().figure


def _key(page: Page) -> None:
    y = page.y + 0.115
    x = page.left + 0.08
    for words, hollow in ((Text("true", "真实"), False), (Text("reported", "上报"), True)):
        said = page.say(words)
        page.sheet.line([x], [y], **_looks(SOFT, hollow))
        page.sheet.write(x + 0.15, page.y, said, BODY)
        x += 0.15 + width_of(said, BODY) + 0.35
    page.y += 0.3


def _looks(colour: str, hollow: bool) -> dict[str, Any]:
    return {
        "color": colour,
        "marker": "o",
        "markersize": 7.0,
        "linestyle": "none",
        "markerfacecolor": "white" if hollow else colour,
        "markeredgewidth": 1.6,
    }


def _dumbbells(page: Page, true: str) -> None:
    subject = page.subject
    names = [subject.baseline, *subject.shown]
    levels = {
        name: [estimate(subject.per_run(one, name)) for one in (true, PAIRS[true])]
        for name in names
    }
    gaps = {name: gap(subject, true, name) for name in names}
    every = wider(subject, true)
    more = {name: every[name] for name in subject.shown}
    scale = _scale(subject, true, more.values(), gaps.values())
    zh = subject.lang == "zh"
    unit = scale.level.strip() or scale.unit
    page.heading(
        f"{_plain(true).zh}（{unit}）" if zh else f"{_plain(true).en.capitalize()} ({unit})"
    )
    page.y += 0.05
    words = {name: _words(page, name, gaps[name], more.get(name), scale) for name in names}
    ends = [
        end for pair in levels.values() for one in pair for end in (one.low, one.high, one.mean)
    ]
    across = ticks_for(ends, most=4 if page.narrow else 6)
    stacked = subject.width < 8
    names_wide = (
        page.wide
        if stacked
        else min(2.6, max(width_of(subject.title(n), BODY) for n in names) + 0.1)
    )
    axis_x = page.left if stacked else page.left + names_wide + 0.15
    axis_wide = page.wide if stacked else 0.42 * page.wide
    y = page.y
    levels_at, row_y = {}, y
    for name in names:
        if stacked:
            row_y = page.sheet.write_lines(page.left, row_y, subject.title(name), BODY, page.wide)
            row_y = page.sheet.write_lines(
                page.left, row_y, words[name], SMALL, page.wide, colour=SOFT
            )
            levels_at[name] = row_y + 0.13
            row_y += 0.32
        else:
            lines = wrap(subject.title(name), BODY, names_wide)
            at = row_y
            for line in lines:
                at = page.sheet.write(page.left, at, line, BODY)
            beside = axis_x + axis_wide + 0.25
            end = page.sheet.write_lines(
                beside, row_y + 0.015, words[name], SMALL, page.right - beside
            )
            levels_at[name] = row_y + 0.105
            row_y = max(at, end, row_y + _ROW) + 0.05
    tall = row_y - y
    page.y = y - 0.06
    axes = page.axes(axis_x, axis_wide, tall, ticks_for([0.0, 1.0]), across)
    axes.set_yticks([])
    axes.set_ylim(tall, 0.0)
    if not stacked:  # lines would run through the words
        axes.grid(axis="x", color=FAINT, linewidth=0.5)
    for name in names:
        _dumbbell(
            axes, levels_at[name] - y, levels[name], subject.marks[name].colour, f"{true}-{name}"
        )
    page.y = page.below(tall) + 0.12


def _words(page: Page, name: str, found: Estimate, more: Estimate | None, scale: Scale) -> str:
    zh = page.subject.lang == "zh"
    said = level_told(found, scale.__class__(scale.decimals, scale.unit, ""), page.subject.lang)
    words = f"{'虚高' if zh else 'gap'} {said}"
    if more is None:
        return words
    against = "比基线" if zh else "against the baseline"
    return f"{words}{'；' if zh else '; '}{against} {told(more, scale, page.subject.lang, 'lower')}"


def _dumbbell(axes: Axes, level: float, pair: list[Estimate], colour: str, name: str) -> None:
    ends = [one.mean for one in pair]
    axes.plot(ends, [level, level], color=colour, linewidth=3.5, alpha=0.35, zorder=2)
    for one, which, off in zip(pair, ("true", "reported"), (0.035, -0.035), strict=True):
        at = level + off
        axes.plot(
            [one.low, one.high],
            [at, at],
            color=colour,
            linewidth=1.2,
            marker="|",
            markersize=8,
            gid=f"interval-{name}-{which}",
            zorder=2.5,
        )
        axes.plot(
            [one.mean],
            [at],
            zorder=3,
            gid=f"estimate-{name}-{which}",
            **_looks(colour, which == "reported"),
        )
