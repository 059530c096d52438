"""Runs aside of a study's own: the same scenarios under other conditions, on the same luck.

Whoever asks what would be otherwise (another parameter, more money, a channel held still) makes a study for each
answer wanted and runs them all here. Replicates are keyed by seed and number alone, so replicate 7 of one study is
paired with replicate 7 of every other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sansheng.analysis.observe import run_in_pool
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import Study
from sansheng.study.engine import Block
from sansheng.study.matching import Match, match_spending, scaled_study
from sansheng.study.own_place import place_of
from sansheng.study.progress import Progress

RUN = f"{__name__}:run_trial"
MATCH = f"{__name__}:match_trial"
EQUAL = f"{__name__}:run_equal_trial"


@dataclass(frozen=True)
class Plan:
    """Studies to run, the outcomes to keep of each run, and replicates where a task runs them all."""

    studies: tuple[Study, ...]
    outcomes: tuple[str, ...]
    replicates: int = 1


def at_points(study: Study, points: Sequence[Mapping[str, float]]) -> list[Study]:
    """Return the study at each point; a point's values go before the study's own.

    Parameters
    ----------
    study
        Without a grid or draws of its own.
    points
        Parameter values by name.

    Raises
    ------
    BadInput
        If the study varies parameters itself.
    """
    if study.varied:
        raise BadInput(
            Problem(
                Text(
                    "the study varies parameters itself; use a study without a grid or draws",
                    "该研究自带参数组；请使用没有 grid 和 draws 的研究",
                )
            )
        )
    return [
        study.model_copy(update={"parameters": {**study.parameters, **point}}) for point in points
    ]


def value_in(study: Study, parameter: str) -> float:
    """Return the value of a parameter in a study: its own, else the place's, else what is declared."""
    from sansheng.month import PARAMETERS

    if parameter in study.parameters:
        return study.parameters[parameter]
    setting = place_of(study).settings.get(parameter)
    return PARAMETERS[parameter].default if setting is None else setting.value


def equal_spending(
    studies: Sequence[Study], *, workers: int | None = None, progress: Progress | None = None
) -> list[Study]:
    """Return the studies with scales of their own, for what a rule spends depends on the conditions.

    A study that does not want equal spend comes back as it is.

    Parameters
    ----------
    studies, workers, progress
        As in :func:`run_trials`.

    Raises
    ------
    BadInput
        If levers of a scenario cost more than there is to spend.
    """
    found = list(studies)

    def keep(block: Block, matches: Mapping[str, Match]) -> None:
        found[block.draw] = scaled_study(found[block.draw], matches)

    blocks = [Block(i, 0) for i, study in enumerate(studies) if study.equal_spend]
    if blocks:
        run_in_pool(
            Plan(tuple(studies), ()), blocks, keep, MATCH, workers=workers, progress=progress
        )
    return found


def run_trials(
    studies: Sequence[Study],
    replicates: int,
    outcomes: Sequence[str],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> F64:
    """Run every scenario of every study and return outcomes of whole runs.

    Parameters
    ----------
    studies
        Without parameters that vary, with the same scenarios; scales are those they bring along.
    replicates
        Paired repetitions of each.
    outcomes
        Ids.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.

    Returns
    -------
    ``float64[study, replicate, scenario, outcome]`` in the outcomes' units, NaN where undefined. It does not depend
    on the number of processes.

    Raises
    ------
    RunFailed
        If a run fails.
    """
    scenarios = len(studies[0].scenarios)
    values = np.full((len(studies), replicates, scenarios, len(outcomes)), np.nan)

    def keep(block: Block, numbers: Any) -> None:
        values[block.draw, block.replicate] = numbers

    blocks = [Block(i, r) for i in range(len(studies)) for r in range(replicates)]
    plan = Plan(tuple(studies), tuple(outcomes))
    run_in_pool(plan, blocks, keep, RUN, workers=workers, progress=progress)
    return values


def run_equal_trials(
    studies: Sequence[Study],
    replicates: int,
    outcomes: Sequence[str],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> F64:
    """Run studies at scales that make their scenarios spend alike in the very replicates that are run.

    For many studies with few replicates: :func:`equal_spending` solves scales on pilot runs of their own, which take
    ten times as long as such a study. What is equal here is the money of these replicates, not of all. Scales that the
    studies bring along stay where there is no solution, and where a study does not want equal spend.

    Parameters
    ----------
    studies, replicates, outcomes, workers, progress
        As in :func:`run_trials`.

    Returns
    -------
    As :func:`run_trials`.

    Raises
    ------
    RunFailed
        If a run fails.
    """
    found: dict[int, F64] = {}

    def keep(block: Block, numbers: Any) -> None:
        found[block.draw] = numbers

    plan = Plan(tuple(studies), tuple(outcomes), replicates)
    blocks = [Block(i, 0) for i in range(len(studies))]
    run_in_pool(plan, blocks, keep, EQUAL, workers=workers, progress=progress)
    return np.stack([found[i] for i in range(len(studies))])


def match_trial(plan: Plan, number: int, _: int) -> dict[str, Match]:
    """Return the scales at which the scenarios of a study spend the same."""
    from sansheng.study.simulate import Pilot

    return match_spending(plan.studies[number], Pilot, Progress(quiet=True))


def run_trial(plan: Plan, number: int, replicate: int) -> F64:
    """Run every scenario of a study once; return outcomes of shape ``(scenario, outcome)``."""
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.outcomes.summary import summarise
    from sansheng.study.simulate import simulate_block

    columns = [list(OUTCOMES).index(outcome) for outcome in plan.outcomes]
    runs = simulate_block(plan.studies[number], 0, replicate)
    return np.stack([summarise(run.months)[columns] for run in runs])


def run_equal_trial(plan: Plan, number: int, _: int) -> F64:
    """Match a study on its replicates and run them; return outcomes of shape ``(replicate, scenario, outcome)``."""
    from sansheng.study.simulate import Pilot

    study, replicates = plan.studies[number], range(plan.replicates)

    def pilots(matched: Study, _: Sequence[tuple[int, int]]) -> Pilot:
        return Pilot(matched, [(0, r) for r in replicates])

    try:
        matches = match_spending(study, pilots, Progress(quiet=True))
    except BadInput:  # however little it is granted, a scenario spends more than the baseline
        matches = {}
    if matches:
        study = scaled_study(study, matches)
    alone = Plan((study,), plan.outcomes)
    return np.stack([run_trial(alone, 0, r) for r in replicates])
