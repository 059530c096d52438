from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sansheng.processes.costs import insurance

Run = Callable[..., Any]

SHARE = 0.25
WATCH = (
    "workers.filled",
    "workers.leaves",
    "communities.plan",
)


def test_vacant_posts_stay_empty_and_their_wages_go_to_the_community(trial: Run) -> None:
    run = trial("outsourcing_share", {"share": SHARE}, months=16, watch=WATCH)
    t, p = run.reformed.tables, run.reformed.parameters
    c, w = t.communities, t.workers
    wage = int(t.districts.base_wage[0])
    post = wage + insurance(wage, p)
    for month in range(run.start, 16):
        kept = run.columns["workers.kept"][month][1]
        assert not kept[w.home < 0].any()
        assert not run.columns["workers.filled"][month][1][kept == 1].any()
        by_station = np.bincount(w.home[kept == 1], minlength=c.key.size)
        assert (by_station <= np.floor(SHARE * c.seats)).all()
        if month + 1 < 16:
            moved = run.columns["money.transferred"][month + 1][1]
            np.testing.assert_array_equal(moved, by_station * post)
    assert by_station.sum() > 0
    assert not run.spent.any()
    (before, _) = run.columns["workers.leaves"][run.start]
    np.testing.assert_array_equal(run.columns["workers.leaves"][run.start][1], before)


def test_the_committee_buys_service_for_them_in_the_next_month(trial: Run) -> None:
    run = trial("outsourcing_share", {"share": SHARE}, months=8, watch=WATCH)
    first = run.first("money.transferred")
    moved = run.columns["money.transferred"][first][1]
    before, after = run.columns["communities.plan"][first + 1]
    assert moved.sum() > 0
    np.testing.assert_array_equal(after - before, moved)
    assert run.rise("communities.hours_paid")[first + 1] > 0.0
    assert run.first("communities.hours_paid") == first + 1
