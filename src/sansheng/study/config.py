"""A study file, read and checked: which rules are compared, where, when and how often.

The file is YAML. :func:`load_study` reads it in three passes and reports every fault they find at once,
each with its place in the file: the text (:mod:`sansheng.core.located_yaml`), the shape (the strict
models below), and what the numbers and names mean (:mod:`sansheng.study.checks`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, ValidationError, field_validator

from sansheng.core.errors import BadInput, Problem
from sansheng.core.located_yaml import load_yaml
from sansheng.core.months import Month
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic
from sansheng.policy.levers.lever import LINES, Line
from sansheng.study.affordable import refuse_unaffordable
from sansheng.study.checks import check_study
from sansheng.study.design_checks import check_designs
from sansheng.study.designs import Design, DrawsInFile, attachments_of, design_of, points_of
from sansheng.study.idle import refuse_idle
from sansheng.study.kept import check_kept
from sansheng.study.own_code import codes_of
from sansheng.study.own_place import OwnPlace, named_place
from sansheng.study.precision import MOST_REPLICATES, Precision
from sansheng.study.strict import Strict

if TYPE_CHECKING:
    from sansheng.policy.references import Code
    from sansheng.policy.rule import Rule

LARGEST_SEED = 2**32 - 1
MOST_NODES = 20_000
"""Keys and values in a file: room for the largest grid, and little enough to be read at once."""
MOST_PARTS = 20
MOST_PROBLEMS = 50
"""Problems told of one file; nobody reads more, and looking for them takes time."""

MOST_RECORDED = 100
"""Replicates whose events are kept; each is a file to read, not a sample."""

MOST_CHANGES = 50
"""Rules, and levers, of one scenario."""

Count = Annotated[int, Field(ge=1, le=MOST_REPLICATES)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class OwnCode(Strict):
    """Code of a rule that is not of the package; see :class:`sansheng.policy.references.Code`.

    Where it lay is no part of what a study is, so that a folder may be moved.
    """

    file: str = Field(exclude=True)
    text: str
    module: str | None = None

    def read(self) -> Code:
        """Return it as rules are found in it."""
        from sansheng.policy.references import Code

        return Code(self.file, self.text, self.module)


class RuleRef(Strict):
    """A funding rule by name, with the options that differ from its defaults.

    Only this travels to a worker process; the rule itself is made where it runs, one of a file from the text
    that was read with the study.
    """

    name: str
    options: dict[str, float] = Field(default_factory=dict)
    parts: list[RulePart] = Field(default_factory=list)
    own: OwnCode | None = None

    @field_validator("parts")
    @classmethod
    def _sorted(cls, parts: list[RulePart]) -> list[RulePart]:
        """Sort parts, whose order means nothing, so that the same study has the same hash."""
        return sorted(
            parts, key=lambda part: (part.rule.name, sorted(part.rule.options.items()), part.weight)
        )

    def kind(self) -> type[Rule]:
        """Return the rule's class.

        Raises
        ------
        BadInput
            If there is no such rule.
        """
        from sansheng.policy.references import class_in_code, find_rule

        if self.own is None or self.own.module is not None:
            return find_rule(self.name).kind
        return class_in_code(self.own.read(), self.name.rpartition(":")[2])

    def make(self) -> Rule:
        """Return the rule itself.

        Raises
        ------
        BadInput
            If there is no such rule.
        """
        from sansheng.policy.load import assemble

        parts = [(part.rule.make(), part.weight) for part in self.parts]
        return assemble(self.kind(), self.options, parts)

    def codes(self) -> Iterator[Code]:
        """Yield the code of the rule and its parts, as far as it is not of the package."""
        if self.own is not None:
            yield self.own.read()
        for part in self.parts:
            yield from part.rule.codes()


class RulePart(Strict):
    """A rule and its share of the envelope."""

    rule: RuleRef
    weight: float


class RuleChange(Strict):
    """A rule that takes over from the one before it in month ``start``."""

    start: Month
    rule: RuleRef


class LeverRef(Strict):
    """A lever by name, the month from which it is in force, and the line that pays if not its own."""

    name: str
    start: Month
    line: Line | None = None
    options: dict[str, float] = Field(default_factory=dict)


class Scenario(Strict):
    """One way of paying: a rule, rules that take over from it, and levers beside them.

    Changes are in the order of their months; all lie within the reported span.
    """

    rule: RuleRef
    changes: tuple[RuleChange, ...] = ()
    levers: tuple[LeverRef, ...] = ()


class Scaling(Strict):
    """What all money of a scenario is multiplied by from a month on."""

    start: Month
    millionths: int = Field(ge=1)


class _Common(Strict):
    """What a study says in the file and in the program alike."""

    place: str
    months: int = Field(ge=1, le=1200)
    warm_up: int = Field(default=0, ge=0, le=120)
    seed: int = Field(ge=0, le=LARGEST_SEED)
    baseline: str
    equal_spend: bool = True
    match_extra: bool = False
    parameters: dict[str, float] = Field(default_factory=dict)
    grid: dict[str, Annotated[list[float], Field(min_length=1)]] = Field(default_factory=dict)


class Study(_Common):
    """A checked study.

    Parameters
    ----------
    source
        Text of the file, with what other files say about rules and levers in the place of their names.
    title
        What a reader calls the study, if it says so.
    place
        Name of the place, or of its file.
    own_place
        The file of a place that is not of the package.
    start
        First reported month.
    months
        Reported months.
    warm_up
        Months run before ``start`` under the baseline's rule, the same for all scenarios; not reported.
    replicates
        Paired repetitions of every scenario; with ``precision`` those of the first stage.
    seed
        Seed of all draws.
    baseline
        Scenario that the others are compared with.
    scenarios
        What is compared, in the order of the file.
    equal_spend
        Whether scenarios are scaled so that each spends as much as the baseline.
    match_extra
        Whether they are scaled up to the dearest of them instead, the baseline included.
    parameters
        Values used instead of the defaults, in every draw.
    grid
        Values tried of some parameters; their product is the list of draws.
    design
        How parameters vary that are not on a grid.
    precision
        How precise intervals are to be, if that decides the number of replicates.
    events
        Replicates whose events are kept, from 0.
    keep_communities
        Whether a row is kept of each community and year, or one of each district; None where the size of the place
        decides (:mod:`sansheng.study.kept`).
    file
        Name of the file, as it was given.
    scales
        What makes scenarios spend alike, by name; see :mod:`sansheng.study.matching`. One that is missing is
        not scaled.
    """

    source: str
    file: str = ""
    title: Text | None = None
    own_place: OwnPlace | None = None
    start: Month
    scenarios: dict[str, Scenario]
    replicates: Count
    precision: Precision | None = None
    events: tuple[int, ...] = ()
    keep_communities: bool | None = None
    design: Design | None = None
    scales: dict[str, Scaling] = Field(default_factory=dict)

    @property
    def varied(self) -> tuple[str, ...]:
        """Parameters whose values differ between draws."""
        return tuple(self.grid) if self.design is None else self.design.names

    def draws(self) -> list[dict[str, float]]:
        """Return the parameter values of every draw; ``[{}]`` if none varies.

        Of a grid the last parameter turns fastest.
        """
        points: Iterable[tuple[float, ...]] = (
            itertools.product(*self.grid.values())
            if self.design is None
            else points_of(self.design, self.seed)
        )
        return [dict(zip(self.varied, point, strict=True)) for point in points]

    def attachments(self) -> dict[str, str]:
        """Return the texts of other files that the study's text names, by the name under which they are stored."""
        return attachments_of(self)

    def rules(self) -> Iterator[RuleRef]:
        """Yield the rules of all scenarios."""
        for scenario in self.scenarios.values():
            yield scenario.rule
            yield from (change.rule for change in scenario.changes)

    @property
    def runs(self) -> int:
        """Scenarios times draws times replicates; with ``precision`` those of the first stage."""
        return len(self.scenarios) * len(self.draws()) * self.replicates

    def with_overrides(self, replicates: int | None = None, seed: int | None = None) -> Study:
        """Return the study with another number of replicates, then fixed, or another seed.

        Raises
        ------
        BadInput
            If a number is out of range, or replicates whose events are kept would not be run.
        """
        asked = (
            ("replicates", replicates, 1, MOST_REPLICATES),
            ("seed", seed, 0, LARGEST_SEED),
        )
        problems = [
            Problem(
                Text(
                    f"--{name} {value} is outside {low}..{high}",
                    f"--{name} {value} 超出范围 {low}..{high}",
                )
            )
            for name, value, low, high in asked
            if value is not None and not low <= value <= high
        ]
        if replicates is not None and replicates <= max(self.events, default=-1):
            missed = max(self.events)
            text = Text(
                f"--replicates {replicates} leaves out replicate {missed}, whose events are recorded",
                f"--replicates {replicates} 不含须记录事件的第 {missed} 次重复",
            )
            problems.append(Problem(text))
        if problems:
            raise BadInput(problems)
        changes: dict[str, object] = {
            name: value for name, value, _, _ in asked if value is not None
        }
        if replicates is not None:
            changes["precision"] = None
        return self.model_copy(update=changes)


class _TitleInFile(Strict):
    en: Words
    zh: Words


class _PlainRuleInFile(Strict):
    """A rule's name, and options beside it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float]

    name: str
    parts: object = None
    """Parts of a part are refused by the check of names."""


class _PartInFile(Strict):
    rule: str | _PlainRuleInFile
    weight: float = Field(gt=0.0, le=1.0)


class RuleInFile(_PlainRuleInFile):
    """The same, and the parts of a rule that is made of others."""

    parts: list[_PartInFile] | None = Field(default=None, min_length=1, max_length=MOST_PARTS)


class _DatedRuleInFile(RuleInFile):
    """A rule of a list: its first month, and options on their own or beside its name."""

    start: str | None = Field(default=None, alias="from")
    options: dict[str, float] = Field(default_factory=dict)


class LeverInFile(Strict):
    """A lever's name, the line that pays, and options beside these."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float]

    name: str
    line: str | None = None


class _DatedLeverInFile(LeverInFile):
    """A lever of a scenario: its first month as well, and options on their own or beside its name."""

    start: str | None = Field(default=None, alias="from")
    options: dict[str, float] = Field(default_factory=dict)


_Rules = Annotated[list[_DatedRuleInFile], Field(min_length=1, max_length=MOST_CHANGES)]
_Levers = Annotated[list[_DatedLeverInFile], Field(max_length=MOST_CHANGES)]


class _ScenarioInFile(Strict):
    rule: str | RuleInFile | _Rules
    levers: _Levers = Field(default_factory=list)


class _RecordInFile(Strict):
    """What is kept of runs beside their results."""

    events: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list, max_length=MOST_RECORDED
    )
    communities: bool | None = None


class StudyInFile(_Common):
    """The keys of a study file."""

    title: _TitleInFile | None = None
    start: str
    replicates: Count | Precision
    draws: DrawsInFile | None = None
    record: _RecordInFile | None = None
    scenarios: dict[str, _ScenarioInFile] = Field(min_length=1, max_length=50)


def load_study(path: Path | str) -> Study:
    """Read and check a study file.

    Raises
    ------
    BadInput
        With every fault found, in the order of the file.
    """
    from sansheng.study.rule_files import included

    files = included(load_yaml(Path(path), max_nodes=MOST_NODES))
    located = files.located
    meant = itertools.chain(check_study(located), check_designs(located))
    problems = [*files.problems, *itertools.islice(meant, MOST_PROBLEMS)]
    shape: StudyInFile | None = None
    try:
        shape = StudyInFile.model_validate(located.data)
    except ValidationError as error:
        explained = {problem.where for problem in problems} | files.explained
        problems += [
            problem
            for problem in problems_from_pydantic(error, located, StudyInFile)
            if problem.where not in explained
        ]
    if problems or shape is None:
        raise BadInput(sorted(problems, key=_place_in_file)[:MOST_PROBLEMS])
    study = _study(shape, files.text(), located.file)
    codes_of(study, located)
    if problems := list(check_kept(study, located)):
        raise BadInput(problems)
    refuse_idle(study, located)
    refuse_unaffordable(study, located)
    return study


def _place_in_file(problem: Problem) -> tuple[str, int, int]:
    return problem.where or ("", 0, 0)


def _study(shape: StudyInFile, source: str, file: str) -> Study:
    start = Month.parse(shape.start)
    asked = shape.replicates
    return Study(
        source=source,
        file=file,
        title=Text(shape.title.en, shape.title.zh) if shape.title else None,
        start=start,
        scenarios={
            name: _scenario(written, start, Path(file).parent)
            for name, written in shape.scenarios.items()
        },
        replicates=asked.min if isinstance(asked, Precision) else asked,
        precision=asked if isinstance(asked, Precision) else None,
        events=tuple(sorted(shape.record.events)) if shape.record else (),
        keep_communities=shape.record.communities if shape.record else None,
        design=design_of(shape.draws, Path(file).parent) if shape.draws else None,
        **{name: getattr(shape, name) for name in _Common.model_fields if name != "place"},
        **named_place(shape.place, Path(file).parent),
    )


def _scenario(written: _ScenarioInFile, start: Month, folder: Path) -> Scenario:
    rules = written.rule if isinstance(written.rule, list) else [written.rule]
    levers = [
        LeverRef(
            name=lever.name,
            start=Month.parse(lever.start) if lever.start else start,
            line=next((line for line in LINES if line == lever.line), None),
            options=lever.__pydantic_extra__ | lever.options,
        )
        for lever in written.levers
    ]
    return Scenario(
        rule=rule_ref(rules[0], folder),
        changes=tuple(
            RuleChange(start=Month.parse(rule.start), rule=rule_ref(rule, folder))
            for rule in rules[1:]
            if isinstance(rule, _DatedRuleInFile) and rule.start
        ),
        levers=tuple(sorted(levers, key=lambda lever: lever.start)),
    )


def rule_ref(written: str | _PlainRuleInFile, folder: Path) -> RuleRef:
    """Return the rule that a file in ``folder`` names, with or without options beside it."""
    from sansheng.policy.references import find_rule

    found = find_rule(written if isinstance(written, str) else written.name, folder)
    own = None if found.code is None else OwnCode(**found.code._asdict())
    if isinstance(written, str):
        return RuleRef(name=found.name, own=own)
    listed = (written.parts or ()) if isinstance(written, RuleInFile) else ()
    parts = [RulePart(rule=rule_ref(part.rule, folder), weight=part.weight) for part in listed]
    under = written.options if isinstance(written, _DatedRuleInFile) else {}
    options = written.__pydantic_extra__ | under
    return RuleRef(name=found.name, options=options, parts=parts, own=own)
