from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student

from sansheng.core.errors import BadInput
from sansheng.study import run as run_module
from sansheng.study.config import Study, load_study
from sansheng.study.precision import Precision, half_widths, needed, samples_of, values_needed

Values = NDArray[np.float64]


def precision(half_width: float, **changes: Any) -> Precision:
    return Precision(half_width=half_width, on="need_met", **{"max": 500, **changes})


def with_deviation(deviation: float, count: int = 30) -> Values:
    """Return values of exactly this standard deviation, around 70."""
    values = np.tile([-1.0, 1.0], count // 2)
    return 70.0 + deviation * values / values.std(ddof=1)


def against_nothing(*differences: Values) -> Values:
    """Return values of a baseline that is always 0 and of scenarios, in one draw."""
    return np.stack([np.zeros(differences[0].size), *differences])[:, None, :]


def stein(deviation: float, half_width: float, first: int = 30) -> int:
    return math.ceil((student.ppf(0.975, first - 1) * deviation / half_width) ** 2)


@pytest.mark.parametrize(("deviation", "half_width"), [(1.0, 0.2), (3.0, 0.5), (0.1, 0.03)])
def test_the_first_stage_asks_for_what_stein_gives(deviation: float, half_width: float) -> None:
    values = against_nothing(with_deviation(deviation))
    assert needed(values, 0, precision(half_width)) == stein(deviation, half_width)


def test_the_half_width_is_that_of_students_interval() -> None:
    values = against_nothing(with_deviation(2.0))
    found = half_widths(values, 0, precision(0.5))
    assert found.shape == (2, 1)
    assert np.isnan(found[0, 0])
    assert found[1, 0] == pytest.approx(student.ppf(0.975, 29) * 2.0 / math.sqrt(30), rel=1e-12)


def test_before_the_first_stage_is_complete_the_rest_of_it_is_needed() -> None:
    assert needed(against_nothing(np.zeros(4)), 0, precision(9.0)) == 30


def test_what_is_precise_enough_needs_no_more() -> None:
    values = against_nothing(with_deviation(1.0))
    assert needed(values, 0, precision(0.4)) == 30


def test_what_never_varies_needs_the_first_stage_alone() -> None:
    values = against_nothing(np.full(30, 0.1))
    assert needed(values, 0, precision(1e-6)) == 30
    assert half_widths(values, 0, precision(1e-6))[1, 0] == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("half_width", [1e-3, 1e-300])
def test_no_more_is_asked_for_than_allowed(half_width: float) -> None:
    values = against_nothing(with_deviation(1.0))
    assert needed(values, 0, precision(half_width, max=120)) == 120
    assert needed(against_nothing(with_deviation(1.0, 120)), 0, precision(half_width, max=120)) == (
        120
    )


def test_more_precision_and_more_variance_need_more() -> None:
    by_width = [
        needed(against_nothing(with_deviation(1.0)), 0, precision(h)) for h in (0.4, 0.2, 0.15, 0.1)
    ]
    by_spread = [
        needed(against_nothing(with_deviation(s)), 0, precision(0.4)) for s in (1.0, 2.0, 3.0, 4.0)
    ]
    for numbers in (by_width, by_spread):
        assert numbers == sorted(set(numbers))


def test_whichever_scenario_and_draw_needs_most_decides_in_any_order() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(4, 5, 30))
    values[2, 3] *= 3.0
    alone = np.stack([values[0, 3], values[2, 3]])[:, None, :]
    asked = precision(0.7)
    assert needed(values, 0, asked) == needed(alone, 0, asked) > 60
    order = [3, 0, 2, 1]
    assert needed(values[order][:, ::-1], order.index(0), asked) == needed(values, 0, asked)


def test_pairs_share_their_luck_and_so_need_fewer() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(1, 1, 30))
    values = luck + 0.1 * rng.normal(size=(2, 1, 30))
    assert needed(values, 0, precision(0.2)) == 30
    assert needed(values, 0, precision(0.2, paired=False)) > 60
    assert not np.isnan(half_widths(values, 0, precision(0.2, paired=False))).any()


def test_a_first_stage_that_saw_too_little_variance_is_extended() -> None:
    first = with_deviation(0.5)
    later = with_deviation(2.0, 10)
    values = against_nothing(np.concatenate([first, later]))
    asked = precision(0.3)
    assert stein(0.5, 0.3) <= 30
    assert needed(values[..., :30], 0, asked) == 30
    deviation = values[1, 0].std(ddof=1)
    assert needed(values, 0, asked) == stein(deviation, 0.3, first=40) > 40


def test_a_lucky_later_stage_does_not_cut_what_the_first_asked_for() -> None:
    first = with_deviation(2.0)
    values = against_nothing(np.concatenate([first, np.full(10, 70.0)]))
    asked = precision(0.6)
    assert half_widths(values, 0, asked)[1, 0] < 0.6
    assert needed(values, 0, asked) == needed(values[..., :30], 0, asked) == stein(2.0, 0.6)


def test_where_a_third_is_undefined_half_as_many_more_are_run() -> None:
    sample = with_deviation(2.0, 20)
    gaps = np.full(10, np.nan)
    values = against_nothing(np.concatenate([sample, gaps]))
    pairs = stein(2.0, 0.5, first=20)
    assert needed(values, 0, precision(0.5)) == math.ceil(pairs * 30 / 20)
    unpaired = values.copy()
    unpaired[0, 0, 5] = np.nan  # a gap of the baseline is one of the pair
    assert np.isnan(samples_of(unpaired, 0, precision(0.5))[1, 0]).sum() == 11


@pytest.mark.parametrize("defined", [0, 1])
def test_what_is_hardly_ever_defined_decides_nothing(defined: int) -> None:
    rare = np.full(30, np.nan)
    rare[:defined] = 1.0
    values = against_nothing(rare)
    assert needed(values, 0, precision(0.1)) == 30
    assert np.isnan(half_widths(values, 0, precision(0.1))).all()


def run_to_the_end(values: Values, asked: Precision) -> NDArray[np.int64]:
    """Return how many values each of many studies ends with, all of which are there."""
    there = np.full(len(values), asked.min)
    position = np.arange(values.shape[1])
    while True:
        seen = np.where(position < there[:, None], values, np.nan)
        more = np.minimum(values_needed(seen, asked), asked.max).astype(np.int64)
        if (more <= there).all():
            return there
        there = np.maximum(there, more)


def covered(values: Values, counts: NDArray[np.int64], half: float | None = None) -> float:
    """Return how often an interval around the mean of the first values holds 0: Student's, or a fixed one."""
    used = np.arange(values.shape[1]) < counts[:, None]
    mean = np.where(used, values, 0.0).sum(axis=1) / counts
    squares = np.where(used, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    error = np.sqrt(squares / (counts - 1) / counts)
    width = student.ppf(0.975, counts - 1) * error if half is None else half
    return float((np.abs(mean) <= width).mean())


def test_intervals_cover_what_they_say_and_stopping_at_the_first_narrow_one_does_not() -> None:
    values = np.random.default_rng(1).standard_normal((10_000, 300))
    asked = precision(0.2, paired=False, max=300)
    counts = run_to_the_end(values, asked)
    assert counts.min() >= 30
    assert counts.max() < 300
    assert covered(values, counts, half=0.2) >= 0.95
    assert covered(values, counts) >= 0.943

    count = np.arange(1, 301)
    about = values.cumsum(axis=1) ** 2 / count
    variance = ((values**2).cumsum(axis=1) - about) / np.maximum(1, count - 1)
    width = student.ppf(0.975, np.maximum(1, count - 1)) * np.sqrt(np.maximum(0, variance) / count)
    narrow = (width <= 0.2) & (count >= 3)
    peeking = np.where(narrow.any(axis=1), narrow.argmax(axis=1) + 1, 300)
    assert covered(values, peeking) < 0.938


def test_a_study_asked_step_by_step_ends_where_the_rule_says() -> None:
    values = np.random.default_rng(2).standard_normal((100, 300))
    asked = precision(0.2, paired=False, max=300)
    for sample, end in zip(values, run_to_the_end(values, asked), strict=True):
        there = 0
        while (more := needed(sample[None, None, :there], 0, asked)) > there:
            there = more
        assert there == end


VALID = """\
place: classroom
start: 2015-01
months: 12
replicates: {half_width: 0.5, on: satisfaction, max: 500}
seed: 1
baseline: flat
scenarios:
  flat: {rule: per_household}
  tasks: {rule: task_based}
record: {events: [3, 0]}
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    path = tmp_path / "study.yaml"
    path.write_text(VALID, encoding="utf-8")
    return load_study(path)


def test_a_study_that_asks_for_precision_starts_with_its_first_stage(study: Study) -> None:
    assert study.precision == Precision(half_width=0.5, on="satisfaction", max=500)
    assert study.precision.paired
    assert (study.replicates, study.runs) == (30, 60)
    assert run_module._text_as_run(study) == study.source


def test_a_number_that_is_asked_for_goes_before_a_precision(study: Study) -> None:
    fixed = study.with_overrides(replicates=40)
    assert (fixed.replicates, fixed.precision) == (40, None)
    assert "replicates: 40\n" in run_module._text_as_run(fixed)
    assert study.with_overrides(seed=2).precision == study.precision


def test_replicates_that_are_recorded_are_run(study: Study) -> None:
    assert study.events == (0, 3)
    assert study.with_overrides(replicates=4).events == (0, 3)
    with pytest.raises(BadInput, match="--replicates 3 leaves out replicate 3"):
        study.with_overrides(replicates=3)
