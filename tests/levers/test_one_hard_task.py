from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.month import run_steps
from sansheng.world.schema import EASY

Run = Callable[..., Any]

WATCH = ("communities.units_active",)


def test_units_settle_hard_cases_as_the_quota_says_and_the_envelope_pays(trial: Run) -> None:
    run = trial("one_hard_task", {"quota": 2.0, "yuan": 500.0}, watch=WATCH, months=15, start=12)
    units = run.reformed.tables.communities.units
    expected = np.zeros(units.size)
    settled = np.zeros(units.size)
    for month in range(run.start, 15):
        by_units = run.columns["cases.by_units"][month][1]
        assert not by_units[:, :, EASY].any()
        assert run.cost["envelope"][month] == 50_000 * by_units.sum()
        settled += by_units.sum(axis=(1, 2))
        active = run.columns["communities.units_active"][month - 1][1]
        expected += 2.0 / 12.0 * active * units
    assert settled.sum() > 0
    assert (np.abs(settled - expected) < 3.0).all()


def test_what_units_settle_is_open_no_longer_and_counts_as_met(small: ModuleType) -> None:
    world = small.world(parameters={"unit_tasks": 6.0})
    small.live(world, "per_household", 8)
    run_steps(world, "needs")
    cases = world.tables.cases
    before = cases.open.sum(axis=1)
    run_steps(world, "dispatch")
    waiting = cases.open.sum(axis=1)
    assert cases.by_units.sum() > 0
    assert not cases.by_units[:, :, EASY].any()
    np.testing.assert_array_equal(waiting, before + cases.found - cases.on_spot - cases.by_units)
    assert (cases.blocked <= waiting).all()
    run_steps(world, "effort", "deliver", "verify")
    assert (cases.resolved >= cases.by_units + cases.on_spot).all()


def test_no_quota_takes_no_case(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("one_hard_task", {"quota": 0.0}, months=6)


def test_units_that_do_not_take_part_settle_nothing(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial(
            "one_hard_task",
            parameters={"unit_feedback": 0.0, "unit_leave": 2.0, "units_0": 0.0},
            line="base",
        )
