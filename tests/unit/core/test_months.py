from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.months import (
    Month,
    calendar_month,
    hazard_to_probability,
    monthly_to_yearly_probability,
    probability_to_hazard,
    yearly_to_monthly_probability,
)

MONTHS = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))
CHANCES = st.floats(0.0, 1.0)


@given(MONTHS)
def test_a_month_reads_back_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.at(month.index) == month
    assert calendar_month(month.index) == month.month - 1


@given(MONTHS, st.integers(-5000, 5000))
def test_the_index_counts_months(month: Month, n: int) -> None:
    assert month.plus(n).index == month.index + n
    assert month.plus(n).plus(-n) == month


def test_a_year_ends_in_december() -> None:
    assert str(Month(2015, 12).plus(1)) == "2016-01"
    assert str(Month(2015, 1).plus(-1)) == "2014-12"
    assert Month(2015, 1).index == 2015 * 12


def test_months_sort_by_time() -> None:
    assert Month(2014, 12) < Month(2015, 1) < Month(2015, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2015-13",
        "2015-00",
        "2015-1",
        "15-01",
        "2015/01",
        "2015-01-01",
        " 2015-01",
        "2015-01\n",
        "",
        "２０１５-01",
        "+2015-01",
        "2015-01-",
    ],
)
def test_a_month_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(ValueError, match="like 2015-01"):
        Month.parse(text)


@given(CHANCES)
def test_twelve_monthly_chances_make_the_yearly_one(p: float) -> None:
    monthly = yearly_to_monthly_probability(p)
    assert 1.0 - (1.0 - monthly) ** 12 == pytest.approx(p, abs=1e-12)
    assert monthly_to_yearly_probability(monthly) == pytest.approx(p, rel=1e-9)


def test_a_rare_yearly_chance_keeps_its_digits() -> None:
    assert yearly_to_monthly_probability(1.2e-15) == pytest.approx(1e-16, rel=1e-12)


def test_certainty_stays_certain() -> None:
    assert yearly_to_monthly_probability(1.0) == 1.0
    assert monthly_to_yearly_probability(1.0) == 1.0
    assert yearly_to_monthly_probability(0.0) == 0.0


@given(st.floats(0.0, 0.999), st.floats(0.01, 100.0))
def test_a_hazard_and_its_chance_belong_together(p: float, time: float) -> None:
    assert hazard_to_probability(probability_to_hazard(p, time), time) == pytest.approx(p)


def test_a_hazard_of_one_a_month_spares_one_in_e() -> None:
    assert hazard_to_probability(1.0) == pytest.approx(1.0 - 1.0 / math.e)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_what_is_not_a_probability_is_refused(p: float) -> None:
    for convert in (
        yearly_to_monthly_probability,
        monthly_to_yearly_probability,
        probability_to_hazard,
    ):
        with pytest.raises(ValueError, match="probability"):
            convert(p)


def test_a_negative_hazard_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        hazard_to_probability(-1.0)
