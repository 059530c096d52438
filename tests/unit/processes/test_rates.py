from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.rates import happens, monthly


@given(st.floats(0.0, 0.99))
def test_twelve_months_make_the_yearly_probability(yearly: float) -> None:
    assert 1.0 - (1.0 - monthly(yearly)) ** 12 == pytest.approx(yearly, abs=1e-12)


@given(st.floats(0.001, 0.999), st.floats(0.0, 12.0))
def test_an_event_happens_with_the_probability_of_its_hazard(luck: float, hazard: float) -> None:
    assert happens(luck, hazard) == (luck < 1.0 - math.exp(-hazard / 12.0))
