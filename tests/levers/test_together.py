"""Levers beside one another, each from a month of its own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme
from sansheng.world.accounts import BASE_LINE

Dated = tuple[tuple[int, str], ...]

PAIRS: tuple[Dated, ...] = (
    ((1, "certificate_allowance"), (4, "project_pay")),
    ((2, "outsourcing_share"), (5, "committee_station_split")),
    ((1, "burden_cut"), (3, "committee_station_split")),
    ((3, "unit_points"), (1, "one_hard_task")),
    ((2, "coordination"), (2, "digital_platform")),
    ((4, "wage_parity"), (1, "price_indexation")),
    ((1, "outsourcing_share"), (3, "wage_parity")),
    ((2, "appraisal_award"), (2, "five_year_ladder")),
    ((1, "time_bank"), (4, "hubs")),
)


def costs(small: ModuleType, levers: Dated, months: int = 14) -> tuple[Any, Any]:
    """Live through a year and two months with these levers; return the world and what lines paid, fen a month."""
    world = small.world(parameters={"T_c": 24.0})
    record = make_recorder(world.month, months, world.tables.communities.key.size)
    programme, rule = Programme(), make_rule("per_household")
    money = world.tables.money
    for month in range(months):
        programme.expect([make_lever(name) for start, name in levers if start == month])
        before = money.balance.copy()
        pass_months(world, rule, record, 1, programme=programme)
        np.testing.assert_array_equal(before + money.received - money.paid, money.balance)
        assert money.balance.sum() == money.balance[BASE_LINE] == 0
    row = record.monthly
    return world, row.lever_base + row.lever_envelope + row.lever_capital


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(name for _, name in pair))
def test_two_levers_change_nothing_before_their_months_and_cost_no_less_than_nothing(
    small: ModuleType, pair: Dated
) -> None:
    first = min(start for start, _ in pair)
    _, spent = costs(small, pair)
    assert not spent[:first].any()
    assert (spent >= 0.0).all()


def test_what_two_levers_pay_by_the_place_adds_up(small: ModuleType) -> None:
    both = ((1, "committee_station_split"), (4, "digital_platform"))
    alone = [costs(small, (one,), 6)[1] for one in both]
    np.testing.assert_array_equal(costs(small, both, 6)[1], alone[0] + alone[1])


def test_posts_kept_empty_are_worth_the_wage_of_the_month(small: ModuleType) -> None:
    """A rise of wages raises what communities get for a post by as much."""
    world, _ = costs(small, ((1, "outsourcing_share"), (3, "wage_parity")))
    t, p = world.tables, world.parameters
    wage = int(t.districts.base_wage[0])
    post = wage + round(wage * p.social_insurance)
    assert t.money.transferred.sum() > 0
    assert not (t.money.transferred % post).any()


def test_the_order_in_which_levers_are_named_makes_no_difference(small: ModuleType) -> None:
    for pair in (PAIRS[1], PAIRS[3]):
        same_month = tuple((2, name) for _, name in pair)
        one, other = (costs(small, order, 8)[0] for order in (same_month, same_month[::-1]))
        assert small.digest(one) == small.digest(other)
