"""How things are measured: several times, side by side, one after the other in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

REPEATS = 5

Prepare = Callable[[], Callable[[], object]]
"""Makes ready what is to be timed, outside the clock."""


@dataclass(frozen=True)
class Timing:
    """Seconds that something took, several times."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """From the shortest to the longest, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / self.median

    def per(self, n: float) -> Timing:
        """Return the seconds that one of ``n`` parts took."""
        return Timing(tuple(second / n for second in self.seconds))


def in_turn(
    prepared: Mapping[str, Prepare],
    *,
    repeats: int = REPEATS,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Timing]:
    """Time several things, each once in every round, after a round that does not count.

    Parameters
    ----------
    prepared
        By name, what makes each ready.
    repeats
        Rounds that count.
    clock
        Seconds; by default those that this process computes, so that other work on the machine counts little.
    """
    found: dict[str, list[float]] = {name: [] for name in prepared}
    for turn in range(repeats + 1):
        for name, prepare in prepared.items():
            run = prepare()
            began = clock()
            run()
            if turn > 0:
                found[name].append(clock() - began)
    return {name: Timing(tuple(seconds)) for name, seconds in found.items()}


def bandwidth(mib: int = 256) -> float:
    """Return the bytes a second that a copy triad, ``a = b + s * c``, moves through memory by one thread."""
    n = mib * 2**20 // 8 // 3
    a, b, c = np.zeros(n), np.ones(n), np.ones(n)

    def triad() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    taken = in_turn({"triad": lambda: triad})["triad"]
    moved = 5 * 8 * n  # c read, a written; a and b read, a written
    return moved / taken.median


def slope(sizes: list[float], seconds: list[float]) -> float:
    """Return the slope of time on size, both in logarithms: one where time is proportional to size."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
