"""A scheduler and workers that somebody started: the same numbers, whatever becomes of them."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import dispatch
from sansheng.study.canonical import study_hash
from sansheng.study.cluster import DaskEngine
from sansheng.study.config import Study, load_study
from sansheng.study.reading import open_study
from sansheng.study.run import run_study

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


def runs(folder: Path, status: str = "done") -> list[Any]:
    return [row for row in open_study(folder, allow_partial=True).ledger if row.status == status]


def test_a_cluster_gives_the_bits_of_one_process(
    cluster: Any, study: Study, expected: str, tmp_path: Path
) -> None:
    out = run_study(study, tmp_path / "out", engine=engine(cluster), model="fake_model")
    assert study_hash(out) == expected


def test_a_cluster_gives_the_bits_of_one_process_for_a_real_place(
    cluster: Any, project: Path, tmp_path: Path
) -> None:
    study = load_study(project / "experiments" / "classroom" / "study.yaml")
    changes = {"months": 12, "warm_up": 0, "replicates": 2, "equal_spend": False}
    study = study.model_copy(update=changes)
    out = run_study(study, tmp_path / "out", engine=engine(cluster))
    assert study_hash(out) == study_hash(run_study(study, tmp_path / "one", workers=1))


def test_a_worker_killed_in_the_middle_costs_no_run_and_changes_no_number(
    cluster: Any, study: Study, expected: str, once: Any, tmp_path: Path
) -> None:
    def kill() -> None:
        marks = sorted((tmp_path / "marks").glob("worker-*"))
        os.kill(int(marks[0].name.removeprefix("worker-")), signal.SIGKILL)

    progress = once(kill)
    out = run_study(
        study, tmp_path / "out", engine=engine(cluster), progress=progress, model="noting_model"
    )
    assert progress.action is None
    assert len(runs(out)) == len(open_study(out).summary) == study.runs
    assert study_hash(out) == expected


def test_a_block_that_kills_its_worker_once_is_tried_again(
    cluster: Any, study: Study, expected: str, tmp_path: Path
) -> None:
    out = run_study(study, tmp_path / "out", engine=engine(cluster), model="dying_model")
    assert (tmp_path / "marks" / "died").exists()
    assert study_hash(out) == expected


def test_a_block_that_always_kills_its_worker_fails_alone(
    cluster: Any, study: Study, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(RunFailed, match=f"2 of {study.runs} runs failed"):
        run_study(study, out, engine=engine(cluster), model="deadly_model")
    failed = runs(out, "failed")
    assert {(row.replicate, row.stage) for row in failed} == {(1, "worker")}
    assert len(failed) == len(study.scenarios)
    assert len(runs(out)) == study.runs - len(failed)


def test_a_worker_with_another_program_is_refused_before_anything_is_run(
    new_cluster: Callable[[], Any], study: Study, project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project / "src", tmp_path / "other")
    with (tmp_path / "other" / "sansheng" / "model.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    cluster = new_cluster()
    cluster.start_worker(source=tmp_path / "other")
    with pytest.raises(BadInput, match=r"has another program than this one \(source\)") as refusal:
        run_study(study, tmp_path / "out", engine=engine(cluster), model="noting_model")
    assert str(refusal.value).count("\n") == 0
    assert not list((tmp_path / "marks").iterdir())


def test_a_run_whose_scheduler_vanishes_fails_in_one_line_and_can_be_resumed(
    new_cluster: Callable[[], Any],
    study: Study,
    expected: str,
    once: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE", 2.0)
    cluster = new_cluster()
    cluster.start_worker()
    out = tmp_path / "out"
    with pytest.raises(RunFailed, match="does not answer any more; what is stored is kept"):
        run_study(
            study,
            out,
            engine=engine(cluster),
            progress=once(cluster.processes[0].kill),
            model="noting_model",
        )
    before = len(runs(out))
    assert 0 < before < study.runs
    assert study_hash(run_study(study, out, workers=1, model="fake_model")) == expected


def engine(cluster: Any) -> DaskEngine:
    return DaskEngine(cluster.address, 1)
