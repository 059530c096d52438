"""Poisson counts of many cells side by side.

One count is a loop that ends nobody knows when, and half of its time goes into guessing wrong. Here the cells of a
block take every step together, those that are done as well, so the processor has nothing to guess and works on
several at once. Each cell sees the numbers of :func:`sansheng.core.streams.poisson`, in its order: the counts are
the same.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.exponential import exp_below
from sansheng.core.kernels import allocating, disjoint
from sansheng.core.streams import INVERSE, poisson
from sansheng.core.tables import F64, I32

LANES = 32
"""Cells of a block: a multiple of what any processor works on at once."""

_STRIDE = 4
"""Steps between two looks whether all cells are done."""

_MOST = 56
"""Steps after which the few cells that are not done go on alone; inverses are at hand for as many."""

# A block is one row, so that where each part lies is known: term, sum, count, luck and mean of each cell.
_SUM, _COUNT, _LUCK, _MEAN, _END = LANES, 2 * LANES, 3 * LANES, 4 * LANES, 5 * LANES


@disjoint
def _begin(luck: F64, mean: F64, block: F64) -> None:
    """Put cells into a block, at most :data:`LANES`; those that are left over are done at once."""
    for j in range(luck.shape[0]):
        rate = 0.0 if mean[j] < 0.0 else mean[j]
        block[j] = exp_below(-rate)
        block[_MEAN + j] = rate
        block[_LUCK + j] = luck[j]
    for j in range(LANES):
        block[_SUM + j] = block[j]
        block[_COUNT + j] = 0.0
    for j in range(luck.shape[0], LANES):
        block[_LUCK + j] = 0.0


@disjoint
def _advance(block: F64, inverse: float) -> None:
    """Raise the count of the cells whose sum is below their luck, and add the next term to all sums."""
    for j in range(block.shape[0] // 5):
        block[_COUNT + j] += 1.0 if block[_SUM + j] < block[_LUCK + j] else 0.0
        term = block[j] * (block[_MEAN + j] * inverse)
        block[j] = term
        block[_SUM + j] += term


@disjoint
def _all_done(block: F64) -> bool:
    behind = 0
    for j in range(LANES):
        behind += 1 if block[_SUM + j] < block[_LUCK + j] else 0
    return behind == 0


@allocating
def poissons(luck: F64, mean: F64, counts: I32) -> None:
    """Write the Poisson count of each cell, of its ``luck`` and ``mean``, shape ``(n,)`` each.

    Raises
    ------
    ValueError
        If a mean is not a number or more than 1e9.
    """
    block = np.zeros(_END)
    for first in range(0, mean.shape[0], LANES):
        cells = min(LANES, mean.shape[0] - first)
        _begin(luck[first : first + cells], mean[first : first + cells], block)
        step = 0
        while step < _MOST and not _all_done(block):
            for _ in range(_STRIDE):
                step += 1
                _advance(block, INVERSE[step])
        for j in range(cells):
            if block[_SUM + j] >= block[_LUCK + j]:
                counts[first + j] = int(block[_COUNT + j])
            else:
                counts[first + j] = poisson(luck[first + j], mean[first + j])
