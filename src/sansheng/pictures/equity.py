"""Who gets the money, and whose needs are met: concentration curves over communities in the order of their need."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.pictures.estimates import (
    Estimate,
    band,
    changes_told,
    differences,
    estimate,
    scale_for,
)
from sansheng.pictures.page import Page, Ticks, ticks_for
from sansheng.pictures.style import INK, SOFT
from sansheng.pictures.subject import Subject

GRID = np.linspace(0.0, 1.0, 51)
"""Shares of all need at which curves are read."""
TOP = 2.0 / 3.0
"""The neediest third is beyond this share of need."""

ZONE = 0.5
"""Percentage points of the money that do not matter; assumed."""

_POINTS = Text("percentage points", "个百分点")
_PERCENT = Text("%", "%")
_TALL = 2.7


def curves(subject: Subject, scenario: str, what: str) -> F64:
    """Return concentration curves, ``float64[replicate, point]``, at the points of :data:`GRID`.

    Communities of a replicate are put in order by the needs that arose for a household under the baseline, least first.
    Right of the origin is their share of all needs that arose, upwards that of ``what``: ``granted`` or ``resolved``.
    """
    mine, base = subject.communities(scenario), subject.communities(subject.baseline)
    found = np.full((subject.data.shape[2], GRID.size), np.nan)
    for replicate, order in enumerate(np.argsort(base["need"], axis=1, kind="stable")):
        need, part = (
            np.concatenate([[0.0], np.nancumsum(values[replicate, order])])
            for values in (base["arisen"], mine[what])
        )
        if need[-1] > 0.0 and part[-1] > 0.0:
            found[replicate] = np.interp(GRID, need / need[-1], part / part[-1])
    return found


def neediest(subject: Subject, scenario: str, what: str) -> F64:
    """Return the share that the neediest communities, a third of all need, get: per cent, ``float64[replicate]``."""
    found = curves(subject, scenario, what)
    at = [np.interp(TOP, GRID, curve) for curve in found]
    return 100.0 * (1.0 - np.array(at))


def sentence(subject: Subject) -> str:
    """Say what share of the money goes where need is highest."""
    base = neediest(subject, subject.baseline, "granted")
    level = estimate(base)
    pairs = {name: neediest(subject, name, "granted") - base for name in subject.others}
    more = differences(pairs, ZONE)
    named = subject.named(more)
    scale = scale_for([more[name] for name in named], _POINTS, _PERCENT, subject.lang, [level])
    title, zh = subject.title(subject.baseline), subject.lang == "zh"
    share = scale.with_unit(level.mean) + scale.interval(*level.ends, subject.lang)
    first = (
        f"需求最集中、占需求三分之一的社区，在{title}下得到经费的 {share}"
        if zh
        else f"The neediest communities, a third of all need, get {share} of the money under {title}"
    )
    rest = changes_told(more, named, scale, subject.lang)
    return ("；" if zh else "; ").join([first, *rest])


def draw(subject: Subject) -> Figure:
    """Draw the curves of money and of needs met, and how unmet need is spread."""
    page = Page(subject)
    page.head(sentence(subject))
    names = [subject.baseline, *subject.shown]
    page.legend(names)
    y = bottom = page.y
    kinds = {
        "granted": Text("Money granted", "核拨经费"),
        "resolved": Text("Needs truly met", "真实解决的需求"),
    }
    for number, (what, words) in enumerate(kinds.items()):
        x, wide = page.columns(2)[number]
        page.y = bottom if page.narrow else y
        said = Text(f"{words.en}, share of all (%)", f"{words.zh}：占全部之比（%）")
        page.heading(said, x, wide)
        _curves(page, x, wide, names, what)
        bottom = page.below(_TALL)
        page.y = bottom
        page.note_at(
            x,
            wide,
            Text("→ share of need, least needy first (%)", "→ 占全部需求之比（%），需求少者在先"),
        )
        bottom = page.y + 0.1
    page.y = bottom
    _theil(page, names)
    page.note(
        Text(
            "On the straight line all get their share of need; where a curve is above it, the neediest get less than"
            " theirs, where below, more. Order:"
            " needs that arose for a household, under the baseline. Bands and whiskers: 95% intervals of the mean over"
            " replicates, each by itself.",
            "对角线：与需求成比例；曲线在其上方，需求最多的社区所得低于其需求份额，在其下方则高于其份额。排序依据：基线下户均产生的需求。"
            "色带与误差线：重复均值的 95% 区间，各自单独计算。",
        ),
        subject.left_out,
    )
    return page.finish().figure


def _curves(page: Page, x: float, wide: float, names: list[str], what: str) -> None:
    subject = page.subject
    percent = Ticks(0.0, 100.0, [0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"])
    axes = page.axes(x, wide, _TALL, percent, percent)
    axes.plot([0, 100], [0, 100], color=INK, linewidth=0.8)
    axes.axvline(100 * TOP, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    for name in names:
        found = band(100.0 * curves(subject, name, what).T)
        look = subject.marks[name]
        axes.fill_between(
            100 * GRID,
            found.low,
            found.high,
            color=look.colour,
            alpha=0.2,
            linewidth=0,
            gid=f"band-{what}-{name}",
        )
        axes.plot(100 * GRID, found.mean, color=look.colour, linewidth=1.6, linestyle=look.line)
        at = np.arange(5, GRID.size, 10)
        axes.plot(
            100 * GRID[at],
            found.mean[at],
            color=look.colour,
            marker=look.marker,
            markersize=4.5,
            linestyle="none",
        )


def _theil(page: Page, names: list[str]) -> None:
    """Draw how unequal unmet need is within and between subdistricts."""
    subject = page.subject
    kinds = {
        "theil_within": Text("within subdistricts", "街道内"),
        "theil_between": Text("between subdistricts", "街道间"),
    }
    if not set(kinds) <= set(subject.data.outcomes):
        return
    areas = subject.communities(subject.baseline)["subdistrict"]
    if np.unique(areas[np.isfinite(areas)]).size < 2:  # nothing lies between
        del kinds["theil_between"]
    found = {
        kind: {name: estimate(subject.per_run(kind, name)) for name in names} for kind in kinds
    }
    if not any(math.isfinite(one.mean) for rows in found.values() for one in rows.values()):
        return  # there is no full calendar year
    page.heading(
        Text(
            "Inequality of unmet need between communities (Theil index, 0: none)",
            "社区间未满足需求的不平等（泰尔指数，0 为完全均等）",
        )
    )
    rows = [(kind, name) for kind in kinds for name in names]
    tall = 0.2 * len(rows) + 0.2
    ends = [end for one in found.values() for e in one.values() for end in (e.mean, *e.ends)]
    levels: dict[tuple[str, str], float] = {}
    ticks_at = []
    for number, kind in enumerate(kinds):
        first = 0.1 + number * (0.2 * len(names) + 0.1)
        ticks_at.append(first + 0.1 * len(names) - 0.1 + 0.1)
        for place, name in enumerate(names):
            levels[kind, name] = first + 0.2 * place + 0.1
    words = [page.say(text) for text in kinds.values()]
    axes = page.axes(
        page.left, page.wide, tall, Ticks(tall, 0.0, ticks_at, words), ticks_for(ends, zero=True)
    )
    for (kind, name), level in levels.items():
        one: Estimate = found[kind][name]
        look = subject.marks[name]
        axes.plot(
            [one.low, one.high],
            [level, level],
            color=look.colour,
            linewidth=1.4,
            marker="|",
            markersize=6,
            gid=f"interval-{kind}-{name}",
        )
        axes.plot(
            [one.mean],
            [level],
            color=look.colour,
            marker=look.marker,
            markersize=5.5,
            linestyle="none",
            gid=f"estimate-{kind}-{name}",
        )
    page.y = page.below(tall) + 0.1
