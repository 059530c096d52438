"""Patterns: published figures, and where, when and how the model is compared with them.

A file of patterns is YAML. Those of the package lie in ``configs/patterns``, one file a place, and those that
nothing was fitted to in a file of their own; users write theirs in the same form. Every fault is told at its line.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.located_yaml import Located, load_yaml
from sansheng.core.months import Month
from sansheng.core.quantities import ASSUMED
from sansheng.core.resources import configs_dir
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic
from sansheng.study.checks import check_number, check_rule, unknown_name
from sansheng.study.config import RuleInFile, RuleRef, rule_ref

MOST_PROBLEMS = 50

HELD_OUT = "heldout"
"""Name of the file of patterns that nothing was fitted to."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=400)]


class _Strict(BaseModel):
    """Frozen; refuses unknown keys, numbers in quotes, NaN and infinity."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class MeasureRef(_Strict):
    """A measure by name, with its options; see :data:`sansheng.analysis.moments.MEASURES`."""

    name: str
    options: dict[str, Any] = Field(default_factory=dict)


class Pattern(_Strict):
    """A figure that the model is compared with.

    Parameters
    ----------
    id
        Name, unique in its file.
    title
        Words for people.
    place, start, months, warm_up, rule, settings
        The run it is measured on: where, the first reported month, how many, months before them, the
        funding rule and the parameter values in force.
    measure
        How it is measured.
    target, low, high
        The published figure and the range that counts as met, both in ``unit``.
    split
        ``calibration``: parameters may be fitted to it. ``heldout``: they may not.
    core
        Whether the core study rests on it.
    sources
        Ids of :mod:`sansheng.facts`, or ``assumed``.
    note
        What to beware of.
    """

    id: str
    title: Text
    place: str
    start: Month
    months: int
    warm_up: int
    rule: RuleRef
    settings: dict[str, float]
    measure: MeasureRef
    target: float
    low: float
    high: float
    unit: str
    split: Literal["calibration", "heldout"]
    core: bool
    sources: tuple[str, ...]
    note: Text | None

    @property
    def calibrated(self) -> bool:
        """Whether parameters may be fitted to it, so that meeting it proves little."""
        return self.split == "calibration"

    def hit(self, value: float) -> bool:
        """Whether a simulated value lies inside the tolerance."""
        return self.low <= value <= self.high

    def distance(self, value: float) -> float:
        """Return how far a value lies outside the tolerance, in half widths of it; 0 inside."""
        if value != value:
            return float("inf")
        beyond = max(0.0, self.low - value, value - self.high)
        return beyond / (0.5 * (self.high - self.low))


class _WordsInFile(_Strict):
    en: Words
    zh: Words


class _Named(_Strict):
    """A name, and options beside it."""

    model_config = ConfigDict(extra="allow")

    name: str


class _PatternInFile(_Strict):
    id: Id
    title: _WordsInFile
    place: str
    start: str
    months: int = Field(ge=1, le=1200)
    warm_up: int = Field(default=0, ge=0, le=120)
    rule: str | RuleInFile = "per_household"
    settings: dict[str, float] = Field(default_factory=dict)
    measure: str | _Named
    target: float
    low: float
    high: float
    unit: Words
    split: Literal["calibration", "heldout"]
    core: bool
    sources: list[str] = Field(min_length=1, max_length=12)
    note: _WordsInFile | None = None


class PatternsInFile(_Strict):
    """The keys of a file of patterns."""

    patterns: list[_PatternInFile] = Field(min_length=1, max_length=500)


def pattern_places() -> list[str]:
    """Return the places that the package has patterns for, sorted."""
    found = {path.stem for path in (configs_dir() / "patterns").glob("*.yaml")} - {HELD_OUT}
    return sorted(found | {pattern.place for pattern in held_out()})


@functools.cache
def held_out() -> tuple[Pattern, ...]:
    """Return the package's patterns of all places that nothing was fitted to."""
    return tuple(load_patterns(configs_dir() / "patterns" / f"{HELD_OUT}.yaml"))


def patterns_of(place: str) -> list[Pattern]:
    """Return the package's patterns of a place, those held out last.

    Raises
    ------
    BadInput
        If it has none.
    """
    known = pattern_places()
    if place not in known:
        near = did_you_mean(place, known)
        raise BadInput(
            Problem(
                Text(
                    f"no patterns come with the package for place {quoted(place)}"
                    f" (there are some for: {', '.join(known)}){near.en}",
                    f"软件包未附带地区 {quoted(place)} 的校验模式（已有：{'、'.join(known)}）{near.zh}",
                )
            )
        )
    file = configs_dir() / "patterns" / f"{place}.yaml"
    own = load_patterns(file) if file.is_file() else []
    return [*own, *(pattern for pattern in held_out() if pattern.place == place)]


def load_patterns(path: Path | str) -> list[Pattern]:
    """Read and check a file of patterns.

    Raises
    ------
    BadInput
        With every fault found, in the order of the file.
    """
    located = load_yaml(Path(path))
    problems = list(_check(located))
    shape: PatternsInFile | None = None
    try:
        shape = PatternsInFile.model_validate(located.data)
    except ValidationError as error:
        explained = {problem.where for problem in problems}
        problems += [
            problem
            for problem in problems_from_pydantic(error, located, PatternsInFile)
            if problem.where not in explained
        ]
    if problems or shape is None:
        raise BadInput(in_file_order(problems)[:MOST_PROBLEMS])
    folder = Path(path).parent
    return [_pattern(written, folder) for written in shape.patterns]


def in_file_order(problems: list[Problem]) -> list[Problem]:
    """Return problems sorted by line and column."""
    return sorted(problems, key=lambda p: (p.where.line, p.where.column) if p.where else (0, 0))


def _pattern(written: _PatternInFile, folder: Path) -> Pattern:
    measure = written.measure
    return Pattern(
        **written.model_dump(exclude={"title", "start", "rule", "measure", "sources", "note"}),
        title=Text(written.title.en, written.title.zh),
        start=Month.parse(written.start),
        rule=rule_ref(written.rule, folder),
        measure=MeasureRef(name=measure)
        if isinstance(measure, str)
        else MeasureRef(name=measure.name, options=measure.__pydantic_extra__ or {}),
        sources=tuple(written.sources),
        note=Text(written.note.en, written.note.zh) if written.note else None,
    )


def _check(located: Located) -> Iterator[Problem]:
    """Yield what is wrong with names and numbers; what is not of the right type is skipped."""
    data = located.data
    listed = data.get("patterns") if isinstance(data, dict) else None
    seen: set[str] = set()
    for position, written in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(written, dict):
            continue
        here: tuple[str | int, ...] = ("patterns", position)
        name = written.get("id")
        if isinstance(name, str) and name in seen:
            yield Problem(
                Text(f"pattern {quoted(name)} is there twice", f"模式 {quoted(name)} 重复"),
                located.where((*here, "id")),
            )
        seen.add(str(name))
        yield from _check_run(located, here, written)
        yield from _check_measure(located, here, written)
        yield from _check_tolerance(located, here, written)
        yield from _check_sources(located, here, written.get("sources"))


def _check_run(
    located: Located, here: tuple[str | int, ...], written: Mapping[str, Any]
) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS
    from sansheng.world.place import place_names

    place, known = written.get("place"), place_names()
    if isinstance(place, str) and not place.endswith((".yaml", ".yml")) and place not in known:
        yield unknown_name(located, (*here, "place"), Text("place", "地区"), place, known)
    start = written.get("start")
    if start is not None and _month(start) is None:
        yield Problem(
            Text(
                f"start {quoted(start)} is not a month; it is written year-month, like 2015-01",
                f"start {quoted(start)} 不是月份；应写作“年-月”，如 2015-01",
            ),
            located.where((*here, "start")),
        )
    yield from check_rule(located, (*here, "rule"), written.get("rule"))
    settings = written.get("settings")
    for name, value in settings.items() if isinstance(settings, dict) else ():
        what = Text("parameter", "参数")
        yield from check_number(located, (*here, "settings", name), what, value, PARAMETERS)


def _month(written: object) -> Month | None:
    try:
        return Month.parse(str(written))
    except ValueError:
        return None


def _check_measure(
    located: Located, here: tuple[str | int, ...], written: Mapping[str, Any]
) -> Iterator[Problem]:
    from sansheng.analysis.moments import MEASURES
    from sansheng.outcomes.measures import OUTCOMES

    loc = (*here, "measure")
    said = written.get("measure")
    options = dict(said) if isinstance(said, dict) else {}
    name = options.pop("name", None) if isinstance(said, dict) else said
    if not isinstance(name, str):
        return
    if name not in MEASURES:
        yield unknown_name(located, loc, Text("measure", "度量"), name, MEASURES)
        return
    measure = MEASURES[name]
    of = Text(f" of measure {name}", f"度量 {name} ")
    for option in options:
        if option not in measure.options:
            what = Text("option", "选项")
            yield unknown_name(located, (*loc, option), what, option, measure.options, of, key=True)
    for option, kind in measure.options.items():
        value = options.get(option)
        right = {
            "number": isinstance(value, int | float) and not isinstance(value, bool),
            "outcome": isinstance(value, str) and value in OUTCOMES,
            "categories": isinstance(value, list)
            and bool(value)
            and all(isinstance(item, str) for item in value),
        }[kind]
        if not right:
            wanted = _WANTED[kind]
            yield Problem(
                Text(
                    f"measure {name} needs {option}: {wanted.en}",
                    f"度量 {name} 需要 {option}：{wanted.zh}",
                ),
                located.where((*loc, option)),
            )
    start, months = _month(written.get("start")), written.get("months")
    if measure.december and start and isinstance(months, int) and (start.index + months) % 12:
        yield Problem(
            Text(
                f"measure {name} reads the last calendar year; the run must end in December",
                f"度量 {name} 读取最后一个日历年；运行须在 12 月结束",
            ),
            located.where((*here, "months")),
        )


_WANTED = {
    "number": Text("a number", "一个数"),
    "outcome": Text(
        "the id of an outcome (sansheng list outcomes)", "指标名（见 sansheng list outcomes）"
    ),
    "categories": Text("a list of service categories", "服务类别列表"),
}


def _check_tolerance(
    located: Located, here: tuple[str | int, ...], written: Mapping[str, Any]
) -> Iterator[Problem]:
    numbers = [written.get(name) for name in ("low", "target", "high")]
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        return
    low, target, high = (float(n) for n in numbers if n is not None)
    if not low < high or not low <= target <= high:
        yield Problem(
            Text(
                f"target {target:g} and tolerance {low:g} to {high:g} contradict each other;"
                " low <= target <= high, and low < high",
                f"target {target:g} 与允许范围 {low:g} 至 {high:g} 矛盾；须 low ≤ target ≤ high 且 low < high",
            ),
            located.where((*here, "target")),
        )


def _check_sources(
    located: Located, here: tuple[str | int, ...], written: object
) -> Iterator[Problem]:
    from sansheng.facts import source_ids

    known = source_ids()
    for position, source in enumerate(written if isinstance(written, list) else ()):
        if isinstance(source, str) and source != ASSUMED and source not in known:
            near = did_you_mean(source, known)
            yield Problem(
                Text(
                    f"unknown source {quoted(source)}{near.en}",
                    f"没有来源 {quoted(source)}{near.zh}",
                ),
                located.where((*here, "sources", position)),
            )
