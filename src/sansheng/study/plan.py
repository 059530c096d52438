"""What a study would take, told before it starts: runs, time, memory, disk, and what one more digit costs."""

from __future__ import annotations

import math
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sansheng.core.errors import Problem, RunFailed
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.config import Study
from sansheng.study.engine import usable_cores
from sansheng.study.failures import TracebackError
from sansheng.study.matching import pilot_keys
from sansheng.study.progress import Progress
from sansheng.study.run import MODEL, compile_model
from sansheng.study.work import Block, Plan, run_task
from sansheng.world.place import load_place

FEWEST_TRIED, MOST_TRIED = 3, 12
SECONDS_TRIED = 3.0
"""How long replicates are tried, between the fewest and the most."""

TRIES_A_MATCH = 5
"""Scales that are usually tried for a scenario."""

_BASE_BYTES = 200e6
"""What a process holds before it runs anything (measured)."""


@dataclass(frozen=True)
class Estimate:
    """What a study would take.

    Parameters
    ----------
    scenarios, draws, replicates, months
        Sizes; months of warm-up not counted.
    replicates_most
        Replicates at most, where precision decides.
    runs, runs_most
        Runs to make.
    workers
        Processes that would work.
    seconds
        Wall time, matching of spending included.
    disk_bytes, disk_free_bytes
        Of the results, and what the disk has.
    memory_bytes
        Of all processes together.
    precision
        By headline outcome: half-width of the 95% interval of the difference from the baseline that is expected, in
        the outcome's unit, the widest over scenarios; replicates tried say so.
    tried
        Replicates tried.
    digit_replicates, digit_seconds
        What one more digit costs: ten times narrower intervals need a hundred times as many replicates.
    """

    scenarios: int
    draws: int
    replicates: int
    replicates_most: int
    months: int
    runs: int
    runs_most: int
    workers: int
    seconds: float
    disk_bytes: float
    disk_free_bytes: float
    memory_bytes: float
    precision: dict[str, float]
    tried: int
    digit_replicates: int
    digit_seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def estimate(
    study: Study,
    out: Path,
    workers: int | None = None,
    progress: Progress | None = None,
    model: str = MODEL,
) -> Estimate:
    """Return what a study would take, after trying a few replicates of its first draw.

    Parameters
    ----------
    study
        What would be run.
    out
        Where its results would go.
    workers
        Processes; left out, one for each usable core.
    progress
        Told what takes time.
    model
        Module that simulates.

    Raises
    ------
    RunFailed
        If a run fails.
    BadInput
        If the study proves wrong.
    """
    progress = progress or Progress(quiet=True)
    workers = workers or usable_cores()
    compile_model(model, progress)
    names = tuple(study.scenarios)
    plan = Plan(study, model)
    run_task(plan, (Block(0, 0, names[:1]),))  # so that loading is not timed
    rows, took, size, tried = [], 0.0, 0, 0
    while tried < FEWEST_TRIED or (took < SECONDS_TRIED and tried < MOST_TRIED):
        started = time.perf_counter()
        batch = run_task(plan, (Block(0, tried, names),))
        took += time.perf_counter() - started
        for lost in batch.lost:
            problem = Problem(lost.reason.text, lost.reason.place)
            raise RunFailed(problem) from TracebackError(lost.reason.trace)
        rows.append(batch.summaries)
        size += sum(map(len, batch.files.values()))
        tried += 1
    runs_tried = tried * len(names)
    each = took / runs_tried
    most = study.precision.max if study.precision is not None else study.replicates
    runs_most = len(names) * len(study.draws()) * most
    matching = _matching_runs(study) * each
    seconds = matching + runs_most * each / min(workers, max(1, runs_most))
    folder = next(p for p in (out.resolve(), *out.resolve().parents) if p.exists())
    block = size / runs_tried * len(names)
    return Estimate(
        scenarios=len(names),
        draws=len(study.draws()),
        replicates=study.replicates,
        replicates_most=most,
        months=study.months,
        runs=study.runs,
        runs_most=runs_most,
        workers=workers,
        seconds=seconds,
        disk_bytes=size / runs_tried * runs_most,
        disk_free_bytes=shutil.disk_usage(folder).free,
        memory_bytes=(workers + (workers > 1)) * _BASE_BYTES + 50 * block,
        precision=_precision(study, np.array(rows), most),
        tried=tried,
        digit_replicates=100 * most,
        digit_seconds=matching + 100 * (seconds - matching),
    )


def _matching_runs(study: Study) -> int:
    """Return about how many pilot runs make scenarios spend alike."""
    if not study.equal_spend or len(study.scenarios) == 1:
        return 0
    districts = load_place(study.place).districts
    communities = sum(district.communities.value for district in districts)
    pilots = len(pilot_keys(len(study.draws()), communities))
    return pilots * (1 + TRIES_A_MATCH * (len(study.scenarios) - 1))


def _precision(study: Study, values: Any, replicates: int) -> dict[str, float]:
    """Return the widest half-width expected of each headline outcome.

    ``values`` has the shape ``(replicate, scenario, outcome)``.
    """
    from scipy.special import stdtrit

    if len(study.scenarios) == 1 or replicates < 2:
        return {}
    base = tuple(study.scenarios).index(study.baseline)
    others = [i for i in range(len(study.scenarios)) if i != base]
    differences = values[:, others] - values[:, [base]]
    quantile = stdtrit(replicates - 1, 0.975)
    widths = {}
    for i, (name, outcome) in enumerate(OUTCOMES.items()):
        if not outcome.headline:
            continue
        spread = differences[..., i].std(axis=0, ddof=1)
        if np.isfinite(spread).any():
            widths[name] = float(np.nanmax(spread) * quantile / math.sqrt(replicates))
    return widths
