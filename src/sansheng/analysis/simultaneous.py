"""Intervals of many differences that hold together.

Twenty 95% intervals of twenty differences that are nothing miss zero once. Intervals of a family hold together if all
of them cover with 95%: then each has to be wider, by how much depends on how alike the differences are. Replicates
share their luck across outcomes and scenarios, so they are alike, and Bonferroni would ask for too much.

Here the likeness is taken from the data. For normal values the largest of the family's t statistics is distributed as
that of residuals turned into a random direction (rotation tests, Langsrud 2005 [1]_): the residuals of each member,
scaled to length one, are projected on random directions ``u`` of as many dimensions as there are replicates, and
``sqrt(n - 1) c / sqrt(1 - c**2)`` of a projection ``c`` is a t of n - 1 degrees of freedom, with a denominator of its
own and correlated as the data are. That differs from a multivariate t with one common denominator (Dunnett; ``mvt`` of
multcomp), which is meant for a pooled variance: with 28 differences and 20 replicates that one errs in 7% of families
without any effect instead of 5.

What it costs is told as one number: the level at which each interval stands so that all hold together.

.. [1] Ø. Langsrud (2005). Rotation tests. Statistics and Computing 15(1). doi:10.1007/s11222-005-4789-5
"""

from __future__ import annotations

import functools
import math

import numpy as np

from sansheng.core.tables import F64

DIRECTIONS = 20_000
"""Random directions; the level that results is 95% within 0.15 points, one standard error."""

_KEY = 2005
_DIMENSIONS = 200
"""Replicates up to which directions are drawn for each: 32 MB."""

_AT_ONCE, _COLUMNS = 1_000, 1_000
"""Directions and members that are multiplied at once: 8 MB."""


def joint_level(differences: F64, level: float, directions: int = DIRECTIONS) -> F64:
    """Return the level at which each t interval stands so that all of a family hold together.

    Parameters
    ----------
    differences
        Paired differences, ``float64[..., replicate, member]``, a family each, at least two replicates. NaN where a
        pair is missing: such a member has fewer degrees of freedom, which its own interval accounts for.
    level
        Confidence that all cover, between 0 and 1.
    directions
        How many random directions decide; they are the same ones every time.

    Returns
    -------
    Array of the leading shape, between ``level`` (one member, or all alike) and ``level ** (1 / members)`` (nothing in
    common), as far as the directions tell. Members that do not vary cannot err and do not count.
    """
    shape = differences.shape
    if not differences.size:
        return np.full(shape[:-2], level)
    families = differences.reshape(math.prod(shape[:-2]), *shape[-2:])
    residuals = _residuals(families)
    # Of many replicates, coordinates in the few dimensions that the members span do as well.
    members = residuals if shape[-2] <= _DIMENSIONS else np.linalg.qr(residuals).R
    largest = _largest(members, shape[-2], directions)
    rank = math.ceil(level * (directions + 1)) - 1
    extreme = np.partition(largest, rank, axis=1)[:, rank]
    several = residuals.any(axis=1).sum(axis=1) > 1
    found = np.maximum(level, 1.0 - _exceeding(extreme, shape[-2] - 1))
    together: F64 = np.where(several, found, level).reshape(shape[:-2])
    return together


def independent_level(members: int, level: float) -> float:
    """Return the level of each interval if nothing is known of how alike the members are (Šidák 1967).

    All of them then hold together with at least ``level``.
    """
    return float(level ** (1.0 / max(1, members)))


def _residuals(families: F64) -> F64:
    """Return residuals of every member scaled to length one, zero where there are none."""
    there = ~np.isnan(families)
    values = np.where(there, families, 0.0)
    mean = values.sum(axis=1, keepdims=True) / np.maximum(1, there.sum(axis=1, keepdims=True))
    residuals = np.where(there, values - mean, 0.0)
    # What rounding leaves of equal differences is no variation.
    least = 1e-12 * np.abs(values).max(axis=1, keepdims=True, initial=0.0)
    length = np.sqrt((residuals**2).sum(axis=1, keepdims=True))
    scaled: F64 = np.divide(residuals, length, out=np.zeros(residuals.shape), where=length > least)
    return scaled


def _largest(members: F64, replicates: int, directions: int) -> F64:
    """Return the largest squared projection of each family's members on each direction."""
    count, dimensions, size = members.shape
    normals, rest = _directions(dimensions, replicates, directions)
    largest = np.empty((count, directions))
    step = max(1, _COLUMNS // max(1, size))
    for first in range(0, count, step):
        some = members[first : first + step]
        columns = some.transpose(1, 0, 2).reshape(dimensions, -1)
        for start in range(0, directions, _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found = np.abs(normals[part] @ columns).reshape(-1, len(some), size)
            largest[first : first + step, part] = found.max(axis=2, initial=0.0).T
    squared: F64 = largest**2 / ((normals**2).sum(axis=1) + rest)
    return np.minimum(squared, 1.0)


@functools.lru_cache(maxsize=4)
def _directions(dimensions: int, replicates: int, count: int) -> tuple[F64, F64]:
    """Return normal coordinates in some dimensions, and the squared length in all the others.

    They are a function of the arguments alone: bits of a counter, not the draws of a generator with a state.
    """
    from scipy.special import gammaincinv, ndtri

    bits = np.random.Philox(key=_KEY).random_raw((count, dimensions + 1))
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    others = replicates - dimensions
    rest = 2.0 * gammaincinv(others / 2.0, uniform[:, -1]) if others > 0 else np.zeros(count)
    return ndtri(uniform[:, :-1]), rest


def _exceeding(squared: F64, freedom: int) -> F64:
    """Return the probability that one projection is larger, in six digits: the last bits are a machine's own."""
    from scipy.special import betainc

    exact = betainc(freedom / 2.0, 0.5, 1.0 - squared)
    return np.array([float(f"{one:.6g}") for one in exact])
