from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I32
from sansheng.processes.backlog import close_oldest, grow_older, take_oldest, tally
from sansheng.world.schema import AGES

KINDS = 3
COUNTS = st.lists(st.integers(0, 50), min_size=AGES * KINDS, max_size=AGES * KINDS)
AGE = st.integers(0, AGES)
KIND = st.integers(0, KINDS - 1)


def row(cases: list[int]) -> I32:
    return np.array(cases, np.int32)


def by_age(open_: I32) -> I32:
    return open_.reshape(-1, KINDS)


def tallied(open_: I32, youngest: int) -> tuple[list[int], list[int]]:
    waiting, old = np.full(KINDS, -1, np.int32), np.full(KINDS, -1, np.int32)
    tally(open_, youngest, waiting, old)
    return waiting.tolist(), old.tolist()


def test_known_counts() -> None:
    open_ = row([5, 0, 1, 4, 0, 0, 3, 7, 0, 2, 0, 0])
    assert tallied(open_, 2) == ([14, 7, 1], [5, 7, 0])
    assert tallied(open_, 0) == ([14, 7, 1], [14, 7, 1])
    assert tallied(open_, 4) == ([14, 7, 1], [0, 0, 0])


@given(COUNTS, AGE)
def test_a_tally_counts_everybody_and_those_old_enough(cases: list[int], youngest: int) -> None:
    open_ = row(cases)
    waiting, old = tallied(open_, youngest)
    assert waiting == by_age(open_).sum(axis=0).tolist()
    assert old == by_age(open_)[youngest:].sum(axis=0).tolist()
    assert open_.tolist() == cases


def test_the_oldest_of_a_kind_go_first() -> None:
    open_ = row([5, 9, 9, 4, 9, 9, 3, 9, 9, 2, 9, 9])
    take_oldest(open_, KINDS, 0, 4, 14)
    assert open_.tolist() == [5, 9, 9, 4, 9, 9, 1, 9, 9, 0, 9, 9]


@given(COUNTS, KIND, st.data())
def test_as_many_are_taken_as_asked_and_older_ones_first(
    cases: list[int], kind: int, data: st.DataObject
) -> None:
    before, open_ = by_age(row(cases)), row(cases)
    waiting = int(before[:, kind].sum())
    n = data.draw(st.integers(0, waiting))
    take_oldest(open_, KINDS, kind, n, waiting)
    after = by_age(open_)
    assert after.sum() == before.sum() - n
    assert after.min() >= 0
    others = np.arange(KINDS) != kind
    np.testing.assert_array_equal(after[:, others], before[:, others])
    touched = np.flatnonzero(after[:, kind] != before[:, kind])
    if touched.size:
        assert not after[touched.min() + 1 :, kind].any()


@given(COUNTS, st.data())
def test_closing_cases_of_all_kinds_is_taking_the_oldest_of_each(
    cases: list[int], data: st.DataObject
) -> None:
    open_, one_by_one = row(cases), row(cases)
    waiting, overdue = np.empty(KINDS, np.int32), np.empty(KINDS, np.int32)
    tally(open_, 2, waiting, overdue)
    closed = row([data.draw(st.integers(0, int(n))) for n in waiting])
    for kind in range(KINDS):
        take_oldest(one_by_one, KINDS, kind, int(closed[kind]), int(waiting[kind]))
    close_oldest(open_, waiting, overdue, closed, np.empty(KINDS, np.int32))
    assert open_.tolist() == one_by_one.tolist()
    assert (waiting.tolist(), overdue.tolist()) == tallied(open_, 2)


def test_a_month_moves_everybody_on_and_the_last_age_keeps_the_rest() -> None:
    open_ = row([5, 1, 0, 4, 2, 0, 3, 3, 0, 2, 4, 9])
    grow_older(open_, KINDS)
    assert open_.tolist() == [0, 0, 0, 5, 1, 0, 4, 2, 0, 5, 7, 9]


@given(COUNTS, st.integers(0, 20))
def test_growing_older_loses_nobody_and_ends_in_the_last_age(cases: list[int], months: int) -> None:
    before, open_ = by_age(row(cases)), row(cases)
    for _ in range(months):
        grow_older(open_, KINDS)
    after = by_age(open_)
    np.testing.assert_array_equal(after.sum(axis=0), before.sum(axis=0))
    if months >= AGES - 1:
        np.testing.assert_array_equal(after[-1], before.sum(axis=0))
    else:
        np.testing.assert_array_equal(after[months:-1], before[: AGES - 1 - months])
