from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis.trials import at_points, equal_spending, run_trials
from sansheng.study.config import Study, load_study
from sansheng.study.simulate import simulate_block


@pytest.fixture
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0})


def test_a_trial_is_the_run_that_the_study_itself_would_make(study: Study) -> None:
    (found,) = run_trials([study], 2, ["granted"], workers=1)
    runs = simulate_block(study, 0, 1)
    from sansheng.outcomes.measures import OUTCOMES

    column = list(OUTCOMES).index("granted")
    assert found[1, :, 0].tolist() == [run.months[:, column].mean() for run in runs]


def test_a_study_at_its_own_values_is_itself_and_pairs_to_exactly_zero(study: Study) -> None:
    same, other = at_points(study, [{"psi": 0.5}, {"psi": 1.0}])
    found = run_trials([study, same, other], 1, ["need_met", "wait"], workers=2)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_a_study_that_does_not_want_equal_spending_comes_back_as_it_is(study: Study) -> None:
    off = study.model_copy(update={"equal_spend": False})
    assert equal_spending([off]) == [off]
