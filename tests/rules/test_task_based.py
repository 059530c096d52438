"""费随事转, ex post: so much money for so many verified tasks."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.policy.allocation import DEAREST_TASK, Tariff
from sansheng.policy.load import make_rule
from sansheng.policy.rules.task_based import TaskBased
from sansheng.policy.view import View
from sansheng.world.accounts import claims_account, envelope_account

Views = Callable[..., View]


def tariff(rule: TaskBased, seen: View) -> Tariff:
    found = rule.allocate(seen).tariff
    assert found is not None
    return found


@pytest.mark.parametrize("floor", [0.0, 0.3, 0.4, 1.0])
def test_floor_and_pot_are_the_budget_to_the_fen(floor: float, view: Views) -> None:
    seen = view()
    allocation = TaskBased({"floor": floor}).allocate(seen)
    assert allocation.tariff is not None
    assert allocation.grants.sum() + allocation.tariff.pot == seen.budget
    assert allocation.grants.sum() == round(floor * seen.budget)
    exact = allocation.grants.sum() * seen.households / seen.households.sum()
    assert (np.abs(allocation.grants - exact) < 1.0).all()


def test_every_community_has_the_same_price_list(view: Views) -> None:
    pay = tariff(TaskBased(), view()).pay
    assert pay.shape == (5, 3, 2)
    assert (pay == pay[0]).all()


def test_a_weight_of_zero_pays_a_hard_task_like_an_easy_one(view: Views) -> None:
    pay = tariff(TaskBased({"hardness_tariff": 0.0}), view()).pay[0]
    assert (pay[:, 1] == pay[:, 0]).all()
    per_minute = pay[:, 0] / view().standard_minutes[:, 0]
    np.testing.assert_allclose(per_minute, per_minute[0], rtol=0.01)


def test_a_weight_of_one_pays_every_standard_minute_alike(view: Views) -> None:
    seen = view(budget=10**9)
    pay = tariff(TaskBased({"hardness_tariff": 1.0}), seen).pay[0]
    per_minute = pay / seen.standard_minutes
    np.testing.assert_allclose(per_minute, per_minute[0, 0], rtol=1e-3)


def test_the_weight_lies_between_in_proportion(view: Views) -> None:
    seen = view(budget=10**10)
    flat, half, full = (
        tariff(TaskBased({"hardness_tariff": w}), seen).pay[0] for w in (0.0, 0.5, 1.0)
    )
    extra = [p[:, 1] / p[:, 0] - 1.0 for p in (flat, half, full)]
    np.testing.assert_allclose(extra[1], extra[2] / 2.0, rtol=1e-3)


@pytest.mark.parametrize("months", [12, 6])
@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_last_years_tasks_would_use_up_the_pot(weight: float, months: int, view: Views) -> None:
    seen = view(budget=10**9, months=months)
    priced = tariff(TaskBased({"hardness_tariff": weight}), seen)
    value = (seen.closed_last * priced.pay).sum() * months / 12
    assert value == pytest.approx(priced.pot, rel=1e-4)


def test_where_no_year_is_recorded_prices_follow_the_hours_of_staff(view: Views) -> None:
    seen = view(budget=10**9, closed_last=np.zeros((5, 3, 2), np.int32))
    priced = tariff(TaskBased({"hardness_tariff": 1.0}), seen)
    # Half of 45 people's 1,600 hours, at one price a minute.
    minutes = 45 * 0.5 * 1600 * 60
    per_minute = priced.pay[0] / seen.standard_minutes
    np.testing.assert_allclose(per_minute, priced.pot / minutes, rtol=0.01)


def test_without_money_tasks_are_worth_nothing(view: Views) -> None:
    allocation = TaskBased().allocate(view(budget=0))
    assert not allocation.grants.any()
    assert allocation.tariff is not None
    assert not allocation.tariff.pay.any()
    assert allocation.tariff.pot == 0


@pytest.mark.parametrize(
    "options", [{"floor": 1.01}, {"delay": -1.0}, {"delay": 7.0}, {"pot": 1.0}]
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        TaskBased(options)


@pytest.mark.parametrize("start", [0, 5, 9])
@pytest.mark.parametrize("floor", [0.0, 0.4])
def test_the_pot_is_never_exceeded_and_spent_to_the_fen_by_december(
    start: int, floor: float, small: ModuleType
) -> None:
    world = small.world(start=small.JANUARY + start)
    t = world.tables
    for _ in small.months(world, make_rule("task_based", {"floor": floor}), 24 - start):
        passed = world.month - 1
        pot, spent = t.incentives.pot[0], t.money.tariff_paid[0]
        share = passed - t.incentives.period_start[0] + 1
        if passed % 12 != 11:
            assert spent <= pot * share // t.incentives.period_months[0]
        else:
            assert spent == pot
            assert t.money.balance[envelope_account(0)] == 0
            assert pot > 0


@pytest.mark.parametrize("delay", [0, 1, 3, 6])
def test_no_tariff_arrives_before_its_delay_and_all_after(delay: int, small: ModuleType) -> None:
    world = small.world()
    t = world.tables
    rule = make_rule("task_based", {"floor": 0.0, "delay": float(delay)})
    accrued, arrived = [], []
    for _ in small.months(world, rule, 12):
        accrued.append(int(t.money.granted.sum()))
        arrived.append(int(t.money.paid[claims_account(1, 0)]))
    assert arrived[:delay] == [0] * delay
    assert arrived[delay:] == accrued[: 12 - delay]
    assert sum(accrued) == t.districts.envelope[0]


def test_who_reports_more_tasks_gets_more_of_the_pot(small: ModuleType) -> None:
    world = small.world()
    t = world.tables
    record = small.live(world, make_rule("task_based", {"floor": 0.0}), 12)
    received = record.yearly.granted[0]
    assert np.corrcoef(received, t.money.points)[0, 1] > 0.99


def test_nothing_is_taken_back_that_was_never_paid(small: ModuleType) -> None:
    world = small.world()
    small.live(world, "per_household", 12)
    t = world.tables
    rule = make_rule("task_based", {"delay": 6.0})
    for _ in small.months(world, rule, 3):
        # Whatever an audit finds now, no tariff has arrived yet.
        assert not t.money.clawed.any()


def test_a_task_is_never_dearer_than_claims_can_hold(view: Views) -> None:
    seen = view(budget=10**15, closed_last=np.eye(5, 6, dtype=np.int32).reshape(5, 3, 2))
    said = TaskBased().allocate(seen)
    assert tariff(TaskBased(), seen).pay.max() == DEAREST_TASK
    assert said.promised == seen.budget
