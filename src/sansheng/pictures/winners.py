"""Who gains and who loses need met: communities in order, and a schematic map of subdistricts.

Communities are drawn anew in every replicate, so that none of them is the same twice. What stays the same is a place in
an order: the community with the fewest households, the next, and so on. Each dot is such a place, and its difference is
between two scenarios in the same replicate. Of several traits the one is taken by which gains differ most.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.estimates import Band, scale_for, together, zone_of
from sansheng.pictures.page import NARROW, Page, Ticks, rule, text_height, ticks_for
from sansheng.pictures.sheet import letter, width_of
from sansheng.pictures.style import BLUE, BODY, FAINT, INK, SMALL, SOFT, VERMILION
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import units

TRAITS: Mapping[str, Text] = {
    "need": Text("needs that arise for a household", "户均产生的需求"),
    "households": Text("households", "户数"),
    "vulnerable": Text("share of households with complex need", "复杂需求家庭占比"),
    "duties": Text("duties", "职责数"),
    "estate_age": Text("age of housing", "平均房龄"),
}

MOST_DOTS = {False: 60, True: 24}
"""Dots on a wide and on a narrow page; more places than these are put together."""
MOST_TILES = 48

_TALL = 1.7
_GAIN, _LOSS, _SAME, _OPEN = "gain", "loss", "same", "open"


@dataclass(frozen=True)
class Places:
    """Differences in need met by places in an order.

    Parameters
    ----------
    trait
        What they are ordered by, least first.
    communities, subdistricts
        By scenario, ``float64[place, replicate]``, percentage points; places that are too many are put together.
    of_communities, of_subdistricts
        How many there are.
    """

    trait: str
    communities: Mapping[str, F64]
    subdistricts: Mapping[str, F64]
    of_communities: int
    of_subdistricts: int


def places(subject: Subject) -> Places:
    """Return the differences of the scenarios that are shown."""
    base = subject.communities(subject.baseline)
    mine = {name: subject.communities(name) for name in subject.shown}
    trait = _telling(base, mine)
    areas = _by_area(base, base["subdistrict"], trait)
    dots = MOST_DOTS[subject.width < NARROW]
    return Places(
        trait,
        {name: differences(base, rows, trait, dots) for name, rows in mine.items()},
        {
            name: differences(areas, _by_area(rows, base["subdistrict"], trait), trait, MOST_TILES)
            for name, rows in mine.items()
        },
        base["arisen"].shape[1],
        areas["arisen"].shape[1],
    )


def _met(rows: Mapping[str, F64]) -> F64:
    """Return need met, per cent; NaN where no need arose."""
    met: F64 = 100.0 * rows["resolved"] / np.where(rows["arisen"] > 0.0, rows["arisen"], np.nan)
    return met


def _telling(base: Mapping[str, F64], mine: Mapping[str, Mapping[str, F64]]) -> str:
    """Return the trait with the highest mean rank correlation with gains, whatever its sign."""
    best, size = "need", 0.0
    for rows in mine.values():
        gain = _ranks(_met(rows) - _met(base))
        for trait in TRAITS:
            alike = (gain * _ranks(base[trait])).sum(axis=1)
            found = abs(float(alike.mean()))
            if found > size + 1e-9:
                best, size = trait, found
    return best


def _ranks(values: F64) -> F64:
    """Return ranks within rows, centred and of length one, so that products add up to correlations."""
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=1, nan_policy="omit")
    there = np.isfinite(values)
    count = np.maximum(1, there.sum(axis=1, keepdims=True))
    ranks = np.where(there, ranks, 0.0)
    ranks = np.where(there, ranks - ranks.sum(axis=1, keepdims=True) / count, 0.0)
    length = np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    found: F64 = np.divide(ranks, length, out=np.zeros(ranks.shape), where=length > 0.0)
    return found


def _by_area(rows: Mapping[str, F64], areas: F64, trait: str) -> dict[str, F64]:
    """Return sums of needs by subdistrict, and the mean of a trait."""
    there = np.isfinite(areas)
    known = np.unique(areas[there])
    place = np.where(there, np.searchsorted(known, areas), 0)
    names = {"arisen": rows["arisen"], "resolved": rows["resolved"], trait: rows[trait]}
    sums = {name: _summed(values, place, known.size) for name, values in names.items()}
    count = _summed(np.where(there, 1.0, np.nan), place, known.size)
    return sums | {trait: sums[trait] / np.where(count > 0.0, count, np.nan)}


def _summed(values: F64, place: NDArray[np.intp], count: int) -> F64:
    """Return sums within rows by place, ``float64[replicate, count]``."""
    found = np.zeros((values.shape[0], count))
    row = np.broadcast_to(np.arange(values.shape[0])[:, None], values.shape)
    there = np.isfinite(values)
    np.add.at(found, (row[there], place[there]), values[there])
    return found


def differences(base: Mapping[str, F64], mine: Mapping[str, F64], trait: str, most: int) -> F64:
    """Return differences in need met, ``float64[place, replicate]``, in the order of a trait under the baseline.

    Parameters
    ----------
    base, mine
        Of units, as :meth:`~sansheng.pictures.subject.Subject.communities` gives them.
    trait
        What orders them, least first.
    most
        Places; more units than these are put together.
    """
    units, replicates = base[trait].shape[1], base[trait].shape[0]
    order = np.argsort(base[trait], axis=1, kind="stable")
    place = np.empty(order.shape, dtype=np.intp)
    np.put_along_axis(place, order, np.tile(np.arange(units), (replicates, 1)), axis=1)
    count = min(units, most)
    place = place * count // units
    met = [
        _met({name: _summed(rows[name], place, count) for name in ("arisen", "resolved")})
        for rows in (mine, base)
    ]
    found: F64 = (met[0] - met[1]).T
    return found


def bands(found: Mapping[str, F64]) -> dict[str, Band]:
    """Return means of places and intervals that hold together, those of all scenarios."""
    if not found:
        return {}
    all_ = together(np.array(list(found.values())))
    return {name: Band(*(part[number] for part in all_)) for number, name in enumerate(found)}


def fates(found: Band) -> list[str]:
    """Return for each place what its interval shows: a gain, a loss, too little to matter, or nothing yet."""
    zone = zone_of("need_met")
    shown = [
        replace(found.at(place), zone=zone).shows("higher") for place in range(found.mean.size)
    ]
    names = {"better": _GAIN, "worse": _LOSS, "no_practical_difference": _SAME, "identical": _SAME}
    return [names.get(one, _OPEN) for one in shown]


def sentence(subject: Subject, found: Places | None = None) -> str:
    """Say how many places surely gain and lose under each scenario."""
    known = found or places(subject)
    counts = {name: fates(one) for name, one in bands(known.communities).items()}
    n = len(next(iter(counts.values())))
    what = _unit_name(known, n)
    first = Text(
        f"In how many of {n} {what.en} need met surely rises / surely falls: ",
        f"{n} {what.zh}中，需求满足率确定上升／确定下降的数目：",
    ).get(subject.lang)
    parts = [
        f"{subject.title(name)} {told.count(_GAIN)}\u00a0/\u00a0{told.count(_LOSS)}"
        for name, told in counts.items()
    ]
    return first + ("；" if subject.lang == "zh" else "; ").join(parts)


def _unit_name(found: Places, count: int) -> Text:
    if count == found.of_communities:
        return Text("communities", "个社区")
    return Text("groups of communities", "组社区")


def draw(subject: Subject) -> Figure:
    """Draw a row of dots a scenario, and below the tiles of subdistricts."""
    found = places(subject)
    page = Page(subject)
    page.head(sentence(subject, found))
    _key(page)
    unit = units(OUTCOMES["need_met"], subject.lang)[0]
    everything = bands(found.communities)
    ends = np.concatenate([part for one in everything.values() for part in one[:3]])
    for name, one in everything.items():
        page.heading(
            Text(
                f"{subject.title(name)}: need met less that under {subject.title(subject.baseline)}"
                f" ({unit})",
                f"{subject.title(name)}：需求满足率与{subject.title(subject.baseline)}之差（{unit}）",
            )
        )
        _dots(page, name, one, ends)
        page.y = page.below(_TALL, labels=False)
    page.note_at(page.left, page.wide, _order(found))
    page.y += 0.1
    if found.of_subdistricts > 1:
        _tiles(page, found)
    page.note(*_notes(page, found))
    return page.finish().figure


def _order(found: Places) -> Text:
    trait = TRAITS[found.trait]
    dots = next(iter(found.communities.values())).shape[0]
    each = ""
    each_zh = ""
    if dots < found.of_communities:
        each = f"; each dot: about {found.of_communities / dots:.0f} communities"
        each_zh = f"；每点约 {found.of_communities / dots:.0f} 个社区"
    return Text(
        f"→ communities by {trait.en}, least first{each}",
        f"→ 社区按{trait.zh}由少到多排列{each_zh}",
    )


def _notes(page: Page, found: Places) -> Sequence[Text | str | None]:
    one = None
    if found.of_subdistricts == 1:
        one = Text("One subdistrict: there is no map.", "只有一个街道，不画示意图。")
    return (
        Text(
            "Communities are drawn anew in every replicate: a dot is a place in the order, not a community with a name."
            " Of five traits the order shown is that by which gains differ most."
            " Intervals of all dots hold together with 95%, and so do those of all tiles.",
            "社区在每次重复中重新生成：每点代表排序中的一个位置，而非某个具体社区。排序取五项特征中最能区分得失的一项。"
            "全部各点的区间同时成立（95%），全部各格亦然。",
        ),
        one,
        page.subject.left_out,
    )


_LOOKS = {
    _GAIN: (BLUE, "^", BLUE),
    _LOSS: (VERMILION, "v", VERMILION),
    _SAME: (SOFT, "s", SOFT),
    _OPEN: (SOFT, "o", "white"),
}
_FATE_NAMES = {
    _GAIN: Text("surely gain", "确定受益"),
    _LOSS: Text("surely lose", "确定受损"),
    _SAME: Text("no practical difference", "无实际差异"),
    _OPEN: Text("cannot be told", "无法分辨"),
}


def _key(page: Page) -> None:
    x = page.left + 0.07
    for fate, (colour, marker, face) in _LOOKS.items():
        said = page.say(_FATE_NAMES[fate])
        if x + 0.14 + width_of(said, BODY) > page.right:
            x, page.y = page.left + 0.07, page.y + 0.22
        page.sheet.line(
            [x], [page.y + 0.115], color=colour, marker=marker, markersize=7.0, markerfacecolor=face
        )
        page.sheet.write(x + 0.14, page.y, said, BODY)
        x += 0.14 + width_of(said, BODY) + 0.3
    page.y += 0.28


def _dots(page: Page, name: str, found: Band, ends: F64) -> None:
    count = found.mean.size
    across = Ticks(-0.7, count - 0.3)
    axes = page.axes(page.left, page.wide, _TALL, ticks_for(ends, zero=True, most=4), across)
    rule(axes)
    for place, fate in enumerate(fates(found)):
        colour, marker, face = _LOOKS[fate]
        one = found.at(place)
        if math.isfinite(one.low):
            axes.plot(
                [place, place],
                one.ends,
                color=colour,
                linewidth=1.2,
                gid=f"interval-{name}-{place}",
            )
        axes.plot(
            [place],
            [one.mean],
            color=colour,
            marker=marker,
            markersize=5.5 if count < 40 else 4.0,
            markerfacecolor=face,
            linestyle="none",
            zorder=3,
            gid=f"estimate-{name}-{place}",
        )


def _tiles(page: Page, found: Places) -> None:
    """Draw a tile a subdistrict, coloured by its difference and hatched where that cannot be told."""
    subject = page.subject
    page.heading(
        Text(
            "Subdistricts, schematic (no real geography; same order, row by row): difference ± half its interval;"
            " hatched: cannot be told, framed: sure,"
            " plain: no practical difference",
            "街道示意图（无实际地理位置，按同一顺序逐行排列）：差值 ± 区间半宽；斜线：无法分辨，粗框：确定，"
            "素色：无实际差异",
        )
    )
    of_areas = bands(found.subdistricts)
    size = float(np.abs(np.nan_to_num([one.mean for one in of_areas.values()])).max()) or 1.0
    norm = Normalize(-size, size)
    colours = LinearSegmentedColormap.from_list("gain", [VERMILION, "#ffffff", BLUE])
    scale = scale_for(
        [one.at(place) for one in of_areas.values() for place in range(one.mean.size)],
        Text("", ""),
        Text("", ""),
        subject.lang,
    )
    words = {
        name: [
            (scale.change(one.mean[place]), f"±{scale.number((one.high - one.low)[place] / 2)}")
            for place in range(one.mean.size)
        ]
        for name, one in of_areas.items()
    }
    room = 0.14 + max(
        width_of(w, SMALL - 1) for rows in words.values() for pair in rows for w in pair
    )
    count = next(iter(of_areas.values())).mean.size
    most = max(1, int(page.wide / room))
    columns = min(most, math.ceil(math.sqrt(1.4 * count)))
    grid = _Grid(columns, -(-count // columns), room, text_height(2, SMALL - 1) + 0.12)
    x, top, bottom = page.left, page.y, page.y
    for name, one in of_areas.items():
        wide = grid.columns * grid.wide
        if x > page.left and x + wide > page.right:
            x, top = page.left, bottom
        page.y = page.sheet.write_lines(x, top, subject.title(name), SMALL, wide)
        _map(page, x, grid, one, words[name], [colours(norm(mean)) for mean in one.mean], name)
        bottom = max(bottom, page.below(grid.rows * grid.tall, labels=False) + 0.1)
        x += wide + 0.4
    page.y = bottom


class _Grid(NamedTuple):
    """Columns and rows of tiles, and the size of a tile in inches."""

    columns: int
    rows: int
    wide: float
    tall: float


def _map(
    page: Page,
    x: float,
    grid: _Grid,
    found: Band,
    words: Sequence[tuple[str, str]],
    shades: Sequence[tuple[float, float, float, float]],
    name: str,
) -> None:
    """Draw one scenario's tiles at ``y``: hatched where the difference cannot be told, framed where it is sure."""
    axes = page.axes(
        x - 0.08,
        grid.columns * grid.wide + 0.08,
        grid.rows * grid.tall,
        Ticks(grid.rows, 0.0),
        Ticks(0.0, grid.columns),
    )
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    for place, fate in enumerate(fates(found)):
        row, column = divmod(place, grid.columns)
        sure = fate in (_GAIN, _LOSS)
        patch = Rectangle(
            (column + 0.02, row + 0.03),
            0.96,
            0.94,
            facecolor=shades[place] if math.isfinite(found.mean[place]) else FAINT,
            edgecolor=INK if sure else SOFT,
            linewidth=1.8 if sure else 0.4,
            hatch="////" if fate == _OPEN else None,
            gid=f"tile-{name}-{place}",
        )
        axes.add_patch(patch)
        label = axes.text(
            column + 0.5, row + 0.5, "\n".join(words[place]), ha="center", va="center", zorder=4
        )
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})
        letter([label], SMALL - 1)
