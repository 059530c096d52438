from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.split import certified, handed_over
from sansheng.world.schema import Tables

Record = Callable[..., Any]
HOURS = st.floats(1.0, 5_000.0)


def test_half_of_what_falls_to_the_certified_is_handed_over(record: Record) -> None:
    p = record(split=0.5, handover=0.0, admin_cap=0.85)
    # 60 hours of administration over 300: a fifth of the 100 of the certified, and half of that
    assert handed_over(60.0, 100.0, 200.0, 0.8, p) == pytest.approx(10.0)


def test_the_others_take_no_more_than_they_may_and_handing_over_costs(record: Record) -> None:
    p = record(split=1.0, handover=0.25, admin_cap=0.5)
    # a share of 0.4: the others may give another tenth of their 100 hours, of which 8 are the matter itself
    assert handed_over(80.0, 100.0, 100.0, 0.6, p) == pytest.approx(8.0)
    # and no more than paperwork and coordination leave them
    assert handed_over(80.0, 100.0, 100.0, 0.05, p) == pytest.approx(4.0)


def test_nothing_moves_without_a_split_or_without_room(record: Record) -> None:
    assert handed_over(60.0, 100.0, 200.0, 0.8, record(split=0.0)) == 0.0
    assert handed_over(0.0, 100.0, 200.0, 0.8, record(split=1.0)) == 0.0
    assert handed_over(270.0, 100.0, 200.0, 0.1, record(split=1.0, admin_cap=0.85)) == 0.0
    assert handed_over(60.0, 100.0, 200.0, 0.0, record(split=1.0)) == 0.0


def test_a_full_split_among_many_others_frees_the_certified_of_all_of_it(record: Record) -> None:
    p = record(split=1.0, admin_cap=0.85)
    admin, theirs, others = 60.0, 10.0, 1e9
    assert handed_over(admin, theirs, others, 0.9, p) == pytest.approx(
        admin * theirs / (theirs + others)
    )


@given(st.floats(0.0, 0.85), HOURS, HOURS, st.floats(0.0, 1.0))
def test_more_split_moves_no_less_and_a_dearer_handover_no_more(
    record: Record, share: float, theirs: float, others: float, free: float
) -> None:
    admin = share * (theirs + others)
    by_split = [
        handed_over(admin, theirs, others, free, record(split=s)) for s in (0.0, 0.3, 0.7, 1.0)
    ]
    by_cost = [
        handed_over(admin, theirs, others, free, record(split=0.7, handover=h))
        for h in (0.0, 0.1, 0.3)
    ]
    assert (np.diff(by_split) >= 0.0).all()
    assert (np.diff(by_cost) <= 0.0).all()
    assert 0.0 <= by_split[-1] <= share * theirs + 1e-9


def test_a_certificate_counts_where_somebody_sits(blank: Callable[..., Tables]) -> None:
    w = blank().workers
    w.filled[:] = (1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0)
    w.tier[:] = (0, 2, 3, 1, 0, 4, 0, 0, 0, 0, 0, 0)
    assert [certified(first, n, w) for first, n in ((0, 4), (2, 4), (4, 1), (0, 12), (5, 0))] == [
        2, 2, 0, 3, 0,
    ]  # fmt: skip
