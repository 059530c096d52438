"""Means, intervals, and the words for them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sansheng.analysis.replications import paired_interval
from sansheng.core.text import Text
from sansheng.pictures.estimates import (
    band,
    differences,
    estimate,
    mean_of,
    scale_for,
    together,
    told,
    zone_of,
)

NAN = math.nan
_POINTS, _NOTHING = Text("points", "分"), Text("", "")


def test_an_interval_is_that_of_paired_differences() -> None:
    values = np.array([0.3, 1.1, -0.4, 0.9, 0.2])
    known = paired_interval(values)
    found = estimate(values)
    assert [found.mean, *found.ends] == pytest.approx([float(one) for one in known])


def test_what_is_undefined_is_left_out_and_counted() -> None:
    found = band(np.array([[1.0, NAN, 3.0, 2.0], [NAN, NAN, 5.0, NAN], [NAN] * 4]))
    assert found.at(0) == estimate(np.array([1.0, 3.0, 2.0]))
    assert found.at(1).mean == 5.0
    assert found.at(1).count == 1
    assert math.isnan(found.at(1).low)
    assert math.isnan(found.at(2).mean)
    assert np.isnan(mean_of(np.array([[NAN, NAN], [1.0, NAN]]))).tolist() == [True, False]


def test_intervals_together_are_wider_than_alone_and_narrower_than_bonferroni() -> None:
    values = np.random.default_rng(0).normal(size=(6, 9))
    found = together(values).at(2)
    half = found.high - found.mean
    assert half > stats.t.ppf(0.975, 8) * stats.sem(values[2])
    assert half <= stats.t.ppf(1 - 0.05 / 12, 8) * stats.sem(values[2])
    alone = together(values[:1]).at(0)
    assert alone.ends == pytest.approx(estimate(values[0]).ends)


def test_a_difference_within_its_zone_is_none_in_practice() -> None:
    found = differences({"rule": np.array([0.1, 0.12, 0.11])}, zone=0.5)["rule"]
    assert found.shows("higher") == "no_practical_difference"
    assert found.decided
    scale = scale_for([found], _POINTS, _NOTHING, "en")
    assert told(found, scale, "en", "higher").endswith("no practical difference")
    assert zone_of("need_met") > 0.0
    assert math.isnan(zone_of("bought"))


@pytest.mark.parametrize(
    ("values", "en", "zh"),
    [
        ([1.0, 1.2, 1.1], "+1.1\u00a0points (0.9\u00a0to\u00a01.3), better", "更好"),
        ([-1.0, -1.2, -1.1], "−1.1\u00a0points (−1.3\u00a0to\u00a0−0.9), worse", "更差"),
        ([-1.0, 1.0, 0.5], "0\u00a0points (−2\u00a0to\u00a03), cannot tell", "无法分辨"),
        ([0.0, 0.0, 0.0], "exactly the same", "完全相同"),
        ([0.7], "no interval can be given", "无法给出区间"),
    ],
)
def test_a_difference_is_told_with_what_it_shows(values: list[float], en: str, zh: str) -> None:
    found = estimate(np.array(values))
    scale = scale_for([found], _POINTS, _NOTHING, "en")
    assert told(found, scale, "en", "higher") == en
    assert zh in told(found, scale_for([found], _POINTS, _NOTHING, "zh"), "zh", "higher")


def test_an_end_that_excludes_zero_is_not_written_as_zero() -> None:
    values = np.array([0.1, 0.4, 0.35])
    found = estimate(values - estimate(values).low + 0.004)
    assert found.low == pytest.approx(0.004)
    scale = scale_for([found], _POINTS, _NOTHING, "en")
    assert scale.number(found.low) == "0.004"
