"""Hands tasks to the workers of a cluster, each to one that it chose, and takes the answers.

The scheduler of a cluster moves tasks of a lost worker elsewhere, as often as its own settings say, and blames all of
them. Here every task is bound to one worker, so it is known what was lost with whom: what a worker held when it
vanished is tried once more, block by block, each alone on its worker; what is lost again has failed. Workers may come
and go at any time. Each is asked for its program before it gets anything, and learns the plan once.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
import math
import queue
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Text
from sansheng.study.engine import AHEAD, Failure, Work, take
from sansheng.study.failures import DIED, Reason, reason_of
from sansheng.study.remote import Unknown, learn, program, run_here

PATIENCE = 30.0
"""Seconds in which a scheduler must answer, and workers that are there at the start must say who they are."""

LOOK = 0.5
"""Seconds between looks at which workers there are."""

MOST_GREETINGS = 3
"""Greetings of one worker that may be lost before it is refused."""

SILENCE = 5.0
"""Seconds without a worker after which the user is told so."""

_CANCELLED = (asyncio.CancelledError, concurrent.futures.CancelledError)


class _State(Enum):
    ASKED = auto()
    LEARNING = auto()
    READY = auto()
    REFUSED = auto()


@dataclass
class _Member:
    """A worker: what it holds, and when it last answered."""

    state: _State = _State.ASKED
    load: int = 0
    alone: bool = False
    answered: float = 0.0


@dataclass(frozen=True)
class _Errand:
    """Something that a worker, or none in particular, was asked."""

    future: Any
    address: str | None
    task: Any = None
    last_chance: bool = False


class _Lost(Exception):  # noqa: N818 - it names what happened
    """An answer that will not come."""


@dataclass
class Dispatcher:
    """One run of a plan on a cluster.

    Parameters
    ----------
    client
        A ``distributed.Client``.
    plan, function, work
        See :meth:`sansheng.study.engine.Engine.run`.
    name
        What the cluster is called in messages.
    say
        Told what the user may want to know while it goes on.
    wait
        Seconds without a worker after which the run fails.
    """

    client: Any
    plan: object
    function: str
    work: Work
    name: str
    say: Callable[[Text], None]
    wait: float
    _number: Any = field(default_factory=itertools.count)
    _crew: dict[str, _Member] = field(default_factory=dict)
    _errands: dict[str, _Errand] = field(default_factory=dict)
    _arrived: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    _suspects: deque[Any] = field(default_factory=deque)
    _ready: deque[Any] = field(default_factory=deque)
    _unheard: Counter[str] = field(default_factory=Counter)
    _dry: bool = False
    _began: bool = False
    _looked: float = 0.0
    _deserted: float | None = None
    _told: bool = False
    _started: float = field(default_factory=time.monotonic)

    def run(self, first: Any) -> None:
        """Run a task and all others that there are.

        Raises
        ------
        BadInput
            If the workers have another program than this process.
        RunFailed
            If the scheduler is gone, or workers are for too long.
        """
        self._ready.append(first)
        try:
            while self._unfinished():
                if time.monotonic() - self._looked >= LOOK:
                    self._look()
                self._hand_out()
                self._take_what_arrives()
        finally:
            # What runs cannot be stopped from here; it ends by itself and nobody takes its answer.
            with suppress(Exception):
                self.client.cancel([errand.future for errand in self._errands.values()], force=True)

    def _unfinished(self) -> bool:
        if self._suspects or any(errand.task is not None for errand in self._errands.values()):
            return True
        if (task := self._next()) is None:
            return False
        self._ready.appendleft(task)
        return True

    def _next(self) -> Any | None:
        if self._ready:
            return self._ready.popleft()
        if self._dry:  # until something is answered
            return None
        task = self.work.next()
        self._dry = task is None
        return task

    @property
    def _id(self) -> str:
        """A name that no other run on the cluster has."""
        return f"sansheng-{self.client.id}"

    # Workers

    def _look(self) -> None:
        """See which workers there are now; greet new ones, and give up what those that are gone held."""
        try:
            threads = self.client.nthreads(callback_timeout=PATIENCE)
        except (OSError, TimeoutError, *_CANCELLED) as error:
            raise RunFailed(Problem(_gone(self.name))) from error
        self._looked = time.monotonic()
        for address in self._crew.keys() - threads.keys():
            self._lose(address)
        for address in threads.keys() - self._crew.keys():
            self._crew[address] = _Member()
            if threads[address] == 1:
                self._send(program, address=address)
            else:
                self._refuse(address, _threaded(address, threads[address]))
        self._call_for_workers(bool(threads))

    def _call_for_workers(self, some: bool) -> None:
        """Give a cluster that grows by what there is to do something to do, and say that it is waited for."""
        if some:
            self._deserted = None
            return
        if self._deserted is None:
            self._deserted = self._looked
            self._told = False
            self._send(program, address=None)
        since = self._looked - self._deserted
        if since > self.wait:
            raise RunFailed(Problem(_deserted(self.name, self.wait)))
        if since > SILENCE and not self._told and self.wait == math.inf:
            self._told = True
            self.say(_waiting(self.name))

    def _lose(self, address: str | None) -> None:
        """Give up what a worker held, and forget it."""
        if address is None or self._crew.pop(address, None) is None:
            return
        gone = [errand for errand in self._errands.values() if errand.address == address]
        self.client.cancel([errand.future for errand in gone], force=True)
        for errand in gone:
            del self._errands[errand.future.key]
            self._try_again(errand)

    def _try_again(self, errand: _Errand) -> None:
        if errand.task is None:
            self._greet_again(errand.address)
        elif errand.last_chance:
            self._dry = False
            self.work.failed(errand.task, Failure(Reason(DIED)))
        else:
            self._suspects.extend(self.work.split(errand.task))

    def _greet_again(self, address: str | None) -> None:
        """Forget a worker whose greeting was lost, so that it is greeted anew if it is still there; not for ever."""
        if address is None:
            return
        self._unheard[address] += 1
        self._lose(address)
        if self._unheard[address] == MOST_GREETINGS:
            self._crew[address] = _Member()
            self._refuse(address, _mute(address))

    def _refuse(self, address: str, why: Text) -> None:
        """Leave a worker out.

        Raises
        ------
        BadInput
            If nothing has begun, so that the user can mend it, or no other worker is left.
        """
        self._crew[address].state = _State.REFUSED
        left = any(member.state is not _State.REFUSED for member in self._crew.values())
        if not self._began or not left:
            raise BadInput(Problem(why))
        self.say(Text(f"left out: {why.en}", f"未使用：{why.zh}"))

    # Tasks

    def _hand_out(self) -> None:
        asked = any(member.state is _State.ASKED for member in self._crew.values())
        if asked and not self._began and time.monotonic() - self._started < PATIENCE:
            return  # a worker that does not fit is told before anything begins
        while (address := self._free()) is not None:
            if self._suspects:
                self._send_task(address, self._suspects.popleft(), last_chance=True)
            elif (task := self._next()) is not None:
                self._send_task(address, task, last_chance=False)
            else:
                return

    def _free(self) -> str | None:
        """Return the worker that holds least, and among those the one that last showed that it lives."""
        most = 1 if self._suspects else AHEAD
        free = [
            (member.load, -member.answered, address)
            for address, member in self._crew.items()
            if member.state is _State.READY and not member.alone and member.load < most
        ]
        return min(free)[2] if free else None

    def _send_task(self, address: str, task: Any, *, last_chance: bool) -> None:
        self._began = True
        member = self._crew[address]
        member.load += 1
        member.alone = last_chance
        self._send(run_here, self._id, task, address=address, task=task, last_chance=last_chance)

    def _send(
        self,
        function: Callable[..., Any],
        *words: Any,
        address: str | None,
        task: Any = None,
        last_chance: bool = False,
    ) -> None:
        future = self.client.submit(
            function,
            *words,
            key=f"{self._id}-{next(self._number)}",
            workers=None if address is None else [address],
            pure=False,
            retries=0,
        )
        self._errands[future.key] = _Errand(future, address, task, last_chance)
        future.add_done_callback(self._arrived.put)

    # Answers

    def _take_what_arrives(self) -> None:
        with suppress(queue.Empty):
            future = self._arrived.get(timeout=LOOK)
            while True:
                self._take(future)
                future = self._arrived.get_nowait()

    def _take(self, future: Any) -> None:
        errand = self._errands.get(future.key)
        if errand is None:
            return  # given up meanwhile
        try:
            answer = self._answer(errand)
        except _Lost:
            if self._errands.pop(future.key, None) is not None:
                self._put_down(errand)
                self._try_again(errand)
            return
        del self._errands[future.key]
        self._put_down(errand)
        if errand.task is None:
            self._greeted(errand.address, answer)
        elif isinstance(answer, Unknown):
            # Another process at the address of the one that had the task.
            self._lose(errand.address)
            self._try_again(errand)
        else:
            self._dry = False
            take(self.work, errand.task, answer)

    def _put_down(self, errand: _Errand) -> None:
        errand.future.release()
        if errand.address in self._crew and errand.task is not None:
            member = self._crew[errand.address]
            member.load -= 1
            member.alone = False
            member.answered = time.monotonic()

    def _answer(self, errand: _Errand) -> Any:
        """Return what came back, or why nothing could.

        Raises
        ------
        _Lost
            If the worker died, before it was done or before the answer was fetched.
        """
        from distributed import KilledWorker

        while errand.future.key in self._errands:
            try:
                return errand.future.result(timeout=LOOK)
            except TimeoutError:
                self._look()
            except (KilledWorker, *_CANCELLED) as error:
                self._look()  # perhaps it is the scheduler that is gone
                raise _Lost from error
            except Exception as error:  # the task, or its answer, could not travel
                return Failure(reason_of(error))
        raise _Lost

    def _greeted(self, address: str | None, answer: Any) -> None:
        """Take a worker's word on its program, or that it has learnt the plan."""
        member = self._crew.get(address) if address is not None else None
        if member is None or address is None:
            return
        member.answered = time.monotonic()
        if isinstance(answer, Failure):
            self._refuse(address, _cannot(address, answer.reason.text))
        elif member.state is _State.LEARNING:
            member.state = _State.READY
        elif answer == program():
            member.state = _State.LEARNING
            self._send(learn, self._id, self.plan, self.function, address=address)
        else:
            self._refuse(address, _another(address, answer))


def _gone(name: str) -> Text:
    return Text(
        f"the scheduler {name} does not answer any more; what is stored is kept, and the same command goes on from it",
        f"调度器 {name} 不再应答；已保存的结果保留，同一命令可续跑",
    )


def _deserted(name: str, seconds: float) -> Text:
    return Text(
        f"{name} had no worker for {seconds:.0f} s: none could start, or each was killed",
        f"{name} 已有 {seconds:.0f} 秒没有工作进程：均未能启动或已被终止",
    )


def _waiting(name: str) -> Text:
    return Text(f"{name} has no worker; waiting for one…", f"{name} 尚无工作进程，等待中…")


def _threaded(address: str, threads: int) -> Text:
    return Text(
        f"worker {address} has {threads} threads, of which one would work; start workers with one thread each,"
        f" one a core: dask worker --nworkers {threads} --nthreads 1",
        f"工作进程 {address} 有 {threads} 个线程，但仅一个可用；请每核启动一个单线程进程："
        f"dask worker --nworkers {threads} --nthreads 1",
    )


def _mute(address: str) -> Text:
    return Text(
        f"worker {address} is there, but its answers are lost; install the same version of distributed everywhere",
        f"工作进程 {address} 在线，但其应答丢失；请各处安装相同版本的 distributed",
    )


def _cannot(address: str, why: Text) -> Text:
    return Text(
        f"worker {address} cannot run this version of sansheng: {why.en}",
        f"工作进程 {address} 无法运行此版本的 sansheng：{why.zh}",
    )


def _another(address: str, theirs: dict[str, str | None]) -> Text:
    differing = [
        f"{name} {theirs.get(name)} → {version}" if name != "source" else "source"
        for name, version in program().items()
        if theirs.get(name) != version
    ]
    listed = ", ".join(differing)
    return Text(
        f"worker {address} has another program than this one ({listed}), whose numbers may differ; install the same"
        " everywhere and restart the workers",
        f"工作进程 {address} 的程序与本机不同（{listed}），数值可能不同；请各处安装相同版本并重启工作进程",
    )
