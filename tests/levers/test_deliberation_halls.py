from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from sansheng.core.errors import RunFailed
from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme
from sansheng.world.accounts import capital_account

Run = Callable[..., Any]


def test_halls_open_everywhere_and_the_capital_line_pays_once(trial: Run) -> None:
    run = trial("deliberation_halls", {"yuan": 20_000.0}, villages=8, months=18)
    (before, after) = run.columns["communities.hall"][run.start]
    missing = int((before == 0).sum())
    assert missing > 0
    assert after.all()
    assert run.cost["capital"][run.start] == missing * 2_000_000
    assert not run.cost["capital"][run.start + 1 :].any()


def test_twelve_months_of_the_line_are_spent_no_more_and_no_less(small: ModuleType) -> None:
    place = small.place(small.district(villages=8))
    world = small.world(place, start=small.JANUARY + 4)
    account, line = capital_account(1, 0), int(world.tables.districts.capital[0])
    programme, record = Programme(), make_recorder(world.month, 13, 8)
    programme.expect([make_lever("deliberation_halls", {"yuan": 20_000.0})])
    rule, received = make_rule("per_household"), []
    for _ in range(13):
        pass_months(world, rule, record, 1, programme=programme)
        received.append(int(world.tables.money.received[account]))
    assert received[0] > received[12]
    assert sum(received[:12]) == line
    assert world.tables.districts.capital[0] == line


def test_more_halls_than_a_year_of_the_line_pays_for_are_refused(trial: Run) -> None:
    with pytest.raises(
        RunFailed, match=r"deliberation_halls: cost .* more than the 900,000.00 yuan"
    ):
        trial("deliberation_halls", {"yuan": 500_000.0}, villages=8)
