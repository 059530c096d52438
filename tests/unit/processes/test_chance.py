from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.streams import Key, binomial, uniform
from sansheng.processes.chance import how_many

KEY = Key(7, 1)
DECISION = 99


@pytest.mark.parametrize(("n", "p"), [(0, 0.5), (-3, 0.5), (10, 0.0), (10, -0.1)])
def test_where_nothing_can_happen_nothing_does(n: int, p: float) -> None:
    assert how_many(KEY, DECISION, 24180, 5, 0, n, p) == 0


@given(st.integers(1, 10_000))
def test_what_is_certain_happens_to_all(n: int) -> None:
    assert how_many(KEY, DECISION, 24180, 5, 0, n, 1.0) == n


@given(st.integers(0, 1000), st.floats(0.01, 0.99), st.integers(0, 10**6))
def test_a_count_is_the_draw_of_who_decides(n: int, p: float, who: int) -> None:
    u = uniform(KEY, DECISION, 24180, who, 3)
    assert how_many(KEY, DECISION, 24180, who, 3, n, p) == binomial(u, n, p)


@given(st.integers(0, 1000), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 10**6))
def test_a_likelier_event_never_happens_to_fewer(n: int, one: float, two: float, who: int) -> None:
    less, more = sorted((one, two))
    drawn = [how_many(KEY, DECISION, 24180, who, 0, n, p) for p in (less, more)]
    assert drawn[0] <= drawn[1]


def test_counts_have_the_mean_and_variance_of_a_binomial() -> None:
    people, n, p = 4_000, 30, 0.2
    drawn = np.array([how_many(KEY, DECISION, 24180, who, 0, n, p) for who in range(people)])
    # either test errs about once in a million seeds
    variance = n * p * (1.0 - p)
    assert abs(drawn.mean() - n * p) < 4.9 * (variance / people) ** 0.5
    assert abs(drawn.var() / variance - 1.0) < 4.9 * (2.0 / people) ** 0.5
