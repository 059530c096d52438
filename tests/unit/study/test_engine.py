from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import engine
from sansheng.study.engine import AHEAD, ENOUGH_FAILURES, Block, run_blocks, usable_cores

EITHER = pytest.mark.parametrize("workers", [1, 2])


class Inbox(dict[Block, Any]):
    """Collects what the engine delivers and refuses a second copy."""

    def __call__(self, block: Block, runs: Sequence[Any]) -> None:
        assert block not in self
        self[block] = runs


def run(
    study: Any, function: str, workers: int, replicates: int = 3, inbox: Inbox | None = None
) -> Inbox:
    inbox = Inbox() if inbox is None else inbox
    blocks = [Block(draw, replicate) for draw in range(2) for replicate in range(replicates)]
    run_blocks(study, blocks, inbox, workers=workers, function=f"fake_model:{function}")
    return inbox


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(") ")[-1].startswith("Z")


@EITHER
def test_every_block_is_delivered_once_with_its_own_numbers(
    workers: int, fake_model: ModuleType
) -> None:
    study = fake_model.make_study()
    inbox = run(study, "simulate_block", workers)
    assert sorted(inbox) == [(draw, replicate) for draw in range(2) for replicate in range(3)]
    for block, runs in inbox.items():
        for got, expected in zip(runs, fake_model.simulate_block(study, *block), strict=True):
            assert got[:3] == expected[:3]
            np.testing.assert_array_equal(got.months, expected.months)
            np.testing.assert_array_equal(got.communities, expected.communities)


@EITHER
def test_a_failed_block_fails_the_run_and_says_how_many_and_why(
    workers: int, fake_model: ModuleType
) -> None:
    inbox = Inbox()
    with pytest.raises(RunFailed) as caught:
        run(fake_model.make_study(), "fails_at_1", workers, inbox=inbox)
    assert "2 of 6 blocks failed" in str(caught.value)
    assert "replicate 1: ZeroDivisionError: no households (fake_model.py:" in str(caught.value)
    assert "Traceback" in str(caught.value.__cause__)
    assert len(inbox) == 4


@EITHER
def test_a_block_that_calls_exit_is_a_failure_and_not_a_success(
    workers: int, fake_model: ModuleType
) -> None:
    with pytest.raises(RunFailed, match=r"2 of 6 blocks failed.*SystemExit"):
        run(fake_model.make_study(), "leaves_at_1", workers)


@EITHER
def test_a_block_that_finds_the_study_wrong_says_so_as_bad_input(
    workers: int, fake_model: ModuleType
) -> None:
    with pytest.raises(BadInput) as caught:
        run(fake_model.make_study(), "finds_bad_input", workers)
    assert [problem.text.zh for problem in caught.value.problems] == ["规则要求超出总额"]


@EITHER
def test_a_function_that_does_not_exist_is_a_failure(workers: int, fake_model: ModuleType) -> None:
    with pytest.raises(RunFailed, match=r"6 of 6 blocks failed.*AttributeError"):
        run(fake_model.make_study(), "no_such_function", workers)


@EITHER
def test_after_enough_failures_no_block_is_started(
    workers: int, fake_model: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(RunFailed, match="of 80 blocks failed"):
        run(fake_model.make_study(marks=tmp_path), "always_fails", workers, replicates=40)
    assert ENOUGH_FAILURES <= len(list(tmp_path.iterdir())) <= ENOUGH_FAILURES + AHEAD * workers + 1


@EITHER
def test_results_that_do_not_fit_fail_their_block(workers: int, fake_model: ModuleType) -> None:
    def deliver(block: Block, runs: Sequence[Any]) -> None:
        raise ValueError("wrong shape")

    with pytest.raises(RunFailed, match=r"1 of 1 blocks failed.*wrong shape"):
        run_blocks(
            fake_model.make_study(),
            [Block(0, 0)],
            deliver,
            workers=workers,
            function="fake_model:simulate_block",
        )


def test_a_result_that_cannot_travel_fails_its_block(fake_model: ModuleType) -> None:
    with pytest.raises(RunFailed, match="6 of 6 blocks failed"):
        run(fake_model.make_study(), "returns_what_cannot_travel", workers=2)


def test_blocks_of_a_dead_worker_run_again(fake_model: ModuleType, tmp_path: Path) -> None:
    inbox = run(fake_model.make_study(marks=tmp_path), "dies_once", workers=2)
    assert (tmp_path / "died").exists()
    assert len(inbox) == 6


def test_a_block_that_always_kills_its_worker_fails_alone(fake_model: ModuleType) -> None:
    inbox = Inbox()
    with pytest.raises(RunFailed, match=r"2 of 6 blocks failed.*ended twice"):
        run(fake_model.make_study(), "dies_at_1", workers=2, inbox=inbox)
    assert {block.replicate for block in inbox} == {0, 2}


def test_an_interrupt_stops_the_workers_at_once(fake_model: ModuleType, tmp_path: Path) -> None:
    def interrupt(block: Block, runs: Sequence[Any]) -> None:
        raise KeyboardInterrupt

    study = fake_model.make_study(marks=tmp_path)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_blocks(
            study,
            [Block(0, 0), *(Block(0, replicate) for replicate in range(1, 5))],
            interrupt,
            workers=2,
            function="fake_model:slow_but_first",
        )
    assert time.monotonic() - started < 30
    pids = [int(path.name.removeprefix("worker-")) for path in tmp_path.glob("worker-*")]
    assert pids
    assert all(gone(pid) for pid in pids)


def test_running_leaves_the_start_method_of_the_program_alone(fake_model: ModuleType) -> None:
    before = multiprocessing.get_start_method(allow_none=True)
    run(fake_model.make_study(), "simulate_block", workers=2)
    assert multiprocessing.get_start_method(allow_none=True) == before


def test_usable_cores_are_those_of_this_process() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for a single thread")
def test_an_interrupt_that_another_thread_takes_waits_too() -> None:
    done: list[str] = []
    ready, stop = threading.Event(), threading.Event()

    def bystander() -> None:
        ready.set()
        stop.wait(10)

    thread = threading.Thread(target=bystander)

    def interrupted() -> None:
        with engine.interrupts_held():
            assert thread.ident is not None
            signal.pthread_kill(thread.ident, signal.SIGINT)
            time.sleep(0.1)
            done.append("everything inside")

    thread.start()
    ready.wait(10)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        stop.set()
        thread.join()
    assert done == ["everything inside"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
