from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_more_units_take_part_and_the_envelope_pays_for_them(trial: Run) -> None:
    run = trial("unit_points", {"yuan": 600.0}, start=12, months=18)
    assert (run.rise("communities.units_active")[run.start :] > 0.0).all()
    t = run.reformed.tables.communities
    active = (run.columns["communities.units_active"][run.start][1] * t.units).sum()
    assert run.cost["envelope"][run.start] == np.rint(600.0 * 100.0 / 12.0 * active)
    assert not run.cost["base"].any()
