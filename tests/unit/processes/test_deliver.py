from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import pass_month, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.deliver import use_up
from sansheng.world.schema import AGENCY_PRO, BASE_GENERAL, NOBODY, TIES
from sansheng.world.world import World

Make = Callable[..., World]


def needs(world: World) -> I64:
    kinds = world.tables.categories
    return kinds.minutes


def idle(world: World) -> None:
    """Clear a world of work and cases."""
    for array in world.tables.cases:
        array[:] = 0


def test_minutes_are_taken_in_proportion() -> None:
    assert use_up(30, 20, 10, 30) == (15, 10, 5)


def test_minutes_that_do_not_divide_are_taken_from_the_first() -> None:
    assert use_up(10, 10, 10, 20) == (2, 4, 4)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.floats(0.0, 1.0))
def test_no_minute_is_taken_twice_or_left(had: list[int], share: float) -> None:
    used = int(share * sum(had))
    left = np.array(use_up(*had, used))
    assert left.sum() == sum(had) - used
    assert left.min() >= 0
    exact = np.array(had) * used / max(1, sum(had))
    assert np.abs(np.array(had) - left - exact).max() <= 3


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_using_everything_leaves_nothing(had: list[int]) -> None:
    assert use_up(*had, sum(had)) == (0, 0, 0)


def test_two_attempts_and_a_half_are_two_attempts_and_the_half_stays(opened: Make) -> None:
    world = opened()
    idle(world)
    cases, need = world.tables.cases, int(needs(world)[4, 0])
    cases.open[7, 0, 4, 0] = cases.waiting[7, 4, 0] = 9
    cases.worked[7, :, 4, 0] = (need, 0, need + need // 2)
    cases.worked_expert[7, 4, 0] = need
    run_steps(world, "deliver")
    assert cases.finished.sum() == cases.finished[7, 4, 0] == 2
    assert cases.minutes.sum() == cases.minutes[7, :, 4, 0].sum() == need // 2
    assert cases.by_agency[7, 4, 0] == pytest.approx(need / (2 * need + need // 2))
    assert cases.expert[7, 4, 0] == pytest.approx(need / (2 * need + need // 2))


def test_blocked_cases_are_not_attempted_and_the_work_is_kept(opened: Make) -> None:
    world = opened()
    idle(world)
    cases, need = world.tables.cases, int(needs(world)[0, 1])
    cases.open[0, 3, 0, 1] = cases.waiting[0, 0, 1] = 5
    cases.blocked[0, 0, 1] = 4
    cases.worked[0, BASE_GENERAL, 0, 1] = 3 * need
    run_steps(world, "deliver")
    assert cases.finished[0, 0, 1] == 1
    assert cases.minutes[0, :, 0, 1].tolist() == [0, 0, 2 * need]
    assert cases.expert[0, 0, 1] == cases.by_agency[0, 0, 1] == 0.0


def test_more_work_never_finishes_fewer(lived: Make) -> None:
    world = lived()
    more = world.copy()
    more.tables.cases.worked[:, AGENCY_PRO] += 500
    run_steps(world, "deliver")
    run_steps(more, "deliver")
    few, many = world.tables.cases.finished, more.tables.cases.finished
    assert (many >= few).all()
    assert many.sum() > few.sum()


def test_work_in_progress_loses_no_minute_over_the_months(lived: Make) -> None:
    world = lived("task_based", 14)
    rule = make_rule("task_based")
    record = make_recorder(world.month, 12, 108)
    cases, need = world.tables.cases, needs(world)
    for _ in range(12):
        before = cases.minutes.sum(axis=1)
        pass_month(world, rule, record)
        used = cases.finished * need
        after = cases.minutes.sum(axis=1)
        np.testing.assert_array_equal(after + used, before + cases.worked.sum(axis=1))
        assert (cases.minutes >= 0).all()
        assert (cases.expert_minutes >= 0).all()
        assert (cases.expert_minutes <= after).all()
        assert cases.expert.min() >= 0.0
        assert cases.expert.max() <= 1.0
        assert cases.finished.sum() > 0


def serve(world: World, months: int) -> float:
    """Let agency 5 serve community 0, which knows it and agency 6, for some months."""
    t = world.tables
    idle(world)
    t.ties.provider[0] = (5, 6, *[NOBODY] * (TIES - 2))
    t.ties.capital[0] = (0.2, 0.9, *[0.0] * (TIES - 2))
    t.contracts.provider[t.communities.lot[0], 2] = 5
    t.communities.hours_by[0, 2] = 12.0
    for _ in range(months):
        run_steps(world, "deliver")
    return float(t.ties.capital[0, 0])


@pytest.mark.parametrize("months", [1, 7, 200])
def test_ties_grow_with_service_and_fade_without_in_closed_form(opened: Make, months: int) -> None:
    world = opened(tie_growth=0.1, tie_fade=0.04)
    assert serve(world, months) == pytest.approx(1.0 - 0.8 * 0.9**months)
    assert world.tables.ties.capital[0, 1] == pytest.approx(0.9 * 0.96**months)


def test_no_tie_grows_where_no_hour_is_paid(opened: Make) -> None:
    world = opened(tie_fade=0.04)
    serve(world, 0)
    world.tables.communities.hours_by[0] = 0.0
    run_steps(world, "deliver")
    assert world.tables.ties.capital[0].tolist()[:2] == pytest.approx([0.192, 0.864])


def test_ties_that_grow_faster_are_stronger(opened: Make) -> None:
    grown = [serve(opened(tie_growth=g), 6) for g in (0.0, 0.02, 0.2)]
    assert grown == sorted(set(grown))
