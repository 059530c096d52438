"""Single runs that must not fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sansheng.core.errors import Problem, RunFailed
from sansheng.study.failures import LostRun, TracebackError

if TYPE_CHECKING:
    from sansheng.study.simulate import ScenarioRun


def completed(run: ScenarioRun | LostRun) -> ScenarioRun:
    """Return a run.

    Raises
    ------
    RunFailed
        If it has failed, with its reason.
    """
    if isinstance(run, LostRun):
        problem = Problem(run.reason.text, run.reason.place)
        raise RunFailed(problem) from TracebackError(run.reason.trace)
    return run
