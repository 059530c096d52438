from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansheng.core.streams import uniform
from sansheng.core.tables import F64, I64
from sansheng.month import run_steps
from sansheng.processes.groups import _TURNOVER, renew_groups
from sansheng.processes.rates import monthly
from sansheng.world.schema import GRASSROOTS, HUB, Groups
from sansheng.world.world import World, constants

Make = Callable[..., World]
MOST = 0.15
"""Upper end of the range of ``grassroots_churn``."""


def renew(world: World) -> Groups:
    """Let a month pass for groups alone."""
    districts = world.tables.districts.key.size
    p = constants(world.parameters)
    renew_groups(world.key, world.month, p, districts, world.references.groups)
    world.month += 1
    return world.tables.groups


def grassroots(world: World) -> I64:
    rows: I64 = np.flatnonzero(world.tables.groups.kind == GRASSROOTS)
    return rows


def draws(world: World) -> F64:
    """What each row draws in the month that comes."""
    keys = world.tables.groups.key.tolist()
    return np.array([uniform(world.key, _TURNOVER, world.month, k // 4, k % 4) for k in keys])


def test_without_churn_no_group_comes_or_goes(opened: Make) -> None:
    world = opened(grassroots_churn=0.0)
    o = world.tables.groups
    before = o.alive.copy()
    o.closed[100] = o.founded[101] = 1  # of the month before
    renew(world)
    np.testing.assert_array_equal(o.alive, before)
    assert not o.closed.any()
    assert not o.founded.any()


def test_where_all_leave_every_group_closes_and_every_vacant_row_is_taken(opened: Make) -> None:
    world = opened(grassroots_churn=1.0)
    o, rows = world.tables.groups, grassroots(world)
    before = o.alive[rows].copy()
    renew(world)
    np.testing.assert_array_equal(o.closed[rows], before)
    np.testing.assert_array_equal(o.founded[rows], 1 - before)
    np.testing.assert_array_equal(o.alive[rows], 1 - before)


@pytest.mark.parametrize("churn", [0.05, MOST])
def test_who_closes_and_where_groups_are_founded_is_told_by_one_draw_a_row(
    opened: Make, churn: float
) -> None:
    world = opened(grassroots_churn=churn)
    o, rows = world.tables.groups, grassroots(world)
    for _ in range(6):
        luck, lived = draws(world)[rows], o.alive[rows] == 1
        leave = 1.0 - (1.0 - churn) ** (1.0 / 12.0)
        chance = leave * lived.sum() / (~lived).sum()
        renew(world)
        np.testing.assert_array_equal(o.closed[rows] == 1, lived & (luck < leave))
        np.testing.assert_array_equal(o.founded[rows] == 1, ~lived & (luck < chance))
        np.testing.assert_array_equal(o.alive[rows] == 1, lived ^ (o.closed + o.founded)[rows])


def test_hubs_never_close(opened: Make) -> None:
    world = opened(grassroots_churn=1.0)
    o = world.tables.groups
    for _ in range(24):
        renew(world)
        assert o.alive[o.kind == HUB].all()
        assert not (o.closed + o.founded)[o.kind == HUB].any()


def test_groups_close_at_their_yearly_rate(opened: Make) -> None:
    world = opened(grassroots_churn=MOST)
    o = world.tables.groups
    first = np.flatnonzero((o.kind == GRASSROOTS) & (o.alive == 1))
    stayed = np.ones(first.size, bool)
    for _ in range(12):
        renew(world)
        stayed &= o.closed[first] == 0
    n = first.size
    # errs about once in ten thousand seeds
    assert abs((~stayed).sum() - MOST * n) < 3.9 * (n * MOST * (1.0 - MOST)) ** 0.5


def test_no_row_closes_and_is_founded_in_one_month(opened: Make) -> None:
    world = opened(grassroots_churn=0.999)
    o, rows = world.tables.groups, grassroots(world)
    for _ in range(60):
        before = o.alive.copy()
        renew(world)
        assert not (o.closed & o.founded).any()
        np.testing.assert_array_equal(o.alive - before, o.founded - o.closed)
    assert o.closed[rows].any()
    assert o.founded[rows].any()


def test_as_many_groups_are_founded_as_close_over_years(opened: Make) -> None:
    came = went = 0
    for start in range(0, 12 * 100, 12 * 10):
        world = opened(start, grassroots_churn=MOST)
        for _ in range(120):
            o = renew(world)
            came += int(o.founded.sum())
            went += int(o.closed.sum())
    assert went > 15_000
    assert abs(came - went) < 3.9 * (came + went) ** 0.5  # errs once in ten thousand seeds


def test_groups_stay_about_as_many_for_decades(opened: Make) -> None:
    world = opened()
    for _ in range(12 * 40):
        o = renew(world)
    assert o.alive[grassroots(world)].sum() == pytest.approx(1171, rel=0.2)


def test_groups_never_die_out(opened: Make) -> None:
    world = opened(grassroots_churn=MOST)
    o = world.tables.groups
    o.alive[grassroots(world)] = 0
    seen = 0
    for _ in range(12 * 200):
        seen += int(renew(world).founded.sum())
    assert seen > 2


def test_where_no_row_is_vacant_none_is_founded(opened: Make) -> None:
    world = opened(grassroots_churn=MOST)
    o, rows = world.tables.groups, grassroots(world)
    o.alive[rows] = 1
    renew(world)
    assert not o.founded.any()
    assert o.closed.any()
    renew(world)
    assert o.founded.sum() > 0


def test_a_row_keeps_its_community(opened: Make) -> None:
    world = opened(grassroots_churn=MOST)
    home = world.tables.groups.community.copy()
    for _ in range(60):
        renew(world)
    np.testing.assert_array_equal(world.tables.groups.community, home)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.001, MOST), st.floats(0.001, MOST))
def test_more_churn_closes_all_that_less_closes(opened: Make, one: float, other: float) -> None:
    low, high = (opened(grassroots_churn=churn) for churn in sorted((one, other)))
    few, many = renew(low), renew(high)
    assert (few.closed <= many.closed).all()
    assert (few.founded <= many.founded).all()
    assert monthly(min(one, other)) <= monthly(max(one, other))


def test_groups_come_and_go_in_the_step_of_organisations(opened: Make) -> None:
    world, alone = (opened(grassroots_churn=MOST) for _ in range(2))
    run_steps(world, "providers")
    renew(alone)
    assert world.tables.groups.closed.sum() > 0
    for one, other in zip(world.tables.groups, alone.tables.groups, strict=True):
        np.testing.assert_array_equal(one, other)
