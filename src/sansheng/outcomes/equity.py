"""Who is served, and how unevenly."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64, I32, I64


def theil(values: F64, weights: F64) -> float:
    """Return Theil's T of ``values`` with population ``weights``; 0 where all are equal.

    Parameters
    ----------
    values
        Not negative, shape ``(n,)``.
    weights
        Not negative, shape ``(n,)``.
    """
    weights = weights / weights.sum()
    mean = float((weights * values).sum())
    if mean <= 0.0:
        return 0.0
    ratio = values / mean
    logs = np.log(np.where(ratio > 0.0, ratio, 1.0))
    return float((weights * ratio * logs).sum())


def theil_between(values: F64, weights: F64, groups: I32) -> float:
    """Return the part of Theil's T that lies between groups (subdistricts).

    Parameters
    ----------
    values, weights
        As in :func:`theil`.
    groups
        Group of each entry, shape ``(n,)``.
    """
    mass: F64 = np.bincount(groups, weights=weights).astype(np.float64)
    total = np.bincount(groups, weights=weights * values)
    some = mass > 0.0
    return theil(total[some] / mass[some], mass[some])


def tercile_gap(values: F64, by: F64 | I64, weights: F64) -> float:
    """Return the weighted mean of the top third of ``by`` minus that of the bottom third.

    Parameters
    ----------
    values, by, weights
        Shape ``(n,)``; ties in ``by`` are broken by position.
    """
    third = max(1, values.shape[0] // 3)
    order = np.argsort(by, kind="stable")
    low, high = order[:third], order[-third:]
    return float(
        np.average(values[high], weights=weights[high])
        - np.average(values[low], weights=weights[low])
    )


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
