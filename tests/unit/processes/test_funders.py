from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.core.streams import Key, uniform
from sansheng.month import run_steps
from sansheng.processes.funders import DECEMBER, year_factor
from sansheng.world.world import World

Make = Callable[..., World]
STILL = {"n_e": 0.0, "n_x": 0.0, "owed_limit": 1e9, "inspect": 0.0}


def test_years_vary_around_one_by_the_deviation() -> None:
    drawn = np.array([year_factor(uniform(Key(1, 1), 9, 0, i, 0), 0.2) for i in range(4_000)])
    assert drawn.mean() == pytest.approx(1.0, abs=0.015)
    assert drawn.std() == pytest.approx(0.2, abs=0.01)
    assert drawn.min() > 0.6
    assert year_factor(0.1, 0.0) == 1.0


@pytest.mark.parametrize("memory", [0.0, 0.7, 1.0])
def test_other_payers_money_follows_last_year_and_staff(opened: Make, memory: float) -> None:
    world = opened(2015 * 12 + DECEMBER, other_sd=0.0, other_memory=memory, **STILL)
    t = world.tables
    p = t.providers
    had, staff = p.other_income.copy(), p.staff.copy()
    run_steps(world, "providers")
    level = int(t.districts.other_payers[0])
    assert p.other_income.sum() == level == had.sum()
    share = memory * had / had.sum() + (1.0 - memory) * staff / staff.sum()
    np.testing.assert_allclose(p.other_income, level * share, atol=1.0)
    full = t.districts.agency_wage[0] * 1.3 / 0.9
    np.testing.assert_array_equal(p.staff_other, np.rint(p.other_income / full))


def test_other_payers_decide_in_december_alone_and_their_level_stays(lived: Make) -> None:
    world = lived(other_sd=0.1, **STILL)
    p = world.tables.providers
    level = float(world.tables.districts.other_payers[0])
    yearly = []
    for _ in range(12 * 25):
        before = p.other_income.copy()
        run_steps(world, "providers")
        if world.month % 12 == DECEMBER:
            yearly.append(p.other_income.sum() / level)
        else:
            np.testing.assert_array_equal(p.other_income, before)
        world.month += 1
    assert np.mean(yearly) == pytest.approx(1.0, abs=0.07)
    assert 0.8 < min(yearly) < max(yearly) < 1.2


def test_who_closes_leaves_other_payers_money_to_the_others(opened: Make) -> None:
    world = opened(2015 * 12 + DECEMBER, other_sd=0.0, **STILL)
    t = world.tables
    p = t.providers
    gone = np.flatnonzero(p.alive == 1)[:10]
    p.alive[gone] = 0
    run_steps(world, "providers")
    assert not p.other_income[gone].any()
    assert not p.staff_other[gone].any()
    assert p.other_income.sum() == t.districts.other_payers[0]
