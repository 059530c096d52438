"""费随事转, ex ante: so much money for so many duties."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.policy.rules.functions_borne import FunctionsBorne
from sansheng.policy.view import View

Views = Callable[..., View]


@pytest.mark.parametrize("cost", [0.0, 0.37, 1.0, 3.0])
def test_the_whole_envelope_is_divided_by_standard_cost(cost: float, view: Views) -> None:
    seen = view()
    grants = FunctionsBorne({"admin_cost": cost}).allocate(seen).grants
    weight = seen.duties_service + cost * seen.duties_admin
    assert grants.sum() == seen.budget
    assert grants.dtype == np.int64
    assert (np.abs(grants - seen.budget * weight / weight.sum()) < 1.0).all()


def test_fen_that_do_not_divide_go_to_the_largest_remainders(view: Views) -> None:
    duties = np.array([1, 2, 3, 1, 1], np.int32)
    none = np.zeros(5, np.int32)
    grants = FunctionsBorne().allocate(view(budget=101, duties_service=duties, duties_admin=none))
    # Exact: 12.625, 25.25, 37.875, 12.625, 12.625; the fourth and fifth come after their equals.
    assert grants.grants.tolist() == [13, 25, 38, 13, 12]


def test_households_do_not_count(view: Views) -> None:
    one = FunctionsBorne().allocate(view())
    other = FunctionsBorne().allocate(view(households=np.full(5, 2000, np.int64)))
    assert one.grants.tolist() == other.grants.tolist()


def test_without_a_cost_of_administration_only_service_duties_count(view: Views) -> None:
    rule = FunctionsBorne({"admin_cost": 0.0})
    one = rule.allocate(view())
    other = rule.allocate(view(duties_admin=np.full(5, 90, np.int32)))
    assert one.grants.tolist() == other.grants.tolist()


def test_half_a_year_divides_what_is_left_of_the_envelope(view: Views) -> None:
    assert FunctionsBorne().allocate(view(budget=617_283, months=6)).grants.sum() == 617_283


def test_where_no_duties_are_known_the_envelope_keeps_the_money(view: Views) -> None:
    none = np.zeros(5, np.int32)
    grants = FunctionsBorne().allocate(view(duties_service=none, duties_admin=none)).grants
    assert not grants.any()


def test_nothing_is_paid_by_the_task(view: Views) -> None:
    assert FunctionsBorne().allocate(view()).tariff is None


@pytest.mark.parametrize("options", [{"admin_cost": -0.1}, {"admin_cost": 3.1}, {"yuan": 1.0}])
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        FunctionsBorne(options)


def test_a_year_of_it_pays_out_the_whole_envelope(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, "functions_borne", 12)
    assert record.yearly.granted[0].sum() == world.tables.districts.envelope[0]
