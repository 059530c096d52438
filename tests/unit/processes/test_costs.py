from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.costs import hour_price, insurance

Make = Callable[..., Any]


def test_an_hour_of_a_wage_of_5000_yuan_costs_54_yuan_17(parameters: Make) -> None:
    p = parameters(social_insurance=0.3, o_c=0.1, h_w=1600.0)
    assert hour_price(500_000, p.o_c, p) == 5_417  # 6,500 yuan over 133 1/3 hours, 90% of the price
    assert insurance(500_000, p) == 150_000


def test_without_insurance_and_overhead_a_month_of_hours_costs_the_wage(parameters: Make) -> None:
    p = parameters(social_insurance=0.0, o_c=0.0, h_w=1200.0)
    assert hour_price(500_000, p.o_c, p) * 100 == 500_000
    assert insurance(500_000, p) == 0


@given(wage=st.integers(0, 10**8), factor=st.integers(1, 50))
def test_prices_follow_wages_to_the_fen(parameters: Make, wage: int, factor: int) -> None:
    p = parameters()
    dear, cheap = hour_price(factor * wage, p.o_c, p), hour_price(wage, p.o_c, p)
    assert abs(dear - factor * cheap) <= factor / 2 + 0.5
    assert abs(insurance(factor * wage, p) - factor * insurance(wage, p)) <= factor / 2 + 0.5


@pytest.mark.parametrize("name", ["social_insurance", "o_c"])
def test_what_comes_on_top_raises_the_price(parameters: Make, name: str) -> None:
    made = [parameters(**{name: x}) for x in (0.0, 0.1, 0.2, 0.4)]
    prices = [hour_price(500_000, p.o_c, p) for p in made]
    assert prices == sorted(set(prices))


def test_a_longer_working_year_makes_an_hour_cheaper(parameters: Make) -> None:
    prices = [hour_price(500_000, 0.1, parameters(h_w=h)) for h in (1400.0, 1600.0, 1800.0)]
    assert prices == sorted(set(prices), reverse=True)
