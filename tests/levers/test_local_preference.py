from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_more_projects_go_to_agencies_of_the_subdistrict(trial: Run) -> None:
    run = trial("local_preference", parameters={"external_share": 0.5}, months=9, communities=24)
    assert run.first("contracts.provider") == 6

    def at_home(which: int) -> int:
        holder = run.columns["contracts.provider"][6][which]
        t = run.without.tables
        office = t.communities.subdistrict[:, None]
        return int(((holder >= 0) & (t.providers.subdistrict[holder] == office)).sum())

    assert at_home(1) > at_home(0)
    assert not run.spent.any()
