"""Clusters of this machine, all on the loopback, each ended by whoever started it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.core import kernels
from sansheng.study.canonical import study_hash
from sansheng.study.config import Study
from sansheng.study.progress import Progress
from sansheng.study.run import run_study

SECONDS = 60.0
REPLICATES = 12
PRIVATE = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
"""Even without a dashboard there is a port that tells of its state, open to the network unless told otherwise."""


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Cluster:
    """A scheduler and workers as a user starts them, from the command line."""

    def __init__(self, folder: Path, source: Path, fakes: Path) -> None:
        self.folder, self.source, self.fakes = folder, source, fakes
        self.processes: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        # Tests that are killed cannot end it.
        words = ["--host", "127.0.0.1", "--port", "0", "--idle-timeout", "300", *PRIVATE]
        started = self._start("dask_scheduler", *words, source=self.source)
        wait_until(self.file.exists)
        return started

    def start_worker(self, source: Path | None = None) -> subprocess.Popen[bytes]:
        words = ["--host", "127.0.0.1", "--nthreads", "1", "--memory-limit", "0", *PRIVATE]
        folder = ["--local-directory", str(self.folder), "--death-timeout", "60"]
        return self._start("dask_worker", *words, *folder, source=source or self.source)

    def _start(self, module: str, *words: str, source: Path) -> subprocess.Popen[bytes]:
        known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = os.pathsep.join(filter(None, [str(source), str(self.fakes), *known]))
        process = subprocess.Popen(
            [
                sys.executable,
                *("-m", f"distributed.cli.{module}"),
                *("--scheduler-file", str(self.file)),
                *words,
            ],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])

    def end(self) -> None:
        # A worker ends when its nanny does, and a nanny that is asked to end takes seconds.
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(SECONDS)


@pytest.fixture(scope="session")
def new_cluster(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Cluster]]:
    """A function that starts a scheduler, to which a test adds workers."""
    started: list[Cluster] = []

    def start() -> Cluster:
        folder = tmp_path_factory.mktemp("cluster")
        cluster = Cluster(folder, project / "src", project / "tests" / "fakes")
        started.append(cluster)
        cluster.start_scheduler()
        return cluster

    yield start
    for cluster in started:
        cluster.end()


@pytest.fixture(scope="session")
def cluster(new_cluster: Callable[[], Cluster]) -> Cluster:
    """A cluster of two workers, each restarted by its nanny when it dies."""
    made = new_cluster()
    made.start_worker()
    made.start_worker()
    return made


@pytest.fixture(scope="session")
def fake_model(project: Path) -> Iterator[ModuleType]:
    """The module that stands in for the simulation, importable by workers too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "fakes"))
        yield importlib.import_module("fake_model")


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


@pytest.fixture
def study(fake_model: ModuleType, tmp_path: Path) -> Study:
    """A study of two scenarios, whose blocks leave notes in ``marks``."""
    (tmp_path / "marks").mkdir()
    made: Study = fake_model.make_study(marks=tmp_path / "marks", replicates=REPLICATES)
    return made


@pytest.fixture(scope="session")
def expected(fake_model: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash that one process gives."""
    study = fake_model.make_study(replicates=REPLICATES)
    out = tmp_path_factory.mktemp("one") / "out"
    return study_hash(run_study(study, out, workers=1, model="fake_model"))


class Once(Progress):
    """Does something when the first answers are stored."""

    def __init__(self, action: Callable[[], object]) -> None:
        super().__init__(quiet=True)
        self.action: Callable[[], object] | None = action

    def advance(self, count: int) -> None:
        super().advance(count)
        if self.action is not None:
            action, self.action = self.action, None
            action()


@pytest.fixture
def once() -> type[Once]:
    """A progress that acts once, in the middle of a run."""
    return Once


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], object]], None]:
    """A function that waits until a condition holds."""
    return wait_until
