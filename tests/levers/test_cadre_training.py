from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_cadres_get_better_and_are_paid_for_each_month(trial: Run) -> None:
    run = trial("cadre_training", {"cadres": 7.0, "yuan": 1000.0}, parameters={"skill_0": 0.5})
    assert (np.diff(run.rise("subdistricts.skill")[run.start :]) > 0.0).all()
    fen = np.rint(2 * 7 * 1000 * 100 / 12)  # two subdistricts
    assert (run.cost["base"][run.start :] == fen).all()
