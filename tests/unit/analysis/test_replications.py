from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sansheng.analysis.replications import paired_interval
from sansheng.core.errors import BadInput

VALUES = arrays(np.float64, st.integers(2, 30), elements=st.floats(-1e6, 1e6, width=32))


def test_the_interval_is_the_one_of_the_textbook() -> None:
    # Mean 2, standard deviation 1; for two degrees of freedom the quantile has a closed form.
    interval = paired_interval(np.array([1.0, 2.0, 3.0]))
    half = 0.95 / np.sqrt(2.0 * 0.975 * 0.025) / np.sqrt(3.0)
    assert interval.mean == 2.0
    np.testing.assert_allclose([interval.low, interval.high], [2.0 - half, 2.0 + half], rtol=1e-9)


@given(VALUES)
def test_the_interval_is_that_of_a_one_sample_t_test(values: np.ndarray) -> None:
    interval = paired_interval(values)
    spread = float(np.ptp(values))
    if spread > 1e-3 * float(np.abs(values).max()):
        expected = scipy.stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
        np.testing.assert_allclose([interval.low, interval.high], expected, rtol=1e-9, atol=1e-9)


@given(VALUES)
def test_the_mean_lies_inside(values: np.ndarray) -> None:
    interval = paired_interval(values)
    assert interval.low <= interval.mean <= interval.high


def test_a_higher_level_is_wider() -> None:
    values = np.array([1.0, 4.0, 2.0])
    assert paired_interval(values, 0.99).high > paired_interval(values, 0.95).high


def test_leading_axes_are_kept_and_rows_are_independent() -> None:
    values = np.arange(24.0).reshape(2, 3, 4) ** 1.5
    interval = paired_interval(values)
    assert interval.low.shape == (2, 3)
    assert interval.low[1, 2] == paired_interval(values[1, 2]).low


def test_no_difference_at_all_is_exactly_zero() -> None:
    interval = paired_interval(np.zeros(5))
    assert (interval.mean, interval.low, interval.high) == (0.0, 0.0, 0.0)


def test_equal_differences_are_a_single_point() -> None:
    interval = paired_interval(np.full(4, 1.5))
    assert (interval.mean, interval.low, interval.high) == (1.5, 1.5, 1.5)


@pytest.mark.parametrize("count", [0, 1])
def test_one_replicate_gives_no_interval(count: int) -> None:
    with pytest.raises(BadInput, match="at least 2 replicates") as caught:
        paired_interval(np.zeros(count))
    assert "至少需要 2 次重复" in caught.value.problems[0].line("zh")
