from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis.rankings import Pair, rank_rules, rankings
from sansheng.analysis.trials import equal_spending, run_trials
from sansheng.core.errors import BadInput
from sansheng.core.scale import ONE
from sansheng.study.config import RuleRef, Scenario, Study, load_study
from sansheng.study.designs import Listed


@pytest.fixture
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0})


def test_orders_are_counted_best_first() -> None:
    means = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [0.0, 5.0, 6.0]])
    found = rankings(means, ("a", "b", "c"), "need_met")
    assert [(row.order, row.points) for row in found] == [
        (("c", "b", "a"), 2),
        (("a", "b", "c"), 1),
    ]
    assert sum(row.share for row in found) == pytest.approx(1.0)


def test_where_less_is_better_the_least_comes_first() -> None:
    found = rankings(np.array([[1.0, 2.0]]), ("a", "b"), "backlog")
    assert found[0].order == ("a", "b")


def test_every_point_is_ranked_and_the_number_of_workers_changes_nothing(study: Study) -> None:
    points = [{"psi": 0.0}, {"psi": 1.0}]
    found = [rank_rules(study, points, replicates=1, workers=workers) for workers in (1, 2)]
    assert found[0] == found[1]
    orders, duels = found[0]
    assert sum(row.points for row in orders) == 2
    assert all(set(row.order) == set(study.scenarios) for row in orders)
    n = len(study.scenarios)
    assert len(duels) == n * (n - 1) / 2


def test_scenarios_spend_the_same_at_every_point(study: Study) -> None:
    """A rule that gets half the envelope is scaled up to what the other spends."""
    half, whole = (
        Scenario(rule=RuleRef(name="per_household", options={"yuan": yuan}))
        for yuan in (1875, 3750)
    )
    twins = study.model_copy(
        update={"scenarios": {"whole": whole, "half": half}, "baseline": "whole", "months": 24}
    )
    worth = []
    for equal in (False, True):
        plan = twins.model_copy(update={"equal_spend": equal})
        _, (duel,) = rank_rules(plan, [{"psi": 0.5}], replicates=2, workers=1)
        worth.append(duel)
    assert worth[0] == Pair("whole", "half", 1, 1.0)
    matched = equal_spending([twins], workers=1)
    assert matched[0].scales["half"].millionths > 1.3 * ONE
    before, after = run_trials([twins, *matched], 1, ["spent"], workers=1)[:, 0, :, 0]
    assert before[1] < 0.8 * before[0]
    assert after[1] == pytest.approx(after[0], rel=0.05)


@pytest.mark.parametrize(
    "draws",
    [{"grid": {"psi": [0.0, 1.0]}}, {"design": Listed(names=("psi",), rows=((0.0,), (1.0,)))}],
    ids=["grid", "draws"],
)
def test_a_study_with_draws_of_its_own_is_refused(draws: dict[str, object], study: Study) -> None:
    with pytest.raises(BadInput, match="without a grid"):
        rank_rules(study.model_copy(update=draws), [{"q0": 0.2}], replicates=1)
