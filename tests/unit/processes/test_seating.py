from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.seating import sit_down, transfer, vacate
from sansheng.world.schema import NOBODY, STATION, Workers
from sansheng.world.world import World

Make = Callable[..., World]

SEEN_ELSEWHERE = {"key", "employer", "district", "home"}
"""Columns of a seat, whoever sits there."""


def agency_seats(world: World, *, filled: int) -> list[int]:
    w = world.tables.workers
    seats: list[int] = np.flatnonzero((w.employer >= 0) & (w.filled == filled)).tolist()
    return seats


def row(w: Workers, i: int) -> dict[str, float]:
    return {name: getattr(w, name)[i].item() for name in w._fields}


def test_an_agency_keeps_owing_what_it_owed_to_whoever_left(opened: Make) -> None:
    t = opened().tables
    w, owed_former = t.workers, t.providers.owed_former
    i = agency_seats(opened(), filled=1)[0]
    w.owed[i], w.tenure[i], w.community[i] = 123_456, 30, 2
    vacate(w, i, owed_former)
    assert owed_former[w.employer[i]] == 123_456
    assert (w.owed[i], w.filled[i], w.community[i], w.left_after[i]) == (0, 0, NOBODY, 30)


def test_a_station_s_seat_leaves_no_debt_behind(opened: Make) -> None:
    t = opened().tables
    i = int(np.flatnonzero(t.workers.employer == STATION)[0])
    vacate(t.workers, i, t.providers.owed_former)
    assert t.workers.filled[i] == 0
    assert not t.providers.owed_former.any()


@given(st.integers(0, 4), st.integers(-1, 5))
def test_whoever_sits_down_is_new_in_everything(opened: Make, tier: int, community: int) -> None:
    world = opened()
    w = world.tables.workers
    i = agency_seats(world, filled=0)[0]
    w.burnout[i], w.service[i], w.credit[i], w.generation[i] = 2.0, 99, 99, 4
    before = row(w, i)
    sit_down(w, i, community, 3, tier)
    after = row(w, i)
    assert after["generation"] == 5
    assert (after["filled"], after["tier"], after["community"]) == (1, tier, community)
    for count in ("tenure", "service", "local_tenure", "credit", "step", "burnout"):
        assert after[count] == 0
    assert {name: after[name] for name in SEEN_ELSEWHERE} == {
        name: before[name] for name in SEEN_ELSEWHERE
    }


@given(st.floats(0.0, 1.0), st.integers(0, 300))
def test_who_moves_takes_experience_along_and_the_share_of_credit_that_is_portable(
    opened: Make, kept: float, credit: int
) -> None:
    world = opened()
    w = world.tables.workers
    i, j = agency_seats(world, filled=1)[0], agency_seats(world, filled=0)[-1]
    w.service[i], w.local_tenure[i], w.credit[i], w.burnout[i], w.tier[i] = 80, 40, credit, 1.5, 2
    people = int(w.filled.sum())
    transfer(w, i, j, 4, kept, world.tables.providers.owed_former)
    assert w.filled.sum() == people
    assert (w.filled[i], w.filled[j]) == (0, 1)
    assert (w.service[j], w.local_tenure[j], w.burnout[j], w.tier[j]) == (80, 40, 1.5, 2)
    assert (w.tenure[j], w.credit[j], w.step[j]) == (
        0,
        int(kept * credit),
        int(kept * credit) // 12,
    )
    assert w.community[j] == 4
