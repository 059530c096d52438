from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.hiring import certificate, fill_chance
from sansheng.world.schema import NOBODY, STATION
from sansheng.world.world import World

Make = Callable[..., World]

SPLIT = (0.45, 0.13, 0.02)
NOBODY_MOVES = {"move_share": 0.0, "station_share": 0.0, "exam_pass": 0.0}
NOBODY_LEAVES = {"q0": 0.0, "q0_org": 0.0, **NOBODY_MOVES}


def test_certificates_of_recruits_have_the_shares_given() -> None:
    cells = 10_000
    tiers = [certificate((i + 0.5) / cells, 0.5, *SPLIT) for i in range(cells)]
    assert np.bincount(tiers).tolist() == [5000, 2000, 2250, 650, 100]
    assert {certificate(u, 0.0, *SPLIT) for u in (0.001, 0.5, 0.999)} == {0}


@given(st.floats(0.001, 0.999), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_larger_share_certifies_whoever_was_certified(u: float, one: float, two: float) -> None:
    small, large = sorted((one, two))
    assert certificate(u, large, *SPLIT) > 0 or certificate(u, small, *SPLIT) == 0


def test_known_chances_of_filling_a_vacancy() -> None:
    assert fill_chance(0.3, 1.0, 2.0, 0.5, 1000, 10.0) == 0.3
    assert fill_chance(0.3, 0.5, 2.0, 0.5, 1000, 10.0) == pytest.approx(0.075)
    assert fill_chance(0.3, 1.0, 2.0, 0.5, 4, 10.0) == pytest.approx(0.2)
    assert fill_chance(0.8, 2.0, 2.0, 0.5, 1000, 10.0) == 1.0


@given(st.floats(0.4, 2.0), st.floats(0.4, 2.0), st.integers(0, 500), st.integers(0, 500))
def test_pay_and_seekers_fill_vacancies(one: float, two: float, three: int, four: int) -> None:
    low, high = sorted((one, two))
    few, many = sorted((three, four))
    assert fill_chance(0.3, low, 2.0, 0.5, many, 50.0) <= fill_chance(
        0.3, high, 2.0, 0.5, many, 50.0
    )
    assert fill_chance(0.3, high, 2.0, 0.5, few, 50.0) <= fill_chance(
        0.3, high, 2.0, 0.5, many, 50.0
    )


def test_nobody_is_hired_where_nobody_looks_for_work(lived: Make) -> None:
    world = lived(pool_inflow=0.0, hire_rate=1.0)
    world.tables.districts.pool[:] = 0
    world.tables.workers.leaves[:] = 0
    run_steps(world, "workforce")
    assert not world.tables.workers.hired.any()
    assert world.tables.workers.quits.any()


def test_recruits_come_out_of_the_pool(lived: Make) -> None:
    world = lived(pool_inflow=0.0, pool_loss=0.0, hire_rate=1.0, **NOBODY_MOVES)
    t = world.tables
    t.districts.pool[:] = 1_000
    t.workers.leaves[:] = 0
    run_steps(world, "workforce")
    hired = t.workers.hired == 1
    assert hired.sum() > 0
    assert t.districts.pool[0] == 1_000 - hired.sum()
    assert (t.workers.filled[hired] == 1).all()
    for column in (t.workers.tenure, t.workers.service, t.workers.credit, t.workers.burnout):
        assert not column[hired].any()
    stations = t.workers.employer == STATION
    assert (t.workers.filled[stations] == 1).all()
    np.testing.assert_array_equal(
        t.workers.community[stations & hired], t.workers.home[stations & hired]
    )
    np.testing.assert_array_equal(
        t.workers.subdistrict[stations & hired],
        t.communities.subdistrict[t.workers.home[stations & hired]],
    )


def test_the_pool_settles_where_it_gains_what_it_loses(opened: Make) -> None:
    world = opened(hire_rate=0.0, pool_inflow=0.36, pool_loss=0.1, **NOBODY_LEAVES)
    t = world.tables
    seats = int(t.workers.filled.sum())
    pool = float(t.districts.pool[0])
    for _ in range(40):
        t.providers.target[:] = t.providers.staff
        t.contracts.switched[:] = 0
        run_steps(world, "workforce")
        pool += 0.03 * seats - 0.1 * pool
        assert abs(t.districts.pool[0] - pool) <= 0.5 / 0.1  # people are whole
    assert t.districts.pool[0] == pytest.approx(0.3 * seats, rel=0.04)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_recruits_hold_certificates_as_the_shares_say(lived: Make, share: float) -> None:
    world = lived(hire_tier=share, hire_tier_org=share, hire_rate=1.0)
    world.tables.districts.pool[:] = 1_000
    run_steps(world, "workforce")
    recruits = world.tables.workers.hired == 1
    assert ((world.tables.workers.tier[recruits] > 0) == (share == 1.0)).all()


def test_agencies_hire_no_more_than_they_want(lived: Make) -> None:
    world = lived(hire_rate=1.0, match=1.0, **NOBODY_LEAVES)
    t = world.tables
    t.districts.pool[:] = 10**6
    rows = np.flatnonzero(t.providers.alive == 1)
    before = t.providers.staff[rows].copy()
    t.providers.target[rows] = before + 2 * (np.arange(rows.size) % 2)
    room = np.minimum(t.providers.seats[rows], before + 2)
    run_steps(world, "workforce")
    after = np.where(np.arange(rows.size) % 2 == 1, room, before)
    np.testing.assert_array_equal(t.providers.staff[rows], after)
    assert (
        t.workers.subdistrict[(t.workers.hired == 1) & (t.workers.community < 0)] == NOBODY
    ).all()


def test_when_seekers_are_short_luck_decides_and_not_the_row(lived: Make) -> None:
    """Whoever would be hired among few is hired among many; and late rows have their turn."""
    hired = []
    for seekers in (5, 20, 10**6):
        world = lived(hire_rate=0.8, match=10.0**6, pool_inflow=0.0, **NOBODY_MOVES, q0=3.0)
        t = world.tables
        t.workers.leaves[:] = 0
        t.districts.pool[:] = seekers
        run_steps(world, "workforce")
        hired.append(set(np.flatnonzero(t.workers.hired)))
    assert [len(some) for some in hired[:2]] == [5, 20]
    assert hired[0] < hired[1] < hired[2]
    rows = np.array(sorted(hired[2]))
    late = [row for row in hired[1] if row > np.median(rows)]
    assert 3 <= len(late) <= 17


def test_low_pay_leaves_vacancies(lived: Make) -> None:
    vacant = []
    for w_ref in (0.45, 0.65, 1.0):
        world = lived(w_ref=w_ref, hire_rate=0.3, **NOBODY_LEAVES)
        t = world.tables
        t.districts.pool[:] = 10**6
        t.workers.filled[np.flatnonzero(t.workers.employer == STATION)[::4]] = 0
        run_steps(world, "workforce")
        vacant.append(int((t.workers.filled[t.workers.employer == STATION] == 0).sum()))
    assert vacant == sorted(set(vacant))
