"""Districts share no money, no staff and no luck; communities of one district share all three."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule, rule_names
from sansheng.world.accounts import community_account, envelope_account

B = 1
CHANGES: dict[str, dict[str, int]] = {
    "envelope": {"envelope": 300_000},
    "capital": {"capital": 300_000},
    "wage": {"mean_wage": 80_000},
    "staff": {"community_workers": 90, "certified_workers": 40},
    "rows": {"communities": 10, "agencies": 7},
}

FOLLOWING = [name for name in rule_names() if name not in ("equal_split", "no_fund", "posts")]
"""Rules that give more to a community that has more households or duties; of posts it may have as many."""


@pytest.mark.parametrize("name", rule_names())
@pytest.mark.parametrize("change", CHANGES)
def test_what_happens_in_one_district_leaves_every_bit_of_the_other(
    name: str, change: str, small: ModuleType
) -> None:
    def b_after(**sizes: int) -> tuple[dict[str, bytes], bytes]:
        other = small.district("b", communities=6, households=10_000, community_workers=50)
        world = small.world(small.place(small.district("a", **sizes), other))
        small.live(world, name, 24)
        a = np.flatnonzero(world.tables.communities.district == 0)
        t = world.tables
        felt = t.cases.resolved[a].tobytes(), t.communities.building[a].tobytes()
        return small.bits_of_district(world, B), b"".join(felt)

    b, a = b_after()
    b_changed, a_changed = b_after(**CHANGES[change])
    assert {column for column in b if b[column] != b_changed[column]} == set()
    unspent = name in ("no_fund", "targeted_relief") and change == "envelope"
    assert a != a_changed or unspent, "the change changed nothing, so that nothing was tested"


@pytest.mark.parametrize("name", FOLLOWING)
def test_communities_of_one_district_are_coupled(name: str, small: ModuleType) -> None:
    """More money for one community takes agencies' hours and job seekers from the others."""
    funded = {"cash_months": 6.0, "p_late": 0.0}  # agencies that can carry lots
    where = small.place(small.district(agencies=2))
    worlds = [small.world(where, funded) for _ in range(2)]
    for world, more in zip(worlds, (False, True), strict=True):
        rule = make_rule(name)
        if more:
            c = world.tables.communities
            c.households[0] *= 3
            c.duties_service[0] = c.duties_admin[0] = 90
        small.live(world, rule, 24)
    others = slice(1, None)
    one, other = (world.tables for world in worlds)
    assert not np.array_equal(
        one.communities.hours_paid[others], other.communities.hours_paid[others]
    )
    assert not np.array_equal(one.cases.resolved[others], other.cases.resolved[others])


def test_a_grant_to_one_community_is_felt_by_its_neighbours_through_staff_alone(
    small: ModuleType,
) -> None:
    """Rules and budgets of the others stay as they were; agencies' coverage couples them."""
    where = small.place(small.district(agencies=1))
    one, other = (small.world(where, {"cash_months": 6.0, "p_late": 0.0}) for _ in range(2))
    for world in (one, other):
        small.live(world, make_rule("per_household", {"yuan": 1875.0}), 9)
    served = np.flatnonzero(one.tables.communities.hours_paid > 0.0)
    favoured, others = served[0], served[1:]
    assert others.size, "the only agency serves several"
    money = other.tables.money
    gift = min(10_000_000, int(money.balance[envelope_account(0)]))
    money.balance[envelope_account(0)] -= gift
    money.balance[community_account(1, int(favoured))] += gift
    for world in (one, other):
        small.live(world, make_rule("per_household", {"yuan": 1875.0}), 3)
    a, b = one.tables.communities, other.tables.communities
    assert b.plan[favoured] > a.plan[favoured]
    assert b.hours_paid[favoured] > a.hours_paid[favoured]
    assert (b.hours_paid[others] < a.hours_paid[others]).any()
