from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.split import handed_over
from sansheng.world.schema import BASE_GENERAL, BASE_PRO

Run = Callable[..., Any]

WATCH = (
    "communities.hours_lost_admin",
    "cases.worked",
)


def test_the_certified_hand_administration_over_and_desks_are_paid(trial: Run) -> None:
    run = trial("committee_station_split", {"yuan": 12_000.0}, watch=WATCH)
    assert (run.cost["base"][run.start :] == 8 * 100_000).all()
    moved = run.columns["communities.admin_moved"][run.start][1]
    assert (moved >= 0.0).all()  # none where administration fills the others' time as it is
    assert (moved > 0.0).sum() > 4
    before, after = run.columns["communities.hours_lost_admin"][run.start]
    np.testing.assert_allclose(after - before, run.reformed.parameters.handover * moved)


def test_what_others_take_on_they_no_longer_work(trial: Run) -> None:
    run = trial("committee_station_split", watch=WATCH)
    before, after = (
        worked.sum(axis=(0, 2, 3)) for worked in run.columns["cases.worked"][run.start]
    )
    assert after[BASE_PRO] > before[BASE_PRO]
    assert after[BASE_GENERAL] < before[BASE_GENERAL]


def test_without_certified_people_nothing_is_handed_over(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial(
            "committee_station_split", certified_workers=0, parameters={"hire_tier": 0.0}, months=5
        )


class P(NamedTuple):
    """Parameters that a separation reads."""

    split: float
    handover: float = 0.05
    admin_cap: float = 0.85


hours = st.floats(1.0, 5000.0)


@given(
    split=st.floats(0.0, 1.0), load=st.floats(0.0, 0.85), free=st.floats(0.0, 1.0), a=hours, b=hours
)
def test_nobody_gives_more_time_than_there_is(
    split: float, load: float, free: float, a: float, b: float
) -> None:
    moved = handed_over(load * (a + b), a, b, free, P(split))
    assert 0.0 <= moved <= split * load * a * (1.0 + 1e-9)
    assert moved * 1.05 <= free * b * (1.0 + 1e-9)
    assert load * b + moved * 1.05 <= 0.85 * b * (1.0 + 1e-9)


def test_all_of_it_goes_where_the_others_have_time() -> None:
    assert handed_over(400.0, 500.0, 1500.0, 0.8, P(1.0)) == pytest.approx(100.0)
    assert handed_over(400.0, 500.0, 1500.0, 0.8, P(0.5)) == pytest.approx(50.0)
