"""Counts side by side are the counts that cells would get one by one."""

from __future__ import annotations

import numpy as np
import pytest

from sansheng.core.counts import LANES, poissons
from sansheng.core.streams import poisson
from sansheng.core.tables import F64, I32

MEANS = [0.0, -1.0, 1e-300, 1e-6, 0.02, 0.5, 1.0, 4.0, 17.3, 40.0, 56.0, 80.0, 499.0, 501.0, 2e4]


def side_by_side(luck: F64, mean: F64) -> I32:
    counts = np.full(mean.size, -1, np.int32)
    poissons(luck, mean, counts)
    return counts


@pytest.mark.parametrize("u", [2.0**-33, 0.01, 0.3, 0.5, 0.97, 1.0 - 2.0**-33])
def test_every_mean_has_the_count_it_has_alone(u: float) -> None:
    mean = np.array(MEANS)
    alone = [poisson(u, m) for m in MEANS]
    assert side_by_side(np.full(mean.size, u), mean).tolist() == alone


@pytest.mark.parametrize("n", [0, 1, LANES - 1, LANES, LANES + 1, 5 * LANES + 3])
def test_any_number_of_cells_has_the_counts_they_have_alone(n: int) -> None:
    generator = np.random.default_rng(n)
    luck, mean = generator.uniform(0.001, 0.999, n), generator.gamma(0.5, 20.0, n)
    alone = [poisson(u, m) for u, m in zip(luck, mean, strict=True)]
    assert side_by_side(luck, mean).tolist() == alone


@pytest.mark.parametrize("bad", [np.nan, np.inf, 2e9])
def test_a_mean_that_no_count_has_is_refused(bad: float) -> None:
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="Poisson"):
        side_by_side(np.array([0.5, 0.5]), np.array([1.0, bad]))
