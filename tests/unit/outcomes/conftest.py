"""What tests of the outcomes share: a record of a real run, and made-up ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.core.tables import allocate
from sansheng.month import open_world, pass_month
from sansheng.outcomes.flows import Monthly, Yearly
from sansheng.outcomes.measures import Fixed, Record, fixed_of
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.world import World

START = 2015 * 12 + 9
MONTHS = 30
"""October 2015 to March 2018: two full years and two parts of one."""


@pytest.fixture(scope="session")
def made_world() -> Callable[[int], World]:
    """Return a function that makes a world before its first month."""
    chenghua = load_place("chenghua-2015")
    return lambda start: open_world(chenghua, {}, 20150101, 3, start)


@pytest.fixture(scope="session")
def ran(made_world: Callable[[int], World]) -> Record:
    """Record of thirty months under a task-based rule."""
    world = made_world(START)
    record = make_recorder(START, MONTHS, 108)
    rule = make_rule("task_based")
    for _ in range(MONTHS):
        pass_month(world, rule, record)
    return Record(record.monthly, record.yearly, fixed_of(world.tables), START)


@pytest.fixture
def blank() -> Callable[..., Record]:
    """Return a function that makes an empty record of four communities in two subdistricts."""

    def make(start: int = 2015 * 12, months: int = 12) -> Record:
        years = (start + months - 1) // 12 - start // 12 + 1
        return Record(
            allocate(Monthly, {"month": months}),
            allocate(Yearly, {"year": years, "community": 4, "provider": 2}),
            Fixed(
                key=np.arange(4, dtype=np.int64),
                subdistrict=np.array([0, 0, 1, 1], np.int32),
                households=np.array([1000, 4000, 2000, 3000], np.int64),
                vulnerable=np.array([0.1, 0.2, 0.3, 0.4]),
                duties_service=np.array([10, 20, 30, 40], np.int32),
                duties_admin=np.array([1, 2, 3, 4], np.int32),
                seats=np.array([9, 10, 11, 12], np.int32),
                estate_age=np.array([5.0, 10.0, 15.0, 20.0]),
            ),
            start,
        )

    return make
