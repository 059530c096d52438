"""What a study would take, told before it starts: runs, time, memory, disk, and what one more digit costs."""

from __future__ import annotations

import importlib
import math
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sansheng.core.errors import Problem, RunFailed
from sansheng.outcomes.measures import OUTCOMES
from sansheng.outcomes.summary import summarise
from sansheng.study.config import Study
from sansheng.study.engine import usable_cores
from sansheng.study.failures import LostRun, TracebackError
from sansheng.study.kept import (
    keeps_communities,
    rows_kept,
    scenario_bytes,
    scenarios_at_once,
    years_of,
)
from sansheng.study.layout import layout_of
from sansheng.study.matching import pilot_keys
from sansheng.study.own_place import place_of
from sansheng.study.progress import Progress
from sansheng.study.run import MODEL, compile_model, shared_out
from sansheng.study.shards import MONTHS, SUMMARY, WORKERS, numbers_of, pack
from sansheng.study.work import Block, Plan, run_task

FEWEST_TRIED, MOST_TRIED = 3, 12
SECONDS_TRIED = 3.0
"""How long replicates are tried, between the fewest and the most."""

DISTRICTS_TRIED = 12
"""Districts tried for each thread, where the place has too many to try all."""

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
    kept
        Whose years are kept of a run: ``communities``, or ``districts`` with quantiles over their communities.
    rows_kept, rows_communities
        Rows a run of those, and of communities if each was kept.
    markets_tried
        Districts that were tried, where the place has too many to try all; 0 where all were.
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
    kept: str
    rows_kept: int
    rows_communities: int
    markets_tried: int = 0

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
    processes, threads = shared_out(study, workers)
    each = keeps_communities(study)
    tried = _try_all(study, model) if each else _try_part(study, model, threads)
    most = study.precision.max if study.precision is not None else study.replicates
    runs_most = len(names) * len(study.draws()) * most
    matching = _matching_runs(study) * tried.seconds
    seconds = matching + runs_most * tried.seconds / min(processes, max(1, runs_most))
    folder = next(p for p in (out.resolve(), *out.resolve().parents) if p.exists())
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
        disk_bytes=tried.bytes * runs_most,
        disk_free_bytes=shutil.disk_usage(folder).free,
        memory_bytes=_memory(study, processes, tried.bytes * len(names)),
        precision=_precision(study, tried.rows, most),
        tried=len(tried.rows),
        digit_replicates=100 * most,
        digit_seconds=matching + 100 * (seconds - matching),
        kept="communities" if each else "districts",
        rows_kept=rows_kept(study, communities=each),
        rows_communities=rows_kept(study, communities=True),
        markets_tried=tried.markets,
    )


class _Tried(NamedTuple):
    """What trying says: seconds and bytes of a run, outcomes by replicate and scenario, districts if not all."""

    seconds: float
    bytes: float
    rows: Any
    markets: int = 0


def _try_all(study: Study, model: str) -> _Tried:
    """Try a few replicates."""
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
    runs = tried * len(names)
    return _Tried(took / runs, size / runs, np.array(rows))


def _try_part(study: Study, model: str, threads: int) -> _Tried:
    """Try some districts of a place of very many, once, and say what all would take."""
    simulate = importlib.import_module(model).simulate_scenarios
    names, layout = tuple(study.scenarios), layout_of(study)
    markets = len(place_of(study).parts)
    part = min(markets, DISTRICTS_TRIED * threads)
    list(simulate(study, 0, 0, names[:1], threads=threads, markets=threads))
    started = time.perf_counter()
    runs = list(simulate(study, 0, 0, names, threads=threads, markets=part))
    took = time.perf_counter() - started
    for run in runs:
        if isinstance(run, LostRun):
            problem = Problem(run.reason.text, run.reason.place)
            raise RunFailed(problem) from TracebackError(run.reason.trace)
    numbers = [numbers_of(run, layout) for run in runs]
    summaries = np.array([summarise(run.months) for run in runs])
    files = pack(numbers, summaries, {}, layout)
    of_place = sum(len(files[content]) for content in (MONTHS, SUMMARY, WORKERS))
    of_markets = sum(map(len, files.values())) - of_place
    size = of_place + of_markets * markets / part
    return _Tried(took * markets / part / len(names), size / len(names), summaries[None], part)


def _memory(study: Study, processes: int, block: float) -> float:
    """Return bytes of all processes together; ``block`` are those of a replicate's results on the disk."""
    together = (processes + (processes > 1)) * _BASE_BYTES + 50 * block
    each = keeps_communities(study)
    if each:
        return together
    communities, years = place_of(study).communities, years_of(study)
    at_once = min(len(study.scenarios), scenarios_at_once(communities, years, each=each))
    return together + at_once * scenario_bytes(communities, years, each=each)


def _matching_runs(study: Study) -> int:
    """Return about how many pilot runs make scenarios spend alike."""
    if not study.equal_spend or len(study.scenarios) == 1:
        return 0
    pilots = len(pilot_keys(len(study.draws()), place_of(study).communities))
    return pilots * (1 + TRIES_A_MATCH * (len(study.scenarios) - 1))


def _precision(study: Study, values: Any, replicates: int) -> dict[str, float]:
    """Return the widest half-width expected of each headline outcome.

    ``values`` has the shape ``(replicate, scenario, outcome)``.
    """
    from scipy.special import stdtrit

    if len(study.scenarios) == 1 or replicates < 2 or len(values) < 2:
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
