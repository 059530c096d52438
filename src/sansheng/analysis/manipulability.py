"""How far each rule can be played: reported against true outcomes where organisations do what evidence pays best for.

Under every rule all strategies of :mod:`sansheng.analysis.strategies` are run, everybody alike, on common luck. From
what was reported in them follows what evidence would earn one organisation among many if the others kept to another
strategy; the one that is the best answer to itself is then run again, on other luck, beside honesty and the study's own
values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sansheng.analysis.observe import run_in_pool
from sansheng.analysis.placebo_studies import fixed
from sansheng.analysis.replications import paired_interval
from sansheng.analysis.strategies import (
    DIMENSIONS,
    HONEST,
    Earned,
    Strategy,
    best_response,
    earned,
    parameters_of,
    payoff,
    strategies,
)
from sansheng.analysis.trials import equal_spending, value_in
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.outcomes.summary import summarise
from sansheng.policy.load import make_lever
from sansheng.study.config import LeverRef, Study
from sansheng.study.engine import Block
from sansheng.study.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["honest", "default", "best"]

TOLD = (
    "closure_gap",
    "satisfaction_gap",
    "closure_true",
    "closure_reported",
    "satisfaction",
    "satisfaction_reported",
    "need_met",
)
"""Outcomes told of each strategy."""

AUDIT = "audit_intensity"
PLAY = f"{__name__}:play"


@dataclass(frozen=True)
class Mean:
    """A mean over replicates with its 95% interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Play:
    """A rule at an intensity of audit, played by a strategy.

    Parameters
    ----------
    scenario, audit, kind
        Which rule; yearly probability that a closure is audited; ``honest``, ``default`` or ``best``.
    parameters
        Values of the strategy.
    stable
        Whether ``best`` is the best answer to itself; if not, best answers go round in a circle.
    evidence
        What evidence earns one organisation with the strategy where all others play ``best``, yuan a year per 100
        households.
    gain
        The same less what honesty earns it, paired.
    outcomes
        Of everybody alike, in their units, by id.
    beyond_honest
        Less those of honesty, paired.
    audit_cost
        What the audits beyond the study's own cost, yuan a year per 100 households.
    alone
        Of ``best``: what each dimension at full strength alone would earn beyond honesty, by name; else empty.
    """

    scenario: str
    audit: float
    kind: Kind
    parameters: Mapping[str, float]
    stable: bool
    evidence: float
    gain: Mean
    outcomes: Mapping[str, Mean]
    beyond_honest: Mapping[str, Mean]
    audit_cost: float
    alone: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return one flat row as JSON can hold it."""
        row: dict[str, Any] = {
            "scenario": self.scenario,
            "audit": self.audit,
            "strategy": self.kind,
        }
        row |= {**self.parameters, "stable": self.stable, "evidence": self.evidence}
        row |= _flat("gain", self.gain)
        for name in TOLD:
            row |= _flat(name, self.outcomes[name])
            row |= _flat(f"{name}_beyond_honest", self.beyond_honest[name])
        row |= {"audit_cost": self.audit_cost}
        row |= {f"alone_{name}": self.alone.get(name) for name in DIMENSIONS}
        return {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }


class Plan(NamedTuple):
    """Studies, and the scenario that is run of each."""

    studies: tuple[Study, ...]
    scenarios: tuple[str, ...]


class Played(NamedTuple):
    """What a run left."""

    earned: Earned
    outcomes: F64
    lever_cost: float


def manipulability(
    study: Study,
    *,
    audit: Sequence[float] = (0.35, 0.5),
    replicates: int = 6,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Play]:
    """Return how each rule fares where everybody is honest, as the study has it, and answers best.

    Parameters
    ----------
    study
        Starts in January and reports a whole year or more. Of parameters that vary, the first draw is taken.
    audit
        Yearly probabilities of an audit, beside the study's own, that the lever ``audit_intensity`` brings about.
    replicates
        Paired repetitions that strategies are chosen on; as many others are run to tell of those chosen.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.

    Returns
    -------
    By scenario, intensity of audit, then ``honest``, ``default``, ``best``. There is no ``best`` under a rule whose
    awards go by places: what one wins another loses, and runs in which all are alike do not show it.

    Raises
    ------
    BadInput
        If the study does not start in January or is shorter than a year, or a probability is outside the lever's
        range.
    RunFailed
        If a run fails.

    Notes
    -----
    Scales of equal spend are solved for the study as it is and held: the money on offer does not follow how it is
    played.
    """
    if study.start.month != 1 or study.months < 12:
        raise BadInput(Problem(_NO_YEAR))
    (matched,) = equal_spending([fixed(study)], workers=workers, progress=progress)
    plays: list[Play] = []
    free: dict[tuple[str, Kind], F64] = {}
    for chance in (None, *audit):
        for play, cost in _at_audit(matched, chance, replicates, workers, progress):
            before = free.setdefault((play.scenario, play.kind), cost)
            plays.append(replace(play, audit_cost=float((cost - before).mean())))
    names = list(matched.scenarios)
    return sorted(plays, key=lambda play: names.index(play.scenario))


def plays_frame(plays: Sequence[Play]) -> pd.DataFrame:
    """Return one row a rule, intensity of audit and strategy."""
    import pandas as pd

    return pd.DataFrame([play.as_dict() for play in plays])


def play(plan: Plan, number: int, replicate: int) -> Played:
    """Run a scenario of a study once."""
    found, months = earned(plan.studies[number], plan.scenarios[number], replicate)
    outcomes = summarise(months)
    ids = list(OUTCOMES)
    return Played(
        found,
        outcomes[[ids.index(name) for name in TOLD]],
        float(outcomes[ids.index("lever_cost")]),
    )


def _at_audit(
    study: Study,
    chance: float | None,
    replicates: int,
    workers: int | None,
    progress: Progress | None,
) -> list[tuple[Play, F64]]:
    """Return plays at an intensity of audit, each with what levers cost by replicate."""
    audited = study if chance is None else _audited(study, chance)
    grid: list[Strategy | None] = [*strategies(), None]  # the study's own values come last
    own = len(grid) - 1
    names = list(study.scenarios)

    def run(chosen: Sequence[tuple[str, int]], first: int) -> list[list[Played]]:
        plan = Plan(
            tuple(_played(audited, grid[strategy]) for _, strategy in chosen),
            tuple(name for name, _ in chosen),
        )
        found: dict[Block, Played] = {}
        blocks = [Block(i, first + r) for i in range(len(chosen)) for r in range(replicates)]
        run_in_pool(plan, blocks, found.__setitem__, PLAY, workers=workers, progress=progress)
        return [[found[i, first + r] for r in range(replicates)] for i in range(len(chosen))]  # type: ignore[index]

    tried = run([(name, i) for name in names for i in range(len(grid))], 0)
    plays = []
    best: dict[str, tuple[int, bool, dict[str, float]]] = {}
    for n, name in enumerate(names):
        mine = tried[n * len(grid) : (n + 1) * len(grid)]

        def answers(others: int, mine: list[list[Played]] = mine) -> F64:
            return np.array([_earns(runs, mine[others]).mean() for runs in mine])

        if np.isnan(answers(own)).any():
            best[name] = own, True, {}
            continue
        found, stable = best_response(answers, own)
        gains = answers(found) - answers(found)[grid.index(HONEST)]
        alone = {
            dimension: float(
                gains[grid.index(tuple(float(i == k) for k in range(len(DIMENSIONS))))]
            )
            for i, dimension in enumerate(DIMENSIONS)
        }
        best[name] = found, stable, alone
    chosen = [(name, i) for name in names for i in (grid.index(HONEST), own, best[name][0])]
    shown = run(chosen, replicates)
    for n, name in enumerate(names):
        honest, default, top = shown[3 * n : 3 * n + 3]
        found, stable, alone = best[name]
        base = _earns(honest, top)
        for kind, runs, strategy in zip(
            _KINDS, (honest, default, top), (HONEST, None, grid[found]), strict=True
        ):
            if kind == "best" and not alone:
                continue
            pays = _earns(runs, top)
            plays.append(
                (
                    Play(
                        name,
                        _chance(audited, chance),
                        kind,
                        _values(audited, strategy),
                        stable,
                        float(pays.mean()),
                        _mean(pays - base),
                        {o: _mean(v) for o, v in _outcomes(runs).items()},
                        {o: _mean(v - _outcomes(honest)[o]) for o, v in _outcomes(runs).items()},
                        0.0,
                        alone if kind == "best" else {},
                    ),
                    np.array([1e6 * r.lever_cost / r.earned.households for r in runs]),
                )
            )
    return plays


_KINDS: tuple[Kind, ...] = ("honest", "default", "best")


def _earns(runs: Sequence[Played], others: Sequence[Played]) -> F64:
    """Return what evidence earns by replicate."""
    return np.array(
        [payoff(one.earned, other.earned) for one, other in zip(runs, others, strict=True)]
    )


def _outcomes(runs: Sequence[Played]) -> dict[str, F64]:
    return dict(zip(TOLD, np.stack([run.outcomes for run in runs], axis=1), strict=True))


def _mean(values: F64) -> Mean:
    defined = values[~np.isnan(values)]
    if defined.size < 2:
        return Mean(float(defined.mean()) if defined.size else math.nan, math.nan, math.nan)
    found = paired_interval(defined)
    return Mean(float(found.mean), float(found.low), float(found.high))


def _played(study: Study, strategy: Strategy | None) -> Study:
    if strategy is None:
        return study
    return study.model_copy(update={"parameters": {**study.parameters, **parameters_of(strategy)}})


def _values(study: Study, strategy: Strategy | None) -> dict[str, float]:
    if strategy is not None:
        return parameters_of(strategy)
    return {name: value_in(study, name) for names in DIMENSIONS.values() for name in names}


def _chance(study: Study, chance: float | None) -> float:
    return value_in(study, "p_aud") if chance is None else chance


def _audited(study: Study, chance: float) -> Study:
    """Return the study with audits of an intensity in every scenario, in the place of its own."""
    lever = LeverRef(name=AUDIT, start=study.start, options={"chance": chance})
    make_lever(AUDIT, lever.options)  # refuses a chance outside the range
    scenarios = {
        name: scenario.model_copy(
            update={"levers": (lever, *(one for one in scenario.levers if one.name != AUDIT))}
        )
        for name, scenario in study.scenarios.items()
    }
    return study.model_copy(update={"scenarios": scenarios})


def _flat(name: str, found: Mean) -> dict[str, float]:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}


_NO_YEAR = Text(
    "what evidence earns is counted by calendar year; the study must start in January and report 12 months or more",
    "按自然年计算上报业绩所得；研究须从一月开始，且统计不少于 12 个月",
)
