from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from numba.core.errors import TypingError

from sansheng.core.kernels import kernel
from sansheng.core.tables import I32
from sansheng.core.views import flat, shift


@kernel
def write_in_a_row(array: I32, i: int, first: int) -> int:
    row = flat(array[i])
    for j in range(row.shape[0]):
        row[j] = first + j
    return int(row.shape[0])


@kernel
def move(row: I32, places: int) -> None:
    shift(row, places)


def test_what_is_written_in_a_row_is_written_to_the_array() -> None:
    array = np.zeros((2, 3, 4), np.int32)
    assert write_in_a_row(array, 1, 5) == 12
    assert not array[0].any()
    np.testing.assert_array_equal(array[1], np.arange(5, 17).reshape(3, 4))


def test_a_row_of_nothing_has_no_values() -> None:
    assert write_in_a_row(np.zeros((1, 0, 4), np.int32), 0, 5) == 0


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=40), st.data())
def test_a_shift_moves_every_value_and_leaves_the_first_ones(
    values: list[int], data: st.DataObject
) -> None:
    places = data.draw(st.integers(0, len(values)))
    row = np.array(values, np.int32)
    move(row, places)
    assert row.tolist() == values[:places] + values[: len(values) - places]


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="kernels are not compiled")
def test_a_row_of_values_that_do_not_follow_each_other_is_refused() -> None:
    with pytest.raises(TypingError):
        write_in_a_row(np.zeros((2, 3, 4), np.int32).transpose(0, 2, 1), 1, 5)
