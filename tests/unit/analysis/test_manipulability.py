"""What evidence earns, the best answer to it, and what comes of it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis import strategies as module
from sansheng.analysis.manipulability import Play, manipulability, plays_frame
from sansheng.analysis.strategies import (
    HONEST,
    Earned,
    best_response,
    earned,
    parameters_of,
    payoff,
    strategies,
)
from sansheng.core.errors import BadInput
from sansheng.month import PARAMETERS
from sansheng.study.config import RuleRef, Scenario, Study, load_study
from sansheng.study.simulate import simulate_block


@pytest.fixture(scope="module")
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0, "equal_spend": False})


def evidence(
    closed: float, pot: float, *, pay: float = 1.0, open_ended: bool = False, awards: float = 0.0
) -> Earned:
    shape = (1, 1, 1, 2)
    return Earned(
        100,
        np.full(shape, closed),
        np.full(shape, pay),
        np.array([pot]),
        np.array([open_ended]),
        awards,
    )


def test_honesty_is_the_weakest_of_all_strategies_and_the_first() -> None:
    tried = strategies()
    assert tried[0] == HONEST
    assert len(set(tried)) == len(tried) == 81
    weakest, strongest = parameters_of(HONEST), parameters_of((1.0,) * 4)
    for name, value in weakest.items():
        assert (value, strongest[name]) == (PARAMETERS[name].low, PARAMETERS[name].high)
    assert [weakest[name] for name in ("beta_p", "beta_v", "phi_max", "g_max")] == [0.0] * 4


def test_one_among_many_takes_prices_as_they_are() -> None:
    # Twice the claims of the others get twice the share of a pot that stays as it is.
    assert payoff(evidence(20.0, 0.0), evidence(10.0, 500.0)) == pytest.approx(10.0)
    assert payoff(evidence(10.0, 0.0), evidence(10.0, 500.0)) == pytest.approx(5.0)
    # An open-ended tariff pays the claims themselves.
    assert payoff(evidence(20.0, 0.0), evidence(10.0, 500.0, pay=7.0, open_ended=True)) == 2.8


def test_awards_are_ones_own_and_ranks_leave_them_open() -> None:
    assert payoff(evidence(1.0, 0.0, awards=300.0), evidence(1.0, 0.0)) == pytest.approx(3.0)
    assert math.isnan(payoff(evidence(1.0, 0.0, awards=math.nan), evidence(1.0, 0.0)))


def test_the_best_answer_is_the_best_answer_to_itself() -> None:
    table = np.array([[0.0, 5.0, 0.0], [1.0, 2.0, 9.0], [2.0, 9.0, 1.0]])
    # To 0 the best is 2, to 2 it is 1, to 1 it is 2 again.
    assert best_response(lambda others: table[:, others], 0) == (2, False)
    table[1] = 0.0
    table[2, 2] = 3.0
    assert best_response(lambda others: table[:, others], 1) == (2, True)


def test_where_nothing_is_earned_honesty_is_chosen() -> None:
    assert best_response(lambda _: np.zeros(81), 40) == (0, True)


def test_what_is_earned_from_a_run_is_what_it_paid(study: Study) -> None:
    found, months = earned(study, "tasks", 0)
    (run,) = [run for run in simulate_block(study, 0, 0) if run.scenario == "tasks"]
    # One month more is run, and not looked at.
    assert np.array_equal(months, run.months, equal_nan=True)
    assert payoff(found, found) == pytest.approx(found.pot.mean() / found.households)
    assert found.closed.shape == found.pay.shape
    none, _ = earned(study, "per_household", 0)
    assert payoff(none, none) == 0.0


@pytest.fixture(scope="module")
def plays(study: Study) -> list[Play]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STRENGTHS", (0.0, 1.0))
        return manipulability(study, audit=(0.5,), replicates=2, workers=1)


def of(plays: list[Play], scenario: str, kind: str) -> list[Play]:
    return [play for play in plays if (play.scenario, play.kind) == (scenario, kind)]


def test_every_rule_is_played_in_three_ways_at_every_audit(study: Study, plays: list[Play]) -> None:
    told = [(play.scenario, play.audit, play.kind) for play in plays]
    assert told == [
        (name, audit, kind)
        for name in study.scenarios
        for audit in (0.2, 0.5)
        for kind in ("honest", "default", "best")
    ]
    assert len(plays_frame(plays)) == len(plays)


def test_money_that_follows_no_evidence_tempts_nobody(plays: list[Play]) -> None:
    for scenario in ("per_household", "functions"):
        for play in of(plays, scenario, "best"):
            assert play.parameters == parameters_of(HONEST)
            assert (play.gain.mean, play.evidence) == (0.0, 0.0)
            assert play.beyond_honest["closure_gap"].mean == 0.0


def test_a_tariff_on_reports_is_answered_with_paper(plays: list[Play]) -> None:
    best, _ = of(plays, "tasks", "best")
    assert best.parameters["phi_max"] == PARAMETERS["phi_max"].high
    assert best.gain.mean > 0.0
    assert best.beyond_honest["closure_gap"].mean > 0.0
    assert best.alone["false_closure"] > 0.0


def test_audits_cost_and_find_paper(plays: list[Play]) -> None:
    for scenario in ("per_household", "tasks"):
        before, after = of(plays, scenario, "best")
        assert before.audit_cost == 0.0 < after.audit_cost
        assert after.outcomes["closure_gap"].mean < before.outcomes["closure_gap"].mean


def test_no_best_answer_is_made_up_where_places_decide(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STRENGTHS", (0.0, 1.0))
    ranked = RuleRef(name="performance_award", options={"ranked": 1.0})
    alone = {"scenarios": {"ranked": Scenario(rule=ranked)}, "baseline": "ranked"}
    plays = manipulability(study.model_copy(update=alone), audit=(), replicates=2, workers=1)
    assert [play.kind for play in plays] == ["honest", "default"]
    assert plays[0].as_dict()["gain"] is None


def test_a_study_that_does_not_begin_in_january_is_refused(study: Study) -> None:
    late = study.model_copy(update={"start": study.start.plus(3)})
    with pytest.raises(BadInput, match="January"):
        manipulability(late)
    with pytest.raises(BadInput, match="audit_intensity"):
        manipulability(study, audit=(0.9,), replicates=2, workers=1)
