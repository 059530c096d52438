"""Where a curve that is known at points goes through zero."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64


def zeros(xs: F64, values: F64) -> list[float]:
    """Return where the straight lines between points change sign, in the order of ``xs``.

    Parameters
    ----------
    xs
        Ascending, shape ``(n,)``.
    values
        The curve there, shape ``(n,)``. Nothing is found beside a point that is NaN; a point that is exactly zero
        counts as below.
    """
    found = []
    for i in range(len(xs) - 1):
        one, other = values[i], values[i + 1]
        if np.isfinite(one) and np.isfinite(other) and (one > 0.0) != (other > 0.0):
            found.append(float(xs[i] + (xs[i + 1] - xs[i]) * one / (one - other)))
    return found


def first_reached(values: F64) -> int:
    """Return the position of the first value that is not below zero, their number if all are."""
    reached = np.flatnonzero(values >= 0.0)
    return int(reached[0]) if reached.size else len(values)
