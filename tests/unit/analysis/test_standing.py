from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.analysis.standing import rank
from sansheng.core.errors import BadInput
from sansheng.study.reading import StudyData

Make = Callable[..., StudyData]
NAMES = ("a", "b", "c", "d")


def study(make: Make, outcome: str = "need_met", draws: int = 1) -> StudyData:
    """Scenario d is far ahead, c far behind, b is a to the bit."""
    rng = np.random.default_rng(5)
    luck = rng.normal(60.0, 5.0, (1, draws, 20, 1))
    own = rng.normal(0.0, 1.0, (4, draws, 20, 1))
    own[1] = own[0]
    values = luck + own + np.array([0.0, 0.0, -4.0, 4.0])[:, None, None, None]
    return make({outcome: values}, NAMES, "a")


def test_the_best_comes_first_and_equals_share_a_place(study_data: Make) -> None:
    places = rank(study(study_data))
    assert [place.scenario for place in places] == ["d", "a", "b", "c"]
    assert [place.place for place in places] == [1, 2, 2, 4]
    assert [(place.best, place.worst) for place in places] == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert places[0].ahead_of == ("a", "b", "c")
    assert places[3].ahead_of == ()


def test_where_less_is_better_the_least_comes_first(study_data: Make) -> None:
    places = rank(study(study_data, "turnover_base"), "turnover_base")
    assert [place.scenario for place in places] == ["c", "a", "b", "d"]
    assert places[0].mean < places[-1].mean


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ("closure_reported", "it is what is reported, not what happened"),
        ("granted", "not a true outcome with a better side"),
        ("size_gap", "not a true outcome with a better side"),
    ],
)
def test_only_true_outcomes_rank(outcome: str, why: str, study_data: Make) -> None:
    with pytest.raises(BadInput, match=why):
        rank(study(study_data, outcome), outcome)


def test_several_draws_need_one_to_rank_by(study_data: Make) -> None:
    data = study(study_data, draws=3)
    with pytest.raises(BadInput, match="has 3 draws: say which one ranks"):
        rank(data)
    assert [place.draw for place in rank(data, draw=1)] == [1] * 4
    sampled = {**data.manifest, "design": "sobol"}
    over = rank(type(data)(data.folder, sampled, data.ledger, data.tables), draw="all")
    assert [place.scenario for place in over] == ["d", "a", "b", "c"]
    assert {place.draw for place in over} == {"all"}


def test_what_nobody_knows_is_refused_with_the_nearest_name(study_data: Make) -> None:
    with pytest.raises(BadInput, match="no outcome 'need_meet'; allowed: need_met; did you mean"):
        rank(study(study_data), "need_meet")


def test_an_outcome_that_no_run_defines_ranks_nothing(study_data: Make) -> None:
    data = study_data({"need_met": np.full((2, 1, 3, 1), np.nan)}, ("a", "b"), "a")
    with pytest.raises(BadInput, match="need_met is defined in no run of results"):
        rank(data)
