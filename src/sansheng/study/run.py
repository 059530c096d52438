"""From a study to its folder of results."""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.core.errors import BadInput, Problem, RunFailed, ScenarioFailed, printable
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.study import store
from sansheng.study.designs import with_stored_ensemble
from sansheng.study.dictionary import dictionary
from sansheng.study.engine import Engine, LocalEngine, failing_as_a_run, usable_cores
from sansheng.study.failures import MATCHING, LostRun, TracebackError, reason_of
from sansheng.study.kept import columns_kept, keeps_communities
from sansheng.study.layout import layout_of
from sansheng.study.matching import (
    FIRST_PILOT,
    TOLERANCE,
    Match,
    match_spending,
    matches_in,
    scaled_study,
)
from sansheng.study.own_code import codes_of, with_stored_paths
from sansheng.study.own_place import place_of, place_text, with_stored_place
from sansheng.study.parquet import Table
from sansheng.study.progress import Progress
from sansheng.study.provenance import code_hash, content_hash, machine, source_hash, versions
from sansheng.study.queue import StudyWork
from sansheng.study.rewriting import rewritten
from sansheng.study.watched import watched
from sansheng.study.work import FUNCTION, Plan

if TYPE_CHECKING:
    from sansheng.study.config import LeverRef, RuleRef, Study
    from sansheng.study.parts import Part

MODEL = "sansheng.study.simulate"
"""Module that simulates.

It has ``simulate_scenarios(study, draw, replicate, scenarios)``, ``warm_up()`` and ``Pilot(study, keys)``.
"""


def run_study(
    study: Study,
    out: Path | str,
    *,
    workers: int | None = None,
    engine: Engine | None = None,
    part: Part | None = None,
    restart: bool = False,
    progress: Progress | None = None,
    model: str = MODEL,
) -> Path:
    """Run what a study's folder lacks of its scenarios, draws and replicates, and store it there.

    The numbers do not depend on ``workers``, ``engine`` or ``part``, nor on how often the run was interrupted.
    What is done when it is left, by whatever means, is kept, and the same call goes on from it.

    Parameters
    ----------
    study
        What to run.
    out
        Folder of the results: absent, empty, or holding results of the same study, perhaps of fewer replicates.
    workers
        Processes; left out, one for each usable core.
    engine
        Where runs are made; left out, on this machine.
    part
        Which part of the study to run, for jobs that share it; left out, all.
    restart
        Whether to forget the runs that are there.
    progress
        Told how far the run is; left out, nobody is.
    model
        Module that simulates.

    Returns
    -------
    The folder, as an absolute path.

    Raises
    ------
    BadInput
        If ``out`` holds something else, or was begun by another version of the program; if ``workers`` is below 1,
        scenarios cannot be made to spend alike, or the study proves wrong when run.
    RunFailed
        If the results cannot be written, or runs failed: what succeeded is stored first.
    """
    out = Path(out).resolve()
    progress = progress or Progress(quiet=True)
    if part is not None and study.precision is not None:
        raise BadInput(Problem(_NO_PARTS))
    processes, threads = shared_out(study, workers_for(study, workers))
    where: Engine = engine or LocalEngine(processes)
    threads = threads if engine is None else 1
    program = {"source_sha256": source_hash(), "versions": versions()}
    inputs = _inputs_hash(study)
    with store.open_for_writing(out, inputs) as folder:
        if restart:
            folder.forget_runs()
        elif folder.manifest is not None:
            _require_same(folder.path, folder.manifest, program, part)
            study = _no_fewer(study, folder.manifest["replicates"])
        work = _begin(study, folder, inputs, program, part, progress, model, alone=where.alone)
        started = time.monotonic()
        progress.start(work.total, work.stored)
        try:
            with watched(progress.come_nearer):
                where.run(Plan(work.study, model, threads), FUNCTION, work)
        except KeyboardInterrupt:
            progress.stop()
            progress.say(_interrupted(work, out))
            raise
        finally:
            progress.stop()
        folder.finish(
            {
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "wall_seconds": round(time.monotonic() - started, 3),
            }
        )
    _report(work, out)
    return out


_NO_PARTS = Text(
    "a study that runs until it is precise enough cannot be divided among jobs, none of which sees all runs; give a"
    " number of replicates",
    "按精度停止的研究无法分给多个作业，因为没有作业能看到全部运行；请给定重复次数",
)


def _begin(
    study: Study,
    folder: store.StudyFolder,
    inputs: str,
    program: Mapping[str, Any],
    part: Part | None,
    progress: Progress,
    model: str,
    *,
    alone: bool,
) -> StudyWork:
    """Match spending, put everything but runs in its place, and return what is to be done."""
    # All that could fail for another reason than the run itself fails before it.
    manifest = {**_manifest(study, inputs), **program, "part": part.as_list() if part else None}
    texts = {
        store.STUDY: _text_as_run(study),
        store.DICTIONARY: dictionary(
            _varied(study),
            equal_spend=study.equal_spend,
            events=bool(study.events),
            kept=columns_kept(study),
        ),
        **{name: code.text for name, code in codes_of(study).items()},
        **study.attachments(),
        **place_text(study),
    }
    draws = _draws(study)
    compile_model(model, progress)
    known = folder.manifest and matches_in(folder.manifest, study)
    matches, unmatched = (known, []) if known else _match(study, model, progress)
    manifest = {
        **manifest,
        **_with_matches(manifest, matches),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    as_matched = scaled_study(study, matches)
    rows = folder.begin(manifest, texts, draws)
    work = StudyWork(as_matched, folder, rows, inputs, part, progress, alone=alone)
    work.drop(unmatched)
    return work


def _match(study: Study, model: str, progress: Progress) -> tuple[dict[str, Match], list[LostRun]]:
    """Match spending of the scenarios that can be run; return also those that cannot, and why."""
    kept, lost = study, list[LostRun]()
    while True:
        try:
            with failing_as_a_run():
                pilot = importlib.import_module(model).Pilot
                return match_spending(kept, pilot, progress), lost
        except ScenarioFailed as failed:
            if failed.scenario == study.baseline:
                raise
            lost.append(LostRun(failed.scenario, 0, 0, MATCHING, reason_of(failed)))
            scenarios = {
                name: found for name, found in kept.scenarios.items() if name != failed.scenario
            }
            kept = kept.model_copy(update={"scenarios": scenarios})


def _require_same(
    path: Path, manifest: Mapping[str, Any], program: Mapping[str, Any], part: Part | None
) -> None:
    """Refuse to put runs of another program, or of another part, beside those that are there."""
    if manifest["part"] != (part.as_list() if part else None):
        raise BadInput(
            Problem(
                Text(
                    f"{path} holds another part of this study; name another folder for each part, and merge them",
                    f"{path} 保存的是本研究的另一部分；请为各部分另选文件夹，再合并",
                )
            )
        )
    differing = [
        f"{name} {manifest['versions'].get(name)} → {version}"
        for name, version in program["versions"].items()
        if manifest["versions"].get(name) != version
    ]
    if manifest["source_sha256"] != program["source_sha256"]:
        differing.append(Text("the program's source", "程序源码").en)
    if differing:
        listed = ", ".join(differing)
        raise BadInput(
            Problem(
                Text(
                    f"{path} was begun with another program ({listed}), whose numbers may differ; go on with that one,"
                    " start anew with --restart, or name another folder",
                    f"{path} 由另一版本的程序开始（{listed}），数值可能不同；"
                    "请用原版本续跑，或用 --restart 重新开始，或另选文件夹",
                )
            )
        )


def _no_fewer(study: Study, replicates: int) -> Study:
    """Return the study with at least so many replicates: none that is there is taken away."""
    if study.replicates >= replicates:
        return study
    return study.model_copy(update={"replicates": replicates})


def _interrupted(work: StudyWork, out: Path) -> Text:
    return Text(
        f"{work.stored} of {work.total} runs are stored in {out}; the same command goes on from there",
        f"{out} 已保存 {work.stored}/{work.total} 次运行；重复同一命令即可续跑",
    )


def _report(work: StudyWork, out: Path) -> None:
    """Tell of runs that failed.

    Raises
    ------
    RunFailed
        If there are any.
    """
    if not work.lost:
        return
    first = min(work.lost, key=lambda run: (run.draw, run.replicate, run.stage))
    names = ", ".join(dict.fromkeys(printable(run.scenario) for run in work.lost))
    missing = work.total - work.stored - len(work.lost)
    rest = (
        Text(f", {missing} were not tried", f"，{missing} 次未再尝试") if missing else Text("", "")
    )
    text = Text(
        f"{len(work.lost)} of {work.total} runs failed ({names}){rest.en}; first draw {first.draw}, replicate "
        f"{first.replicate}: {first.reason.text.en}; the others are stored in {out}, see --allow-partial",
        f"{work.total} 次运行中有 {len(work.lost)} 次失败（{names}）{rest.zh}；首个为参数组 {first.draw}、重复 "
        f"{first.replicate}：{first.reason.text.zh}；其余已保存于 {out}，可用 --allow-partial 查看",
    )
    raise RunFailed(Problem(text, first.reason.place)) from TracebackError(first.reason.trace)


def process_count(workers: int | None, most: int | None = None) -> int:
    """Return how many processes to use: those asked for, else one a core, and never more than ``most``."""
    if workers is None:
        workers = usable_cores()
    elif workers < 1:
        raise BadInput(
            Problem(
                Text(
                    f"{workers} workers; allowed: at least 1",
                    f"进程数（workers）为 {workers}；至少为 1",
                )
            )
        )
    return workers if most is None else min(workers, most)


def workers_for(study: Study, workers: int | None) -> int:
    """Return how many processes to use for a study: those asked for, else one a core that has enough to do."""
    if workers is not None or study.precision is not None:
        return process_count(workers)
    communities = sum(district.communities.value for district in place_of(study).parts)
    months = study.runs * (study.warm_up + study.months)
    return process_count(None, max(1, communities * months // _WORTH_A_PROCESS))


_WORTH_A_PROCESS = 300_000
"""Months of a community that take about as long as starting a process does, a second."""


def shared_out(study: Study, workers: int) -> tuple[int, int]:
    """Return how many processes work, and how many markets each lives through at a time.

    A place of few communities is small, and its replicates are many: a process for each worker. One of which
    districts are kept is large: its markets are shared out within one process, which holds its sums once.
    """
    return (workers, 1) if keeps_communities(study) else (1, workers)


def compile_model(model: str, progress: Progress) -> None:
    """Compile in this process once, so that workers load from disk and do not all compile at once."""
    from sansheng.core.kernels import kernels_are_compiled, mark_kernels_compiled

    if not kernels_are_compiled():
        progress.say(
            Text(
                "compiling the model (first run on this machine only)…",
                "正在编译模型（本机首次运行）…",
            )
        )
        importlib.import_module(model).warm_up()
        mark_kernels_compiled()


def _inputs_hash(study: Study) -> str:
    """Return the hash of all that the user gave: comments and titles may change, settings may not."""
    # More replicates are more of the same; what grids and designs say is in the draws.
    more = {"replicates", "precision", "grid", "design"}
    told = {"source", "file", "title", "own_place", "scales"}
    settings = study.model_dump(mode="json", exclude=more | told)
    place = place_of(study).model_dump(mode="json")
    return content_hash({"study": settings, "draws": study.draws(), "place": place})


def _manifest(study: Study, inputs: str) -> dict[str, Any]:
    """Return what is known before the run."""
    layout = layout_of(study)
    return {
        "platform": machine(),
        "inputs_sha256": inputs,
        "place": study.place,
        "start": str(study.start),
        "months": study.months,
        "warm_up": study.warm_up,
        "seed": study.seed,
        "replicates": study.replicates,
        "draws": len(study.draws()),
        "parameters": study.parameters,
        "parameters_varied": list(study.varied),
        "design": study.design.kind if study.design else "grid",
        "baseline": study.baseline,
        "equal_spend": study.equal_spend,
        "match_extra": study.match_extra,
        "scenarios": [
            {
                "name": name,
                **_described(scenario.rule),
                "changes": [
                    {"from": str(change.start), **_described(change.rule)}
                    for change in scenario.changes
                ],
                "levers": [_lever(ref) for ref in scenario.levers],
            }
            for name, scenario in study.scenarios.items()
        ],
        "outcomes": list(layout.outcomes),
        "community_columns": list(layout.community_columns),
        "whole_columns": list(layout.whole_columns),
        "incumbents": [shape._asdict() for shape in layout.incumbents],
        "runs": study.runs,
    }


def _with_matches(manifest: Mapping[str, Any], matches: Mapping[str, Match]) -> dict[str, Any]:
    """Return the scenarios of a manifest with how their spending was matched; nothing where it was not."""
    nothing = {"status": "off", "scale": 1.0}
    said = {name: match.as_dict() for name, match in matches.items()}
    return {
        "scenarios": [
            {**scenario, "spending": said.get(scenario["name"], nothing)}
            for scenario in manifest["scenarios"]
        ],
        "pilot": {"first_replicate": FIRST_PILOT, "tolerance": TOLERANCE},
    }


def _varied(study: Study) -> list[Quantity]:
    if not study.varied:
        return []  # and the model, which takes a second to load, may load in the workers alone
    from sansheng.month import PARAMETERS

    return [PARAMETERS[name] for name in study.varied]


def _described(rule: RuleRef) -> dict[str, Any]:
    """Return a rule's name, every option, the defaults included, and its parts if it is made of others.

    Of a rule that is not of the package also what to call it, and its code's place and checksum, so that results
    can be read without running it.
    """
    kind = rule.kind()
    defaults = {option.name: option.default for option in kind.quantities}
    found: dict[str, Any] = {"rule": rule.name, "options": defaults | rule.options}
    if rule.own is not None:
        code = rule.own.read()
        found["title"] = kind.title._asdict()
        found["code"] = {"file": code.stored_as, "module": code.module, "sha256": code.sha256}
    else:
        found["source_sha256"] = code_hash(kind)
    if rule.parts:
        found["parts"] = [{**_described(part.rule), "weight": part.weight} for part in rule.parts]
    elif kind.combines:
        found["parts"] = rule.make().settings()["parts"]
    return found


def _lever(ref: LeverRef) -> dict[str, Any]:
    """Return a lever with every option and the line that pays, the defaults included."""
    from sansheng.policy.load import make_lever

    lever = make_lever(ref.name, ref.options, ref.line)
    return {
        "from": str(ref.start),
        "lever": lever.name,
        "source_sha256": code_hash(type(lever)),
        "line": lever.payer,
        "options": lever.settings(),
    }


def _text_as_run(study: Study) -> str:
    """Return the study's file with the replicates and the seed that were asked for instead."""
    asked = {"seed": study.seed}
    if study.precision is None:
        asked["replicates"] = study.replicates

    def change(written: Any) -> bool:
        overridden = {name: value for name, value in asked.items() if written[name] != value}
        written.update(overridden)
        flattened = [
            with_stored_paths(study, written),
            with_stored_ensemble(study, written),
            with_stored_place(study, written),
        ]
        return any(flattened) or bool(overridden)

    return rewritten(study.source, change)


def _draws(study: Study) -> Table:
    draws = study.draws()
    return {
        "draw": np.arange(len(draws), dtype=np.int32),
        **{name: np.array([draw[name] for draw in draws]) for name in study.varied},
    }
