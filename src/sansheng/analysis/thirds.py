"""Who gains: small, middle-sized and large communities, in needs truly met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sansheng.analysis.replications import interval_of_defined
from sansheng.analysis.verdicts import Verdict, verdict
from sansheng.core.tables import F64

SIZES = ("small", "middle", "large")
"""Thirds of the communities by households."""


@dataclass(frozen=True)
class Gain:
    """Who gains at a corner of the map: a third of the communities by size, in needs truly met.

    Communities are drawn anew with every replicate, so they are compared within replicates and shares are means over
    them. A single community's difference holds its luck: both shares are near a half where nothing differs.

    Parameters
    ----------
    x, y
        The corner.
    size
        One of :data:`SIZES`.
    communities
        How many they are.
    better, worse
        Share of them in which a larger, or smaller, share of needs is met over the reported months.
    difference, low, high
        Needs met per need that arose in all of them together, percentage points, scenario minus baseline: mean over
        replicates and paired 95% interval.
    verdict
        What that shows.
    """

    x: float
    y: float
    size: str
    communities: float
    better: float
    worse: float
    difference: float
    low: float
    high: float
    verdict: Verdict


def gain_of(x: float, y: float, size: str, told: F64) -> Gain:
    """Return who gains at a corner.

    Parameters
    ----------
    x, y
        The corner.
    size
        One of :data:`SIZES`.
    told
        What :func:`thirds_of` says of this size, by replicate.
    """
    communities, better, worse = told[:, :3].mean(axis=0)
    difference, low, high = interval_of_defined(told[:, 3])
    shown = verdict(difference, low, high, "higher")
    return Gain(
        x,
        y,
        size,
        float(communities),
        float(better),
        float(worse),
        difference,
        low,
        high,
        shown,
    )


def thirds_of(one: F64, other: F64) -> F64:
    """Return what two runs of the same communities mean for each third of them, by size.

    Parameters
    ----------
    one, other
        Rows by year and community, see :mod:`sansheng.outcomes.communities`; the second is the baseline's.

    Returns
    -------
    ``float64[size, 4]``: communities, share better, share worse, and the difference in needs met of all together,
    percentage points. A community in which no need arose is left out of the shares.
    """
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS

    ids = [column.id for column in COMMUNITY_COLUMNS]
    community, households = (ids.index(name) for name in ("community", "households"))
    needs = [ids.index(name) for name in ("resolved", "arisen")]
    count = int(one[:, community].max())
    sums = np.zeros((2, count, 2))
    for run, rows in enumerate((one, other)):
        np.add.at(sums[run], rows[:, community].astype(int) - 1, rows[:, needs])
    sizes = np.zeros(count)
    sizes[one[:, community].astype(int) - 1] = one[:, households]
    told = []
    for members in np.array_split(np.argsort(sizes, kind="stable"), len(SIZES)):
        resolved, arisen = sums[:, members, 0], sums[:, members, 1]
        some = (arisen > 0.0).all(axis=0)
        met = resolved[:, some] / arisen[:, some]
        together = 100.0 * resolved.sum(axis=1) / np.maximum(1.0, arisen.sum(axis=1))
        told.append(
            (
                len(members),
                float((met[0] > met[1]).sum()) / max(1, int(some.sum())),
                float((met[0] < met[1]).sum()) / max(1, int(some.sum())),
                together[0] - together[1],
            )
        )
    return np.array(told, dtype=np.float64)
