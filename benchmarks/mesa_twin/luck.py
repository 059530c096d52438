"""Luck: draws that belong to somebody, or draws as Mesa models usually make them; and counts made of them."""

from __future__ import annotations

import functools
import math
import random
import zlib
from typing import Protocol

from sansheng.core.streams import Key, uniform


class Luck(Protocol):
    """Where uniform draws in (0, 1) come from."""

    def draw(self, decision: str, month: int, entity: int, sub: int = 0) -> float:
        """Return the draw of an entity for a decision and a month."""


class KeyedLuck:
    """Draws of the compiled model: each belongs to a seed, a replicate, a decision, a month and an entity."""

    def __init__(self, key: Key) -> None:
        self.key = key

    def draw(self, decision: str, month: int, entity: int, sub: int = 0) -> float:
        """Return the draw of an entity for a decision and a month."""
        return uniform(self.key, number_of(decision), month, entity, sub)


class OwnLuck:
    """Draws of a generator that is advanced, as most Mesa models draw: for timing, not for comparing."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def draw(self, decision: str, month: int, entity: int, sub: int = 0) -> float:
        """Return the generator's next draw."""
        return self.random.random()


def neighbourly(luck: Luck, decision: str, month: int, key: int) -> float:
    """Return the single draw of an entity that shares a block with its three neighbours."""
    return luck.draw(decision, month, key // 4, key % 4)


@functools.cache
def number_of(decision: str) -> int:
    """Return the number of a decision: the CRC-32 of its name."""
    return zlib.crc32(decision.encode("utf-8"))


def poisson(u: float, mean: float) -> int:
    """Return the smallest count whose Poisson distribution function reaches ``u``."""
    count, term = 0, math.exp(-mean)
    total = term
    while total < u:
        count += 1
        term *= mean / count
        if count > mean and total + term == total:
            break
        total += term
    return count


class Sampling:
    """Systematic sampling: one draw makes a row of expected counts whole, in their order."""

    def __init__(self, luck: float) -> None:
        self.luck = luck
        self.expected = 0.0
        self.given = 0

    def take(self, expected: float) -> int:
        """Return the whole part of the next expected count."""
        self.expected += expected
        reached = int(self.expected + self.luck)
        part = reached - self.given
        self.given = reached
        return part
