"""What the lab remembers of a browser, and what it does when the browser is closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.lab import sessions as module
from sansheng.lab.draft import Draft
from sansheng.lab.jobs.messages import Task
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.limits import GRACE, MOST_SESSIONS
from sansheng.lab.sessions import Session, Sessions


class Asked:
    """A pool that runs nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.full = False

    def ask(self, owner: str, name: str, *words: Any, lane: str = "looks") -> Job:
        if self.full:
            raise BadInput(Problem(Text("full", "满")))
        self.jobs.append(Job(len(self.jobs), owner, Task(name, words)))
        return self.jobs[-1]

    def cancel(self, job: Job) -> None:
        job.become(State.CANCELLED)

    def cancel_all(self, owner: str) -> None:
        for job in self.jobs:
            if job.owner == owner and not job.over:
                self.cancel(job)


@pytest.fixture
def pool() -> Asked:
    return Asked()


@pytest.fixture
def sessions(pool: Asked) -> Iterator[Sessions]:
    made = Sessions(pool)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def anna(sessions: Sessions) -> Session:
    return sessions.of("anna", "host")


def finish(job: Job, answer: Any) -> Path:
    folder = Path(job.task.words[1])
    folder.mkdir()
    job.answer = answer
    job.become(State.DONE)
    return folder


def test_a_browser_finds_its_work_again_and_nobody_elses(sessions: Sessions, anna: Session) -> None:
    anna.change(Draft(years=5))
    assert sessions.of("anna", "host").draft.years == 5
    assert sessions.of("bert", "host").draft == Draft()
    assert sessions.of("anna", "guest").draft == Draft()


def test_a_browser_has_one_ensemble(sessions: Sessions, anna: Session, pool: Asked) -> None:
    sessions.run(anna)
    sessions.run(anna)
    assert [job.state for job in pool.jobs] == [State.CANCELLED, State.WAITING]


def test_a_closed_browser_stops_its_job_and_a_reload_does_not(
    sessions: Sessions, anna: Session, pool: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    sessions.opened(anna, "page")
    sessions.run(anna)
    sessions.left(anna, "page")
    now[0] += GRACE / 2
    sessions.opened(anna, "reloaded")
    now[0] += 10 * GRACE
    sessions.sweep()
    assert not pool.jobs[0].over
    sessions.left(anna, "reloaded")
    now[0] += GRACE / 2
    sessions.sweep()
    assert not pool.jobs[0].over
    now[0] += GRACE
    sessions.sweep()
    assert pool.jobs[0].state is State.CANCELLED


def test_results_of_a_new_run_take_the_place_of_the_old_ones(
    sessions: Sessions, anna: Session, pool: Asked
) -> None:
    sessions.run(anna)
    first = finish(pool.jobs[0], "first")
    sessions.settle(anna)
    assert (anna.folder, anna.overview) == (first, "first")
    sessions.look(anna, "gains")
    sessions.run(anna)
    second = finish(pool.jobs[2], "second")
    sessions.settle(anna)
    assert (anna.folder, anna.overview, anna.seen) == (second, "second", {})
    assert second.is_dir()
    assert not first.exists()


def test_results_that_the_lab_was_given_are_never_removed(
    sessions: Sessions, anna: Session, tmp_path: Path
) -> None:
    sessions.open(anna, tmp_path, "given")
    sessions.forget(anna)
    assert tmp_path.is_dir()


def test_what_a_stopped_ensemble_left_is_removed(
    sessions: Sessions, anna: Session, pool: Asked
) -> None:
    sessions.run(anna)
    left = Path(pool.jobs[0].task.words[1])
    left.mkdir()
    sessions.stop(anna)
    sessions.sweep()
    assert not left.exists()


def test_a_look_is_asked_for_once(
    sessions: Sessions, anna: Session, pool: Asked, tmp_path: Path
) -> None:
    sessions.open(anna, tmp_path, "given")
    assert sessions.look(anna, "community", 3, "x") is sessions.look(anna, "community", 3, "x")
    assert sessions.look(anna, "community", 4, "x") is not sessions.look(anna, "community", 3, "x")
    assert len(pool.jobs) == 2


def test_a_full_queue_is_told(sessions: Sessions, anna: Session, pool: Asked) -> None:
    pool.full = True
    sessions.run(anna)
    assert anna.problems[0].text.en == "full"


def test_the_browser_that_was_quiet_longest_is_forgotten_first(
    sessions: Sessions, anna: Session
) -> None:
    sessions.opened(anna, "page")
    for i in range(MOST_SESSIONS + 5):
        sessions.of(str(i), "guest")
    anna.change(Draft(years=5))
    assert sessions.of("anna", "host").draft.years == 5
    assert sessions.of("0", "guest").version == 0


def test_nothing_is_left_when_the_lab_is_closed(
    sessions: Sessions, anna: Session, pool: Asked
) -> None:
    sessions.run(anna)
    folder = finish(pool.jobs[0], "first")
    sessions.close()
    assert not folder.parent.exists()
