from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.month import run_steps
from sansheng.world.schema import NOBODY, STATION
from sansheng.world.world import World

Make = Callable[..., World]


def test_heads_reconcile_month_after_month(lived: Make) -> None:
    world = lived("task_based", 14, station_share=0.2, ladder=1.0, ladder_months=24.0)
    t = world.tables
    w = t.workers
    promoted = 0
    for _ in range(12):
        before, nth = w.filled.copy(), w.generation.copy()
        run_steps(world, "workforce")
        left = w.quits.sum() + w.leaves.sum()
        assert int(w.filled.sum()) - int(before.sum()) == w.hired.sum() - left
        station = w.employer == STATION
        change = int(w.filled[station].sum()) - int(before[station].sum())
        assert change == (w.hired + w.promoted - w.quits)[station].sum()
        promoted += int(w.promoted.sum())
        counted = np.bincount(
            w.employer[(w.filled == 1) & (w.employer >= 0)], minlength=t.providers.staff.size
        )
        np.testing.assert_array_equal(t.providers.staff, counted)
        np.testing.assert_array_equal(w.generation - nth, w.hired + w.moved + w.promoted)
        assert (w.community[w.filled == 0] == NOBODY).all()
        assert t.districts.pool.min() >= 0
        world.month += 1
    assert promoted > 0


@pytest.mark.parametrize("month", [5, 6])
def test_nobody_sits_on_two_seats(lived: Make, month: int) -> None:
    """Who changes employer leaves one seat for each they take: marked people are never doubled."""
    world = lived(
        months=12 + month, station_share=0.2, move_share=1.0, q0=0.5, hire_rate=0.8, ladder=1.0
    )
    w = world.tables.workers
    here = np.flatnonzero(w.filled)
    # a service that no two people share and no newcomer can have
    w.service[here] = 1_000 + np.arange(here.size)
    for passed in range(1, 4):
        run_steps(world, "tender", "workforce")
        world.month += 1
        marked = w.service[(w.filled == 1) & (w.service >= 1_000)] - passed
        assert np.unique(marked).size == marked.size
        gone = here.size - marked.size
        assert gone >= 0


def test_what_happened_on_a_seat_is_told_once(lived: Make) -> None:
    world = lived(q0=1.0, q0_org=1.0, hold_months=0.0, station_share=0.2)
    w = world.tables.workers
    world.tables.districts.pool[:] = 0
    w.leaves[:] = 0
    run_steps(world, "workforce")
    assert w.left_after[w.quits == 1].any()
    assert not w.left_after[(w.quits == 0) & (w.leaves == 0) & (w.filled == 1)].any()
    world.parameters = world.parameters._replace(
        q0=0.0, q0_org=0.0, hire_rate=0.0, hold_months=24.0
    )
    world.tables.providers.target[:] = world.tables.providers.staff
    run_steps(world, "workforce")
    for flags in (w.quits, w.leaves, w.hired, w.moved, w.promoted, w.left_after, w.certified):
        assert not flags.any()
