from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.burnout import burnout_target, mean_coordination
from sansheng.world.schema import OUTSIDE, STATION
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "exam_pass": 0.0, "move_share": 0.0}


def test_a_known_burnout() -> None:
    # demands 0.3 above the norm and resources 0.1 below it
    assert burnout_target(0.3, -0.1, 0.3, -0.4) == pytest.approx((0.09 + 0.04) / 0.3)
    assert burnout_target(0.0, 0.0, 0.3, -0.4) == 0.0


def test_burnout_stays_within_its_limits() -> None:
    assert burnout_target(9.0, 0.0, 0.3, -0.4) == burnout_target(0.6, 0.0, 0.3, -0.4)
    assert burnout_target(-9.0, 0.0, 0.3, -0.4) == burnout_target(-0.5, 0.0, 0.3, -0.4)
    assert burnout_target(9.0, -9.0, 0.3, -0.4) == 3.0
    assert burnout_target(0.0, 9.0, 0.3, -0.4) == -2.0


@given(st.floats(-1.0, 3.0), st.floats(-1.0, 3.0), st.floats(-2.0, 1.0), st.floats(-2.0, 1.0))
def test_demands_burn_out_and_resources_protect(
    one: float, two: float, three: float, four: float
) -> None:
    light, heavy = sorted((one, two))
    poor, rich = sorted((three, four))
    assert burnout_target(light, rich, 0.3, -0.4) <= burnout_target(heavy, rich, 0.3, -0.4)
    assert burnout_target(light, rich, 0.3, -0.4) <= burnout_target(light, poor, 0.3, -0.4)


@pytest.mark.parametrize("speed", [0.15, 0.3])
def test_burnout_goes_its_share_of_the_way_each_month(opened: Make, speed: float) -> None:
    world = opened(burnout_speed=speed, **STILL)
    t, p = world.tables, world.parameters
    t.communities.load[:] = 1.2
    t.communities.overdue_admin[:] = 0.0
    t.subdistricts.coordination[:] = 0.5
    stationed = (t.workers.employer == STATION) & (t.workers.filled == 1)
    t.workers.burnout[stationed] = 2.0
    aim = burnout_target(1.2 - p.load_norm, 0.5 - p.R_ref_base, p.w_JD, p.w_JR)
    for months in range(1, 25):
        run_steps(world, "workforce")
        went = aim + (2.0 - aim) * (1.0 - speed) ** months
        np.testing.assert_allclose(t.workers.burnout[stationed], went)


def mean_after(world: World, *, station: bool) -> float:
    run_steps(world, "workforce")
    w = world.tables.workers
    return float(w.burnout[(w.filled == 1) & ((w.employer == STATION) == station)].mean())


def test_administration_that_does_not_fit_burns_out_stations(opened: Make) -> None:
    means = []
    for overdue in (0.0, 200.0, 2000.0):
        world = opened(**STILL)
        world.tables.communities.overdue_admin[:] = overdue
        means.append(mean_after(world, station=True))
    assert means == sorted(set(means))


@pytest.mark.parametrize("station", [False, True])
def test_coordination_of_the_subdistrict_relieves_everybody(lived: Make, station: bool) -> None:
    means = []
    for coordination in (0.8, 0.4, 0.1):
        world = lived(**STILL)
        world.tables.subdistricts.coordination[:] = coordination
        means.append(mean_after(world, station=station))
    assert means == sorted(set(means))


def test_only_the_subdistrict_where_somebody_is_posted_counts(lived: Make) -> None:
    worlds = [lived(**STILL), lived(**STILL)]
    w = worlds[0].tables.workers
    posted = (w.employer >= 0) & (w.community >= 0)
    place = int(worlds[0].tables.communities.subdistrict[w.community[posted][0]])
    there = posted & (worlds[0].tables.communities.subdistrict[w.community] == place)
    worlds[1].tables.subdistricts.coordination[place] = 0.0
    for world in worlds:
        run_steps(world, "workforce")
    differs = worlds[0].tables.workers.burnout != worlds[1].tables.workers.burnout
    assert differs[there].all()
    assert not differs[posted & ~there].any()


def test_late_wages_and_thin_supervision_burn_out_agency_staff(lived: Make) -> None:
    means = []
    for supervision, owed in ((0.5, 0.0), (0.1, 0.0), (0.1, 0.5), (0.1, 1.0)):
        world = lived(**STILL)
        world.tables.providers.supervision[:] = supervision
        world.tables.providers.owed_months[:] = owed
        means.append(mean_after(world, station=False))
    assert means == sorted(set(means))


@pytest.mark.parametrize("station", [False, True])
def test_burnout_is_alive_and_stays_near_its_norm_in_the_reference_world(
    lived: Make, station: bool
) -> None:
    w = lived(months=14).tables.workers
    people = (w.filled == 1) & ((w.employer == STATION) == station)
    assert abs(w.burnout[people].mean()) < 0.3
    assert w.burnout[people].std() > 0.05


def test_who_works_in_no_subdistrict_finds_coordination_as_it_is_on_average(opened: Make) -> None:
    burnout = []
    for first, second in ((0.5, 0.5), (0.2, 0.8), (0.2, 0.2)):
        world = opened(**STILL)
        t = world.tables
        outsiders = np.isin(t.workers.employer, np.flatnonzero(t.providers.subdistrict == OUTSIDE))
        outsiders &= (t.workers.filled == 1) & (t.workers.employer >= 0)
        assert outsiders.sum() > 10
        half = t.subdistricts.key.size // 2
        t.subdistricts.coordination[:half], t.subdistricts.coordination[half:] = first, second
        run_steps(world, "workforce")
        burnout.append(t.workers.burnout[outsiders & (t.workers.community < 0)])
    even, uneven, poor = burnout
    assert even.size > 0
    np.testing.assert_allclose(even, uneven)
    assert (poor > even).all()


def test_mean_coordination_is_taken_in_every_district(opened: Make) -> None:
    s = opened().tables.subdistricts
    s.coordination[:] = np.linspace(0.1, 0.9, s.key.size)
    s.district[:3] = 1
    means = mean_coordination(s, 3)
    assert means[0] == pytest.approx(s.coordination[3:].mean())
    assert means[1] == pytest.approx(s.coordination[:3].mean())
    assert means[2] == 0.0  # where there is no subdistrict nobody is worse off than nothing
