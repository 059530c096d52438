from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.clawback import agency_share, set_off
from sansheng.world.accounts import community_account, escrow_account, provider_account
from sansheng.world.schema import AGENCY_PRO, BASE_PRO
from sansheng.world.world import World

Make = Callable[..., World]
FEN = st.integers(0, 10**6)


def test_known_share_of_the_work() -> None:
    worked = np.zeros((2, 2, 3), np.int64)
    assert agency_share(worked) == 0.0
    worked[0, 0, AGENCY_PRO] = 30
    worked[1, 1, BASE_PRO] = 90
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
    t.cases.worked[c, 0, 0, AGENCY_PRO] = 50
    t.cases.worked[c, 0, 0, BASE_PRO] = 50
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
