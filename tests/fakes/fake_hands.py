"""Worker processes that obey, for tests of the queue."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from sansheng.core.errors import Problem
from sansheng.core.text import Text
from sansheng.lab.jobs.messages import Answer, Count, Picture, Ready, Refused, Task


def obey(pipe: Connection) -> None:
    """Do what the name of a task says until the other end is gone."""
    pipe.send(Ready())
    try:
        while True:
            task: Task = pipe.recv()
            if task.name == "die":
                os._exit(1)
            elif task.name == "refuse":
                pipe.send(Refused((Problem(Text("no", "不")),)))
            elif task.name == "wait":
                for i in range(task.words[0]):
                    pipe.send(Count(i, task.words[0]))
                    pipe.send(Picture(i))
                    time.sleep(0.02)
                pipe.send(Answer("waited"))
            else:
                pipe.send(Answer((task.name, *task.words)))
    except (EOFError, OSError):
        return


def who(pipe: Connection) -> None:
    """Answer every task with the number of the process."""
    pipe.send(Ready())
    try:
        while pipe.recv():
            pipe.send(Answer(os.getpid()))
    except (EOFError, OSError):
        return
