"""Writing down what passes the channels changes nothing, and nor does holding a run at what it wrote down itself."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import numpy as np
import pytest

from sansheng.core.references import refer
from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.channels import CHANNELS
from sansheng.processes.trace import (
    ADVANCES,
    CASH,
    HELD,
    MATCHING,
    MONEY,
    REPORTING,
    TURNOVER,
    Trace,
    empty_trace,
    hold,
    mean_ties,
)
from sansheng.world.accounts import community_account
from sansheng.world.world import World

MONTHS = 40
RULES = ("per_household", "task_based", "tender", "performance_award", "special_fund")
LIVELY = {
    "p_late": 0.6,
    "pay_lag": 3.0,
    "advance": 0.0,
    "n_x": 0.12,
    "q0_org": 0.28,
    "move_share": 0.8,
    "owed_limit": 1.0,
    "ranking": 1.0,
    "p_aud": 0.5,
}
"""Parameters under which agencies run into arrears, close and lose projects."""

CODES = {channel.name: channel.code for channel in CHANNELS} | {"advances": ADVANCES}


def live(
    world: World, rule: str, trace: Trace | None = None, months: int = MONTHS
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Let months pass under a new rule; return the needs met by month."""
    record = make_recorder(world.month, months, world.tables.communities.key.size)
    kernels = None if trace is None else refer(trace)
    pass_months(world, make_rule(rule), record, months, new_rule=True, trace=kernels)
    return record.monthly.resolved


def written(past: World, rule: str) -> Trace:
    """Return what passes the channels under a rule."""
    trace = empty_trace(past.tables, past.month, MONTHS)
    live(past.copy(), rule, trace)
    mean_ties(trace)
    return trace


@pytest.fixture(scope="module")
def past(small: ModuleType) -> World:
    """A small world with a past in which a lot happens."""
    world: World = small.world(parameters=LIVELY)
    live(world, "per_household", months=12)
    return world


@pytest.mark.parametrize("rule", RULES)
def test_writing_down_what_passes_changes_no_bit(rule: str, past: World, small: ModuleType) -> None:
    plain, seen = past.copy(), past.copy()
    live(plain, rule)
    live(seen, rule, empty_trace(past.tables, past.month, MONTHS))
    assert small.digest(plain) == small.digest(seen)


@pytest.mark.parametrize("rule", RULES)
def test_a_run_held_at_what_it_wrote_down_is_that_run(
    rule: str, past: World, small: ModuleType
) -> None:
    plain = past.copy()
    live(plain, rule)
    trace = written(past, rule)
    for codes in (*([code] for code in CODES.values()), CODES.values()):
        again = past.copy()
        live(again, rule, hold(trace, codes))
        assert small.differing(plain, again) == [], codes


def moved(past: World, old: str, new: str, codes: Iterable[int]) -> bool:
    """Whether holding channels at another rule's run moves the outcome."""
    free = live(past.copy(), new)
    return bool((live(past.copy(), new, hold(written(past, old), codes)) != free).any())


@pytest.mark.parametrize("name", CODES)
def test_every_channel_can_move_residents_between_some_two_rules(name: str, past: World) -> None:
    pairs = (("per_household", "task_based"), ("tender", "per_household"), ("tender", "task_based"))
    assert any(moved(past, old, new, [CODES[name]]) for old, new in pairs)


def test_held_money_is_what_the_other_rule_let_communities_plan_and_hold(past: World) -> None:
    trace = written(past, "per_household")
    world = past.copy()
    t, districts = world.tables, 1
    account = community_account(districts, 0)
    held = refer(hold(trace, [MONEY]))
    record = make_recorder(world.month, MONTHS, t.communities.key.size)
    for month in range(MONTHS):
        pass_months(world, make_rule("task_based"), record, 1, new_rule=month == 0, trace=held)
        np.testing.assert_array_equal(t.communities.plan, trace.plan[month])
        spent = t.money.paid[account:][: t.communities.key.size]
        assert (t.money.bought <= np.minimum(trace.held[month], spent)).all()


@pytest.mark.parametrize("new", RULES)
@pytest.mark.parametrize("codes", [[code] for code in CODES.values()] + [list(CODES.values())])
def test_books_balance_whatever_is_held(new: str, codes: list[int], past: World) -> None:
    world = past.copy()
    t = world.tables
    held = refer(hold(written(past, "tender"), codes))
    record = make_recorder(world.month, MONTHS, t.communities.key.size)
    for month in range(MONTHS):
        before = t.money.balance.copy()
        pass_months(world, make_rule(new), record, 1, new_rule=month == 0, trace=held)
        assert t.money.balance.sum() == 0
        assert t.money.received.sum() == t.money.paid.sum()
        if (world.month - 1) % 12:  # January pays before its books are opened
            np.testing.assert_array_equal(before + t.money.received - t.money.paid, t.money.balance)
        assert (t.money.balance[community_account(1, 0) :] >= 0).all()
        assert (t.providers.due >= t.providers.late).all()
        assert (t.workers.owed >= 0).all()


def test_held_matching_gives_projects_to_whom_the_other_rule_gave_them(past: World) -> None:
    trace = written(past, "tender")
    world = past.copy()
    t = world.tables
    held = refer(hold(trace, [MATCHING]))
    record = make_recorder(world.month, MONTHS, t.communities.key.size)
    same = there = tenders = 0
    for month in range(MONTHS):
        pass_months(world, make_rule("task_based"), record, 1, new_rule=month == 0, trace=held)
        np.testing.assert_array_equal(t.communities.lot, trace.lot[month])
        now = world.month - 1
        runs = (trace.provider[month] >= 0) & (trace.end[month] > now)
        alive = t.providers.alive[trace.provider[month]] == 1
        same += int((t.contracts.provider == trace.provider[month])[runs & alive].sum())
        there += int((runs & alive).sum())
        winner = trace.winner[month]
        won = (winner >= 0) & (t.providers.alive[winner] == 1)
        np.testing.assert_array_equal(t.contracts.provider[won], winner[won])
        tenders += int(won.sum())
    assert there > 100
    assert same == there
    assert tenders > 10


def test_held_turnover_lets_whoever_sits_there_leave_when_the_other_left(past: World) -> None:
    trace = written(past, "per_household")
    world = past.copy()
    held = refer(hold(trace, [TURNOVER]))
    record = make_recorder(world.month, MONTHS, world.tables.communities.key.size)
    before = world.tables.workers.filled.copy()
    for month in range(MONTHS):
        pass_months(world, make_rule("task_based"), record, 1, new_rule=month == 0, trace=held)
        w = world.tables.workers
        both = (before == 1) & (trace.filled[month] == 1)
        np.testing.assert_array_equal(w.quits[both], trace.quits[month][both])
        before = w.filled.copy()


def test_where_reporting_is_held_at_honesty_nothing_is_closed_on_paper(past: World) -> None:
    trace = written(past, "per_household")
    trace.phi_agency[:] = trace.phi_station[:] = 0.0
    world = past.copy()
    record = make_recorder(world.month, MONTHS, world.tables.communities.key.size)
    kernels = refer(hold(trace, [REPORTING]))
    pass_months(world, make_rule("task_based"), record, MONTHS, new_rule=True, trace=kernels)
    assert record.monthly.papered.sum() == 0


def test_held_cash_lets_arrears_be_those_of_the_other_rule(past: World) -> None:
    trace = written(past, "tender")
    world = past.copy()
    held = refer(hold(trace, [CASH]))
    assert held.mode[CASH] == HELD
    record = make_recorder(world.month, 6, world.tables.communities.key.size)
    for month in range(6):
        pass_months(world, make_rule("task_based"), record, 1, new_rule=month == 0, trace=held)
        o = world.tables.providers
        then = trace.owed_months[month]
        known = (o.alive == 1) & (o.closed == 0) & (o.founded == 0) & ~np.isnan(then)
        known &= o.rescued == 0
        np.testing.assert_array_equal(o.owed_months[known], then[known])
    assert np.nanmax(trace.owed_months) > 0.0
