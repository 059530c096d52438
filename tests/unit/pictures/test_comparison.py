"""The comparison figure."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from sansheng.core.text import Language, Text
from sansheng.pictures.comparison import comparison_figure, comparison_title, draw_comparison
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.style import mark
from sansheng.pictures.wording import finding_sentence

Compared = Callable[[int], list[Any]]
Placed = Callable[[Figure], list[Any]]

HOSTILE = [
    "$x^$",
    "<script>alert('x')</script>",
    "%s {0} \\frac",
    "first\nsecond",
    "\u202e好\U0001f600",
]


def drawn_line(figure: Figure, gid: str) -> Line2D:
    (line,) = figure.findobj(lambda artist: artist.get_gid() == gid)
    assert isinstance(line, Line2D)
    return line


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    compared: Compared,
    outcomes: dict[str, Any],
    incomplete: Conditions,
    assert_legible: Callable[[Figure], None],
    number: int,
    lang: Language,
) -> None:
    figure = comparison_figure(
        compared(number), outcomes=outcomes, conditions=incomplete, lang=lang
    )
    assert_legible(figure)
    assert figure.get_size_inches()[0] * figure.dpi == 1600


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_long_names_and_hostile_names_leave_the_figure_legible(
    one: Callable[..., Any],
    outcomes: dict[str, Any],
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    long_name: str,
    lang: Language,
) -> None:
    names = [*HOSTILE, "x" * 150, long_name * 3]
    rows = [
        one(outcome, name, -12345.678, -23456.789, -1234.567, baseline=long_name * 2)
        for outcome in outcomes
        for name in names
    ]
    titled = replace(conditions, titles={}, spend=dict.fromkeys(names, 12345.6))
    figure = comparison_figure(rows, outcomes=outcomes, conditions=titled, lang=lang)
    assert_legible(figure)


def test_intervals_and_estimates_are_drawn_at_the_numbers(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions
) -> None:
    rows = compared(3)
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="zh")
    headlines = [name for name, outcome in outcomes.items() if outcome.headline]
    for number, name in enumerate(headlines):
        for line, row in enumerate(row for row in rows if row.outcome == name):
            interval = drawn_line(figure, f"interval-{number}-{line}")
            estimate = drawn_line(figure, f"estimate-{number}-{line}")
            assert list(interval.get_xdata()) == [row.low, row.high]
            assert list(estimate.get_xdata()) == [row.difference]
            axes = interval.axes
            assert axes is not None
            low, high = sorted(axes.get_xlim())
            assert low < row.low < row.high < high
            assert low == -high


def test_better_is_to_the_right_whichever_way_the_numbers_run(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions
) -> None:
    figure = comparison_figure(compared(2), outcomes=outcomes, conditions=conditions, lang="zh")
    headlines = [name for name, outcome in outcomes.items() if outcome.headline]
    for number, name in enumerate(headlines):
        axes = drawn_line(figure, f"interval-{number}-0").axes
        assert axes is not None
        left, right = axes.get_xlim()
        assert (left > right) == (outcomes[name].better == "lower")
        tinted = len(axes.patches) == 1
        judged = outcomes[name].better != "neither" and outcomes[name].kind != "reported"
        assert tinted == judged
        for tint in axes.patches:
            middle = (tint.get_extents().x0 + tint.get_extents().x1) / 2
            assert middle > axes.transData.transform((0, 0))[0]


def test_markers_are_hollow_exactly_where_the_interval_includes_zero(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions
) -> None:
    rows = compared(3)
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="en")
    for line, row in enumerate(row for row in rows if row.outcome == "need_met"):
        face = to_hex(drawn_line(figure, f"estimate-0-{line}").get_markerfacecolor())
        assert (face == "#ffffff") == (row.low <= 0 <= row.high)


def test_each_row_states_its_numbers_and_its_verdict(
    one: Callable[..., Any], outcomes: dict[str, Any], conditions: Conditions, placed: Placed
) -> None:
    rows = [one("wait", "rule", -0.52, -0.81, -0.23, baseline_mean=3.21)]
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="zh")
    words = {text.words for text in placed(figure)}
    assert {"−0.5（−0.8～−0.2）", "更好"} <= words
    assert any("基线 3.2 月" in text for text in words)
    assert any("越低越好（轴反向）" in text for text in words)


def test_the_title_is_the_finding_about_the_first_headline_outcome(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions, placed: Placed
) -> None:
    rows = compared(2)
    said = finding_sentence(rows, "need_met", "zh", outcomes=outcomes, titles=conditions.titles)
    assert said == comparison_title(rows, outcomes=outcomes, conditions=conditions, lang="zh")
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="zh")
    assert said in "".join(text.words for text in placed(figure))


def test_the_title_can_lead_with_another_outcome(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions
) -> None:
    title = comparison_title(
        compared(1), outcomes=outcomes, conditions=conditions, lang="en", lead="wait"
    )
    assert title.startswith("Waiting time, against per household")


def test_outcomes_that_are_no_headline_are_left_out(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions, placed: Placed
) -> None:
    figure = comparison_figure(compared(1), outcomes=outcomes, conditions=conditions, lang="en")
    words = {text.words for text in placed(figure)}
    assert "Waiting time" in words
    assert "Left out of the figure" not in words


def test_undefined_numbers_leave_a_gap_and_say_so(
    one: Callable[..., Any],
    outcomes: dict[str, Any],
    conditions: Conditions,
    placed: Placed,
    assert_legible: Callable[[Figure], None],
) -> None:
    nan = math.nan
    rows = [
        one("need_met", "a", 1.0, nan, nan, replicates=1),
        one("need_met", "b", nan, nan, nan, replicates=0, baseline_mean=nan),
        one("wait", "a", 0.0, 0.0, 0.0),
        one("wait", "b", nan, nan, nan, replicates=0),
    ]
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="en")
    assert_legible(figure)
    words = [text.words for text in placed(figure)]
    assert words.count("no interval") == 3
    assert words.count("identical") == 1
    assert any("defined in 0 of 30 replicates" in text for text in words)
    assert drawn_line(figure, "estimate-0-0")
    assert not figure.findobj(lambda artist: artist.get_gid() == "interval-0-0")
    assert not figure.findobj(lambda artist: artist.get_gid() == "estimate-0-1")


def test_hostile_names_are_shown_as_they_are_written(
    one: Callable[..., Any],
    outcomes: dict[str, Any],
    conditions: Conditions,
    placed: Placed,
    tmp_path: Path,
) -> None:
    rows = [one("need_met", name, 1.0, 0.5, 1.5) for name in HOSTILE]
    figure = comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="en")
    words = {text.words for text in placed(figure)}
    assert set(HOSTILE[:3]) <= words
    assert {r"first\nsecond", r"\u202e好\U0001f600"} <= words
    _, svg = draw_comparison(
        [one("need_met", name, 1.0, 0.5, 1.5) for name in HOSTILE[:2]],
        outcomes=outcomes,
        conditions=conditions,
        lang="en",
        stem=tmp_path / "hostile",
    )
    tree = ET.parse(svg)
    assert not [element for element in tree.iter() if element.tag.endswith("script")]
    said = [element.text or "" for element in tree.iter() if element.tag.endswith("title")]
    assert any(HOSTILE[1] in text for text in said)


def test_both_files_are_written_without_a_date_and_the_same_every_time(
    compared: Compared, outcomes: dict[str, Any], conditions: Conditions, tmp_path: Path
) -> None:
    args = {"outcomes": outcomes, "conditions": conditions, "lang": "zh"}
    once = draw_comparison(compared(2), stem=tmp_path / "once.v1", **args)
    with mpl.rc_context(
        {"font.family": "monospace", "figure.facecolor": "red", "text.usetex": True}
    ):
        twice = draw_comparison(compared(2), stem=tmp_path / "twice", **args)
    assert [path.name for path in once] == ["once.v1.png", "once.v1.svg"]
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in twice]
    svg = once[1].read_text("utf-8")
    assert "dc:date" not in svg
    assert "<text" not in svg  # outlines only: no font is needed to read it
    with Image.open(once[0]) as picture:
        assert picture.width == 1600
        assert set(picture.info) <= {"Title", "Description", "dpi"}
        assert "需求满足率" in picture.info["Title"]
        assert "30 对重复" in picture.info["Description"]


def test_pictures_do_not_depend_on_hash_order_or_pyplot(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from types import SimpleNamespace as N
from sansheng.core.text import Text
from sansheng.pictures.comparison import draw_comparison
from sansheng.pictures.conditions import Conditions
outcomes = {"o": N(text=Text("o", "果"), unit="%", unit_zh="%", better="higher", kind="true",
                    headline=True, group="service")}
rows = [N(outcome="o", scenario=s, baseline="b", mean=2.0, baseline_mean=1.0, difference=1.0,
          bounds=(0.5, 1.5), zone=float("nan"), replicates=3) for s in ("甲", "乙")]
where = Conditions(Text("p", "地"), 1, 3, 3, 1, "f")
draw_comparison(rows, outcomes=outcomes, conditions=where, lang="zh", stem=Path(sys.argv[1]))
assert "matplotlib.pyplot" not in sys.modules
"""
    found = []
    for seed in ("0", "1"):
        stem = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", code, str(stem)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
        found.append([stem.with_suffix(kind).read_bytes() for kind in (".png", ".svg")])
    assert found[0] == found[1]


def test_an_incomplete_study_says_so_on_the_figure(
    compared: Compared, outcomes: dict[str, Any], incomplete: Conditions, placed: Placed
) -> None:
    figure = comparison_figure(compared(1), outcomes=outcomes, conditions=incomplete, lang="en")
    words = " ".join(text.words for text in placed(figure))
    assert "28/30 paired replicates" in words
    assert "incomplete" in words


def test_unequal_spending_is_named_and_equal_spending_is_only_stated(
    conditions: Conditions,
) -> None:
    assert conditions.spend_line("en").replace("\u00a0", " ") == (
        "Really spent a year (million yuan): per household 15.000, functions borne 15.000."
    )
    apart = replace(conditions, spend={"per_household": 1500.0, "rule": 1455.0})
    assert "支出相差 3.0%" in apart.spend_line("zh")
    assert "Spending differs by 3.0%" in apart.spend_line("en")
    assert not replace(conditions, spend={}).spend_line("zh")


def test_a_figure_of_nothing_of_two_baselines_or_of_several_draws_is_refused(
    one: Callable[..., Any], outcomes: dict[str, Any], conditions: Conditions
) -> None:
    def draw(rows: list[Any]) -> None:
        comparison_figure(rows, outcomes=outcomes, conditions=conditions, lang="en")

    row = one("need_met", "a", 1.0, 0.5, 1.5)
    with pytest.raises(ValueError, match="no headline outcome"):
        draw([one("quiet", "a", 1.0, 0.5, 1.5)])
    with pytest.raises(ValueError, match="more than one baseline"):
        draw([row, one("need_met", "b", 1.0, 0.5, 1.5, baseline="other")])
    with pytest.raises(ValueError, match="compared twice"):
        draw([row, row])


def test_marks_differ_in_colour_or_marker_and_neighbours_differ_in_line() -> None:
    marks = [mark(number) for number in range(77)]
    assert len({(m.colour, m.marker) for m in marks}) == 77
    assert len({m.marker for m in marks[:7]}) == len({m.colour for m in marks[:7]}) == 7
    assert all(a.dashes != b.dashes for a, b in itertools.pairwise(marks))


def test_a_folder_that_does_not_exist_is_an_error_and_no_file_is_left(
    one: Callable[..., Any], outcomes: dict[str, Any], conditions: Conditions, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        draw_comparison(
            [one("need_met", "a", 1.0, 0.5, 1.5)],
            outcomes={"need_met": outcomes["need_met"]},
            conditions=replace(conditions, place=Text("p", "地")),
            lang="en",
            stem=tmp_path / "missing" / "figure",
        )
    assert list(tmp_path.iterdir()) == []
