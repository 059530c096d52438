"""A queue of jobs and the processes that do them.

Ensembles and looks at results stand in queues of their own, so that nobody waits for a stranger's ensemble to see a
figure. Each process has a thread that hands it one job at a time; a job that is cancelled, takes too long or brings its
process down costs that process, which is replaced.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from multiprocessing.connection import Connection
from typing import Any, Literal

from sansheng.core.errors import BadInput, Problem
from sansheng.core.kernels import kernels_are_compiled
from sansheng.core.text import Text
from sansheng.lab.jobs.messages import Answer, Count, Picture, Ready, Refused, Step, Task
from sansheng.lab.jobs.worker import serve
from sansheng.lab.limits import MOST_RUNNING, MOST_WAITING, SECONDS

Lane = Literal["ensembles", "looks"]

HANDS: dict[Lane, int] = {"ensembles": MOST_RUNNING, "looks": 1}
"""Processes of each queue."""

_LOOK = 0.1
"""Seconds between looks at whether a job was cancelled."""


class State(Enum):
    """What has become of a job."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(eq=False)
class Job:
    """Something that a browser asked for; whoever shows it looks at ``version`` to see whether anything is new."""

    number: int
    owner: str
    task: Task
    state: State = State.WAITING
    step: Text | None = None
    done: int = 0
    total: int = 0
    picture: Any = None
    answer: Any = None
    problems: tuple[Problem, ...] = ()
    version: int = 0
    started: float = 0.0
    asked: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {State.DONE, State.FAILED, State.CANCELLED}

    def become(self, state: State) -> None:
        """Go over to another state."""
        self.state = state
        if self.over:
            self.ended = time.monotonic()
        self.version += 1


class Pool:
    """The queues, and the processes that work for them.

    Parameters
    ----------
    target
        What processes run; tests pass their own.
    """

    def __init__(self, target: Callable[[Connection], None] = serve) -> None:
        self.target = target
        self._queues: dict[Lane, deque[Job]] = {"ensembles": deque(), "looks": deque()}
        self._something = threading.Condition()
        self._numbers = itertools.count(1)
        self._closed = False
        self.compiling = threading.Lock()
        self.step: Text | None = None
        self._free: set[Hand] = set()
        self._before: dict[tuple[str, Lane], Hand] = {}
        self._hands = [Hand(self, lane) for lane, count in HANDS.items() for _ in range(count)]

    def start(self) -> None:
        """Start the processes; jobs may be asked for at once."""
        for hand in self._hands:
            hand.start()

    def close(self) -> None:
        """End all processes; jobs that were not done are cancelled."""
        with self._something:
            self._closed = True
            for queue in self._queues.values():
                for job in queue:
                    job.become(State.CANCELLED)
                queue.clear()
            self._something.notify_all()
        for hand in self._hands:
            hand.end()

    @property
    def ready(self) -> bool:
        """Whether every process has loaded the model."""
        return all(hand.ready for hand in self._hands)

    def ask(self, owner: str, name: str, *words: Any, lane: Lane = "looks") -> Job:
        """Put a job into a queue.

        Raises
        ------
        BadInput
            If too many wait already.
        """
        job = Job(next(self._numbers), owner, Task(name, words))
        with self._something:
            if self._closed or len(self._queues[lane]) >= MOST_WAITING:
                raise BadInput(Problem(_FULL))
            self._queues[lane].append(job)
            self._something.notify_all()
        return job

    def cancel(self, job: Job) -> None:
        """See to it that nothing more comes of a job."""
        with self._something:
            for queue in self._queues.values():
                with suppress(ValueError):
                    queue.remove(job)
            if not job.over:
                job.become(State.CANCELLED)

    def cancel_all(self, owner: str) -> None:
        """See to it that nothing more comes of the ensembles that a browser asked for."""
        with self._something:
            asked = [*self._queues["ensembles"], *(hand.job for hand in self._hands if hand.job)]
        for job in asked:
            if job.owner == owner:
                self.cancel(job)

    def position(self, job: Job) -> int:
        """Return how many jobs of its queue come before a waiting job, those that run not counted."""
        with self._something:
            return next(
                (list(queue).index(job) for queue in self._queues.values() if job in queue), 0
            )

    def waiting(self, lane: Lane = "ensembles") -> int:
        """Return how many jobs wait."""
        return len(self._queues[lane])

    def running(self) -> int:
        """Return how many ensembles run."""
        return sum(hand.lane == "ensembles" and hand.job is not None for hand in self._hands)

    def take(self, hand: Hand) -> Job | None:
        """Return the next job of a process's queue, once there is one; None when the pool is closed.

        Who comes again comes to the process that was there before, if it is free: it remembers what both need.
        """
        queue = self._queues[hand.lane]
        with self._something:
            self._free.add(hand)
            while not self._closed:
                before = self._before.get((queue[0].owner, hand.lane), hand) if queue else None
                if before is hand or (queue and before not in self._free):
                    job = queue.popleft()
                    self._free.discard(hand)
                    self._before[job.owner, hand.lane] = hand
                    job.started = time.monotonic()
                    job.become(State.RUNNING)
                    self._something.notify_all()
                    return job
                self._something.wait()
        return None

    @property
    def closed(self) -> bool:
        """Whether no job is taken any more."""
        return self._closed


class Hand:
    """A process and the thread that gives it jobs."""

    def __init__(self, pool: Pool, lane: Lane) -> None:
        self.lane = lane
        self.ready = False
        self.job: Job | None = None
        self._pool = pool
        self._process: Any = None
        self._pipe: Connection | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Start working."""
        self._thread.start()

    def end(self) -> None:
        """End the process, and wait for the thread."""
        self._kill()
        self._thread.join(timeout=5.0)

    def _spawn(self) -> Connection:
        # Afresh: a forked process would inherit the server's threads half alive.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=self._pool.target, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        self.ready = False
        return ours

    def _kill(self) -> None:
        process, self._process = self._process, None
        self.ready = False
        if process is not None and process.is_alive():
            process.kill()
            process.join(timeout=5.0)
        if self._pipe is not None:
            with suppress(OSError):
                self._pipe.close()
            self._pipe = None

    def _work(self) -> None:
        while not self._pool.closed:
            try:
                pipe = self._started()
                if pipe is None:
                    self._kill()
                    continue
                job = self._pool.take(self)
                if job is None:
                    return
                self.job = job
                if not self._do(job, pipe):
                    self._kill()
            except (EOFError, OSError):
                self._lose()
            except Exception:  # whatever it was, the others wait for a process
                logging.getLogger(__name__).exception("a job could not be followed")
                self._lose()
            finally:
                self.job = None

    def _started(self) -> Connection | None:
        """Return the pipe to a process that has loaded the model; None if it could not."""
        if self._pipe is not None:
            return self._pipe
        # Who finds the model not compiled compiles it, and the others wait instead of doing the same.
        with nullcontext() if kernels_are_compiled() else self._pool.compiling:
            pipe = self._spawn()
            return pipe if self._wait_until_ready(pipe) else None

    def _wait_until_ready(self, pipe: Connection) -> bool:
        while not self._pool.closed:
            if pipe.poll(_LOOK):
                message = pipe.recv()
                if isinstance(message, Step):
                    self._pool.step = message.text
                if isinstance(message, Ready):
                    self.ready = True
                    self._pool.step = None
                    return True
            elif self._process is None or not self._process.is_alive():
                time.sleep(1.0)  # it cannot start; do not try a thousand times a second
                return False
        return False

    def _do(self, job: Job, pipe: Connection) -> bool:
        """Have a job done; return whether the process is free for another, and was not left in the midst of it."""
        pipe.send(job.task)
        while not job.over:
            if pipe.poll(_LOOK):
                message = pipe.recv()
                _hear(job, message)
                if isinstance(message, Answer | Refused):
                    return True
            if not job.over and time.monotonic() - job.started > SECONDS:
                job.problems = (Problem(_TOO_LONG),)
                job.become(State.FAILED)
        return False

    def _lose(self) -> None:
        """Take the news that the process has gone."""
        if self.job is not None and not self.job.over:
            self.job.problems = (Problem(_DIED),)
            self.job.become(State.FAILED)
        self._kill()


def _hear(job: Job, message: Any) -> None:
    """Note what a process says of a job, unless nobody wants to know any more."""
    if job.over:
        return
    if isinstance(message, Step):
        job.step = message.text
    elif isinstance(message, Count):
        job.done, job.total = message
    elif isinstance(message, Picture):
        job.picture = message.shown
    elif isinstance(message, Answer):
        job.answer = message.value
        job.become(State.DONE)
    elif isinstance(message, Refused):
        job.problems = message.problems
        job.become(State.FAILED)
    job.version += 1


_FULL = Text("too many ensembles wait already; try again in a minute", "排队的运行过多，请稍后再试")
_TOO_LONG = Text(
    f"stopped after {SECONDS / 60:.0f} minutes; choose fewer replicates, fewer years or a smaller place",
    f"已运行 {SECONDS / 60:.0f} 分钟，予以停止；请减少重复次数、年数或改选较小地区",
)
_DIED = Text("the process that ran this ended unexpectedly; try again", "运行进程意外终止，请重试")
