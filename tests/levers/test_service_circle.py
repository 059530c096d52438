from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_circles_grow_faster_and_the_capital_line_pays_once(trial: Run) -> None:
    run = trial(
        "service_circle", {"yuan": 50_000.0}, parameters={"circle_speed": 0.1}, capital=8_000_000
    )
    assert (run.rise("communities.circle")[run.start :] > 0.0).all()
    (before, _) = run.columns["communities.circle"][run.start - 1]
    assert run.cost["capital"][run.start] == np.rint(5_000_000.0 * (1.0 - before).sum())
    assert not run.cost["capital"][run.start + 1 :].any()
