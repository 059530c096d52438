from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.dispatch import chance_of_finding
from sansheng.world.schema import EASY, HARD
from sansheng.world.world import World

Make = Callable[..., World]


def test_ten_idle_hours_find_one_need_in_forty() -> None:
    assert chance_of_finding(10.0, 100, 0.25, 0.03) == pytest.approx(0.025)
    assert chance_of_finding(20.0, 100, 0.25, 0.03) == 0.03


@pytest.mark.parametrize(("idle", "latent"), [(0.0, 100), (10.0, 0), (10.0, -1)])
def test_without_hours_or_needs_nothing_is_found(idle: float, latent: int) -> None:
    assert chance_of_finding(idle, latent, 0.25, 0.03) == 0.0


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.integers(1, 10**5), st.floats(0.0, 1.0))
def test_more_visits_find_more_up_to_the_cap(
    one: float, two: float, latent: int, cap: float
) -> None:
    few, many = sorted((one, two))
    assert chance_of_finding(few, latent, 0.25, cap) <= chance_of_finding(many, latent, 0.25, cap)
    assert chance_of_finding(many, latent, 0.25, cap) <= cap


def test_no_case_is_lost_on_the_way_to_the_desk(lived: Make) -> None:
    world = lived()
    cases = world.tables.cases
    world.tables.communities.hours_idle[:] = 50.0
    run_steps(world, "needs")
    latent, open_ = cases.latent.copy(), cases.open.copy()
    run_steps(world, "dispatch")
    np.testing.assert_array_equal(cases.latent, latent - cases.found)
    fresh = open_[:, 0] + cases.found - cases.on_spot
    np.testing.assert_array_equal(cases.open[:, 0], fresh)
    np.testing.assert_array_equal(cases.open[:, 1:], open_[:, 1:])
    assert (cases.blocked <= cases.open.sum(axis=1)).all()
    assert cases.found.sum() > 0


def test_visits_find_what_chance_says(lived: Make) -> None:
    world = lived(out_rate=0.5, out_cap=0.06)
    cases, communities = world.tables.cases, world.tables.communities
    communities.hours_idle[:] = np.linspace(0.0, 40.0, 108)
    found = mean = variance = 0.0
    for _ in range(24):
        latent = cases.latent.sum(axis=(1, 2))
        chance = np.minimum(0.06, 0.5 * communities.hours_idle / latent)
        mean += (chance * latent).sum()
        variance += (chance * (1.0 - chance) * latent).sum()
        run_steps(world, "dispatch")
        found += cases.found.sum()
        world.month += 1
    assert abs(found - mean) < 4.9 * variance**0.5  # errs once in a million seeds


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_subdistrict_releases_nothing_or_all_at_the_limits(lived: Make, share: float) -> None:
    world = lived(coord_hours=1.5)
    t = world.tables
    t.subdistricts.coordination[:] = share
    t.subdistricts.skill[:] = 1.0
    t.categories.cross[:] = 0.0
    waiting = t.cases.blocked.copy()
    assert waiting.sum() > 0
    run_steps(world, "dispatch")
    np.testing.assert_array_equal(t.cases.blocked, waiting * (1.0 - share))
    released = waiting.sum(axis=(1, 2)) * share
    np.testing.assert_allclose(t.communities.coordination_hours, 1.5 * released)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95])
def test_grid_staff_settle_their_share_of_the_easy_cases_they_find(
    lived: Make, share: float
) -> None:
    world = lived(on_spot=share, out_rate=0.0)
    cases = world.tables.cases
    run_steps(world, "needs")
    new = cases.open[:, 0].copy()
    assert cases.by_grid[:, :, EASY].sum() > 500
    run_steps(world, "dispatch")
    assert not cases.on_spot[:, :, HARD].any()
    assert (cases.on_spot <= cases.by_grid).all()
    np.testing.assert_array_equal(cases.open[:, 0], new - cases.on_spot)
    found = cases.by_grid[:, :, EASY].sum(axis=1)
    assert (np.abs(cases.on_spot.sum(axis=(1, 2)) - share * found) < 1.0).all()


def test_a_category_that_always_needs_another_department_is_blocked_at_once(lived: Make) -> None:
    world = lived()
    t = world.tables
    t.subdistricts.coordination[:] = 0.0
    t.categories.cross[:] = 0.0
    t.categories.cross[3] = 1.0
    waiting = t.cases.blocked.copy()
    run_steps(world, "dispatch")
    new = t.cases.blocked - waiting
    sent = t.cases.reported[:, 3] + t.cases.found[:, 3] - t.cases.on_spot[:, 3]
    np.testing.assert_array_equal(new[:, 3], sent)
    assert not np.delete(new, 3, axis=1).any()


@pytest.mark.parametrize("what", ["coordination", "skill"])
def test_better_coordination_leaves_fewer_waiting(lived: Make, what: str) -> None:
    left = []
    for share in (0.1, 0.4, 0.9):
        world = lived()
        getattr(world.tables.subdistricts, what)[:] = share
        run_steps(world, "dispatch")
        left.append(int(world.tables.cases.blocked.sum()))
    assert left == sorted(set(left), reverse=True)
