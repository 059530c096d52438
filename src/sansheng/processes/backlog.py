"""Open cases of one kind in one community: a count by months of age, oldest last."""

from __future__ import annotations

from sansheng.core.kernels import inlined
from sansheng.core.tables import I32


@inlined
def count(ages: I32, youngest: int) -> int:
    """Count cases aged ``youngest`` months or more; ``ages`` has shape ``(age,)``."""
    total = 0
    for age in range(youngest, ages.shape[0]):
        total += ages[age]
    return total


@inlined
def take_oldest(ages: I32, n: int, youngest: int) -> int:
    """Remove up to ``n`` cases aged ``youngest`` or more, oldest first; return how many went."""
    if n <= 0:
        return 0
    left = n
    for age in range(ages.shape[0] - 1, youngest - 1, -1):
        taken = min(left, ages[age])
        ages[age] -= taken
        left -= taken
        if left == 0:
            break
    return n - left


@inlined
def grow_older(ages: I32) -> None:
    """Let a month pass; the last bucket keeps whatever is that old or older."""
    last = ages.shape[0] - 1
    ages[last] += ages[last - 1]
    for age in range(last - 1, 0, -1):
        ages[age] = ages[age - 1]
    ages[0] = 0
