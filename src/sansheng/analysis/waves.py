"""Searches that each ask for runs in waves, in one pool of processes.

A search yields the tasks it wants answered next and is resumed with all answers once it has them, so that what it
asks next depends on nothing but answers: not on who came first, nor on how many processes there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.study.engine import Failure, LocalEngine
from sansheng.study.failures import TracebackError
from sansheng.study.progress import Progress
from sansheng.study.run import MODEL, compile_model, process_count

Task = TypeVar("Task", bound=Hashable)
Found = TypeVar("Found")
Search = Generator[Sequence[Task], Mapping[Task, Any], Found]


def run_searches(
    plan: object,
    function: str,
    searches: Sequence[Search[Task, Found]],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Found]:
    """Run searches to their ends and return what they found.

    Parameters
    ----------
    plan
        What all tasks have in common.
    function
        ``"module:function"`` with the signature ``(plan, task) -> answer``.
    searches
        Not yet started. A task that several ask for is run once.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.

    Raises
    ------
    RunFailed
        If a task fails.
    BadInput
        If a task finds the plan wrong.
    """
    progress = progress or Progress(quiet=True)
    compile_model(MODEL, progress)
    waves = _Waves(searches, progress)
    progress.start(waves.asked)
    try:
        LocalEngine(process_count(workers, max(1, waves.asked))).run(plan, function, waves)
    finally:
        progress.stop()
    return waves.found()


class _Waves:
    """The tasks that searches wait for."""

    def __init__(self, searches: Sequence[Search[Any, Any]], progress: Progress) -> None:
        self.searches, self.progress = searches, progress
        self.queue: deque[Any] = deque()
        self.known: set[Any] = set()
        self.answers: dict[Any, Any] = {}
        self.wanted: dict[int, list[Any]] = {}
        self.missing: dict[int, set[Any]] = {}
        self.ends: dict[int, Any] = {}
        self.failure: Failure | None = None
        for i in range(len(searches)):
            self.resume(i, None)

    @property
    def asked(self) -> int:
        """How many tasks were asked for so far."""
        return len(self.known)

    def resume(self, i: int, answers: Mapping[Any, Any] | None) -> None:
        """Let a search go on until it wants an answer that is not there."""
        while True:
            try:
                wanted = list(
                    next(self.searches[i]) if answers is None else self.searches[i].send(answers)
                )
            except StopIteration as end:
                self.ends[i] = end.value
                return
            new = [task for task in dict.fromkeys(wanted) if task not in self.known]
            self.known.update(new)
            self.queue.extend(new)
            missing = {task for task in wanted if task not in self.answers}
            if missing:
                self.wanted[i], self.missing[i] = wanted, missing
                return
            answers = {task: self.answers[task] for task in wanted}

    def next(self) -> Any | None:
        return None if self.failure is not None or not self.queue else self.queue.popleft()

    def split(self, task: Any) -> Sequence[Any]:
        return (task,)

    def done(self, task: Any, answer: Any) -> None:
        self.answers[task] = answer
        for i, missing in list(self.missing.items()):
            missing.discard(task)
            if not missing:
                del self.missing[i]
                self.resume(i, {wanted: self.answers[wanted] for wanted in self.wanted[i]})
        self.progress.grow(self.asked)
        self.progress.advance(1)

    def failed(self, task: Any, failure: Failure) -> None:
        self.failure = self.failure or failure

    def found(self) -> list[Any]:
        """Return what the searches found."""
        if self.failure is None:
            return [self.ends[i] for i in range(len(self.searches))]
        cause = TracebackError(self.failure.reason.trace)
        if self.failure.problems:
            raise BadInput(self.failure.problems) from cause
        raise RunFailed(Problem(self.failure.reason.text, self.failure.reason.place)) from cause
