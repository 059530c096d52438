"""Garbage is looked for seldom, which costs no memory as long as runs leave none."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sansheng.core.months import Month
from sansheng.study.config import RuleRef, Scenario, Study
from sansheng.study.garbage import collect_seldom
from sansheng.study.simulate import simulate_block


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_new_objects_are_looked_through_less_often(thresholds: tuple[int, int, int]) -> None:
    collect_seldom()
    assert gc.get_threshold()[0] > 10 * thresholds[0]
    assert gc.get_threshold()[1:] == thresholds[1:]


@pytest.mark.parametrize("rule", ["per_household", "task_based", "needs_weighted", "tender"])
def test_a_run_leaves_nothing_that_holds_on_to_itself(rule: str) -> None:
    study = Study(
        source="",
        place="classroom",
        start=Month(2015, 1),
        months=24,
        replicates=2,
        seed=1,
        baseline=rule,
        scenarios={rule: Scenario(rule=RuleRef(name=rule))},
    )
    simulate_block(study, 0, 0)  # what is made once stays
    gc.collect()
    gc.disable()
    try:
        simulate_block(study, 0, 1)
        assert gc.collect() == 0
    finally:
        gc.enable()
