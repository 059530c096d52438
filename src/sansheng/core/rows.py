"""Counts in rows, added up a column at a time.

A loop over one or two long rows fills the lanes of the processor; one that keeps a dozen rows in step does not, as
each row might overlap any other. Where counts of all communities change alike, whole tables go in as one row
(:func:`sansheng.core.views.flat`).
"""

from __future__ import annotations

from sansheng.core.kernels import disjoint
from sansheng.core.tables import I32


@disjoint
def add(to: I32, counts: I32) -> None:
    """Add counts to others of the same shape, ``(n,)``."""
    for j in range(to.shape[0]):
        to[j] += counts[j]


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
