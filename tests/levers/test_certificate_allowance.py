from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_holders_are_paid_and_the_base_line_bears_it_once(trial: Run) -> None:
    run = trial("certificate_allowance", parameters={"allowance": 0.0})
    paid = run.rise("workers.allowance")
    assert (paid[run.start :] > 0.0).all()
    np.testing.assert_array_equal(run.cost["base"], paid)


def test_only_the_rise_over_the_former_allowance_is_the_cost(trial: Run) -> None:
    run = trial("certificate_allowance", {"yuan": 800.0}, parameters={"allowance": 200.0}, months=5)
    (before, after) = run.columns["workers.allowance"][run.start]
    np.testing.assert_array_equal(after, 4 * before)
    assert run.cost["base"][run.start] == 3 * before.sum()
