from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.streams import Key, uniform
from sansheng.core.tables import I64
from sansheng.month import open_world, run_steps
from sansheng.processes.projects import MAY, choose, payoff, practise
from sansheng.world.organisations import draw_strengths, ease, reach, smallness
from sansheng.world.place import Place
from sansheng.world.schema import AGENCY_PRO
from sansheng.world.world import World

Make = Callable[..., World]
STILL = {"n_e": 0.0, "n_x": 0.0, "owed_limit": 1e9, "inspect": 0.0}
SHARE = st.floats(0.0, 1.0)


@pytest.fixture
def crowd(chenghua: Place, parameters: Callable[..., Any]) -> Make:
    """Return a function that makes a world in May of so many agencies that chance is small."""
    whole = chenghua.districts[0]
    many = whole.agencies.model_copy(update={"value": 600})
    district = whole.model_copy(update={"agencies": many})
    where = chenghua.model_copy(update={"districts": (district,)})

    def make(**values: float) -> World:
        world = open_world(where, {}, 20150101, 3, 2015 * 12 + MAY)
        world.parameters = parameters(**values)
        return world

    return make


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero(p.alive == 1)
    return rows


def offers(world: World) -> I64:
    counted: I64 = np.bincount(world.tables.providers.offer[agencies(world)], minlength=10)
    return counted


@given(SHARE, st.lists(st.floats(0.0, 1e4), min_size=1, max_size=6))
def test_practice_closes_the_gap_however_it_is_portioned(start: float, hours: list[float]) -> None:
    strength = np.array([start, 0.5])
    for h in hours:
        practise(strength, 0, h, 4000.0)
    assert strength[0] == pytest.approx(1.0 - (1.0 - start) * np.exp(-sum(hours) / 4000.0))
    assert strength[1] == 0.5
    assert start - 1e-12 <= strength[0] <= 1.0


def test_known_payoffs() -> None:
    # a quarter of the hours, and one of nine offers, with room for one more
    assert payoff(250.0, 1.0, 1000.0, 9.0) == pytest.approx(0.25 * 10.0 / 2.0)
    assert payoff(0.0, 3.0, 1000.0, 9.0) == 0.0
    assert payoff(0.0, 0.0, 0.0, 9.0) == 1.0
    assert payoff(900.0, 0.0, 1000.0, 9.0) == 3.0


def test_choices_follow_the_logit() -> None:
    utility = np.array([0.0, 1.0, 2.0, -700.0])
    luck = [uniform(Key(1, 0), 3, 0, i, 0) for i in range(20_000)]
    seen = np.bincount([choose(u, utility) for u in luck], minlength=4) / len(luck)
    weights = np.exp(utility - 2.0)
    np.testing.assert_allclose(seen, weights / weights.sum(), atol=0.015)


def test_small_agencies_lean_to_what_shows_and_needs_no_certificate() -> None:
    visible, tier = np.array([1.0, 0.2]), np.array([0, 2], np.int8)
    luck, strength = np.array([0.5, 0.5]), np.zeros(2)
    gap = []
    for staff in (0, 8, 80):
        draw_strengths(luck, visible, tier, smallness(staff, 8.0), 0.5, strength)
        gap.append(strength[0] - strength[1])
    assert gap == sorted(gap, reverse=True)
    assert gap[0] == pytest.approx(0.5 * (ease(1.0, 0) - ease(0.2, 2)))
    draw_strengths(luck, visible, tier, 1.0, 0.0, strength)
    assert strength.tolist() == [0.5, 0.5]


@given(SHARE, SHARE, SHARE, SHARE, SHARE)
def test_strength_stays_a_share(u: float, v: float, small: float, lean: float, w: float) -> None:
    strength = np.zeros(2)
    visible, tier = np.array([v, w]), np.array([0, 4], np.int8)
    draw_strengths(np.array([u, w]), visible, tier, small, lean, strength)
    assert ((strength >= 0.0) & (strength <= 1.0)).all()


def test_the_reach_of_hubs() -> None:
    assert reach(154.0, 13.0, 4004.0) == 0.5
    assert reach(154.0, 46.0, 1201.0) == 1.0
    assert reach(154.0, 0.0, 100.0) == reach(0.0, 5.0, 100.0) == 0.0
    assert reach(10.0, 1.0, 0.0) == 1.0


def test_hours_worked_are_experience_and_may_turns_it_into_strength(lived: Make) -> None:
    world = lived(strength_fade=0.1, h_learn=1000.0, **STILL)
    t = world.tables
    world.month += (MAY - 1 - world.month) % 12
    c = int(np.flatnonzero(np.count_nonzero(t.communities.hours_by, axis=1) > 1)[0])
    a, b = t.contracts.provider[t.communities.lot[c], :2].tolist()
    t.communities.hours_by[c] = (30.0, 10.0, 0.0, 0.0)
    t.communities.hours_paid[c] = 40.0
    t.cases.worked[:] = 0
    t.cases.worked[c, AGENCY_PRO, 3] = (6_000, 24_000)
    t.providers.experience[:] = 0.0
    t.providers.strength[[a, b]] = 0.4
    run_steps(world, "providers")
    assert t.providers.experience[a, 3] == 375.0
    assert t.providers.experience[b, 3] == 125.0
    assert t.providers.experience.sum() == 500.0
    world.month += 1
    run_steps(world, "providers")
    for agency, hours in ((a, 375.0), (b, 125.0)):
        learned = 0.9 * (1.0 - 0.6 * np.exp(-2.0 * hours / 1000.0))
        assert t.providers.strength[agency, 3] == pytest.approx(learned)
    assert np.delete(t.providers.strength[a], 3) == pytest.approx(0.36)
    assert not t.providers.experience.any()


def test_offers_change_in_may_alone_and_follow_strength_when_that_counts(lived: Make) -> None:
    world = lived(s_str=500.0, s_pay=0.0, s_im=0.0, s_diff=0.0, **STILL)
    p = world.tables.providers
    rows = agencies(world)
    p.experience[:] = 0.0
    p.offer[rows] = 0
    for _ in range(12):
        world.tables.communities.hours_paid[:] = 0.0
        before = p.offer.copy()
        run_steps(world, "providers")
        if world.month % 12 == MAY:
            best = np.argmax(p.strength[rows], axis=1)
            assert np.mean(p.offer[rows] == best) > 0.8  # near ties fall either way
        else:
            np.testing.assert_array_equal(p.offer, before)
        world.month += 1


def test_without_any_pull_offers_are_even_and_imitation_makes_them_alike(crowd: Make) -> None:
    sameness = []
    for imitation in (0.0, 8.0, 16.0):
        world = crowd(s_str=0.0, s_pay=0.0, s_im=imitation, s_diff=0.0, **STILL)
        p = world.tables.providers
        p.offer[:] = np.arange(p.offer.size) % 10
        p.offer[::10] = 1
        found = []
        for _ in range(6):
            run_steps(world, "providers")
            world.month += 12
            share = offers(world) / offers(world).sum()
            found.append(float((share**2).sum()))
        sameness.append(found[-1])
    assert sameness[0] == pytest.approx(0.1, abs=0.01)
    assert sameness == sorted(sameness)
    assert sameness[2] > 0.5


def test_small_agencies_drift_to_easy_work_that_shows(crowd: Make) -> None:
    culture = 5
    share = []
    for staff in (0, 100):
        world = crowd(s_str=0.0, s_pay=0.0, s_im=0.0, s_diff=4.0, **STILL)
        p = world.tables.providers
        p.staff[:] = staff
        run_steps(world, "providers")
        share.append(offers(world)[culture] / offers(world).sum())
    assert np.argmax(world.tables.categories.visible) == culture
    assert share[0] > 2.0 * share[1] > 0.1
