"""Sums in the order of their terms.

Python 3.12 and later add floating-point numbers up with a compensation that no plain loop has, the compiled model's
neither: the last digits would differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Number = TypeVar("Number", int, float)


def added(values: Iterable[Number]) -> Number:
    """Return the sum of numbers, one after the other; 0 of none."""
    total: Number = 0
    for value in values:
        total = total + value
    return total
