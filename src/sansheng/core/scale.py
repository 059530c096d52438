"""Scales of money, as whole millionths: what is multiplied stays whole fen, and sums never grow by rounding."""

from __future__ import annotations

from typing import TypeVar

from sansheng.core.tables import I64

ONE = 1_000_000
"""The scale that changes nothing."""

Fen = TypeVar("Fen", int, I64)


def scaled(fen: Fen, scale: int) -> Fen:
    """Return ``fen`` times ``scale`` millionths, rounded down.

    Parameters
    ----------
    fen
        Not negative; an integer or an array of them.
    scale
        Millionths, above zero; where they are all, ``fen`` itself is returned.
    """
    if scale == ONE:
        return fen
    return fen // ONE * scale + fen % ONE * scale // ONE  # in two steps, so that nothing overflows


def unscaled(fen: int, scale: int) -> int:
    """Return the most that becomes no more than ``fen`` when it is scaled."""
    return fen * ONE // scale
