"""What intervals promise together, on families of differences whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.analysis.compare import compare
from sansheng.analysis.over_draws import pairs_over_draws
from sansheng.analysis.replications import LEVEL, paired_interval, pairs_of
from sansheng.analysis.simultaneous import independent_level, joint_level
from sansheng.analysis.standing import rank
from sansheng.analysis.verdicts import Verdict
from sansheng.study.reading import StudyData

STUDIES = 10_000
SEED = 20190501
OUTCOMES, SCENARIOS = 12, 2
DIRECTIONS = 1_000

LEAN = {0.0: 0.0, 0.3: 0.05, 1.0: 0.175}
"""What makes z + lean (z**2 - 1) as skewed: (6 lean + 8 lean**3) / (1 + 2 lean**2)**1.5."""

Make = Callable[..., StudyData]


def families(
    replicates: int, studies: int = STUDIES, skewness: float = 0.0, own: float = 1.0
) -> np.ndarray:
    """Return differences without any effect, ``[study, replicate, member]``.

    Three sources of luck reach all outcomes and, in part, both scenarios; every member has some of its own.
    """
    rng = np.random.default_rng([SEED, replicates, int(10 * skewness)])

    def luck(*shape: int) -> np.ndarray:
        normal = rng.standard_normal(shape)
        lean = LEAN[skewness]
        return normal + lean * (normal**2 - 1.0) if lean else normal

    load = np.random.default_rng(SEED).standard_normal((3, OUTCOMES))
    shared = luck(studies, replicates, 1, 3) + luck(studies, replicates, SCENARIOS, 3)
    found = shared @ load + own * luck(studies, replicates, SCENARIOS, OUTCOMES)
    return found.reshape(studies, replicates, -1)


def wrong(differences: np.ndarray, levels: np.ndarray) -> float:
    """Return the share of families in which some interval misses zero."""
    interval = paired_interval(differences.transpose(0, 2, 1), levels[:, None])
    return float(np.mean(((interval.low > 0.0) | (interval.high < 0.0)).any(axis=1)))


def joint(differences: np.ndarray) -> np.ndarray:
    return joint_level(differences, LEVEL, DIRECTIONS)


@pytest.mark.parametrize("replicates", [20, 50, 100])
def test_95_of_100_families_hold_the_truth_in_all_their_intervals(replicates: int) -> None:
    differences = families(replicates)
    assert 0.043 <= wrong(differences, joint(differences)) <= 0.057


def test_the_check_would_see_intervals_of_their_own_and_a_common_denominator() -> None:
    differences = families(20, 4_000)
    alone = np.full(len(differences), LEVEL)
    assert wrong(differences, alone) > 0.2
    centred = differences - differences.mean(axis=1, keepdims=True)
    centred /= np.sqrt((centred**2).sum(axis=1, keepdims=True))
    rng = np.random.default_rng(SEED)
    directions = rng.standard_normal((DIRECTIONS, 20))
    directions *= np.sqrt(19.0 / rng.chisquare(19.0, DIRECTIONS))[:, None]
    largest = np.array([np.abs(directions @ one).max(axis=1) for one in centred])
    quantile = np.quantile(largest, LEVEL, axis=1)
    mean = differences.mean(axis=1) / differences.std(axis=1, ddof=1) * np.sqrt(20.0)
    assert np.mean(np.abs(mean).max(axis=1) > quantile) > 0.057


def test_much_alike_differences_are_not_charged_as_if_they_were_unlike() -> None:
    differences = families(50, 4_000, own=0.2)
    level = independent_level(differences.shape[2], LEVEL)
    assert wrong(differences, np.full(len(differences), level)) < 0.035
    assert 0.040 <= wrong(differences, joint(differences)) <= 0.060


@pytest.mark.parametrize(
    ("skewness", "replicates", "most"), [(0.3, 20, 0.065), (1.0, 20, 0.090), (1.0, 100, 0.070)]
)
def test_skewed_differences_err_as_often_as_the_page_says(
    skewness: float, replicates: int, most: float
) -> None:
    differences = families(replicates, 2_000, skewness)
    assert wrong(differences, joint(differences)) <= most


NAMES = ("base", "one", "two")
TRUE = ("need_met", "satisfaction", "turnover_base", "closure_gap")


def study_of(make: Make, effects: np.ndarray, rng: np.random.Generator, count: int) -> StudyData:
    """Return a study of three scenarios; effects have shape ``(scenario, outcome)``."""
    luck = rng.normal(60.0, 5.0, (1, count, 1)) + rng.normal(0.0, 1.0, (3, count, len(TRUE)))
    values = luck + effects[:, None, :]
    return make({name: values[:, None, :, [i]] for i, name in enumerate(TRUE)}, NAMES, "base")


def test_a_study_without_effects_compared_end_to_end_errs_5_times_in_100(study_data: Make) -> None:
    rng = np.random.default_rng([SEED, 1])
    mistaken = ranked = 0
    for _ in range(500):
        data = study_of(study_data, np.zeros((3, 4)), rng, 20)
        found = compare(data)
        assert len(found) == found.families[0].members == 8
        mistaken += any(not row.low_all <= 0.0 <= row.high_all for row in found)
        ranked += any(place.ahead_of for place in rank(data))
    # 25 plus or minus three standard errors of 500 trials.
    assert 10 <= mistaken <= 40
    assert 10 <= ranked <= 40


def test_a_planted_effect_is_found_in_a_family_with_its_sign_and_size(study_data: Make) -> None:
    rng = np.random.default_rng([SEED, 2])
    effects = np.array([[0.0, 0.0, 0.0, 0.0], [3.0, -3.0, 3.0, 0.1], [-0.1, 0.0, -3.0, 0.0]])
    said: dict[tuple[str, str], Verdict] = {}
    for row in compare(study_of(study_data, effects, rng, 100)):
        effect = effects[NAMES.index(row.scenario), TRUE.index(row.outcome)]
        assert row.difference == pytest.approx(effect, abs=0.6)
        assert row.low_all < row.low <= row.difference <= row.high < row.high_all
        assert row.low_all <= effect <= row.high_all
        said[row.scenario, row.outcome] = row.verdict
    assert said["one", "need_met"] == "better"
    assert said["one", "satisfaction"] == "worse"
    assert said["one", "turnover_base"] == "worse"  # less of it is better
    assert said["two", "turnover_base"] == "better"
    assert said["two", "need_met"] in ("undecided", "no_practical_difference")


@pytest.mark.parametrize(
    ("draws", "replicates", "parts"),
    [
        (20, 10, (1.0, 0.0, 1.0)),
        (20, 10, (1.0, 1.0, 1.0)),
        (50, 20, (0.1, 1.0, 1.0)),
        (100, 5, (4.0, 0.2, 1.0)),
    ],
)
def test_the_mean_over_draws_is_covered_whether_draws_or_luck_make_it_uncertain(
    draws: int, replicates: int, parts: tuple[float, float, float]
) -> None:
    rng = np.random.default_rng([SEED, draws])
    a, b, e = np.sqrt(parts)
    studies = 2_000
    values = (
        a * rng.standard_normal((studies, draws, 1))
        + b * rng.standard_normal((studies, 1, replicates))
        + e * rng.standard_normal((studies, draws, replicates))
    )
    interval = pairs_over_draws(values, np.zeros((1, draws, replicates))).interval()
    covered = np.mean((interval.low <= 0.0) & (interval.high >= 0.0))
    # 95% less three standard errors of 2,000 trials; it may cover more where variances are near zero.
    assert 0.935 <= covered <= 0.975


def test_draws_as_if_their_luck_were_not_the_same_would_be_seen() -> None:
    rng = np.random.default_rng([SEED, 3])
    values = rng.standard_normal((2_000, 1, 20)) + rng.standard_normal((2_000, 50, 20))
    interval = pairs_of(values.mean(axis=2), np.zeros((2_000, 50))).interval()
    assert np.mean((interval.low <= 0.0) & (interval.high >= 0.0)) < 0.5
