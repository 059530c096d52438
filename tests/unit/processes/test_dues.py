from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.streams import Key, uniform
from sansheng.month import pass_month, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.costs import matched_hours
from sansheng.processes.dues import mean_wait, months_late, owe
from sansheng.world.accounts import escrow_account
from sansheng.world.world import World

Make = Callable[..., World]

LUCK = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)


def test_known_delays() -> None:
    assert [months_late(u, 0.5, 12) for u in (0.6, 0.5, 0.49, 0.25, 0.24, 0.13, 0.12)] == [
        0, 0, 1, 1, 2, 2, 3,
    ]  # fmt: skip
    assert months_late(0.001, 0.0, 12) == 0
    assert months_late(1e-12, 0.6, 12) == 12


def test_months_late_are_geometric() -> None:
    luck = [uniform(Key(7, 0), 5, 0, i, 0) for i in range(20_000)]
    for p in (0.2, 0.5):
        late = np.array([months_late(u, p, 1000) for u in luck])
        mean, variance = p / (1.0 - p), p / (1.0 - p) ** 2
        assert abs(late.mean() - mean) < 4.5 * (variance / late.size) ** 0.5
        for k in (1, 2, 3):
            assert np.mean(late >= k) == pytest.approx(p**k, abs=0.015)


@given(LUCK, st.floats(0.0, 0.95), st.floats(0.0, 0.95), st.integers(0, 12))
def test_more_lateness_never_brings_money_sooner(u: float, a: float, b: float, most: int) -> None:
    low, high = sorted((a, b))
    assert 0 <= months_late(u, low, most) <= months_late(u, high, most) <= most


@given(st.integers(0, 24_000), st.integers(0, 6), st.integers(0, 6), st.integers(0, 10**9))
def test_what_is_owed_falls_due_once(now: int, lag: int, put_off: int, amount: int) -> None:
    due, late = np.zeros(13, np.int64), np.zeros(13, np.int64)
    owe(due, late, now, lag, put_off, amount)
    assert due.sum() == due[(now + lag + put_off) % 13] == amount
    assert late.sum() == (amount if put_off else 0)
    assert (late <= due).all()


def test_money_is_late_as_often_as_it_is_put_off_and_escrow_holds_what_is_due(lived: Make) -> None:
    world = lived(p_late=0.4, advance=0.0)
    t = world.tables
    record = make_recorder(world.month, 24, 108)
    for _ in range(24):
        pass_month(world, make_rule("per_household"), record)
        assert t.money.balance[escrow_account(1, 0)] == t.providers.due.sum()
        assert (t.providers.late <= t.providers.due).all()
    late = record.monthly.settled_late.sum() / record.monthly.settled.sum()
    assert late == pytest.approx(0.4, abs=0.08)


def test_only_what_is_not_paid_at_once_can_be_late(lived: Make) -> None:
    world = lived(p_late=0.4, advance=0.5)
    record = make_recorder(world.month, 24, 108)
    for _ in range(24):
        pass_month(world, make_rule("per_household"), record)
    late = record.monthly.settled_late.sum() / record.monthly.settled.sum()
    assert late == pytest.approx(0.5 * 0.4, abs=0.05)


def test_without_lateness_no_money_is_late(lived: Make) -> None:
    world = lived(p_late=0.0)
    record = make_recorder(world.month, 16, 108)
    for _ in range(16):
        pass_month(world, make_rule("per_household"), record)
    assert not record.monthly.settled_late[13:].any()
    assert record.monthly.settled[13:].all()


def test_an_old_agency_is_paid_for_its_work_after_a_new_one_has_taken_the_lot(lived: Make) -> None:
    world = lived(p_late=0.0, pay_lag=2.0, advance=0.0)
    t = world.tables
    t.providers.due[:] = 0
    old, new = np.flatnonzero(t.providers.staff > 2)[:2].tolist()
    t.communities.hours_paid[:], t.communities.hours_by[:] = 0.0, 0.0
    t.communities.hours_paid[0] = t.communities.hours_by[0, 0] = 10.0
    lot = t.communities.lot[0]
    t.contracts.price[lot] = 3_000
    for holder in (old, new):
        t.contracts.provider[lot, 0] = holder
        run_steps(world, "settle")
        world.month += 1
    assert t.providers.due[old].sum() == t.providers.due[new].sum() == 30_000


def test_partners_match_service_in_kind_and_no_account_holds_it(lived: Make) -> None:
    world = lived(m_r=1.5)
    t = world.tables
    before = int(t.money.balance.sum())
    run_steps(world, "settle")
    np.testing.assert_array_equal(t.communities.in_kind, (1.5 * t.money.bought).astype(np.int64))
    assert t.communities.in_kind.any()
    assert int(t.money.balance.sum()) == before


def test_known_hours_in_kind(parameters: Callable[..., object]) -> None:
    assert matched_hours(1_000_000, 4_000, parameters(m_use=0.02)) == pytest.approx(5.0)
    assert matched_hours(1_000_000, 4_000, parameters(m_use=0.0)) == 0.0


def test_matched_hours_work_like_those_the_agency_sells(lived: Make) -> None:
    """As many hours in kind as are bought double what the agency gets done."""
    worked = []
    for in_kind in (0, 1):
        world = lived(m_use=0.1)
        t = world.tables
        t.cases.open[:, 0] += 1_000  # work never runs out
        run_steps(world, "effort")
        sold = t.communities.hours_by * t.contracts.price[t.communities.lot]
        t.communities.in_kind[:] = in_kind * np.rint(sold.sum(axis=1) / 0.1)
        hours = t.communities.hours_paid.copy()
        run_steps(world, "effort")
        np.testing.assert_array_equal(t.communities.hours_paid, hours)
        worked.append(t.cases.worked[:, 0].sum(axis=(1, 2)))
    assert worked[0].any()
    one_price = np.ptp(np.where(sold > 0.0, t.contracts.price[t.communities.lot], np.nan), axis=1)
    alike = (np.count_nonzero(sold, axis=1) == 1) | (one_price == 0.0)
    assert (alike & (worked[0] > 0)).sum() > 10
    np.testing.assert_allclose(worked[1][alike], 2.0 * worked[0][alike], atol=25.0)


def test_what_is_matched_adds_hours_that_nobody_pays(lived: Make) -> None:
    worked, bought = [], []
    for share in (0.0, 0.1):
        world = lived(m_use=share)
        run_steps(world, "effort", "settle")
        worked.append(int(world.tables.cases.worked[:, 0].sum()))
        bought.append(int(world.tables.money.bought.sum()))
    assert worked[1] > worked[0]
    assert bought[1] == bought[0]


@given(st.floats(0.0, 0.6), st.floats(0.0, 1.0))
def test_the_mean_wait_is_that_of_payments_put_off_and_none_where_all_is_paid_at_once(
    late: float, advance: float
) -> None:
    cells = 4_000
    mean = sum(months_late((k + 0.5) / cells, late, 60) for k in range(cells)) / cells
    assert mean_wait(2.0, late, 0.0) == pytest.approx(2.0 + mean, abs=5e-3)
    assert mean_wait(2.0, late, advance) == pytest.approx((1 - advance) * mean_wait(2.0, late, 0))
    assert mean_wait(2.0, late, 1.0) == 0.0
