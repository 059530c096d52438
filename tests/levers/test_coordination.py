from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_fewer_cases_wait_for_departments_and_the_posts_are_paid(trial: Run) -> None:
    run = trial("coordination", {"posts": 2.0})
    assert (run.rise("subdistricts.coordination")[run.start :] > 0.0).all()
    assert (run.reformed.tables.subdistricts.coordination < 1.0).all()
    assert run.rise("cases.blocked")[run.start :].sum() < 0.0
    d, p = run.reformed.tables.districts, run.reformed.parameters
    fen = np.rint(2 * 2 * d.base_wage[0] * (1.0 + p.social_insurance))
    assert (run.cost["base"][run.start :] == fen).all()
