"""Rows of counts are added, taken away and summed up place by place."""

from __future__ import annotations

import numpy as np
import pytest

from sansheng.core.rows import add, first_rows, ranked, rows_of, subtract, total


def test_rows_add_up_place_by_place() -> None:
    row = np.array([1, 2, 3], np.int32)
    add(row, np.array([10, 0, -3], np.int32))
    assert row.tolist() == [11, 2, 0]
    subtract(row, np.array([1, 2, 0], np.int32))
    assert row.tolist() == [10, 0, 0]


def test_a_total_holds_more_than_its_counts_can() -> None:
    assert total(np.full(3, 2**31 - 1, np.int32)) == 3 * (2**31 - 1)
    assert total(np.empty(0, np.int32)) == 0


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 8, 9, 100, 1000])
def test_ranks_are_those_of_a_stable_sort_from_the_top(n: int) -> None:
    values = np.random.default_rng(n).integers(0, 10, n).astype(np.float64)
    values[::5] = -np.inf
    assert ranked(values).tolist() == np.argsort(-values, kind="stable").tolist()


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 64, 203])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_rows_of_flags_are_found_wherever_they_stand(n: int, share: float) -> None:
    flags = (np.random.default_rng(n).random(n) < share).astype(np.int8)
    rows = np.empty(n, np.int64)
    found = rows_of(flags, rows)
    assert rows[:found].tolist() == np.flatnonzero(flags).tolist()


@pytest.mark.parametrize("owner", [[], [0], [0, 0, 2, 2, 2], [1, 3, 3], [3, 3, 3, 3]])
def test_owners_without_rows_begin_where_the_next_one_does(owner: list[int]) -> None:
    first = np.full(5, -1)
    first_rows(np.array(owner, np.int32), first)
    assert first.tolist() == np.searchsorted(owner, np.arange(5)).tolist()
