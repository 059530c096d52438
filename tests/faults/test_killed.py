"""What is left when a run is killed: no worker, and a folder that says what it has and goes on from it."""

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
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study.canonical import study_hash
from sansheng.study.ledger import LEDGER, read_ledger
from sansheng.study.reading import open_study
from sansheng.study.run import run_study

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")

SECONDS = 60.0

SCRIPT = """
import sys
sys.path.insert(0, {fakes!r})
import fake_model
from sansheng.core import kernels
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study.run import run_study

kernels.kernels_are_compiled = lambda: True
{before}
study = fake_model.make_study(marks={marks!r}, replicates={replicates})
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
        self, before: str = "", *, workers: int, model: str = "fake_model", replicates: int = 4
    ) -> subprocess.Popen[str]:
        code = SCRIPT.format(
            fakes=str(self.fakes),
            before=before,
            marks=str(self.marks),
            out=str(self.out),
            workers=workers,
            model=model,
            replicates=replicates,
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


def gone(group: int) -> None:
    """Wait until nothing of a process group lives."""
    until(lambda: not in_group(group))


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
def test_workers_die_with_a_killed_parent(how: int, scene: Scene) -> None:
    parent = scene.start(workers=2, model="slow_model")
    pids = scene.wait_for_workers(2)
    assert parent.pid not in pids
    parent.send_signal(how)
    until(lambda: not any(map(alive, pids)))
    parent.wait(SECONDS)
    until(lambda: not in_group(parent.pid))
    with pytest.raises(BadInput, match="8 are missing"):
        open_study(scene.out)


def test_ctrl_c_ends_the_whole_group_quietly(scene: Scene) -> None:
    parent = scene.start(workers=2, model="slow_model")
    pids = scene.wait_for_workers(2)
    os.killpg(parent.pid, signal.SIGINT)
    _, errors = parent.communicate(timeout=SECONDS)
    assert parent.returncode == 130
    assert errors == ""
    until(lambda: not any(map(alive, pids)))
    with pytest.raises(BadInput, match="8 are missing"):
        open_study(scene.out)


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


KILLS = int(os.environ.get("SANSHENG_KILLS", "12"))
"""How often a run is killed; 200 were tried once."""


def test_kills_at_any_moment_lose_at_most_what_was_under_way(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    """One study, killed again and again, each time a little later after its start, and run to its end."""
    replicates = 40 * KILLS
    whole = scene.out.parent / "whole"
    study = fake_model.make_study(marks=scene.marks, replicates=replicates)
    expected = study_hash(run_study(study, whole, workers=1, model="fake_model"))
    stored = 0
    for attempt in range(KILLS):
        # From before the folder is there until well within the runs; each block takes 5 ms more.
        parent = scene.start(SLOWED, workers=1 + attempt % 2, replicates=replicates)
        wait = 0.5 + 1.7 * (attempt * 0.618 % 1.0)  # spread evenly, whatever their number
        time.sleep(wait)
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
        gone(parent.pid)
        now = stored_runs(scene.out)
        assert now >= stored
        stored = now
    run_study(study, scene.out, workers=2, model="fake_model")
    assert study_hash(scene.out) == expected
    data = open_study(scene.out)
    assert {row.attempts for row in data.ledger} == {1}  # nothing that was stored is run again
    assert not list(scene.out.rglob("*.partial"))
    named = {row.name for row in data.tables.files}  # type: ignore[attr-defined]
    assert {f"shards/{path.name}" for path in (scene.out / "shards").iterdir()} == named


SLOWED = """
import time
plain = fake_model.simulate_scenarios
def slowed(*words):
    time.sleep(0.005)
    yield from plain(*words)
fake_model.simulate_scenarios = slowed
"""


def stored_runs(out: Path) -> int:
    if not (out / LEDGER).exists():
        return 0
    if not any(row.status == "done" for row in read_ledger(out / LEDGER)[0]):
        return 0
    return open_study(out, allow_partial=True).done


@pytest.mark.parametrize("step", range(0, 24, 3))
def test_a_kill_at_any_flush_leaves_a_folder_that_goes_on(
    step: int, scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    killed = scene.start(
        "import itertools, os, signal\n"
        "flush, count = os.fsync, itertools.count()\n"
        "def dying(handle):\n"
        f"    if next(count) == {step}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    flush(handle)\n"
        "os.fsync = dying",
        workers=1,
    )
    assert killed.wait(SECONDS) == -signal.SIGKILL
    study = fake_model.make_study(marks=scene.marks, replicates=4)
    resumed = run_study(study, scene.out, workers=1, model="fake_model")
    whole = run_study(study, scene.out.parent / "whole", workers=1, model="fake_model")
    assert study_hash(resumed) == study_hash(whole)


def test_a_file_size_limit_is_told_in_one_line_and_leaves_earlier_results(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks, replicates=2)
    before = study_hash(run_study(study, scene.out, workers=1, model="fake_model"))
    run = scene.start(
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))", workers=1
    )
    _, errors = run.communicate(timeout=SECONDS)
    assert run.returncode == 1
    assert errors.startswith(f"cannot write results to {scene.out.resolve()}: ")
    assert "File too large" in errors
    assert errors.count("\n") == 1
    assert open_study(scene.out, allow_partial=True).done == 4
    run_study(study, scene.out, workers=1, model="fake_model")
    assert study_hash(scene.out) == before


def test_a_worker_that_dies_changes_no_number(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks, replicates=6)
    whole = run_study(study, scene.out.parent / "whole", workers=1, model="fake_model")
    restarted = run_study(study, scene.out, workers=2, model="dying_model")
    assert (scene.marks / "died").exists()
    assert study_hash(restarted) == study_hash(whole)


def test_a_worker_that_always_dies_fails_its_runs_alone(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks)
    with pytest.raises(RunFailed, match=r"2 of 6 runs failed.*ended twice without an answer"):
        run_study(study, scene.out, workers=2, model="deadly_model")
    data = open_study(scene.out, allow_partial=True)
    assert data.done == 4
    assert {(row.replicate, row.stage) for row in data.failures} == {(1, "worker")}


def test_a_study_of_which_nothing_comes_back_is_given_up(
    scene: Scene, fake_model: ModuleType, quick: None
) -> None:
    study = fake_model.make_study(marks=scene.marks, replicates=30)
    with pytest.raises(RunFailed, match="ended twice without an answer"):
        run_study(study, scene.out, workers=2, model="hopeless_model")
