"""What rules and books have in common."""

from __future__ import annotations

LAGS = 13
"""Months that books look ahead, this one included."""


def agreed(said: float, custom: float) -> float:
    """Return what the rule in force says of a term, or custom where it says nothing."""
    return custom if said < 0 else said
