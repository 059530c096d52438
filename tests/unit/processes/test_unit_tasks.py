from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.streams import Key
from sansheng.processes.unit_tasks import take_on
from sansheng.world.schema import EASY, HARD, Tables

Blank = Callable[..., Tables]
OCTOBER = 2015 * 12 + 9


def matters(blank: Blank, *, units: int = 12, active: float = 0.5) -> Tables:
    """One community with 60 and 30 hard cases of two categories, aged 0 to 2, and as many easy ones."""
    t = blank(community=1)
    t.communities.units[0], t.communities.units_active[0] = units, active
    for age in range(3):
        t.cases.open[0, age, 0], t.cases.open[0, age, 1] = 20, 10
    return t


def settled(t: Tables, quota: float, replicate: int = 0, now: int = OCTOBER) -> list[int]:
    """Hard cases settled, by category."""
    take_on(Key(3, replicate), now, quota, t.communities, t.cases)
    hard: list[int] = t.cases.by_units[0, :, HARD].tolist()
    return hard


def test_half_of_twelve_units_that_solve_twelve_a_year_settle_six_a_month_in_proportion(
    blank: Blank,
) -> None:
    t = matters(blank)
    assert settled(t, 12.0) == [4, 2]
    assert t.cases.open[0, :3, 0, HARD].tolist() == [20, 20, 16], "the oldest first"
    assert t.cases.open[0, :3, 1, HARD].tolist() == [10, 10, 8]


def test_easy_cases_and_those_that_wait_for_a_department_are_left_alone(blank: Blank) -> None:
    t = matters(blank)
    t.cases.blocked[0, 0, HARD] = 60
    easy = t.cases.open[0, :, :, EASY].copy()
    assert settled(t, 12.0) == [0, 6]
    np.testing.assert_array_equal(t.cases.open[0, :, :, EASY], easy)
    assert not t.cases.by_units[..., EASY].any()


@pytest.mark.parametrize(
    ("quota", "units", "active"), [(0.0, 12, 0.5), (6.0, 0, 0.5), (6.0, 12, 0.0)]
)
def test_no_quota_no_units_or_none_that_take_part_settle_nothing(
    blank: Blank, quota: float, units: int, active: float
) -> None:
    t = matters(blank, units=units, active=active)
    t.cases.by_units[:] = 9  # of last month
    before = t.cases.open.copy()
    assert settled(t, quota) == [0, 0]
    np.testing.assert_array_equal(t.cases.open, before)


def test_as_many_units_as_one_likes_settle_all_hard_cases_and_no_more(blank: Blank) -> None:
    t = matters(blank)
    t.cases.blocked[0, 0, HARD] = 7
    assert settled(t, 1e6) == [53, 30]
    assert t.cases.open[0, :, :, HARD].sum() == 7


def test_parts_of_a_case_are_settled_with_their_probability(blank: Blank) -> None:
    months = [sum(settled(matters(blank), 0.9, now=OCTOBER + m)) for m in range(2_000)]
    assert set(months) == {0, 1}
    assert np.mean(months) == pytest.approx(0.45, abs=0.03)


@given(st.integers(0, 10**6), st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_a_higher_quota_settles_no_fewer(
    blank: Blank, replicate: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    fewer, more = (sum(settled(matters(blank), quota, replicate)) for quota in (low, high))
    assert fewer <= more


def test_more_units_and_more_that_take_part_settle_no_fewer(blank: Blank) -> None:
    by_units = [sum(settled(matters(blank, units=n), 3.0)) for n in range(0, 60, 6)]
    by_part = [sum(settled(matters(blank, active=a), 9.0)) for a in np.linspace(0.0, 1.0, 9)]
    for counts in (by_units, by_part):
        assert (np.diff(counts) >= 0).all()
        assert counts[-1] > counts[0]
