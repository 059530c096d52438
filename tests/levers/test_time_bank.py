from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]


def test_more_volunteers_stay_and_redeemed_hours_are_paid(trial: Run) -> None:
    run = trial("time_bank", {"kept": 0.3, "redeemed": 0.1, "yuan": 20.0})
    assert (run.rise("communities.volunteers")[run.start :] > 0.0).all()
    hours = run.reformed.parameters.volunteer_hours / 12.0
    for month in range(run.start, 12):
        people = run.columns["communities.volunteers"][month][1].sum()
        assert run.cost["base"][month] == np.rint(100.0 * 0.1 * 20.0 * hours * people)


def test_credit_brings_what_it_says_a_year_in_twelfths(trial: Run) -> None:
    run = trial("time_bank", {"kept": 0.3}, months=4)
    (before, after), (former, _) = (run.columns["communities.volunteers"][m] for m in (3, 2))
    np.testing.assert_allclose(after - before, 0.3 / 12.0 * former)


def test_no_credit_keeps_nobody(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("time_bank", {"kept": 0.0}, months=6)
