"""平均分配: the same money for every community."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np

from sansheng.policy.rules.equal_split import EqualSplit
from sansheng.policy.view import View

Views = Callable[..., View]


def test_every_community_gets_the_same_but_for_a_fen(view: Views) -> None:
    # 1,234,567 over five is 246,913 and two fen.
    grants = EqualSplit().allocate(view()).grants
    assert grants.tolist() == [246_914, 246_914, 246_913, 246_913, 246_913]


def test_size_and_work_do_not_count(view: Views) -> None:
    other = view(households=np.array([0, 1, 10, 100, 0]), need_seen=np.zeros(5))
    assert EqualSplit().allocate(other).grants.sum() == other.budget
    assert np.ptp(EqualSplit().allocate(other).grants) <= 1


def test_a_year_of_it_pays_every_community_alike(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, "equal_split", 12)
    assert (record.yearly.granted[0] == world.tables.districts.envelope[0] / 8).all()
