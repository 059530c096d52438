from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import run_steps
from sansheng.processes.costs import insurance
from sansheng.processes.providers import wanted_staff
from sansheng.world.accounts import provider_account
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"n_e": 0.0, "n_x": 0.0}


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero(p.alive == 1)
    return rows


def test_known_staff() -> None:
    assert wanted_staff(3, 400.0, 1600.0 / 12.0) == 6
    assert wanted_staff(3, 60.0, 1600.0 / 12.0) == 3
    assert wanted_staff(0, 0.0, 1600.0 / 12.0) == 0


@given(st.integers(0, 50), st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_more_orders_never_ask_for_fewer_people(other: int, one: float, two: float) -> None:
    few, many = sorted((one, two))
    assert other <= wanted_staff(other, few, 100.0) <= wanted_staff(other, many, 100.0)
    assert abs(wanted_staff(other, many, 100.0) - other - many / 100.0) <= 0.5


def test_an_agency_wants_what_is_ordered_as_far_as_cash_and_seats_go(lived: Make) -> None:
    world = lived(h_w=1200.0, owed_limit=1e9, **STILL)
    t, p = world.tables, world.parameters
    rows = agencies(world)[:4]
    wage = int(t.districts.agency_wage[0])
    per_head = wage + insurance(wage, p)
    t.providers.staff_other[rows] = 1
    t.providers.staff[rows] = 4
    t.providers.seats[rows] = (50, 50, 6, 50)
    t.providers.hours_wanted[rows] = 1_000.0
    account = provider_account(1, 108, 0)
    t.money.balance[account + rows] = (10**12, 3 * per_head, 10**12, 0)
    run_steps(world, "providers")
    assert t.providers.target[rows].tolist() == [11, 7, 6, 4]
