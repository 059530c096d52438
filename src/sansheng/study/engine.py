"""Runs tasks in this process or in a pool of processes that loses nothing.

A task is whatever a function of two arguments takes beside its plan. What it answers depends on these alone, so
tasks may run anywhere, in any order, and again after a worker died.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from sansheng.core.errors import BadInput, Problem, RunFailed, ScenarioFailed
from sansheng.core.text import Text
from sansheng.study.failures import DIED, Reason, TracebackError, reason_of
from sansheng.study.garbage import collect_seldom

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from types import FrameType

ENOUGH_FAILURES = 10
"""Failed blocks after which no further block is started where nothing of the run will be kept."""

MOST_WORKERS = 61 if sys.platform == "win32" else 1000
"""Processes of one pool; Windows cannot wait for more."""

AHEAD = 2
"""Tasks handed out for each worker, so that none waits for the next."""


class Block(NamedTuple):
    """One replicate of one parameter draw."""

    draw: int
    replicate: int


class Failure(NamedTuple):
    """Why a task has no answer."""

    reason: Reason
    scenario: str | None = None
    problems: tuple[Problem, ...] = ()


class Work(Protocol):
    """What is to be done, and who is told of it, all in one process."""

    def next(self) -> Any | None:
        """Return a task that nobody has yet; None if there is none now."""

    def split(self, task: Any) -> Sequence[Any]:
        """Return the parts of a task that can be tried one by one."""

    def done(self, task: Any, answer: Any) -> None:
        """Take an answer."""

    def failed(self, task: Any, failure: Failure) -> None:
        """Take the news that a task has none."""


class Engine(Protocol):
    """Somewhere to run tasks."""

    @property
    def alone(self) -> bool:
        """Whether tasks run one after the other, so that none need be small for the others to end with it."""

    def run(self, plan: object, function: str, work: Work) -> None:
        """Run ``function(plan, task)`` until ``work`` has no further task and all have been answered.

        Parameters
        ----------
        plan
            What all tasks have in common; it travels to each worker once.
        function
            ``"module:function"``. Only this reference travels.
        work
            Tells what to do and takes the answers; what it raises stops everything.
        """


@dataclass(frozen=True)
class LocalEngine:
    """One process, which is the caller's own, or a pool of processes on this machine."""

    workers: int

    @property
    def alone(self) -> bool:
        """Whether there is one process."""
        return self.workers == 1

    def run(self, plan: object, function: str, work: Work) -> None:
        """Run tasks; see :class:`Engine`."""
        if self.alone:
            while (task := work.next()) is not None:
                take(work, task, attempt(plan, function, task))
            return
        _Pooled(plan, function, work).run(min(self.workers, MOST_WORKERS))


@dataclass
class _Pooled:
    plan: object
    function: str
    work: Work

    def run(self, workers: int) -> None:
        # When a worker dies, everything in flight is lost and nobody knows whose fault it was. Each lost part
        # gets one more chance, alone; one that breaks its pool again has failed.
        while suspects := self.drain(self.work.next, workers, AHEAD * workers):
            parts = deque(part for task in suspects for part in self.work.split(task))
            while parts:
                for part in self.drain(partial(_first, parts), 1, 1):
                    self.work.failed(part, Failure(Reason(DIED)))

    def drain(
        self, next_task: Callable[[], Any | None], workers: int, most_at_once: int
    ) -> list[Any]:
        """Work until there is no task or the pool breaks; return the tasks lost in flight."""
        from concurrent.futures import FIRST_COMPLETED, wait
        from concurrent.futures.process import BrokenProcessPool

        lost: list[Any] = []
        running: dict[Future[Any], Any] = {}
        first = next_task()
        if first is None:
            return lost
        with _pool(workers, self.plan, self.function) as pool:

            def submit(task: Any) -> None:
                try:
                    with interrupts_held():
                        running[pool.submit(_attempt_here, task)] = task
                except BrokenProcessPool:
                    lost.append(task)

            submit(first)
            while True:
                while len(running) < most_at_once and not lost:
                    if (task := next_task()) is None:
                        break
                    submit(task)
                if not running:
                    return lost
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    try:
                        answer = future.result()
                    except BrokenProcessPool:
                        lost.append(task)
                    except Exception as error:  # the answer could not travel
                        self.work.failed(task, Failure(reason_of(error)))
                    else:
                        take(self.work, task, answer)


def _first(parts: deque[Any]) -> Any | None:
    return parts.popleft() if parts else None


def take(work: Work, task: Any, answer: Any) -> None:
    """Tell what came of a task."""
    if isinstance(answer, Failure):
        work.failed(task, answer)
    else:
        work.done(task, answer)


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Deliver = Callable[[Block, Any], None]


def run_blocks(
    plan: object, blocks: Sequence[Block], deliver: Deliver, *, workers: int, function: str
) -> None:
    """Run blocks, all of which are needed, and hand each one's results to ``deliver``, in order of arrival.

    Parameters
    ----------
    plan
        What to run.
    blocks
        Which draws and replicates.
    deliver
        Called in this process, once a block. A ``ValueError`` from it fails the block.
    workers
        Processes; 1 runs in this process.
    function
        ``"module:function"`` with the signature ``(plan, draw, replicate) -> results``. Only this
        reference travels to the workers.

    Raises
    ------
    RunFailed
        If any block failed, naming how many; caused by the first one's :class:`TracebackError`.
    BadInput
        If a block found the plan itself wrong.
    """
    work = _AllOrNothing(deque(blocks), deliver, len(blocks))
    LocalEngine(workers).run((plan, function), f"{__name__}:run_block", work)
    work.report()


def run_block(plan: tuple[object, str], block: Block) -> Any:
    """Call the function of :func:`run_blocks` for a block."""
    return _resolve(plan[1])(plan[0], *block)


@dataclass
class _AllOrNothing:
    """Blocks of which none may fail."""

    queue: deque[Block]
    deliver: Deliver
    total: int
    failures: list[tuple[Block, Failure]] = field(default_factory=list)

    @property
    def hopeless(self) -> bool:
        return len(self.failures) >= ENOUGH_FAILURES or any(f.problems for _, f in self.failures)

    def next(self) -> Block | None:
        return None if self.hopeless or not self.queue else self.queue.popleft()

    def split(self, task: Block) -> Sequence[Block]:
        return () if self.hopeless else (task,)

    def done(self, task: Block, answer: Any) -> None:
        try:
            self.deliver(task, answer)
        except ValueError as error:
            self.failed(task, _failure(error))

    def failed(self, task: Block, failure: Failure) -> None:
        self.failures.append((task, failure))

    def report(self) -> None:
        for _, failure in self.failures:
            if failure.problems:
                raise BadInput(failure.problems) from TracebackError(failure.reason.trace)
        if not self.failures:
            return
        where, first = min(self.failures, key=lambda failed: failed[0])
        stopped = (
            Text(", the rest was not tried", "，其余未再尝试") if self.hopeless else Text("", "")
        )
        reason = Text(
            f"first draw {where.draw}, replicate {where.replicate}: {first.reason.text.en}",
            f"首个为参数组 {where.draw}、重复 {where.replicate}：{first.reason.text.zh}",
        )
        problem = Problem(
            Text(
                f"{len(self.failures)} of {self.total} blocks failed{stopped.en}; nothing was "
                f"stored; {reason.en}",
                f"{self.total} 个运行块中有 {len(self.failures)} 个失败{stopped.zh}；"
                f"未保存任何结果；{reason.zh}",
            ),
            first.reason.place,
        )
        cause = TracebackError(first.reason.trace)
        if first.scenario is not None:
            raise ScenarioFailed(problem, first.scenario, reason) from cause
        raise RunFailed(problem) from cause


def _failure(error: BaseException) -> Failure:
    problems = error.problems if isinstance(error, BadInput) else ()
    scenario = error.scenario if isinstance(error, ScenarioFailed) else None
    return Failure(reason_of(error), scenario, problems)


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
        reason = reason_of(error)
        text = Text(
            f"a pilot run failed; nothing was stored: {reason.text.en}",
            f"试运行失败；未保存任何结果：{reason.text.zh}",
        )
        raise RunFailed(Problem(text)) from TracebackError(reason.trace)


def attempt(plan: object, function: str, task: Any) -> Any:
    """Return the answer to a task, or why there is none."""
    try:
        return _resolve(function)(plan, task)
    # A rule that calls sys.exit() must not end the run as if it had succeeded.
    except (Exception, SystemExit) as error:
        return _failure(error)


_assignment: tuple[object, str] | None = None
"""In a worker: the plan and the function that it was started with."""


def _attempt_here(task: Any) -> Any:
    assert _assignment is not None  # or the worker had not started
    return attempt(*_assignment, task)


def _resolve(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


@contextmanager
def _pool(workers: int, plan: object, function: str) -> Iterator[ProcessPoolExecutor]:
    """Yield an executor whose processes end when this process does, however it ends.

    Its processes start afresh: they see the environment of now, and none of the threads of this
    process, which a forked one would inherit half alive.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    # This process alone holds the writing end; its death, or closing it, is the workers' signal.
    reader, writer = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        workers,
        mp_context=context,
        initializer=_start_worker,
        initargs=(reader, plan, function),
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
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait. A process that starts inside never hears it and prints no traceback.

    Holding back the signal does not suffice: a thread of a library may take it, and Python would still
    interrupt this one, halfway through telling a new process who it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python interrupts the main thread alone
        return
    if os.name == "posix":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # before interrupts are held: starting it lets them go
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


def _start_worker(lifeline: Connection, plan: object, function: str) -> None:
    global _assignment  # noqa: PLW0603 - a worker has one, from its start to its end
    collect_seldom()
    _assignment = plan, function
    # Ctrl-C reaches the whole group; the parent answers it for everybody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()


def _die_with_parent(lifeline: Connection) -> NoReturn:
    try:
        lifeline.recv_bytes()
    finally:
        os._exit(1)
