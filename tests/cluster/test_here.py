"""A cluster of this machine that lives as long as its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from sansheng.study.canonical import study_hash
from sansheng.study.cluster import DaskEngine
from sansheng.study.config import Study
from sansheng.study.run import run_study

SCRIPT = """
import sys
sys.path.insert(0, {fakes!r})
import fake_model
from sansheng.core import kernels
from sansheng.study.cluster import DaskEngine
from sansheng.study.run import run_study

if __name__ == "__main__":
    kernels.kernels_are_compiled = lambda: True
    study = fake_model.make_study(marks={marks!r}, replicates=4)
    try:
        run_study(study, {out!r}, engine=DaskEngine(None, 2), model="slow_model")
    except KeyboardInterrupt:
        sys.exit(130)
"""


def test_workers_of_this_machine_give_the_bits_of_one_process_and_end_with_the_run(
    study: Study, expected: str, once: Any, tmp_path: Path
) -> None:
    here = psutil.Process()
    before = set(here.children(recursive=True))
    ears = set(here.net_connections())
    heard: set[str] = set()
    children: list[psutil.Process] = []

    def look() -> None:
        children.extend(set(here.children(recursive=True)) - before)
        for process in (here, *children):
            opened = set(process.net_connections()) - ears
            heard.update(found.laddr.ip for found in opened if found.status == "LISTEN")

    out = run_study(
        study,
        tmp_path / "out",
        engine=DaskEngine(None, 2),
        progress=once(look),
        model="noting_model",
    )
    assert study_hash(out) == expected
    assert heard == {"127.0.0.1"}
    # One that is Python's own stays: it tidies up when this process ends.
    mine = [process for process in children if "resource_tracker" not in " ".join(words(process))]
    assert not psutil.wait_procs(mine, 10)[1]


def words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_ctrl_c_ends_the_run_and_its_workers_quietly(
    project: Path, tmp_path: Path, until: Callable[[Callable[[], object]], None]
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.format(
            fakes=str(project / "tests" / "fakes"), marks=str(marks), out=str(tmp_path / "out")
        ),
        encoding="utf-8",
    )
    run = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        until(lambda: len(list(marks.glob("worker-*"))) == 2)
        os.killpg(run.pid, signal.SIGINT)
        _, errors = run.communicate(timeout=30)
    finally:
        run.kill()
        run.communicate()
    assert run.returncode == 130
    assert errors == ""
    pids = [int(path.name.removeprefix("worker-")) for path in marks.glob("worker-*")]
    until(lambda: not any(map(psutil.pid_exists, pids)))


def test_a_study_that_lacks_nothing_asks_no_cluster(
    study: Study, expected: str, tmp_path: Path
) -> None:
    out = run_study(study, tmp_path / "out", workers=1, model="fake_model")
    nobody = DaskEngine("tcp://127.0.0.1:9", 1)
    assert study_hash(run_study(study, out, engine=nobody, model="fake_model")) == expected
