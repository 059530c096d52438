"""Counts are true inverses of their distributions, for tiny and for large means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from scipy import stats

from sansheng.core.streams import MOST, Key, binomial, fill_uniform, poisson, thin
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
TRIALS = [
    (1, 0.5), (1, 1e-9), (1, 1 - 1e-9), (10, 0.3), (10, 0.7), (400, 0.02), (1000, 0.999),
    (1000, 0.5), (1002, 0.5), (5000, 0.3), (5000, 0.7), (10**6, 0.5), (10**6, 0.93),
    (10**9, 1e-6), (2**40, 1e-10), (10**6, 1e-300),
]  # fmt: skip

U = st.floats(2.0**-53, 1.0 - 2.0**-53)
MEAN = st.one_of(st.floats(0.0, 20.0), st.floats(400.0, 700.0), st.floats(0.0, 1e4))
CHANCE = st.floats(0.0, 1.0)


@pytest.mark.parametrize("mean", MEANS)
def test_a_poisson_count_is_the_quantile(mean: float) -> None:
    counts = np.array([poisson(u, mean) for u in UNITS])
    assert (counts == stats.poisson.ppf(UNITS, mean))[(UNITS > 1e-12) & (UNITS < 1 - 1e-9)].all()
    assert (stats.poisson.cdf(counts, mean) >= UNITS - 1e-9).all()
    assert (stats.poisson.cdf(counts - 1, mean) < UNITS + 1e-9).all()
    assert (np.diff(counts) >= 0).all()


@pytest.mark.parametrize(("n", "p"), TRIALS)
def test_a_binomial_count_is_the_quantile(n: int, p: float) -> None:
    counts = np.array([binomial(u, n, p) for u in UNITS])
    ordinary = (UNITS > 1e-9) & (UNITS < 1 - 1e-9)
    assert (counts == stats.binom.ppf(UNITS, n, p))[ordinary].all()
    assert (stats.binom.cdf(counts, n, p) >= UNITS - 1e-9).all()
    assert (stats.binom.cdf(counts - 1, n, p) < UNITS + 1e-9).all()
    assert (np.diff(counts) >= 0).all()
    assert counts.min() >= 0
    assert counts.max() <= n


@given(U, U, MEAN)
def test_more_luck_never_gives_fewer_poisson_counts(one: float, two: float, mean: float) -> None:
    assert poisson(min(one, two), mean) <= poisson(max(one, two), mean)


@given(U, MEAN, st.floats(0.0, 50.0))
def test_a_larger_mean_never_gives_fewer_to_the_same_luck(
    u: float, mean: float, more: float
) -> None:
    # within what rounding can tell apart, at the far ends of the distribution
    assert poisson(u, mean) <= poisson(min(u + 1e-12, 1.0 - 2.0**-53), mean + more)


@given(U, U, st.integers(0, 3000), CHANCE)
def test_more_luck_never_gives_fewer_binomial_counts(
    one: float, two: float, n: int, p: float
) -> None:
    assert binomial(min(one, two), n, p) <= binomial(max(one, two), n, p)


@given(U, st.integers(0, 3000), CHANCE, CHANCE, st.integers(0, 100))
def test_more_trials_or_a_better_chance_never_give_fewer_to_the_same_luck(
    u: float, n: int, one: float, two: float, more: int
) -> None:
    luckier = min(u + 1e-12, 1.0 - 2.0**-53)
    assert binomial(u, n, min(one, two)) <= binomial(luckier, n + more, max(one, two))


@given(st.integers(0, 2**52 - 1), st.integers(1, 2000), st.integers(1, 2**20 - 1))
def test_failures_mirror_successes(k: int, n: int, chance: int) -> None:
    u, p = (k + 0.5) / 2**52, chance / 2**20
    below = stats.binom.cdf(binomial(u, n, p) - 1, n, p)
    above = stats.binom.cdf(n - binomial(1.0 - u, n, 1.0 - p) - 1, n, p)
    assert below - 1e-9 < u
    assert above - 1e-9 < u


def test_the_step_itself_belongs_to_the_lower_count() -> None:
    assert binomial(0.5, 1, 0.5) == 0
    assert binomial(math.nextafter(0.5, 1.0), 1, 0.5) == 1
    assert binomial(0.25, 1, 0.75) == 0
    assert binomial(0.25 + 2.0**-53, 1, 0.75) == 1
    assert poisson(math.exp(-2.0), 2.0) == 0
    assert poisson(math.nextafter(math.exp(-2.0), 1.0), 2.0) == 1


@given(U)
def test_certainties_need_no_luck(u: float) -> None:
    assert poisson(u, 0.0) == poisson(u, -3.0) == 0
    assert binomial(u, 0, 0.5) == binomial(u, -4, 0.5) == 0
    assert binomial(u, 7, 0.0) == binomial(u, 7, -0.1) == 0
    assert binomial(u, 7, 1.0) == binomial(u, 7, 1.1) == 7


@given(U)
def test_one_trial_is_a_threshold(u: float) -> None:
    assert binomial(u, 1, 0.3) == int(u > 0.7)


@pytest.mark.parametrize("u", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_luck_lies_between_0_and_1(u: float) -> None:
    with pytest.raises(ValueError, match="0 < u < 1"):
        poisson(u, 1.0)
    with pytest.raises(ValueError, match="0 < u < 1"):
        binomial(u, 3, 0.5)


@pytest.mark.parametrize("mean", [math.nan, math.inf, MOST * 1.001])
def test_a_mean_without_bounds_is_refused_not_waited_for(mean: float) -> None:
    with pytest.raises(ValueError, match="at most 1e9"):
        poisson(0.5, mean)


def test_the_largest_mean_is_within_reach() -> None:
    assert abs(poisson(0.5, MOST) - MOST) <= 1
    assert abs(binomial(0.5, 2**32, MOST / 2**32) - MOST) <= 1


def test_a_chance_that_is_no_number_or_too_many_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="chance that is a number"):
        binomial(0.5, 3, math.nan)
    with pytest.raises(ValueError, match="at most 1e9"):
        binomial(0.5, 2**62, 0.4)


@pytest.mark.parametrize("mean", [0.3, 6.0, 800.0])
def test_keyed_poisson_counts_have_the_mean_and_variance_of_their_distribution(mean: float) -> None:
    draws = fill_uniform(Key(1, 2), 77, 24_180, np.arange(PEOPLE, dtype=np.int64), 0)
    counts = np.array([poisson(u, mean) for u in draws])
    assert abs(counts.mean() - mean) < 4.0 * (mean / PEOPLE) ** 0.5
    spread = (mean * (1.0 + 2.0 * mean) / PEOPLE) ** 0.5
    assert abs(counts.var() - mean) < 4.0 * spread


@pytest.mark.parametrize(("n", "p"), [(12, 0.25), (12, 0.8), (3000, 0.4)])
def test_keyed_binomial_counts_have_the_mean_and_variance_of_their_distribution(
    n: int, p: float
) -> None:
    draws = fill_uniform(Key(1, 2), 78, 24_180, np.arange(PEOPLE, dtype=np.int64), 0)
    counts = np.array([binomial(u, n, p) for u in draws])
    variance = n * p * (1.0 - p)
    assert abs(counts.mean() - n * p) < 4.0 * (variance / PEOPLE) ** 0.5
    assert abs(counts.var() - variance) < 4.0 * variance * (3.0 / PEOPLE) ** 0.5


@given(st.floats(1e-9, 1.0 - 1e-9), st.integers(-1, 200), st.floats(0.0, 1.0))
def test_the_short_way_to_a_binomial_gives_the_same_count(u: float, n: int, p: float) -> None:
    assert thin(u, n, p) == binomial(u, n, p)
