"""Accounts in whole fen: what one pays another receives."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from benchmarks.mesa_twin.sums import added


class Account:
    """An account, and what it received and paid this month."""

    def __init__(self, balance: int = 0) -> None:
        self.balance = balance
        self.received = 0
        self.paid = 0

    def open_month(self) -> None:
        """Start counting a month's payments from nothing."""
        self.received = self.paid = 0

    def pay(self, payee: Account, amount: int) -> None:
        """Move money to another account."""
        if amount < 0:
            raise ValueError("a payment cannot be negative")
        self.balance -= amount
        self.paid += amount
        payee.balance += amount
        payee.received += amount


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share whole fen in proportion to weights by largest remainder; equal remainders by order."""
    exact = [Fraction(weight) for weight in weights]
    whole = added(exact)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight / whole for weight in exact]
    shares = [int(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: shares[i] - parts[i])
    for i in by_remainder[: total - added(shares)]:
        shares[i] += 1
    return shares
