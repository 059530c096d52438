from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.exponential import LEAST, exp_below


@pytest.mark.parametrize("x", [0.0, -1e-300, -math.log(2.0), -1.0, -700.0, -708.3, LEAST])
def test_known_values_to_a_unit_of_the_last_place(x: float) -> None:
    assert abs(exp_below(x) - math.exp(x)) <= np.spacing(math.exp(x))


@given(st.floats(-740.0, 0.0))
def test_every_value_is_the_librarys_to_a_unit_of_the_last_place(x: float) -> None:
    assert abs(exp_below(x) - math.exp(x)) <= np.spacing(math.exp(x))


def test_what_is_below_the_least_is_next_to_nothing() -> None:
    assert exp_below(-1e9) == exp_below(LEAST) < 1e-320
