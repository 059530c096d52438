"""Levers that could do nothing: the rule in force fixes by its own terms what they set.

A term of a rule goes before the parameter of that meaning. Somebody who combines the two would compare a lever
with itself, and not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sansheng.core.errors import BadInput, Problem
from sansheng.core.located_yaml import Located
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.core.months import Month
    from sansheng.policy.rule import Rule
    from sansheng.study.config import Scenario, Study


def refuse_idle(study: Study, located: Located) -> None:
    """Raise if a lever sets what a rule that is in force beside it fixes.

    Raises
    ------
    BadInput
        With every such lever, at its place in the file.
    """
    if problems := list(_idle(study, located)):
        raise BadInput(problems)


def _idle(study: Study, located: Located) -> Iterator[Problem]:
    from sansheng.policy.load import make_lever
    from sansheng.study.affordable import place_of_lever

    for name, scenario in study.scenarios.items():
        for ref in scenario.levers:
            sets = make_lever(ref.name, ref.options, ref.line).parameters()
            for rule in _beside(scenario, ref.start):
                if common := sorted(rule.fixed() & sets.keys()):
                    where = located.where(place_of_lever(located, name, ref))
                    yield Problem(_text(ref.name, rule.name, ", ".join(common)), where)
                    break


def _beside(scenario: Scenario, start: Month) -> Iterator[Rule]:
    """Yield the rules that are in force in some month from ``start`` on."""
    yield next(
        (change.rule for change in reversed(scenario.changes) if change.start <= start),
        scenario.rule,
    ).make()
    for change in scenario.changes:
        if change.start > start:
            yield change.rule.make()


def _text(lever: str, rule: str, names: str) -> Text:
    return Text(
        f"lever {lever} sets {names}, which rule {rule} fixes by its own terms; set it there instead",
        f"工具 {lever} 设定的 {names} 已由规则 {rule} 的条件确定；请改在规则中设定",
    )
