"""Jobs stand in a queue, are done by processes, and end when nobody wants them any more."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sansheng.core.errors import BadInput
from sansheng.lab.jobs import pool as pools
from sansheng.lab.jobs.pool import Job, Pool, State
from sansheng.lab.limits import MOST_RUNNING, MOST_WAITING

LONG = 10_000
"""Steps of a job that nobody waits for."""


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch, project: Path) -> Any:
    monkeypatch.syspath_prepend(str(project / "tests" / "fakes"))
    monkeypatch.setattr(pools, "kernels_are_compiled", lambda: True)
    return importlib.import_module("fake_hands")


@pytest.fixture
def pool(hands: Any) -> Iterator[Pool]:
    made = Pool(hands.obey)
    made.start()
    yield made
    made.close()


def until(true: Callable[[], Any], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def over(job: Job) -> Job:
    until(lambda: job.over)
    return job


def test_a_job_is_answered(pool: Pool) -> None:
    job = over(pool.ask("anna", "say", 1, "two"))
    assert (job.state, job.answer) == (State.DONE, ("say", 1, "two"))


def test_a_job_tells_how_far_it_is(pool: Pool) -> None:
    job = pool.ask("anna", "wait", 5, lane="ensembles")
    over(job)
    assert (job.done, job.total, job.picture, job.answer) == (4, 5, 4, "waited")
    assert job.version >= 10


def test_a_refusal_is_told_and_the_process_goes_on(pool: Pool) -> None:
    refused = over(pool.ask("anna", "refuse"))
    assert refused.state is State.FAILED
    assert refused.problems[0].text.en == "no"
    assert over(pool.ask("anna", "say")).state is State.DONE


def test_so_many_ensembles_run_and_the_others_wait_in_their_order(pool: Pool) -> None:
    jobs = [pool.ask("anna", "wait", LONG, lane="ensembles") for _ in range(MOST_RUNNING + 3)]
    until(lambda: pool.running() == MOST_RUNNING)
    waiting = [job for job in jobs if job.state is State.WAITING]
    assert [pool.position(job) for job in waiting] == [0, 1, 2]
    pool.cancel(waiting[0])
    assert [pool.position(job) for job in waiting[1:]] == [0, 1]
    assert waiting[0].state is State.CANCELLED


def test_who_looks_at_results_does_not_wait_for_ensembles(pool: Pool) -> None:
    for _ in range(MOST_RUNNING + 2):
        pool.ask("anna", "wait", LONG, lane="ensembles")
    assert over(pool.ask("bert", "say")).state is State.DONE


def test_a_job_that_is_cancelled_makes_room_at_once(pool: Pool) -> None:
    jobs = [pool.ask("anna", "wait", LONG, lane="ensembles") for _ in range(MOST_RUNNING)]
    until(lambda: pool.running() == MOST_RUNNING)
    for job in jobs:
        pool.cancel(job)
    assert {job.state for job in jobs} == {State.CANCELLED}
    assert over(pool.ask("anna", "wait", 1, lane="ensembles")).state is State.DONE


def test_what_a_browser_asked_for_ends_with_it(pool: Pool) -> None:
    mine = [pool.ask("anna", "wait", LONG, lane="ensembles") for _ in range(MOST_RUNNING + 1)]
    other = pool.ask("bert", "wait", 2, lane="ensembles")
    until(lambda: pool.running() == MOST_RUNNING)
    pool.cancel_all("anna")
    assert {job.state for job in mine} == {State.CANCELLED}
    assert over(other).state is State.DONE


def test_who_comes_again_comes_to_the_same_process_while_it_is_free(hands: Any) -> None:
    made = Pool(hands.who)
    made.start()
    try:
        until(lambda: made.ready)
        for owner in ("anna", "bert", "carl"):
            jobs = [over(made.ask(owner, "say", lane="ensembles")) for _ in range(8)]
            assert len({job.answer for job in jobs}) == 1
    finally:
        made.close()


def test_who_comes_again_does_not_wait_for_a_process_that_is_busy(pool: Pool) -> None:
    over(pool.ask("anna", "wait", 1, lane="ensembles"))
    long = pool.ask("anna", "wait", LONG, lane="ensembles")
    until(lambda: long.state is State.RUNNING)
    assert over(pool.ask("anna", "wait", 1, lane="ensembles")).state is State.DONE


def test_a_process_that_dies_costs_its_job_alone(pool: Pool) -> None:
    lost = over(pool.ask("anna", "die"))
    assert lost.state is State.FAILED
    assert lost.problems
    assert over(pool.ask("anna", "say")).state is State.DONE


def test_a_job_that_takes_too_long_is_stopped(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "SECONDS", 0.2)
    job = over(pool.ask("anna", "wait", LONG, lane="ensembles"))
    assert job.state is State.FAILED
    assert "stopped" in job.problems[0].text.en
    assert over(pool.ask("anna", "say")).state is State.DONE


def test_the_queue_has_an_end(pool: Pool) -> None:
    for _ in range(MOST_RUNNING):
        pool.ask("anna", "wait", LONG, lane="ensembles")
    until(lambda: pool.running() == MOST_RUNNING)
    for _ in range(MOST_WAITING):
        pool.ask("anna", "wait", LONG, lane="ensembles")
    with pytest.raises(BadInput):
        pool.ask("anna", "wait", LONG, lane="ensembles")


def test_no_process_outlives_the_pool(hands: Any) -> None:
    made = Pool(hands.who)
    made.start()
    numbers = {over(made.ask("anna", "say")).answer}
    numbers |= {over(made.ask("anna", "say", lane="ensembles")).answer for _ in range(2)}
    made.close()
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    with pytest.raises(BadInput):
        made.ask("anna", "say")
