"""What changes when in a scenario: rules that take over, levers that come into force."""

from __future__ import annotations

from typing import NamedTuple

from sansheng.core.months import Month
from sansheng.policy.levers.lever import Lever
from sansheng.policy.load import make_lever
from sansheng.policy.rule import Rule
from sansheng.study.config import Scaling, Scenario


class Change(NamedTuple):
    """What is new from a month on.

    Parameters
    ----------
    month
        Index of the month.
    rule
        The rule in force from then on.
    new_rule
        Whether it differs from the one before.
    levers
        What comes into force.
    scale
        What money is multiplied by from then on, millionths; None if that stays.
    """

    month: int
    rule: Rule
    new_rule: bool
    levers: tuple[Lever, ...]
    scale: int | None = None


def schedule(
    scenario: Scenario, start: Month, past: Rule, scaling: Scaling | None = None
) -> list[Change]:
    """Return what changes in a scenario, by month; the first entry is that of the first reported month.

    Parameters
    ----------
    scenario
        What is run.
    start
        First reported month.
    past
        Rule in force before it.
    scaling
        What money is multiplied by, and from when on; None if it is not.
    """
    rules = {start: scenario.rule} | {change.start: change.rule for change in scenario.changes}
    changes = []
    rule = past
    scales = {scaling.start: scaling.millionths} if scaling is not None else {}
    for month in sorted({*rules, *scales, *(lever.start for lever in scenario.levers)}):
        former = rule
        rule = rules[month].make() if month in rules else former
        levers = [lever for lever in scenario.levers if lever.start == month]
        made = tuple(make_lever(lever.name, lever.options, lever.line) for lever in levers)
        new = differ(rule, former)
        changes.append(Change(month.index, rule, new, made, scales.get(month)))
    return changes


def first_difference(one: Scenario, other: Scenario, start: Month) -> Month | None:
    """Return the first month in which two scenarios say something else; None if there is none.

    Rules are compared by what is in force, levers by what comes into force.
    """
    past = one.rule.make()
    rules = [past, past]
    dated = [{change.month: change for change in schedule(s, start, past)} for s in (one, other)]
    for month in sorted({*dated[0], *dated[1]}):
        levers = []
        for i, changes in enumerate(dated):
            change = changes.get(month)
            rules[i] = change.rule if change is not None else rules[i]
            levers.append(_described(change.levers if change is not None else ()))
        if differ(*rules) or levers[0] != levers[1]:
            return Month.at(month)
    return None


def _described(levers: tuple[Lever, ...]) -> list[tuple[str, str, list[tuple[str, float]]]]:
    return sorted((made.name, made.payer, sorted(made.settings().items())) for made in levers)


def differ(one: Rule, other: Rule) -> bool:
    """Whether two rules are not the same, or are set differently."""
    return one.identity() != other.identity()
