from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.workforce import (
    JUNE,
    burnout_target,
    certificate,
    quit_hazard,
    reference_hazard,
    vacate,
)
from sansheng.world.schema import NOBODY, STATION
from sansheng.world.world import World

Make = Callable[..., World]

NEUTRAL = {"eta": 0.0, "b_B": 0.0, "m_1": 1.0, "m_owed": 0.0}
STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "exam_pass": 0.0}


def quits(
    q0: float = 0.18,
    pay: float = 1.0,
    burnout: float = 0.0,
    tenure: int = 24,
    owed: float = 0.0,
    m_first: float = 1.0,
) -> float:
    """Monthly probability of a quit."""
    base = reference_hazard(q0, m_first)
    yearly = quit_hazard(base, pay, burnout, tenure, owed, 2.0, 0.5, m_first, 0.5)
    return 1.0 - math.exp(-yearly / 12.0)


def settled(world: World) -> World:
    """Let agencies want exactly the staff they have."""
    t = world.tables
    t.providers.target[:] = t.providers.staff
    t.contracts.switched[:] = 0
    return world


def test_a_known_burnout() -> None:
    # demands 0.3 above 0.9 and resources 0.1 below the norm
    assert burnout_target(1.2, -0.1, 0.3, -0.4) == pytest.approx((0.09 + 0.04) / 0.3)
    assert burnout_target(0.9, 0.0, 0.3, -0.4) == 0.0


def test_burnout_stays_within_its_limits() -> None:
    assert burnout_target(9.0, 0.0, 0.3, -0.4) == burnout_target(1.5, 0.0, 0.3, -0.4)
    assert burnout_target(9.0, -9.0, 0.3, -0.4) == 3.0
    assert burnout_target(0.0, 9.0, 0.3, -0.4) == -2.0


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(-2.0, 1.0), st.floats(-2.0, 1.0))
def test_demands_burn_out_and_resources_protect(
    one: float, two: float, three: float, four: float
) -> None:
    light, heavy = sorted((one, two))
    poor, rich = sorted((three, four))
    assert burnout_target(light, rich, 0.3, -0.4) <= burnout_target(heavy, rich, 0.3, -0.4)
    assert burnout_target(light, rich, 0.3, -0.4) <= burnout_target(light, poor, 0.3, -0.4)


def test_known_quits() -> None:
    assert quits() == pytest.approx(1.0 - math.exp(-0.18 / 12.0))
    assert quits(pay=2.0, burnout=2.0, owed=2.0) == pytest.approx(
        1.0 - math.exp(-0.18 / 12.0 * 0.25 * math.e * 2.0)
    )


@given(st.floats(0.01, 0.5))
def test_a_year_of_neutral_months_is_the_yearly_hazard(q0: float) -> None:
    assert (1.0 - quits(q0)) ** 12 == pytest.approx(math.exp(-q0))


@given(st.floats(0.12, 0.28), st.floats(1.2, 2.0))
def test_the_first_year_leaves_the_mean_hazard_of_a_stationary_staff_to_one_part_in_forty(
    q0: float, m_first: float
) -> None:
    hazard = [-12.0 * math.log1p(-quits(q0, tenure=t, m_first=m_first)) for t in (6, 24)]
    assert hazard[0] / hazard[1] == pytest.approx(m_first)
    # mean stay of a newcomer: a first year at one hazard, the rest at the other
    staying = math.exp(-hazard[0])
    mean_stay = (1.0 - staying) / hazard[0] + staying / hazard[1]
    assert 1.0 / mean_stay == pytest.approx(q0, rel=0.025)


@given(st.floats(0.5, 3.0), st.floats(0.5, 3.0), st.floats(-2.0, 3.0), st.floats(-2.0, 3.0))
def test_pay_keeps_people_and_burnout_drives_them_out(
    one: float, two: float, three: float, four: float
) -> None:
    low, high = sorted((one, two))
    fresh, tired = sorted((three, four))
    assert quits(pay=high, burnout=fresh) <= quits(pay=low, burnout=fresh)
    assert quits(pay=low, burnout=fresh) <= quits(pay=low, burnout=tired)
    assert quits(pay=low) <= quits(pay=low, owed=1.0)
    assert quits(tenure=12, m_first=1.6) < quits(tenure=11, m_first=1.6)


def test_twelve_months_are_a_first_year(lived: Make) -> None:
    """Somebody hired today is at the first year's risk in the next twelve months, and no longer."""
    world = lived(q0=0.1, q0_org=0.1, hire_rate=0.0, exam_pass=0.0, m_1=2.0, eta=0.0, b_B=0.0)
    world.tables.workers.tenure[:] = 0
    world.tables.workers.owed[:] = 0
    later = world.copy()
    later.tables.workers.tenure[:] = 12
    for month in range(13):
        risk = []
        for w in (world, later):
            settled(w)
            before = w.tables.workers.filled.copy()
            chosen = w.copy()
            run_steps(chosen, "workforce")
            risk.append(chosen.tables.workers.quits.sum() / before.sum())
        world.tables.workers.tenure[:] += 1
        later.tables.workers.tenure[:] += 1
        if month < 12:
            assert risk[0] > risk[1]
        else:
            assert risk[0] == risk[1]


def test_certificates_of_recruits_have_the_shares_given() -> None:
    cells = 10_000
    tiers = [certificate((i + 0.5) / cells, 0.5) for i in range(cells)]
    assert np.bincount(tiers).tolist() == [5000, 2000, 2250, 650, 100]
    assert {certificate(u, 0.0) for u in (0.001, 0.5, 0.999)} == {0}


@given(st.floats(0.001, 0.999), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_larger_share_certifies_whoever_was_certified(u: float, one: float, two: float) -> None:
    small, large = sorted((one, two))
    assert certificate(u, large) > 0 or certificate(u, small) == 0


def test_who_leaves_is_still_owed_by_the_agency() -> None:
    filled, employer = np.ones(2, np.int8), np.array([1, STATION], np.int32)
    community, owed = np.array([5, 6], np.int32), np.array([300, 40], np.int64)
    former = np.array([0, 50], np.int64)
    for seat in (0, 1):
        vacate(seat, filled, employer, community, owed, former)
    assert former.tolist() == [0, 350]
    assert community.tolist() == [NOBODY, NOBODY]
    assert not filled.any()
    assert not owed.any()


def test_a_quit_hazard_alone_gives_the_yearly_turnover_in_closed_form(opened: Make) -> None:
    world = settled(opened(q0=0.3, q0_org=0.2, **(NEUTRAL | {"hire_rate": 0.0, "move_share": 0.0})))
    t = world.tables
    station = (t.workers.employer == STATION) & (t.workers.filled == 1)
    n = int(station.sum())
    for _ in range(12):
        run_steps(world, "workforce")
        world.month += 1
    left = int(t.workers.filled[t.workers.employer == STATION].sum())
    stay = math.exp(-0.3)
    assert abs(left - n * stay) < 4.9 * (n * stay * (1.0 - stay)) ** 0.5  # once in a million seeds


def test_burnout_goes_a_seventh_of_the_way_each_month(opened: Make) -> None:
    world = settled(opened(**STILL))
    t, p = world.tables, world.parameters
    t.communities.load[:] = 1.2
    t.communities.overdue_admin[:] = 0.0
    stationed = (t.workers.employer == STATION) & (t.workers.filled == 1)
    t.workers.burnout[stationed] = 2.0
    aim = burnout_target(1.2, 0.0, p.w_JD, p.w_JR)
    for months in range(1, 25):
        run_steps(world, "workforce")
        np.testing.assert_allclose(t.workers.burnout[stationed], aim + (2.0 - aim) * 0.85**months)


def test_administration_that_does_not_fit_burns_out(opened: Make) -> None:
    means = []
    for overdue in (0.0, 200.0, 2000.0):
        world = settled(opened(**STILL))
        t = world.tables
        t.communities.overdue_admin[:] = overdue
        run_steps(world, "workforce")
        means.append(t.workers.burnout[t.workers.employer == STATION].mean())
    assert means == sorted(set(means))


def test_service_grows_by_a_month_and_pay_steps_by_the_year(opened: Make) -> None:
    world = settled(opened(**STILL))
    t = world.tables
    before, here = t.workers.tenure.copy(), t.workers.filled == 1
    run_steps(world, "workforce")
    np.testing.assert_array_equal(t.workers.tenure[here], before[here] + 1)
    np.testing.assert_array_equal(t.workers.step[here], t.workers.tenure[here] // 12)


def test_nobody_is_hired_where_nobody_looks_for_work(lived: Make) -> None:
    world = lived(pool_inflow=0.0, hire_rate=1.0)
    world.tables.districts.pool[:] = 0
    run_steps(world, "workforce")
    assert not world.tables.workers.hired.any()
    assert world.tables.workers.quits.any()


def test_recruits_come_out_of_the_pool(lived: Make) -> None:
    world = lived(pool_inflow=0.0, pool_loss=0.0, hire_rate=1.0)
    t = world.tables
    t.districts.pool[:] = 1_000
    run_steps(world, "workforce")
    hired = t.workers.hired == 1
    assert hired.sum() > 0
    assert t.districts.pool[0] == 1_000 - hired.sum()
    assert (t.workers.filled[hired] == 1).all()
    assert not t.workers.tenure[hired].any()
    assert not t.workers.burnout[hired].any()
    stations = t.workers.employer == STATION
    assert (t.workers.filled[stations] == 1).all()
    np.testing.assert_array_equal(
        t.workers.community[stations & hired], t.workers.home[stations & hired]
    )


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_recruits_hold_certificates_as_the_shares_say(lived: Make, share: float) -> None:
    world = lived(hire_tier=share, hire_tier_org=share, hire_rate=1.0)
    world.tables.districts.pool[:] = 1_000
    run_steps(world, "workforce")
    recruits = world.tables.workers.hired == 1
    assert ((world.tables.workers.tier[recruits] > 0) == (share == 1.0)).all()


def test_agencies_hire_no_more_than_they_want_and_dismiss_one_a_month(lived: Make) -> None:
    world = lived(q0=0.0, q0_org=0.0, move_share=0.0, hire_rate=1.0)
    t = world.tables
    t.districts.pool[:] = 10**6
    rows = np.flatnonzero((t.providers.kind == 0) & (t.providers.alive == 1))
    before = t.providers.staff[rows].copy()
    assert before.min() >= 0
    t.providers.target[rows] = np.where(np.arange(rows.size) % 2 == 0, before + 2, 0)
    room = np.minimum(t.providers.seats[rows], before + 2)
    run_steps(world, "workforce")
    after = np.where(np.arange(rows.size) % 2 == 0, room, np.maximum(0, before - 1))
    np.testing.assert_array_equal(t.providers.staff[rows], after)
    assert t.workers.leaves.sum() == (before[1::2] > 0).sum()


def test_the_last_to_come_is_the_first_to_go(lived: Make) -> None:
    world = settled(lived(**STILL))
    t = world.tables
    agency = int(np.argmax(t.providers.staff))
    first, n = int(t.providers.first_seat[agency]), int(t.providers.seats[agency])
    block = slice(first, first + n)
    seated = np.flatnonzero(t.workers.filled[block])
    t.workers.tenure[block][seated] = 100 - np.arange(seated.size)
    t.providers.target[agency] = 0
    run_steps(world, "workforce")
    assert np.flatnonzero(t.workers.leaves).tolist() == [first + seated[-1]]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_or_all_follow_the_post_when_a_lot_changes_hands(lived: Make, share: float) -> None:
    world = settled(lived(move_share=share, **STILL))
    t = world.tables
    posted = (t.workers.employer >= 0) & (t.workers.filled == 1) & (t.workers.community >= 0)
    seat = int(np.flatnonzero(posted)[0])
    place, former = int(t.workers.community[seat]), int(t.workers.employer[seat])
    lot = int(t.communities.lot[place])
    alive = np.flatnonzero((t.providers.kind == 0) & (t.providers.alive == 1))
    room = t.providers.seats[alive] - t.providers.staff[alive]
    new = int(alive[np.argmax(np.where(alive == former, -1, room))])
    t.contracts.projects[lot] = 1
    t.contracts.provider[lot, 0] = new
    t.contracts.switched[lot, 0] = 1
    t.providers.target[new] += 50
    there = posted & (t.communities.lot[np.maximum(0, t.workers.community)] == lot)
    there &= t.workers.employer == former
    t.workers.local_tenure[seat] = 70
    run_steps(world, "workforce")
    moved = t.workers.moved == 1
    assert moved.sum() == share * there.sum()
    if share:
        assert (t.workers.employer[moved] == new).all()
        assert (t.workers.tenure[moved] == 0).all()
        assert t.workers.local_tenure[moved].max() == 71
        assert not t.workers.filled[there].any()
    else:
        assert t.workers.filled[there].all()


def test_heads_reconcile_month_after_month(lived: Make) -> None:
    world = lived("task_based", 14)
    t = world.tables
    for _ in range(12):
        before = int(t.workers.filled.sum())
        run_steps(world, "workforce")
        w = t.workers
        change = w.hired.sum() - w.quits.sum() - w.leaves.sum()
        assert int(w.filled.sum()) - before == change
        counted = np.bincount(
            w.employer[(w.filled == 1) & (w.employer >= 0)], minlength=t.providers.staff.size
        )
        agencies = t.providers.kind == 0
        np.testing.assert_array_equal(t.providers.staff[agencies], counted[agencies])
        assert (w.community[w.filled == 0] == NOBODY).all()
        assert t.districts.pool.min() >= 0
        world.month += 1


def test_the_exam_is_in_june_and_needs_a_year_of_service(opened: Make) -> None:
    for month, held in ((JUNE, True), (JUNE + 1, False)):
        world = settled(opened(start=2015 * 12 + month, **(STILL | {"exam_pass": 1.0})))
        w = world.tables.workers
        uncertified = (w.filled == 1) & (w.tier == 0)
        run_steps(world, "workforce")
        able = uncertified & (w.tenure >= 12)
        assert 0 < able.sum() < uncertified.sum()
        np.testing.assert_array_equal(w.certified == 1, able & held)
        np.testing.assert_array_equal(w.tier[able] == 1, held)


def test_staff_are_posted_where_their_agency_is_paid(lived: Make) -> None:
    world = lived()
    t = world.tables
    for _ in range(3):
        run_steps(world, "workforce")
        posted = (t.workers.employer >= 0) & (t.workers.community >= 0)
        assert posted.any()
        holders = t.contracts.provider[t.communities.lot[t.workers.community[posted]]]
        assert (holders == t.workers.employer[posted, None]).any(axis=1).all()
        world.month += 1
