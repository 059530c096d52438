"""Runs that have no numbers, and why."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import NamedTuple

from sansheng.core.errors import BadInput, RunFailed, Where
from sansheng.core.text import Text

WARM_UP, MATCHING, SIMULATION, RECORDING, WORKER = (
    "warm-up",
    "matching",
    "simulation",
    "recording",
    "worker",
)
"""Stages of the work at which a run may fail."""

DIED = Text(
    "the process that ran it ended twice without an answer: out of memory, killed, or started by a "
    "script that does not guard its start with __name__ == '__main__'",
    "运行它的进程两次意外结束：内存不足、被终止，或启动脚本缺少 __name__ == '__main__' 保护",
)


class Reason(NamedTuple):
    """Why something failed.

    Parameters
    ----------
    text
        In a line.
    place
        Where in whose file, if that is known.
    trace
        The traceback, as the process that ran it wrote it.
    line_too_small
        Whether levers cost more than their line holds.
    """

    text: Text
    place: Where | None = None
    trace: str = ""
    line_too_small: bool = False


class LostRun(NamedTuple):
    """A run that failed."""

    scenario: str
    draw: int
    replicate: int
    stage: str
    reason: Reason


class TracebackError(Exception):
    """Carries the traceback of a failure, as the process in which it happened wrote it."""


def reason_of(error: BaseException) -> Reason:
    """Return why something failed, as it can travel between processes."""
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, RunFailed):
        from sansheng.policy.programme import LineTooSmall

        small = isinstance(error, LineTooSmall)
        return Reason(error.problem.text, error.problem.where, trace, small)
    if isinstance(error, BadInput):
        return Reason(error.problems[0].text, error.problems[0].where, trace)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    what = f"{type(error).__name__}: {error}{place}"
    return Reason(Text(what, what), None, trace)
