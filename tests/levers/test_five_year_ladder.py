from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_agency_staff_come_to_community_posts_and_quit_less(trial: Run) -> None:
    run = trial("five_year_ladder", {"years": 2.0}, months=14, watch=("workers.quits",))
    assert run.rise("workers.promoted").sum() > 0.0
    assert not run.spent.any()
