"""What a paired difference and its interval show."""

from __future__ import annotations

import math
from typing import Literal

Verdict = Literal["better", "worse", "higher", "lower", "undecided", "identical", "unknown"]


def verdict(difference: float, low: float, high: float, better: str) -> Verdict:
    """Say what a paired difference and its 95% interval show.

    An interval that touches zero decides nothing.

    Parameters
    ----------
    difference, low, high
        NaN where unknown.
    better
        ``higher``, ``lower`` or ``neither``; what is neither good nor bad is only higher or lower.
    """
    if not (math.isfinite(difference) and math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    if difference == low == high == 0:
        return "identical"
    if low <= 0 <= high:
        return "undecided"
    up = low > 0
    if better == "neither":
        return "higher" if up else "lower"
    return "better" if up == (better == "higher") else "worse"
