from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]


def test_hours_come_free_and_departments_are_paid_for_what_they_take_over(trial: Run) -> None:
    run = trial("burden_cut", {"items": 161.0, "bite": 0.5, "moved": 0.5})
    (before, after) = run.columns["communities.admin_hours"][run.start]
    np.testing.assert_allclose(after, 0.75 * before)
    (before_duties, after_duties) = run.columns["communities.duties_admin"][run.start]
    np.testing.assert_array_equal(after_duties, np.rint(before_duties / 2))
    assert (run.rise("communities.hours_lost_admin")[run.start :] < 0.0).all()
    t, p = run.reformed.tables, run.reformed.parameters
    hour = t.districts.base_wage[0] * (1.0 + p.social_insurance) / (p.h_w / 12.0)
    assert run.cost["base"][run.start] == np.rint(0.5 * (before - after).sum() * hour)


def test_as_many_items_as_before_cut_nothing(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("burden_cut", {"items": 322.0}, months=6)


def test_fewer_certificates_free_their_share_of_the_hours_that_are_left(trial: Run) -> None:
    options = {"items": 161.0, "bite": 0.5, "certificates": 3.0, "cert_share": 0.2}
    run = trial("burden_cut", options)
    (before, after) = run.columns["communities.admin_hours"][run.start]
    np.testing.assert_allclose(after, 0.75 * (1.0 - 0.2 * 0.8) * before)
