from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.clawback import agency_share, paid_for, set_off
from sansheng.world.accounts import community_account, escrow_account, provider_account
from sansheng.world.schema import AGENCY_PRO, BASE_PRO
from sansheng.world.world import World

Make = Callable[..., World]
FEN = st.integers(0, 10**6)


def test_known_share_of_the_work() -> None:
    worked = np.zeros((3, 2, 2), np.int64)
    assert agency_share(worked) == 0.0
    worked[AGENCY_PRO, 0, 0] = 30
    worked[BASE_PRO, 1, 1] = 90
    assert agency_share(worked) == 0.25


@given(st.lists(FEN, min_size=13, max_size=13), st.integers(0, 500), st.integers(0, 10**7))
def test_what_is_set_off_comes_out_of_what_is_due_and_no_more(
    dues: list[int], now: int, amount: int
) -> None:
    due = np.array(dues, np.int64)
    late = due // 2
    due[now % 13] = late[now % 13] = 0  # this month's have been paid
    before = int(due.sum())
    taken = set_off(due, late, now, amount)
    assert taken == min(amount, before)
    assert due.sum() == before - taken
    assert (late <= due).all()
    assert (due >= 0).all()


def test_the_nearest_month_is_set_off_first() -> None:
    due = np.zeros(13, np.int64)
    due[3], due[5] = 100, 100
    assert set_off(due, due.copy(), 2, 150) == 150
    assert due[3] == 0
    assert due[5] == 50


def test_known_tariffs_of_reopened_cases() -> None:
    pay = np.array([[100, 300], [200, 0]], np.int64)
    claimed, reopened = np.array([[1.0, 0.5], [0.0, 1.0]]), np.array([[3, 4], [5, 6]], np.int32)
    # three at 100 yuan, and half of four at 300 yuan; the others were never claimed or bring nothing
    assert paid_for(pay, claimed, reopened, 1.0) == 900.0
    assert paid_for(pay, claimed, reopened, 0.25) == 225.0
    assert paid_for(pay, claimed, reopened, 1.5) == 900.0, "no more than was claimed"
    assert paid_for(pay, claimed, reopened * 0, 1.0) == 0.0


@given(
    st.lists(st.integers(0, 50), min_size=4, max_size=4),
    st.lists(st.integers(0, 5), min_size=4, max_size=4),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
)
def test_more_cases_reopened_and_more_of_them_paid_are_worth_no_less(
    reopened: list[int], more: list[int], paid: float, share: float
) -> None:
    pay = np.array([[100, 300], [200, 50]], np.int64)
    claimed = np.full((2, 2), share)
    few = np.array(reopened, np.int32).reshape(2, 2)
    many = few + np.array(more, np.int32).reshape(2, 2)
    assert paid_for(pay, claimed, few, paid) <= paid_for(pay, claimed, many, paid)
    assert paid_for(pay, claimed, few, paid) <= paid_for(pay, claimed, few, 1.0)
    assert paid_for(pay, claimed, few, paid) <= paid_for(pay, claimed * 0.0 + 1.0, few, paid)


@given(st.lists(FEN, min_size=13, max_size=13), st.integers(0, 500), FEN, FEN)
def test_a_larger_amount_is_set_off_by_no_less_and_never_out_of_a_later_month_instead(
    dues: list[int], now: int, one: int, other: int
) -> None:
    less, more = sorted((one, other))
    left = [np.array(dues, np.int64) for _ in range(2)]
    taken = [
        set_off(due, due // 2, now, amount) for due, amount in zip(left, (less, more), strict=True)
    ]
    assert taken[0] <= taken[1]
    assert (left[0] >= left[1]).all()


def test_the_more_agency_staff_did_the_larger_is_their_share() -> None:
    worked = np.full((3, 2, 2), 100, np.int64)
    shares = []
    for minutes in (0, 50, 100, 1_000, 10**6):
        worked[AGENCY_PRO] = minutes
        shares.append(agency_share(worked))
    assert shares[0] == 0.0
    assert (np.diff(shares) > 0.0).all()
    assert shares[2] == pytest.approx(1.0 / 3.0)
    assert shares[-1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("passed", "cash", "waiting", "borne"),
    [(0.0, 10**9, 0, 0), (0.5, 10**9, 0, 250), (1.0, 10**9, 0, 500), (1.0, 200, 100, 300)],
)
def test_clawback_reaches_the_agency_by_pass_through_and_share_of_the_work(
    lived: Make, passed: float, cash: int, waiting: int, borne: int
) -> None:
    world = lived()
    t = world.tables
    a = int(np.argmax(t.providers.staff))
    c = 5
    for array in (t.cases.reopened, t.cases.worked, t.money.claimed):
        array[:] = 0
    t.communities.hours_paid[:], t.communities.hours_by[:] = 0.0, 0.0
    t.providers.due[:] = 0
    t.providers.late[:] = 0
    t.providers.other_income[:] = 0
    t.communities.lot[c] = c
    t.contracts.provider[c, 0], t.contracts.price[c, 0] = a, 0  # served, and nothing bought
    t.communities.hours_paid[c] = t.communities.hours_by[c, 0] = 1.0
    t.cases.worked[c, AGENCY_PRO, 0, 0] = 50
    t.cases.worked[c, BASE_PRO, 0, 0] = 50
    t.cases.reopened[c, 0, 0] = 10
    t.cases.claimed_share[c, 0, 0] = 1.0
    t.incentives.pay[c, 0, 0] = 100
    t.incentives.pass_through[:] = passed
    t.money.claimed_ever[:] = 0.0
    t.money.claimed_ever[c] = 1e6
    t.money.tariffs_ever[c] = 10**6
    slot = (world.month + 1) % 13
    t.providers.due[a, slot] = waiting
    t.money.balance[escrow_account(1, 0)] = waiting
    t.money.balance[provider_account(1, 108, a)] = cash
    t.money.balance[community_account(1, c)] = 10_000
    run_steps(world, "settle")
    assert t.money.clawed[c] == 1_000
    assert t.money.passed_on[c] == borne
    assert t.money.balance[community_account(1, c)] == 9_000 + borne
    assert t.providers.due[a, slot] == t.money.balance[escrow_account(1, 0)]
    assert not np.delete(t.money.passed_on, c).any()
