"""Rows of numbers, added up a column at a time.

A loop over one or two long rows fills the lanes of the processor; one that keeps a dozen rows in step does not, as
each row might overlap any other. Where counts of all communities change alike, whole tables go in as one row
(:func:`sansheng.core.views.flat`).
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import disjoint
from sansheng.core.tables import F64, I32, I64


@disjoint
def add(to: I32, counts: I32) -> None:
    """Add counts to others of the same shape, ``(n,)``."""
    for j in range(to.shape[0]):
        to[j] += counts[j]


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
        while row < owner.shape[0] and owner[row] < o:
            row += 1
        first[o] = row


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
