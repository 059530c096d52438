from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.quitting import newcomers, quit_hazard, reference_hazard
from sansheng.world.schema import STATION
from sansheng.world.world import World

Make = Callable[..., World]

NEUTRAL = {"eta": 0.0, "b_B": 0.0, "m_first": 1.0, "m_owed": 0.0}
ALONE = {"hire_rate": 0.0, "move_share": 0.0, "exam_pass": 0.0}


def quits(
    q0: float = 0.18,
    pay: float = 1.0,
    burnout: float = 0.0,
    service: int = 24,
    owed: float = 0.0,
    ladder: float = 0.0,
    m_first: float = 1.0,
    other: float = 0.0,
) -> float:
    """Monthly probability of a quit."""
    base = reference_hazard(q0, m_first, other)
    yearly = quit_hazard(base, pay, burnout, service, owed, ladder, 2.0, 0.5, m_first, 0.5)
    return 1.0 - math.exp(-yearly / 12.0)


def settled(world: World) -> World:
    """Let agencies want exactly the staff they have, in lots that stay."""
    t = world.tables
    t.providers.target[:] = t.providers.staff
    t.contracts.switched[:] = 0
    return world


def test_known_quits() -> None:
    assert quits() == pytest.approx(1.0 - math.exp(-0.18 / 12.0))
    assert quits(pay=2.0, burnout=2.0, owed=2.0, ladder=0.3) == pytest.approx(
        1.0 - math.exp(-0.18 / 12.0 * 0.25 * math.e * 2.0 * 0.7)
    )


@given(st.floats(0.01, 0.5))
def test_a_year_of_neutral_months_is_the_yearly_hazard(q0: float) -> None:
    assert (1.0 - quits(q0)) ** 12 == pytest.approx(math.exp(-q0))


@given(st.floats(0.12, 0.28), st.floats(1.2, 2.0))
def test_the_first_year_leaves_the_mean_hazard_of_a_stationary_staff_to_one_part_in_forty(
    q0: float, m_first: float
) -> None:
    hazard = [-12.0 * math.log1p(-quits(q0, service=t, m_first=m_first)) for t in (6, 24)]
    assert hazard[0] / hazard[1] == pytest.approx(m_first)
    # mean stay of a newcomer: a first year at one hazard, the rest at the other
    staying = math.exp(-hazard[0])
    mean_stay = (1.0 - staying) / hazard[0] + staying / hazard[1]
    assert 1.0 / mean_stay == pytest.approx(q0, rel=0.025)


@given(st.floats(0.14, 0.28), st.floats(1.2, 2.0), st.floats(0.0, 0.5))
def test_where_posts_are_lost_as_well_the_mean_hazard_is_the_reference_still(
    q0: float, m_first: float, other: float
) -> None:
    veteran = reference_hazard(q0, m_first, other)
    young = newcomers(q0, other)
    assert veteran * (young * m_first + 1.0 - young) == pytest.approx(q0)
    # of a staff that leaves at both rates, stationary, those not yet twelve months there
    rate = q0 + other
    assert young == pytest.approx(
        sum(math.exp(-rate * t / 1e4) for t in range(10_000)) * rate / 1e4, rel=1e-3
    )


@given(st.floats(0.5, 3.0), st.floats(0.5, 3.0), st.floats(-2.0, 3.0), st.floats(-2.0, 3.0))
def test_pay_keeps_people_and_burnout_drives_them_out(
    one: float, two: float, three: float, four: float
) -> None:
    low, high = sorted((one, two))
    fresh, tired = sorted((three, four))
    assert quits(pay=high, burnout=fresh) <= quits(pay=low, burnout=fresh)
    assert quits(pay=low, burnout=fresh) <= quits(pay=low, burnout=tired)
    assert quits(pay=low) <= quits(pay=low, owed=1.0)
    assert quits(ladder=0.2) < quits(ladder=0.1)
    assert quits(service=12, m_first=1.6) < quits(service=11, m_first=1.6)


def at_risk(world: World) -> World:
    """Return the world after a month in which everybody quits who can by the draw of this month."""
    settled(world)
    run_steps(world, "workforce")
    return world


def test_twelve_months_are_a_first_year(lived: Make) -> None:
    """Who has begun such work today is at the first year's risk in the next twelve months, no longer."""
    world = lived(q0=0.1, q0_org=0.1, m_first=2.0, eta=0.0, b_B=0.0, **ALONE)
    world.tables.workers.owed[:] = 0
    for served in (0, 11, 12):
        found = []
        for months in (served, 12):
            copy = world.copy()
            copy.tables.workers.service[:] = months
            w = at_risk(copy).tables.workers
            found.append((int(w.quits.sum()), int(w.first_year.sum())))
        here = int(world.tables.workers.filled.sum())
        assert found[1][1] == 0
        if served < 12:
            assert found[0][0] > found[1][0]
            assert found[0][1] == here
        else:
            assert found[0] == found[1]


def test_a_change_of_employer_is_not_a_first_year(lived: Make) -> None:
    world = lived(q0=0.1, q0_org=0.1, m_first=2.0, **ALONE)
    moved = world.copy()
    moved.tables.workers.tenure[:] = 0
    a, b = at_risk(world).tables.workers, at_risk(moved).tables.workers
    np.testing.assert_array_equal(a.quits, b.quits)
    np.testing.assert_array_equal(a.first_year, b.first_year)


def test_a_quit_hazard_alone_gives_geometric_survival(opened: Make) -> None:
    world = opened(q0=0.3, q0_org=0.2, **NEUTRAL, **ALONE)
    t = world.tables
    station = (t.workers.employer == STATION) & (t.workers.filled == 1)
    n = int(station.sum())
    for month in range(1, 25):
        settled(world)
        run_steps(world, "workforce")
        world.month += 1
        stay = math.exp(-0.3 * month / 12.0)
        left = int(t.workers.filled[t.workers.employer == STATION].sum())
        assert abs(left - n * stay) < 5.5 * (n * stay * (1.0 - stay)) ** 0.5


def test_whose_luck_is_above_the_highest_hazard_need_not_have_theirs_worked_out(
    lived: Make,
) -> None:
    """With pay owed every hazard is worked out; one fen changes no hazard that the draws can tell."""
    short = at_risk(lived(m_owed=0.0, **ALONE)).tables.workers
    world = lived(m_owed=0.0, **ALONE)
    world.tables.workers.owed[:] = world.tables.workers.filled
    whole = at_risk(world).tables.workers
    assert short.quits.sum() > 10
    np.testing.assert_array_equal(short.quits, whole.quits)


def share_of_quits(world: World, who: np.ndarray) -> float:  # type: ignore[type-arg]
    at_risk(world)
    return float(world.tables.workers.quits[who].mean())


def test_wages_owed_drive_people_out(lived: Make) -> None:
    quits_by_owed = []
    for months in (0, 6, 60):
        world = lived(q0_org=0.28, m_owed=1.5, **ALONE)
        w = world.tables.workers
        agency = (w.employer >= 0) & (w.filled == 1)
        w.owed[agency] = months * w.wage[agency]
        quits_by_owed.append(share_of_quits(world, agency))
    assert quits_by_owed == sorted(set(quits_by_owed))


def test_an_allowance_keeps_who_is_certified(lived: Make) -> None:
    plain, paid = lived(eta=3.0, **ALONE), lived(eta=3.0, allowance=800.0, **ALONE)
    for world in (plain, paid):
        world.tables.workers.tier[:] = 4
        at_risk(world)
    stays = plain.tables.workers.quits - paid.tables.workers.quits
    assert stays.min() == 0
    assert stays.sum() > 0


def test_a_ladder_holds_agency_staff_the_more_the_nearer_they_are(lived: Make) -> None:
    found = []
    for ladder, months in ((0.0, 60), (1.0, 0), (1.0, 30), (1.0, 60), (1.0, 120)):
        agency_quits = station_quits = 0
        for later in range(6):  # the same people with six months' luck
            world = lived(q0_org=0.28, ladder=ladder, ladder_pull=0.6, **ALONE)
            world.month += later
            w = world.tables.workers
            w.local_tenure[:] = months
            at_risk(world)
            agency_quits += int(w.quits[w.employer >= 0].sum())
            station_quits += int(w.quits[w.employer < 0].sum())
        found.append((agency_quits, station_quits))
    agency = [quits_ for quits_, _ in found]
    assert agency[0] == agency[1] > agency[2] > agency[3] == agency[4]
    assert len({station for _, station in found}) == 1, "the ladder is for agency staff"


def test_service_grows_by_a_month_and_pay_steps_by_the_year(opened: Make) -> None:
    world = settled(opened(q0=0.0, q0_org=0.0, **ALONE))
    w = world.tables.workers
    before, here = w.tenure.copy(), w.filled == 1
    w.credit[here] += 5
    run_steps(world, "workforce")
    for months in (w.tenure, w.service):
        np.testing.assert_array_equal(months[here], before[here] + 1)
    np.testing.assert_array_equal(w.credit[here], before[here] + 6)
    np.testing.assert_array_equal(w.step[here], w.credit[here] // 12)
