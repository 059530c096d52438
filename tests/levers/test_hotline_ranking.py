from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_the_last_feel_pressure_and_call_backs_are_paid_by_the_community(trial: Run) -> None:
    run = trial("hotline_ranking", {"yuan": 500.0}, parameters={"ranking": 0.0})
    assert (run.rise("communities.pressure")[run.start :] > 0.0).all()
    assert (run.cost["base"][run.start :] == 8 * 50_000).all()
