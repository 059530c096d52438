from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.layoffs import dismissals
from sansheng.world.accounts import provider_account
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "exam_pass": 0.0, "move_share": 0.0}
RICH = 10**12


def cash(world: World) -> np.ndarray:  # type: ignore[type-arg]
    """Cash by provider, to be written."""
    t = world.tables
    first = provider_account(t.districts.key.size, t.communities.key.size, 0)
    return t.money.balance[first:]


def largest(world: World) -> int:
    return int(np.argmax(world.tables.providers.staff))


def overstaffed(world: World, agency: int, by: int) -> World:
    """Let one agency want some people less than it has, and the others exactly theirs."""
    o = world.tables.providers
    o.target[:] = o.staff
    o.target[agency] -= by
    world.tables.contracts.switched[:] = 0
    return world


@pytest.mark.parametrize(
    ("months", "money", "expected"),
    [(1, 1000, 0), (1, 250, 2), (1, 99, 4), (1, 0, 4), (6, 1000, 0), (7, 1000, 4)],
)
def test_known_dismissals(months: int, money: int, expected: int) -> None:
    assert dismissals(4, months, 6.0, money, 100) == expected


@given(st.integers(1, 50), st.integers(1, 24), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cash_and_patience_keep_people(surplus: int, months: int, one: int, two: int) -> None:
    poor, rich = sorted((one, two))
    assert 0 <= dismissals(surplus, months, 6.0, rich, 100) <= surplus
    assert dismissals(surplus, months, 6.0, rich, 100) <= dismissals(
        surplus, months, 6.0, poor, 100
    )
    assert dismissals(surplus, months, 12.0, rich, 100) <= dismissals(
        surplus, months, 6.0, rich, 100
    )


def test_an_agency_with_cash_holds_on_for_some_months_and_then_lets_all_go(lived: Make) -> None:
    world = lived(hold_months=3.0, **STILL)
    a = largest(world)
    o, w = world.tables.providers, world.tables.workers
    o.surplus[:] = 0
    cash(world)[:] = RICH
    staff = int(o.staff[a])
    for month in range(1, 6):
        overstaffed(world, a, 0)
        o.target[a] = staff - 4
        run_steps(world, "workforce")
        assert o.staff[a] == (staff if month <= 3 else staff - 4)
        assert o.surplus[a] == (month if month <= 4 else 0)
        assert w.leaves.sum() == (4 if month == 4 else 0)


def test_an_agency_without_cash_lets_people_go_at_once(lived: Make) -> None:
    world = lived(hold_months=24.0, **STILL)
    a = largest(world)
    cash(world)[a] = 0
    overstaffed(world, a, 4)
    before = int(world.tables.providers.staff[a])
    run_steps(world, "workforce")
    assert world.tables.providers.staff[a] == before - 4
    assert world.tables.workers.leaves.sum() == 4


def test_who_leaves_by_themselves_need_not_be_dismissed(lived: Make) -> None:
    quits = {"q0_org": 5.0, "m_first": 1.0}
    worlds = [lived(**(STILL | quits | {"hold_months": hold})) for hold in (0.0, 24.0)]
    dismissed = []
    for world in worlds:
        world.tables.providers.surplus[:] = 0
        o = world.tables.providers
        wanted = o.staff - o.staff // 3
        left = 0
        for _ in range(4):
            cash(world)[:] = RICH
            o.target[:] = wanted
            run_steps(world, "workforce")
            left += int(world.tables.workers.leaves.sum())
            world.month += 1
        dismissed.append(left)
    assert dismissed[0] > dismissed[1] == 0


def test_the_shortest_service_goes_first(lived: Make) -> None:
    world = lived(hold_months=0.0, **STILL)
    a = largest(world)
    overstaffed(world, a, 3)
    t = world.tables
    block = slice(t.providers.first_seat[a], t.providers.first_seat[a] + t.providers.seats[a])
    seated = np.flatnonzero(t.workers.filled[block])
    t.workers.tenure[block][seated] = 100 - np.arange(seated.size)
    run_steps(world, "workforce")
    first = int(t.providers.first_seat[a])
    assert np.flatnonzero(t.workers.leaves).tolist() == (first + seated[-3:]).tolist()
    assert sorted(t.workers.left_after[t.workers.leaves == 1]) == sorted(
        101 - np.arange(seated.size)[-3:]
    )


def test_a_closed_agency_has_no_surplus(lived: Make) -> None:
    world = lived(**STILL)
    o = world.tables.providers
    o.surplus[:] = 5
    run_steps(world, "workforce")
    assert not o.surplus[o.alive == 0].any()


def test_the_dismissed_look_for_work_the_month_after(lived: Make) -> None:
    pools = []
    for dismissed in (0, 3):
        world = lived(pool_inflow=0.0, pool_loss=0.0, **STILL)
        world.tables.workers.leaves[:] = 0
        world.tables.workers.leaves[:dismissed] = 1
        run_steps(world, "workforce")
        pools.append(int(world.tables.districts.pool[0]))
    assert pools[1] - pools[0] == 3
