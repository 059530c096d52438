from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_less_is_owed_to_agencies(trial: Run) -> None:
    run = trial("advance_payment", start=8, months=11)
    assert (run.rise("providers.due")[run.start :] < 0.0).all()
    assert not run.spent.any()
