"""From a study to its folder of results."""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem, RunFailed, ScenarioFailed, printable
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.study import store
from sansheng.study.dictionary import dictionary
from sansheng.study.engine import Block, failing_as_a_run, run_blocks, usable_cores
from sansheng.study.matching import (
    FIRST_PILOT,
    TOLERANCE,
    Match,
    match_spending,
    scaled_study,
)
from sansheng.study.own_code import codes_of, with_stored_paths
from sansheng.study.own_place import place_of, place_text, with_stored_place
from sansheng.study.parquet import Table
from sansheng.study.progress import Progress
from sansheng.study.provenance import content_hash, machine, source_hash, versions
from sansheng.study.results import Results
from sansheng.study.rewriting import rewritten

if TYPE_CHECKING:
    from sansheng.study.config import LeverRef, RuleRef, Study
    from sansheng.study.simulate import ScenarioRun

MODEL = "sansheng.study.simulate"
"""Module that simulates: ``simulate_block(study, draw, replicate)``, ``warm_up()`` and ``Pilot(study, keys)``."""


def run_study(
    study: Study,
    out: Path | str,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    model: str = MODEL,
) -> Path:
    """Run every scenario, draw and replicate of a study and store the results.

    The numbers do not depend on ``workers``. The folder appears when everything is in it; an
    interrupted or failed run leaves what was there before.

    Parameters
    ----------
    study
        What to run.
    out
        Folder of the results: absent, empty, or earlier results of the same study, which are replaced.
    workers
        Processes; left out, one for each usable core, and no more than there are blocks.
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
        If ``out`` holds something else, ``workers`` is below 1, scenarios cannot be made to spend alike, or
        the study proves wrong when run.
    RunFailed
        If a block fails or the results cannot be written. If it is a scenario that fails, and not the
        baseline, the others are run and stored first.
    """
    out = Path(out).resolve()
    progress = progress or Progress(quiet=True)
    inputs = _inputs_hash(study)
    store.check_destination(out, inputs)
    kept, left_out = study, dict[str, ScenarioFailed]()
    while True:
        try:
            _run(kept, study, out, inputs, workers, progress, model, left_out)
            break
        except ScenarioFailed as failed:
            if failed.scenario == study.baseline:
                raise
            left_out[failed.scenario] = failed
            kept = _without(kept, failed.scenario)
            progress.say(_lost(failed))
    for first in left_out.values():
        text = _lost(first)
        stored = Text(
            f"{text.en}; the others are stored in {out}", f"{text.zh}；其余方案已保存于 {out}"
        )
        raise RunFailed(Problem(stored, first.problem.where)) from first
    return out


def _without(study: Study, scenario: str) -> Study:
    kept = {name: found for name, found in study.scenarios.items() if name != scenario}
    return study.model_copy(update={"scenarios": kept})


def _lost(failed: ScenarioFailed) -> Text:
    name = printable(failed.scenario)
    return Text(
        f"scenario {name} failed and is left out: {failed.reason.en}",
        f"方案 {name} 运行失败，不计入结果：{failed.reason.zh}",
    )


def _run(
    study: Study,
    whole: Study,
    out: Path,
    inputs: str,
    workers: int | None,
    progress: Progress,
    model: str,
    left_out: Mapping[str, ScenarioFailed],
) -> None:
    """Run and store what is left of the ``whole`` study; ``left_out`` are scenarios that failed before."""
    started = time.monotonic()
    draws = range(len(study.draws()))
    blocks = [Block(draw, replicate) for draw in draws for replicate in range(study.replicates)]
    processes = process_count(workers, len(blocks))
    results = _results(study)
    # All that could fail for another reason than the run itself fails before it.
    manifest = _manifest(study, results, inputs)
    texts = {
        store.STUDY: _text_as_run(whole),
        store.DICTIONARY: dictionary(_varied(study), equal_spend=study.equal_spend),
        **{name: code.text for name, code in codes_of(whole).items()},
        **place_text(whole),
    }

    def deliver(block: Block, runs: Sequence[ScenarioRun]) -> None:
        first = results.communities is None
        results.put(block.draw, block.replicate, runs)
        if first:
            store.require_space(out, results.nbytes)
        progress.advance(len(runs))

    compile_model(model, progress)
    with failing_as_a_run():
        matches = match_spending(study, importlib.import_module(model).Pilot, progress)
    as_matched = scaled_study(study, matches)
    progress.start(study.runs)
    try:
        run_blocks(
            as_matched, blocks, deliver, workers=processes, function=f"{model}:simulate_block"
        )
    finally:
        progress.stop()
    store.write_study(
        out,
        manifest={
            **manifest,
            **_with_matches(manifest, matches),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "wall_seconds": round(time.monotonic() - started, 3),
            "failed": 0,
            "left_out": [
                {"scenario": name, "reason": failed.reason._asdict()}
                for name, failed in left_out.items()
            ],
        },
        texts=texts,
        tables=_tables(study, results),
    )


def process_count(workers: int | None, blocks: int) -> int:
    """Return how many processes to use: those asked for, else one a core, never more than blocks."""
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
    return min(workers, blocks)


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


def _results(study: Study) -> Results:
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES

    return Results(
        scenarios=tuple(study.scenarios),
        draws=len(study.draws()),
        replicates=study.replicates,
        month_count=study.months,
        outcomes=tuple(OUTCOMES),
        community_columns=tuple(column.id for column in COMMUNITY_COLUMNS),
        whole_columns=tuple(column.id for column in COMMUNITY_COLUMNS if column.integer),
    )


def _inputs_hash(study: Study) -> str:
    """Return the hash of all that the user gave: comments and titles may change, settings may not."""
    told = {"source", "file", "title", "own_place", "grid", "scales"}
    settings = study.model_dump(mode="json", exclude=told)
    place = place_of(study).model_dump(mode="json")
    return content_hash({"study": settings, "draws": study.draws(), "place": place})


def _manifest(study: Study, results: Results, inputs: str) -> dict[str, Any]:
    """Return what is known before the run; the program's hash is that of the code about to run."""
    return {
        "versions": versions(),
        "platform": machine(),
        "source_sha256": source_hash(),
        "inputs_sha256": inputs,
        "place": study.place,
        "start": str(study.start),
        "months": study.months,
        "warm_up": study.warm_up,
        "seed": study.seed,
        "replicates": study.replicates,
        "draws": results.draws,
        "parameters": study.parameters,
        "parameters_varied": list(study.grid),
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
        "outcomes": list(results.outcomes),
        "community_columns": list(results.community_columns),
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
    if not study.grid:
        return []  # and the model, which takes a second to load, may load in the workers alone
    from sansheng.month import PARAMETERS

    return [PARAMETERS[name] for name in study.grid]


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
        "line": lever.payer,
        "options": lever.settings(),
    }


def _text_as_run(study: Study) -> str:
    """Return the study's file with the replicates and the seed that were asked for instead."""

    def change(written: Any) -> bool:
        overridden = {
            name: value
            for name, value in (("replicates", study.replicates), ("seed", study.seed))
            if written[name] != value
        }
        written.update(overridden)
        flattened = [with_stored_paths(study, written), with_stored_place(study, written)]
        return any(flattened) or bool(overridden)

    return rewritten(study.source, change)


def _tables(study: Study, results: Results) -> dict[str, Table]:
    if results.communities is None or not results.complete:
        raise RuntimeError("a run is missing, though no block failed")
    index = [study.start.plus(i) for i in range(study.months)]
    months = _run_keys(results, study.months) | {
        "year": _tiled([month.year for month in index], results),
        "month": _tiled([month.month for month in index], results),
    }
    for i, outcome in enumerate(results.outcomes):
        months[outcome] = results.months[..., i].ravel()
    rows = results.communities.shape[3]
    communities = _run_keys(results, rows)
    for i, column in enumerate(results.community_columns):
        values = results.communities[..., i].ravel()
        communities[column] = values.astype(np.int64) if column in results.whole_columns else values
    draws = study.draws()
    return {
        store.MONTHS: months,
        store.COMMUNITIES: communities,
        store.DRAWS: {
            "draw": np.arange(len(draws), dtype=np.int32),
            **{name: np.array([draw[name] for draw in draws]) for name in study.grid},
        },
    }


def _run_keys(results: Results, rows: int) -> dict[str, NDArray[Any]]:
    """Return the key columns of a table with so many rows a run."""
    shape = (len(results.scenarios), results.draws, results.replicates, rows)
    scenario, draw, replicate, _ = np.indices(shape, dtype=np.int32, sparse=True)
    names = np.array(results.scenarios, dtype=object)
    return {
        "scenario": np.broadcast_to(names[scenario], shape).ravel(),
        "draw": np.broadcast_to(draw, shape).ravel(),
        "replicate": np.broadcast_to(replicate, shape).ravel(),
    }


def _tiled(values: Sequence[int], results: Results) -> NDArray[np.int32]:
    """Return one value a month, repeated for every run."""
    runs = len(results.scenarios) * results.draws * results.replicates
    return np.tile(np.array(values, dtype=np.int32), runs)
