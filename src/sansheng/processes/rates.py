"""Yearly rates, month by month."""

from __future__ import annotations

import math

from sansheng.core.kernels import inlined


@inlined
def monthly(yearly: float) -> float:
    """Return the probability in a month of what has the probability ``yearly`` in a year."""
    return 1.0 - math.pow(1.0 - yearly, 1.0 / 12.0)


@inlined
def happens(luck: float, hazard: float) -> bool:
    """Return whether an event comes this month.

    The probability :math:`1 - e^{-x}` is below :math:`x`, which settles most months without it.

    Parameters
    ----------
    luck
        Uniform draw in (0, 1).
    hazard
        Yearly hazard of the event, 1/year.
    """
    x = hazard / 12.0
    return luck < x and luck < 1.0 - math.exp(-x)
