"""Limits that do not bind in Chenghua by default bind where there is less of what they limit.

Job seekers are more there than posts need, stations have less to spend than they can look after, and volunteers are
fewer than the most there can be. A limit that never bound anywhere would be dead.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of

MONTHS = 30
LATER = slice(6, MONTHS)
SCARCE = {"pool_share": 0.05, "pool_inflow": 0.1, "pool_loss": 0.2, "q0": 0.25}
"""Few look for such work, and most of them soon look elsewhere."""


def mean(small: ModuleType, outcome: str, parameters: dict[str, float], **sizes: int) -> float:
    """Mean of an outcome over two years and four replicates of a small district."""
    found = []
    for replicate in range(4):
        place = small.place(small.district(**sizes))
        world = small.world(place, parameters, replicate=replicate)
        record = small.live(world, "per_household", MONTHS)
        whole = Record(record.monthly, record.yearly, fixed_of(world.tables), record.start)
        found.append(np.nanmean(OUTCOMES[outcome].compute(whole)[LATER]))
    return float(np.mean(found))


def share_in_post(small: ModuleType, **parameters: float) -> float:
    """Share of the posts of stations that somebody holds."""
    filled = []
    for replicate in range(4):
        world = small.world(parameters=parameters, replicate=replicate)
        record = small.live(world, "per_household", MONTHS)
        filled.append(record.monthly.staff_base[LATER].mean())
    return float(np.mean(filled)) / small.SIZES["community_workers"]


@pytest.mark.parametrize(
    ("name", "less", "more"), [("match", 0.1, 1.0), ("pool_loss", 0.2, 0.02), ("pool_share", 0.05, 1.0)]
)  # fmt: skip
def test_where_few_look_for_such_work_posts_stay_empty(
    small: ModuleType, name: str, less: float, more: float
) -> None:
    scarce, eased = (share_in_post(small, **{**SCARCE, name: end}) for end in (less, more))
    assert 0.3 < scarce < eased - 0.005
    assert eased <= 1.0


def test_vacant_posts_leave_need_unmet(small: ModuleType) -> None:
    short, usual = (mean(small, "need_met", settings) for settings in (SCARCE | {"match": 0.1}, {}))
    assert short < usual - 0.5


def test_what_stations_cannot_look_after_stays_unspent(small: ModuleType) -> None:
    held, bought = [], []
    for limit in (800.0, 8_000.0):
        # 600,000 yuan a year for 40 posts are 1,250 a post and month
        few = {"community_workers": 40, "certified_workers": 13}
        held.append(mean(small, "unspent_share", {"absorb": limit}, **few))
        bought.append(mean(small, "bought", {"absorb": limit}, **few))
    assert held[0] > held[1] + 5.0
    assert bought[0] < 0.9 * bought[1]


def test_volunteers_are_no_more_than_a_community_can_have(small: ModuleType) -> None:
    few, many = (
        mean(small, "need_met", {"volunteers_max": most, "phi": 0.3}, volunteers=1_600)
        for most in (0.02, 0.2)
    )
    assert few < many - 0.2
    world = small.world(small.place(small.district(volunteers=1_600)), {"volunteers_max": 0.02})
    small.live(world, "per_household", 2)
    c = world.tables.communities
    most = 0.02 * c.households
    assert (c.volunteers <= most).all()
    np.testing.assert_allclose(c.volunteers, most, rtol=1e-3)  # all but at the limit
