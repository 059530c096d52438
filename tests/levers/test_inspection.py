from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_more_agencies_are_inspected_in_april_and_paid_for(trial: Run) -> None:
    run = trial("inspection", {"yuan": 3000.0}, parameters={"inspect": 0.25}, months=5)
    assert run.rise("providers.inspected")[3] > 0.0
    inspected = run.columns["providers.inspected"][3][1].sum()
    assert run.cost["base"][3] == np.rint(0.75 * 300_000 * inspected)
    assert run.cost["base"][4] == 0.0
