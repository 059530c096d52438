from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import run_steps
from sansheng.processes.payroll import next_capacity, pay_wages
from sansheng.world.accounts import FINANCE, envelope_account, provider_account
from sansheng.world.organisations import capacity_at_rest, usual_supervision
from sansheng.world.world import World

Make = Callable[..., World]
SHARE = st.floats(0.0, 1.0)
SPEED = st.floats(0.05, 1.0)


class Books(NamedTuple):
    """Two accounts: 0 the agency's, 2 wages."""

    balance: I64
    received: I64
    paid: I64


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8),
    st.integers(0, 10**6),
    st.integers(0, 10**7),
)
def test_every_wage_is_paid_or_owed_to_the_fen(
    people: list[tuple[int, int]], former: int, cash: int
) -> None:
    wage: I64 = np.array([w for w, _ in people], np.int64)
    owed: I64 = np.array([o for _, o in people], np.int64)
    before = int(wage.sum() + owed.sum()) + former
    old = int(owed.sum()) + former
    none = np.zeros(3, np.int64)
    books = Books(np.array([cash, 0, 0], np.int64), none.copy(), none.copy())
    got = pay_wages(books, 0, wage, owed, former)
    paid = int(books.balance[2])
    assert paid == min(cash, before)
    assert int(owed.sum()) + former - got + paid == before
    assert (owed >= 0).all()
    assert 0 <= got <= former
    if cash <= old:  # nothing of this month's is paid while older wages are owed
        assert (owed >= wage).all()


def test_capacity_rests_where_building_and_wearing_meet() -> None:
    for got in (0.0, 0.3, 0.8, 1.0):
        capacity = 0.9
        for _ in range(2_000):
            capacity = next_capacity(capacity, got, 0.3, 0.2)
        assert capacity == pytest.approx(0.3 * got / (0.3 * got + 0.2 * (1.0 - got)))


@given(SHARE, SHARE, SHARE, SPEED, SPEED)
def test_capacity_stays_a_share_and_more_overhead_never_lowers_it(
    capacity: float, one: float, two: float, build: float, wear: float
) -> None:
    low, high = sorted((one, two))
    after = [next_capacity(capacity, got, build, wear) for got in (low, high)]
    assert 0.0 <= after[0] <= after[1] + 1e-15
    assert after[1] <= 1.0


def test_a_loan_is_repaid_as_a_share_of_income_and_never_beyond(lived: Make) -> None:
    world = lived(loan_repay=0.2)
    t = world.tables
    t.communities.hours_paid[:] = 0.0
    t.providers.due[:] = 0
    a = int(np.argmax(t.providers.staff))
    account = provider_account(1, 108, a)
    t.providers.other_income[:] = 0
    t.providers.other_income[a] = 100_000
    t.providers.loan[a] = 50_000
    before = int(t.money.repaid[0])
    for left in (30_000, 10_000, 0, 0):
        t.money.balance[account] = 10**10
        finance = int(t.money.balance[FINANCE])
        run_steps(world, "settle")
        assert t.providers.loan[a] == left
        assert t.money.repaid[0] - before == 50_000 - left
        assert t.money.balance[FINANCE] < finance + 50_000
        world.month += 1
    t.providers.loan[a] = 50_000
    t.money.balance[account] = 0
    run_steps(world, "settle")
    assert t.providers.loan[a] == 50_000  # wages come first


def test_capacity_at_rest_is_where_building_and_wearing_meet() -> None:
    # 0.3 x 0.25 x (1 - C) = 0.6 x 0.75 x C at C = 0.075 / 0.525
    assert capacity_at_rest(0.25, 0.3, 0.6) == pytest.approx(1.0 / 7.0)
    assert capacity_at_rest(0.12, 0.3, 0.3) == pytest.approx(0.12)
    assert capacity_at_rest(0.0, 0.3, 0.3) == 0.0
    assert capacity_at_rest(1.0, 0.3, 0.3) == 1.0


@given(st.floats(0.0, 1.0), st.floats(0.1, 0.6), st.floats(0.1, 0.6))
def test_capacity_at_rest_stays_where_it_is(got: float, build: float, wear: float) -> None:
    rest = capacity_at_rest(got, build, wear)
    assert next_capacity(rest, got, build, wear) == pytest.approx(rest, abs=1e-12)


def test_agencies_start_with_the_capacity_that_their_overhead_comes_to_rest_at(
    opened: Make,
) -> None:
    world = opened()
    o, p = world.tables.providers, world.parameters
    living = o.alive == 1
    # a quarter or so of 10%, of 20% needed
    got = usual_supervision(p.overhead_0, p.o_c, p.o_n)
    assert got == pytest.approx(0.24 * 0.1 / 0.2)
    np.testing.assert_allclose(o.supervision[living], got)
    np.testing.assert_allclose(o.capacity[living], capacity_at_rest(got, p.cap_build, p.cap_wear))
    assert not o.capacity[~living].any()
    assert usual_supervision(1.0, 0.3, 0.2) == 1.0


def test_more_overhead_allowed_means_more_supervision_and_capacity(lived: Make) -> None:
    seen = []
    for allowed in (0.0, 0.05, 0.1, 0.15):
        world = lived(o_c=allowed, supervision_memory=0.0, buffer_months=0.0)
        t = world.tables
        account = provider_account(1, 108, 0)
        agencies = np.flatnonzero(t.providers.other_income > 0)
        t.money.balance[account + agencies] = 10**10
        run_steps(world, "settle")
        seen.append(
            (t.providers.supervision[agencies].mean(), t.providers.capacity[agencies].mean())
        )
    assert seen == sorted(set(seen))
    assert seen[0][0] == 0.0


def test_what_is_held_back_goes_before_overhead(lived: Make) -> None:
    paid = []
    for months in (0.0, 0.5, 2.0):
        world = lived(buffer_months=months, supervision_memory=0.0)
        t = world.tables
        a = int(np.argmax(t.providers.staff))
        mine = (t.workers.employer == a) & (t.workers.filled == 1)
        t.workers.step[:] = 0
        bill = int(t.districts.agency_wage[0]) * int(mine.sum())
        t.communities.hours_paid[:] = 0.0
        t.providers.due[:] = 0
        t.providers.other_income[a] = bill
        t.providers.loan[:] = 0
        # wages and insurance leave 0.55 of the bill
        t.money.balance[provider_account(1, 108, a)] = int(0.85 * bill)
        t.workers.owed[:] = 0
        t.providers.owed_former[:] = 0
        t.providers.insurance_owed[:] = 0
        run_steps(world, "settle")
        paid.append(float(t.providers.supervision[a]))
    assert paid == pytest.approx([0.5, 0.25, 0.0], abs=0.03)


def test_overhead_that_a_rule_agrees_goes_before_custom(lived: Make) -> None:
    seen = []
    for custom, said in ((0.05, -1.0), (0.15, -1.0), (0.05, 0.15)):
        world = lived(o_c=custom, supervision_memory=0.0, buffer_months=0.0)
        t = world.tables
        t.terms.overhead[:] = said
        agencies = np.flatnonzero(t.providers.other_income > 0)
        t.money.balance[provider_account(1, 108, 0) + agencies] = 10**10
        run_steps(world, "settle")
        seen.append(t.providers.supervision[agencies].mean())
    assert seen[0] < seen[1] == seen[2]


def test_what_others_pay_for_management_counts_as_overhead_up_to_what_is_needed(
    lived: Make,
) -> None:
    """Of 100,000 fen of income 20,000 are needed: half is missing until seed money pays it."""
    for seed, supervision in ((0, 0.5), (5_000, 0.75), (10_000, 1.0), (10**6, 1.0)):
        world = lived(o_c=0.1, o_n=0.2, supervision_memory=0.0, buffer_months=0.0, loan_repay=0.0)
        t = world.tables
        a = int(np.argmax(t.providers.staff))
        t.communities.hours_paid[:] = 0.0
        t.providers.due[:] = 0
        t.providers.other_income[:] = 0
        t.providers.other_income[a] = 100_000
        t.providers.enterprise[:] = 1
        t.providers.enterprise[a] = 0
        t.money.balance[provider_account(1, 108, a)] = 10**10
        t.money.balance[envelope_account(0)] = 10**9
        t.incentives.development[:] = 12 * seed
        t.incentives.period_start[:], t.incentives.period_months[:] = world.month, 12
        run_steps(world, "settle")
        assert t.providers.developed[a] == seed
        assert t.providers.supervision[a] == pytest.approx(supervision)
