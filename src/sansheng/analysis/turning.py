"""Where an answer turns: the difference between two rules over two numbers that nobody knows.

Both rules run at every combination of two parameters on the same draws. What a rule spends depends on the parameters,
so spending is made equal at each combination by itself: one scale for the whole map would make differences at its
edges differences of money too.

The line where the difference is zero, and the band in which it may lie, assume no shape of the difference. Between
combinations, the mean and both bounds of its paired 95% interval are carried on along straight lines: the line is
where the mean is zero, the band where the interval includes zero, so 95% is said of every place by itself. A polynomial
through all combinations would give a narrower band, and a wrong one wherever the model has an edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from sansheng.analysis.asked import (
    outcome_that_ranks,
    parameter_that_varies,
    refuse_too_few,
    scenario_named,
)
from sansheng.analysis.completed import completed
from sansheng.analysis.crossing import zeros
from sansheng.analysis.maps import AnswerMap, Cell, Turn
from sansheng.analysis.observe import run_in_pool
from sansheng.analysis.origin import origin_of_study
from sansheng.analysis.replications import interval_of_defined
from sansheng.analysis.thirds import SIZES, gain_of, thirds_of
from sansheng.analysis.trials import at_points, equal_spending
from sansheng.analysis.verdicts import verdict
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import Study
from sansheng.study.engine import Block
from sansheng.study.progress import Progress

RUN = f"{__name__}:run_pair"

REPLICATES, POINTS = 10, 5


@dataclass(frozen=True)
class Plan:
    """Studies to run, and which of their scenarios are compared on which outcome."""

    studies: tuple[Study, ...]
    scenario: str
    baseline: str
    outcome: str


def answer_map(
    study: Study,
    over: Sequence[str],
    *,
    points: int = POINTS,
    scenario: str | None = None,
    baseline: str | None = None,
    outcome: str = "need_met",
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: Progress | None = None,
) -> AnswerMap:
    """Compare two scenarios at every combination of two parameters.

    Parameters
    ----------
    study
        Without parameters that vary.
    over
        Names of two parameters that are no constants; each takes evenly spaced values over its declared range.
    points
        Values of each, at least 2.
    scenario
        Left out, the first that is not the baseline.
    baseline
        Left out, the study's own.
    outcome
        Id of an outcome of which more, or less, is better.
    replicates
        Paired repetitions of each combination, at least 2.
    workers, progress
        As in :func:`sansheng.analysis.trials.run_trials`.

    Raises
    ------
    BadInput
        If a name is wrong, a number too small, or levers cost more than there is to spend at some combination.
    RunFailed
        If a run fails.
    """
    x, y = _two_parameters(over)
    base = scenario_named(study, study.baseline if baseline is None else baseline)
    name = _other(study, base, scenario)
    better = outcome_that_ranks(outcome).better
    refuse_too_few(replicates)
    if points < 2:
        raise BadInput(Problem(Text("a map needs at least 2 points", "每个参数至少取 2 个值")))
    values = [_values(parameter, points) for parameter in (x, y)]
    pairs = list(product(*values))
    kept = {n: s for n, s in study.scenarios.items() if n in (study.baseline, base, name)}
    asked = study.model_copy(update={"scenarios": kept, "events": (), "scales": {}})
    studies = equal_spending(
        at_points(asked, [{x: pair[0], y: pair[1]} for pair in pairs]),
        workers=workers,
        progress=progress,
    )
    numbers = np.full((len(pairs), replicates, 2, 2), np.nan)
    thirds: dict[tuple[int, int], F64] = {}
    corners = {pairs.index(pair): pair for pair in product(*((v[0], v[-1]) for v in values))}

    def keep(block: Block, told: tuple[F64, F64]) -> None:
        numbers[block.draw, block.replicate] = told[0]
        if block.draw in corners:
            thirds[block] = told[1]

    run_in_pool(
        Plan(tuple(studies), name, base, outcome),
        [Block(i, r) for i in range(len(pairs)) for r in range(replicates)],
        keep,
        RUN,
        workers=workers,
        progress=progress,
    )
    cells = tuple(_cell_of(a, b, numbers[i], better) for i, (a, b) in enumerate(pairs))
    gains = [
        gain_of(a, b, size, np.stack([thirds[i, r][k] for r in range(replicates)]))
        for i, (a, b) in corners.items()
        for k, size in enumerate(SIZES)
    ]
    words = ["map", study.file, "--over", f"{x},{y}", "--points", str(points), "--scenario", name]
    words += ["--baseline", base, "--outcome", outcome, "--replicates", str(replicates)]
    return AnswerMap(
        name,
        base,
        outcome,
        x,
        y,
        replicates,
        study.equal_spend,
        cells,
        tuple(turns(cells, x, y)),
        tuple(gains),
        origin_of_study(study, words),
    )


def _two_parameters(over: Sequence[str]) -> tuple[str, str]:
    if len(over) != 2 or over[0] == over[1]:
        got = ", ".join(over) or "–"
        raise BadInput(
            Problem(
                Text(
                    f"a map is over two different parameters, like psi,rho_FH; got {got}",
                    f"须给出两个不同的参数，如 psi,rho_FH；实际为 {got}",
                )
            )
        )
    x, y = (parameter_that_varies(name).name for name in over)
    return x, y


def _other(study: Study, base: str, scenario: str | None) -> str:
    if scenario is not None and scenario_named(study, scenario) != base:
        return scenario
    others = [name for name in study.scenarios if name != base]
    if scenario is not None or not others:
        raise BadInput(
            Problem(
                Text(
                    "a map compares two different scenarios of the study",
                    "须比较研究中两个不同的方案",
                )
            )
        )
    return others[0]


def _values(name: str, points: int) -> list[float]:
    """Return evenly spaced values over a parameter's range, without the dust of binary fractions."""
    found = parameter_that_varies(name)
    return [
        min(found.high, max(found.low, float(f"{value:.12g}")))
        for value in np.linspace(found.low, found.high, points)
    ]


def _cell_of(x: float, y: float, numbers: F64, better: str) -> Cell:
    """Return a cell of numbers of shape ``(replicate, scenario, outcome and spent)``, the baseline second."""
    outcome, spent = numbers[..., 0], numbers[..., 1].mean(axis=0)
    difference, low, high = interval_of_defined(outcome[:, 0] - outcome[:, 1])
    shown = verdict(difference, low, high, better)
    return Cell(x, y, difference, low, high, shown, float(spent[0]), float(spent[1]))


def turns(cells: Sequence[Cell], x: str, y: str) -> list[Turn]:
    """Return where the difference is zero along the rows and columns of a map.

    Parameters
    ----------
    cells
        One for every combination.
    x, y
        Names of the parameters.
    """
    directions: tuple[tuple[Literal["x", "y"], Literal["x", "y"]], ...] = (("x", "y"), ("y", "x"))
    names, found = {"x": x, "y": y}, []
    for moves, stays in directions:
        for at in sorted({float(getattr(cell, stays)) for cell in cells}):
            line = sorted(
                (cell for cell in cells if getattr(cell, stays) == at),
                key=lambda cell: float(getattr(cell, moves)),
            )
            places = np.array([getattr(cell, moves) for cell in line])
            mean, low, high = (
                np.array([getattr(cell, what) for cell in line])
                for what in ("difference", "low", "high")
            )
            ends = sorted([*zeros(places, low), *zeros(places, high)])
            for value in zeros(places, mean):
                before = [end for end in ends if end <= value]
                after = [end for end in ends if end >= value]
                rises = not (mean[places < value][-1:] > 0.0).any()
                found.append(
                    Turn(
                        names[moves],
                        names[stays],
                        at,
                        value,
                        before[-1] if before else math.nan,
                        after[0] if after else math.nan,
                        rises,
                    )
                )
    return found


def run_pair(plan: Plan, number: int, replicate: int) -> tuple[F64, F64]:
    """Run both scenarios of a study once.

    Returns
    -------
    Outcome and money spent, shape ``(2, 2)``, the baseline second; and what :func:`thirds_of` says.

    Raises
    ------
    RunFailed
        If a run fails.
    """
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.outcomes.summary import summarise
    from sansheng.study.simulate import simulate_scenarios

    names = (plan.scenario, plan.baseline)
    runs = [completed(run) for run in simulate_scenarios(plan.studies[number], 0, replicate, names)]
    columns = [list(OUTCOMES).index(outcome) for outcome in (plan.outcome, "spent")]
    one, other = (run.communities for run in runs)
    return np.stack([summarise(run.months)[columns] for run in runs]), thirds_of(one, other)
