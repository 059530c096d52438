"""What a worker does: run some blocks and pack their numbers.

A block is one replicate of one parameter draw. Its numbers depend on the study and on those two indices alone, so
blocks may run anywhere, in any order, and again after a worker died.
"""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sansheng.core.errors import BadInput
from sansheng.core.tables import F64
from sansheng.outcomes.summary import summarise
from sansheng.study.failures import RECORDING, SIMULATION, LostRun, reason_of
from sansheng.study.layout import layout_of
from sansheng.study.shards import RunNumbers, checksum, numbers_of, pack

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.study.parquet import Table
    from sansheng.study.simulate import ScenarioRun

FUNCTION = "sansheng.study.work:run_task"
"""What workers call; only this reference and the plan travel to them."""

Simulate = Callable[["Study", int, int, tuple[str, ...]], "Iterable[ScenarioRun | LostRun]"]


class Plan(NamedTuple):
    """A study, and how it is simulated.

    Parameters
    ----------
    study
        What is run.
    model
        Module that simulates: ``simulate_scenarios(study, draw, replicate, scenarios)``.
    threads
        Markets of a place that a process lives through at a time; where more than one, the module's function takes
        them as ``threads``.
    """

    study: Study
    model: str
    threads: int = 1


class Block(NamedTuple):
    """One replicate of one parameter draw under some scenarios."""

    draw: int
    replicate: int
    scenarios: tuple[str, ...]


Task = tuple[Block, ...]
"""Blocks that are run one after the other and stored in one shard."""


class DoneRun(NamedTuple):
    """A run whose numbers are packed: how long it took, in seconds, and their checksum."""

    scenario: str
    draw: int
    replicate: int
    seconds: float
    checksum: str


class Batch(NamedTuple):
    """What a task left.

    Parameters
    ----------
    done
        Runs that are in the files.
    lost
        Runs that failed.
    summaries
        One row for each run that is done, shape ``(run, outcome)``.
    files
        Contents by kind; none if no run is done.
    """

    done: tuple[DoneRun, ...]
    lost: tuple[LostRun, ...]
    summaries: F64
    files: dict[str, bytes]


def run_task(plan: Plan, task: Task) -> Batch:
    """Run the blocks of a task.

    Raises
    ------
    BadInput
        If the study proves wrong.
    """
    layout = layout_of(plan.study)
    model = importlib.import_module(plan.model)
    simulate: Simulate = model.simulate_scenarios
    if plan.threads > 1:
        simulate = functools.partial(model.simulate_scenarios, threads=plan.threads)
    kept: list[RunNumbers] = []
    done: list[DoneRun] = []
    lost: list[LostRun] = []
    events: dict[tuple[str, int, int], Table] = {}
    for block in task:
        for run, seconds in _timed(simulate, plan.study, block):
            if isinstance(run, LostRun):
                lost.append(run)
                continue
            try:
                numbers = numbers_of(run, layout)
            except ValueError as error:
                lost.append(LostRun(*run[:3], RECORDING, reason_of(error)))
                continue
            kept.append(numbers)
            done.append(DoneRun(*numbers.key, seconds, checksum(numbers)))
            if run.events is not None:
                events[numbers.key] = run.events
    summaries = np.array([summarise(run.months) for run in kept]).reshape(-1, len(layout.outcomes))
    files = pack(kept, summaries, events, layout) if kept else {}
    return Batch(tuple(done), tuple(lost), summaries, files)


def _timed(
    simulate: Simulate, study: Study, block: Block
) -> Iterable[tuple[ScenarioRun | LostRun, float]]:
    """Yield what became of each scenario of a block, and the seconds since the one before."""
    waiting = list(block.scenarios)
    since = time.perf_counter()
    try:
        for run in simulate(study, *block):
            now = time.perf_counter()
            if run.scenario not in waiting or (run.draw, run.replicate) != block[:2]:
                raise ValueError(f"a run that was not asked for arrived: {tuple(run[:3])}")
            waiting.remove(run.scenario)
            yield run, now - since
            since = time.perf_counter()
        if waiting:
            raise ValueError(f"the scenarios {waiting} did not arrive")
    except BadInput:
        raise
    # A rule that calls sys.exit() must not end the run as if it had succeeded.
    except (Exception, SystemExit) as error:
        for scenario in waiting:
            yield LostRun(scenario, *block[:2], SIMULATION, reason_of(error)), 0.0
