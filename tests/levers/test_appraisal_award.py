from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sansheng.processes.quitting import monthly_pay, quit_hazard

Run = Callable[..., Any]

DECEMBER = 11
SHARE, YUAN = 0.3, 6000.0
WATCH = (
    "districts.awards",
    "workers.community",
    "workers.filled",
    "workers.generation",
    "workers.skill",
    "communities.hours_paid",
)


def test_the_best_are_awarded_in_december_and_the_purse_pays_once(trial: Run) -> None:
    run = trial(
        "appraisal_award",
        {"share": SHARE, "yuan": YUAN},
        parameters={"award_noise": 0.0},
        start=6,
        months=14,
        watch=WATCH,
    )
    c, w = run.reformed.tables.communities, run.reformed.tables.workers
    november, december = (
        {name: pairs[month][1] for name, pairs in run.columns.items()}
        for month in (DECEMBER - 1, DECEMBER)
    )
    posted = (w.home < 0) & (november["workers.filled"] == 1) & (november["workers.community"] >= 0)
    place = c.subdistrict[november["workers.community"]]
    winners = np.floor(SHARE * np.bincount(place[posted]) + 0.5)
    assert winners.sum() > 0
    paid = run.rise("districts.awards")
    assert paid[DECEMBER] == 600_000 * winners.sum()
    assert not np.delete(paid, DECEMBER).any()
    np.testing.assert_array_equal(run.cost["base"], paid)

    stayed = posted & (december["workers.filled"] == 1)
    stayed &= december["workers.generation"] == november["workers.generation"]
    award, skill = december["workers.award"], december["workers.skill"]
    assert set(np.unique(award)) == {0, 600_000}
    for s in np.unique(place[posted]):
        here = stayed & (place == s)
        best, rest = skill[here & (award > 0)], skill[here & (award == 0)]
        assert best.min(initial=np.inf) >= rest.max(initial=0.0)


def test_who_could_be_awarded_has_a_stake_from_the_first_month(trial: Run) -> None:
    run = trial("appraisal_award", {"share": SHARE, "yuan": YUAN}, months=5, watch=WATCH)
    before, after = run.columns["communities.stake_agency"][run.start]
    served = run.columns["communities.hours_paid"][run.start][1] > 0.0
    assert served.any()
    wage = run.reformed.tables.districts.agency_wage[0]
    np.testing.assert_allclose((after - before)[served], SHARE * YUAN * 100.0 / 12.0 / wage)
    assert not run.columns["workers.award"][run.start][1].any()


def test_an_award_lasts_until_the_next_appraisal_or_as_long_as_its_holder(trial: Run) -> None:
    run = trial("appraisal_award", {"share": 1.0}, start=6, months=24, watch=WATCH)
    for month in range(DECEMBER + 1, 2 * DECEMBER + 1):
        before = run.columns["workers.award"][month - 1][1]
        after = run.columns["workers.award"][month][1]
        filled = run.columns["workers.filled"][month][1]
        assert not after[filled == 0].any()
        assert after.sum() <= before.sum()


def test_a_twelfth_of_the_award_keeps_people_like_pay() -> None:
    assert monthly_pay(300_000, 0) == 300_000
    assert monthly_pay(300_000, 600_000) == 350_000
    without, awarded = (
        quit_hazard(
            0.2, monthly_pay(300_000, award) / 300_000, 0.0, 24, 0.0, 0.0, 2.0, 0.5, 2.4, 0.5
        )
        for award in (0, 600_000)
    )
    assert awarded < without
