"""Random numbers that belong to somebody.

A draw is a pure function of who decides what, when, in which replicate: ``uniform(key, decision,
month, entity, sub)``. Nothing is advanced or shared, so a draw does not change because a neighbour
drew first, because a row was added or because two threads took turns. Two scenarios that differ in a
rule give the same person the same luck, and their difference is the rule's.

The generator is Philox4x32 with ten rounds [1]_, a bijection of a 128-bit counter under a 64-bit key.
The counter is laid out so that different draws have different counters:

======  ==========================================================
c0      low 32 bits of the entity key
c1      its next 8 bits, then 22 bits of ``sub // 4``, then its highest 2 bits (keys < 2**42, subs < 2**24)
c2      month, counted from year 0, as an unsigned 32-bit number
c3      decision id
k0, k1  seed, replicate
======  ==========================================================

Each block of four words holds four draws, of successive subs. An entity that makes many draws for one decision
takes them all at once (:func:`fill_run`), and a step takes those of all entities (:func:`fill_runs`): blocks that
do not wait for each other fill the lanes of the processor, at a tenth of the time. Neighbours who make one draw each
share a block (:func:`fill_near`).

Counts come from the same uniforms by inverting their distribution, so that more of a mean never
gives fewer cases to the same luck.

.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011). Parallel random numbers: as easy as
   1, 2, 3. SC '11. doi:10.1145/2063384.2063405
"""

from __future__ import annotations

import math
import zlib
from typing import NamedTuple

import numpy as np

from sansheng.core.exponential import exp_below
from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.tables import F64, I32, I64

ENTITIES = 2**42
"""Entity keys are below this; the highest two of their bits are the highest of the counter's second word."""

SUBS = 2**24
"""Sub-keys, which number the draws of one entity for one decision and month, are below this."""

MOST = 1e9
"""Largest mean of a count."""

_WORDS = 2**32
_TABLED = 64
INVERSE = 1.0 / np.maximum(1.0, np.arange(_TABLED))
"""One over small counts: a product costs a fifth of a division."""

_FAR = 10.0
"""Standard deviations below the mean at which a search starts: less than 2e-22 lies under it."""

LOGISTIC_SCALE = math.sqrt(3.0) / math.pi
"""Scale of a logistic distribution whose standard deviation is one: ``log(u / (1 - u))`` times it is a draw."""

_CELL = 1.0 / _WORDS
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)

_names: dict[int, str] = {}


class Key(NamedTuple):
    """What all draws of a run share: the study's seed and the replicate, both in 0..2**32-1."""

    seed: int
    replicate: int


def decision(name: str) -> int:
    """Give a decision its random numbers; called once for each, where the decision is made.

    Parameters
    ----------
    name
        What is decided, unique in the package, for example ``"workforce.quit"``.

    Returns
    -------
    int
        The CRC-32 of the name: the same in every process and version.

    Raises
    ------
    ValueError
        If the name is taken, or has the number of another name.
    """
    number = zlib.crc32(name.encode("utf-8"))
    taken = _names.get(number)
    if taken == name:
        raise ValueError(f"decision '{name}' is declared twice")
    if taken is not None:
        raise ValueError(f"decisions '{name}' and '{taken}' have the same number; rename one")
    _names[number] = name
    return number


@inlined
def philox(
    c0: int, c1: int, c2: int, c3: int, k0: int, k1: int
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Return the four words that Philox4x32-10 makes of a counter and a key.

    Parameters
    ----------
    c0, c1, c2, c3
        Counter words; their low 32 bits count.
    k0, k1
        Key words; their low 32 bits count.
    """
    x0 = np.uint64(c0) & _LOW
    x1 = np.uint64(c1) & _LOW
    x2 = np.uint64(c2) & _LOW
    x3 = np.uint64(c3) & _LOW
    y0 = np.uint64(k0) & _LOW
    y1 = np.uint64(k1) & _LOW
    for _ in range(10):
        a = _MULTIPLIER_0 * x0
        b = _MULTIPLIER_1 * x2
        x0 = (b >> _SHIFT) ^ x1 ^ y0
        x1 = b & _LOW
        x2 = (a >> _SHIFT) ^ x3 ^ y1
        x3 = a & _LOW
        y0 = (y0 + _WEYL_0) & _LOW
        y1 = (y1 + _WEYL_1) & _LOW
    return np.uint32(x0), np.uint32(x1), np.uint32(x2), np.uint32(x3)


@inlined
def to_unit(word: np.uint32) -> float:
    """Return a number in (0, 1) made of a word: the midpoint of one of 2**32 equal cells, so ``1 - u`` is exact."""
    return (np.float64(word) + 0.5) * _CELL


@kernel
def _check(key: Key, decision: int, month: int, entity: int, subs: int) -> None:
    """Refuse what does not fit the counter, where two draws could be one."""
    if not (0 <= entity < ENTITIES and 0 <= subs <= SUBS):
        raise ValueError("a draw needs 0 <= entity < 2**42 and 0 <= sub < 2**24")
    if not (0 <= decision < _WORDS and -_WORDS // 2 <= month < _WORDS // 2):
        raise ValueError("a draw needs a decision number and a month index of 32 bits")
    if not (0 <= key.seed < _WORDS and 0 <= key.replicate < _WORDS):
        raise ValueError("a draw needs a seed and a replicate in 0..2**32-1")


@inlined
def _four(
    key: Key, decision: int, month: int, entity: int, block: int
) -> tuple[float, float, float, float]:
    """Return the draws ``4 * block`` to ``4 * block + 3`` of an entity."""
    words = philox(
        entity & 0xFFFFFFFF,
        (entity >> 32) & 0xFF | block << 8 | (entity >> 40) << 30,
        month & 0xFFFFFFFF,
        decision,
        key.seed,
        key.replicate,
    )
    return to_unit(words[0]), to_unit(words[1]), to_unit(words[2]), to_unit(words[3])


@inlined
def _of_four(draws: tuple[float, float, float, float], lane: int) -> float:
    """Return the draw in a lane, 0 to 3."""
    return (draws[3] if lane == 3 else draws[2]) if lane >= 2 else draws[1] if lane else draws[0]


@kernel
def uniform(key: Key, decision: int, month: int, entity: int, sub: int) -> float:
    """Return the draw in (0, 1), exclusive, that belongs to an entity, a decision and a month.

    Parameters
    ----------
    key
        Seed and replicate of the run.
    decision
        Number of the decision, see :func:`decision`.
    month
        Month index, see :mod:`sansheng.core.months`.
    entity
        Key of who decides, not the row: ``0 <= entity < 2**42``.
    sub
        Number of the draw among those of the same entity, decision and month: ``0 <= sub < 2**24``.

    Raises
    ------
    ValueError
        If a part lies outside its range, where two draws could be one.
    """
    _check(key, decision, month, entity, sub + 1 if sub >= 0 else -1)
    return _of_four(_four(key, decision, month, entity, sub >> 2), sub & 3)


@kernel
def fill_run(key: Key, decision: int, month: int, entity: int, draws: F64) -> None:
    """Write :func:`uniform` of the subs 0, 1, 2, … of one entity into ``draws``, shape ``(n,)``."""
    n = draws.size
    _check(key, decision, month, entity, n)
    for block in range(n // 4):
        four = _four(key, decision, month, entity, block)
        draws[4 * block] = four[0]
        draws[4 * block + 1] = four[1]
        draws[4 * block + 2] = four[2]
        draws[4 * block + 3] = four[3]
    if n % 4 > 0:
        rest = _four(key, decision, month, entity, n // 4)
        for lane in range(n % 4):
            draws[n - n % 4 + lane] = _of_four(rest, lane)


@allocating
def fill_runs(key: Key, decision: int, month: int, entities: I64, draws: F64) -> None:
    """Write what :func:`fill_run` writes for each entity into its row of ``draws``, shape ``(entity, n)``.

    The blocks of all entities are worked out side by side.
    """
    n = draws.shape[1]
    four = np.empty((entities.size, 4))
    for i in range(entities.size):
        _check(key, decision, month, entities[i], n)
    for block in range((n + 3) // 4):
        for i in range(entities.size):
            four[i, 0], four[i, 1], four[i, 2], four[i, 3] = _four(
                key, decision, month, entities[i], block
            )
        for lane in range(min(4, n - 4 * block)):
            for i in range(entities.size):
                draws[i, 4 * block + lane] = four[i, lane]


@allocating
def fill_near(key: Key, decision: int, month: int, entities: I64, draws: F64) -> None:
    """Write a draw of each entity into ``draws``, both of shape ``(n,)``: four neighbours share a block.

    The draw of an entity is :func:`uniform` of ``entity // 4`` and the sub ``entity % 4``; a block is worked out
    once for neighbours that follow each other, and all blocks side by side.
    """
    blocks, row = np.empty(entities.size, np.int64), np.empty(entities.size, np.int64)
    n, last = 0, -1
    for i in range(entities.size):
        block = entities[i] >> 2
        if block != last:
            _check(key, decision, month, entities[i], 1)
            blocks[n] = last = block
            n += 1
        row[i] = n - 1
    four = np.empty((n, 4))
    for b in range(n):
        four[b, 0], four[b, 1], four[b, 2], four[b, 3] = _four(key, decision, month, blocks[b], 0)
    for i in range(entities.size):
        draws[i] = four[row[i], entities[i] & 3]


@kernel
def fill_each(key: Key, decision: int, month: int, entities: I64, sub: int, draws: F64) -> None:
    """Write :func:`uniform` of each entity and one sub into ``draws``, both of shape ``(n,)``, side by side."""
    for i in range(entities.size):
        _check(key, decision, month, entities[i], sub + 1 if sub >= 0 else -1)
    for i in range(entities.size):
        draws[i] = _of_four(_four(key, decision, month, entities[i], sub >> 2), sub & 3)


@allocating
def fill_uniform(key: Key, decision: int, month: int, entities: I64, sub: int) -> F64:
    """Return what :func:`fill_each` writes."""
    draws = np.empty(entities.size)
    fill_each(key, decision, month, entities, sub, draws)
    return draws


@kernel
def poisson(u: float, mean: float) -> int:
    """Return the smallest count whose Poisson distribution function reaches ``u``.

    Parameters
    ----------
    u
        Probability in (0, 1).
    mean
        Mean; none or less gives 0, more than 1e9 is refused.

    Notes
    -----
    A sum of probabilities from the bottom up, which never falls as ``u`` rises. For a large mean it
    starts ten standard deviations below it, where the first term comes from Stirling's series.

    Raises
    ------
    ValueError
        If ``u`` or ``mean`` is not such a number.
    """
    if not (0.0 < u < 1.0 and mean <= MOST):
        raise ValueError("a Poisson draw needs 0 < u < 1 and a mean of at most 1e9")
    if mean <= 0.0:
        return 0
    count = 0
    term = exp_below(-mean)
    if mean > 500.0:
        count = int(mean - _FAR * math.sqrt(mean))
        term = math.exp(-_stirling_error(count) - _deviance(count, mean))
        term /= math.sqrt(2.0 * math.pi * count)
    total = term
    while total < u:
        count += 1
        term *= mean * INVERSE[count] if count < _TABLED else mean / count
        if count > mean and total + term == total:
            break  # the sum is as near 1 as it will come
        total += term
    return count


@inlined
def whole(sum_: float, luck: float) -> int:
    """Return the whole number that a running sum of expected counts has reached.

    Systematic sampling: with one draw for a run of counts, the differences of what successive sums reach
    are whole numbers that have these expectations, each at most one off, and add up to the sum of them,
    at most one off. For flows that are many and small it is far cheaper than a draw for each.

    Parameters
    ----------
    sum_
        Sum of the expected counts so far, not negative.
    luck
        Draw in (0, 1), the same for the whole run.
    """
    return int(sum_ + luck)


@disjoint
def make_whole(expected: F64, luck: float, counts: I32) -> None:
    """Make a row of expected counts whole, all with the same luck; see :func:`whole`. Shape ``(n,)`` each.

    Expectations that lie ready in a row are worked out side by side; only their sum has to wait for the last.
    """
    sum_ = 0.0
    before = 0
    for j in range(expected.shape[0]):
        sum_ += expected[j]
        reached = whole(sum_, luck)
        counts[j] = reached - before
        before = reached


@kernel
def _stirling_error(n: int) -> float:
    """Return ``log(n!)`` less Stirling's formula for it, for ``n`` above a hundred."""
    square = float(n) * n
    return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / n


@kernel
def _deviance(count: int, mean: float) -> float:
    """Return ``count * log(count / mean) + mean - count`` without losing the small difference."""
    gap = (count - mean) / mean
    return mean * ((1.0 + gap) * math.log1p(gap) - gap)
