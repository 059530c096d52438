"""Who is served, and how unevenly."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64, I32, I64


def theil(values: F64, weights: F64) -> F64:
    """Return Theil's T of ``values`` with population ``weights``; 0 where all are equal.

    Parameters
    ----------
    values, weights
        Not negative, shape ``(..., n)``; a row each for itself.
    """
    weights = weights / weights.sum(axis=-1, keepdims=True)
    mean = (weights * values).sum(axis=-1, keepdims=True)
    ratio = np.divide(values, mean, out=np.zeros_like(values), where=mean > 0.0)
    logs = np.log(np.where(ratio > 0.0, ratio, 1.0))
    index: F64 = (weights * ratio * logs).sum(axis=-1)
    return index


def theil_between(values: F64, weights: F64, groups: I32) -> F64:
    """Return the part of Theil's T that lies between groups (subdistricts).

    Parameters
    ----------
    values, weights
        As in :func:`theil`.
    groups
        Group of each entry, shape ``(n,)``.
    """
    mass, total = (_by_group(column, groups) for column in (weights, weights * values))
    some = np.flatnonzero(np.any(mass > 0.0, axis=tuple(range(mass.ndim - 1))))
    mass, total = np.take(mass, some, axis=-1), np.take(total, some, axis=-1)
    means = np.divide(total, mass, out=np.zeros_like(mass), where=mass > 0.0)
    return theil(means, mass)


def _by_group(values: F64, groups: I32) -> F64:
    """Add up by group, shape ``(..., group)``."""
    rows = values.reshape(-1, groups.size)
    sums = np.array([np.bincount(groups, weights=row) for row in rows])
    return sums.reshape(*values.shape[:-1], int(groups.max(initial=-1)) + 1)


def tercile_gap(values: F64, by: F64 | I64, weights: F64) -> F64:
    """Return the weighted mean of the top third of ``by`` minus that of the bottom third.

    Parameters
    ----------
    values, weights
        Shape ``(..., n)``; a row each for itself.
    by
        Likewise, or shape ``(n,)`` for all rows; ties are broken by position.
    """
    third = max(1, values.shape[-1] // 3)
    order = np.broadcast_to(np.argsort(by, axis=-1, kind="stable"), values.shape)
    ends = np.stack([order[..., -third:], order[..., :third]])
    own, weight = (np.take_along_axis(column[None], ends, -1) for column in (values, weights))
    high, low = np.average(own, axis=-1, weights=weight)
    gap: F64 = high - low
    return gap


def concentration(values: F64, by: F64, weights: F64) -> float:
    r"""Return the concentration index of ``values`` over a population ranked by ``by``.

    .. math:: C = \frac{2}{\mu} \sum_i w_i v_i r_i - 1

    with weights that sum to one, :math:`\mu = \sum_i w_i v_i`, and :math:`r_i` the share of the population ranked below
    the middle of :math:`i`; units of one rank share it (Kakwani, Wagstaff and van Doorslaer 1997). It is 0 where all
    have the same, positive where those ranked high have more, and Gini's coefficient where ``by`` is ``values``.

    Parameters
    ----------
    values
        Not negative, shape ``(n,)``.
    by
        What units are ranked by, from low to high.
    weights
        Not negative, shape ``(n,)``.
    """
    weights = weights / weights.sum()
    mean = float((weights * values).sum())
    if mean <= 0.0:
        return 0.0
    _, level = np.unique(by, return_inverse=True)
    mass = np.bincount(level, weights=weights)
    middle = np.cumsum(mass) - mass / 2.0
    return float(2.0 / mean * (weights * values * middle[level]).sum() - 1.0)


def horizontal_inequity(use: F64, need: F64, weights: F64) -> float:
    """Return the concentration of use over a population ranked by need, less that of need itself.

    Shares of use that follow shares of need give 0; positive where those in need have more than in proportion to it,
    negative where they have less (after Wagstaff and van Doorslaer 2000, with need measured and not predicted).

    Parameters
    ----------
    use, need, weights
        Not negative, shape ``(n,)``.
    """
    return concentration(use, need, weights) - concentration(need, need, weights)
