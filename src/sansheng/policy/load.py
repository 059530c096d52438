"""Find rules by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from sansheng.core.errors import BadInput, Problem, did_you_mean
from sansheng.core.text import Text
from sansheng.policy.rule import Rule

_RULES = {
    "per_household": "PerHousehold",
    "functions_borne": "FunctionsBorne",
    "task_based": "TaskBased",
}


def rule_names() -> tuple[str, ...]:
    """Names of the rules that come with the package."""
    return tuple(_RULES)


def rule_class(name: str) -> type[Rule]:
    """Return the class of a rule.

    Raises
    ------
    BadInput
        If there is no rule of that name; the message gives the nearest one.
    """
    if name not in _RULES:
        hint = did_you_mean(name, _RULES)
        known = ", ".join(_RULES)
        text = Text(
            f"unknown rule '{name}'{hint.en} (rules: {known})",
            f"未知规则“{name}”{hint.zh}（可用规则：{known}）",
        )
        raise BadInput(Problem(text))
    module = importlib.import_module(f"sansheng.policy.rules.{name}")
    found: type[Rule] = getattr(module, _RULES[name])
    return found


def make_rule(name: str, options: Mapping[str, float] | None = None) -> Rule:
    """Return a rule with its options set.

    Raises
    ------
    BadInput
        If the rule or an option is unknown, or a value is outside its range.
    """
    return rule_class(name)(dict(options or {}))
