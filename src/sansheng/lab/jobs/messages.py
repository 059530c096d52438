"""What the lab and its worker processes say to each other."""

from __future__ import annotations

from typing import Any, NamedTuple

from sansheng.core.errors import Problem
from sansheng.core.text import Text


class Task(NamedTuple):
    """Something to do: the name of a function of :mod:`sansheng.lab.jobs.tasks`, and what it takes."""

    name: str
    words: tuple[Any, ...] = ()


class Ready(NamedTuple):
    """The process has loaded the model and waits for tasks."""


class Step(NamedTuple):
    """What is going on, in words."""

    text: Text


class Count(NamedTuple):
    """How many runs are done."""

    done: int
    total: int


class Picture(NamedTuple):
    """What is known before all runs are done."""

    shown: Any


class Answer(NamedTuple):
    """What came of a task."""

    value: Any


class Refused(NamedTuple):
    """Why nothing came of it."""

    problems: tuple[Problem, ...]


Message = Ready | Step | Count | Picture | Answer | Refused
