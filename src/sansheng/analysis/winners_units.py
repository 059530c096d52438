"""Who is compared: the same community, organisation or group of people under two rules, on the same luck.

Places are drawn anew in every replicate, so community 7 of one replicate is another community than that of the
next. A unit is therefore a community *of a replicate*, paired with itself under the other rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sansheng.analysis.winners_measures import MEASURES, SIZES, Measure, Unit
from sansheng.core.tables import F64
from sansheng.outcomes.incumbents import GRASSROOTS_GROUPS

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

KEY = ["replicate", "id"]

_TABLES: Mapping[Unit, str] = {
    "communities": "communities",
    "residents": "communities",
    "organisations": "organisations",
    "workers": "workers",
}
_LEVELS = ("load", "utilisation", "satisfaction", "staff")
_FACTS = (
    "subdistrict",
    "households",
    "vulnerable",
    "duties_service",
    "duties_admin",
    "seats",
    "estate_age",
)


def measures_in(connection: duckdb.DuckDBPyConnection, unit: Unit) -> tuple[Measure, ...]:
    """Return the measures that the tables of a study can tell; none where it has no such table."""
    columns = {row[0] for row in connection.execute(f"DESCRIBE {_TABLES[unit]}").fetchall()} - {
        "scenario",
        "draw",
        "replicate",
    }
    return tuple(m for m in MEASURES[unit] if columns and (not m.needs or m.needs in columns))


def units_of(
    connection: duckdb.DuckDBPyConnection, unit: Unit, scenario: str, draw: int
) -> pd.DataFrame:
    """Return the units of a scenario, sorted by replicate and id, with weight and what measures are made of.

    Parameters
    ----------
    connection
        To the tables of a study.
    unit
        Who. A community weighs its households; residents are two units a community, the vulnerable and the others,
        and weigh the needs that arise among them; an organisation weighs one, a group of workers its people.
    scenario, draw
        Which runs.
    """
    rows = connection.execute(
        f"SELECT * EXCLUDE (scenario, draw) FROM {_TABLES[unit]} WHERE scenario = $scenario AND draw = $draw"
        " ORDER BY ALL",  # so that sums are made in one order
        {"scenario": scenario, "draw": draw},
    ).df()
    if unit == "communities":
        return _communities(rows)
    if unit == "residents":
        return _residents(rows)
    if unit == "organisations":
        size = np.searchsorted(SIZES, rows["staff_start"], side="right") - 1
        none = rows["kind"] == GRASSROOTS_GROUPS
        named = rows.rename(columns={"organisation": "id", "organisations": "weight"})
        return named.assign(size=np.where(none, -1, size))
    return rows.rename(columns={"group": "id", "people": "weight"})


def _communities(rows: pd.DataFrame) -> pd.DataFrame:
    """Return flows summed, levels averaged over months, and what stays as it is; one row a community."""
    rows = rows.assign(**{level: rows[level] * rows["months"] for level in _LEVELS})
    by_community = rows.groupby(["replicate", "community"])
    found = by_community.sum().drop(columns="year")
    found = found.assign(**{level: found[level] / found["months"] for level in _LEVELS})
    found = found.assign(**{fact: by_community[fact].first() for fact in _FACTS})
    found = found.assign(
        weight=found["households"],
        need=12.0 * found["arisen"] / found["months"] / found["households"],
        duties=found["duties_service"] + found["duties_admin"],
    )
    return found.reset_index().rename(columns={"community": "id"})


def _residents(rows: pd.DataFrame) -> pd.DataFrame:
    """Return two rows a community: the vulnerable and the others, with their needs as weight."""
    import pandas as pd

    parts = []
    summed = rows.groupby(["replicate", "community"], as_index=False).sum()
    for whom in range(2):
        came, met = summed["arisen_vulnerable"], summed["resolved_vulnerable"]
        if whom:
            came, met = summed["arisen"] - came, summed["resolved"] - met
        parts.append(
            pd.DataFrame(
                {
                    "replicate": summed["replicate"],
                    "id": 2 * summed["community"] + whom,
                    "whom": whom,
                    "weight": came,
                    "met": met,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def paired(
    base: pd.DataFrame, other: pd.DataFrame, measures: Iterable[Measure], zones: Mapping[str, float]
) -> pd.DataFrame:
    """Return units under two rules, one row a unit and measure.

    Parameters
    ----------
    base, other
        Units of the baseline and of the scenario, as :func:`units_of` gives them.
    measures
        What to compare.
    zones
        Differences that count as none, by measure.

    Returns
    -------
    ``replicate``, ``id``, ``outcome``, ``baseline``, ``value``, ``difference`` and ``reading``. Units that a rule
    leaves without the measure have no row.
    """
    import pandas as pd

    found = []
    for measure in measures:
        sides = [
            units[KEY].assign(value=np.asarray(measure.value(units), dtype=np.float64))
            for units in (base, other)
        ]
        both = sides[0].merge(sides[1], on=KEY, suffixes=("_base", "")).dropna()
        difference = (both["value"] - both["value_base"]).to_numpy()
        found.append(
            pd.DataFrame(
                {
                    "replicate": both["replicate"],
                    "id": both["id"],
                    "outcome": measure.id,
                    "baseline": both["value_base"],
                    "value": both["value"],
                    "difference": difference,
                    "reading": readings(difference, measure.better, zones[measure.id]),
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def readings(difference: F64, better: str, zone: float) -> list[str]:
    """Return ``better``, ``worse`` or, inside the zone, ``unchanged``."""
    gain = difference if better == "higher" else -difference
    conditions = [gain > zone, gain < -zone]
    found: list[str] = np.select(conditions, ["better", "worse"], "unchanged").tolist()
    return found
