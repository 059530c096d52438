"""Hold the district's month against a fixed piece of work: ``python -m benchmarks.guard [--update]``.

What takes longer by more than a tenth, or less, fails, until ``--update`` says that it is meant. What is held is a
ratio, never seconds: the months and the fixed work take turns in one process, only what the process computes counts,
and of many turns the shortest, so that other work on the machine moves the ratio little; see docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.fixed_work import FixedWork
from benchmarks.worlds import fresh, run, several, world_of
from sansheng.world.world import World

ACCEPTED = Path(__file__).resolve().parent / "results" / "guard.json"
TOLERANCE, ELSEWHERE = 0.10, 0.50
"""What passes on the kind of processor that was accepted, and on another, whose ratio is another."""

MEASUREMENTS, TURNS = 5, 100
"""Measurements, each in memory of its own, of which the middle one counts; turns of each, of which the shortest do."""

FIRST, MONTHS = 13, 11
"""Months before, so that no January is in it, whose rules are Python; and months that are timed."""


def ratio() -> float:
    """Return how many times the fixed work February to December of the district take, recorded."""
    world = world_of(several(1), FIRST)
    return statistics.median(_measure(world) for _ in range(MEASUREMENTS))


def _measure(world: World) -> float:
    work = FixedWork()
    months = works = float("inf")
    for _ in range(TURNS):
        mine = fresh(world)
        months = min(months, _computing(lambda mine=mine: run(mine, MONTHS)))
        works = min(works, _computing(work.run))
    return months / works


def _computing(run: Callable[[], object]) -> float:
    began = time.process_time_ns()
    run()
    return float(time.process_time_ns() - began)


def processor() -> str:
    """Return which kind of processor this is; caches and widths of registers move the ratio."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    told = dict(reversed([_field(line) for line in lines]))
    return ", ".join(told[name] for name in ("model name", "cpu family", "model") if name in told)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def verdict(found: float, accepted: float, tolerance: float = TOLERANCE) -> str | None:
    """Return what is wrong with a ratio, None if it is near what was accepted."""
    change = found / accepted - 1.0
    if change > tolerance:
        return f"the district's month takes {change:.0%} longer than was accepted"
    if change < -tolerance:
        return f"the district's month takes {-change:.0%} less than was accepted"
    return None


def main() -> int:
    """Measure, then compare or accept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="accept what is measured")
    update = parser.parse_args().update
    found, here = ratio(), processor()
    if update:
        text = json.dumps({"ratio": round(found, 3), "processor": here}, indent=2)
        ACCEPTED.write_text(text + "\n", encoding="utf-8")
    accepted = json.loads(ACCEPTED.read_text(encoding="utf-8"))
    tolerance = TOLERANCE if accepted["processor"] == here else ELSEWHERE
    wrong = verdict(found, accepted["ratio"], tolerance)
    told = (
        f"{found:.3f} times the fixed work, accepted {accepted['ratio']:.3f} (±{tolerance:.0%}, "
        f"for {accepted['processor']})"
    )
    if wrong is None:
        print(f"eleven months take {told}")
        return 0
    print(
        f"{wrong}: {told}; if that is meant: python -m benchmarks.guard --update", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
