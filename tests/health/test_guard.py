"""A month that becomes slower does not pass unseen."""

from __future__ import annotations

import json

import pytest
from numba.core import config

from benchmarks import guard
from benchmarks.worlds import several, world_of
from sansheng import month


def test_a_tenth_more_or_less_is_let_pass_and_more_is_not() -> None:
    assert guard.verdict(1.09, 1.0) is None
    assert guard.verdict(0.91, 1.0) is None
    assert "15% longer" in str(guard.verdict(1.15, 1.0))
    assert "15% less" in str(guard.verdict(0.85, 1.0))


def test_what_was_accepted_is_a_ratio() -> None:
    accepted = json.loads(guard.ACCEPTED.read_text(encoding="utf-8"))
    assert list(accepted) == ["ratio", "processor"]
    assert 0.5 < accepted["ratio"] < 50.0


def test_another_processor_has_another_ratio_and_may_be_farther_off() -> None:
    assert guard.ELSEWHERE > guard.TOLERANCE
    assert guard.verdict(1.4, 1.0, guard.ELSEWHERE) is None
    assert guard.verdict(1.6, 1.0, guard.ELSEWHERE) is not None
    assert guard.processor()


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")  # type: ignore[attr-defined]
def test_a_step_done_twice_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(several(1), guard.FIRST)
    monkeypatch.setattr(guard, "TURNS", 60)
    usual = guard._measure(world)
    (needs,) = (step for step in month.MONTH if step.name == "needs")
    monkeypatch.setattr(month, "MONTH", (*month.MONTH, needs))
    assert "longer" in str(guard.verdict(guard._measure(world), usual))
