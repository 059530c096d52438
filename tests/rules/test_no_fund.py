"""不设经费: nobody gets anything."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from sansheng.policy.rules.no_fund import NoFund
from sansheng.policy.view import View
from sansheng.world.accounts import envelope_account


def test_nothing_is_granted_however_much_there_is(view: Callable[..., View]) -> None:
    allocation = NoFund().allocate(view(budget=10**15))
    assert allocation.grants.tolist() == [0] * 5
    assert allocation.tariff is None


def test_a_year_of_it_leaves_the_envelope_whole_and_buys_no_hour(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, "no_fund", 12)
    envelope = world.tables.districts.envelope[0]
    assert world.tables.money.balance[envelope_account(0)] == envelope
    assert not record.yearly.granted[0].any()
    assert not record.monthly.bought.any()
