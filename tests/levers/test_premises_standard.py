from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme
from sansheng.world.accounts import capital_account

Run = Callable[..., Any]


def test_more_is_built_and_the_line_grows_by_what_is_counted(trial: Run) -> None:
    run = trial("premises_standard", {"yuan": 4_000_000.0}, months=15)
    assert run.rise("communities.building")[run.start :].max() > 0.0
    assert (run.cost["capital"][run.start :] == 33_333_333).all()
    assert run.rise("districts.capital")[-1] == 12 * 33_333_333


def test_the_account_receives_what_is_counted_to_the_fen(small: ModuleType) -> None:
    worlds = [small.world(start=small.JANUARY + 4) for _ in range(2)]
    account, rule, received = capital_account(1, 0), make_rule("per_household"), []
    for world, levers in zip(worlds, ([], [make_lever("premises_standard")]), strict=True):
        programme, record = Programme(), make_recorder(world.month, 14, 8)
        programme.expect(levers)
        received.append(0)
        for _ in range(14):
            pass_months(world, rule, record, 1, programme=programme)
            received[-1] += int(world.tables.money.received[account])
        counted = int(record.monthly.lever_capital.sum())
    assert received[1] - received[0] == counted > 0
