"""What the controls of the lab say, and the study file that says the same.

The lab runs the file, not the controls: whoever takes it along runs the same study.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Text
from sansheng.policy.load import lever_class, make_rule, rule_class, rule_names

if TYPE_CHECKING:
    from sansheng.study.config import RuleRef, Study

FEWEST, MOST = 2, 4
"""Scenarios."""

YEARS = (1, 2, 3, 5, 10)
REPLICATES = (10, 20, 40, 100, 200)
FACTOR = "envelope_factor"
"""The parameter that says how much money there is."""

START = "2015-01"
WARM_UP = 12


@dataclass(frozen=True)
class Choice:
    """A rule, or a lever, and the options that differ from its defaults."""

    name: str
    options: Mapping[str, float] = field(default_factory=dict)

    def with_option(self, name: str, value: float, default: float) -> Choice:
        """Return the choice with an option set, or unset where it takes its default."""
        kept = {key: old for key, old in self.options.items() if key != name}
        return replace(self, options=kept if value == default else {**kept, name: value})


@dataclass(frozen=True)
class Draft:
    """A study as the controls say it.

    Parameters
    ----------
    place
        Name of a place of the package.
    rules
        Two to four, the first of which is the baseline.
    levers
        Of each rule.
    years
        Reported years.
    replicates, seed
        As in a study.
    money
        Envelope as a multiple of the place's.
    """

    place: str = "classroom"
    rules: tuple[Choice, ...] = (Choice("per_household"), Choice("task_based"))
    levers: tuple[tuple[Choice, ...], ...] = ((), ())
    years: int = 3
    replicates: int = 40
    seed: int = 1
    money: float = 1.0

    def names(self) -> tuple[str, ...]:
        """Return the names of the scenarios: those of their rules, counted where one is there twice."""
        found: list[str] = []
        for rule in self.rules:
            number = sum(other.name == rule.name for other in self.rules[: len(found)])
            found.append(rule.name if number == 0 else f"{rule.name}_{number + 1}")
        return tuple(found)

    def with_rule(self, i: int, rule: Choice) -> Draft:
        """Return the draft with another rule in one scenario."""
        return replace(self, rules=(*self.rules[:i], rule, *self.rules[i + 1 :]))

    def with_levers(self, i: int, levers: tuple[Choice, ...]) -> Draft:
        """Return the draft with other levers in one scenario."""
        return replace(self, levers=(*self.levers[:i], levers, *self.levers[i + 1 :]))

    def with_one_more(self) -> Draft:
        """Return the draft with one more scenario, the first rule that it does not have yet."""
        fresh = ("functions_borne", "needs_weighted", "tender", "performance_award")
        name = next(name for name in fresh if all(rule.name != name for rule in self.rules))
        return replace(self, rules=(*self.rules, Choice(name)), levers=(*self.levers, ()))

    def without(self, i: int) -> Draft:
        """Return the draft without one scenario."""
        return replace(
            self,
            rules=self.rules[:i] + self.rules[i + 1 :],
            levers=self.levers[:i] + self.levers[i + 1 :],
        )

    def title(self) -> Text:
        """Return what to call the study."""
        titles = [rule_class(rule.name).title for rule in self.rules]
        return Text(
            "Lab: " + " against ".join((titles[0].en, ", ".join(title.en for title in titles[1:]))),
            f"实验室：{titles[0].zh}与{'、'.join(title.zh for title in titles[1:])}",
        )


def study_text(draft: Draft) -> str:
    """Return the study file that says what the controls say."""
    scenarios = {
        name: _scenario(rule, levers)
        for name, rule, levers in zip(draft.names(), draft.rules, draft.levers, strict=True)
    }
    return as_yaml(
        {
            "title": draft.title()._asdict(),
            "place": draft.place,
            "start": START,
            "months": 12 * draft.years,
            "warm_up": WARM_UP,
            "replicates": draft.replicates,
            "seed": draft.seed,
            "baseline": draft.names()[0],
            **({} if draft.money == 1.0 else {"parameters": {FACTOR: draft.money}}),
            "scenarios": scenarios,
        }
    )


def as_yaml(data: Mapping[str, Any]) -> str:
    """Return data as a study file has it."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None  # what has no parts with parts of their own stands on one line
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # it is declared without a type
    yaml.allow_unicode = True
    yaml.width = 4096
    yaml.representer.add_representer(float, _represent_float)
    text = io.StringIO()
    yaml.dump(dict(data), text)
    return text.getvalue()


def _represent_float(representer: Any, value: float) -> Any:
    """Write whole numbers without a point, and no number with an exponent, which study files refuse."""
    import numpy as np

    if value == round(value):
        return representer.represent_scalar("tag:yaml.org,2002:int", str(round(value)))
    written = np.format_float_positional(value, trim="0")
    return representer.represent_scalar("tag:yaml.org,2002:float", written)


def _scenario(rule: Choice, levers: tuple[Choice, ...]) -> dict[str, Any]:
    said: dict[str, Any] = {"rule": rule_in_file(rule)}
    if levers:
        said["levers"] = [{"name": lever.name, **lever.options} for lever in levers]
    return said


def rule_in_file(rule: Choice) -> Any:
    """Return a rule as a study file has it."""
    return {"name": rule.name, **rule.options} if rule.options else rule.name


def draft_of(study: Study) -> Draft | None:
    """Return the controls that say what a study says; None if there are none for all of it."""
    names = tuple(study.scenarios)
    order = (study.baseline, *(name for name in names if name != study.baseline))
    money = study.parameters.get(FACTOR, 1.0)
    plain = (
        study.own_place is None
        and study.design is None
        and not study.grid
        and study.precision is None
        and not study.events
        and study.equal_spend
        and not study.match_extra
        and set(study.parameters) <= {FACTOR}
        and str(study.start) == START
        and study.warm_up == WARM_UP
        and study.months in {12 * years for years in YEARS}
        and study.replicates in REPLICATES
        and FEWEST <= len(names) <= MOST
        and all(_plain(study, name) for name in names)
    )
    if not plain:
        return None
    return Draft(
        place=study.place,
        rules=tuple(
            Choice(study.scenarios[name].rule.name, dict(study.scenarios[name].rule.options))
            for name in order
        ),
        levers=tuple(
            tuple(Choice(lever.name, dict(lever.options)) for lever in study.scenarios[name].levers)
            for name in order
        ),
        years=study.months // 12,
        replicates=study.replicates,
        seed=study.seed,
        money=money,
    )


def _plain(study: Study, name: str) -> bool:
    scenario = study.scenarios[name]
    return (
        not scenario.changes
        and _offered(scenario.rule)
        and all(lever.start == study.start and lever.line is None for lever in scenario.levers)
    )


def _offered(rule: RuleRef) -> bool:
    return rule.own is None and not rule.parts and rule.name in OFFERED_RULES


OFFERED_RULES = tuple(name for name in rule_names() if name != "hybrid")
"""Rules of the controls; one made of others is brought along as a file."""


def check_choice(kind: str, choice: Choice) -> None:
    """Raise if a browser says something that no control offers.

    Raises
    ------
    BadInput
        If the rule, the lever or an option is unknown, or a value outside its range.
    """
    if kind == "rule":
        make_rule(choice.name, choice.options)
    else:
        lever_class(choice.name)(dict(choice.options))
