from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_committees_sign_and_agencies_are_owed_less(trial: Run) -> None:
    run = trial("legal_standing", {"yuan": 2000.0}, start=8, months=11, parameters=NOBODY_LATE)
    (before, after) = run.columns["communities.standing"][run.start]
    assert after.all()
    assert run.cost["base"][run.start] == (before == 0).sum() * 200_000
    assert not run.cost["base"][run.start + 1 :].any()
    assert run.rise("providers.due")[run.start :].sum() < 0.0


NOBODY_LATE = {"p_late": 0.0}
