"""No money, much money, more money."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import make_rule, rule_names
from sansheng.policy.rule import Rule

ALWAYS_DEFINED = (
    "need_met",
    "hard_need_met",
    "backlog",
    "latent",
    "coverage",
    "utilisation",
    "satisfaction",
    "satisfaction_reported",
    "participation",
    "harmony",
    "safety",
    "turnover_base",
    "burnout",
)
REPLICATES = 8

SPENDING = [name for name in rule_names() if name != "no_fund"]
MEASURED = ("targeted_relief", "full_information")
"""Rules that leave what they need not, or what nobody can spend, in the envelope."""


def paid(name: str, scale: float) -> Rule:
    """A rule that asks for ``scale`` times the usual money; where it follows the envelope, that does."""
    sums = {"per_household": 3750.0 * scale, "targeted_relief": max(5.0, 20.0 * scale)}
    return make_rule(name, {"yuan": sums[name]} if name in sums else {})


@pytest.mark.parametrize("name", rule_names())
def test_an_empty_envelope_buys_nothing_and_leaves_no_number_undefined(
    name: str, small: ModuleType
) -> None:
    world = small.world(small.place(small.district(envelope=0)))
    record = small.live(world, name, 26)
    m = record.monthly
    for money in (m.granted, m.bought, m.returned, m.held, m.hours_bought):
        assert not money.any()
    values = small.outcomes(world, record)
    for outcome in ALWAYS_DEFINED:
        assert np.isfinite(values[:, list(OUTCOMES).index(outcome)]).all(), outcome
    assert np.isfinite(values[23]).sum() >= np.isfinite(values[22]).sum()


def test_zero_yuan_a_household_buys_nothing(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, make_rule("per_household", {"yuan": 0.0}), 26)
    assert not record.monthly.granted.any()
    assert not record.monthly.bought.any()


@pytest.mark.parametrize("name", [name for name in SPENDING if name not in MEASURED])
def test_a_vast_budget_is_held_and_returned_once_nobody_can_absorb_it(
    name: str, small: ModuleType
) -> None:
    world = small.world(small.place(small.district(envelope=10**11)))
    rule = make_rule(name, {"yuan": 800_000.0, "per": 1.0} if name == "per_household" else {})
    record = small.live(world, rule, 38)
    m = record.monthly
    assert (m.bought <= 0.01 * m.held + 1e9).all()
    assert m.returned.sum() > 0.5 * m.granted[:12].sum()
    seats = world.tables.providers.seats.sum()
    assert (m.hours_bought <= seats * world.parameters.h_w / 12.0).all()


@pytest.mark.parametrize("name", SPENDING)
def test_more_money_meets_no_less_need_on_average(name: str, small: ModuleType) -> None:
    def mean_met(scale: float) -> float:
        met = []
        for replicate in range(REPLICATES):
            envelope = round(small.SIZES["envelope"] * scale)
            where = small.place(small.district(envelope=envelope))
            m = small.live(small.world(where, replicate=replicate), paid(name, scale), 36).monthly
            met.append(m.resolved[12:].sum() / m.arisen[12:].sum())
        return float(np.mean(met))

    none, usual, more = mean_met(0.0), mean_met(1.0), mean_met(1.5)
    assert none < usual < more, (none, usual, more)
