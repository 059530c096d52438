"""Open cases of a community by months of age: a row of counts by kind for each, oldest last.

Kinds are numbered ``2 * category + hardness``. Kernels take the rows one after the other, as one row of
shape ``(age × kind,)``: the cases of kind ``j`` and age ``a`` are at ``a * kinds + j``.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import disjoint, inlined
from sansheng.core.tables import I32
from sansheng.core.views import shift


@disjoint
def by_kind(of_category: Any, of_kind: Any) -> None:
    """Write what is so of each category for its easy and hard cases, shapes ``(category,)`` and ``(kind,)``."""
    for j in range(of_kind.shape[0]):
        of_kind[j] = of_category[j // 2]


@disjoint
def tally(open_: I32, youngest: int, waiting: I32, old: I32) -> None:
    """Count the cases of each kind, and those aged ``youngest`` months or more.

    Parameters
    ----------
    open_
        Cases by age and kind, shape ``(age × kind,)``.
    youngest
        Least age of an old case, months.
    waiting, old
        Shape ``(kind,)``; written.
    """
    kinds = waiting.shape[0]
    for j in range(kinds):
        waiting[j] = 0
        old[j] = 0
    for a in range(open_.shape[0] // kinds):
        if a < youngest:
            for j in range(kinds):
                waiting[j] += open_[a * kinds + j]
        else:
            for j in range(kinds):
                old[j] += open_[a * kinds + j]
    for j in range(kinds):
        waiting[j] += old[j]


@inlined
def take_oldest(open_: I32, kinds: int, j: int, n: int, waiting: int) -> None:
    """Remove ``n`` of the ``waiting`` cases of kind ``j``, oldest first.

    It keeps the youngest of those who stay: most cases are young, so they are soon counted.
    """
    keep = waiting - n
    rest = waiting if n > 0 else 0
    at = j
    while rest > 0:
        here = open_[at]
        kept = min(here, keep)
        open_[at] = kept
        keep -= kept
        rest -= here
        at += kinds


@disjoint
def close_oldest(open_: I32, waiting: I32, overdue: I32, closed: I32, keep: I32) -> None:
    """Remove the ``closed`` cases of each kind, oldest first, and count who is left; see :func:`tally`.

    All kinds go through the ages together: which of them still have cases to close is hard to guess. ``keep`` is
    for work in between. Shape ``(kind,)``, but ``open_``.
    """
    kinds = waiting.shape[0]
    for j in range(kinds):
        waiting[j] -= closed[j]
        overdue[j] = max(0, overdue[j] - closed[j])
        keep[j] = waiting[j]
    for a in range(open_.shape[0] // kinds):
        for j in range(kinds):
            kept = min(open_[a * kinds + j], keep[j])
            open_[a * kinds + j] = kept
            keep[j] -= kept


@inlined
def grow_older(open_: I32, kinds: int) -> None:
    """Let a month pass; the last age keeps whatever is that old or older."""
    last = open_.shape[0] - kinds
    for j in range(kinds):
        open_[last - kinds + j] += open_[last + j]
    shift(open_, kinds)
    for j in range(kinds):
        open_[j] = 0
