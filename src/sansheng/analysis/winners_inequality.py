"""How unevenly money, hours and help lie over communities and subdistricts, and whether they follow need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.analysis.replications import paired_interval
from sansheng.analysis.winners_measures import BY_ID
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.equity import concentration, horizontal_inequity, theil, theil_between

if TYPE_CHECKING:
    import pandas as pd

INDICES = {
    "theil": Text("Theil's T over communities", "社区间 Theil T"),
    "theil_between": Text("of which between subdistricts", "其中：街道之间"),
    "theil_within": Text("of which within subdistricts", "其中：街道之内"),
    "concentration": Text("concentration on communities in need", "向需求较多社区的集中指数"),
    "need_adjusted": Text(
        "the same, less that of need itself", "经需求调整的集中指数（扣除需求自身的集中）"
    ),
}
"""Of each spread: households weigh; communities are ranked by the needs that arise a household."""

_UNEVEN = ("theil", "theil_between", "theil_within")
_FOR_NEED = ("concentration", "need_adjusted")
SPREAD: Mapping[str, tuple[str, ...]] = {
    "need_met": _UNEVEN,  # a share of needs already: it does not go by need
    "needs_resolved": _FOR_NEED,
    "bought": (*_UNEVEN, *_FOR_NEED),
    "hours_bought": (*_UNEVEN, *_FOR_NEED),
}
"""Which indices there are of what lies over communities."""


def inequality(base: pd.DataFrame, other: pd.DataFrame) -> list[dict[str, Any]]:
    """Return every index of every spread under two rules, and the paired difference.

    Parameters
    ----------
    base, other
        Communities of the baseline and of the scenario, as :func:`~sansheng.analysis.winners_units.units_of` gives
        them.

    Returns
    -------
    Rows with ``index``, ``outcome``, ``baseline``, ``value``, ``difference``, ``low`` and ``high``: means over
    replicates, and the 95% interval of the difference.
    """
    common = np.intersect1d(base["replicate"], other["replicate"])
    sides = [_indices(units[units["replicate"].isin(common)]) for units in (base, other)]
    rows = []
    for outcome, its in SPREAD.items():
        for index in its:
            before, after = (side[outcome, index] for side in sides)
            difference = after - before
            low = high = np.nan
            if difference.size > 1:
                found = paired_interval(difference)
                low, high = float(found.low), float(found.high)
            rows.append(
                {
                    "index": index,
                    "outcome": outcome,
                    "replicates": difference.size,
                    "baseline": float(before.mean()),
                    "value": float(after.mean()),
                    "difference": float(difference.mean()),
                    "low": low,
                    "high": high,
                }
            )
    return rows


def _indices(units: pd.DataFrame) -> dict[tuple[str, str], F64]:
    """Return each index of each outcome, one number a replicate."""
    found = defaultdict(list)
    for _, here in units.groupby("replicate"):
        for outcome in SPREAD:
            for index, value in indices(here, outcome).items():
                found[outcome, index].append(value)
    return {which: np.array(values) for which, values in found.items()}


def indices(communities: pd.DataFrame, outcome: str) -> dict[str, float]:
    """Return the indices of one outcome over the communities of one run.

    Parameters
    ----------
    communities
        Columns ``households``, ``need``, ``subdistrict``, and those that the outcome is made of.
    outcome
        Of :data:`SPREAD`.
    """
    values = np.nan_to_num(np.asarray(BY_ID[outcome].value(communities), dtype=np.float64))
    weights = communities["households"].to_numpy(np.float64)
    need = communities["need"].to_numpy(np.float64)
    total = float(theil(values, weights))
    between = float(theil_between(values, weights, communities["subdistrict"].to_numpy(np.int32)))
    every = {
        "theil": total,
        "theil_between": between,
        "theil_within": total - between,
        "concentration": concentration(values, need, weights),
        "need_adjusted": horizontal_inequity(values, need, weights),
    }
    return {index: every[index] for index in SPREAD[outcome]}
