from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]


def test_more_agencies_are_linked_from_january_and_hubs_are_paid_by_the_month(trial: Run) -> None:
    run = trial(
        "hubs",
        {"added": 3.0, "yuan": 100_000.0},
        parameters={"hub_span": 6.0},
        months=14,
        watch=("providers.founded",),
    )
    new = np.zeros(run.reformed.tables.providers.key.size, dtype=bool)
    for month in range(run.start, 12):  # until January hubs reach newcomers only
        new |= run.columns["providers.founded"][month][1] == 1
        before, after = run.columns["providers.linked"][month]
        assert not (after != before)[~new].any()
    before, after = run.columns["providers.linked"][12]
    assert (after >= before).all()
    assert (after > before)[~new].any()
    assert (run.cost["base"][run.start :] == np.rint(3 * 100_000 * 100 / 12)).all()


def test_hubs_that_reach_everybody_have_nobody_left_to_link(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("hubs", parameters={"hub_span": 154.0}, months=14)
