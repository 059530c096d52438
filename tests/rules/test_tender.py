"""政府购买服务: money per household, bought on terms that a tender office fixes."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.outcomes.recorder import Recorder
from sansheng.policy.load import make_rule
from sansheng.policy.rules.tender import Tender
from sansheng.policy.view import View
from sansheng.processes.costs import hour_price
from sansheng.world.world import World

Views = Callable[..., View]


def test_all_money_goes_by_household(view: Views) -> None:
    seen = view(budget=1_000_000, households=np.array([100, 100, 200, 0, 600]))
    assert Tender().allocate(seen).grants.tolist() == [100_000, 100_000, 200_000, 0, 600_000]
    assert not Tender().allocate(view(households=np.zeros(5, np.int64))).grants.any()


def test_options_are_the_terms_and_the_rest_is_left_to_custom(view: Views) -> None:
    options = {"months": 24.0, "advance": 0.8, "price_cap": 1.1, "w_price": 0.1}
    terms = Tender(options).allocate(view()).terms
    assert terms is not None
    assert (terms.months, terms.advance, terms.price_cap, terms.w_price) == (24, 0.8, 1.1, 0.1)
    assert (terms.w_rating, terms.w_fit) == (0.2, 0.2)
    assert (terms.overhead, terms.focused, terms.relief) == (None, None, None)


@pytest.mark.parametrize("option", [{"price_cap": 0.79}, {"months": 11.0}, {"advance": 0.81}])
def test_an_option_that_makes_no_sense_is_refused(option: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        Tender(option)


def lived(small: ModuleType, months: int, **options: float) -> tuple[World, Recorder]:
    world = small.world()
    return world, small.live(world, make_rule("tender", options), months)


def test_terms_of_custom_are_no_terms_at_all(small: ModuleType) -> None:
    """A tender that states what is custom anyway, and caps nobody, is money by household to the bit."""
    world, other = small.world(), small.world()
    p = world.parameters
    said = {"months": p.T_c, "advance": p.advance, "w_price": p.w_price, "price_cap": 1.2}
    small.live(world, make_rule("tender", said), 30)
    small.live(other, "per_household", 30)
    assert {name.split(".")[0] for name in small.differing(world, other)} == {"Terms"}


@pytest.mark.parametrize("cap", [0.9, 0.95, 1.0])
def test_nobody_is_paid_more_than_the_cap(cap: float, small: ModuleType) -> None:
    world, _ = lived(small, 20, price_cap=cap)
    t, p = world.tables, world.parameters
    assert t.contracts.price.max() <= round(cap * hour_price(t.districts.agency_wage[0], p.o_c, p))


def test_a_cap_below_what_people_cost_leaves_projects_empty_and_money_unspent(
    small: ModuleType,
) -> None:
    def trial(cap: float) -> tuple[float, float, float]:
        _, record = lived(small, 36, price_cap=cap)
        m = record.monthly
        return float(m.empty.sum()), float(m.bought.sum()), float(m.granted.sum())

    (none, spent, granted), (most, nothing, same) = trial(1.2), trial(0.8)
    assert granted == same
    assert most > none
    assert nothing < 0.2 * spent


def test_longer_contracts_change_hands_less_and_keep_ties(small: ModuleType) -> None:
    def trial(months: float) -> tuple[int, float]:
        size = {"communities": 24, "households": 48_000, "agencies": 12, "envelope": 1_800_000}
        switched, ties = 0, 0.0
        for seed in range(1, 5):
            world = small.world(small.place(small.district(**size)), seed=seed)
            t = world.tables
            for _ in small.months(
                world, make_rule("tender", {"months": months, "price_cap": 1.2}), 79
            ):
                switched += int(t.contracts.switched.sum())
            ties += float(t.ties.capital.max(axis=1).mean())
        return switched, ties

    (often, little), (seldom, much) = trial(12.0), trial(36.0)
    assert seldom < often
    assert much > little


def test_what_is_paid_at_once_does_not_wait(small: ModuleType) -> None:
    """Of the first month's service, agencies get the share that is advanced in that month."""
    for share in (0.0, 0.3, 0.8):
        world = small.world()
        t = world.tables
        for _ in small.months(world, make_rule("tender", {"advance": share}), 12):
            if t.money.bought.any():
                break
        assert t.money.settled.sum() == pytest.approx(share * t.money.bought.sum(), abs=20)


def test_more_in_advance_leaves_agencies_less_waiting_for(small: ModuleType) -> None:
    def waiting(share: float) -> float:
        world = small.world(parameters={"pay_lag": 4.0})
        t: Any = world.tables
        due = bought = 0.0
        for _ in small.months(world, make_rule("tender", {"advance": share}), 24):
            due += t.providers.due.sum()
            bought += t.money.bought.sum()
        return due / bought

    assert waiting(0.8) < waiting(0.3) < waiting(0.0)
