from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import RunFailed

Run = Callable[..., Any]


def test_wages_rise_and_stations_pay_the_difference_with_insurance(trial: Run) -> None:
    run = trial("wage_parity", {"parity": 1.0}, months=6)
    (before, after) = run.columns["workers.wage"][run.start]
    station = run.reformed.tables.workers.home >= 0
    bill, dearer = before[station].sum(), after[station].sum()
    assert dearer > bill
    rate = run.reformed.parameters.social_insurance
    insured = np.rint(dearer * rate) - np.rint(bill * rate)
    assert run.cost["base"][run.start] == dearer - bill + insured
    assert (after[~station] >= before[~station]).all()


def test_agencies_follow_as_far_as_said(trial: Run) -> None:
    run = trial("wage_parity", {"agencies": 0.0}, months=5)
    (before, after) = run.columns["workers.wage"][run.start]
    agency = run.reformed.tables.workers.home < 0
    np.testing.assert_array_equal(after[agency], before[agency])


def test_nobody_is_paid_less(trial: Run) -> None:
    run = trial("wage_parity", {"parity": 1.0}, parameters={"w_rel": 0.8}, months=5)
    (before, after) = run.columns["workers.wage"][run.start]
    assert (after >= before).all()


def test_an_envelope_that_cannot_pay_is_refused_with_both_amounts(trial: Run) -> None:
    with pytest.raises(
        RunFailed, match=r"wage_parity: cost [\d,.]+ yuan, more than the [\d,.]+ yuan"
    ):
        trial("wage_parity", line="envelope", months=5)
