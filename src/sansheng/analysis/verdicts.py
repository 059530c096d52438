"""What an interval of a difference says: better, worse, too little to matter, or nothing yet."""

from __future__ import annotations

import math
from typing import Literal, Protocol

Verdict = Literal[
    "better",
    "worse",
    "higher",
    "lower",
    "no_practical_difference",
    "undecided",
    "identical",
    "unknown",
]


class Judged(Protocol):
    """What has a better side, or none."""

    @property
    def kind(self) -> str:
        """``true``, ``reported``, ``money`` or ``count``."""

    @property
    def better(self) -> str:
        """``higher``, ``lower`` or ``neither``."""


def direction(outcome: Judged) -> str:
    """Return which way is better: ``higher``, ``lower`` or ``neither``.

    A reported figure ranks nothing: it may rise because residents are served or because it is reported
    so.
    """
    return "neither" if outcome.kind == "reported" else outcome.better


def verdict(
    difference: float, low: float, high: float, better: str, zone: float = math.nan
) -> Verdict:
    """Say what a paired difference and its interval show.

    Parameters
    ----------
    difference, low, high
        Mean and bounds, in the outcome's unit.
    better
        The outcome's direction as :func:`direction` gives it; outcomes that are neither good nor bad are only higher
        or lower.
    zone
        Differences up to this much, either way, do not matter; NaN if none is declared.

    Returns
    -------
    Verdict
        ``unknown`` without an interval, ``identical`` where no replicate differs, ``no_practical_difference`` if the
        whole interval lies within the zone, whether or not it contains zero; ``undecided`` if it touches zero, else the
        side on which it lies.
    """
    if not (math.isfinite(difference) and math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    if difference == low == high == 0:
        return "identical"
    if -zone < low and high < zone:
        return "no_practical_difference"
    if low <= 0 <= high:
        return "undecided"
    up = low > 0
    if better == "neither":
        return "higher" if up else "lower"
    return "better" if up == (better == "higher") else "worse"
