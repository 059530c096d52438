from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import pass_month, pass_months, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.closing import YOUNG, closing_rate
from sansheng.world.accounts import (
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import NOBODY
from sansheng.world.world import World

Make = Callable[..., World]
NOBODY_CLOSES = {"n_x": 0.0, "inspect": 0.0, "rescue": 0.0}
STILL = {"n_e": 0.0, **NOBODY_CLOSES}
SHARE = st.floats(0.0, 1.0)


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero(p.alive == 1)
    return rows


def cash(world: World, a: int) -> int:
    return int(world.tables.money.balance[provider_account(1, 108, a)])


def in_trouble(world: World, owed: int = 700, former: int = 300, insured: int = 200) -> int:
    """Let one agency alone owe months of wages, and others nothing; return its row."""
    t = world.tables
    firm = int(agencies(world)[0])
    t.workers.owed[:] = 0
    seats = slice(int(t.providers.first_seat[firm]), int(t.providers.first_seat[firm + 1]))
    t.workers.owed[seats.start + int(np.flatnonzero(t.workers.filled[seats])[0])] = owed
    t.providers.owed_former[firm] = former
    t.providers.insurance_owed[firm] = insured
    t.providers.owed_months[:] = 0.0
    t.providers.owed_months[firm] = 2.0
    t.providers.due[firm] = 0
    t.providers.late[firm] = 0
    t.providers.loan[firm] = 0
    for book in (t.money.wages_lost, t.money.insurance_lost, t.money.written_off):
        book[:] = 0
    t.money.repaid[:] = 0
    t.money.lent[:] = 0
    t.money.balance[escrow_account(1, 0)] = t.providers.due.sum()
    t.money.balance[provider_account(1, 108, firm)] = 0
    return firm


def test_known_rates_of_closing() -> None:
    def rate(age: int = 99, help_: float = 0.0, capacity: float = 0.25) -> float:
        return closing_rate(0.05, age, help_, capacity, 2.0, 1.0, 0.25)

    assert rate() == pytest.approx(0.05)
    assert rate(age=YOUNG - 1) == pytest.approx(0.1)
    assert rate(age=YOUNG) == pytest.approx(0.05)
    assert rate(age=0, help_=0.75) == pytest.approx(0.0625)
    assert rate(capacity=0.75) == pytest.approx(0.025)
    assert closing_rate(0.12, 0, 0.0, 0.0, 4.0, 3.0, 1.0) == 0.95


@given(st.integers(0, 400), SHARE, SHARE, SHARE)
def test_help_and_capacity_never_raise_the_rate_of_closing(
    age: int, help_: float, capacity: float, more: float
) -> None:
    here = closing_rate(0.05, age, help_, capacity, 2.0, 1.0, 0.25)
    assert 0.0 <= here <= 0.95
    assert closing_rate(0.05, age, min(1.0, help_ + more), capacity, 2.0, 1.0, 0.25) <= here
    assert closing_rate(0.05, age, help_, capacity + more, 2.0, 1.0, 0.25) <= here


def test_without_hazards_nobody_comes_or_goes(lived: Make) -> None:
    world = lived(owed_limit=1e9, **STILL)
    p = world.tables.providers
    before = p.alive.copy()
    for _ in range(6):
        run_steps(world, "providers")
        world.month += 1
    np.testing.assert_array_equal(p.alive, before)
    assert not p.founded.any()
    assert not p.closed.any()


def test_agencies_close_at_their_yearly_rate(opened: Make) -> None:
    world = opened(n_e=0.0, n_x=0.5, owed_limit=1e9, young_risk=1.0, x_C=0.0, inspect=0.0)
    p = world.tables.providers
    n, closed = int(p.alive.sum()), 0
    for _ in range(12):
        run_steps(world, "providers")
        closed += int(p.closed.sum())
        world.month += 1
    # errs about once in ten thousand seeds
    assert abs(closed - 0.5 * n) < 3.9 * (n * 0.25) ** 0.5


@pytest.mark.parametrize(
    ("held", "wages", "insured", "repaid", "members"),
    [
        (500, 500, 0, 0, 0),
        (1_100, 1_000, 100, 0, 0),
        (1_250, 1_000, 200, 50, 0),
        (2_000, 1_000, 200, 400, 400),
    ],
)
def test_a_closing_agency_pays_wages_then_insurance_then_its_loan_then_its_members(
    lived: Make, held: int, wages: int, insured: int, repaid: int, members: int
) -> None:
    world = lived(owed_limit=2.0, **STILL)
    t = world.tables
    firm = in_trouble(world)
    t.providers.loan[firm] = 400
    t.money.balance[provider_account(1, 108, firm)] = held
    before = t.money.balance.copy()
    seats = t.workers.employer == firm
    staff = int(t.workers.filled[seats].sum())
    run_steps(world, "providers")
    assert np.flatnonzero(t.providers.closed).tolist() == [firm]
    gained = t.money.balance - before
    assert gained[[WAGES, SUPPLIERS, FINANCE, OTHER_PAYERS]].tolist() == [
        wages, insured, repaid, members,
    ]  # fmt: skip
    assert t.money.wages_lost[0] == 1_000 - wages
    assert t.money.insurance_lost[0] == 200 - insured
    assert t.money.written_off[0] == 400 - repaid
    assert t.money.repaid[0] == repaid
    assert cash(world, firm) == 0
    assert not t.workers.filled[seats].any()
    assert t.workers.leaves[seats].sum() >= staff


@pytest.mark.parametrize(("due", "back"), [(600, 0), (1_200, 0), (5_000, 3_800)])
def test_what_is_due_pays_debts_first_and_the_rest_returns_to_the_purse(
    lived: Make, due: int, back: int
) -> None:
    world = lived(owed_limit=2.0, **STILL)
    t = world.tables
    firm = in_trouble(world)
    t.providers.due[firm, 3] = due
    t.money.balance[escrow_account(1, 0)] += due
    before = t.money.balance.copy()
    run_steps(world, "providers")
    gained = t.money.balance - before
    assert gained[escrow_account(1, 0)] == -due
    assert gained[FINANCE] == back
    assert gained[WAGES] + gained[SUPPLIERS] == min(due, 1_200)
    assert t.money.balance[escrow_account(1, 0)] == t.providers.due.sum()


def test_a_closed_row_is_clean(lived: Make) -> None:
    world = lived(owed_limit=2.0, **STILL)
    t = world.tables
    firm = in_trouble(world)
    t.providers.due[firm, 3] = t.providers.late[firm, 3] = 100
    t.money.balance[escrow_account(1, 0)] += 100
    t.providers.loan[firm] = 10_000
    held = t.contracts.provider == firm
    t.ties.provider[4, 0] = firm
    run_steps(world, "providers")
    o = t.providers
    for column in (
        o.alive, o.staff, o.target, o.staff_other, o.other_income, o.owed_former, o.insurance_owed,
        o.loan, o.owed_months, o.due, o.late,
    ):  # fmt: skip
        assert not np.any(column[firm])
    assert firm not in t.contracts.provider
    assert (t.contracts.end[held] == world.month + 1).all()
    assert firm not in t.ties.provider
    assert not t.ties.capital[t.ties.provider == NOBODY].any()


def test_an_agency_that_owes_less_than_the_limit_goes_on(lived: Make) -> None:
    for owed, closes in ((1.99, False), (2.0, True)):
        world = lived(owed_limit=2.0, **STILL)
        world.tables.providers.owed_months[:] = owed
        run_steps(world, "providers")
        assert world.tables.providers.closed.any() == closes


def test_a_rescue_pays_all_that_is_owed_out_of_the_purse(lived: Make) -> None:
    world = lived(owed_limit=2.0, **{**STILL, "rescue": 1.0})
    t = world.tables
    firm = in_trouble(world)
    before = t.money.balance.copy()
    run_steps(world, "providers")
    gained = t.money.balance - before
    assert gained[[FINANCE, WAGES, SUPPLIERS]].tolist() == [-1_200, 1_000, 200]
    assert t.providers.loan[firm] == t.money.lent[0] == 1_200
    assert t.providers.alive[firm] == t.providers.rescued[firm] == 1
    assert t.providers.rescued.sum() == 1
    assert t.providers.owed_former[firm] == t.providers.insurance_owed[firm] == 0
    assert not t.workers.owed.any()
    assert cash(world, firm) == 0


def test_rescues_come_as_often_as_stated(lived: Make) -> None:
    rescued = limit = 0
    for month in range(30):
        world = lived(owed_limit=2.0, **{**STILL, "rescue": 0.4})
        world.month += month
        world.tables.providers.owed_months[agencies(world)] = 5.0
        limit += agencies(world).size
        run_steps(world, "providers")
        o = world.tables.providers
        rescued += int(o.rescued.sum())
        assert o.rescued.sum() + o.closed.sum() == limit / (month + 1)
    assert abs(rescued - 0.4 * limit) < 3.9 * (limit * 0.24) ** 0.5


def test_loans_reconcile_and_arrears_stay_bounded_over_ten_years(lived: Make) -> None:
    world = lived(rescue=0.8, p_late=0.6, owed_limit=2.0, loan_repay=0.2)
    t = world.tables
    record = make_recorder(world.month, 120, 108)
    for _ in range(120):
        pass_month(world, make_rule("per_household"), record)
        money = t.money
        assert money.lent[0] - money.repaid[0] - money.written_off[0] == t.providers.loan.sum()
        assert (t.providers.loan >= 0).all()
        assert t.providers.owed_months.max() < 3.0
    assert record.monthly.rescued.sum() > 0
    assert t.money.repaid[0] > 0
    months = record.monthly.owed[60:].mean() / record.monthly.bill[60:].mean()
    assert 0.01 < months < 0.5


def test_more_lateness_means_more_arrears(lived: Make) -> None:
    arrears = []
    for late in (0.0, 0.6):
        owed = 0.0
        for months in (14, 20):
            world = lived("per_household", months, p_late=late)
            record = make_recorder(world.month, 120, 108)
            pass_months(world, make_rule("per_household"), record, 120)
            m = record.monthly
            owed += float((m.owed / m.bill).mean())
        arrears.append(owed)
    assert arrears[1] > 1.3 * arrears[0] > 0.0
