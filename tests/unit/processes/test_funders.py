from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.streams import Key, uniform
from sansheng.month import run_steps
from sansheng.processes.funders import DECEMBER, renew_other_income, year_factor
from sansheng.world.schema import Tables
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


def shares(blank: Callable[..., Tables], p: Any, staff: list[int], had: list[int]) -> list[int]:
    """What agencies of these staff and former incomes get of 12,000 fen."""
    t = blank(provider=len(staff))
    t.providers.alive[:] = 1
    t.providers.staff[:], t.providers.other_income[:] = staff, had
    t.districts.other_payers[0], t.districts.agency_wage[0] = 12_000, 1_000
    renew_other_income(Key(1, 1), DECEMBER, p, t.districts, t.providers)
    income: list[int] = t.providers.other_income.tolist()
    return income


def test_known_shares_of_two_agencies(
    blank: Callable[..., Tables], record: Callable[..., Any]
) -> None:
    p = record(other_sd=0.0, other_memory=0.75)
    # three quarters go 2:1 as before, a quarter 1:3 by staff
    assert shares(blank, p, [1, 3], [2_000, 1_000]) == [6_750, 5_250]


def test_whoever_has_more_staff_or_had_more_gets_no_less(
    blank: Callable[..., Tables], record: Callable[..., Any]
) -> None:
    p = record(other_sd=0.0, other_memory=0.6)
    by_staff = [shares(blank, p, [n, 5, 5], [100, 100, 100])[0] for n in range(0, 40, 4)]
    by_past = [shares(blank, p, [5, 5, 5], [had, 100, 100])[0] for had in range(0, 1_000, 100)]
    for income in (by_staff, by_past):
        assert (np.diff(income) > 0).all()
    # and whoever grew elsewhere gets the less the longer the payers' memory
    by_memory = [
        shares(blank, record(other_sd=0.0, other_memory=m), [9, 1], [50, 50])[0]
        for m in np.linspace(0.0, 1.0, 6)
    ]
    assert (np.diff(by_memory) < 0).all()


def test_luckier_years_bring_more_and_the_more_so_the_more_years_differ() -> None:
    luck = np.linspace(0.01, 0.99, 21)
    for sd in (0.05, 0.3):
        assert (np.diff([year_factor(u, sd) for u in luck]) > 0.0).all()
    assert (np.diff([year_factor(0.9, sd) for sd in np.linspace(0.0, 0.3, 7)]) > 0.0).all()
    assert (np.diff([year_factor(0.1, sd) for sd in np.linspace(0.0, 0.3, 7)]) < 0.0).all()
