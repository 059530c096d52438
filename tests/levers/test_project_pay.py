from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]


FEW_LEADERS = {"certified_workers": 8, "envelope": 1_200_000}


@pytest.mark.parametrize("sizes", [{}, FEW_LEADERS], ids=["few projects", "few leaders"])
def test_the_certified_share_what_leading_projects_earns_by_the_score(
    trial: Run, sizes: dict[str, int]
) -> None:
    watch = ("communities.score", "communities.hours_by", "communities.project_pay")
    small_lots = {"lot_value": 50_000.0}
    run = trial(
        "project_pay", {"yuan": 500.0}, months=6, parameters=small_lots, watch=watch, **sizes
    )
    c, w = run.reformed.tables.communities, run.reformed.tables.workers
    led = 0
    for month in range(run.start, 6):
        bonus = run.columns["workers.bonus"][month][1]
        score, hours, full = (run.columns[name][month][1] for name in watch)
        assert not bonus[w.home < 0].any()
        for i in range(c.key.size):
            own = bonus[w.home == i]
            leaders, projects = (own > 0).sum(), (hours[i] > 0).sum()
            assert full[i] == 50_000 * min(projects, leaders)
            led += full[i]
            if leaders:
                assert (own[own > 0] == int(score[i] * full[i] / leaders)).all()
        assert run.cost["base"][month] == bonus.sum()
    assert led > 0


def test_what_a_bad_score_would_cost_is_at_stake_in_the_next_month(trial: Run) -> None:
    watch = ("communities.project_pay", "workers.wage")
    run = trial("project_pay", {"yuan": 2000.0}, months=5, watch=watch)
    assert run.rise("communities.stake_station")[run.start] == 0.0
    full = run.columns["communities.project_pay"][run.start][1]
    wage = run.columns["workers.wage"][run.start][1]
    home = run.reformed.tables.workers.home
    bill = np.bincount(home[home >= 0], wage[home >= 0])
    before, after = run.columns["communities.stake_station"][run.start + 1]
    np.testing.assert_allclose(after - before, full / bill, atol=1e-12)


def test_nobody_quits_for_being_paid_more(trial: Run) -> None:
    run = trial("project_pay", {"yuan": 2000.0}, months=4, watch=("workers.quits",))
    before, after = run.columns["workers.quits"][run.start]
    assert (after <= before).all()


def test_without_projects_there_is_nothing_to_lead(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("project_pay", rule="no_fund", months=6)
