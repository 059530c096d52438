"""What changes when in a scenario: rules that take over, levers that come into force."""

from __future__ import annotations

from typing import NamedTuple

from sansheng.core.months import Month
from sansheng.policy.levers.lever import Lever
from sansheng.policy.load import make_lever
from sansheng.policy.rule import Rule
from sansheng.study.config import Scenario


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
    """

    month: int
    rule: Rule
    new_rule: bool
    levers: tuple[Lever, ...]


def schedule(scenario: Scenario, start: Month, past: Rule) -> list[Change]:
    """Return what changes in a scenario, by month; the first entry is that of the first reported month.

    Parameters
    ----------
    scenario
        What is run.
    start
        First reported month.
    past
        Rule in force before it.
    """
    rules = {start: scenario.rule} | {change.start: change.rule for change in scenario.changes}
    changes = []
    rule = past
    for month in sorted({*rules, *(lever.start for lever in scenario.levers)}):
        former = rule
        rule = rules[month].make() if month in rules else former
        levers = [lever for lever in scenario.levers if lever.start == month]
        made = tuple(make_lever(lever.name, lever.options, lever.line) for lever in levers)
        changes.append(Change(month.index, rule, differ(rule, former), made))
    return changes


def differ(one: Rule, other: Rule) -> bool:
    """Whether two rules are not the same, or are set differently."""
    return one.identity() != other.identity()
