"""Money balances to the fen, whatever the rule, the parameters and the place."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sansheng.core.quantities import Quantity
from sansheng.core.scale import scaled
from sansheng.core.tables import I64
from sansheng.month import PARAMETERS, pass_month
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule, rule_class, rule_names
from sansheng.policy.rule import Rule
from sansheng.processes.appropriate import months_paid
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    WAGES,
    claims_account,
    community_account,
    envelope_account,
    escrow_account,
)
from sansheng.world.world import World


def values(q: Quantity) -> st.SearchStrategy[float]:
    """Anything a study may set, its ends more often than chance would."""
    return st.sampled_from([q.low, q.high]) | st.floats(q.low, q.high)


def some_of(quantities: dict[str, Quantity], most: int) -> st.SearchStrategy[dict[str, float]]:
    if not quantities:
        return st.just({})
    names = st.lists(st.sampled_from(sorted(quantities)), unique=True, max_size=most)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: values(quantities[name]) for name in chosen})
    )


def check_books(world: World, before: I64) -> None:
    """Every account explains itself, what is due is set aside, and nobody is in the red."""
    t = world.tables
    money, district = t.money, t.communities.district
    districts = t.districts.key.shape[0]
    np.testing.assert_array_equal(before + money.received - money.paid, money.balance)
    assert money.balance.sum() == 0
    assert money.received.sum() == money.paid.sum()
    assert money.balance[BASE_LINE] == 0
    for d in range(districts):
        own = district == d
        assert money.balance[envelope_account(d)] >= 0
        halves = (t.groups.grant[t.groups.district == d] // 2).sum()
        due = money.claim[own].sum() + money.award_due[own].sum() + halves
        assert money.balance[claims_account(districts, d)] == due
        firms = t.providers.district == d
        assert money.balance[escrow_account(districts, d)] == t.providers.due[firms].sum()
        lent = money.lent[d] - money.repaid[d] - money.written_off[d]
        assert lent == t.providers.loan[firms].sum()
    assert (money.claim >= 0).all()
    assert (money.award_due >= 0).all()
    assert (t.groups.grant >= 0).all()
    assert (t.providers.due >= t.providers.late).all()
    assert (t.providers.late >= 0).all()
    assert (t.providers.loan >= 0).all()
    assert (money.balance[community_account(districts, 0) :] >= 0).all()


def taken(world: World) -> I64:
    """What left each envelope this month for good, fen; what came back from groups is not taken off."""
    t = world.tables
    money, district = t.money, t.communities.district
    districts = t.districts.key.size
    by = np.bincount(district, money.granted, districts).astype(np.int64)
    by += np.bincount(district, np.maximum(0, money.ventured), districts).astype(np.int64)
    out: I64 = by + money.capital + money.development
    return out


def open_ended(options: dict[str, float]) -> bool:
    return options.get("open_ended", 0.0) >= 0.5


def wages_owed(world: World) -> int:
    """Wages owed to people who serve, who have left, and whose agency has closed."""
    t = world.tables
    return int(t.workers.owed.sum() + t.providers.owed_former.sum() + t.money.wages_lost.sum())


def check_wages(world: World, owed_before: int) -> None:
    """What was earned was paid or is owed."""
    t = world.tables
    earned = t.workers.wage.sum() + t.workers.allowance.sum()
    earned += t.workers.bonus.sum() + t.districts.awards.sum()
    assert wages_owed(world) - owed_before + t.money.received[WAGES] == earned
    assert t.districts.allowances.sum() == t.workers.allowance.sum()
    assert t.districts.bonuses.sum() == t.workers.bonus.sum()
    assert (t.workers.owed >= 0).all()
    assert (t.providers.owed_former >= 0).all()
    assert (t.providers.insurance_owed >= 0).all()


@pytest.mark.parametrize("name", rule_names())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_money_balances_to_the_fen_every_month(
    name: str, small: ModuleType, data: st.DataObject
) -> None:
    options = data.draw(some_of({q.name: q for q in rule_class(name).quantities}, 5), "options")
    parameters = data.draw(some_of(PARAMETERS, 12), "parameters")
    envelope = data.draw(st.sampled_from([0, 1, 600_000, 10**8]) | st.integers(0, 10**7), "yuan")
    start = small.JANUARY + data.draw(st.integers(0, 11), "first month")
    where = small.place(small.district(envelope=envelope), small.district("other", communities=3))
    world = small.world(where, parameters, start=start, seed=data.draw(st.integers(0, 99), "seed"))
    rule = make_rule(name, options)
    t = world.tables
    before, owed = t.money.balance.copy(), 0
    year = np.zeros(2, np.int64)
    for _ in small.months(world, rule, data.draw(st.integers(14, 26), "months")):
        check_books(world, before)
        check_wages(world, owed)
        passed = world.month - 1
        if passed % 12 == 0:
            year[:] = 0
        year += taken(world)
        first_year = start // 12 == passed // 12
        share = 12 - start % 12 if first_year else 12
        envelopes = scaled(t.districts.envelope, world.scale)
        assert open_ended(options) or (year <= envelopes * share // 12).all()
        before, owed = t.money.balance.copy(), wages_owed(world)


@st.composite
def hybrids(draw: st.DrawFn) -> Rule:
    """Any hybrid: one to four parts with any options, one at most that uses an instrument."""
    kinds = {name: rule_class(name) for name in rule_names()}
    plain = [name for name, kind in kinds.items() if not (kind.combines or kind.sees_truth)]
    names, used = [], set[str]()
    for name in draw(st.lists(st.sampled_from(plain), min_size=1, max_size=4)):
        if used.isdisjoint(kinds[name].uses):
            names.append(name)
            used |= kinds[name].uses
    counts = draw(st.lists(st.integers(1, 99), min_size=len(names), max_size=len(names)))
    parts = []
    for name, count in zip(names, counts, strict=True):
        options = draw(some_of({q.name: q for q in rule_class(name).quantities}, 5))
        parts.append((make_rule(name, options), count / sum(counts)))
    return make_rule("hybrid", parts=parts)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(rule=hybrids(), envelope=st.sampled_from([0, 1, 600_000]) | st.integers(0, 10**7))
def test_money_balances_to_the_fen_under_any_hybrid(
    rule: Rule, envelope: int, small: ModuleType
) -> None:
    where = small.place(small.district(envelope=envelope))
    world = small.world(where, start=small.JANUARY + 9)
    t = world.tables
    before, owed, year = t.money.balance.copy(), 0, 0
    for _ in small.months(world, rule, 7):
        check_books(world, before)
        check_wages(world, owed)
        first = world.month - 1 < small.JANUARY + 12
        year = int(taken(world)[0]) + (0 if (world.month - 1) % 12 == 0 else year)
        full = any(open_ended(part["options"]) for part in rule.settings()["parts"])
        assert full or year <= t.districts.envelope[0] * (3 if first else 12) // 12
        before, owed = t.money.balance.copy(), wages_owed(world)


@pytest.mark.parametrize("name", rule_names())
def test_the_purse_explains_the_year(name: str, small: ModuleType) -> None:
    """Finance gives envelopes and base wages, and gets back what is left, clawed or owed to the gone."""
    world = small.world()
    t = world.tables
    granted = bought = elsewhere = 0
    for _ in small.months(world, name, 12):
        granted += int(t.money.granted.sum())
        bought += int(t.money.bought.sum())
        elsewhere += int(taken(world)[0] - t.money.granted.sum())
    held = int(t.money.balance[community_account(1, 0) :][: t.communities.key.shape[0]].sum())
    waiting = int(t.money.balance[claims_account(1, 0)])
    assert t.money.balance[envelope_account(0)] == t.districts.envelope[0] - granted - elsewhere
    assert granted - bought - held - waiting >= 0
    if name != "task_based":  # nothing to claw back; awards wait, and second halves are no grants
        assert granted - bought - held == t.money.award_due.sum()
    assert t.money.balance[FINANCE] < 0


@pytest.mark.parametrize("name", rule_names())
def test_the_first_money_is_what_the_rule_says_before_anybody_has_more_need_met(
    name: str, small: ModuleType
) -> None:
    world, other = small.world(), small.world()
    for lived in (world, other):
        small.live(lived, "per_household", 12)
    record = make_recorder(world.month, 1, 8)
    pass_month(world, make_rule("per_household"), record, new_rule=True)
    told = make_recorder(other.month, 1, 8)
    pass_month(other, make_rule(name), told, new_rule=True)
    t, i = other.tables, other.tables.incentives
    months, first = int(i.period_months[0]), int(i.first[0])
    due = i.grant * months_paid(0, months, first) // months
    arrived = t.money.granted - due
    assert (arrived >= 0).all()
    assert (
        not arrived.any() or "tariff" in rule_class(name).uses
    )  # which is booked as tasks are done
    assert t.money.received[community_account(1, 0) :][:8].sum() >= due.sum()
    assert (t.cases.arisen == world.tables.cases.arisen).all()
    assert (t.cases.reported == world.tables.cases.reported).all()
