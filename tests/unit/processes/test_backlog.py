from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I32
from sansheng.processes.backlog import count, grow_older, take_oldest
from sansheng.world.schema import AGES

COUNTS = st.lists(st.integers(0, 50), min_size=AGES, max_size=AGES)
AGE = st.integers(0, AGES - 1)
WANTED = st.integers(0, 800)


def ages(*cases: int) -> I32:
    return np.array(cases, np.int32)


def test_known_counts() -> None:
    open_ = ages(5, 4, 3, 2)
    assert [count(open_, youngest) for youngest in range(5)] == [14, 9, 5, 2, 0]


def test_the_oldest_go_first() -> None:
    open_ = ages(5, 4, 3, 2)
    assert take_oldest(open_, 4, 0) == 4
    assert open_.tolist() == [5, 4, 1, 0]
    assert take_oldest(open_, 9, 1) == 5
    assert open_.tolist() == [5, 0, 0, 0]


@given(COUNTS, WANTED, AGE)
def test_cases_are_taken_as_far_as_they_are_there(cases: list[int], n: int, age: int) -> None:
    open_ = ages(*cases)
    taken = take_oldest(open_, n, age)
    assert taken == min(n, sum(cases[age:]))
    assert open_.sum() == sum(cases) - taken
    assert open_.min() >= 0
    assert open_[:age].tolist() == cases[:age]


@given(COUNTS, WANTED, AGE)
def test_a_case_is_taken_only_when_no_older_one_is_left(cases: list[int], n: int, age: int) -> None:
    open_ = ages(*cases)
    take_oldest(open_, n, age)
    touched = np.flatnonzero(open_ != np.array(cases))
    if touched.size:
        assert not open_[touched.min() + 1 :].any()


@given(COUNTS, WANTED, WANTED, AGE)
def test_asking_for_more_never_takes_fewer(cases: list[int], one: int, two: int, age: int) -> None:
    few, many = sorted((one, two))
    assert take_oldest(ages(*cases), few, age) <= take_oldest(ages(*cases), many, age)


def test_a_month_moves_everybody_on_and_the_last_bucket_keeps_the_rest() -> None:
    open_ = ages(5, 4, 3, 2)
    grow_older(open_)
    assert open_.tolist() == [0, 5, 4, 5]


@given(COUNTS, st.integers(0, 20))
def test_growing_older_loses_nobody_and_ends_in_the_last_bucket(
    cases: list[int], months: int
) -> None:
    open_ = ages(*cases)
    for _ in range(months):
        grow_older(open_)
    assert open_.sum() == sum(cases)
    if months >= AGES - 1:
        assert open_[-1] == sum(cases)
    else:
        assert open_[months:-1].tolist() == cases[: AGES - 1 - months]
