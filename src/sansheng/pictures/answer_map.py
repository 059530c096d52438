"""The map of answers: where one rule beats another, over two numbers that nobody knows.

The sign of a comparison may hang on numbers that no source gives. So instead of one number the figure
shows every combination, marks those that the replicates cannot decide, draws the line where the answer turns with the
band in which it may lie, and says which local record would tell a district in which cell it lies. The band assumes no
shape: it holds every place whose own 95% interval includes zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypedDict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sansheng.analysis.verdicts import Verdict, direction, verdict
from sansheng.core.quantities import Quantity
from sansheng.core.text import Language, Text
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.fonts import chinese_font, style
from sansheng.pictures.sheet import LEADING, Sheet, letter, save, width_of, wrap, wrap_parts
from sansheng.pictures.style import (
    BLUE,
    BODY,
    FAINT,
    GREEN,
    INK,
    PAGE,
    PURPLE,
    SMALL,
    SOFT,
    TITLE,
    VERMILION,
)
from sansheng.pictures.wording import (
    OutcomeLike,
    Scale,
    decimals_for,
    round_numbers,
    tick_labels,
    title_of,
    units,
)


class Cell(TypedDict):
    """One combination of the two numbers: the paired difference there and its 95% interval."""

    x: float
    y: float
    difference: float
    low: float
    high: float


SYMBOLS: Mapping[str, str] = {"psi": "ψ", "rho_FH": "ρ"}

RECORDS: Mapping[str, Text] = {
    "psi": Text("the staff list of each community", "各社区的人员编制名册"),
    "rho_FH": Text("the duty list of each community", "各社区的职责清单"),
}
"""The local record that would tell where a district lies on an axis."""

_MARGIN = 0.35
_BAR = 1.25
_SIZES = (10.0, 9.0, 8.0, 7.0)
_DASHED = (0, (2.5, 1.2))
_SHADE = "#cccccc"
_STEPS = 24
"""Steps across a cell in which the zero line is drawn."""


def draw_map(
    cells: Sequence[Cell],
    *,
    x: Quantity,
    y: Quantity,
    outcome: OutcomeLike,
    scenario: str,
    baseline: str,
    conditions: Conditions,
    lang: Language,
    stem: Path,
    notes: Sequence[str] = (),
) -> list[Path]:
    """Draw the map of answers and write it as PNG and SVG.

    Parameters
    ----------
    cells
        One per combination of the two numbers; a combination left out is shown as missing.
    x, y
        The two numbers; the cell of their defaults is outlined.
    outcome
        What is compared.
    scenario, baseline
        Names of the scenarios; the differences are the first minus the second.
    conditions
        What was simulated, with the titles of the scenarios.
    lang
        Language of every word.
    stem
        Folder and file name without extension.
    notes
        Further lines below the map, in the language.

    Returns
    -------
    list of Path
        The PNG and the SVG.

    Raises
    ------
    ValueError
        If there is no cell, or one combination comes twice.
    """
    figure = map_figure(
        cells,
        x=x,
        y=y,
        outcome=outcome,
        scenario=scenario,
        baseline=baseline,
        conditions=conditions,
        lang=lang,
        notes=notes,
    )
    title = map_sentence(
        cells,
        outcome=outcome,
        scenario=scenario,
        baseline=baseline,
        conditions=conditions,
        lang=lang,
    )
    return save(figure, stem, title, conditions.line(lang))


def map_sentence(
    cells: Sequence[Cell],
    *,
    outcome: OutcomeLike,
    scenario: str,
    baseline: str,
    conditions: Conditions,
    lang: Language,
) -> str:
    """Say in one sentence in how many cells the scenario is better, worse, and neither."""
    shown = [verdict(c["difference"], c["low"], c["high"], direction(outcome)) for c in cells]
    up: Verdict
    down: Verdict
    up, down = ("higher", "lower") if direction(outcome) == "neither" else ("better", "worse")
    won, lost = shown.count(up), shown.count(down)
    rest = len(cells) - won - lost
    name = outcome.text.get(lang)
    who, against = (title_of(n, conditions.titles, lang) for n in (scenario, baseline))
    words = _SENTENCES[lang]["value" if up == "higher" else "contest"]
    return words.format(
        who=who, against=against, name=name, total=len(cells), won=won, lost=lost, rest=rest
    )


_SENTENCES: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "contest": "{name}：{total} 格中，{who}优于{against} {won} 格，劣于 {lost} 格，无可分辨 {rest} 格",
        "value": "{name}：{total} 格中，{who}高于{against} {won} 格，低于 {lost} 格，无可分辨 {rest} 格",
    },
    "en": {
        "contest": "{name}: {who} beats {against} in {won} of {total} cells,"
        " loses in {lost}, undecided in {rest}",
        "value": "{name}: {who} is above {against} in {won} of {total} cells,"
        " below in {lost}, undecided in {rest}",
    },
}


def map_figure(
    cells: Sequence[Cell],
    *,
    x: Quantity,
    y: Quantity,
    outcome: OutcomeLike,
    scenario: str,
    baseline: str,
    conditions: Conditions,
    lang: Language,
    notes: Sequence[str] = (),
) -> Figure:
    """Return the map of answers without writing it; see :func:`draw_map`."""
    if not cells:
        raise ValueError("a map needs at least one cell")
    if len({(cell["x"], cell["y"]) for cell in cells}) < len(cells):
        raise ValueError("one combination comes twice")
    title = map_sentence(
        cells,
        outcome=outcome,
        scenario=scenario,
        baseline=baseline,
        conditions=conditions,
        lang=lang,
    )
    pair = (
        title_of(scenario, conditions.titles, lang),
        title_of(baseline, conditions.titles, lang),
    )
    with style():
        return _Map(cells, x, y, outcome, pair, conditions, lang, notes).draw(title)


class _Map:
    """The map while it is drawn."""

    def __init__(
        self,
        cells: Sequence[Cell],
        x: Quantity,
        y: Quantity,
        outcome: OutcomeLike,
        pair: tuple[str, str],
        conditions: Conditions,
        lang: Language,
        notes: Sequence[str],
    ) -> None:
        self.cells = cells
        self.notes = notes
        self.x, self.y = x, y
        self.outcome = outcome
        self.pair = pair
        self.conditions = conditions
        self.lang: Language = lang
        self.xs = sorted({cell["x"] for cell in cells})
        self.ys = sorted({cell["y"] for cell in cells})
        sizes = [abs(c["difference"]) for c in cells if math.isfinite(c["difference"])]
        self.limit = max(sizes, default=0.0) or 1.0
        self.scale = _scale(cells, outcome, lang)
        self.norm = Normalize(-self.limit, self.limit)
        self.colours = _colours(direction(outcome))
        self.undecided = [
            c for c in cells if self._verdict(c) in ("undecided", "identical", "unknown")
        ]
        self.zero = _surface(self._grid("difference"))
        self.band = _overlap(self._grid("low"), self._grid("high"))
        self.sheet = Sheet()

    def draw(self, title: str) -> Figure:
        sheet, lang = self.sheet, self.lang
        wide = PAGE - 2 * _MARGIN
        commas = "，" if lang == "zh" else ", "
        top = sheet.write_parts(_MARGIN, 0.25, title.split(commas), TITLE, wide, between=commas)
        top = sheet.write_parts(
            _MARGIN,
            top + 0.04,
            self.conditions.parts(lang),
            SMALL,
            wide,
            between=" · ",
            colour=SOFT,
        )
        ticks_wide = 0.15 + max(width_of(_plain(v), BODY) for v in self.ys)
        left = _MARGIN + ticks_wide
        map_wide = PAGE - _MARGIN - _BAR - 0.3 - left
        rows_tall = min(0.66, max(0.4, 5.0 / len(self.ys)))
        map_tall = max(rows_tall * len(self.ys), 1.6)
        bar_at = PAGE - _MARGIN - _BAR
        up = wrap(f"↑ {_label(self.y, lang)}", BODY, left + map_wide - _MARGIN)
        bar = self._bar_label()
        heads = max(LEADING * BODY * len(up), LEADING * SMALL * len(bar))
        map_at = top + 0.15 + heads + 0.06
        for at, lines, size in ((_MARGIN, up, BODY), (bar_at, bar, SMALL)):
            level = map_at - 0.06 - LEADING * size * len(lines)
            for line in lines:
                level = sheet.write(at, level, line, size)
        self._bar(bar_at, map_at, map_tall)
        axes = sheet.axes(left, map_at, map_wide, map_tall)
        self._cells(axes, map_wide / len(self.xs), map_tall / len(self.ys))
        bottom = map_at + map_tall + 0.27
        name = f"→ {_label(self.x, lang)}"
        bottom = sheet.write_lines(left, bottom, name, BODY, map_wide)
        bottom = self._key(bottom + 0.14)
        return sheet.finish(self._notes(bottom + 0.1) + 0.2)

    def _cells(self, axes: Axes, cell_wide: float, cell_tall: float) -> None:
        """Colour, hatch and label the cells; draw the line where the difference is zero."""
        grid = self._grid("difference")
        axes.pcolormesh(
            np.arange(len(self.xs) + 1) - 0.5,
            np.arange(len(self.ys) + 1) - 0.5,
            np.ma.masked_invalid(grid),
            cmap=self.colours,
            norm=self.norm,
            edgecolors="white",
            linewidth=1.0,
        )
        axes.set_facecolor(FAINT)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xticks(range(len(self.xs)), labels=[_plain(v) for v in self.xs])
        axes.set_yticks(range(len(self.ys)), labels=[_plain(v) for v in self.ys])
        axes.tick_params(length=0, pad=4)
        letter((*axes.get_xticklabels(), *axes.get_yticklabels()), BODY)
        for cell in self.undecided:
            axes.add_patch(_hatched(*self._place(cell)))
        self._zero_line(axes)
        if self.x.default in self.xs and self.y.default in self.ys:
            at = (self.xs.index(self.x.default), self.ys.index(self.y.default))
            axes.add_patch(_outlined(*at))
        self._numbers(axes, cell_wide, cell_tall)

    def _zero_line(self, axes: Axes) -> None:
        """Draw where the difference is zero between cells, and where its interval includes zero."""
        if self.band is not None:
            axes.contourf(
                *self.band, levels=[0.0, math.inf], colors=[INK], alpha=0.18, zorder=1.7
            ).set_gid("band")
        if self.zero is not None:
            axes.contour(
                *self.zero, levels=[0.0], colors=INK, linewidths=2.2, linestyles=[_DASHED]
            ).set_gid("zero-line")
        axes.set_xlim(-0.5, len(self.xs) - 0.5)
        axes.set_ylim(-0.5, len(self.ys) - 0.5)

    def _numbers(self, axes: Axes, cell_wide: float, cell_tall: float) -> None:
        """Write difference and half width into every cell, in the largest size that fits all."""
        words = {(c["x"], c["y"]): self._words(c) for c in self.cells}
        widest = [line for pair in words.values() for line in pair]
        fits = [
            size
            for size in _SIZES
            if max(width_of(line, size) for line in widest) < 0.92 * cell_wide
            and 2 * 1.3 * size / 72 < cell_tall
        ]
        if not fits:
            return
        for cell in self.cells:
            across, up = self._place(cell)
            ground = self.colours(self.norm(cell["difference"]))
            dark = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2] < 0.5
            axes.text(
                across,
                up,
                "\n".join(words[cell["x"], cell["y"]]),
                fontproperties=chinese_font(fits[0]),
                color="white" if dark else INK,
                ha="center",
                va="center",
                linespacing=1.1,
                parse_math=False,
                # The cell's own colour behind the numbers keeps the hatching off them.
                bbox={"facecolor": ground, "edgecolor": "none", "pad": 1.0},
            )

    def _words(self, cell: Cell) -> tuple[str, str]:
        change = self.scale.change(cell["difference"])
        half = self.scale.number((cell["high"] - cell["low"]) / 2)
        return (f"~ {change}" if cell in self.undecided else change, f"±{half}")

    def _bar_label(self) -> list[str]:
        zh = self.lang == "zh"
        words = ["差" if zh else "difference"]
        if self.scale.unit:
            words.append(f"（{self.scale.unit}）" if zh else f"({self.scale.unit})")
        return wrap_parts(words, SMALL, _BAR, between="" if zh else " ")

    def _bar(self, x: float, y: float, tall: float) -> None:
        """Draw the colour bar, what is better at its top."""
        zh = self.lang == "zh"
        upper, lower = (
            (("↑ 更高", "↓ 更低") if zh else ("↑ higher", "↓ lower"))
            if direction(self.outcome) == "neither"
            else (("↑ 更好", "↓ 更差") if zh else ("↑ better", "↓ worse"))
        )
        self.sheet.write(x, y, upper, SMALL)
        self.sheet.write(x, y + tall - 0.19, lower, SMALL)
        bar = self.sheet.axes(x, y + 0.24, 0.24, tall - 0.48)
        shades = np.linspace(-self.limit, self.limit, 257)
        # Edges as their faces: viewers of vector files would show seams between 256 slices.
        bar.pcolormesh(
            [0, 1],
            shades,
            shades[:-1, None] + self.limit / 257,
            cmap=self.colours,
            norm=self.norm,
            edgecolors="face",
        )
        if direction(self.outcome) == "lower":
            bar.invert_yaxis()
        bar.set_xticks([])
        bar.yaxis.tick_right()
        ticks = round_numbers(self.limit)
        bar.set_yticks(ticks, labels=tick_labels(ticks))
        bar.tick_params(axis="y", length=2.5, pad=2)
        letter(bar.get_yticklabels(), SMALL - 0.5)

    def _key(self, y: float) -> float:
        """Explain the marks that the map uses."""
        zh = self.lang == "zh"
        entries = [
            (
                "hatch",
                "~ 与斜线：95% 区间包含 0，无可分辨的差异"
                if zh
                else "~ and hatching: the 95% interval includes 0, no distinguishable difference",
            )
        ]
        if self.zero is not None:
            entries.append(
                ("zero", "差为 0 处（格间内插）" if zh else "the difference is 0 (between cells)")
            )
        if self.band is not None:
            entries.append(
                (
                    "band",
                    "此线的 95% 带（逐点）" if zh else "95% band of this line (point by point)",
                )
            )
        if self.x.default in self.xs and self.y.default in self.ys:
            entries.append(("default", "缺省取值" if zh else "default values"))
        if len(self.cells) < len(self.xs) * len(self.ys):
            entries.append(("missing", "没有结果" if zh else "no result"))
        x, right = _MARGIN, PAGE - _MARGIN
        for kind, words in entries:
            wide = 0.45 + width_of(words, SMALL)
            if x > _MARGIN and x + wide > right:
                x, y = _MARGIN, y + 0.22
            self._sample(kind, x, y)
            self.sheet.write(x + 0.45, y, words, SMALL)
            x += wide + 0.25
        return y + 0.2

    def _sample(self, kind: str, x: float, y: float) -> None:
        if kind == "hatch":
            self.sheet.box(x, y + 0.02, 0.35, 0.15, "white", hatch="////", edgecolor=SOFT)
        elif kind == "band":
            self.sheet.box(x, y + 0.02, 0.35, 0.15, _SHADE)
        elif kind == "zero":
            level = y + 0.095
            self.sheet.line(
                [x, x + 0.35], [level, level], color=INK, linewidth=2.2, linestyle=_DASHED
            )
        elif kind == "default":
            self.sheet.box(x, y + 0.02, 0.35, 0.15, "white", edgecolor=INK, linewidth=2.0)
        else:
            self.sheet.box(x, y + 0.02, 0.35, 0.15, FAINT, edgecolor=INK, linewidth=0.6)

    def _notes(self, y: float) -> float:
        zh = self.lang == "zh"
        wide = PAGE - 2 * _MARGIN
        who, against = self.pair
        notes = [
            f"格内：{who}减{against}，± 为 95% 区间的半宽；每个区间单独按 95% 计算。"
            if zh
            else f"In each cell: {who} minus {against}, ± half the width of its 95% interval;"
            " each interval is 95% on its own.",
            self._settled_by(),
            self.conditions.spend_line(self.lang),
        ]
        for note in filter(None, [*notes, *self.notes]):
            y = self.sheet.write_lines(_MARGIN, y, note, SMALL, wide, colour=SOFT)
        return y

    def _settled_by(self) -> str:
        """Say which records would tell a district its cell."""
        known = [q for q in (self.x, self.y) if q.name in RECORDS]
        if not known:
            return ""
        if self.lang == "zh":
            each = "，".join(f"{RECORDS[q.name].zh}可定 {_symbol(q)}" for q in known)
            return f"怎样判定一地落在哪一格：{each}。"
        each = ", ".join(f"{RECORDS[q.name].en} gives {_symbol(q)}" for q in known)
        return f"What would settle which cell a district is in: {each}."

    def _verdict(self, cell: Cell) -> Verdict:
        return verdict(cell["difference"], cell["low"], cell["high"], direction(self.outcome))

    def _place(self, cell: Cell) -> tuple[int, int]:
        return self.xs.index(cell["x"]), self.ys.index(cell["y"])

    def _grid(self, what: Literal["difference", "low", "high"]) -> NDArray[np.float64]:
        """Return numbers of cells as rows of ``y``, columns of ``x``; NaN where there is no cell."""
        grid = np.full((len(self.ys), len(self.xs)), np.nan)
        for cell in self.cells:
            column, row = self._place(cell)
            grid[row, column] = cell[what]
        return grid


Surface = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _fine(grid: NDArray[np.float64]) -> Surface:
    """Return a grid with straight lines between the middles of cells, level towards the edges of the map."""
    from scipy.interpolate import RegularGridInterpolator

    rows, columns = (np.array([-0.5, *range(n), n - 0.5]) for n in grid.shape)
    between = RegularGridInterpolator((rows, columns), np.pad(grid, 1, mode="edge"))
    up, across = (np.linspace(-0.5, n - 0.5, _STEPS * n + 1) for n in grid.shape)
    points = np.stack(np.meshgrid(up, across, indexing="ij"), axis=-1)
    return across, up, between(points)


def _surface(grid: NDArray[np.float64]) -> Surface | None:
    """Return the differences between cells too; None where they do not change sign."""
    across, up, values = _fine(grid)
    known = values[np.isfinite(values)]
    if not (known.size and known.min() < 0.0 < known.max()):
        return None
    return across, up, values


def _overlap(low: NDArray[np.float64], high: NDArray[np.float64]) -> Surface | None:
    """Return how far intervals include zero, below zero where they do not; None if no place's does.

    The bounds are carried on between cells one by one: two cells may be decided for different sides, and
    somewhere between them is the line.
    """
    across, up, under = _fine(low)
    reach = np.minimum(_fine(high)[2], -under)
    known = reach[np.isfinite(reach)]
    return (across, up, reach) if known.size and known.max() > 0.0 else None


def _scale(cells: Sequence[Cell], outcome: OutcomeLike, lang: Language) -> Scale:
    decimals = decimals_for(
        [cell["difference"] for cell in cells], [(cell["low"], cell["high"]) for cell in cells]
    )
    return Scale(decimals, *units(outcome, lang))


def _colours(better: str) -> Colormap:
    """Return the shades from worst to best: vermilion, white, blue (purple and green if neither)."""
    low, high = (PURPLE, GREEN) if better == "neither" else (VERMILION, BLUE)
    ends = [low, "#ffffff", high]
    shades = LinearSegmentedColormap.from_list(
        "differences", ends[::-1] if better == "lower" else ends
    )
    return shades.with_extremes(bad=FAINT)


def _hatched(across: int, up: int) -> Rectangle:
    return Rectangle(
        (across - 0.49, up - 0.48),
        0.98,
        0.96,
        fill=False,
        hatch="///",
        edgecolor=SOFT,
        linewidth=0,
        zorder=1.5,
    )


def _outlined(across: int, up: int) -> Rectangle:
    return Rectangle(
        (across - 0.48, up - 0.47), 0.96, 0.94, fill=False, edgecolor=INK, linewidth=2.0, zorder=2.5
    )


def _symbol(quantity: Quantity) -> str:
    return SYMBOLS.get(quantity.name, quantity.name)


def _label(quantity: Quantity, lang: Language) -> str:
    name = quantity.text.get(lang)
    if quantity.unit not in ("-", "share"):
        name += f"（{quantity.unit}）" if lang == "zh" else f" ({quantity.unit})"
    return f"{_symbol(quantity)} {name}"


def _plain(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
