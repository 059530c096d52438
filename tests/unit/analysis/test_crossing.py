from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sansheng.analysis.crossing import first_reached, zeros


def test_lines_cross_where_they_do() -> None:
    xs = np.array([0.0, 1.0, 3.0, 4.0])
    assert zeros(xs, np.array([-1.0, 1.0, -3.0, -1.0])) == [0.5, 1.5]
    assert zeros(xs, np.array([1.0, 2.0, 3.0, 4.0])) == []
    assert zeros(xs, np.array([-1.0, math.nan, 1.0, 2.0])) == []


def test_a_point_at_zero_is_found_once() -> None:
    assert zeros(np.array([0.0, 1.0, 2.0]), np.array([-1.0, 0.0, 2.0])) == [1.0]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9))
def test_the_first_value_that_is_reached_has_only_lower_ones_before(values: list[float]) -> None:
    found = first_reached(np.array(values))
    assert all(value < 0.0 for value in values[:found])
    assert found == len(values) or values[found] >= 0.0
