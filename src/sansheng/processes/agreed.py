"""What is agreed with organisations: what the rule in force says, or custom where it says nothing."""

from __future__ import annotations

from sansheng.core.kernels import inlined


@inlined
def agreed(said: float, custom: float) -> float:
    """Return what a rule says of a term, or custom where that is below zero: it says nothing.

    Parameters
    ----------
    said
        Column of the table of terms.
    custom
        Parameter of that meaning.
    """
    return said if said >= 0.0 else custom
