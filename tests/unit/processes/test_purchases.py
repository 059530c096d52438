from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import F64
from sansheng.processes.purchases import led_share, pick, projects_of, tilt, weigh
from sansheng.world.schema import HARD, SLOTS
from sansheng.world.world import World, constants

Make = Callable[..., World]


def test_a_lot_makes_as_many_projects_as_its_money_is_worth() -> None:
    assert [projects_of(v, 100.0) for v in (1, 99, 100, 199, 200, 450, 10**9)] == [
        1,
        1,
        1,
        1,
        2,
        4,
        SLOTS,
    ]


def test_a_committee_overrates_what_shows_unless_social_workers_lead_it() -> None:
    assert tilt(0.8, 0.5, 1.0, 0.0) == pytest.approx(math.exp(0.3))
    assert tilt(0.8, 0.5, 1.0, 0.5) == pytest.approx(math.exp(0.15))
    assert tilt(0.8, 0.5, 1.0, 1.0) == 1.0
    assert tilt(0.8, 0.5, 0.0, 0.0) == 1.0


def test_three_certified_people_lead_all_panels(opened: Make) -> None:
    world = opened()
    w = world.tables.workers
    w.tier[:10] = 0
    assert led_share(0, 10, w, 3.0) == 0.0
    w.tier[2:4] = 2
    assert led_share(0, 10, w, 3.0) == pytest.approx(2.0 / 3.0)
    w.tier[5:9] = 1
    assert led_share(0, 10, w, 3.0) == 1.0
    w.filled[:10] = 0
    assert led_share(0, 10, w, 3.0) == 0.0


def weights_of(world: World, members: int = 2, relief: float = 0.0) -> F64:
    t = world.tables
    weights = np.zeros(10)
    p = constants(world.parameters)
    weigh(p, 0, members, t.communities, t.workers, t.categories, t.cases, relief, weights)
    return weights


def test_what_is_open_weighs_by_its_hours(opened: Make) -> None:
    world = opened(see=0.0)
    t = world.tables
    t.cases.open[0, 1, 3, 0], t.cases.open[1, 0, 3, HARD], t.cases.open[2, :, 4] = 5, 2, 99
    expected = 5 * t.categories.minutes[3, 0] + 2 * t.categories.minutes[3, 1]
    weights = weights_of(world)
    assert weights[3] == pytest.approx(expected)
    assert np.delete(weights, 3).max() < 1e-6


def test_before_any_case_is_open_categories_weigh_as_they_come_up(opened: Make) -> None:
    world = opened()
    weights = weights_of(world)
    np.testing.assert_allclose(weights / weights.sum(), world.tables.categories.rate)


def test_committees_that_buy_what_shows_prefer_visible_categories(opened: Make) -> None:
    shares = []
    for see in (0.0, 1.0, 3.0):
        world = opened(see=see, panel=8.0)
        t = world.tables
        t.cases.open[:2] = 1
        t.workers.tier[:] = 0
        weights = weights_of(world)
        seen = t.categories.visible > np.median(t.categories.visible)
        shares.append(weights[seen].sum() / weights.sum())
    assert shares == sorted(set(shares))


def test_relief_weighs_categories_by_what_vulnerable_groups_need(opened: Make) -> None:
    world = opened(see=0.0)
    t = world.tables
    t.cases.open[0, 0, :, 0] = 10
    u = t.communities.vulnerable_need[0]
    assert ((u >= 0.0) & (u <= 1.0)).all()
    assert np.ptp(u) > 0.1
    plain, half, full = (weights_of(world, 1, relief) for relief in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(full, plain * u, rtol=1e-5)
    np.testing.assert_allclose(half, plain * (0.5 + 0.5 * u), rtol=1e-5)


WEIGHTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e6)), min_size=10, max_size=10).filter(
    lambda w: sum(x > 0 for x in w) >= SLOTS
)


@given(WEIGHTS, st.lists(st.floats(1e-9, 1.0 - 1e-9), min_size=SLOTS, max_size=SLOTS))
def test_no_category_is_picked_twice_nor_one_without_weight(
    weights: list[float], luck: list[float]
) -> None:
    left = np.array(weights)
    picked = [pick(u, left) for u in luck]
    assert len(set(picked)) == SLOTS
    assert all(weights[k] > 0.0 for k in picked)


def test_categories_are_picked_in_proportion_to_their_weights() -> None:
    weights = [1.0, 0.0, 3.0, 4.0]
    picked = [pick((i + 0.5) / 80, np.array(weights)) for i in range(80)]
    assert np.bincount(picked).tolist() == [10, 0, 30, 40]
