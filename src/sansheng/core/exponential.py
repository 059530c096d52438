"""The exponential of numbers that lie in a row.

A call of the library's function for each of them takes nearly as long as all the rest of a Poisson count. These
are polynomials without a branch, so the compiler works out several at once. Some numbers of :func:`exp_below` differ
from the library's in the last bit; :func:`exponentials` takes the steps of the GNU C library one by one and ends at
the same bits, whatever library there is.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
from numba.core import extending, types

from sansheng.core.kernels import disjoint, inlined
from sansheng.core.tables import F64

_extending: Any = extending  # the inner parts of Numba that do the work are not typed
_types: Any = types

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


MOST = 500.0
"""Numbers up to here, above and below zero, have an exponential by :func:`exponentials`."""

_PARTS = 128
"""Parts of a doubling, for each of which a power of two is at hand."""

# Rounds what is below 2**51 to the nearest whole number, which its last bits then hold.
_TO_WHOLE = 6755399441055744.0
_PARTS_PER_LN2 = 184.6649652337873
_PART_HIGH, _PART_LOW = -0.005415212348111709, -1.2864023111638346e-14
_C2, _C3, _C4, _C5 = (
    0.49999999999996786,
    0.16666666666665886,
    0.0416666808410674,
    0.008333335853059549,
)
"""Coefficients of the polynomial of the GNU C library (from Arm's optimised routines) for half a part either way."""


def _powers_of_two() -> tuple[F64, F64]:
    """Return 2 to the powers k/128, and how much of each, in parts of it, no double holds."""
    held, rest = np.empty(_PARTS), np.empty(_PARTS)
    with localcontext() as context:
        context.prec = 50
        power, step = Decimal(1), Decimal(2) ** (Decimal(1) / _PARTS)
        for k in range(_PARTS):
            held[k] = float(power)
            rest[k] = float((power - Decimal(held[k])) / Decimal(held[k]))
            power *= step
    return held, rest


_HELD, _REST = _powers_of_two()
_BITS = _HELD.view(np.int64) - (np.arange(_PARTS) << 45)
"""Bits of the powers, less those that k, the number of parts, adds along with the whole doublings in it."""


def fused(a: float, b: float, c: float) -> float:
    """Return ``a * b + c``, rounded once."""
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def _type_of_fused(_: Any) -> Any:
    def typer(a: Any, b: Any, c: Any) -> Any:
        return _types.float64 if a == b == c == _types.float64 else None

    return typer


def _fused(_: Any, builder: Any, __: Any, args: Any) -> Any:
    return builder.fma(*args)


_extending.type_callable(fused)(_type_of_fused)
_extending.lower_builtin(fused, _types.float64, _types.float64, _types.float64)(_fused)


@disjoint
def exponentials(x: F64) -> None:
    r"""Write over each number in a row its exponential, shape ``(n,)``; none is beyond :data:`MOST` either way.

    With :math:`x = \tfrac{k}{128} \ln 2 + r` it is :math:`2^{k/128} e^r`, and :math:`e^r` a polynomial.
    """
    for j in range(x.shape[0]):
        shifted = fused(x[j], _PARTS_PER_LN2, _TO_WHOLE)
        whole = shifted - _TO_WHOLE
        k = np.float64(shifted).view(np.int64)
        r = fused(whole, _PART_LOW, fused(whole, _PART_HIGH, x[j]))
        square = r * r
        low = fused(fused(r, _C3, _C2), square, _REST[k & (_PARTS - 1)] + r)
        beyond_one = fused(square * square, fused(r, _C5, _C4), low)
        power = np.int64(_BITS[k & (_PARTS - 1)] + (k << 45)).view(np.float64)
        x[j] = fused(power, beyond_one, power)
