"""The money at which a response is zero, on responses whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sansheng.analysis.scale_search import Sample, Solution, search
from sansheng.core.scale import ONE
from sansheng.core.tables import F64
from sansheng.study.matching import LEAST, MOST

Response = Callable[[float], F64 | None]


def solve(gain: Response, money: Callable[[float], F64] | None = None) -> Solution:
    """Search with money that is 100 less than a hundred times the scale, unless it is given."""
    steps = search(1)
    scales = next(steps)
    while True:
        found: dict[int, Sample | None] = {}
        for scale in scales:
            assert LEAST <= scale <= MOST
            drawn = gain(scale / ONE)
            if drawn is None:
                found[scale] = None
                continue
            spent = np.full(drawn.shape, 100.0 * (scale / ONE - 1.0))
            found[scale] = Sample(drawn, (spent if money is None else money(scale / ONE))[None])
        try:
            scales = steps.send(found)
        except StopIteration as end:
            solution: Solution = end.value
            return solution


def noise(seed: int, spread: float, replicates: int = 12) -> F64:
    return np.random.default_rng(seed).normal(0.0, spread, replicates)


def test_a_line_is_solved_and_its_interval_is_that_of_the_mean_divided_by_the_slope() -> None:
    from scipy.stats import t

    luck = noise(1, 0.5)
    found = solve(lambda s: 0.04 * (100.0 * (s - 1.0) - 30.0) + luck)
    mean, half = luck.mean(), t.ppf(0.975, 11) * luck.std(ddof=1) / math.sqrt(12)
    (money,) = found.money
    assert found.verdict == "matched"
    assert money == pytest.approx(
        (30.0 - mean / 0.04, 30.0 - (mean + half) / 0.04, 30.0 - (mean - half) / 0.04), abs=0.3
    )
    assert found.scale == pytest.approx(1.0 + money.value / 100.0, abs=1e-3)
    assert math.isnan(found.peak)


def test_a_rule_that_is_better_saves() -> None:
    (money,) = solve(lambda s: 0.04 * (100.0 * (s - 1.0) + 25.0) + noise(2, 0.2)).money
    assert money.high < 0.0
    assert money.value == pytest.approx(-25.0, abs=4.0)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        luck, slope = rng.normal(0.0, 1.0, 12), rng.normal(0.1, 0.01, 12)
        spending = rng.normal(0.0, 5.0, 12)

        def gain(s: float, luck: F64 = luck, slope: F64 = slope, rng=rng) -> F64:  # type: ignore[no-untyped-def]
            rough: F64 = rng.normal(0.0, 0.3, 12)  # each scale lets replicates part ways anew
            return slope * (100.0 * (s - 1.0) - 37.0) + luck + rough

        def money(s: float, spending: F64 = spending) -> F64:
            return 100.0 * (s - 1.0) + spending

        (found,) = solve(gain, money).money
        held += found.low <= 37.0 <= found.high
    assert 0.92 * 300 <= held <= 0.995 * 300


def test_what_is_exactly_alike_at_its_own_money_needs_exactly_nothing() -> None:
    luck = noise(3, 1.0)
    found = solve(lambda s: (s - 1.0) * (10.0 + luck))
    assert (found.verdict, found.scale, found.money[0].value) == ("matched", 1.0, 0.0)


def test_a_response_that_saturates_below_cannot_match_at_any_money() -> None:
    found = solve(lambda s: -1.0 - 5.0 * math.exp(-3.0 * s) + noise(4, 0.5))
    assert found.verdict == "never"
    assert all(map(math.isnan, (found.scale, *found.money[0])))
    assert max(point.high for point in found.curve) < 0.0


def test_a_response_that_saturates_within_luck_has_no_upper_end() -> None:
    luck = noise(5, 1.0)
    found = solve(lambda s: luck - luck.mean() - 0.05 - 5.0 * math.exp(-3.0 * s))
    assert found.verdict == "undetermined"
    assert math.isnan(found.money[0].value)
    assert math.isfinite(found.money[0].low)
    assert math.isnan(found.money[0].high)


def test_a_flat_response_that_luck_covers_says_nothing() -> None:
    luck = noise(6, 1.0)
    found = solve(lambda s: luck - luck.mean() + 0.1)
    assert found.verdict == "undetermined"
    assert all(map(math.isnan, found.money[0]))


def test_what_is_better_even_with_next_to_no_money_says_at_most_how_much() -> None:
    found = solve(lambda s: 2.0 + s + noise(7, 0.1))
    assert found.verdict == "always"
    assert found.money[0].high == pytest.approx(-99.0)


def test_of_a_response_that_turns_the_smallest_money_is_told_and_the_turn() -> None:
    found = solve(lambda s: 3.0 * math.log(s / 1.5) * math.log(9.0 / s) + noise(8, 0.2))
    assert found.verdict == "matched"
    assert found.scale == pytest.approx(1.5, abs=0.1)
    assert found.peak == 4.0
    assert found.curve[-1].high < 0.0


def test_luck_alone_is_no_turn() -> None:
    turns = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        turns += not math.isnan(
            solve(lambda s, rng=rng: min(s, 2.0) - 1.5 + rng.normal(0.0, 0.5, 12)).peak
        )
    assert turns <= 0.06 * 200


def test_scales_that_are_not_possible_are_left_out() -> None:
    luck = noise(9, 0.05)
    found = solve(lambda s: s - 0.6 + luck if s > 1 / 3 else None)
    assert found.verdict == "matched"
    assert min(point.scale for point in found.curve) >= 1 / 3


def test_an_outcome_that_is_never_defined_leaves_it_undetermined() -> None:
    found = solve(lambda s: np.full(8, math.nan))
    assert (found.verdict, found.curve) == ("undetermined", ())
