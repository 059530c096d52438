from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_old_estates_manage_themselves_and_the_envelope_pays(trial: Run) -> None:
    run = trial("self_management", {"yuan": 12_000.0}, start=12, months=18)
    assert (run.rise("communities.self_managed")[run.start :] > 0.0).all()
    old = run.reformed.tables.communities.estates_old.sum()
    assert (run.cost["envelope"][run.start :] == np.rint(100_000.0 * old)).all()
    assert not run.cost["base"].any()
