"""Divide money in proportion to something, or by households where nothing is known of it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sansheng.core import ledger
from sansheng.core.tables import F64, I64


def split_fen(fen: int, weights: ArrayLike) -> I64:
    """Return whole fen in proportion to weights; :func:`sansheng.core.ledger.split_fen` for any numbers.

    Parameters
    ----------
    fen
        Money to divide, 0 to 2**53.
    weights
        Whole numbers or fractions, finite and not negative.

    Returns
    -------
    int64 array
        Shares that add up to ``fen``; all zero where all weights are.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or the money is not whole or out of range.
    """
    return ledger.split_fen(fen, np.asarray(weights, np.float64))


def by_weight(fen: int, weights: ArrayLike, households: I64) -> I64:
    """Return whole fen by community, in proportion to weights.

    Parameters
    ----------
    fen
        Money to divide.
    weights
        By community, not negative.
    households
        What is divided by where all weights are zero.

    Returns
    -------
    int64 array
        Shares that add up to ``fen``; all zero where nobody lives and nothing has weight.
    """
    return split_fen(fen, weights if np.any(weights) else households)


def shares(record: F64) -> F64:
    """Return shares in the total of a record, none where there is none; the order of rows changes no bit."""
    total = math.fsum(record)
    return record / total if total > 0.0 else record
