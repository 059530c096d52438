from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.kernels import kernel
from sansheng.core.ledger import pay
from sansheng.core.references import refer
from sansheng.processes.channels import CHANNELS, cash_through, pass_money, pass_quits, through
from sansheng.processes.trace import (
    HELD,
    MONEY,
    NOT_THERE,
    OPEN,
    TURNOVER,
    WRITTEN,
    empty_trace,
    hold,
    mean_ties,
)
from sansheng.world.accounts import FINANCE, community_account, envelope_account
from sansheng.world.schema import Tables

Blank = Callable[..., Tables]


@kernel
def _passed(mode: int, row: Any, own: float) -> float:
    return float(through(mode, row, 0, own))


@kernel
def _cash_passed(mode: int, row: Any, own: int) -> int:
    return int(cash_through(mode, row, 0, own))


@pytest.mark.parametrize(
    ("mode", "then", "passes", "kept"),
    [
        (OPEN, 1.0, 7.0, 1.0),
        (WRITTEN, 1.0, 7.0, 7.0),
        (HELD, 1.0, 1.0, 1.0),
        (HELD, np.nan, 7.0, np.nan),
    ],
)
def test_a_channel_lets_through_writes_down_or_holds(
    mode: int, then: float, passes: float, kept: float
) -> None:
    row = np.array([then])
    assert _passed(mode, row, 7.0) == passes
    np.testing.assert_array_equal(row, [kept])


def test_cash_of_an_agency_that_was_not_there_is_its_own() -> None:
    assert _cash_passed(HELD, np.array([NOT_THERE]), 7) == 7
    assert _cash_passed(HELD, np.array([-3]), 7) == -3
    row = np.array([NOT_THERE])
    assert _cash_passed(WRITTEN, row, 7) == 7
    assert row[0] == 7


def test_every_channel_has_a_code_and_a_name_of_its_own_and_words_in_both_languages() -> None:
    assert len({channel.name for channel in CHANNELS}) == len(CHANNELS)
    assert sorted(channel.code for channel in CHANNELS) == list(range(len(CHANNELS)))
    for channel in CHANNELS:
        assert channel.about.en.isascii()
        assert not channel.text.zh.isascii()


def test_the_purse_makes_up_what_is_held(blank: Blank) -> None:
    t = blank(community=2)
    trace = empty_trace(t, 100, 3)
    trace.plan[2], trace.held[2] = [30, 40], [90, 40]
    trace.capital[2], trace.period_months[2], t.incentives.period_months[:] = 600, 12, 6
    t.incentives.capital[:] = 100
    t.communities.plan[:] = [99, 99]
    pay(t.money, FINANCE, community_account(1, 0), 50)
    pay(t.money, FINANCE, community_account(1, 1), 60)
    pay(t.money, FINANCE, envelope_account(0), 10)
    for _ in range(2):  # and what it has made up once it need not again
        held = refer(hold(trace, [MONEY]))
        pass_money(held, 102, t.communities, t.incentives, t.terms, t.money)
        assert t.communities.plan.tolist() == [30, 40]
        assert t.money.balance[community_account(1, 0) :][:2].tolist() == [90, 40]
        assert t.incentives.capital.tolist() == [300]  # half a period takes half
        assert t.money.balance[envelope_account(0)] == 210
        assert t.money.balance.sum() == 0


def test_who_quits_is_held_only_where_somebody_sat_then_and_sits_now(blank: Blank) -> None:
    t = blank(worker=4)
    trace = empty_trace(t, 0, 1)
    trace.filled[0], trace.quits[0] = [1, 1, 0, 1], [1, 0, 0, 1]
    t.workers.filled[:], t.workers.quits[:] = [1, 1, 1, 0], [0, 1, 1, 0]
    pass_quits(refer(hold(trace, [TURNOVER])), 0, t.workers)
    assert t.workers.quits.tolist() == [1, 0, 1, 0]


def test_a_project_nobody_worked_on_has_the_mean_tie_of_the_others(blank: Blank) -> None:
    trace = empty_trace(blank(community=2), 0, 1)
    trace.tie[0, 0, :2] = [0.2, 0.6]
    mean_ties(trace)
    np.testing.assert_allclose(trace.tie[0, 0], [0.2, 0.6, 0.4, 0.4])
    assert np.isnan(trace.tie[0, 1]).all()
