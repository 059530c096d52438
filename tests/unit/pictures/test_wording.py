"""Numbers and findings in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sansheng.analysis.verdicts import direction, verdict
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES as REAL
from sansheng.pictures.forest import GROUPS
from sansheng.pictures.wording import (
    FEW,
    VERDICTS,
    Scale,
    decimals_for,
    finding_sentence,
    round_numbers,
    scale_of,
    tick_labels,
    units,
)

TITLES = {
    "per_household": Text("per household", "按户付费"),
    "task_based": Text("per verified task", "按任务付费"),
    "functions": Text("functions borne", "按职责付费"),
}
NO_DIFFERENCE = {"zh": "无可分辨的差异", "en": "no distinguishable difference"}

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))


@pytest.mark.parametrize(
    ("interval", "better", "expected"),
    [
        ((1.0, 0.5, 1.5), "higher", "better"),
        ((1.0, 0.5, 1.5), "lower", "worse"),
        ((-1.0, -1.5, -0.5), "higher", "worse"),
        ((-1.0, -1.5, -0.5), "lower", "better"),
        ((-1.0, -1.5, -0.5), "neither", "lower"),
        ((1.0, 0.5, 1.5), "neither", "higher"),
        ((1.0, -0.5, 2.5), "higher", "undecided"),
        ((1.0, 0.0, 2.0), "higher", "undecided"),
        ((-1.0, -2.0, 0.0), "lower", "undecided"),
        ((0.0, 0.0, 0.0), "higher", "identical"),
        ((1.0, math.nan, math.nan), "higher", "unknown"),
        ((math.nan, math.nan, math.nan), "lower", "unknown"),
        ((1.0, 0.5, math.inf), "higher", "unknown"),
    ],
)
def test_a_verdict_follows_the_interval_and_the_direction(
    interval: tuple[float, float, float], better: str, expected: str
) -> None:
    assert verdict(*interval, better) == expected


def test_a_reported_figure_is_neither_better_nor_worse(outcomes: dict[str, Any]) -> None:
    assert outcomes["closure"].better == "higher"
    assert direction(outcomes["closure"]) == "neither"
    assert direction(outcomes["need_met"]) == "higher"


def test_the_finding_names_each_rule_with_its_number_or_says_there_is_none(
    outcomes: dict[str, Any], one: Callable[..., Any]
) -> None:
    rows = [
        one("need_met", "task_based", 1.24, 0.93, 1.55),
        one("need_met", "functions", 0.2, -0.4, 0.8),
        one("wait", "functions", 9.0, 8.0, 10.0),
    ]
    zh = finding_sentence(rows, "need_met", "zh", outcomes=outcomes, titles=TITLES)
    en = finding_sentence(rows, "need_met", "en", outcomes=outcomes, titles=TITLES)
    assert zh.replace("\u00a0", " ") == (
        "需求满足率（与按户付费相比）：按任务付费 +1.2 个百分点（0.9～1.6），更好；"
        "按职责付费：无可分辨的差异"
    )
    assert en.replace("\u00a0", " ") == (
        "Need met, against per household: per verified task +1.2 percentage points (0.9 to 1.6), better; "
        "functions borne: no distinguishable difference"
    )


def test_a_fall_in_waiting_is_called_better(
    outcomes: dict[str, Any], one: Callable[..., Any]
) -> None:
    rows = [one("wait", "task_based", -0.5, -0.7, -0.3)]
    assert "−0.5\u00a0月（−0.7～−0.3），更好" in finding_sentence(
        rows, "wait", "zh", outcomes=outcomes
    )


def test_a_null_reform_is_called_identical(
    outcomes: dict[str, Any], one: Callable[..., Any]
) -> None:
    rows = [one("need_met", "twin", 0.0, 0.0, 0.0)]
    assert "twin：与基线完全相同" in finding_sentence(rows, "need_met", "zh", outcomes=outcomes)


@given(
    difference=numbers,
    half=st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 6)),
    lang=st.sampled_from(["zh", "en"]),
)
def test_the_finding_says_no_difference_exactly_when_the_interval_includes_zero(
    outcomes: dict[str, Any],
    one: Callable[..., Any],
    difference: float,
    half: float,
    lang: Language,
) -> None:
    low, high = difference - half, difference + half
    assume((low, high) != (0, 0))
    said = finding_sentence(
        [one("need_met", "rule", difference, low, high)], "need_met", lang, outcomes=outcomes
    )
    assert (NO_DIFFERENCE[lang] in said) == (low <= 0 <= high)
    assert (VERDICTS["better"].get(lang) in said) == (low > 0)
    assert (VERDICTS["worse"].get(lang) in said) == (high < 0)


def test_many_rules_are_counted_and_every_one_of_them(
    outcomes: dict[str, Any], one: Callable[..., Any]
) -> None:
    rows = [one("need_met", f"rule{n}", 1.0, 0.5, 1.5) for n in range(FEW)]
    rows += [one("need_met", "last", -1.0, -1.5, -0.5), one("need_met", "none", 0.0, -1.0, 1.0)]
    said = finding_sentence(rows, "need_met", "en", outcomes=outcomes, titles=TITLES)
    assert said == (
        "Need met, against per household: of 6 scenarios 4 better, 1 worse, 1 not distinguishable"
    )
    assert "6 个方案中，4 个更好，1 个更差，1 个无可分辨" in finding_sentence(
        rows, "need_met", "zh", outcomes=outcomes
    )


def test_a_finding_about_nothing_is_refused(outcomes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no comparison of outcome 'wait'"):
        finding_sentence([], "wait", "en", outcomes=outcomes)


@given(low=numbers, half=st.floats(1e-3, 1e5).map(lambda x: round(x, 6)))
def test_a_decided_interval_is_never_rounded_to_zero(
    outcomes: dict[str, Any], one: Callable[..., Any], low: float, half: float
) -> None:
    high = low + 2 * half
    assume((low > 1e-5) or (high < -1e-5))
    row = one("need_met", "rule", low + half, low, high)
    scale = scale_of(outcomes["need_met"], [row], "en")
    shown = [float(scale.number(end).replace("−", "-").replace(",", "")) for end in (low, high)]
    assert all(end != 0 for end in shown)
    assert shown == pytest.approx([low, high], abs=0.5 * 10.0**-scale.decimals * (1 + 1e-9))


@pytest.mark.parametrize(
    ("half", "decimals"), [(0.3, 1), (0.15, 2), (1.5, 1), (2.5, 0), (30.0, 0), (0.0004, 4)]
)
def test_digits_follow_the_width_of_the_interval(half: float, decimals: int) -> None:
    assert decimals_for([1.0], [(1.0 - half, 1.0 + half)]) == decimals


def test_numbers_have_a_true_minus_a_plus_only_on_changes_and_no_minus_zero() -> None:
    scale = Scale(1, "points", " points")
    assert scale.number(-1234.56) == "−1,234.6"
    assert scale.change(2.0) == "+2.0"
    assert scale.change(-0.04) == scale.change(0.04) == "0.0"
    assert scale.with_unit(3.0) == "3.0 points"
    assert scale.with_unit(math.nan) == "–"


@pytest.mark.parametrize(
    ("name", "lang", "expected"),
    [
        ("need_met", "zh", ("个百分点", "%")),
        ("turnover", "en", ("percentage points/year", "%/year")),
        ("granted", "en", ("× 10,000 yuan/year", " × 10,000 yuan/year")),
        ("granted", "zh", ("万元/年", " 万元/年")),
        ("quiet", "en", ("", "")),
    ],
)
def test_units_say_percentage_points_for_differences_of_per_cents(
    outcomes: dict[str, Any], name: str, lang: Language, expected: tuple[str, str]
) -> None:
    assert units(outcomes[name], lang) == expected


@given(st.floats(1e-6, 1e9))
def test_ticks_are_round_symmetric_and_within_the_limit(limit: float) -> None:
    ticks = round_numbers(limit)
    assert len(ticks) in range(5, 12)
    assert ticks == [-tick for tick in reversed(ticks)]
    assert max(ticks) <= limit * (1 + 1e-9)
    labels = tick_labels(ticks)
    assert len(set(labels)) == len(labels)
    shown = [float(label.replace("−", "-").replace(",", "")) for label in labels]
    assert shown == pytest.approx(ticks)


def test_every_outcome_of_the_model_can_be_drawn_under_a_heading() -> None:
    assert {outcome.group for outcome in REAL.values()} == set(GROUPS)
    assert any(outcome.headline for outcome in REAL.values())
