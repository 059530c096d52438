"""专项资金: three windows, earmarked, with money for premises."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rules.special_fund import SpecialFund
from sansheng.policy.view import View
from sansheng.world.accounts import community_account
from sansheng.world.world import World

Views = Callable[..., View]


def test_windows_are_cut_by_hand(view: Views) -> None:
    seen = view(
        budget=1_000_000,
        households=np.array([100, 100, 200, 0, 400]),
        gap_seen=np.array([0.1, 0.0, 0.2, 0.0, 0.0]),
    )
    said = SpecialFund({"fill": 0.6, "seed": 0.25, "capital_share": 0.5}).allocate(seen)
    assert said.grants.tolist() == [60_000, 0, 240_000, 0, 0]
    assert (said.capital, said.development) == (300_000, 100_000)
    assert said.venture is not None
    assert said.venture.pot == 300_000
    assert (said.earmarked, said.first) == (1.0, 3)


@pytest.mark.parametrize("fill", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", [0.0, 0.37, 1.0])
def test_windows_are_the_budget_to_the_fen(fill: float, seed: float, view: Views) -> None:
    seen = view()
    said = SpecialFund({"fill": fill, "seed": seed}).allocate(seen)
    assert said.promised == seen.budget


def test_premises_that_lack_nothing_leave_their_money_to_service(view: Views) -> None:
    seen = view(premises_missing=np.zeros(5))
    said = SpecialFund({"capital_share": 0.7}).allocate(seen)
    same = SpecialFund({"capital_share": 0.0}).allocate(seen)
    assert said.capital == 0
    assert said.grants.tolist() == same.grants.tolist()


def test_nothing_arrives_before_the_first_instalment_and_then_what_was_due(
    small: ModuleType,
) -> None:
    world = small.world()
    t = world.tables
    accounts = slice(community_account(1, 0), community_account(1, 8))
    shares = [
        t.money.received[accounts].sum() / t.incentives.grant.sum()
        for _ in small.months(world, make_rule("special_fund", {"first": 5.0}), 12)
    ]
    expected = [0.0] * 5 + [0.5, 0.25, 0.0, 0.0, 0.25, 0.0, 0.0]
    np.testing.assert_allclose(shares, expected, atol=1e-6)


def lost_hours(small: ModuleType, earmark: float) -> tuple[float, float]:
    world = small.world()
    hours = 0.0
    for _ in small.months(world, make_rule("special_fund", {"earmark": earmark}), 9):
        hours += float(world.tables.communities.hours_lost_admin.sum())
    return hours, float(world.tables.communities.plan.sum())


def test_money_that_is_accounted_for_on_its_own_costs_hours(small: ModuleType) -> None:
    free, half, strict = (lost_hours(small, earmark) for earmark in (0.0, 0.5, 1.0))
    assert free[0] < half[0] < strict[0]


def needy(small: ModuleType) -> World:
    """A world whose own line for premises is empty, with one community without any."""
    world: World = small.world(
        small.place(small.district(capital=0, envelope=6_000_000)),
        {"m2_wear": 0.0, "m2_price": 2000.0, "build_months": 2.0},
    )
    world.tables.communities.premises[:] = 400.0
    world.tables.communities.premises[3] = 0.0
    return world


def test_money_for_premises_flows_only_while_something_is_to_be_built(small: ModuleType) -> None:
    world = needy(small)
    t = world.tables
    taken = 0
    for month, _ in enumerate(
        small.months(world, make_rule("special_fund", {"capital_share": 0.6, "fill": 1.0}), 12)
    ):
        due = t.incentives.capital[0] * (month + 1) // 12 - t.incentives.capital[0] * month // 12
        still = bool(t.communities.premises[3] == 0.0 and not t.communities.building[3])
        if still:
            assert t.money.capital[0] == due
        taken += int(t.money.capital[0])
    price = 350 * 2000 * 100
    assert t.communities.premises[3] == 350.0
    assert price <= taken <= price + t.incentives.capital[0] // 12 + 1


def test_seed_money_reaches_those_who_employ_to_the_fen_and_supervises(small: ModuleType) -> None:
    one, other = small.world(), small.world()
    rules = [make_rule("special_fund", {"fill": 0.5, "seed": seed}) for seed in (1.0, 0.0)]
    total = 0
    lives = zip(small.months(one, rules[0], 12), small.months(other, rules[1], 12), strict=True)
    for _ in lives:
        o = one.tables.providers
        paid = one.tables.money.development[0]
        assert o.developed.sum() == paid
        assert np.ptp(o.developed[o.developed > 0]) <= 1
        assert not o.developed[o.enterprise == 1].any()
        assert not other.tables.providers.developed.any()
        total += int(paid)
    assert total == one.tables.incentives.development[0] > 0
    o, alone = one.tables.providers, other.tables.providers
    both = (o.alive == 1) & (alone.alive == 1) & (o.enterprise == 0) & (o.staff > 0)
    assert o.supervision[both].mean() > alone.supervision[both].mean()
    assert o.capacity[both].mean() > alone.capacity[both].mean()
