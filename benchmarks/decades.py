"""Decades of whole places, market by market, with all processes on.

``python -m benchmarks.decades PLACE THREADS REPEATS``: in a process of its own it prints, as JSON, seconds of the clock
and of computing (medians), and the most memory held.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import NamedTuple

from benchmarks.worlds import RULE
from sansheng.core.months import Month
from sansheng.outcomes.together import Left, Whole
from sansheng.study.config import RuleRef, Scenario, Study
from sansheng.study.failures import LostRun
from sansheng.study.kept import MOST_COMMUNITIES
from sansheng.study.markets import in_order, live
from sansheng.world.place import Place

STUDY = Study(
    source="",
    place="",
    start=Month(2015, 1),
    months=120,
    replicates=1,
    seed=1,
    baseline=RULE,
    scenarios={RULE: Scenario(rule=RuleRef(name=RULE))},
)
"""Ten years under one rule; the place is given beside it."""


class Decade(NamedTuple):
    """What ten years of a place took, in a process of its own.

    Parameters
    ----------
    communities
        Of the place.
    seconds
        Of the clock.
    computed
        Seconds of computing, of all threads together.
    mib
        The most memory that the process held, loaded libraries included; None where the system does not tell.
    """

    communities: int
    seconds: float
    computed: float
    mib: float | None


def live_decade(place: Place, threads: int = 1) -> Whole:
    """Live through ten years of a place and work out what a study keeps of it."""
    whole = Whole(place.communities, each=place.communities <= MOST_COMMUNITIES)
    for left in in_order(partial(_left, STUDY), place.markets, threads):
        whole.add(left)
    whole.months(), whole.communities(), whole.organisations(), whole.workers()
    return whole


def _left(study: Study, market: Place) -> Left:
    (left,) = live(study, {}, 0, 0, (RULE,), market)
    assert not isinstance(left, LostRun)
    return left


def alone(place: str, threads: int, repeats: int) -> Decade:
    """Return what ten years of a place of the package take in a process of its own, kernels loaded."""
    command = [sys.executable, "-m", "benchmarks.decades", place, str(threads), str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Decade(**json.loads(done.stdout))


def main() -> None:
    """Live through decades, then tell what they took."""
    from benchmarks.peak import most_held
    from benchmarks.worlds import TENTH
    from sansheng.month import PARAMETERS
    from sansheng.world.place import load_place

    name, threads, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    place = load_place(name, PARAMETERS)
    live_decade(load_place(TENTH, PARAMETERS))  # so that loading is not timed
    clock, computed = [], []
    for _ in range(repeats):
        began = time.perf_counter(), time.process_time()
        live_decade(place, threads)
        clock.append(time.perf_counter() - began[0])
        computed.append(time.process_time() - began[1])
    found = Decade(
        place.communities, statistics.median(clock), statistics.median(computed), most_held()
    )
    print(json.dumps(found._asdict()))


if __name__ == "__main__":
    main()
