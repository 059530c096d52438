from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import PARAMETERS, run_steps
from sansheng.processes.exam import JUNE, allowance_of, pass_chance, sit_chance
from sansheng.world.accounts import BASE_LINE, FINANCE, SUPPLIERS, WAGES
from sansheng.world.schema import STATION
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "move_share": 0.0}
SURE = {"a_sit": 100.0, "exam_pass": 1.0}
IN_JUNE = 2015 * 12 + JUNE


def in_june(opened: Make, **values: float) -> World:
    """Return a world in June in which nobody comes or goes and wages are known."""
    return opened(start=IN_JUNE, **(STILL | values))


def default(name: str) -> float:
    return PARAMETERS[name].default


def certifies(gain: float, trained: float) -> float:
    """Probability, with the default parameters, that somebody uncertified is certified in a June."""
    sits = sit_chance(gain, trained, default("a_sit"), default("b_sit"), default("train_sit"))
    return float(sits * pass_chance(0, trained, default("exam_pass"), default("train_pass"), 0.5))


def expected_growth(
    staff: float, certified: float, gain: float, training: float, leave: float, recruits: float
) -> list[float]:
    """Certified people after each of 24 months from a January, in expectation.

    Parameters
    ----------
    leave
        Monthly share of staff who leave; each is replaced.
    recruits
        Share of the new who are certified.
    """
    rate = training * certifies(gain, 1.0) + (1.0 - training) * certifies(gain, 0.0)
    uncertified = [staff - certified]  # by months of service: first those with a year
    young = [(staff - certified) * 0.0] * 12
    path = []
    for month in range(24):
        new = staff * leave * (1.0 - recruits)
        certified = certified * (1.0 - leave) + staff * leave * recruits
        aged = young.pop() * (1.0 - leave)
        uncertified[0] = uncertified[0] * (1.0 - leave) + aged
        young = [new, *(people * (1.0 - leave) for people in young)]
        if month % 12 == JUNE:
            certified += rate * uncertified[0]
            uncertified[0] *= 1.0 - rate
        path.append(certified)
    return path


def test_the_allowance_runs_in_four_steps_from_200_to_800_yuan() -> None:
    yuan = [allowance_of(tier, 800.0) / 100 for tier in range(5)]
    assert yuan == [0.0, 200.0, 400.0, 600.0, 800.0]


def test_known_chances_to_sit_and_to_pass() -> None:
    assert sit_chance(0.0, 0.0, 0.0, 30.0, 1.0) == 0.5
    assert sit_chance(0.1, 1.0, -2.0, 10.0, 1.0) == pytest.approx(0.5)
    assert pass_chance(0, 0.0, 0.3, 0.85, 0.5) == pytest.approx(0.3)
    assert pass_chance(2, 0.0, 0.3, 0.85, 0.5) == pytest.approx(0.15)
    assert pass_chance(0, 1.0, 0.5, math.log(3.0), 0.5) == pytest.approx(0.75)
    assert pass_chance(0, 1.0, 0.0, 1.0, 0.5) == 0.0
    assert pass_chance(0, 0.0, 1.0, 1.0, 0.5) == 1.0


@given(st.floats(0.0, 0.3), st.floats(0.0, 0.3))
def test_training_and_a_larger_allowance_certify(one: float, two: float) -> None:
    small, large = sorted((one, two))
    assert certifies(small, 0.0) <= certifies(large, 0.0)
    assert certifies(small, 0.0) < certifies(small, 1.0)


def test_allowance_and_training_multiply_the_certified_in_two_years_and_without_they_grow_slowly() -> (
    None
):
    """79 of 1,700 grew to 551 in two years [S-C06], the certified being few among recruits too."""
    pay = 61_300.0 * 0.65 / 12.0
    world = {"staff": 1_700.0, "certified": 79.0, "leave": 0.17 / 12.0, "recruits": 0.05}
    on = expected_growth(gain=200.0 / pay, training=0.5, **world)
    assert 400.0 <= on[-1] <= 700.0
    off = expected_growth(gain=0.0, training=0.0, **world)
    assert off[-1] < 79.0 * 1.6
    assert certifies(0.0, 0.0) < 0.05
    alone = [
        expected_growth(gain=gain, training=training, **world)[-1]
        for gain, training in ((200.0 / pay, 0.0), (0.0, 0.5))
    ]
    assert off[-1] < min(alone)
    assert max(alone) < on[-1]


@pytest.mark.parametrize(("allowance", "training"), [(0.0, 0.0), (800.0, 0.0), (800.0, 0.5)])
def test_a_june_certifies_as_many_as_expected(
    opened: Make, allowance: float, training: float
) -> None:
    world = in_june(opened, allowance=allowance, training=training)
    w, p = world.tables.workers, world.parameters
    w.service[w.filled == 1] = 13
    wage = 300_000
    w.wage[w.filled == 1] = wage
    able = int(((w.filled == 1) & (w.tier == 0)).sum())
    run_steps(world, "workforce")
    chance = 0.0
    for trained, share in ((0.0, 1.0 - training), (1.0, training)):
        gain = allowance_of(1, allowance) / wage
        sits = sit_chance(gain, trained, p.a_sit, p.b_sit, p.train_sit)
        chance += share * sits * pass_chance(0, trained, p.exam_pass, p.train_pass, 1.0)
    spread = (able * chance * (1.0 - chance)) ** 0.5
    assert abs(w.certified.sum() - able * chance) < 4.9 * spread  # once in a million seeds
    assert (w.tier[w.certified == 1] == 1).all()


def test_the_exam_is_in_june_and_needs_a_year_of_service(opened: Make) -> None:
    for month, held in ((JUNE, True), (JUNE + 1, False)):
        world = opened(start=2015 * 12 + month, **(STILL | SURE))
        w = world.tables.workers
        uncertified = (w.filled == 1) & (w.tier == 0)
        run_steps(world, "workforce")
        able = uncertified & (w.service >= 12)
        assert 0 < able.sum() < uncertified.sum()
        np.testing.assert_array_equal(w.certified[uncertified] == 1, able[uncertified] & held)
        np.testing.assert_array_equal(w.tier[able] == 1, held)


def test_a_higher_certificate_asks_for_more_years(opened: Make) -> None:
    world = in_june(opened, tier_years=2.0, exam_higher=1.0, **SURE)
    w = world.tables.workers
    people = np.flatnonzero(w.filled)[:10]
    w.tier[people] = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    w.service[people] = [10, 11, 34, 35, 58, 59, 82, 83, 300, 301]  # a month is added before
    run_steps(world, "workforce")
    assert w.tier[people].tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]


def test_higher_exams_are_passed_less_often(opened: Make) -> None:
    world = in_june(opened, a_sit=100.0, exam_pass=0.6, exam_higher=0.5)
    w = world.tables.workers
    here = w.filled == 1
    w.service[here] = 200
    w.tier[here] = np.arange(int(here.sum())) % 2
    before = w.tier.copy()
    run_steps(world, "workforce")
    first = w.certified[here & (before == 0)].mean()
    second = w.certified[here & (before == 1)].mean()
    assert first == pytest.approx(0.6, abs=0.06)
    assert second == pytest.approx(0.3, abs=0.06)


def test_the_allowance_is_paid_on_top_of_the_wage_and_booked(lived: Make) -> None:
    world = lived(allowance=800.0, **STILL)
    t = world.tables
    w = t.workers
    before = t.money.balance.copy()
    wages = w.wage.copy()
    certified = (w.filled == 1) & (w.tier > 0)
    station = certified & (w.employer == STATION)
    run_steps(world, "workforce")
    np.testing.assert_array_equal(w.allowance[certified], 20_000 * w.tier[certified].astype(int))
    assert not w.allowance[~certified].any()
    np.testing.assert_array_equal(w.wage, wages)
    total = int(w.allowance.sum())
    change = t.money.balance - before
    assert change[WAGES] == total == t.districts.allowances.sum() > 0
    assert change[FINANCE] == -total
    assert change[BASE_LINE] == 0
    assert t.money.paid[BASE_LINE] >= w.allowance[station].sum() > 0
    assert np.count_nonzero(change) == 2


def test_training_is_paid_by_the_head(opened: Make) -> None:
    world = in_june(opened, training=1.0, train_cost=600.0, a_sit=-100.0, tier_years=1.0)
    t = world.tables
    w = t.workers
    w.service[w.filled == 1] = 6
    people = np.flatnonzero(w.filled)[:7]
    w.service[people] = 100
    w.tier[people] = [0, 0, 1, 2, 3, 4, 4]
    before = t.money.balance.copy()
    run_steps(world, "workforce")
    change = t.money.balance - before
    assert t.districts.training_cost.sum() == 5 * 60_000
    assert change[SUPPLIERS] == 5 * 60_000
    assert change[FINANCE] == -5 * 60_000
    assert change[BASE_LINE] == 0


def test_without_levers_nothing_is_paid(opened: Make) -> None:
    world = in_june(opened)
    before = world.tables.money.balance.copy()
    run_steps(world, "workforce")
    np.testing.assert_array_equal(world.tables.money.balance, before)
    assert not world.tables.workers.allowance.any()


def test_the_luck_of_one_lever_is_not_the_others(opened: Make) -> None:
    """Whoever passes without help passes with it: levers only add to the certified."""
    passed = []
    for values in ({}, {"training": 0.5}, {"training": 0.5, "allowance": 800.0}):
        world = in_june(opened, **values)
        world.tables.workers.wage[:] = 300_000
        world.tables.workers.service[:] = 13
        run_steps(world, "workforce")
        passed.append(set(np.flatnonzero(world.tables.workers.certified)))
    assert passed[0] < passed[1] < passed[2]
