"""Find rules and levers by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from sansheng.core.errors import BadInput, Problem, did_you_mean
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever, Line
from sansheng.policy.rule import Rule

_RULES = {
    "per_household": "PerHousehold",
    "functions_borne": "FunctionsBorne",
    "task_based": "TaskBased",
    "equal_split": "EqualSplit",
    "incremental": "Incremental",
    "needs_weighted": "NeedsWeighted",
    "gap_filling": "GapFilling",
    "optimised_index": "OptimisedIndex",
    "no_fund": "NoFund",
    "performance_award": "PerformanceAward",
    "tender": "Tender",
    "posts": "Posts",
    "micro_venture": "MicroVenture",
    "special_fund": "SpecialFund",
    "general_transfer": "GeneralTransfer",
    "targeted_relief": "TargetedRelief",
    "full_information": "FullInformation",
    "hybrid": "Hybrid",
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


def make_rule(
    name: str,
    options: Mapping[str, float] | None = None,
    parts: Sequence[tuple[Rule, float]] = (),
) -> Rule:
    """Return a rule with its options set.

    Parameters
    ----------
    name, options
        Which rule, by name or as :mod:`sansheng.policy.references` writes it, and its options by name.
    parts
        Rules and weights of a rule that is made of others.

    Raises
    ------
    BadInput
        If the rule or an option is unknown, a value is outside its range, or parts make no rule.
    """
    from sansheng.policy.references import find_rule

    return assemble(find_rule(name).kind, options, parts)


def assemble(
    kind: type[Rule],
    options: Mapping[str, float] | None = None,
    parts: Sequence[tuple[Rule, float]] = (),
) -> Rule:
    """Return a rule of a class; see :func:`make_rule`."""
    if not parts:
        return kind(dict(options or {}))
    from sansheng.policy.rules.hybrid import Hybrid

    if not issubclass(kind, Hybrid):
        raise BadInput(Problem(no_parts(kind.name)))
    return kind(dict(options or {}), tuple(parts))


def no_parts(name: str) -> Text:
    """Return what to tell somebody who lists parts of a rule that has none."""
    return Text(
        f"rule {name} has no parts; only hybrid is made of others",
        f"规则 {name} 不含 parts；只有 hybrid 由其他规则组成",
    )


_LEVERS = (
    "certificate_allowance",
    "wage_parity",
    "project_pay",
    "appraisal_award",
    "exam_training",
    "cadre_training",
    "five_year_ladder",
    "portable_seniority",
    "registration_ease",
    "incubation",
    "hubs",
    "overhead_allowance",
    "advance_payment",
    "payment_delay",
    "contract_length",
    "price_indexation",
    "local_preference",
    "outsourcing_share",
    "audit_intensity",
    "inspection",
    "hotline_ranking",
    "burden_cut",
    "committee_station_split",
    "grids",
    "coordination",
    "digital_platform",
    "unit_points",
    "one_hard_task",
    "time_bank",
    "deliberation_halls",
    "self_management",
    "premises_standard",
    "service_circle",
    "legal_standing",
)


def lever_names() -> tuple[str, ...]:
    """Names of the levers that come with the package."""
    return _LEVERS


def lever_class(name: str) -> type[Lever]:
    """Return the class of a lever.

    Raises
    ------
    BadInput
        If there is no lever of that name; the message gives the nearest one.
    """
    if name not in _LEVERS:
        hint = did_you_mean(name, _LEVERS)
        text = Text(
            f"unknown lever '{name}'{hint.en} (sansheng list levers)",
            f"未知工具“{name}”{hint.zh}（见 sansheng list levers）",
        )
        raise BadInput(Problem(text))
    module = importlib.import_module(f"sansheng.policy.levers.{name}")
    found: type[Lever] = getattr(module, name.title().replace("_", ""))
    return found


def make_lever(
    name: str, options: Mapping[str, float] | None = None, line: Line | None = None
) -> Lever:
    """Return a lever with its options set, paid from its own line or another.

    Raises
    ------
    BadInput
        If the lever or an option is unknown, a value is outside its range, or the line cannot pay.
    """
    return lever_class(name)(dict(options or {}), line)
