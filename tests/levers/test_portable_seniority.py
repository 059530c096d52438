from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_who_changes_employer_keeps_what_pay_recognises(trial: Run) -> None:
    known = {"station_share": 0.2, "known_months": 6.0, "move_share": 1.0}
    run = trial("portable_seniority", parameters=known, months=24)
    moved = run.first("workers.credit")
    assert run.rise("workers.credit")[moved] > 0.0
    assert not run.spent.any()
