from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import run_steps
from sansheng.processes.reputation import DORMANT, INSPECTION, merit_aim
from sansheng.world.world import World

Make = Callable[..., World]
STILL = {"n_e": 0.0, "n_x": 0.0, "owed_limit": 1e9}
SHARE = st.floats(0.0, 1.0)


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero(p.alive == 1)
    return rows


def test_known_merit() -> None:
    assert merit_aim(0.8, 1.0, 0.0, 0.3, 2.0) == 5.0
    assert merit_aim(2.0, 1.0, 0.0, 0.3, 2.0) == 3.0
    assert merit_aim(1.0, 0.5, 0.0, 0.4, 2.0) == pytest.approx(4.2)
    assert merit_aim(1.0, 1.0, 0.1, 0.3, 2.0) == pytest.approx(4.2)
    assert merit_aim(3.0, 0.0, 1.0, 0.6, 10.0) == 1.0


@given(st.floats(0.0, 3.0), SHARE, SHARE, SHARE)
def test_merit_is_stars_and_falls_with_load_neglect_and_faults(
    load: float, supervision: float, faults: float, more: float
) -> None:
    here = merit_aim(load, supervision, faults, 0.3, 2.0)
    assert 1.0 <= here <= 5.0
    assert merit_aim(load + more, supervision, faults, 0.3, 2.0) <= here
    assert merit_aim(load, supervision * more, faults, 0.3, 2.0) <= here + 1e-12
    assert merit_aim(load, supervision, faults + more, 0.3, 2.0) <= here


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_merit_converges_to_what_is_delivered(lived: Make, load: float) -> None:
    world = lived(inspect=0.0, r_sup=0.0, r_fault=0.0, **STILL)
    p = world.tables.providers
    p.hours_sold[:] = 1.0
    p.load[:] = load
    firm = int(agencies(world)[0])
    p.merit[firm] = 2.0
    stars = p.rating.copy()
    for _ in range(36):
        run_steps(world, "providers")
    aim = 1.0 + 4.0 / max(1.0, load)
    assert p.merit[firm] == pytest.approx(aim + (2.0 - aim) * (35 / 36) ** 36)
    np.testing.assert_array_equal(p.rating, stars)  # nobody has looked


def test_merit_stays_where_nothing_is_sold(lived: Make) -> None:
    world = lived(**STILL)
    p = world.tables.providers
    p.hours_sold[:] = 0.0
    before = p.merit.copy()
    run_steps(world, "providers")
    np.testing.assert_array_equal(p.merit, before)


def test_cases_that_audits_reopen_cost_the_agency_that_serves_there(lived: Make) -> None:
    world = lived(r_sup=0.0, r_fault=2.0, rating_months=1.0, **STILL)
    t = world.tables
    holder = t.contracts.provider[t.communities.lot, 0]
    t.communities.hours_by[:] = t.communities.hours_paid[:, None] * [1.0, 0.0, 0.0, 0.0]
    one, other = np.unique(holder[holder >= 0])[:2]
    t.providers.hours_sold[:] = 1.0
    t.providers.load[:] = 1.0
    t.cases.resolved[:], t.cases.papered[:], t.cases.reopened[:] = 0, 0, 0
    t.cases.resolved[holder == one, 0, 0] = 90
    t.cases.papered[holder == one, 0, 0] = 10
    t.cases.reopened[holder == one, 0, 0] = 5
    run_steps(world, "providers")
    assert t.providers.merit[one] == pytest.approx(5.0 - 4.0 * 2.0 * 0.05)
    assert t.providers.merit[other] == 5.0


def test_stars_are_renewed_in_april_by_those_who_are_inspected(lived: Make) -> None:
    for inspect in (0.0, 0.5, 1.0):
        world = lived(inspect=inspect, strike=0.0, **STILL)
        p = world.tables.providers
        rows = agencies(world)
        p.merit[:] = 4.5
        p.rating[:] = 2.0
        p.hours_sold[:] = 0.0
        seen = 0
        for _ in range(12):
            run_steps(world, "providers")
            april = world.month % 12 == INSPECTION
            assert april or not p.inspected.any()
            seen += int(p.inspected.sum())
            world.month += 1
        np.testing.assert_array_equal(p.rating[rows] == 4.5, p.rating[rows] != 2.0)
        assert (p.rating[rows] == 4.5).sum() == seen
        assert abs(seen - inspect * rows.size) <= 3.9 * (rows.size * inspect * (1 - inspect)) ** 0.5


def test_the_idle_are_struck_off_when_inspected_and_nobody_else(opened: Make) -> None:
    world = opened(INSPECTION, inspect=1.0, strike=0.7, rescue=0.0, **STILL)
    p = world.tables.providers
    rows = agencies(world)
    idle = rows[::2]
    p.staff_other[idle] = 0
    p.idle[idle] = DORMANT - 1
    run_steps(world, "providers")
    closed = np.flatnonzero(p.closed)
    assert set(closed) <= set(idle)
    assert abs(closed.size - 0.7 * idle.size) < 3.9 * (idle.size * 0.21) ** 0.5


def test_idle_months_count_only_months_without_orders_or_other_payers(opened: Make) -> None:
    world = opened(0, **STILL)
    p = world.tables.providers
    sold, paid, idle = agencies(world)[:3]
    p.staff_other[:] = 0
    p.idle[:] = 5
    p.hours_sold[sold] = 1.0
    p.staff_other[paid] = 1
    run_steps(world, "providers")
    assert p.idle[[sold, paid, idle]].tolist() == [0, 0, 6]
