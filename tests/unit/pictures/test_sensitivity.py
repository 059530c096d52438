"""The figure of a screening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from sansheng.analysis.sensitivity import DUMMY, Difference, Influence, Sensitivity
from sansheng.core.text import Language, Text
from sansheng.month import PARAMETERS
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.sensitivity import (
    MOST_ROWS,
    STATUS,
    draw_sensitivity,
    sensitivity_figure,
    sensitivity_sentence,
)

DEFAULT = Difference(-1.46, -1.62, -1.3)
FLOOR = 0.3
UP, DOWN, OPEN = (
    Difference(0.8, 0.4, 1.2),
    Difference(-1.9, -2.3, -1.5),
    Difference(-0.2, -0.6, 0.2),
)
NAMES = [name for name, one in PARAMETERS.items() if one.role == "uncertainty"]
LONGEST = sorted(NAMES, key=lambda name: -len(PARAMETERS[name].text.en))


def influence(
    name: str,
    mu_star: float,
    ends: tuple[Difference, Difference] | None = None,
    status: str = "assumed",
    text: Text | None = None,
) -> Influence:
    said = text or PARAMETERS[name].text
    confidence = 0.2 * mu_star + 0.01
    return Influence(
        name,
        said,
        "-",
        0.0,
        0.5,
        1.0,
        status,
        mu_star,
        mu_star,
        0.1,
        confidence,
        mu_star > FLOOR and name != DUMMY,
        *(ends or (None, None)),
    )


def found(
    *influences: Influence, default: Difference = DEFAULT, chance: float = 0.24, **more: Any
) -> Sensitivity:
    dummy = influence(
        DUMMY, chance, status="", text=Text("chance alone: four seeds", "纯随机：四个种子")
    )
    ranked = tuple(sorted((*influences, dummy), key=lambda one: -one.mu_star))
    said = {"scenario": "functions borne", "outcome": "need_met", **more}
    return Sensitivity(
        said["scenario"],
        "per_household",
        said["outcome"],
        10,
        4,
        40,
        ranked,
        FLOOR,
        default,
        -3.0,
        1.2,
        0.12,
        0.034,
    )


def several(number: int) -> tuple[Influence, ...]:
    """Influences of the numbers with the longest names, of all sources; the first ten were put to their ends."""
    kinds = ("assumed", "read", "derived")
    ends = ((DOWN, UP), (DOWN, DOWN), (DOWN, OPEN))
    return tuple(
        influence(name, 2.4 * 0.9**i, ends[i % 3] if i < 10 else None, kinds[i % 3])
        for i, name in enumerate(LONGEST[:number])
    )


def marked(figure: Figure, gid: str) -> list[Any]:
    """What the figure shows under a name."""
    axes = figure.axes[0]
    return [a for a in (*axes.lines, *axes.patches) if a.get_gid() == gid]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("outcome", ["need_met", "wait", "closure_reported"])
@pytest.mark.parametrize("number", [1, 12, 60])
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    number: int,
    outcome: str,
    lang: Language,
) -> None:
    answer = found(*several(number), outcome=outcome)
    assert_legible(sensitivity_figure(answer, conditions=conditions, lang=lang))


def test_long_and_hostile_names_are_drawn_literally(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    placed: Callable[[Figure], list[Any]],
    long_name: str,
) -> None:
    hostile = "$x^$ <script> %s {who}\n\u202e" + long_name
    option = influence(f"{hostile}.share", 1.0, (DOWN, UP), text=Text("share", "比例"))
    figure = sensitivity_figure(found(option, scenario=hostile), conditions=conditions, lang="zh")
    assert_legible(figure)
    words = "".join(text.words for text in placed(figure))
    assert words.count(r"{who}\n\u202e") == 2


def test_points_and_intervals_are_where_the_numbers_are_the_largest_on_top(
    conditions: Conditions,
) -> None:
    answer = found(*several(60), chance=0.03)
    figure = sensitivity_figure(answer, conditions=conditions, lang="en")
    assert DUMMY not in {one.parameter for one in answer.influences[:MOST_ROWS]}
    shown = [one for i, one in enumerate(answer.influences) if i < MOST_ROWS or not one.status]
    levels = []
    for one in shown:
        (point,) = marked(figure, f"point-{one.parameter}")
        assert point.get_xdata() == pytest.approx([one.mu_star])
        assert point.get_marker() == STATUS[one.status][0]
        (whisker,) = marked(figure, f"interval-{one.parameter}")
        low, high = np.asarray(whisker.get_xdata(), float)
        assert low == pytest.approx(max(one.mu_star - one.confidence, 0.0))
        assert high == pytest.approx(one.mu_star + one.confidence)
        levels.append(float(point.get_ydata()[0]))
    assert levels == sorted(levels)
    bottom, top = figure.axes[0].get_ylim()
    assert bottom > top
    assert figure.axes[0].get_xlim()[1] > max(one.mu_star + one.confidence for one in shown)
    assert len([a for a in figure.axes[0].lines if (a.get_gid() or "").startswith("point-")]) == 26


def test_the_noise_floor_is_a_band_from_nothing_and_what_lies_in_it_is_hollow(
    conditions: Conditions,
) -> None:
    answer = found(*several(40))
    figure = sensitivity_figure(answer, conditions=conditions, lang="en")
    (band,) = marked(figure, "noise")
    assert band.get_x() == 0.0
    assert band.get_width() == FLOOR
    for one in answer.influences[:MOST_ROWS]:
        (point,) = marked(figure, f"point-{one.parameter}")
        assert (point.get_markerfacecolor() == "white") == (one.mu_star <= FLOOR)


def test_numbers_that_alone_turn_the_sign_and_only_they_are_ringed(
    conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    answer = found(*several(12))
    turning = {one.parameter for one in answer.turning()}
    assert len(turning) == 4
    for lang, word in (("zh", "变号："), ("en", "sign turns: ")):
        figure = sensitivity_figure(answer, conditions=conditions, lang=lang)  # type: ignore[arg-type]
        ringed = {
            a.get_gid().removeprefix("turns-")
            for a in figure.axes[0].lines
            if (a.get_gid() or "").startswith("turns-")
        }
        assert ringed == turning
        assert sum(f"{word}−1.90" in text.words for text in placed(figure)) == 4


def test_the_sentence_tells_the_default_what_turns_it_and_how_many_move_it(
    conditions: Conditions,
) -> None:
    psi, rho, other = NAMES[:3]
    answer = found(
        influence(psi, 2.0, (DOWN, UP)),
        influence(rho, 1.0, (DOWN, OPEN)),
        influence(other, 0.1),
    )
    en, zh = (
        sensitivity_sentence(answer, conditions=conditions, lang=lang) for lang in ("en", "zh")
    )
    assert en == (
        "Need met: functions borne less per household −1.46\u00a0percentage points"
        " (−1.62\u00a0to\u00a0−1.30) at the defaults; of 2 tried alone 1 turn it: "
        f"{PARAMETERS[psi].text.en}, 1 open; 2 of 3 uncertain numbers move it by more than chance"
    )
    assert zh == (
        "需求满足率：默认值下functions borne减按户付费 −1.46\u00a0个百分点（−1.62～−1.30）；"
        f"单独试取的 2 个中 1 个使其变号：{PARAMETERS[psi].text.zh}，1 个未定；3 个不确定参数中 2 个的影响超过随机"
    )


def test_a_sentence_about_many_or_none_counts(conditions: Conditions) -> None:
    many = sensitivity_sentence(found(*several(12)), conditions=conditions, lang="en")
    assert "; 4 of 10 tried alone turn it, 3 open; " in many
    none = found(influence(NAMES[0], 1.0, (DOWN, DOWN)))
    said = sensitivity_sentence(none, conditions=conditions, lang="en")
    assert "; none of 1 tried alone turns it; 1 of 1 " in said
    untried = sensitivity_sentence(
        found(influence(NAMES[0], 1.0)), conditions=conditions, lang="zh"
    )
    assert "未逐一取上下限" in untried


def test_a_difference_that_cannot_be_told_at_the_defaults_is_said_to_be_so(
    conditions: Conditions,
) -> None:
    answer = found(*several(1), default=OPEN)
    assert "cannot tell at the defaults" in sensitivity_sentence(
        answer, conditions=conditions, lang="en"
    )


def test_conditions_tell_the_design_and_no_paired_intervals(
    conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    figure = sensitivity_figure(found(*several(3)), conditions=conditions, lang="en")
    words = " ".join(text.words for text in placed(figure))
    assert "10 trajectories, 4 paired replicates at each point" in words
    assert "95% paired intervals" not in words


def test_three_formats_are_written(conditions: Conditions, tmp_path: Path) -> None:
    answer = replace(found(*several(3)), unequal=0.0)
    paths = draw_sensitivity(answer, conditions=conditions, lang="zh", stem=tmp_path / "a")
    assert [path.name for path in paths] == ["a.png", "a.svg", "a.pdf"]
