from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sansheng.core.tables import F64, I32
from sansheng.outcomes.equity import tercile_gap, theil, theil_between

N = 8
VALUES = st.lists(st.one_of(st.just(0.0), st.floats(0.1, 1e4)), min_size=N, max_size=N).map(
    np.array
)
WEIGHTS = st.lists(st.floats(0.1, 1e4), min_size=N, max_size=N).map(np.array)
GROUPS = st.lists(st.integers(0, 4), min_size=N, max_size=N).map(lambda g: np.array(g, np.int32))


@given(st.floats(0.1, 1e6), WEIGHTS)
def test_equality_is_zero(value: float, weights: F64) -> None:
    assert theil(np.full(N, value), weights) == pytest.approx(0.0, abs=1e-12)


@given(st.integers(1, 50), st.floats(0.1, 1e6))
def test_one_of_n_who_holds_all_is_the_logarithm_of_n(n: int, value: float) -> None:
    values = np.zeros(n)
    values[n // 2] = value
    assert theil(values, np.ones(n)) == pytest.approx(math.log(n))


def test_a_known_index() -> None:
    # shares of 1/4 and 3/4 of the total for halves of the population
    assert theil(np.array([1.0, 3.0]), np.ones(2)) == pytest.approx(
        0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    )


def test_where_nobody_has_anything_all_are_equal() -> None:
    assert theil(np.zeros(3), np.ones(3)) == 0.0


@given(VALUES, WEIGHTS, st.floats(0.01, 100.0), st.floats(0.01, 100.0))
def test_the_index_knows_neither_unit_nor_size(
    values: F64, weights: F64, unit: float, size: float
) -> None:
    index = theil(values, weights)
    assert index >= -1e-12
    assert theil(unit * values, size * weights) == pytest.approx(index, abs=1e-9)


@given(VALUES, st.integers(0, N - 1), st.integers(0, N - 1), st.floats(0.0, 1.0))
def test_a_transfer_from_poor_to_rich_never_lowers_it(
    values: F64, one: int, two: int, share: float
) -> None:
    assume(one != two)
    poor, rich = sorted((one, two), key=lambda i: values[i])
    moved = values.copy()
    moved[poor] -= share * values[poor]
    moved[rich] += share * values[poor]
    assert theil(moved, np.ones(N)) >= theil(values, np.ones(N)) - 1e-12


@given(VALUES, WEIGHTS, GROUPS)
def test_within_and_between_add_up_to_the_whole(values: F64, weights: F64, groups: I32) -> None:
    total = float((weights * values).sum())
    assume(total > 0.0)
    within = 0.0
    for g in np.unique(groups):
        own = groups == g
        held = float((weights[own] * values[own]).sum())
        within += held / total * theil(values[own], weights[own])
    between = theil_between(values, weights, groups)
    assert between + within == pytest.approx(theil(values, weights), abs=1e-9)
    assert between >= -1e-12


@given(VALUES, WEIGHTS)
def test_one_group_has_nothing_between_and_single_members_everything(
    values: F64, weights: F64
) -> None:
    one, each = np.zeros(N, np.int32), np.arange(N, dtype=np.int32)
    assert theil_between(values, weights, one) == pytest.approx(0.0, abs=1e-9)
    assert theil_between(values, weights, each) == pytest.approx(theil(values, weights))


def test_a_known_gap_between_thirds() -> None:
    values = np.array([10.0, 20.0, 99.0, 99.0, 50.0, 80.0])
    by = np.array([2, 1, 4, 3, 9, 8])
    weights = np.array([1.0, 3.0, 7.0, 7.0, 1.0, 2.0])
    # top third 50 and 80 (weights 1, 2), bottom third 10 and 20 (weights 1, 3)
    assert tercile_gap(values, by, weights) == pytest.approx(70.0 - 17.5)


def test_a_third_is_rounded_down_and_never_empty() -> None:
    assert tercile_gap(np.array([1.0, 5.0, 5.0, 5.0, 9.0]), np.arange(5), np.ones(5)) == 8.0
    assert tercile_gap(np.array([1.0, 4.0]), np.arange(2), np.ones(2)) == 3.0
    assert tercile_gap(np.array([1.0]), np.arange(1), np.ones(1)) == 0.0


@given(VALUES, st.permutations(range(N)).map(np.array), WEIGHTS)
def test_the_gap_turns_with_the_order(values: F64, by: F64, weights: F64) -> None:
    gap = tercile_gap(values, by, weights)
    assert tercile_gap(values, -by, weights) == pytest.approx(-gap, abs=1e-9)
    assert tercile_gap(np.full(N, 3.0), by, weights) == pytest.approx(0.0, abs=1e-12)


@given(VALUES, WEIGHTS, st.floats(0.0, 1e4))
def test_more_at_the_top_widens_the_gap(values: F64, weights: F64, more: float) -> None:
    by = np.arange(N)
    raised = values.copy()
    raised[-1] += more
    assert tercile_gap(raised, by, weights) >= tercile_gap(values, by, weights) - 1e-9


ROWS = st.lists(VALUES, min_size=0, max_size=4).map(lambda rows: np.array(rows).reshape(-1, N))


@given(ROWS, WEIGHTS, VALUES, GROUPS)
def test_several_rows_give_what_each_gives(values: F64, weights: F64, by: F64, groups: I32) -> None:
    each = np.array([np.roll(weights, i) for i in range(len(values))]).reshape(-1, N)
    assert theil(values, each).tolist() == [theil(*row) for row in zip(values, each, strict=True)]
    between = [theil_between(*row, groups) for row in zip(values, each, strict=True)]
    assert theil_between(values, each, groups).tolist() == between
    gaps = [tercile_gap(row, by, weight) for row, weight in zip(values, each, strict=True)]
    assert tercile_gap(values, by, each).tolist() == gaps
    own = [tercile_gap(row, weight, weight) for row, weight in zip(values, each, strict=True)]
    assert tercile_gap(values, each, each).tolist() == own
