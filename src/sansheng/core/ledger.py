"""Double entry in whole fen.

Money only ever moves: what one account pays another receives, in the same line. Shares are whole fen
too, and add up to what is shared.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from sansheng.core.kernels import allocating, kernel
from sansheng.core.tables import F64, I64

_TOP = 2**63 - 1
_EXACT = 2**53
"""Whole numbers up to this are exact as floats."""

_GRAIN = 2**40

_SPLITTER = 134217729.0
"""2**27 + 1, which cuts a float into two halves whose products are exact (Dekker 1971)."""


class Accounts(Protocol):
    """Accounts by row: balance, and what was received and paid this month, all in fen."""

    @property
    def balance(self) -> I64:
        """Balance."""

    @property
    def received(self) -> I64:
        """Received this month."""

    @property
    def paid(self) -> I64:
        """Paid this month."""


@kernel
def open_month(money: Accounts) -> None:
    """Start counting receipts and payments of a new month from nothing."""
    money.received[:] = 0
    money.paid[:] = 0


@kernel
def pay(money: Accounts, payer: int, payee: int, amount: int) -> None:
    """Move whole fen from one account to another. Balances may go below zero.

    Parameters
    ----------
    money
        Accounts to book in.
    payer, payee
        Rows of the accounts.
    amount
        Fen, not negative.

    Raises
    ------
    ValueError
        If the amount is negative or not whole, a row does not exist or a sum would not fit 64 bits;
        nothing is booked then.
    """
    fen = np.int64(amount)
    if fen != amount:
        raise ValueError("a payment is made in whole fen")
    if fen < 0:
        raise ValueError("a payment cannot be negative")
    rows = money.balance.size
    if not (0 <= payer < rows and 0 <= payee < rows):
        raise ValueError("a payment needs two accounts that exist")
    if (
        money.balance[payer] < fen - _TOP
        or money.balance[payee] > _TOP - fen
        or money.paid[payer] > _TOP - fen
        or money.received[payee] > _TOP - fen
    ):
        raise ValueError("a payment overflows an account")
    money.balance[payer] -= fen
    money.paid[payer] += fen
    money.balance[payee] += fen
    money.received[payee] += fen


@allocating
def split_fen(total: int, weights: F64) -> I64:
    """Share whole fen in proportion to weights, by largest remainder.

    Parameters
    ----------
    total
        Fen to share, 0 to 2**53.
    weights
        Finite and not negative.

    Returns
    -------
    int64 array
        A share for each weight. They add up to ``total`` and each is less than one fen from its exact
        part; fen left by rounding down go to the largest remainders, equal ones by lower index. No
        weight, no share; where all weights are zero, all shares are, and the payer keeps the money.

    Notes
    -----
    Remainders are exact to about 2**-50 fen, so that the largest totals keep their last fen. They add
    up to the fen that are left, so there are always enough claimants for these, and none of them is
    one without a weight.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or the total is out of range or not whole.
    """
    left = np.int64(total)
    if left != total or not (0 <= left <= _EXACT):
        raise ValueError("a total to share is whole fen between 0 and 2**53")
    n = weights.size
    shares = np.zeros(n, np.int64)
    largest = 0.0
    for i in range(n):
        if not (0.0 <= weights[i] < np.inf):
            raise ValueError("a weight is finite and not negative")
        largest = max(largest, weights[i])
    if largest == 0.0:
        return shares

    # A power of two brings weights near 1 without rounding, so that no product overflows. Their sum is
    # held in two floats: what rounds off each addition is kept (Neumaier 1974).
    exponent = -math.frexp(largest)[1]
    scaled = np.empty(n)
    whole, whole_rest = 0.0, 0.0
    for i in range(n):
        scaled[i] = math.ldexp(weights[i], exponent)
        added = whole + scaled[i]
        part = added - whole
        whole_rest += (whole - (added - part)) + (scaled[i] - part)
        whole = added
    added = whole + whole_rest
    whole_rest -= added - whole
    whole = added

    # A first quotient may be off by rounding; what it leaves of the exact product puts it right.
    # Remainders are in units of 2**-40: those that differ by less than rounding can tell are equal.
    remainders = np.empty(n, np.int64)
    for i in range(n):
        share = math.floor(total / whole * scaled[i])
        product, product_rest = _product(float(total), scaled[i])
        taken, taken_rest = _product(float(share), whole)
        over = (product - taken) + (product_rest - taken_rest) - share * whole_rest
        step = math.floor(over / whole)
        shares[i] = share + step
        left -= shares[i]
        remainders[i] = int((over / whole - step) * _GRAIN + 0.5)

    cut = _cut(remainders, int(left))
    for i in range(n):
        if remainders[i] > cut:
            shares[i] += 1
            left -= 1
    for i in range(n):
        if remainders[i] == cut and left > 0:
            shares[i] += 1
            left -= 1
    return shares


@kernel
def _cut(remainders: I64, places: int) -> int:
    """Return the highest remainder that, with those above it, fills so many places."""
    cut, beyond = 0, _GRAIN + 1
    while beyond - cut > 1:
        middle = (cut + beyond) // 2
        reached = 0
        for i in range(remainders.size):
            if remainders[i] >= middle:
                reached += 1
        if reached == places:  # as it soon is unless some are equal: the cut is the least of these
            for i in range(remainders.size):
                if remainders[i] >= middle:
                    beyond = min(beyond, remainders[i])
            return beyond
        if reached >= places:
            cut = middle
        else:
            beyond = middle
    return cut


@kernel
def _product(a: float, b: float) -> tuple[float, float]:
    """Return a product and what its rounding left out; exact (Dekker 1971)."""
    product = a * b
    cut = _SPLITTER * a
    a_high = cut - (cut - a)
    a_low = a - a_high
    cut = _SPLITTER * b
    b_high = cut - (cut - b)
    b_low = b - b_high
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest
