from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_paper_closures_become_fewer_and_audits_are_paid_by_the_case(trial: Run) -> None:
    watch = ("cases.resolved",)
    run = trial("audit_intensity", {"chance": 0.5, "yuan": 50.0}, watch=watch, start=8, months=12)
    assert run.rise("cases.reopened").sum() > 0.0
    assert run.rise("cases.papered")[8] < 0.0
    closed = sum(int(run.columns[name][8][1].sum()) for name in ("cases.resolved", "cases.papered"))
    more = 0.8 ** (1 / 12) - 0.5 ** (1 / 12)
    assert run.cost["base"][8] == np.rint(100.0 * 50.0 * more * closed)


def test_fewer_audits_save_nothing(trial: Run) -> None:
    run = trial("audit_intensity", {"chance": 0.05}, start=8, months=12)
    assert not run.spent.any()
