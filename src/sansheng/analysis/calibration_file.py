"""A calibration file, read and checked: which parameters are free, and which patterns they must meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sansheng.analysis.patterns import (
    MOST_PROBLEMS,
    Pattern,
    in_file_order,
    load_patterns,
    pattern_places,
    patterns_of,
)
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.located_yaml import Located, load_yaml
from sansheng.core.months import Month
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic
from sansheng.study.checks import check_number, unknown_name
from sansheng.study.config import LARGEST_SEED

Words = Annotated[str, Field(min_length=1, max_length=200)]
MOST_POINTS = 1_000_000
MOST_PROFILE = 10_000


class _Strict(BaseModel):
    """Frozen; refuses unknown keys, numbers in quotes, NaN and infinity."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Title(_Strict):
    """Words for people."""

    en: Words
    zh: Words


class Prior(_Strict):
    """What is believed of a free parameter: even on a scale, between two bounds.

    Left out, the bounds are the declared range.
    """

    scale: Literal["uniform", "log"]
    low: float | None = None
    high: float | None = None


class ProfileInFile(_Strict):
    """A grid of parameters on which outcomes are recorded, to see what a figure does not tell apart."""

    place: str
    start: str
    months: int = Field(ge=1, le=1200)
    warm_up: int = Field(default=0, ge=0, le=120)
    replicates: int = Field(ge=1, le=10_000)
    grid: dict[str, Annotated[list[float], Field(min_length=1)]] = Field(min_length=1)
    outcomes: list[str] = Field(min_length=1)


class _File(_Strict):
    title: Title | None = None
    patterns: list[str] = Field(min_length=1)
    fit: list[str] = Field(min_length=1)
    parameters: dict[str, Prior] = Field(min_length=1)
    fixed: dict[str, float] = Field(default_factory=dict)
    sample: Literal["sobol", "latin_hypercube"] = "sobol"
    draws: int = Field(ge=4, le=100_000)
    rounds: int = Field(ge=0, le=100)
    replicates: int = Field(ge=1, le=10_000)
    seed: int = Field(ge=0, le=LARGEST_SEED)
    profile: ProfileInFile | None = None


class Bounds(_Strict):
    """The prior of a free parameter, with its bounds settled."""

    name: str
    scale: Literal["uniform", "log"]
    low: float
    high: float


class Calibration(_Strict):
    """A checked calibration.

    Parameters
    ----------
    source
        Text of the file, as it was read.
    title
        What a reader calls it, if it says so.
    patterns
        All patterns that are measured at every point; those held out are not among them.
    fit
        Ids of those that a point must meet to be kept.
    priors
        Free parameters.
    fixed
        Values of others, instead of their defaults.
    sample
        How the first round covers the prior.
    draws, rounds, replicates
        Points of each round, rounds after the first, and runs of each point.
    seed
        Seed of points and runs.
    profile
        A grid that is recorded besides, if any.
    """

    source: str
    title: Title | None
    patterns: tuple[Pattern, ...]
    fit: tuple[str, ...]
    priors: tuple[Bounds, ...]
    fixed: dict[str, float]
    sample: Literal["sobol", "latin_hypercube"]
    draws: int
    rounds: int
    replicates: int
    seed: int
    profile: ProfileInFile | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters."""
        return tuple(prior.name for prior in self.priors)


def load_calibration(path: Path | str) -> Calibration:
    """Read and check a calibration file.

    Raises
    ------
    BadInput
        With every fault found, in the order of the file; faults of a file of patterns come first.
    """
    from sansheng.month import PARAMETERS

    path = Path(path)
    located = load_yaml(path)
    listed = _patterns(located, path.parent)
    # Who fits does not even look at what is held out.
    patterns = [pattern for pattern in listed if pattern.calibrated]
    held = {pattern.id for pattern in listed} - {pattern.id for pattern in patterns}
    problems = list(_check(located, [pattern.id for pattern in patterns], held))
    shape: _File | None = None
    try:
        shape = _File.model_validate(located.data)
    except ValidationError as error:
        explained = {problem.where for problem in problems}
        problems += [
            problem
            for problem in problems_from_pydantic(error, located, _File)
            if problem.where not in explained
        ]
    if problems or shape is None:
        raise BadInput(in_file_order(problems)[:MOST_PROBLEMS])
    priors = tuple(
        Bounds(
            name=name,
            scale=prior.scale,
            low=PARAMETERS[name].low if prior.low is None else prior.low,
            high=PARAMETERS[name].high if prior.high is None else prior.high,
        )
        for name, prior in shape.parameters.items()
    )
    same = ("title", "fixed", "sample", "draws", "rounds", "replicates", "seed", "profile")
    return Calibration(
        source=located.text,
        patterns=tuple(patterns),
        fit=tuple(shape.fit),
        priors=priors,
        **{name: getattr(shape, name) for name in same},
    )


def _patterns(located: Located, folder: Path) -> list[Pattern]:
    """Return the patterns of all files that are named: the package's by place, others by path."""
    data = located.data if isinstance(located.data, dict) else {}
    listed = data.get("patterns")
    found: list[Pattern] = []
    for position, name in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(name, str):
            continue
        if name.endswith((".yaml", ".yml")):
            found += load_patterns(folder / name)
        elif name in pattern_places():
            found += patterns_of(name)
        else:
            what = Text("list of patterns", "模式文件")
            where = ("patterns", position)
            raise BadInput(unknown_name(located, where, what, name, pattern_places()))
    return found


def _check(located: Located, patterns: list[str], held: set[str]) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS

    data = located.data if isinstance(located.data, dict) else {}
    for name in sorted({name for name in patterns if patterns.count(name) > 1}):
        yield Problem(
            Text(f"two files have a pattern {quoted(name)}", f"两个文件都有模式 {quoted(name)}"),
            located.where(("patterns",), key=True),
        )
    fit = data.get("fit")
    for position, name in enumerate(fit if isinstance(fit, list) else ()):
        if name in held:
            yield Problem(
                Text(
                    f"pattern {quoted(name)} is held out; nothing may be fitted to it",
                    f"模式 {quoted(name)} 留作检验，不得用于校准",
                ),
                located.where(("fit", position)),
            )
        elif isinstance(name, str) and name not in patterns:
            yield unknown_name(located, ("fit", position), Text("pattern", "模式"), name, patterns)
    yield from _check_priors(located, data)
    fixed, what = data.get("fixed"), Text("parameter", "参数")
    for name, value in fixed.items() if isinstance(fixed, dict) else ():
        yield from check_number(located, ("fixed", name), what, value, PARAMETERS)
        if name in _mapping(data.get("parameters")):
            yield Problem(
                Text(f"parameter {name} is both fixed and free", f"参数 {name} 既固定又待定"),
                located.where(("fixed", name), key=True),
            )
    yield from _check_profile(located, _mapping(data.get("profile")))


def _check_priors(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS

    what = Text("parameter", "参数")
    for name, written in _mapping(data.get("parameters")).items():
        here = ("parameters", name)
        if name not in PARAMETERS:
            yield unknown_name(located, here, what, name, PARAMETERS, key=True)
            continue
        q, prior = PARAMETERS[name], _mapping(written)
        bounds = [prior.get("low", q.low), prior.get("high", q.high)]
        if any(isinstance(b, bool) or not isinstance(b, int | float) for b in bounds):
            continue
        low, high = (float(b) for b in bounds)
        inside = q.low <= low < high <= q.high
        if not inside or (prior.get("scale") == "log" and low <= 0.0):
            yield Problem(
                Text(
                    f"prior of {name} from {low:g} to {high:g}; it must have width, stay inside"
                    f" {q.low:g}..{q.high:g}, and be above 0 on a log scale",
                    f"{name} 的先验为 {low:g} 至 {high:g}；须有宽度、位于 {q.low:g}..{q.high:g} 之内，"
                    "对数尺度须大于 0",
                ),
                located.where(here, key=True),
            )


def _check_profile(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.world.place import place_names

    place, start = data.get("place"), data.get("start")
    if isinstance(place, str) and place not in (known := place_names()):
        yield unknown_name(located, ("profile", "place"), Text("place", "地区"), place, known)
    if isinstance(start, str):
        try:
            Month.parse(start)
        except ValueError:
            yield Problem(
                Text(
                    f"start {quoted(start)} is not a month; it is written year-month, like 2015-01",
                    f"start {quoted(start)} 不是月份；应写作“年-月”，如 2015-01",
                ),
                located.where(("profile", "start")),
            )
    what = Text("parameter", "参数")
    for name, values in _mapping(data.get("grid")).items():
        here = ("profile", "grid", name)
        if name not in PARAMETERS:
            yield unknown_name(located, here, what, name, PARAMETERS, key=True)
            continue
        for position, value in enumerate(values if isinstance(values, list) else ()):
            for problem in check_number(located, here, what, value, PARAMETERS):
                yield Problem(problem.text, located.where((*here, position)))
    listed = data.get("outcomes")
    for position, name in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(name, str) and name not in OUTCOMES:
            at, outcome = ("profile", "outcomes", position), Text("outcome", "指标")
            yield unknown_name(located, at, outcome, name, OUTCOMES)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
