"""缺什么补什么: a floor for everybody, the rest where something is missing."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.enact import enact
from sansheng.policy.rules.gap_filling import GapFilling
from sansheng.policy.view import View
from sansheng.processes.appropriate import open_year

Views = Callable[..., View]


def test_floor_gap_and_premises_add_up_by_hand(view: Views) -> None:
    seen = view(
        budget=1_000_000,
        households=np.array([100, 100, 200, 0, 400]),
        gap_seen=np.array([0.1, 0.0, 0.2, 0.0, 0.0]),
        premises_missing=np.array([0.0, 50.0, 0.0, 150.0, 0.0]),
    )
    grants = GapFilling({"floor": 0.4, "premises_part": 0.5}).allocate(seen).grants
    # 400,000 by household, 300,000 by gaps of 10 and 40 needs, 300,000 by 50 and 150 square metres.
    assert grants.tolist() == [
        50_000 + 60_000,
        50_000 + 75_000,
        100_000 + 240_000,
        225_000,
        200_000,
    ]


def test_unless_asked_premises_do_not_count(view: Views) -> None:
    one = GapFilling().allocate(view()).grants
    other = GapFilling().allocate(view(premises_missing=np.full(5, 99.0))).grants
    assert one.tolist() == other.tolist()


def test_a_floor_of_everything_is_money_by_household(view: Views) -> None:
    seen = view(budget=6_000_000 * 10_000, households=np.array([1, 2, 3, 4, 0]))
    grants = GapFilling({"floor": 1.0}).allocate(seen).grants
    assert grants.tolist() == [6 * 10**9, 12 * 10**9, 18 * 10**9, 24 * 10**9, 0]


@pytest.mark.parametrize("part", [0.0, 0.3, 1.0])
def test_where_no_room_is_missing_unmet_need_has_its_money(part: float, view: Views) -> None:
    full = view(premises_missing=np.zeros(5))
    one = GapFilling({"premises_part": part}).allocate(full).grants
    assert one.tolist() == GapFilling({"premises_part": 0.0}).allocate(full).grants.tolist()
    assert one.sum() == full.budget


def test_before_a_year_is_on_record_gaps_count_per_household(view: Views) -> None:
    first = view(gap_seen=np.zeros(5))
    grants = GapFilling().allocate(first).grants
    exact = first.budget * first.households / first.households.sum()
    assert grants.sum() == first.budget
    assert (np.abs(grants - exact) < 2.0).all()


def test_who_left_more_unmet_last_year_gets_more_for_a_household(small: ModuleType) -> None:
    world = small.chenghua()
    c = world.tables.communities
    c.unmet_year[:] = c.households * np.linspace(0.05, 0.4, c.key.shape[0])
    world.month += 12
    open_year(world)
    enact(world, GapFilling())
    each = np.log(world.tables.incentives.grant / c.households)
    assert np.corrcoef(each, np.log(c.unmet_last / c.households))[0, 1] > 0.5
