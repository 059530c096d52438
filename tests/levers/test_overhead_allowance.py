from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_supervision_rises_at_once_and_hours_get_dearer_with_the_next_tender(trial: Run) -> None:
    run = trial("overhead_allowance", months=9)
    assert (run.rise("providers.supervision")[run.start :] > 0.0).all()
    assert run.first("contracts.price") == 6
    assert run.rise("contracts.price")[6] > 0.0
    assert not run.spent.any()
