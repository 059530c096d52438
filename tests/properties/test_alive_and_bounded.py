"""Incentives bite, and no further than they should: each mechanism moves what it is there to move.

As in the default study, a year under money per household comes first. A tariff in force from the first month of
a world finds agencies without cash to start on and months without income: that is another question.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sansheng.core.text import Text
from sansheng.month import pass_month
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.allocation import Allocation
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.policy.view import View
from sansheng.world.schema import BASE_PRO, HARD
from sansheng.world.world import World

REPLICATES = 3
WARM_UP = 12
MONTHS = 36
REPORTED = slice(12, MONTHS)
"""A rule has a year to settle."""


class NoFund(Rule):
    """Grants nothing to anybody."""

    name = "no_fund_of_a_test"
    title = about = institution = Text("nothing", "无")
    source = ()

    def allocate(self, view: View) -> Allocation:
        """Grant nothing."""
        return Allocation(np.zeros(view.communities, np.int64))


class Seen(NamedTuple):
    """What a run has shown after the rule's first year."""

    worked: NDArray[np.float64]
    """Minutes by pool, category and hardness."""

    visible: NDArray[np.float64]
    appearances: float
    resolved: NDArray[np.float64]
    record: Record

    def hard_share(self, pool: int) -> float:
        """Share of a pool's work that goes into hard cases."""
        return float(self.worked[pool, :, HARD].sum() / self.worked[pool].sum())

    def shown(self, pool: int) -> float:
        """Mean visibility of a pool's work."""
        work = self.worked[pool].sum(axis=1)
        return float(work @ self.visible / work.sum())

    @property
    def hard_resolved(self) -> float:
        return float(self.resolved[HARD] / self.resolved.sum())

    def mean(self, outcome: str) -> float:
        return float(np.nanmean(OUTCOMES[outcome].compute(self.record)[REPORTED]))


@pytest.fixture(scope="module")
def seen(small: ModuleType) -> Callable[..., list[Seen]]:
    """Return a function that runs paired replicates of Chenghua under a rule."""

    def run(rule: Rule, **parameters: float) -> list[Seen]:
        found = []
        for replicate in range(REPLICATES):
            world: World = small.chenghua(parameters, replicate=replicate)
            small.live(world, "per_household", WARM_UP)
            t, record = world.tables, make_recorder(world.month, MONTHS, 108)
            worked, resolved, appearances = np.zeros((3, 10, 2)), np.zeros(2), 0.0
            for month in range(MONTHS):
                pass_month(world, rule, record, new_rule=month == 0)
                if month >= REPORTED.start:
                    worked += t.cases.worked.sum(axis=0)
                    resolved += t.cases.resolved.sum(axis=(0, 1))
                    appearances += float(t.communities.hours_lost_gaming.sum())
            whole = Record(record.monthly, record.yearly, fixed_of(t), record.start)
            found.append(Seen(worked, t.categories.visible, appearances, resolved, whole))
        return found

    return run


@pytest.fixture(scope="module")
def households(seen: Callable[..., list[Seen]]) -> list[Seen]:
    return seen(make_rule("per_household"))


@pytest.fixture(scope="module")
def flat(seen: Callable[..., list[Seen]]) -> list[Seen]:
    return seen(make_rule("task_based", {"hardness_tariff": 0.0}))


@pytest.fixture(scope="module")
def by_hardness(seen: Callable[..., list[Seen]]) -> list[Seen]:
    return seen(make_rule("task_based", {"hardness_tariff": 1.0}))


def test_pay_that_favours_easy_cases_draws_professionals_from_hard_ones(
    flat: list[Seen], by_hardness: list[Seen]
) -> None:
    for cream, fair in zip(flat, by_hardness, strict=True):
        drawn = fair.hard_share(BASE_PRO) - cream.hard_share(BASE_PRO)
        assert 0.03 < drawn < 0.4
        assert cream.hard_share(BASE_PRO) > 0.1, "nobody drops hard cases altogether"


def test_creaming_leaves_hard_need_unmet(flat: list[Seen], by_hardness: list[Seen]) -> None:
    for cream, fair in zip(flat, by_hardness, strict=True):
        assert 0.002 < fair.hard_resolved - cream.hard_resolved < 0.1
        assert 0.5 < fair.mean("hard_need_met") - cream.mean("hard_need_met") < 25.0


def test_nobody_creams_who_does_not_follow_the_money(
    seen: Callable[..., list[Seen]], by_hardness: list[Seen]
) -> None:
    indifferent = seen(make_rule("task_based", {"hardness_tariff": 0.0}), beta_p=0.0)
    for one, other in zip(indifferent, by_hardness, strict=True):
        assert one.hard_share(BASE_PRO) == pytest.approx(other.hard_share(BASE_PRO), abs=0.01)


@pytest.mark.parametrize("stake", ["ranking", "claims"])
def test_what_is_at_stake_draws_professionals_to_what_shows(
    seen: Callable[..., list[Seen]], stake: str
) -> None:
    ranked = {"ranking": 1.0} if stake == "ranking" else {}
    rule = make_rule("per_household") if ranked else make_rule("task_based", {"floor": 0.0})
    blind, seeing = (seen(rule, beta_v=beta, **ranked) for beta in (0.0, 2.0))
    for one, other in zip(blind, seeing, strict=True):
        assert 0.004 < other.shown(BASE_PRO) - one.shown(BASE_PRO) < 0.3


def test_what_is_at_stake_draws_hours_into_appearances(
    seen: Callable[..., list[Seen]], households: list[Seen]
) -> None:
    for calm, ranked in zip(households, seen(make_rule("per_household"), ranking=1.0), strict=True):
        assert 1.5 * calm.appearances < ranked.appearances
        hours = ranked.record.monthly.hours[REPORTED].sum()
        assert ranked.appearances < 0.2 * hours


def test_false_closure_hides_part_of_what_is_not_done(seen: Callable[..., list[Seen]]) -> None:
    """Reported closure alone does not tell how much gets done."""
    rule = make_rule("per_household")
    honest, lax = (seen(rule, phi_0=phi) for phi in (0.0, 0.3))
    for one, other in zip(honest, lax, strict=True):
        reported, true = (
            other.mean(outcome) - one.mean(outcome)
            for outcome in ("closure_reported", "closure_true")
        )
        assert abs(true) < 3.0
        assert true + 3.0 < reported < 20.0


def test_without_any_fund_less_need_is_met_and_much_less_hard_need(
    seen: Callable[..., list[Seen]], households: list[Seen]
) -> None:
    for without, funded in zip(seen(NoFund()), households, strict=True):
        lost = funded.mean("need_met") - without.mean("need_met")
        hard_lost = funded.mean("hard_need_met") - without.mean("hard_need_met")
        assert 3.0 < lost < 20.0
        assert 8.0 < hard_lost < 30.0
        assert hard_lost > lost


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("per_household", {}),
        ("functions_borne", {}),
        ("task_based", {}),
        ("task_based", {"floor": 0.0}),
    ],
)
def test_what_a_rule_grants_finds_its_way_into_service(
    seen: Callable[..., list[Seen]], rule: str, options: dict[str, float]
) -> None:
    for run in seen(make_rule(rule, options)):
        bought, granted = (
            getattr(run.record.monthly, part)[REPORTED].sum() for part in ("bought", "granted")
        )
        assert 0.85 < bought / granted < 1.15
        empty, tendered = (
            getattr(run.record.monthly, part)[-12:].sum() for part in ("empty", "tendered")
        )
        assert empty < 0.15 * tendered


def test_how_staff_follow_households_turns_the_sign_of_the_headline(
    seen: Callable[..., list[Seen]],
) -> None:
    difference = []
    for psi in (0.0, 1.0):
        one, other = (
            seen(make_rule(rule), psi=psi) for rule in ("per_household", "functions_borne")
        )
        gaps = [b.mean("need_met") - a.mean("need_met") for a, b in zip(one, other, strict=True)]
        difference.append(float(np.mean(gaps)))
    assert difference[0] < 0.0 < difference[1]
    assert max(map(abs, difference)) < 15.0


def lived_on(small: ModuleType, world: World, *, halve: bool) -> tuple[Record, World]:
    """Two years in which nobody leaves or comes, after half of all staff are gone or none."""
    after = world.copy()
    after.parameters = after.parameters._replace(
        hire_rate=0.0, q0=0.0, q0_org=0.0, move_share=0.0, station_share=0.0
    )
    if halve:
        w = after.tables.workers
        w.filled[np.flatnonzero(w.filled == 1)[::2]] = 0
    record = small.live(after, "per_household", 24)
    return Record(record.monthly, record.yearly, fixed_of(after.tables), record.start), after


def test_satisfaction_falls_with_capacity_and_comes_back_to_life_as_residents_expect_less(
    small: ModuleType,
) -> None:
    for replicate in range(REPLICATES):
        world = small.chenghua(replicate=replicate)
        small.live(world, "per_household", MONTHS)
        whole, _ = lived_on(small, world, halve=False)
        half, after = lived_on(small, world, halve=True)
        before, then = (OUTCOMES["satisfaction"].compute(record) for record in (whole, half))
        assert before[11] - then[11] > 5.0
        assert then.min() > 15.0
        assert then[-1] > then.min() + 1.0, "expectations adapt"
        assert after.tables.communities.satisfaction.std() > 2.0


def test_the_reported_hides_more_the_less_gets_done(small: ModuleType) -> None:
    world = small.chenghua()
    small.live(world, "per_household", MONTHS)
    whole, half = (lived_on(small, world, halve=halve)[0] for halve in (False, True))
    for december in (11, 23):
        true, reported = (
            OUTCOMES[name].compute(whole)[december] - OUTCOMES[name].compute(half)[december]
            for name in ("closure_true", "closure_reported")
        )
        assert 0.0 < reported < true
