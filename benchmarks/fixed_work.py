"""A piece of work that never changes, of the kind that a month is made of.

Draws from a counter, rows of twenty numbers, exponentials, and walks over three thousand seats that mostly pass by. It
shares no code with the package, so that nothing done there moves it. Editing it moves every ratio held against it.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

_ROWS, _KINDS, _SEATS, _AGES = 108, 20, 3200, 13


@numba.njit(nogil=True, error_model="numpy")
def _mixed(word: Any, salt: Any) -> Any:
    """Scatter the bits of a word, ten times over."""
    x = np.uint64(word) ^ np.uint64(salt)
    for _ in range(10):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = x ^ (x >> np.uint64(27))
    return x


@numba.njit(nogil=True, error_model="numpy")
def _work(
    times: Any, luck: Any, rows: Any, counts: Any, weights: Any, seats: Any, worn: Any
) -> Any:
    total = 0.0
    for turn in range(times):
        for i in range(luck.shape[0]):
            luck[i] = (_mixed(i, turn) >> np.uint64(11)) * 1.1102230246251565e-16
        for r in range(rows.shape[0]):
            sums = 0.0
            for k in range(rows.shape[1]):
                n = 0
                for a in range(counts.shape[1]):
                    n += counts[r, a, k]
                rows[r, k] = 0.5 * rows[r, k] + n * weights[k] / (1.0 + rows[r, k])
                sums += rows[r, k]
            total += math.exp(-sums / (100.0 + sums)) + math.log(1.0 + sums)
            carried = 0.0
            before = 0
            for k in range(rows.shape[1]):
                carried += rows[r, k] * luck[r]
                reached = int(carried + luck[r + 1])
                counts[r, turn % counts.shape[1], k] = (reached - before) % 7
                before = reached
        for i in range(seats.shape[0]):
            if seats[i] == 0:
                continue
            worn[i] += 0.15 * (luck[i] - worn[i])
            if luck[i] < 0.02:
                total += math.exp(worn[i])
    return total


class FixedWork:
    """The work and the numbers it goes over."""

    def __init__(self) -> None:
        self._rows = np.ones((_ROWS, _KINDS))
        self._luck = np.empty(_SEATS)
        self._counts = np.ones((_ROWS, _AGES, _KINDS), np.int32)
        self._weights = np.linspace(0.1, 1.0, _KINDS)
        self._seats = (np.arange(_SEATS) % 5 != 0).astype(np.int8)
        self._worn = np.zeros(_SEATS)
        self.run()  # compiled now

    def run(self) -> float:
        """Do it once."""
        sum_: float = _work(
            40, self._luck, self._rows, self._counts, self._weights, self._seats, self._worn
        )
        return sum_
