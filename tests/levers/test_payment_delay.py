from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_more_is_owed_to_agencies_the_longer_they_wait(trial: Run) -> None:
    run = trial("payment_delay", {"months": 4.0}, start=8, months=11, parameters={"pay_lag": 1.0})
    assert run.rise("providers.due")[run.start + 2] > 0.0
    assert not run.spent.any()
