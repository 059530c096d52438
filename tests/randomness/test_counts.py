"""Counts are true inverses of their distributions, for tiny and for large means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from scipy import stats

from sansheng.core.streams import MOST, Key, fill_uniform, poisson, whole
from sansheng.core.tables import F64

PEOPLE = 2_000 if config.DISABLE_JIT else 40_000

UNITS: F64 = np.unique(
    np.concatenate(
        (
            [2.0**-53, 1e-15, 1e-9, 1e-6],
            [1.0 - 1e-6, 1.0 - 1e-9, 1.0 - 1e-12, 1.0 - 2.0**-53],
            np.linspace(0.001, 0.999, 61),
        )
    )
)
MEANS = [1e-300, 1e-9, 0.01, 0.7, 3.0, 40.5, 499.99, 500.0, 500.01, 1e4, 1e6]

U = st.floats(2.0**-53, 1.0 - 2.0**-53)
MEAN = st.one_of(st.floats(0.0, 20.0), st.floats(400.0, 700.0), st.floats(0.0, 1e4))


@pytest.mark.parametrize("mean", MEANS)
def test_a_poisson_count_is_the_quantile(mean: float) -> None:
    counts = np.array([poisson(u, mean) for u in UNITS])
    assert (counts == stats.poisson.ppf(UNITS, mean))[(UNITS > 1e-12) & (UNITS < 1 - 1e-9)].all()
    assert (stats.poisson.cdf(counts, mean) >= UNITS - 1e-9).all()
    assert (stats.poisson.cdf(counts - 1, mean) < UNITS + 1e-9).all()
    assert (np.diff(counts) >= 0).all()


@given(U, U, MEAN)
def test_more_luck_never_gives_fewer_poisson_counts(one: float, two: float, mean: float) -> None:
    assert poisson(min(one, two), mean) <= poisson(max(one, two), mean)


@given(U, MEAN, st.floats(0.0, 50.0))
def test_a_larger_mean_never_gives_fewer_to_the_same_luck(
    u: float, mean: float, more: float
) -> None:
    # within what rounding can tell apart, at the far ends of the distribution
    assert poisson(u, mean) <= poisson(min(u + 1e-12, 1.0 - 2.0**-53), mean + more)


def test_the_step_itself_belongs_to_the_lower_count() -> None:
    assert poisson(math.exp(-2.0), 2.0) == 0
    assert poisson(math.nextafter(math.exp(-2.0), 1.0), 2.0) == 1


@given(U)
def test_certainties_need_no_luck(u: float) -> None:
    assert poisson(u, 0.0) == poisson(u, -3.0) == 0


@pytest.mark.parametrize("u", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_luck_lies_between_0_and_1(u: float) -> None:
    with pytest.raises(ValueError, match="0 < u < 1"):
        poisson(u, 1.0)


@pytest.mark.parametrize("mean", [math.nan, math.inf, MOST * 1.001])
def test_a_mean_without_bounds_is_refused_not_waited_for(mean: float) -> None:
    with pytest.raises(ValueError, match="at most 1e9"):
        poisson(0.5, mean)


def test_the_largest_mean_is_within_reach() -> None:
    assert abs(poisson(0.5, MOST) - MOST) <= 1


@pytest.mark.parametrize("mean", [0.3, 6.0, 800.0])
def test_keyed_poisson_counts_have_the_mean_and_variance_of_their_distribution(mean: float) -> None:
    draws = fill_uniform(Key(1, 2), 77, 24_180, np.arange(PEOPLE, dtype=np.int64), 0)
    counts = np.array([poisson(u, mean) for u in draws])
    assert abs(counts.mean() - mean) < 4.0 * (mean / PEOPLE) ** 0.5
    spread = (mean * (1.0 + 2.0 * mean) / PEOPLE) ** 0.5
    assert abs(counts.var() - mean) < 4.0 * spread


@given(st.lists(st.floats(0.0, 30.0), max_size=40), U)
def test_what_a_running_sum_reaches_is_at_most_one_off_for_each_and_for_all(
    expected: list[float], luck: float
) -> None:
    total, reached = 0.0, whole(0.0, luck)
    assert reached == 0
    for mean in expected:
        total += mean
        count = whole(total, luck) - reached
        reached += count
        assert count >= 0
        assert abs(count - mean) < 1.0 + 1e-9
    assert abs(reached - total) < 1.0 + 1e-9


@pytest.mark.parametrize("expected", [[0.3, 0.3, 0.3, 0.3], [2.0, 0.75, 0.0, 4.4]])
def test_every_count_of_a_run_has_its_expectation(expected: list[float]) -> None:
    sums = np.cumsum(expected)
    cells = 20_000
    counts = [
        np.diff([0, *(whole(s, (cell + 0.5) / cells) for s in sums)]) for cell in range(cells)
    ]
    np.testing.assert_allclose(np.mean(counts, axis=0), expected, atol=2.0 / cells)
