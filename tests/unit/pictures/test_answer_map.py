"""The map of answers over two unknown numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sansheng.core.quantities import quantity
from sansheng.core.text import Language
from sansheng.pictures.answer_map import Cell, draw_map, map_figure, map_sentence
from sansheng.pictures.conditions import Conditions

PSI = quantity(
    "psi",
    0.5,
    unit="-",
    low=0,
    high=1,
    source="assumed",
    role="uncertainty",
    en="share of base staff that follows households",
    zh="基层人员随户数配置的比例",
)
RHO = quantity(
    "rho_FH",
    0.3,
    unit="-",
    low=0,
    high=0.8,
    source="assumed",
    role="uncertainty",
    en="correlation of duties borne with households",
    zh="职责与户数的相关系数",
)
XS = (0.0, 0.25, 0.5, 0.75, 1.0)
YS = (0.0, 0.15, 0.3, 0.5, 0.8)

BLUE, VERMILION = (0.0, 0.447, 0.698), (0.835, 0.369, 0.0)


def plane(xs: tuple[float, ...] = XS, ys: tuple[float, ...] = YS) -> list[Cell]:
    """A difference that rises with x and falls with y, known to ±0.35."""
    return [
        Cell(x=x, y=y, difference=d, low=d - 0.35, high=d + 0.35)
        for x in xs
        for y in ys
        for d in (round(3 * x - 2 * y - 0.9, 6),)
    ]


def draw(cells: list[Cell], outcome: Any, conditions: Conditions, lang: Language = "zh") -> Figure:
    return map_figure(
        cells,
        x=PSI,
        y=RHO,
        outcome=outcome,
        scenario="按职责付费",
        baseline="per_household",
        conditions=conditions,
        lang=lang,
    )


def sentence(cells: list[Cell], outcome: Any, conditions: Conditions, lang: Language) -> str:
    return map_sentence(
        cells,
        outcome=outcome,
        scenario="functions borne",
        baseline="per_household",
        conditions=conditions,
        lang=lang,
    )


def hatched(figure: Figure) -> list[Rectangle]:
    """The hatched cells (a hatched sample in the key is no cell)."""
    return [p for p in figure.axes[-1].patches if isinstance(p, Rectangle) and p.get_hatch()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (5, 5), (11, 9)])
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    outcomes: dict[str, Any],
    incomplete: Conditions,
    assert_legible: Callable[[Figure], None],
    size: tuple[int, int],
    lang: Language,
) -> None:
    xs = tuple(round(i / max(size[0] - 1, 1), 2) for i in range(size[0]))
    ys = tuple(round(0.8 * i / max(size[1] - 1, 1), 2) for i in range(size[1]))
    assert_legible(draw(plane(xs, ys), outcomes["turnover"], incomplete, lang))


def test_long_and_hostile_names_are_drawn_literally(
    outcomes: dict[str, Any],
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    placed: Callable[[Figure], list[Any]],
    long_name: str,
) -> None:
    figure = map_figure(
        plane(),
        x=PSI,
        y=RHO,
        outcome=outcomes["need_met"],
        scenario="$x^$ <script> %s {who}\n" + long_name,
        baseline=long_name * 2,
        conditions=conditions,
        lang="zh",
    )
    assert_legible(figure)
    words = "".join(text.words for text in placed(figure))
    assert r"$x^$ <script> %s {who}\n" in words


def test_the_title_counts_the_cells(outcomes: dict[str, Any], conditions: Conditions) -> None:
    cells = plane()
    won = sum(cell["low"] > 0 for cell in cells)
    lost = sum(cell["high"] < 0 for cell in cells)
    assert 0 < won != lost > 0
    assert won + lost < 25
    assert sentence(cells, outcomes["need_met"], conditions, "en") == (
        f"Need met: functions borne beats per household in {won} of 25 cells,"
        f" loses in {lost}, undecided in {25 - won - lost}"
    )
    assert sentence(cells, outcomes["wait"], conditions, "zh") == (
        f"等待时间：25 格中，functions borne优于按户付费 {lost} 格，劣于 {won} 格，"
        f"无可分辨 {25 - won - lost} 格"
    )
    assert sentence(cells, outcomes["granted"], conditions, "en") == (
        f"Money granted: functions borne is above per household in {won} of 25 cells,"
        f" below in {lost}, undecided in {25 - won - lost}"
    )


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0, 2), st.floats(0, 2)), min_size=1, max_size=12
    ),
    st.sampled_from(["need_met", "wait", "granted", "closure"]),
)
def test_every_cell_is_counted_once(
    outcomes: dict[str, Any],
    conditions: Conditions,
    drawn: list[tuple[float, float, float]],
    name: str,
) -> None:
    cells = [
        Cell(x=float(i), y=0.0, difference=d, low=d - a, high=d + b)
        for i, (d, a, b) in enumerate(drawn)
    ]
    said = sentence(cells, outcomes[name], conditions, "en")
    head, _, counts = said.partition(" in ")
    assert head
    won, total, lost, rest = (
        int(word) for word in counts.replace(",", "").split() if word.isdigit()
    )
    assert won + lost + rest == total == len(cells)
    zero = sum(cell["low"] <= 0 <= cell["high"] for cell in cells)
    assert rest == zero


def test_cells_that_include_zero_and_only_they_are_hatched_and_marked(
    outcomes: dict[str, Any], conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    cells = plane()
    figure = draw(cells, outcomes["need_met"], conditions)
    undecided = {(XS.index(c["x"]), YS.index(c["y"])) for c in cells if c["low"] <= 0 <= c["high"]}
    centres = {
        (round(p.get_x() + p.get_width() / 2), round(p.get_y() + p.get_height() / 2))
        for p in hatched(figure)
    }
    assert centres == undecided
    numbers = [text.words for text in placed(figure) if "\n±" in text.words]
    assert len(numbers) == 25
    assert sum(words.startswith("~ ") for words in numbers) == len(undecided)


def test_cells_state_difference_and_half_width(
    outcomes: dict[str, Any], conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    cells = [Cell(x=0.0, y=0.0, difference=-1.24, low=-1.64, high=-1.04)]
    words = {text.words for text in placed(draw(cells, outcomes["need_met"], conditions))}
    assert "−1.2\n±0.3" in words


def test_colours_are_symmetric_about_zero_and_blue_is_better(
    outcomes: dict[str, Any], conditions: Conditions
) -> None:
    for name, best in (("need_met", 1), ("wait", -1)):
        figure = draw(plane(), outcomes[name], conditions)
        (mesh,) = (c for c in figure.axes[-1].collections if isinstance(c, QuadMesh))
        assert mesh.norm.vmin == -(mesh.norm.vmax or 0)
        limit = mesh.norm.vmax or 0
        assert mesh.cmap(mesh.norm(best * limit))[:3] == pytest.approx(BLUE, abs=0.01)
        assert mesh.cmap(mesh.norm(-best * limit))[:3] == pytest.approx(VERMILION, abs=0.01)
        assert mesh.cmap(mesh.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.01)
        bottom, top = figure.axes[0].get_ylim()
        assert (top > bottom) == (best > 0)


def drawn(figure: Figure, gid: str) -> list[Any]:
    """What the map shows under a name."""
    return [c for c in figure.axes[-1].collections if c.get_gid() == gid]


def test_the_line_goes_between_middles_of_cells_where_the_difference_is_zero(
    outcomes: dict[str, Any], conditions: Conditions
) -> None:
    cells = plane()
    figure = draw(cells, outcomes["need_met"], conditions)
    (line,) = drawn(figure, "zero-line")
    points = np.concatenate([path.vertices for path in line.get_paths()])
    inside = points[(points > 0).all(axis=1) & (points < 4).all(axis=1)]
    assert len(inside) > 10
    for across, up in inside:
        x, y = np.interp(across, range(5), XS), np.interp(up, range(5), YS)
        assert 3 * x - 2 * y - 0.9 == pytest.approx(0.0, abs=0.02)


def test_the_band_is_where_an_interval_between_the_cells_includes_zero(
    outcomes: dict[str, Any], conditions: Conditions
) -> None:
    figure = draw(plane(), outcomes["need_met"], conditions)
    (band,) = drawn(figure, "band")
    (path,) = band.get_paths()
    for across in np.linspace(0.1, 3.9, 14):
        for up in np.linspace(0.1, 3.9, 14):
            x, y = np.interp(across, range(5), XS), np.interp(up, range(5), YS)
            far = abs(3 * x - 2 * y - 0.9) - 0.35
            if abs(far) > 0.05:
                assert path.contains_point((across, up)) == (far < 0), (across, up)


def test_two_cells_decided_for_different_sides_have_a_band_between_them(
    outcomes: dict[str, Any], conditions: Conditions
) -> None:
    cells = [
        Cell(x=x, y=0.0, difference=d, low=d - 0.1, high=d + 0.1) for x, d in ((0, -3), (1, 3))
    ]
    assert drawn(draw(cells, outcomes["need_met"], conditions), "band")


def test_without_a_change_of_sign_there_is_no_line_and_no_word_of_it(
    outcomes: dict[str, Any], conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    cells = [Cell(x=x, y=y, difference=1.0, low=0.5, high=1.5) for x in XS for y in YS]
    figure = draw(cells, outcomes["need_met"], conditions, "en")
    assert not drawn(figure, "zero-line")
    assert not drawn(figure, "band")
    words = [text.words for text in placed(figure)]
    assert not any("difference is 0" in line or "band" in line for line in words)


def test_any_two_parameters_can_be_the_axes_and_say_their_units(
    outcomes: dict[str, Any], conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    hours = quantity(
        "h",
        2.0,
        unit="hours",
        low=1,
        high=3,
        source="assumed",
        role="uncertainty",
        en="time",
        zh="时间",
    )
    figure = map_figure(
        plane(),
        x=hours,
        y=RHO,
        outcome=outcomes["need_met"],
        scenario="a",
        baseline="b",
        conditions=conditions,
        lang="en",
        notes=["Who gains in the corners"],
    )
    words = " ".join(text.words for text in placed(figure))
    assert "h time (hours)" in words
    assert "Who gains in the corners" in words


def test_a_missing_cell_and_an_undefined_one_are_shown_as_such(
    outcomes: dict[str, Any],
    conditions: Conditions,
    placed: Callable[[Figure], list[Any]],
    assert_legible: Callable[[Figure], None],
) -> None:
    cells = plane()[:-1]
    cells[0] = Cell(x=0.0, y=0.0, difference=math.nan, low=math.nan, high=math.nan)
    figure = draw(cells, outcomes["need_met"], conditions, "en")
    assert_legible(figure)
    words = [text.words for text in placed(figure)]
    assert "no result" in words
    assert "~ –\n±–" in words


def test_the_figure_names_the_records_that_would_settle_it_and_the_defaults(
    outcomes: dict[str, Any], conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    words = " ".join(
        text.words for text in placed(draw(plane(), outcomes["need_met"], conditions, "en"))
    )
    assert "staff list" in words
    assert "duty list" in words
    assert "default values" in words
    assert "ψ share of base staff that follows households" in words


def test_no_cell_or_one_twice_is_refused(outcomes: dict[str, Any], conditions: Conditions) -> None:
    with pytest.raises(ValueError, match="at least one cell"):
        draw([], outcomes["need_met"], conditions)
    with pytest.raises(ValueError, match="comes twice"):
        draw(plane() + plane()[:1], outcomes["need_met"], conditions)


def test_both_files_are_written_and_the_same_every_time(
    outcomes: dict[str, Any], conditions: Conditions, tmp_path: Path
) -> None:
    written = [
        draw_map(
            plane(),
            x=PSI,
            y=RHO,
            outcome=outcomes["need_met"],
            scenario="functions borne",
            baseline="per_household",
            conditions=conditions,
            lang="zh",
            stem=tmp_path / name,
        )
        for name in ("a", "b")
    ]
    assert [path.name for path in written[0]] == ["a.png", "a.svg"]
    first, second = ([path.read_bytes() for path in paths] for paths in written)
    assert first == second
    assert b"dc:date" not in first[1]
