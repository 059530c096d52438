from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.policy.enact import enact
from sansheng.policy.load import make_rule
from sansheng.processes import appropriate
from sansheng.processes.appropriate import (
    instalment,
    monthly_part,
    months_paid,
    spending_plan,
)
from sansheng.world.accounts import FINANCE, community_account, envelope_account
from sansheng.world.world import World

Make = Callable[..., World]

FEN = st.integers(0, 10**12)
MONTHS = st.integers(1, 12)


def test_a_grant_comes_in_quarters_at_the_start_of_each_quarter() -> None:
    assert [instalment(1200, m, 12, 0) for m in range(12)] == [300, 0, 0] * 4
    assert [instalment(100, m, 7, 0) for m in range(7)] == [42, 0, 0, 43, 0, 0, 15]
    assert [instalment(100, m, 2, 0) for m in range(2)] == [100, 0]


def test_a_late_first_instalment_brings_what_was_due_until_then() -> None:
    assert [instalment(1200, m, 12, 3) for m in range(12)] == [
        0,
        0,
        0,
        600,
        0,
        0,
        300,
        0,
        0,
        300,
        0,
        0,
    ]
    assert [instalment(1200, m, 12, 4) for m in range(12)] == [0] * 4 + [
        600,
        0,
        300,
        0,
        0,
        300,
        0,
        0,
    ]
    assert [instalment(1200, m, 12, 11) for m in range(12)] == [0] * 11 + [1200]
    assert [instalment(700, m, 7, 11) for m in range(7)] == [0] * 6 + [700]  # never too late


@given(MONTHS, st.integers(0, 11), st.integers(0, 11))
def test_months_paid_never_fall_and_a_later_start_is_never_ahead(
    months: int, one: int, two: int
) -> None:
    early, late = sorted((one, two))
    soon = [months_paid(m, months, early) for m in range(months)]
    after = [months_paid(m, months, late) for m in range(months)]
    assert soon == sorted(soon)
    assert after == sorted(after)
    assert all(a <= b for a, b in zip(after, soon, strict=True))
    assert soon[-1] == after[-1] == months
    assert not any(after[: min(late, months - 1)])


@given(FEN, MONTHS, st.integers(0, 11))
def test_however_late_the_first_all_is_paid(grant: int, months: int, first: int) -> None:
    parts = [instalment(grant, m, months, first) for m in range(months)]
    assert sum(parts) == grant
    assert min(parts) >= 0


@given(FEN, MONTHS)
def test_monthly_parts_sum_to_the_amount_and_are_even(amount: int, months: int) -> None:
    parts = [monthly_part(amount, m, months) for m in range(months)]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1


@given(FEN, MONTHS)
def test_instalments_sum_to_the_grant_for_every_length_of_period(grant: int, months: int) -> None:
    parts = [instalment(grant, m, months, 0) for m in range(months)]
    assert sum(parts) == grant
    assert min(parts) >= 0


@given(FEN, FEN, MONTHS)
def test_a_larger_grant_is_never_behind_a_smaller_one(one: int, two: int, months: int) -> None:
    small, large = sorted((one, two))
    paid = np.cumsum([instalment(small, m, months, 0) for m in range(months)])
    more = np.cumsum([instalment(large, m, months, 0) for m in range(months)])
    assert (more >= paid).all()


def test_a_surplus_is_spread_over_a_year() -> None:
    # 1,000 a month are expected; of 15,600 in sight 3,600 are beyond them, 300 a month
    assert spending_plan(6_600, 9_000, 1_000, 12, 10**6) == 1_300
    assert spending_plan(5_400, 9_000, 1_000, 12, 10**6) == 1_200
    assert spending_plan(3_000, 6_600, 1_000, 12, 10**6) == 800


def test_a_station_spends_no_more_than_it_can_look_after() -> None:
    assert spending_plan(6_600, 9_000, 1_000, 12, 1_250) == 1_250
    assert spending_plan(6_600, 9_000, 1_000, 12, 0) == 0


@given(FEN, FEN, FEN, MONTHS, FEN)
def test_a_plan_never_exceeds_what_is_held_nor_what_can_be_spent_properly(
    held: int, hoped: int, rate: int, left: int, most: int
) -> None:
    assert 0 <= spending_plan(held, hoped, rate, left, most) <= min(held, most)


@given(FEN, FEN, FEN, FEN, MONTHS, FEN)
def test_more_money_never_makes_for_a_smaller_plan(
    held: int, hoped: int, rate: int, more: int, left: int, most: int
) -> None:
    plan = spending_plan(held, hoped, rate, left, most)
    assert spending_plan(held + more, hoped, rate, left, most) >= plan
    assert spending_plan(held, hoped + more, rate, left, most) >= plan
    assert spending_plan(held, hoped, rate, left, most + more) >= plan


@given(st.integers(0, 10**9))
def test_an_even_flow_is_spent_evenly_and_to_the_last_fen(rate: int) -> None:
    held, hoped = 0, 12 * rate
    for month in range(12):
        due = instalment(12 * rate, month, 12, 0)
        held, hoped = held + due, hoped - due
        plan = spending_plan(held, hoped, rate, 12 - month, 10**12)
        assert plan == rate
        held -= plan
    assert held == 0


def test_a_year_opens_with_the_envelope_and_what_communities_may_keep(opened: Make) -> None:
    world = opened()
    money, communities = world.tables.money, world.tables.communities
    envelope = envelope_account(0)
    first = community_account(1, 0)
    communities.expected_year[:] = 1_000
    communities.received_year[:] = 77
    money.balance[envelope] = 123
    money.balance[first : first + 108] = 0
    money.balance[first : first + 2] = (900, 2_500)
    before = money.balance.sum()
    appropriate.open_year(world)
    assert money.balance[envelope] == world.tables.districts.envelope[0]
    assert money.balance[first : first + 3].tolist() == [900, 1_000, 0]
    assert money.returned[:3].tolist() == [0, 1_500, 0]
    assert not communities.received_year.any()
    assert money.balance.sum() == before


@pytest.mark.parametrize(("keep", "kept"), [(0.0, 0), (0.5, 500), (2.0, 2_000)])
def test_communities_keep_so_many_years_of_grant(opened: Make, keep: float, kept: int) -> None:
    world = opened(keep_years=keep)
    world.tables.communities.expected_year[:] = 1_000
    world.tables.money.balance[community_account(1, 0)] = 5_000
    appropriate.open_year(world)
    assert world.tables.money.balance[community_account(1, 0)] == kept


def test_a_run_that_starts_in_october_opens_with_a_quarter_of_the_envelope(opened: Make) -> None:
    world = opened(start=2015 * 12 + 9)
    appropriate.open_year(world)
    envelope = world.tables.districts.envelope[0]
    assert world.tables.money.balance[envelope_account(0)] == envelope * 3 // 12


def test_a_year_s_closures_become_last_year_s(opened: Make) -> None:
    world = opened()
    world.month += 12
    world.tables.cases.closed_year[:] = 7
    world.tables.cases.closed_year[0] = -2  # more reopened than closed
    appropriate.open_year(world)
    assert (world.tables.cases.closed_last[1:] == 7).all()
    assert (world.tables.cases.closed_last[0] == 0).all()
    assert not world.tables.cases.closed_year.any()


def test_part_of_a_year_is_no_last_year(opened: Make) -> None:
    world = opened(start=2015 * 12 + 9)
    world.month += 3
    world.tables.cases.closed_year[:] = 7
    appropriate.open_year(world)
    assert not world.tables.cases.closed_last.any()
    assert not world.tables.cases.closed_year.any()


@pytest.mark.parametrize("start_month", [0, 1, 6, 11])
def test_all_grants_are_paid_by_the_end_of_the_year(opened: Make, start_month: int) -> None:
    world = opened(start=2015 * 12 + start_month)
    t = world.tables
    appropriate.open_year(world)
    enact(world, make_rule("functions_borne"))
    appropriate.open_period(world)
    np.testing.assert_array_equal(t.communities.expected_year, t.incentives.grant)
    total = t.money.balance.sum()
    for _ in range(12 - start_month):
        held = t.money.balance[community_account(1, 0) :][:108].copy()
        run_steps(world, "appropriate")
        world.month += 1
        balance = t.money.balance[community_account(1, 0) :][:108]
        np.testing.assert_array_equal(balance, held + t.money.granted)
        assert (t.communities.plan >= 0).all()
        assert (t.communities.plan <= balance).all()
    np.testing.assert_array_equal(t.communities.received_year, t.incentives.grant)
    assert t.money.balance[envelope_account(0)] == 0
    assert t.money.balance.sum() == total


def test_a_committee_expects_grants_and_last_year_s_tasks_at_this_year_s_price(
    opened: Make,
) -> None:
    world = opened()
    t = world.tables
    t.incentives.grant[:] = 1_000
    t.incentives.period_months[:] = 6
    t.incentives.pay[:] = 10
    t.cases.closed_last[:] = 0
    t.cases.closed_last[0, 2] = (3, 5)
    t.communities.received_year[:] = 200
    t.money.tariff_paid[:] = 9
    t.money.points[:] = 9.0
    appropriate.open_period(world)
    assert t.communities.expected_year[:2].tolist() == [200 + 1_000 + 80 * 6 // 12, 1_200]
    assert not t.money.tariff_paid.any()
    assert not t.money.points.any()


def test_public_money_comes_from_the_purse(opened: Make) -> None:
    world = opened()
    before = int(world.tables.money.balance[FINANCE])
    appropriate.open_year(world)
    after = int(world.tables.money.balance[FINANCE])
    assert before - after == world.tables.districts.envelope.sum()
