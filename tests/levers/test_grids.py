from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_grid_staff_find_more_and_are_paid_by_the_head(trial: Run) -> None:
    run = trial("grids", {"added": 0.5})
    grids = run.reformed.tables.communities.grids.sum()
    np.testing.assert_allclose(run.rise("communities.grid_staff")[run.start :], 0.5 * grids)
    assert run.rise("cases.by_grid")[run.start :].sum() > 0.0
    d, p = run.reformed.tables.districts, run.reformed.parameters
    fen = np.rint(0.5 * grids * d.base_wage[0] * (1.0 + p.social_insurance))
    np.testing.assert_allclose(run.cost["base"][run.start :], fen, atol=1.0)
