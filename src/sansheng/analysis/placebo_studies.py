"""Studies that say the same in other words, or differ only later: what :mod:`sansheng.analysis.placebo` runs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from sansheng.core.months import Month
from sansheng.core.scale import ONE
from sansheng.core.text import Text
from sansheng.policy.rule import Rule
from sansheng.study.config import LeverRef, RuleChange, RulePart, RuleRef, Scaling, Scenario, Study
from sansheng.study.schedule import first_difference

COUNTS = tuple(
    Fraction(f) for f in ("1/100", "1/10", "1/5", "1/4", "1/2", "2", "4", "5", "10", "100")
)
"""Other counts that an amount may be told for, beside one; the first that gives whole fen for whole counts."""

PROBED = ONE + ONE // 10
"""Scale tried where a scenario spends as much as the baseline without one, millionths."""


class Pair(NamedTuple):
    """Two runs that must be alike.

    Parameters
    ----------
    scenario
        Whom it is about, by its name in the study.
    here
        Name of one in the trial.
    beside
        Name of the other in the trial; None for the study's own run of the scenario.
    months
        First reported months that are compared; None for all.
    """

    scenario: str
    here: str
    beside: str | None = None
    months: int | None = None


class Trial(NamedTuple):
    """A study to run for a check, what must be alike, and scenarios left out with the reason."""

    check: str
    study: Study
    pairs: tuple[Pair, ...]
    left_out: tuple[tuple[str, Text], ...] = ()


def fixed(study: Study) -> Study:
    """Return a study at its first draw, without events and scales."""
    parameters = {**study.parameters, **study.draws()[0]}
    changes = {"parameters": parameters, "grid": {}, "design": None, "events": (), "scales": {}}
    return study.model_copy(update=changes)


def relabelled(study: Study) -> tuple[Study, dict[str, str]]:
    """Return a study whose scenarios have other names and stand in reverse order, and the new names."""
    names = {name: f"方案 {i + 1}" for i, name in enumerate(reversed(study.scenarios))}
    scenarios = {new: study.scenarios[name] for name, new in names.items()}
    said = {"scenarios": scenarios, "baseline": names[study.baseline], "title": None}
    return study.model_copy(update=said), names


def null_reform(study: Study) -> Trial:
    """Return a trial in which each scenario has a twin that replaces its rule by itself in every month."""
    twins = {f"{name} = {name}": name for name in study.scenarios}
    added = {twin: _replaced(study, study.scenarios[name]) for twin, name in twins.items()}
    scales = {twin: study.scales[name] for twin, name in twins.items() if name in study.scales}
    doubled = study.model_copy(
        update={
            "scenarios": {**study.scenarios, **added},
            "scales": {**study.scales, **scales},
        }
    )
    return Trial("null_reform", doubled, tuple(Pair(name, t, name) for t, name in twins.items()))


def relabelling(other: Study, names: Mapping[str, str]) -> Trial:
    """Return a trial of the study under other names, with scales of its own."""
    return Trial("relabelling", other, tuple(Pair(name, new) for name, new in names.items()))


def unit_of_count(study: Study) -> Trial:
    """Return a trial in which amounts for so many households are told for another number of them."""
    told, pairs, left_out = dict(study.scenarios), [], []
    for name, scenario in study.scenarios.items():
        other = scenario.model_copy(
            update={
                "rule": _recounted(scenario.rule),
                "changes": tuple(
                    change.model_copy(update={"rule": _recounted(change.rule)})
                    for change in scenario.changes
                ),
            }
        )
        if other == scenario:
            left_out.append((name, _NO_COUNT))
        else:
            told[name] = other
            pairs.append(Pair(name, name))
    changed = study.model_copy(update={"scenarios": told})
    return Trial("unit_of_count", changed, tuple(pairs), tuple(left_out))


def before_start(study: Study) -> Trial:
    """Return a trial in which each scenario differs from the baseline late enough for months before it.

    One that differs from the first reported month on takes over half-way instead. Scales stay; where there is none,
    one is tried, so that equal spend is looked at too.
    """
    base = study.scenarios[study.baseline]
    scenarios, scales, pairs = dict(study.scenarios), dict(study.scales), []
    late = study.start.plus(study.months // 2)
    left_out = [(study.baseline, _BASELINE)]
    for name, scenario in study.scenarios.items():
        if name == study.baseline:
            continue
        first = first_difference(base, scenario, study.start)
        if first == study.start:
            if late == study.start:
                left_out.append((name, _ONE_MONTH))
                continue
            scenarios[name], first = _delayed(base, scenario, late, study.start), late
        if first is not None and study.equal_spend:
            scale = scales[name].millionths if name in scales else PROBED
            scales[name] = Scaling(start=first, millionths=scale)
        months = None if first is None else first.index - study.start.index
        pairs.append(Pair(name, name, study.baseline, months))
    changed = study.model_copy(update={"scenarios": scenarios, "scales": scales})
    return Trial("before_start", changed, tuple(pairs), tuple(left_out))


def _replaced(study: Study, scenario: Scenario) -> Scenario:
    """Return a scenario whose rule takes over from itself in every month."""
    rules = {study.start: scenario.rule} | {c.start: c.rule for c in scenario.changes}
    rule, changes = scenario.rule, []
    for month in (study.start.plus(i) for i in range(study.months)):
        rule = rules.get(month, rule)
        if month != study.start:
            changes.append(RuleChange(start=month, rule=rule))
    return scenario.model_copy(update={"changes": tuple(changes)})


def _delayed(base: Scenario, scenario: Scenario, late: Month, start: Month) -> Scenario:
    """Return what the baseline says before a month, and from then on what the scenario says by then."""
    rules = {start: scenario.rule} | {c.start: c.rule for c in scenario.changes}
    in_force = rules[max(month for month in rules if month <= late)]
    changes = [
        *(change for change in base.changes if change.start < late),
        RuleChange(start=late, rule=in_force),
        *(change for change in scenario.changes if change.start > late),
    ]
    before = [lever for lever in base.levers if lever.start < late]
    there = [_what(lever) for lever in before]
    after = [
        lever.model_copy(update={"start": max(lever.start, late)})
        for lever in scenario.levers
        if _what(lever) not in there
    ]
    levers = tuple(sorted([*before, *after], key=lambda lever: lever.start))
    return Scenario(rule=base.rule, changes=tuple(changes), levers=levers)


def _what(lever: LeverRef) -> object:
    return lever.name, lever.line, lever.options


def _recounted(ref: RuleRef) -> RuleRef:
    """Return a rule told for another count of households; the same if it has no such amount."""
    parts = [RulePart(rule=_recounted(part.rule), weight=part.weight) for part in ref.parts]
    rule = ref.make()
    counts = [q.name for q in rule.quantities if q.unit == "households"]
    amounts = [q.name for q in rule.quantities if q.unit in ("yuan", "yuan/year")]
    options = dict(ref.options)
    if len(counts) == len(amounts) == 1:
        options |= _other_count(rule, amounts[0], counts[0])
    return ref.model_copy(update={"options": options, "parts": parts})


def _other_count(rule: Rule, amount: str, count: str) -> dict[str, float]:
    """Return an amount and its count, told for another count; nothing if none can be told exactly."""
    declared = {q.name: q for q in rule.quantities}
    yuan, per = (Fraction(str(rule.option(name))) for name in (amount, count))
    for factor in (1 / per, *COUNTS) if per else ():
        told = {amount: float(yuan * factor), count: float(per * factor)}
        whole = (100 * yuan * factor).denominator == (per * factor).denominator == 1
        if factor != 1 and whole and all(declared[n].contains(told[n]) for n in told):
            return told
    return {}


_NO_COUNT = Text(
    "no rule of it has an amount of money for a number of households that can be told for another number",
    "其规则没有可改写的“每若干户金额”选项",
)
_BASELINE = Text("it is the baseline", "它就是基线")
_ONE_MONTH = Text("one month is reported, and none before it", "只统计一个月，之前没有统计月份")
