"""The exponential of numbers that lie in a row.

A call of the library's function for each of them takes nearly as long as all the rest of a Poisson count. This one
is a polynomial without a branch, so the compiler works out several at once. Some numbers differ from the library's
in the last bit.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.kernels import inlined

LEAST = -745.0
"""What is less has no exponential but 0."""

_PER_LN2 = 1.4426950408889634
# ln 2 in two parts, the first of which has so few bits that its multiples are exact (as in every library).
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10

_POWERS = np.ldexp(1.0, np.arange(-1076, 1))
"""2 to the powers −1076 to 0."""


@inlined
def exp_below(x: float) -> float:
    r"""Return the exponential of ``x``, which is not positive, to within one unit of the last place.

    With :math:`x = n \ln 2 + r` and :math:`|r| \le \tfrac12 \ln 2` it is :math:`2^n e^r`, and the Taylor series of
    :math:`e^r` to the thirteenth power leaves out less than a double holds.
    """
    x = max(LEAST, x)
    n = int(x * _PER_LN2 - 0.5)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    s = 1.0 / 6227020800.0
    s = s * r + 1.0 / 479001600.0
    s = s * r + 1.0 / 39916800.0
    s = s * r + 1.0 / 3628800.0
    s = s * r + 1.0 / 362880.0
    s = s * r + 1.0 / 40320.0
    s = s * r + 1.0 / 5040.0
    s = s * r + 1.0 / 720.0
    s = s * r + 1.0 / 120.0
    s = s * r + 1.0 / 24.0
    s = s * r + 1.0 / 6.0
    s = s * r + 0.5
    s = s * r + 1.0
    s = s * r + 1.0
    return float(s * _POWERS[n + 1076])
