"""精准救助: service bought for those who need it most, so much a person."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rules.targeted_relief import TargetedRelief
from sansheng.policy.view import View

Views = Callable[..., View]


def seen_by(view: Views, **changes: object) -> View:
    groups = np.zeros((5, 6), np.int64)
    groups[:, 0], groups[:, 1], groups[:, 2] = [10, 20, 30, 0, 0], [0, 0, 0, 0, 40], 0
    groups[:, 3:] = 70
    return view(residents_by_group=groups, **changes)


def test_every_vulnerable_resident_brings_the_sum(view: Views) -> None:
    said = TargetedRelief({"yuan": 20.0, "left_behind": 0.0}).allocate(seen_by(view))
    assert said.grants.tolist() == [20_000, 40_000, 60_000, 0, 80_000]
    assert said.terms is not None
    assert said.terms.relief == 1.0


def test_a_share_of_minors_counts_as_left_behind(view: Views) -> None:
    said = TargetedRelief({"yuan": 20.0, "left_behind": 0.5}).allocate(seen_by(view))
    assert said.grants.tolist() == [90_000, 110_000, 130_000, 70_000, 150_000]


def test_part_of_a_year_brings_part_of_the_sum(view: Views) -> None:
    said = TargetedRelief({"yuan": 20.0, "left_behind": 0.0}).allocate(seen_by(view, months=3))
    assert said.grants.tolist() == [5_000, 10_000, 15_000, 0, 20_000]


def test_a_small_budget_is_cut_in_proportion(view: Views) -> None:
    said = TargetedRelief({"yuan": 20.0, "left_behind": 0.0}).allocate(seen_by(view, budget=1_000))
    assert said.grants.tolist() == [100, 200, 300, 0, 400]


def test_where_nobody_is_vulnerable_nothing_is_granted(view: Views) -> None:
    nobody = view(residents_by_group=np.zeros((5, 6), np.int64))
    assert not TargetedRelief().allocate(nobody).grants.any()


def meant(small: ModuleType, relief: float, seeds: range = range(1, 9)) -> float:
    """How far what projects are for is what vulnerable residents need."""
    needs: list[float] = []
    for seed in seeds:
        world = small.world(small.place(small.district(envelope=6_000_000)), seed=seed)
        t = world.tables
        rule = make_rule("targeted_relief", {"yuan": 200.0, "relief": relief})
        small.live(world, rule, 8)
        for c in range(8):
            lot = t.communities.lot[c]
            held = t.contracts.provider[lot, : t.contracts.projects[lot]] >= 0
            focus = t.contracts.focus[lot, : t.contracts.projects[lot]][held]
            needs += t.communities.vulnerable_need[c, focus].tolist()
    assert needs
    return float(np.mean(needs))


def test_projects_are_for_what_vulnerable_residents_need(small: ModuleType) -> None:
    assert meant(small, 1.0) > meant(small, 0.0)


@pytest.mark.parametrize("yuan", [5.0, 20.0])
def test_what_the_sums_leave_stays_in_the_envelope(yuan: float, small: ModuleType) -> None:
    world = small.world()
    t = world.tables
    record = small.live(world, make_rule("targeted_relief", {"yuan": yuan, "left_behind": 0.0}), 12)
    granted = record.yearly.granted.sum()
    share = t.communities.group_share[:, :3].sum(axis=1)
    people = 2.4 * (t.communities.households * share).sum()
    assert granted == pytest.approx(100 * yuan * people, rel=2e-3)
    assert granted < t.districts.envelope[0]
