"""What is left when a run is killed: no worker, no folder that looks complete, no lost result."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.core import kernels
from sansheng.core.errors import RunFailed
from sansheng.study.canonical import study_hash
from sansheng.study.run import run_study

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")

SECONDS = 60.0

SCRIPT = """
import sys
sys.path.insert(0, {fakes!r})
import fake_model
from sansheng.core import kernels
from sansheng.core import kernels
from sansheng.core.errors import RunFailed
from sansheng.study.run import run_study

kernels.kernels_are_compiled = lambda: True
{before}
study = fake_model.make_study(marks={marks!r}, replicates=4)
try:
    run_study(study, {out!r}, workers={workers}, model={model!r})
except KeyboardInterrupt:
    sys.exit(130)
except RunFailed as error:
    sys.exit(str(error))
"""


class Scene:
    """A run in another process, and the folders it uses."""

    def __init__(self, folder: Path, fakes: Path) -> None:
        self.marks = folder / "marks"
        self.marks.mkdir()
        self.out = folder / "results" / "out"
        self.fakes = fakes
        self.process: subprocess.Popen[str] | None = None

    def start(
        self, before: str = "", *, workers: int, model: str = "fake_model"
    ) -> subprocess.Popen[str]:
        code = SCRIPT.format(
            fakes=str(self.fakes),
            before=before,
            marks=str(self.marks),
            out=str(self.out),
            workers=workers,
            model=model,
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        return self.process

    def workers(self) -> list[int]:
        return [int(path.name.removeprefix("worker-")) for path in self.marks.glob("worker-*")]

    def wait_for_workers(self, count: int) -> list[int]:
        until(lambda: len(self.workers()) == count)
        return self.workers()

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def scene(tmp_path: Path, project: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, project / "tests" / "fakes")
    yield made
    made.end()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of this process do not compile the real model."""
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except OSError:
        return sys.platform != "linux"
    return state != "Z"


def in_group(group: int) -> list[int]:
    """Every living process of a process group."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        pid = int(path.name)
        try:
            if os.getpgid(pid) == group and alive(pid):
                found.append(pid)
        except ProcessLookupError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers through /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_die_with_a_killed_parent_and_leave_no_results(how: int, scene: Scene) -> None:
    parent = scene.start(workers=2, model="slow_model")
    pids = scene.wait_for_workers(2)
    assert parent.pid not in pids
    parent.send_signal(how)
    until(lambda: not any(map(alive, pids)))
    parent.wait(SECONDS)
    until(lambda: not in_group(parent.pid))
    assert not list(scene.out.parent.iterdir())


def test_ctrl_c_ends_the_whole_group_quietly(scene: Scene) -> None:
    parent = scene.start(workers=2, model="slow_model")
    pids = scene.wait_for_workers(2)
    os.killpg(parent.pid, signal.SIGINT)
    _, errors = parent.communicate(timeout=SECONDS)
    assert parent.returncode == 130
    assert errors == ""
    until(lambda: not any(map(alive, pids)))
    assert not list(scene.out.parent.iterdir())


@pytest.mark.parametrize("wait", [0.0, 0.3, 0.6, 0.9, 1.2])
def test_ctrl_c_while_workers_start_is_quiet_too(wait: float, scene: Scene) -> None:
    before = f"import pathlib; pathlib.Path({str(scene.marks / 'on')!r}).touch()"
    parent = scene.start(before, workers=2, model="slow_model")
    until((scene.marks / "on").exists)
    time.sleep(wait)
    os.killpg(parent.pid, signal.SIGINT)
    _, errors = parent.communicate(timeout=SECONDS)
    if parent.returncode == 130:
        assert errors == ""


@pytest.mark.parametrize(("file", "earlier"), [(0, True), (1, True), (2, True), (2, False)])
def test_a_kill_while_results_are_written_leaves_what_was_there(
    file: int, earlier: bool, scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    before = ""
    if earlier:
        study = fake_model.make_study(marks=scene.marks, replicates=4)
        before = study_hash(run_study(study, scene.out, workers=1, model="fake_model"))
    killed = scene.start(
        "import os, itertools\n"
        "from sansheng.study import store\n"
        "write, count = store.write_table, itertools.count()\n"
        "def dying(file, table):\n"
        "    write(file, table)\n"
        f"    if next(count) == {file}: os.kill(os.getpid(), 9)\n"
        "store.write_table = dying",
        workers=1,
    )
    assert killed.wait(SECONDS) == -signal.SIGKILL
    if earlier:
        assert study_hash(scene.out) == before
    else:
        assert not scene.out.exists()
    run_study(
        fake_model.make_study(marks=scene.marks, replicates=4),
        scene.out,
        workers=1,
        model="fake_model",
    )
    assert before in ("", study_hash(scene.out))


def test_a_file_size_limit_is_told_in_one_line_and_leaves_earlier_results(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks, replicates=4)
    before = study_hash(run_study(study, scene.out, workers=1, model="fake_model"))
    run = scene.start(
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))", workers=1
    )
    _, errors = run.communicate(timeout=SECONDS)
    assert run.returncode == 1
    assert errors.startswith(f"cannot write results to {scene.out.resolve()}: File too large")
    assert errors.count("\n") == 1
    assert study_hash(scene.out) == before
    assert [path.name for path in scene.out.parent.iterdir()] == ["out"]


def test_a_worker_that_dies_changes_no_number(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks, replicates=6)
    whole = run_study(study, scene.out.parent / "whole", workers=1, model="fake_model")
    restarted = run_study(study, scene.out, workers=2, model="dying_model")
    assert (scene.marks / "died").exists()
    assert study_hash(restarted) == study_hash(whole)


def test_a_worker_that_always_dies_fails_the_run_and_stores_nothing(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks)
    with pytest.raises(RunFailed, match="1 of 3 blocks failed; nothing was stored"):
        run_study(study, scene.out, workers=2, model="deadly_model")
    assert not list(scene.out.parent.iterdir())
