from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_new_agencies_get_cash_that_the_purse_pays_once(trial: Run) -> None:
    run = trial("incubation", parameters={"n_e": 0.3}, months=30)
    given = run.rise("money.incubation")
    assert given.sum() > 0.0
    assert (given >= 0.0).all()
    np.testing.assert_array_equal(run.cost["base"], given)
    assert run.rise("providers.incubated")[-1] > 0.0
