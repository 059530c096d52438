"""Which uncertain numbers the difference between two rules rests on, and which could turn its sign.

All uncertain parameters are screened together (:mod:`sansheng.analysis.morris`); the answer is the paired difference
of two scenarios, the mean over replicates. All points share the luck of their replicates. One factor more, the dummy,
is no parameter: its four levels are four seeds. What it seems to do is what chance alone does, the noise floor of the
others.

Those that move the difference most are then put to both ends of their range one at a time, everything else at its
default, with equal spend solved anew, to see whether the sign turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sansheng.analysis.morris import LEVELS, Effect, screen
from sansheng.analysis.origin import Origin
from sansheng.analysis.replications import LEVEL, paired_interval
from sansheng.analysis.trials import (
    at_points,
    equal_spending,
    run_equal_trials,
    run_trials,
    value_in,
)
from sansheng.analysis.written import write_answer
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.quantities import Quantity
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import LARGEST_SEED, RuleRef, Study
from sansheng.study.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

DUMMY = "dummy"

SPENT_ALIKE = 0.01
"""Spending of two scenarios that differs by no more than this share is called equal at a point of a screening."""

Flip = Literal["yes", "open", "no"]

FLIPS = {
    "yes": Text("turns", "翻转"),
    "open": Text("open", "未定"),
    "no": Text("stays", "不变"),
}


@dataclass(frozen=True)
class Difference:
    """A paired difference with its interval, in the outcome's unit; 95% for all intervals of an answer together."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes zero, else 0."""
        return int(self.low > 0.0) - int(self.high < 0.0)


@dataclass(frozen=True)
class Influence:
    """What a parameter does to the difference between two scenarios.

    Parameters
    ----------
    parameter, text, unit
        What it is; :data:`DUMMY` is no parameter.
    low, default, high
        Its range, and its value in the study.
    status
        ``read`` in a source, ``derived`` from one, or ``assumed``; empty for the dummy.
    mu, mu_star, sigma, confidence
        See :class:`sansheng.analysis.morris.Effect`.
    above_noise
        Whether ``mu_star`` is more than chance alone does, see :attr:`Sensitivity.floor`.
    at_low, at_high
        The difference with the parameter at an end of its range and all others at their defaults; None if that
        was not run.
    """

    parameter: str
    text: Text
    unit: str
    low: float
    default: float
    high: float
    status: str
    mu: float
    mu_star: float
    sigma: float
    confidence: float
    above_noise: bool
    at_low: Difference | None = None
    at_high: Difference | None = None

    def flip(self, default: Difference) -> Flip | None:
        """Return whether the sign turns along the parameter.

        ``yes``: of the differences at both ends and at the default, one is surely positive and another surely
        negative. ``open``: not so, but the interval of one includes zero. None where it was not run.
        """
        if self.at_low is None or self.at_high is None:
            return None
        signs = {found.sign for found in (self.at_low, default, self.at_high)}
        if {1, -1} <= signs:
            return "yes"
        return "open" if 0 in signs else "no"


@dataclass(frozen=True)
class Sensitivity:
    """How the difference between two scenarios depends on what nobody knows.

    Parameters
    ----------
    scenario, baseline, outcome
        The difference is that of the outcome, scenario less baseline.
    trajectories, replicates, confirmed
        Trajectories of the screening, replicates at each of its points, and at each end of a range.
    influences
        By ``mu_star``, the largest first, the dummy among them.
    floor
        Upper bound of the dummy's interval: a ``mu_star`` below may be chance.
    default
        The difference at the study's own values.
    least, most, opposite
        Range of the difference over all points of the screening, and the share of points where its sign is not
        that of the default.
    unequal
        Share of points of the screening where the two spend more than :data:`SPENT_ALIKE` apart.
    """

    scenario: str
    baseline: str
    outcome: str
    trajectories: int
    replicates: int
    confirmed: int
    influences: tuple[Influence, ...]
    floor: float
    default: Difference
    least: float
    most: float
    opposite: float
    unequal: float

    def turning(self) -> list[Influence]:
        """Return the parameters along which the sign turns."""
        return [one for one in self.influences if one.flip(self.default) == "yes"]

    def frame(self) -> pd.DataFrame:
        """Return one row a parameter."""
        import pandas as pd

        return pd.DataFrame([_row(one, self.default) for one in self.influences])

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "influences"}
        default = {"mean": self.default.mean, "low": self.default.low, "high": self.default.high}
        rows = [_row(one, self.default) for one in self.influences]
        return _plain({**told, "default": default}) | {"parameters": [_plain(row) for row in rows]}


def sensitivity(
    study: Study,
    scenario: str | None = None,
    *,
    outcome: str = "need_met",
    parameters: Sequence[str] | None = None,
    trajectories: int = 10,
    replicates: int = 4,
    top: int = 10,
    confirm: int = 40,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Screen what is uncertain on the difference between a scenario and the baseline.

    Parameters
    ----------
    study
        Without a grid or draws of its own. Parameters that it sets itself stay as they are.
    scenario
        Left out, the first that is not the baseline.
    outcome
        Id of an outcome.
    parameters
        Names of those screened; left out, all that are declared uncertain and not set by the study.
    trajectories
        Of the screening; each runs the study at one point more than there are parameters, the dummy included.
    replicates
        Paired repetitions at each point of the screening.
    top
        How many are put to the ends of their range.
    confirm
        Paired repetitions there, and at the default.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far it is.

    Raises
    ------
    BadInput
        If a name is unknown, the study varies parameters or has one scenario, or SALib is not installed.
    RunFailed
        If a run fails.

    Notes
    -----
    Where the study wants equal spend, scales are solved at every point: in the screening on the few replicates that are
    run there (:func:`sansheng.analysis.trials.run_equal_trials`), at the ends of ranges on pilot runs, as for a study.
    :attr:`Sensitivity.unequal` says at how many points of the screening that did not succeed.
    """
    pair = _two(study, scenario)
    declared = _screened(pair, parameters)

    (matched,) = equal_spending([pair], workers=workers, progress=progress)
    answers, apart = list[F64](), list[F64]()

    def evaluate(points: F64) -> F64:
        studies = [
            _reseeded(_at(matched, _values(declared, point[:-1])), point[-1]) for point in points
        ]
        values = run_equal_trials(
            studies, replicates, [outcome, "spent"], workers=workers, progress=progress
        )
        answers.append(_differences(values)[..., 0].mean(axis=1))
        spent = values[..., 1].mean(axis=1)
        apart.append(np.abs(spent[:, 1] - spent[:, 0]) / np.maximum(spent[:, 0], 1e-9))
        return answers[0]

    effects = screen([*declared, DUMMY], evaluate, trajectories=trajectories, seed=study.seed)
    floor = effects[DUMMY].mu_star + effects[DUMMY].confidence
    ranked = sorted(effects, key=lambda name: -effects[name].mu_star)
    tried = [name for name in ranked if name != DUMMY][:top]
    ends = [{name: end} for name in tried for end in (declared[name].low, declared[name].high)]
    studies = [_at(pair, point) for point in ({}, *ends)]
    studies = equal_spending(studies, workers=workers, progress=progress)
    values = run_trials(studies, confirm, [outcome], workers=workers, progress=progress)
    level = 1.0 - (1.0 - LEVEL) / len(values)
    found = [_interval(differences[:, 0], level) for differences in _differences(values)]
    at_ends = {name: (found[1 + 2 * i], found[2 + 2 * i]) for i, name in enumerate(tried)}
    influences = tuple(
        _influence(pair, name, declared.get(name), effects[name], floor, at_ends.get(name))
        for name in ranked
    )
    seen = answers[0]
    base, other = pair.scenarios
    return Sensitivity(
        other,
        base,
        outcome,
        trajectories,
        replicates,
        confirm,
        influences,
        floor,
        found[0],
        float(seen.min()),
        float(seen.max()),
        float((np.sign(seen) == -np.sign(found[0].mean)).mean()),
        float((apart[0] > SPENT_ALIKE).mean()),
    )


def write_sensitivity(folder: Path, found: Sensitivity, origin: Origin) -> list[Path]:
    """Write the table of parameters as ``sensitivity.csv``, and the answer as ``sensitivity.json``.

    Raises
    ------
    RunFailed
        If they cannot be written.
    """
    told = {"origin": origin.as_dict(), **found.as_dict()}
    return write_answer(folder, "sensitivity", told, {"sensitivity": found.frame()})


def _two(study: Study, scenario: str | None) -> Study:
    """Return a study of the baseline and one other scenario, in this order."""
    at_points(study, [])  # refuses a study that varies parameters
    others = [name for name in study.scenarios if name != study.baseline]
    if not others:
        text = Text(
            "the study has one scenario; a difference needs two",
            "该研究只有一个方案；差值需要两个方案",
        )
        raise BadInput(Problem(text))
    name = others[0] if scenario is None else scenario
    if name not in others:
        raise BadInput(
            _unknown(Text("scenario beside the baseline", "基线以外的方案"), name, others)
        )
    pair = {other: study.scenarios[other] for other in (study.baseline, name)}
    return study.model_copy(update={"scenarios": pair, "events": ()})


def _screened(study: Study, names: Sequence[str] | None) -> dict[str, Quantity]:
    """Return what is screened by name: uncertain parameters and options of rules that the study does not set."""
    from sansheng.month import PARAMETERS

    known = {
        name: q
        for name, q in PARAMETERS.items()
        if q.role == "uncertainty" and name not in study.parameters
    }
    for name, scenario in study.scenarios.items():
        for ref in (scenario.rule, *(change.rule for change in scenario.changes)):
            known |= {
                f"{name}.{q.name}": q
                for q in ref.kind().quantities
                if q.role == "uncertainty" and q.name not in ref.options
            }
    if names is None:
        return known
    problems = [
        _unknown(
            Text("uncertain parameter that the study leaves open", "研究未设定的不确定参数"),
            name,
            known,
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise BadInput(problems)
    return {name: known[name] for name in dict.fromkeys(names)}


def _unknown(what: Text, name: str, known: Iterable[str]) -> Problem:
    near = did_you_mean(name, known)
    return Problem(
        Text(
            f"there is no {what.en} {quoted(name)}{near.en}",
            f"没有名为 {quoted(name)} 的{what.zh}{near.zh}",
        )
    )


def _values(declared: Mapping[str, Quantity], point: F64) -> dict[str, float]:
    """Return values of parameters from their places within their ranges, 0 to 1."""
    return {
        name: min(q.high, q.low + (q.high - q.low) * float(u))
        for (name, q), u in zip(declared.items(), point, strict=True)
    }


def _at(study: Study, point: Mapping[str, float]) -> Study:
    """Return the study with values of parameters, and of options of its scenarios' rules."""
    plain = {name: value for name, value in point.items() if "." not in name}
    (changed,) = at_points(study, [plain])
    scenarios = dict(study.scenarios)
    for name, scenario in study.scenarios.items():
        mine = {n.rpartition(".")[2]: v for n, v in point.items() if n.rpartition(".")[0] == name}
        if mine:
            changes = tuple(
                change.model_copy(update={"rule": _set(change.rule, mine)})
                for change in scenario.changes
            )
            rule = _set(scenario.rule, mine)
            scenarios[name] = scenario.model_copy(update={"rule": rule, "changes": changes})
    return changed.model_copy(update={"scenarios": scenarios})


def _set(ref: RuleRef, options: Mapping[str, float]) -> RuleRef:
    """Return a rule with those of the options that it has and that are not set."""
    has = {q.name for q in ref.kind().quantities}
    told = {name: value for name, value in options.items() if name in has}
    return ref.model_copy(update={"options": {**told, **ref.options}})


def _reseeded(study: Study, level: float) -> Study:
    """Return the study with the seed that belongs to a level of the dummy; the lowest is its own."""
    step = round(float(level) * (LEVELS - 1))
    return study.model_copy(update={"seed": (study.seed + step) % (LARGEST_SEED + 1)})


def _differences(values: F64) -> F64:
    """Return scenario less baseline, ``float64[study, replicate, outcome]``."""
    apart: F64 = values[:, :, 1] - values[:, :, 0]
    return apart


def _interval(values: F64, level: float) -> Difference:
    found = paired_interval(values, level)
    return Difference(float(found.mean), float(found.low), float(found.high))


def _influence(
    study: Study,
    name: str,
    declared: Quantity | None,
    effect: Effect,
    floor: float,
    ends: tuple[Difference, Difference] | None,
) -> Influence:
    what = (
        (Text("chance alone: four seeds", "纯随机：四个种子"), "-", 0.0, 0.0, 1.0, "")
        if declared is None
        else (
            declared.text,
            declared.unit,
            declared.low,
            declared.default if "." in name else value_in(study, name),
            declared.high,
            declared.status,
        )
    )
    above = declared is not None and effect.mu_star > floor
    return Influence(name, *what, *effect, above, *(ends or (None, None)))


def _row(one: Influence, default: Difference) -> dict[str, Any]:
    row = {f.name: getattr(one, f.name) for f in fields(one)}
    text = row.pop("text")
    row |= {"text_en": text.en, "text_zh": text.zh}
    for name in ("at_low", "at_high"):
        found = row.pop(name) or Difference(math.nan, math.nan, math.nan)
        row |= {f"{name}_{part}": getattr(found, part) for part in ("mean", "low", "high")}
    return {**row, "sign": one.flip(default)}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers as JSON can hold them: an undefined one is None."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in told.items()
    }
