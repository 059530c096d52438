"""By how much groups gain and lose, and what share of each is better off, worse off, or as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sansheng.analysis.replications import LEVEL, paired_interval
from sansheng.analysis.winners_measures import Dimension, Measure
from sansheng.analysis.winners_units import KEY
from sansheng.core.tables import F64, I64
from sansheng.outcomes.incumbents import GRASSROOTS_GROUPS

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
"""The dimension of a row that tells nobody apart."""


def parts_of(units: pd.DataFrame, dimension: Dimension | None, parts: int) -> I64:
    """Return which part each unit is in, from 0; -1 if in none.

    Without a dimension all are in one, but for grassroots groups, which would outnumber agencies. Attributes of
    communities are cut into ``parts`` parts of equally many communities, replicate by replicate; ties keep the order
    of communities. Other dimensions have the parts they are declared with.
    """
    if dimension is None:
        none = units["kind"] == GRASSROOTS_GROUPS if "kind" in units else np.zeros(len(units))
        return np.where(none, -1, 0).astype(np.int64)
    values = units[dimension.column]
    if dimension.labels:
        return np.asarray(values, dtype=np.int64)
    by_replicate = values.groupby(units["replicate"])
    rank = by_replicate.rank(method="first") - 1
    there = by_replicate.transform("size")
    return np.asarray(rank * parts // there, dtype=np.int64)


def by_part(
    units: pd.DataFrame,
    pairs: pd.DataFrame,
    measure: Measure,
    dimension: Dimension | None,
    parts: int,
    zone: float,
) -> list[dict[str, Any]]:
    """Return one row for each part of the units: what it has, gains and loses under a rule.

    Parameters
    ----------
    units
        Of the baseline: ``replicate``, ``id``, ``weight`` and the dimension's column.
    pairs
        As :func:`~sansheng.analysis.winners_units.paired` gives them; rows of other measures are passed over.
    measure
        Which.
    dimension
        What tells units apart; without, all are one part.
    parts
        Parts that an attribute is cut into.
    zone
        Difference that counts as none.

    Returns
    -------
    ``members`` and ``weight`` are means over replicates; ``baseline``, ``value`` and ``difference`` means over units by
    weight, replicate by replicate, then over replicates; ``low`` and ``high`` bound the 95% interval of the difference.
    ``beyond`` and ``within`` are p-values: of a difference that is really inside the zone, or really outside. Shares
    are in per cent, by weight and, with ``of_units``, by number; ``gain`` and ``loss`` are mean differences of those
    better and worse off.
    """
    measured = [column for column in pairs.columns if column not in KEY]
    mine = pairs[pairs["outcome"] == measure.id].merge(
        units[units.columns.difference(measured)], on=KEY
    )
    if mine.empty:
        return []
    part = parts_of(mine, dimension, parts)
    names, replicate = np.unique(mine["replicate"].to_numpy(), return_inverse=True)
    rows = []
    for number in np.unique(part[part >= 0]):
        inside = part == number
        here = mine[inside]
        by = _Sums(replicate[inside], names.size, here["weight"].to_numpy(np.float64))
        difference = by.mean(here["difference"])
        interval = _interval(difference)
        row: dict[str, Any] = {
            "by": dimension.id if dimension else ALL,
            "part": int(number) if dimension else 0,
            "parts": len(dimension.labels) or parts if dimension else 1,
            "outcome": measure.id,
            "replicates": difference.size,
            "members": len(here) / names.size,
            "weight": float(here["weight"].sum()) / names.size,
            "baseline": float(by.mean(here["baseline"]).mean()),
            "value": float(by.mean(here["value"]).mean()),
            "difference": interval[0],
            "low": interval[1],
            "high": interval[2],
            "zone": zone,
            **_tests(difference, zone),
        }
        row["least"], row["most"] = (
            (np.nan, np.nan)
            if dimension is None or dimension.labels
            else _bounds(here, dimension.column)
        )
        for reading in ("better", "worse", "unchanged"):
            is_so = (here["reading"] == reading).to_numpy()
            share = _interval(100.0 * by.mean(is_so))
            row[reading], row[f"{reading}_low"], row[f"{reading}_high"] = share
            row[f"{reading}_of_units"] = 100.0 * float(is_so.mean())
            if reading != "unchanged":
                row["gain" if reading == "better" else "loss"] = _mean(
                    here["difference"].to_numpy()[is_so], by.weight[is_so]
                )
        rows.append(row)
    return rows


class _Sums:
    """Means by weight, replicate by replicate."""

    def __init__(self, replicate: NDArray[np.intp], replicates: int, weight: F64) -> None:
        self.weight = weight
        self._replicate = replicate
        self._replicates = replicates

    def mean(self, values: Any) -> F64:
        """Return the mean of each replicate that has any weight here."""
        total = self._sum(self.weight * np.asarray(values, dtype=np.float64))
        weight = self._sum(self.weight)
        return total[weight > 0.0] / weight[weight > 0.0]

    def _sum(self, values: F64) -> F64:
        total: F64 = np.bincount(
            self._replicate, weights=values, minlength=self._replicates
        ).astype(np.float64)
        return total


def _interval(values: F64) -> tuple[float, float, float]:
    """Return the mean and its 95% interval over replicates; without bounds where there is but one."""
    if values.size < 2:
        return (float(values.mean()) if values.size else np.nan), np.nan, np.nan
    found = paired_interval(values)
    return float(found.mean), float(found.low), float(found.high)


def _mean(values: F64, weight: F64) -> float:
    return float(np.average(values, weights=weight)) if weight.sum() > 0.0 else np.nan


def _bounds(here: pd.DataFrame, column: str) -> tuple[float, float]:
    """Return the least and the greatest value of a part, means over replicates."""
    by_replicate = here.groupby("replicate")[column]
    return float(by_replicate.min().mean()), float(by_replicate.max().mean())


def _tests(difference: F64, zone: float) -> dict[str, float]:
    """Return p-values: of a mean that is really inside the zone, and of one that is really outside.

    The first is how often a mean on an edge of the zone would look as far out, on either side; with no zone it is the
    two-sided t test. The second is the larger of two one-sided t tests, one against each edge (Schuirmann 1987).
    """
    from scipy.special import stdtr

    if difference.size < 2:
        return {"beyond": np.nan, "within": np.nan}
    outside = abs(float(difference.mean())) - zone
    error = float(difference.std(ddof=1)) / np.sqrt(difference.size)
    if error == 0.0:  # luck plays no part
        return {"beyond": float(outside <= 0.0), "within": float(outside > 0.0)}
    freedom, near, far = difference.size - 1, outside / error, (outside + 2.0 * zone) / error
    return {
        "beyond": min(1.0, float(stdtr(freedom, -near) + stdtr(freedom, -far))),
        "within": float(stdtr(freedom, near)),
    }


def judged(rows: list[dict[str, Any]], better: dict[str, str]) -> None:
    """Add a verdict to each row, in place.

    Among all rows that are handed over together, at most 5% of the verdicts ``better`` and ``worse``, and of the
    verdicts ``unchanged``, are expected to be false (Benjamini and Hochberg 1995); what neither test decides is
    ``undecided``. ``beyond`` and ``within`` become the p-values so adjusted.

    Parameters
    ----------
    rows
        As :func:`by_part` gives them.
    better
        Direction that is a gain, by outcome.
    """
    from scipy.stats import false_discovery_control

    for name in ("beyond", "within"):
        p = np.array([row[name] for row in rows])
        known = ~np.isnan(p)
        adjusted = np.full(p.size, np.nan)
        if known.any():
            adjusted[known] = false_discovery_control(p[known])
        for row, value in zip(rows, adjusted.tolist(), strict=True):
            row[name] = value
    for row in rows:
        up = (row["difference"] > 0.0) == (better[row["outcome"]] == "higher")
        if row["beyond"] <= 1.0 - LEVEL:
            row["verdict"] = "better" if up else "worse"
        elif row["within"] <= 1.0 - LEVEL:
            row["verdict"] = "unchanged"
        else:
            row["verdict"] = "undecided"
