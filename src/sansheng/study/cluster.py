"""Runs tasks on a cluster of Dask: one that is there, or one of this machine that ends with the run.

``distributed`` is an extra of the package and imported only here, when a run asks for it.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import re
import socket
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sansheng.core.errors import BadInput, Problem, RunFailed, quoted
from sansheng.core.text import Text
from sansheng.study.dispatch import Dispatcher
from sansheng.study.engine import Work, interrupts_held

SECONDS_TO_ANSWER = 10.0
"""What a scheduler is given to answer."""

SECONDS_TO_START = 60.0
"""What workers on this machine are given to start."""

LONGEST_GREETING = 2**20
"""Bytes of what a scheduler says when somebody connects; it begins with their number."""

_LENGTH = struct.Struct("Q")

LOOPBACK = "127.0.0.1"

_ADDRESS = re.compile(r"tcp://(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[\w.-]+):(?P<port>\d{1,5})", re.ASCII)


def _nobody_listens(_: Text) -> None:
    pass


@dataclass(frozen=True)
class DaskEngine:
    """Workers of Dask; see :class:`sansheng.study.engine.Engine`.

    Parameters
    ----------
    scheduler
        Address of the cluster's scheduler, ``tcp://host:port``; None for workers on this machine, started for the run.
    workers
        How many of those to start; a cluster has its own, which may come and go.
    say
        Told what the user may want to know while it goes on.

    Raises
    ------
    BadInput
        If the address is none, or ``distributed`` is not installed.
    """

    scheduler: str | None
    workers: int
    say: Callable[[Text], None] = _nobody_listens

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is done."""
        if self.scheduler is not None:
            _parts(self.scheduler)
        try:
            import distributed  # noqa: F401
        except ImportError as error:
            raise BadInput(Problem(_NOT_INSTALLED)) from error

    def require_answer(self) -> None:
        """See whether a scheduler answers at the address, before time is spent on what comes before the tasks.

        Raises
        ------
        RunFailed
            If none does.
        """
        if self.scheduler is None:
            return
        try:
            # A client would wait without end for the greeting of somebody who never says a word.
            with socket.create_connection(_parts(self.scheduler), SECONDS_TO_ANSWER) as connection:
                greeting = connection.recv(_LENGTH.size, socket.MSG_WAITALL)
        except OSError as error:
            raise RunFailed(Problem(_no_answer(self.scheduler))) from error
        if len(greeting) < _LENGTH.size or _LENGTH.unpack(greeting)[0] > LONGEST_GREETING:
            raise RunFailed(Problem(_no_answer(self.scheduler)))

    @property
    def alone(self) -> bool:
        """Whether there is one worker: nobody knows how many a cluster will have."""
        return False

    def run(self, plan: object, function: str, work: Work) -> None:
        """Run tasks; see :class:`sansheng.study.engine.Engine`.

        Raises
        ------
        BadInput
            If the workers have another program than this process.
        RunFailed
            If no scheduler answers, or it vanishes.
        """
        first = work.next()
        if first is None:
            return
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            if self.scheduler is None:
                address = stack.enter_context(_cluster_here(self.workers))
                wait = SECONDS_TO_START
            else:
                self.require_answer()
                # Jobs of a cluster may wait in its queue for hours.
                address, wait = self.scheduler, math.inf
            client = stack.enter_context(_client(address))
            Dispatcher(client, plan, function, work, address, self.say, wait).run(first)


def _parts(address: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        raise BadInput(
            Problem(
                Text(
                    f"the address of a scheduler looks like tcp://host:8786, not {quoted(address)}",
                    f"调度器地址形如 tcp://主机:8786，而不是 {quoted(address)}",
                )
            )
        )
    return found["host"].strip("[]"), int(found["port"])


@contextmanager
def _cluster_here(workers: int) -> Iterator[str]:
    """Yield the address of a scheduler whose workers run on this machine until the end."""
    from distributed import LocalCluster

    # A worker begins by running the script that started it. One that does not guard its start would start workers
    # there too, and they in turn; Python's own pools refuse, those of Dask do not.
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise RunFailed(Problem(_UNGUARDED))
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        # The thread that will start every worker is made with interrupts held, so that none of them ever hears
        # Ctrl-C: this process answers it for all.
        with interrupts_held():
            cluster: Any = LocalCluster(
                n_workers=0,
                threads_per_worker=1,
                processes=True,
                host=LOOPBACK,
                # Without a dashboard there still is a port that tells of the state; some versions of Dask open it
                # to the network unless told where.
                scheduler_kwargs={"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
                worker_dashboard_address=f"{LOOPBACK}:0",
                dashboard_address=None,
                silence_logs=_NOTHING,
                memory_limit=0,  # the system's own limits hold, as for any other process
                local_directory=folder,
            )
            stack.callback(cluster.close, timeout=SECONDS_TO_ANSWER)
        cluster.scale(workers)
        yield cluster.scheduler_address


@contextmanager
def _client(address: str) -> Iterator[Any]:
    from distributed import Client

    try:
        client: Any = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except Exception as error:  # whatever else listens there may answer anything
        raise RunFailed(Problem(_no_answer(address))) from error
    try:
        yield client
    finally:
        client.close(timeout=SECONDS_TO_ANSWER)


_NOTHING = logging.CRITICAL + 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Let the libraries of the cluster say nothing: what matters of it comes as a result or a failure."""
    import dask
    import distributed  # noqa: F401 - sets the levels that are set here

    before = {
        name: logging.getLogger(name).level
        for name in ("asyncio", "distributed", "tornado", *logging.root.manager.loggerDict)
        if name.partition(".")[0] in ("asyncio", "bokeh", "distributed", "tornado")
    }
    settings = {
        "distributed.comm.timeouts.connect": SECONDS_TO_ANSWER,
        "distributed.worker.profile.enabled": False,
    }
    with warnings.catch_warnings(), dask.config.set(settings):
        warnings.filterwarnings("ignore", module=r"dask|distributed|tornado")
        for name in before:
            logging.getLogger(name).setLevel(_NOTHING)
        try:
            yield
        finally:
            for name, level in before.items():
                logging.getLogger(name).setLevel(level)


_UNGUARDED = Text(
    "a script that starts workers must guard its start with if __name__ == '__main__'",
    "启动工作进程的脚本必须以 if __name__ == '__main__' 保护其入口",
)

_NOT_INSTALLED = Text(
    "runs on a cluster need a package that is not installed: pip install 'sansheng[cluster]'",
    "集群运行所需的软件包尚未安装：pip install 'sansheng[cluster]'",
)


def _no_answer(address: str) -> Text:
    return Text(
        f"no scheduler of Dask answers at {address}; start one with: dask scheduler",
        f"{address} 没有 Dask 调度器应答；请先启动：dask scheduler",
    )
