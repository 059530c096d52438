"""What becomes of the outcomes month by month: levels, and differences from the baseline, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sansheng.analysis.verdicts import direction
from sansheng.core.months import Month
from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES, Outcome
from sansheng.pictures.estimates import (
    Band,
    Estimate,
    band,
    changes_told,
    differences,
    mean_of,
    scale_for,
    zone_of,
)
from sansheng.pictures.page import Page, Ticks, rule, ticks_for
from sansheng.pictures.sheet import letter
from sansheng.pictures.style import INK, SMALL, Mark
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import units

_TALL = 1.45
_NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LEAD = ("need_met", "satisfaction", "turnover_agency", "bought")
"""What is drawn: one outcome a month of service, residents, workforce and money."""


def sentence(subject: Subject) -> str:
    """Say what the last year shows of the first outcome."""
    subject.fetch(_outcomes(subject))
    outcome, n = OUTCOMES[_outcomes(subject)[0]], last_months(subject)
    found = late(subject, outcome.id)
    change, level = (
        Text(*words) for words in zip(units(outcome, "en"), units(outcome, "zh"), strict=True)
    )
    named = subject.named(found)
    scale = scale_for([found[name] for name in named], change, level, subject.lang)
    title = subject.title(subject.baseline)
    first = Text(
        f"{outcome.text.en} in the last {n} months, against {title}: ",
        f"最后 {n} 个月{outcome.text.zh}（与{title}相比）：",
    ).get(subject.lang)
    parts = changes_told(found, named, scale, subject.lang, direction(outcome))
    return first + ("；" if subject.lang == "zh" else "; ").join(parts)


def last_months(subject: Subject) -> int:
    """Return how many months the sentence is about: a year, if there is one."""
    return min(12, subject.data.shape[3])


def late(subject: Subject, outcome: str) -> dict[str, Estimate]:
    """Return paired differences of an outcome over the last year, means of the months that define it."""
    months = slice(-last_months(subject), None)
    means = mean_of(subject.by_month(outcome)[:, :, months])
    base = means[subject.row(subject.baseline)]
    pairs = {name: means[subject.row(name)] - base for name in subject.others}
    return differences(pairs, zone_of(outcome))


def draw(subject: Subject) -> Figure:
    """Draw levels on the left and paired differences on the right, an outcome a row."""
    page = Page(subject)
    page.head(sentence(subject))
    page.legend([subject.baseline, *subject.shown])
    for outcome in _outcomes(subject):
        _row(page, OUTCOMES[outcome])
    page.y += 0.08
    page.note(
        Text(
            "Bands: 95% intervals of the mean over replicates, each month by itself; differences are paired."
            " Intervals in the title hold together.",
            "色带：重复均值的 95% 区间，各月单独计算；差值为配对差值。标题中的区间同时成立。",
        ),
        *_reform_notes(subject),
        subject.left_out,
    )
    return page.finish().figure


def _outcomes(subject: Subject) -> list[str]:
    there = [name for name in _LEAD if name in subject.data.outcomes]
    return there or [subject.data.outcomes[0]]


def _row(page: Page, outcome: Outcome) -> None:
    subject = page.subject
    values = subject.by_month(outcome.id)
    levels = {name: band(values[subject.row(name)].T) for name in _all(subject)}
    base = values[subject.row(subject.baseline)]
    changes = {name: band((values[subject.row(name)] - base).T) for name in subject.shown}
    change, level = units(outcome, subject.lang)
    name = outcome.text.get(subject.lang)
    level_unit = level.strip() or change
    zh = subject.lang == "zh"
    better = (
        {"higher": "（越高越好）", "lower": "（越低越好）"}
        if zh
        else {
            "higher": ", higher is better",
            "lower": ", lower is better",
        }
    )
    heads = (
        (f"{name}（{level_unit}）" if zh else f"{name} ({level_unit})"),
        (f"与基线之差（{change}）" if zh else f"Difference from baseline ({change})")
        + better.get(direction(outcome), ""),
    )
    y, bottom = page.y, page.y
    columns = page.columns(2)
    for number, (found, head) in enumerate(zip((levels, changes), heads, strict=True)):
        x, wide = columns[number]
        if page.narrow and number:
            page.y = bottom
        else:
            page.y = y
        page.heading(head, x, wide)
        _panel(page, x, wide, found, outcome.id, difference=number == 1)
        bottom = max(bottom, page.below(_TALL)) + 0.04
    page.y = bottom


def _all(subject: Subject) -> list[str]:
    return [subject.baseline, *subject.shown]


def _panel(
    page: Page,
    x: float,
    wide: float,
    found: dict[str, Band],
    outcome: str,
    *,
    difference: bool,
) -> None:
    subject = page.subject
    ends = np.concatenate(
        [part for one in found.values() for part in (one.mean, one.low, one.high)]
    )
    axes = page.axes(
        x, wide, _TALL, ticks_for(ends, zero=difference, most=4), months_axis(subject, wide)
    )
    if difference:
        rule(axes)
    kind = "difference" if difference else "level"
    for name, one in found.items():
        plot_band(axes, one, subject.marks[name], f"band-{outcome}-{kind}-{name}")
    _reforms(axes, subject)


def plot_band(axes: Axes, found: Band, look: Mark, name: str) -> None:
    """Draw means month by month with their intervals, told apart by colour, dashes and marks."""
    months = np.arange(found.mean.size)
    area = axes.fill_between(
        months, found.low, found.high, color=look.colour, alpha=0.18, linewidth=0
    )
    area.set_gid(name)
    for end in (found.low, found.high):
        axes.plot(months, end, color=look.colour, linewidth=0.5, linestyle=look.line, zorder=2)
    axes.plot(months, found.mean, color=look.colour, linewidth=1.4, linestyle=look.line, zorder=3)
    there = months[np.isfinite(found.mean)]
    each = max(1, len(there) // 6)
    at = there[each // 2 :: each]
    axes.plot(
        at,
        found.mean[at],
        color=look.colour,
        marker=look.marker,
        markersize=4,
        linestyle="none",
        zorder=3,
    )


def months_axis(subject: Subject, wide: float) -> Ticks:
    """Return the axis of months, a tick each January or fewer."""
    start, months = subject.data.layout.start, subject.data.shape[3]
    januaries = [month for month in range(months) if (start + month) % 12 == 0]
    step = max(1, -(-len(januaries) // max(1, int(wide / 0.45))))
    at = januaries[::step]
    labels = [str(Month.at(start + month).year) for month in at]
    if len(at) < 2:
        at = [0, months - 1] if months > 1 else [0]
        labels = [str(Month.at(start + month)) for month in at]
    return Ticks(-0.5, months - 0.5, at, labels)


def _dates(subject: Subject) -> list[int]:
    return sorted({reform.month for reform in subject.reforms if reform.scenario in _all(subject)})


def _reforms(axes: Axes, subject: Subject) -> None:
    """Draw a dashed rule, with its number, where a scenario changes."""
    low, high = axes.get_ylim()
    for number, month in enumerate(_dates(subject)):
        at = month - subject.data.layout.start - 0.5
        axes.axvline(
            at, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), gid=f"reform-{number}", zorder=1.8
        )
        label = axes.text(
            at, low + 0.995 * (high - low), f" {_number(number)}", va="top", ha="left"
        )
        letter([label], SMALL)


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"({number + 1})"


def _reform_notes(subject: Subject) -> Sequence[str]:
    """Return what happens at each rule."""
    zh = subject.lang == "zh"
    notes = []
    for number, month in enumerate(_dates(subject)):
        what = [
            f"{subject.title(reform.scenario)}{'：' if zh else ': '}{reform.what.get(subject.lang)}"
            for reform in subject.reforms
            if reform.month == month and reform.scenario in _all(subject)
        ]
        notes.append(f"{_number(number)} {Month.at(month)} " + ("；" if zh else "; ").join(what))
    return notes
