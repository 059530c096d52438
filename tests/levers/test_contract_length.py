from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_projects_signed_from_then_on_last_longer(trial: Run) -> None:
    run = trial("contract_length", {"months": 36.0}, months=9)
    assert run.first("contracts.end") == 6
    (before, after) = run.columns["contracts.end"][6]
    longer = after != before
    assert longer.any()
    assert (after[longer] - before[longer] == 24).all()
    assert not run.spent.any()
