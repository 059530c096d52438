"""Whether a folder holds what was run: every file and number hashed anew, and some runs made again."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sansheng.core.errors import Problem, RunFailed, printable
from sansheng.core.months import Month
from sansheng.core.scale import ONE
from sansheng.core.text import Text
from sansheng.outcomes.summary import summarise
from sansheng.study.config import Scaling, Study
from sansheng.study.failures import LostRun, TracebackError
from sansheng.study.layout import layout_of
from sansheng.study.ledger import RunRow
from sansheng.study.manifest import damaged
from sansheng.study.progress import Progress
from sansheng.study.provenance import source_hash, versions
from sansheng.study.reading import StudyData
from sansheng.study.run import MODEL, compile_model
from sansheng.study.shards import RUN_KEY, checksum, numbers_of

if TYPE_CHECKING:
    from sansheng.study.simulate import ScenarioRun


class Verified(NamedTuple):
    """How many runs were looked at, and how many were made again."""

    runs: int
    again: int


def verify_study(
    data: StudyData,
    rerun: int = 0,
    pick: int = 0,
    progress: Progress | None = None,
    model: str = MODEL,
) -> Verified:
    """Hash every file and every run of a study, and make some runs again.

    Parameters
    ----------
    data
        Results, complete or not.
    rerun
        How many runs to make again; all, if there are no more.
    pick
        Which ones: another number, another choice.
    progress
        Told how far it is.
    model
        Module that simulates.

    Raises
    ------
    BadInput
        If something is not what was run.
    RunFailed
        If a run that is made again differs, or cannot be made.
    """
    progress = progress or Progress(quiet=True)
    data.tables.sources()  # hashes every file
    stored = {run.key: run.months for run in data.tables.numbers()}  # hashes every run
    rows = data.tables.summaries()
    names = [said["name"] for said in data.manifest["scenarios"]]
    known = set(data.outcomes) == set(_outcomes())
    for i, key in enumerate(zip(*(rows[name] for name in RUN_KEY), strict=True)):
        run = (names[int(key[0])], int(key[1]), int(key[2]))
        values = np.array([rows[outcome][i] for outcome in data.outcomes])
        if known and summarise(stored[run]).tobytes() != values.tobytes():
            what = Text("it does not sum up the months", "其与逐月结果不符")
            raise damaged(data.folder, "summary", what)
    chosen = _chosen([row for row in data.ledger if row.status == "done"], rerun, pick)
    if chosen:
        _again(data, chosen, progress, model)
    return Verified(len(stored), len(chosen))


def _outcomes() -> tuple[str, ...]:
    from sansheng.outcomes.measures import OUTCOMES

    return tuple(OUTCOMES)


def _chosen(rows: list[RunRow], count: int, pick: int) -> list[RunRow]:
    """Return some runs, spread as if at random, the same ones for the same number."""

    def rank(row: RunRow) -> str:
        return hashlib.sha256(f"{pick} {row.run}".encode()).hexdigest()

    return sorted(rows, key=rank)[:count]


def as_run(data: StudyData) -> Study:
    """Return the study of a folder as it was run, with the scales that made its scenarios spend alike."""
    scales = {
        said["name"]: Scaling(
            start=Month.parse(said["spending"]["from"]),
            millionths=round(said["spending"]["scale"] * ONE),
        )
        for said in data.manifest["scenarios"]
        if said["spending"].get("from") is not None and said["spending"]["scale"] != 1.0
    }
    return data.study.model_copy(update={"scales": scales})


def _again(data: StudyData, rows: list[RunRow], progress: Progress, model: str) -> None:
    study = as_run(data)
    compile_model(model, progress)
    progress.start(len(rows))
    try:
        for row in rows:
            _made_again(data, study, row, model)
            progress.advance(1)
    finally:
        progress.stop()


def runs_with_events(
    data: StudyData, rows: Sequence[RunRow], progress: Progress, model: str = MODEL
) -> list[ScenarioRun]:
    """Make some runs again, with their events.

    Parameters
    ----------
    data
        Results.
    rows
        Runs of the ledger that are done.
    progress
        Told how far it is.
    model
        Module that simulates.

    Raises
    ------
    RunFailed
        If a run gives other numbers than were stored, or cannot be made.
    """
    events = tuple(sorted({row.replicate for row in rows}))
    study = as_run(data).model_copy(update={"events": events})
    compile_model(model, progress)
    return [_made_again(data, study, row, model) for row in rows]


def _made_again(data: StudyData, study: Study, row: RunRow, model: str) -> ScenarioRun:
    """Return a run made again, after comparing its numbers with those that were stored."""
    simulate = importlib.import_module(model).simulate_scenarios
    run: ScenarioRun | LostRun
    (run,) = simulate(study, row.draw, row.replicate, (row.scenario,))
    if isinstance(run, LostRun):
        problem = Problem(run.reason.text, run.reason.place)
        raise RunFailed(problem) from TracebackError(run.reason.trace)
    # A program that stores other columns makes other numbers.
    if data.layout != layout_of(study) or (checksum(numbers_of(run, data.layout)) != row.checksum):
        raise RunFailed(Problem(_differs(data, row)))
    return run


def _differs(data: StudyData, row: RunRow) -> Text:
    same = (
        data.manifest["source_sha256"] == source_hash() and data.manifest["versions"] == versions()
    )
    why = (
        Text("by the same program", "程序相同")
        if same
        else Text(
            "by another program than the one that stored them", "所用程序与保存结果的程序不同"
        )
    )
    name = printable(row.scenario)
    return Text(
        f"{name}, draw {row.draw}, replicate {row.replicate} of {data.folder} gives other numbers when it is made"
        f" again, {why.en}",
        f"{data.folder} 中 {name}、参数组 {row.draw}、重复 {row.replicate} 重新运行所得数值不同（{why.zh}）",
    )
