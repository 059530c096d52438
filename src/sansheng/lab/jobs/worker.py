"""A worker process: it loads the model once, then does one task after the other.

It gives way to whoever answers browsers, and ends when the lab does, however that ends.
"""

from __future__ import annotations

import logging
import os
import signal
from multiprocessing.connection import Connection

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Text
from sansheng.lab.jobs.messages import Answer, Message, Ready, Refused, Task
from sansheng.study.garbage import collect_seldom

NICENESS = 5
"""How far a worker steps back behind other processes."""


def serve(pipe: Connection) -> None:
    """Do tasks until the other end of ``pipe`` is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the lab answers Ctrl-C for everybody
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    collect_seldom()
    try:
        from sansheng.lab.jobs import tasks

        tasks.warm_up(pipe.send)
        pipe.send(Ready())
        while True:
            task: Task = pipe.recv()
            pipe.send(_done(task, pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the lab has gone


def _done(task: Task, pipe: Connection) -> Message:
    from sansheng.lab.jobs.tasks import TASKS

    try:
        return Answer(TASKS[task.name](pipe.send, *task.words))
    except BadInput as refused:
        return Refused(refused.problems)
    except RunFailed as failed:
        return Refused((failed.problem,))
    except (BrokenPipeError, ConnectionResetError):
        raise
    # A fault of one study must not take the process from the others; what it was goes to the error stream.
    except (Exception, SystemExit):
        logging.getLogger(__name__).exception("the task %s failed", task.name)
        text = Text(
            "something went wrong in the lab; its terminal says what",
            "实验室内部出错，详情见其终端",
        )
        return Refused((Problem(text),))
