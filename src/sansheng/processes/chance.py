"""Draws that cost nothing where there is nothing to decide."""

from __future__ import annotations

from sansheng.core.kernels import kernel
from sansheng.core.streams import Key, binomial, uniform


@kernel
def how_many(key: Key, decision: int, now: int, who: int, sub: int, n: int, p: float) -> int:
    """Draw how many of ``n`` independent cases meet an event of probability ``p``."""
    if n <= 0 or p <= 0.0:
        return 0
    return binomial(uniform(key, decision, now, who, sub), n, p)
