from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]

NOTHING = {"told": 0.0, "released": 0.0, "saved": 0.0, "yuan": 12_000.0}


def test_more_is_reported_and_the_platform_is_paid_by_the_community(trial: Run) -> None:
    run = trial("digital_platform", {**NOTHING, "told": 0.3})
    assert run.first("cases.reported") == run.start
    assert run.rise("cases.reported")[run.start :].sum() > 0.0
    before, after = run.columns["cases.reported"][run.start]
    assert (after.sum(axis=(1, 2)) >= before.sum(axis=(1, 2))).all()
    assert (run.cost["base"][run.start :] == 8 * 100_000).all()


def test_a_platform_that_only_saves_hours_leaves_cases_as_they_are(trial: Run) -> None:
    with pytest.raises(AssertionError):
        trial("digital_platform", {**NOTHING, "saved": 1.0}, months=5, rule="no_fund")


def test_fewer_cases_wait_and_hours_are_saved(trial: Run) -> None:
    options = {**NOTHING, "told": 0.2, "released": 0.5, "saved": 0.5}
    run = trial("digital_platform", options, watch=("cases.blocked",), months=6)
    assert run.rise("cases.blocked")[run.start] < 0.0
    plain, helped = (
        trial("digital_platform", {**options, "saved": saved}, months=4) for saved in (0.0, 0.5)
    )
    hours = [r.columns["communities.coordination_hours"][3][1] for r in (plain, helped)]
    np.testing.assert_allclose(hours[1], 0.5 * hours[0])


def test_a_platform_nobody_uses_changes_nothing(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("digital_platform", NOTHING, months=5)
