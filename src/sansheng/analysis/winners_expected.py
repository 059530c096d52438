r"""What a community can expect to gain for what it is, its luck left out.

What one community gains in one replicate is the rule's doing and luck's. Over all communities of all replicates the
gain is regressed on what communities are,

.. math:: d_{rc} = \beta_0 + \sum_k \beta_k z_{krc} + \gamma_k z_{krc}^2 + \varepsilon_{rc},

with :math:`z_k` the attributes in standard deviations from their mean, households in logarithms. Communities of a
replicate share their luck: errors are clustered by replicate (Liang and Zeger 1986).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.analysis.replications import LEVEL
from sansheng.core.tables import F64


class Expected(NamedTuple):
    """Expected gains of units, shape ``(unit,)``, with their 95% intervals, and the part of the variance explained.

    Bounds and part are NaN where replicates are too few to tell errors: fewer than two for each coefficient. The part
    is that of the population (adjusted for the number of coefficients), and NaN too where no unit differs from another.
    """

    mean: F64
    low: F64
    high: F64
    explained: float


def expected(difference: F64, attributes: F64, replicate: NDArray[np.int64]) -> Expected:
    """Return what units can expect for what they are.

    Parameters
    ----------
    difference
        What each gained, shape ``(unit,)``.
    attributes
        Shape ``(unit, attribute)``.
    replicate
        Of each unit.
    """
    from scipy.special import stdtrit

    spread = attributes.std(axis=0)
    some = spread > 0.0
    z = (attributes[:, some] - attributes[:, some].mean(axis=0)) / spread[some]
    x = np.column_stack([np.ones(len(z)), z, z**2])
    beta = np.linalg.lstsq(x, difference, rcond=None)[0]
    mean: F64 = x @ beta
    clusters, of = np.unique(replicate, return_inverse=True)
    if not difference.any():
        nothing = np.zeros_like(mean)
        return Expected(nothing, nothing, nothing, np.nan)
    if clusters.size < 2 * x.shape[1]:
        unknown = np.full(mean.shape, np.nan)
        return Expected(mean, unknown, unknown, np.nan)
    error = difference - mean
    total = float(((difference - difference.mean()) ** 2).sum())
    left = float((error**2).sum()) / (len(x) - x.shape[1])
    explained = 1.0 - left * (len(x) - 1) / total if total > 0.0 else np.nan
    scores = np.zeros((clusters.size, x.shape[1]))
    np.add.at(scores, of, x * error[:, None])
    bread = np.linalg.pinv(x.T @ x)
    variance = bread @ (scores.T @ scores) @ bread * clusters.size / (clusters.size - 1)
    half = stdtrit(clusters.size - 1, 0.5 + LEVEL / 2) * np.sqrt(
        np.maximum(0.0, np.einsum("ij,jk,ik->i", x, variance, x))
    )
    return Expected(mean, mean - half, mean + half, explained)


def verdicts(gain: Expected, better: str, zone: float) -> list[str]:
    """Return what the interval of each unit shows: ``better``, ``worse``, ``unchanged`` or ``undecided``.

    Parameters
    ----------
    gain
        As :func:`expected` gives it.
    better
        Direction that is a gain.
    zone
        Difference that counts as none.
    """
    low, high = (gain.low, gain.high) if better == "higher" else (-gain.high, -gain.low)
    conditions = [low > zone, high < -zone, (low >= -zone) & (high <= zone)]
    found: list[str] = np.select(conditions, ["better", "worse", "unchanged"], "undecided").tolist()
    return found
