"""Rows of numbers, added up a column at a time.

A loop over one or two long rows fills the lanes of the processor; one that keeps a dozen rows in step does not, as
each row might overlap any other. Where counts of all communities change alike, whole tables go in as one row
(:func:`sansheng.core.views.flat`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, kernel
from sansheng.core.tables import F64, I8, I32, I64

_STRETCH = 8
"""Flags that are looked at together."""


@disjoint
def add(to: Any, numbers: Any) -> None:
    """Add numbers to others of the same shape, ``(n,)``."""
    for j in range(to.shape[0]):
        to[j] += numbers[j]


@disjoint
def clear(row: Any) -> None:
    """Write nothing, 0, over a row of numbers, shape ``(n,)``."""
    for j in range(row.shape[0]):
        row[j] = 0


@disjoint
def copy(to: Any, from_: Any) -> None:
    """Write a row of numbers over another, shape ``(n,)`` each.

    An assignment of arrays would have to say what is wrong with their shapes, in text that takes seconds to compile.
    """
    for j in range(to.shape[0]):
        to[j] = from_[j]


@disjoint
def subtract(from_: I32, counts: I32) -> None:
    """Take counts from others of the same shape, ``(n,)``."""
    for j in range(from_.shape[0]):
        from_[j] -= counts[j]


@disjoint
def total(counts: I32) -> int:
    """Return the sum of counts, shape ``(n,)``."""
    sum_ = 0
    for j in range(counts.shape[0]):
        sum_ += int(counts[j])
    return sum_


@disjoint
def first_rows(owner: I32, first: I64) -> None:
    """Write where the rows of each owner begin, and last where all end, shape ``(owner + 1,)``.

    Rows are sorted by owner, shape ``(n,)``.
    """
    row = 0
    for o in range(first.shape[0]):
        end = owner.shape[0]
        while row < end:
            middle = (row + end) // 2
            if owner[middle] < o:
                row = middle + 1
            else:
                end = middle
        first[o] = row


@kernel
def rows_of(flags: I8, rows: I64) -> int:
    """Write the rows whose flag is 1, not 0, and return how many they are; shape ``(n,)`` each.

    What happens to few in a month is rather looked up than asked row by row: stretches without a flag cost one look.
    """
    n = 0
    whole = flags.shape[0] // _STRETCH * _STRETCH
    for first in range(0, whole, _STRETCH):
        stretch = flags[first : first + _STRETCH]
        found = 0
        for j in range(_STRETCH):
            found |= stretch[j]
        if found != 0:
            for j in range(_STRETCH):
                rows[n] = first + j
                n += stretch[j]
    for i in range(whole, flags.shape[0]):
        rows[n] = i
        n += flags[i]
    return n


@disjoint
def lanes_dot(values: F64, weights: F64) -> float:
    """Return the sum of products, shape ``(n,)`` each, in a fixed order of its own.

    Four sums run side by side: one alone waits for the addition before, four times as long.
    """
    a = b = c = d = 0.0
    whole = values.shape[0] // 4 * 4
    for j in range(0, whole, 4):
        a += values[j] * weights[j]
        b += values[j + 1] * weights[j + 1]
        c += values[j + 2] * weights[j + 2]
        d += values[j + 3] * weights[j + 3]
    for j in range(whole, values.shape[0]):
        a += values[j] * weights[j]
    return (a + b) + (c + d)


@disjoint
def lanes_total(values: F64) -> float:
    """Return the sum of values, shape ``(n,)``, in the order of :func:`lanes_dot`."""
    a = b = c = d = 0.0
    whole = values.shape[0] // 4 * 4
    for j in range(0, whole, 4):
        a += values[j]
        b += values[j + 1]
        c += values[j + 2]
        d += values[j + 3]
    for j in range(whole, values.shape[0]):
        a += values[j]
    return (a + b) + (c + d)


@allocating
def ranked(values: F64) -> I64:
    """Return the positions of values, shape ``(n,)``, the largest value first and equal ones in their order.

    Sorted runs are merged two by two. NumPy's sort would take as long to compile as a step of the month.
    """
    n = values.shape[0]
    order, merged = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        order[i] = i
    length = 1
    while length < n:
        for first in range(0, n, 2 * length):
            left, right = first, first + length
            middle, end = min(right, n), min(right + length, n)
            for k in range(first, end):
                others_run_out = right >= end
                if left < middle and (
                    others_run_out or values[order[left]] >= values[order[right]]
                ):
                    merged[k] = order[left]
                    left += 1
                else:
                    merged[k] = order[right]
                    right += 1
        order, merged = merged, order
        length *= 2
    return order
