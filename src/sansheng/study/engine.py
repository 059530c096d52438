"""Runs every block of a study, in this process or in a pool that loses nothing.

A block is one replicate of one parameter draw under every scenario. Its numbers depend on the study and
on those two indices alone, so blocks may run anywhere, in any order, and again after a worker died.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from sansheng.core.errors import BadInput, Problem, RunFailed, ScenarioFailed, Where
from sansheng.core.text import Text

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from types import FrameType

    from sansheng.study.config import Study
    from sansheng.study.simulate import ScenarioRun

ENOUGH_FAILURES = 10
"""Failed blocks after which no further block is started: nothing of the run will be kept."""

MOST_WORKERS = 61 if sys.platform == "win32" else 1000
"""Processes of one pool; Windows cannot wait for more."""


class Block(NamedTuple):
    """One replicate of one parameter draw."""

    draw: int
    replicate: int


class Failure(NamedTuple):
    """Why a block has no numbers."""

    block: Block
    reason: Text
    trace: str = ""
    place: Where | None = None
    scenario: str | None = None
    problems: tuple[Problem, ...] = ()


class BlockError(Exception):
    """Carries the traceback of a failed block, as the process that ran it wrote it."""


Deliver = Callable[[Block, "Sequence[ScenarioRun]"], None]
Simulate = Callable[["Study", int, int], "Sequence[ScenarioRun]"]


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_blocks(
    study: Study,
    blocks: Sequence[Block],
    deliver: Deliver,
    *,
    workers: int,
    function: str,
) -> None:
    """Run ``blocks`` and hand each one's results to ``deliver``, in order of arrival.

    Parameters
    ----------
    study
        What to run.
    blocks
        Which draws and replicates.
    deliver
        Called in this process, once a block. A ``ValueError`` from it fails the block.
    workers
        Processes; 1 runs in this process.
    function
        ``"module:function"`` with the signature ``(study, draw, replicate) -> results``. Only this
        reference travels to the workers.

    Raises
    ------
    RunFailed
        If any block failed, naming how many; caused by the first one's :class:`BlockError`.
    BadInput
        If a block found the study itself wrong.
    """
    run = _Run(study, function, deliver, len(blocks))
    if workers == 1:
        run.here(blocks)
    else:
        run.pooled(blocks, workers)
    run.report()


@dataclass
class _Run:
    """Failures so far, and what every attempt needs."""

    study: Study
    function: str
    deliver: Deliver
    total: int

    def __post_init__(self) -> None:
        self.failures: list[Failure] = []

    @property
    def hopeless(self) -> bool:
        return len(self.failures) >= ENOUGH_FAILURES or any(f.problems for f in self.failures)

    def here(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if self.hopeless:
                return
            self.accept(block, _attempt(self.study, self.function, block))

    def pooled(self, blocks: Sequence[Block], workers: int) -> None:
        queue = deque(blocks)
        workers = min(workers, MOST_WORKERS)
        while queue and not self.hopeless:
            # When a worker dies, everything in flight is lost and nobody knows whose fault it was.
            # Each lost block gets one more chance, alone; one that breaks its pool again has failed.
            suspects = deque(self.drain(queue, workers))
            while suspects and not self.hopeless:
                for block in self.drain(suspects, 1):
                    self.failures.append(Failure(block, _DIED))

    def drain(self, queue: deque[Block], workers: int) -> list[Block]:
        """Work until the queue is empty or the pool breaks; return the blocks lost in flight."""
        from concurrent.futures import FIRST_COMPLETED, wait
        from concurrent.futures.process import BrokenProcessPool

        lost: list[Block] = []
        running: dict[Future[Sequence[ScenarioRun] | Failure], Block] = {}
        with _pool(workers) as pool:
            while running or (queue and not lost and not self.hopeless):
                while queue and len(running) < workers and not lost and not self.hopeless:
                    block = queue.popleft()
                    try:
                        with _interrupts_held():
                            future = pool.submit(_attempt, self.study, self.function, block)
                        running[future] = block
                    except BrokenProcessPool:
                        lost.append(block)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    block = running.pop(future)
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        lost.append(block)
                    except Exception as error:  # the result could not travel
                        self.failures.append(_failure(block, error))
                    else:
                        self.accept(block, result)
        return lost

    def accept(self, block: Block, result: Sequence[ScenarioRun] | Failure) -> None:
        if isinstance(result, Failure):
            self.failures.append(result)
            return
        try:
            self.deliver(block, result)
        except ValueError as error:
            self.failures.append(_failure(block, error))

    def report(self) -> None:
        for failure in self.failures:
            if failure.problems:
                raise BadInput(failure.problems) from BlockError(failure.trace)
        if self.failures:
            first = min(self.failures, key=lambda failure: failure.block)
            where = first.block
            stopped = (
                Text(", the rest was not tried", "，其余未再尝试")
                if self.hopeless
                else Text("", "")
            )
            reason = Text(
                f"first draw {where.draw}, replicate {where.replicate}: {first.reason.en}",
                f"首个为参数组 {where.draw}、重复 {where.replicate}：{first.reason.zh}",
            )
            problem = Problem(
                Text(
                    f"{len(self.failures)} of {self.total} blocks failed{stopped.en}; nothing was "
                    f"stored; {reason.en}",
                    f"{self.total} 个运行块中有 {len(self.failures)} 个失败{stopped.zh}；"
                    f"未保存任何结果；{reason.zh}",
                ),
                first.place,
            )
            if first.scenario is not None:
                raise ScenarioFailed(problem, first.scenario, reason) from BlockError(first.trace)
            raise RunFailed(problem) from BlockError(first.trace)


_DIED = Text(
    "the process that ran it ended twice without an answer: out of memory, killed, or started by a "
    "script that does not guard its start with __name__ == '__main__'",
    "运行它的进程两次意外结束：内存不足、被终止，或启动脚本缺少 __name__ == '__main__' 保护",
)


def _failure(block: Block, error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    what = f"{type(error).__name__}: {error}{place}"
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, RunFailed):
        scenario = error.scenario if isinstance(error, ScenarioFailed) else None
        return Failure(block, error.problem.text, trace, error.problem.where, scenario)
    problems = error.problems if isinstance(error, BadInput) else ()
    return Failure(block, Text(what, what), trace, problems=problems)


@contextmanager
def failing_as_a_run() -> Iterator[None]:
    """Turn whatever goes wrong in code that runs the model aside of blocks into a failed run.

    Raises
    ------
    RunFailed
        Instead of anything but :class:`BadInput`, itself and an interrupt.
    """
    try:
        yield
    except (BadInput, RunFailed):
        raise
    except (Exception, SystemExit) as error:
        failure = _failure(Block(0, 0), error)
        text = Text(
            f"a pilot run failed; nothing was stored: {failure.reason.en}",
            f"试运行失败；未保存任何结果：{failure.reason.zh}",
        )
        raise RunFailed(Problem(text)) from BlockError(failure.trace)


def _attempt(study: Study, function: str, block: Block) -> Sequence[ScenarioRun] | Failure:
    try:
        return _resolve(function)(study, *block)
    # A rule that calls sys.exit() must not end the run as if it had succeeded.
    except (Exception, SystemExit) as error:
        return _failure(block, error)


def _resolve(function: str) -> Simulate:
    module, _, name = function.partition(":")
    simulate: Simulate = getattr(importlib.import_module(module), name)
    return simulate


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield an executor whose processes end when this process does, however it ends.

    Its processes start afresh: they see the environment of now, and none of the threads of this
    process, which a forked one would inherit half alive.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    if os.name == "posix":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # before interrupts are held: starting it lets them go
    context = multiprocessing.get_context("spawn")
    # This process alone holds the writing end; its death, or closing it, is the workers' signal.
    reader, writer = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(reader,)
    )
    try:
        yield executor
    except BaseException:
        writer.close()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        writer.close()
        reader.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait. A process that starts inside never hears it and prints no traceback.

    Holding back the signal does not suffice: a thread of a library may take it, and Python would still
    interrupt this one, halfway through telling a new process who it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python interrupts the main thread alone
        return
    heard: list[tuple[int, FrameType | None]] = []
    answer = signal.getsignal(signal.SIGINT)
    if callable(answer):
        signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    held = hasattr(signal, "pthread_sigmask")  # processes inherit what is held, on POSIX systems
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if held else set()
    try:
        yield
    finally:
        if held:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if callable(answer):
            signal.signal(signal.SIGINT, answer)
    if heard and callable(answer):
        answer(*heard[0])


def _start_worker(lifeline: Connection) -> None:
    # Ctrl-C reaches the whole group; the parent answers it for everybody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()


def _die_with_parent(lifeline: Connection) -> NoReturn:
    try:
        lifeline.recv_bytes()
    finally:
        os._exit(1)
