from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.analysis.moments import MEASURES, Seen
from sansheng.month import open_world
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of
from sansheng.outcomes.recorder import make_recorder
from sansheng.world.place import load_place

START = 2019 * 12
AT_THE_START = {"staff_per_10k", "staff_per_community", "short_service"}
"""What there is to measure before anything has happened."""
Make = Callable[..., Seen]


@pytest.fixture
def blank() -> Make:
    """Return a function that makes a run of the classroom in which nothing has happened."""
    place = load_place("classroom")

    def make(months: int = 24) -> Seen:
        world = open_world(place, {}, 1, 0, START)
        record = make_recorder(START, months, world.tables.communities.key.shape[0])
        world.month = START + months
        fixed = fixed_of(world.tables)
        return Seen(Record(record.monthly, record.yearly, fixed, START), world)

    return make


def value(seen: Seen, name: str, **options: Any) -> float:
    return MEASURES[name].compute(seen, options)


def test_turnover_counts_quits_and_moves_but_no_layoffs(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.staff_agency[:] = 300.0
    m.quits_agency[:], m.moves_agency[:], m.layoffs_agency[:] = 4.0, 1.0, 50.0
    assert value(seen, "turnover_agency") == pytest.approx(0.2)


def test_first_year_quits_are_a_chance_over_twelve_months_of_exposure(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.first_year_exposure[:], m.first_year_quits[:] = 100.0, 2.0
    m.staff_agency[:], m.quits_agency[:] = 400.0, 6.0
    expected = 1.0 - math.exp(-0.24)
    assert value(seen, "first_year_quits") == pytest.approx(expected)
    assert value(seen, "first_year_ratio") == pytest.approx(expected / 0.18)
    m.left_agency[:], m.tenure_left[:] = 6.0, 120.0
    assert value(seen, "tenure_left") == pytest.approx(20.0 / 12.0)


def test_recruits_gone_in_two_years_face_a_first_and_a_later_hazard(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.staff_base[:], m.quits_base[:] = 500.0, 7.0
    m.first_year_exposure_base[:], m.first_year_quits_base[:] = 100.0, 3.0
    # 3 of 100 a month in the first year, 4 of 400 later
    assert value(seen, "gone_in_two_years") == pytest.approx(1.0 - math.exp(-0.36 - 0.12))


def test_whoever_leaves_an_agency_counts_whatever_the_reason(blank: Make) -> None:
    seen = blank()
    seen.record.monthly.staff_agency[:] = 300.0
    seen.record.monthly.left_agency[:] = 7.5
    assert value(seen, "leaving_agency") == pytest.approx(0.3)


def test_short_service_is_counted_of_agency_staff_at_the_end(blank: Make) -> None:
    seen = blank()
    w = seen.world.tables.workers
    here = np.flatnonzero((w.employer >= 0) & (w.filled == 1))
    w.service[:] = 1  # of community workers too, who do not count
    w.service[here] = 25
    w.service[here[: here.size // 4]] = 24
    assert value(seen, "short_service") == (here.size // 4) / here.size


def test_growth_of_certified_people_is_told_by_the_year(blank: Make) -> None:
    seen = blank(25)
    seen.record.monthly.certified_people[:] = np.linspace(100.0, 121.0, 25)
    # two years lie between the first month and the last
    assert value(seen, "certified_growth") == pytest.approx(10.0)
    assert math.isnan(value(blank(1), "certified_growth"))


def test_closure_of_grid_cases_weighs_each_kind_by_what_grid_staff_found(blank: Make) -> None:
    seen = blank()
    cases = seen.world.tables.cases
    cases.opened_year[0, 0, 0], cases.grid_year[0, 0, 0] = 100, 50
    cases.open[0, 1, 0, 0] = 8
    cases.lapsed_year[0, 0, 0] = 2  # of ten left, five are expected to be of the grid
    cases.opened_year[1, 2, 1], cases.grid_year[1, 2, 1] = 40, 10
    cases.open[1, 11, 2, 1] = 4  # one of the grid
    cases.open[1, 12, 2, 1] = 99  # opened in an earlier year
    assert value(seen, "grid_closure") == pytest.approx(100.0 * (1.0 - 6.0 / 60.0))


def test_cases_of_grid_staff_are_told_per_grid(blank: Make) -> None:
    seen = blank()
    seen.world.tables.cases.grid_year[0, :2, 0] = 40
    seen.record.monthly.grids[:] = 5.0
    assert value(seen, "grid_case_rate") == 16.0


def test_closure_of_grid_cases_ignores_kinds_that_grid_staff_never_find(blank: Make) -> None:
    seen = blank()
    cases = seen.world.tables.cases
    cases.opened_year[0, 0, 0], cases.grid_year[0, 0, 0] = 10, 10
    cases.opened_year[0, 1, 0], cases.open[0, 0, 1, 0] = 50, 50
    assert value(seen, "grid_closure") == 100.0


def test_agencies_have_a_median_size_and_a_yearly_income(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.agency_median[:12], m.agency_median[12:] = 6.0, 8.0
    m.agencies_working[:], m.agency_income[:] = 20.0, 20 * 5_000_000.0
    assert value(seen, "agency_staff") == 7.0
    assert value(seen, "agency_income") == pytest.approx(600_000.0)


def test_hours_of_a_sum_of_money(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.hours_bought[:], m.bought[:] = 100.0, 360_000.0
    assert value(seen, "hours_per_money", amount=154_000) == pytest.approx(154_000 / 36.0)


def test_a_path_on_the_line_has_no_error_and_one_beside_it_its_distance(blank: Make) -> None:
    seen = blank(months=36)
    m = seen.record.monthly
    path = {"first": 53, "last": 89, "over": 35}
    m.calls_ended[:] = m.calls[:] = 200.0
    m.calls_closed[:35] = 2.0 * np.linspace(53.0, 89.0, 35)
    assert value(seen, "resolution_path", **path) == pytest.approx(0.0, abs=1e-9)
    m.calls_closed[:] += 2.0 * 3.0
    assert value(seen, "resolution_path", **path) == pytest.approx(3.0)
    m.calls_satisfaction[:35] = 200.0 * np.linspace(53.0, 89.0, 35)
    assert value(seen, "satisfaction_path", **path) == pytest.approx(0.0, abs=1e-9)


def test_a_path_longer_than_the_run_cannot_be_measured(blank: Make) -> None:
    assert math.isnan(value(blank(), "resolution_path", first=1, last=2, over=35))


def test_staff_per_resident_and_per_community(blank: Make) -> None:
    seen = blank(months=1)
    assert value(seen, "staff_per_10k") == pytest.approx(1e4 * 128 / (30_000 * 2.4))
    assert value(seen, "staff_per_community") == 16.0


def test_shares_of_work_are_those_of_reported_closures(blank: Make) -> None:
    seen = blank()
    ids = seen.world.place.category_ids
    closed = seen.world.tables.cases.closed_year
    closed[0, ids.index("culture"), 0] = 30
    closed[1, ids.index("relief"), 1] = 10
    closed[2, ids.index("health"), 0] = 60
    assert value(seen, "work_share", categories=["culture", "relief"]) == pytest.approx(40.0)
    assert math.isnan(value(seen, "work_share", categories=["cultur"]))


def test_certified_people_are_counted_at_the_end(blank: Make) -> None:
    seen = blank()
    seen.record.monthly.certified[:] = np.arange(24.0)
    assert value(seen, "certified") == 23.0


def test_an_outcome_is_summed_up_as_a_comparison_does(blank: Make) -> None:
    seen = blank()
    m = seen.record.monthly
    m.arisen[:], m.resolved[:12], m.resolved[12:] = 10.0, 4.0, 8.0
    assert OUTCOMES["need_met"].aggregate == "mean"
    assert value(seen, "outcome", id="need_met") == pytest.approx(60.0)


@pytest.mark.parametrize("name", sorted(set(MEASURES) - AT_THE_START))
def test_what_has_not_happened_is_not_measured(blank: Make, name: str) -> None:
    options = {"amount": 1, "first": 1, "last": 2, "over": 3, "categories": ["culture"]}
    seen = value(blank(), name, **options, id="need_met")
    assert math.isnan(seen) or (name in {"certified", "agency_staff"} and seen == 0.0)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_what_it_is_in_both_languages(name: str) -> None:
    measure = MEASURES[name]
    assert measure.name == name
    assert measure.unit
    assert measure.text.en.isascii()
    assert measure.text.en.endswith(".")
    assert measure.text.zh.endswith("。")
