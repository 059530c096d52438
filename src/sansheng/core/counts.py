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
"""Steps between two looks whether all cells are done; in between what they have stays at hand."""

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
def _advance(block: F64, step: int) -> int:
    """Take four steps after ``step``; return how many cells are behind their luck then.

    A step raises the count of the cells whose sum is below their luck, and adds the next term to all sums.
    """
    one, two, three, four = (
        INVERSE[step + 1],
        INVERSE[step + 2],
        INVERSE[step + 3],
        INVERSE[step + 4],
    )
    behind = 0
    for j in range(block.shape[0] // 5):
        term, sum_, count = block[j], block[_SUM + j], block[_COUNT + j]
        luck, mean = block[_LUCK + j], block[_MEAN + j]
        count += 1.0 if sum_ < luck else 0.0
        term *= mean * one
        sum_ += term
        count += 1.0 if sum_ < luck else 0.0
        term *= mean * two
        sum_ += term
        count += 1.0 if sum_ < luck else 0.0
        term *= mean * three
        sum_ += term
        count += 1.0 if sum_ < luck else 0.0
        term *= mean * four
        sum_ += term
        block[j], block[_SUM + j], block[_COUNT + j] = term, sum_, count
        behind += 0 if sum_ >= luck else 1
    return behind


@disjoint
def _end(block: F64, counts: I32) -> None:
    """Write the counts of a block, which are those of all cells that are done."""
    for j in range(counts.shape[0]):
        counts[j] = int(block[_COUNT + j])


@disjoint
def _go_on(block: F64, luck: F64, mean: F64, counts: I32) -> None:
    """Count the cells that are not done one by one."""
    for j in range(counts.shape[0]):
        if not block[_SUM + j] >= block[_LUCK + j]:
            counts[j] = poisson(luck[j], mean[j])


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
        end = min(first + LANES, mean.shape[0])
        _begin(luck[first:end], mean[first:end], block)
        step, behind = 0, LANES
        while step < _MOST and behind > 0:
            behind = _advance(block, step)
            step += _STRIDE
        _end(block, counts[first:end])
        if step == _MOST:
            _go_on(block, luck[first:end], mean[first:end], counts[first:end])
