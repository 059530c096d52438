"""Divide money in proportion to something, or by households where nothing is known of it."""

from __future__ import annotations

import math

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.tables import F64, I64


def by_weight(fen: int, weights: F64, households: I64) -> I64:
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
    return split_fen(fen, weights if weights.any() else households.astype(np.float64))


def shares(record: F64) -> F64:
    """Return shares in the total of a record, none where there is none; the order of rows changes no bit."""
    total = math.fsum(record)
    return record / total if total > 0.0 else record
