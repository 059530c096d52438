from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_more_agencies_are_founded_and_each_is_helped_at_a_price(trial: Run) -> None:
    busy = {"n_e": 0.3, "g_R": 2.0}
    run = trial("registration_ease", {"yuan": 5000.0}, parameters=busy, months=30)
    assert run.rise("providers.founded").sum() > 0.0
    founded = np.array([float(after.sum()) for _, after in run.columns["providers.founded"]])
    np.testing.assert_array_equal(run.cost["base"][run.start :], 500_000.0 * founded[run.start :])
