from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.exponential import LEAST, MOST, exp_below, exponentials


@pytest.mark.parametrize("x", [0.0, -1e-300, -math.log(2.0), -1.0, -700.0, -708.3, LEAST])
def test_known_values_to_a_unit_of_the_last_place(x: float) -> None:
    assert abs(exp_below(x) - math.exp(x)) <= np.spacing(math.exp(x))


@given(st.floats(-740.0, 0.0))
def test_every_value_is_the_librarys_to_a_unit_of_the_last_place(x: float) -> None:
    assert abs(exp_below(x) - math.exp(x)) <= np.spacing(math.exp(x))


def test_what_is_below_the_least_is_next_to_nothing() -> None:
    assert exp_below(-1e9) == exp_below(LEAST) < 1e-320


def all_at_once(x: list[float]) -> list[float]:
    row = np.array(x)
    exponentials(row)
    return list(row.tolist())


def test_none_raises_nothing_and_one_gives_e() -> None:
    assert all_at_once([0.0, -0.0, 1.0]) == [1.0, 1.0, math.e]


@given(st.lists(st.floats(-MOST, MOST)))
def test_those_of_a_row_are_the_librarys_to_a_unit_of_the_last_place(x: list[float]) -> None:
    library = [math.exp(number) for number in x]
    assert all(
        abs(one - other) <= np.spacing(other)
        for one, other in zip(all_at_once(x), library, strict=True)
    )


def test_a_row_has_the_bits_of_the_gnu_library_on_a_processor_that_rounds_once() -> None:
    # math.exp(x).hex() with glibc 2.36 on x86-64 with fused multiply-add
    known = {
        -40.5: "0x1.7c432199df55ap-59",
        -3.0: "0x1.97db0ccceb0afp-5",
        -0.1: "0x1.cf46d99d52b3ap-1",
        0.7: "0x1.01c2a61268987p+1",
        2.9: "0x1.22c94ca7a81fep+4",
        49.0: "0x1.9d97010884251p+70",
    }
    assert [value.hex() for value in all_at_once(list(known))] == list(known.values())
