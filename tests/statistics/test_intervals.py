"""What a 95% interval promises, on studies whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.analysis.compare import compare
from sansheng.analysis.replications import paired_interval
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.reading import StudyData

STUDIES = 10_000
SEED = 20150101
OUTCOME = "need_met"


def shared_luck(
    rng: np.random.Generator, studies: int, replicates: int, effect: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return both scenarios of many studies; most of a replicate's luck is common to both."""
    common = rng.normal(60.0, 5.0, (studies, replicates))
    base = common + rng.normal(0.0, 1.0, (studies, replicates))
    return base, common + effect + rng.normal(0.0, 2.0, (studies, replicates))


@pytest.mark.parametrize("replicates", [20, 50, 100])
@pytest.mark.parametrize("effect", [0.0, 0.7])
def test_95_of_100_intervals_hold_the_truth(replicates: int, effect: float) -> None:
    rng = np.random.default_rng([SEED, replicates])
    base, other = shared_luck(rng, STUDIES, replicates, effect)
    interval = paired_interval(other - base)
    covered = np.mean((interval.low <= effect) & (effect <= interval.high))
    # 95% plus or minus three standard errors of 10,000 trials, rounded.
    assert 0.943 <= covered <= 0.957


def test_the_check_of_coverage_would_see_a_normal_quantile_and_forgotten_pairs() -> None:
    rng = np.random.default_rng([SEED, 20])
    base, other = shared_luck(rng, STUDIES, 20, 0.0)
    mean = (other - base).mean(axis=-1)
    quantile = 1.96 * (other - base).std(axis=-1, ddof=1)
    unpaired = 2.02 * np.sqrt(base.var(axis=-1, ddof=1) + other.var(axis=-1, ddof=1))
    for half in (quantile / np.sqrt(20), unpaired / np.sqrt(20)):
        assert not 0.943 <= np.mean(np.abs(mean) <= half) <= 0.957


def as_study(study_data: Callable[..., StudyData], *scenarios: np.ndarray) -> StudyData:
    """Spread each replicate's value over twelve months that average to it."""
    season = np.sin(np.arange(12.0) * np.pi / 6.0)
    months = np.stack(scenarios)[:, None, :, None] + season
    assert OUTCOMES[OUTCOME].aggregate == "mean"
    return study_data({OUTCOME: months}, ("base", "other"), "base")


@pytest.mark.parametrize("effect", [-3.0, 3.0])
def test_a_planted_effect_is_found_with_its_sign_and_size(
    effect: float, study_data: Callable[..., StudyData]
) -> None:
    rng = np.random.default_rng([SEED, 1])
    (base,), (other,) = shared_luck(rng, 1, 100, effect)
    (found,) = compare(as_study(study_data, base, other))
    assert found.difference == pytest.approx(effect, abs=0.7)
    assert found.low <= effect <= found.high
    assert (found.low > 0.0) == (effect > 0.0)
    assert (found.high < 0.0) == (effect < 0.0)


def test_a_null_study_compared_end_to_end_is_significant_5_times_in_100(
    study_data: Callable[..., StudyData],
) -> None:
    rng = np.random.default_rng([SEED, 2])
    base, other = shared_luck(rng, 1000, 20, 0.0)
    significant = 0
    for one, two in zip(base, other, strict=True):
        (found,) = compare(as_study(study_data, one, two))
        significant += not found.low <= 0.0 <= found.high
    # 50 plus or minus three standard errors of 1,000 trials.
    assert 30 <= significant <= 70


def test_the_same_numbers_under_two_names_never_differ(
    study_data: Callable[..., StudyData],
) -> None:
    rng = np.random.default_rng([SEED, 3])
    for _ in range(50):
        values = rng.normal(60.0, 5.0, 30)
        (found,) = compare(as_study(study_data, values, values))
        assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
