"""What runs in a worker of a cluster: it says which program it has, learns a plan once, and runs tasks of it."""

from __future__ import annotations

import functools
import threading
from typing import Any, NamedTuple

from sansheng.study.engine import attempt
from sansheng.study.provenance import source_hash, versions

MOST_PLANS = 8
"""Plans that a worker remembers; several coordinators may share it, and it may serve for weeks."""

_plans: dict[str, tuple[object, str]] = {}
# A rule may keep state in its module, and has never met a second thread.
_one_at_a_time = threading.Lock()


class Unknown(NamedTuple):
    """Instead of an answer: this process has not learnt the plan, so it is not the one that had."""


@functools.cache
def program() -> dict[str, str | None]:
    """Return what numbers depend on beside the study, by name.

    Asked once a process, when it first meets this package: what is on the disk later is not what it runs.
    """
    return {"source": source_hash(), **versions()}


def learn(name: str, plan: object, function: str) -> None:
    """Remember a plan and the function that its tasks are for."""
    with _one_at_a_time:
        _plans[name] = plan, function
        while len(_plans) > MOST_PLANS:
            del _plans[next(iter(_plans))]


def run_here(name: str, task: Any) -> Any:
    """Return the answer to a task of a plan, or why there is none."""
    with _one_at_a_time:
        known = _plans.get(name)
        return Unknown() if known is None else attempt(*known, task)
