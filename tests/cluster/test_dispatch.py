"""Who gets which task, and who none, with a made-up client that does at once what it is asked."""

from __future__ import annotations

import concurrent.futures
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sansheng.core.errors import BadInput, RunFailed
from sansheng.core.text import Text
from sansheng.study import dispatch
from sansheng.study.dispatch import Dispatcher
from sansheng.study.engine import Failure
from sansheng.study.failures import DIED
from sansheng.study.remote import Unknown, program, run_here

A, B = "tcp://a:1", "tcp://b:2"


class Future:
    def __init__(self, key: str, function: Any, words: tuple[Any, ...], address: str | None):
        self.key, self.function, self.words, self.address = key, function, words, address
        self.answer: Any = None

    def add_done_callback(self, tell: Callable[[Future], None]) -> None:
        self.tell = tell

    def come(self, answer: Any) -> None:
        self.answer = answer
        self.tell(self)

    def result(self, timeout: float) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def release(self) -> None:
        pass


class Client:
    """A cluster whose workers answer when ``step`` says so, which every look at it calls."""

    def __init__(self, step: Callable[[Client], None], *workers: str) -> None:
        self.threads = dict.fromkeys(workers, 1)
        self.programs: dict[str, Any] = {}
        self.step = step
        self.waiting: list[Future] = []
        self.most = 0
        self.id = "client"
        self.looks = 0

    def nthreads(self, callback_timeout: float) -> dict[str, int]:
        self.looks += 1
        assert self.looks < 1000
        for future in [future for future in self.waiting if future.function is not run_here]:
            if future.address in self.threads:
                self.waiting.remove(future)
                known = self.programs.get(future.address, program())
                future.come(known if future.function is program else None)
        for worker in self.threads:
            self.most = max(self.most, len(self.tasks(worker)))
        self.step(self)
        return dict(self.threads)

    def tasks(self, worker: str | None = None) -> list[Future]:
        return [
            future
            for future in self.waiting
            if future.function is run_here and worker in (None, future.address)
        ]

    def answer(self, future: Future, answer: Any = "done") -> None:
        self.waiting.remove(future)
        future.come(answer)

    def submit(
        self, function: Any, *words: Any, key: str, workers: list[str] | None, **how: Any
    ) -> Future:
        assert how == {"pure": False, "retries": 0}
        future = Future(key, function, words, workers[0] if workers else None)
        self.waiting.append(future)
        return future

    def cancel(self, futures: Sequence[Future], force: bool) -> None:
        for future in futures:
            if future in self.waiting:
                self.waiting.remove(future)


class Work:
    """Tasks of two blocks each."""

    def __init__(self, count: int) -> None:
        self.left = [(2 * number, 2 * number + 1) for number in range(count)]
        self.came: list[int] = []
        self.lost: list[tuple[int, Failure]] = []

    def next(self) -> tuple[int, ...] | None:
        return self.left.pop(0) if self.left else None

    def split(self, task: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [(block,) for block in task]

    def done(self, task: tuple[int, ...], answer: Any) -> None:
        self.came.extend(task)

    def failed(self, task: tuple[int, ...], failure: Failure) -> None:
        self.lost.extend((block, failure) for block in task)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "LOOK", 0.0)


def run(client: Client, work: Work, wait: float = math.inf) -> list[str]:
    said: list[str] = []

    def say(text: Text) -> None:
        said.append(text.en)

    first = work.next()
    Dispatcher(client, "plan", "module:function", work, "tcp://here:1", say, wait).run(first)
    assert not client.waiting
    return said


def answer_one(client: Client) -> None:
    if client.tasks():
        client.answer(client.tasks()[0])


def test_every_task_is_answered_once_and_no_worker_holds_more_than_two() -> None:
    work, client = Work(20), Client(answer_one, A, B)
    assert run(client, work) == []
    assert sorted(work.came) == list(range(40))
    assert client.most == 2


def test_a_worker_that_joins_takes_part_once_it_has_said_who_it_is() -> None:
    helped = []

    def step(client: Client) -> None:
        if client.looks == 5:
            client.threads[B] = 1
        helped.extend(client.tasks(B))
        answer_one(client)

    work = Work(20)
    run(Client(step, A), work)
    assert helped
    assert sorted(work.came) == list(range(40))


def test_a_worker_with_another_program_that_joins_later_is_left_out_and_named() -> None:
    def step(client: Client) -> None:
        if client.looks == 5:
            client.threads[B] = 1
        assert not client.tasks(B)
        answer_one(client)

    client, work = Client(step, A), Work(20)
    client.programs[B] = {**program(), "numpy": "1.0"}
    (said,) = run(client, work)
    assert said.startswith(f"left out: worker {B} has another program than this one (numpy 1.0 → ")
    assert sorted(work.came) == list(range(40))


def test_a_worker_with_another_program_at_the_start_stops_the_run() -> None:
    client = Client(answer_one, A, B)
    client.programs[B] = {**program(), "source": "another"}
    with pytest.raises(BadInput, match=r"another program than this one \(source\)"):
        run(client, Work(1))


def test_a_worker_with_threads_at_the_start_stops_the_run_and_says_how_to_start_it() -> None:
    client = Client(answer_one, A)
    client.threads[A] = 4
    with pytest.raises(BadInput, match="dask worker --nworkers 4 --nthreads 1"):
        run(client, Work(1))


def test_a_worker_whose_answers_are_lost_stops_the_run_in_the_end() -> None:
    client = Client(answer_one, A)
    client.programs[A] = concurrent.futures.CancelledError()
    with pytest.raises(BadInput, match="the same version of distributed everywhere"):
        run(client, Work(1))


def test_what_a_worker_held_when_it_vanished_is_tried_block_by_block_each_alone() -> None:
    def step(client: Client) -> None:
        if client.looks == 6:
            assert len(client.tasks(A)) == 2
            del client.threads[A]
            return
        for future in client.tasks(B):
            if len(future.words[1]) == 1:
                assert client.tasks(B) == [future]
        if client.looks > 6 and client.tasks():
            client.answer(client.tasks()[0])

    work = Work(8)
    run(Client(step, A, B), work)
    assert sorted(work.came) == list(range(16))
    assert work.lost == []


def test_a_block_that_is_lost_twice_has_failed() -> None:
    def step(client: Client) -> None:
        for future in client.tasks():
            if 5 in future.words[1]:
                client.answer(future, concurrent.futures.CancelledError())
                return
        answer_one(client)

    work = Work(6)
    run(Client(step, A, B), work)
    assert [(block, failure.reason.text) for block, failure in work.lost] == [(5, DIED)]
    assert sorted(work.came) == [block for block in range(12) if block != 5]


def test_a_process_that_took_the_place_of_a_dead_one_is_told_the_plan_anew() -> None:
    def step(client: Client) -> None:
        if client.looks < 8 and client.tasks():
            client.answer(client.tasks()[0], Unknown())
        else:
            answer_one(client)

    work = Work(3)
    run(Client(step, A), work)
    assert sorted([*work.came, *(block for block, _ in work.lost)]) == list(range(6))


def test_an_answer_that_cannot_travel_fails_its_task_alone() -> None:
    def step(client: Client) -> None:
        for future in client.tasks():
            if 5 in future.words[1]:
                client.answer(future, TypeError("cannot pickle"))
                return
        answer_one(client)

    work = Work(6)
    run(Client(step, A, B), work)
    assert [block for block, _ in work.lost] == [4, 5]
    assert "cannot pickle" in work.lost[0][1].reason.text.en


def test_a_cluster_without_workers_is_waited_for_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "SILENCE", -1.0)

    def step(client: Client) -> None:
        if client.looks == 5:
            client.threads[A] = 1
        answer_one(client)

    work = Work(2)
    said = run(Client(step), work)
    assert said == ["tcp://here:1 has no worker; waiting for one…"]
    assert sorted(work.came) == list(range(4))


def test_workers_that_never_start_on_this_machine_fail_the_run() -> None:
    with pytest.raises(RunFailed, match="had no worker"):
        run(Client(answer_one), Work(1), wait=0.0)
