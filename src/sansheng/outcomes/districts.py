"""What is kept of each district at the end of each calendar year, where its communities are too many to keep.

A row has what a community's has, of all communities together, and says how far they spread.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.communities import COMMUNITY_COLUMNS, community_rows
from sansheng.outcomes.measures import Record
from sansheng.outcomes.stored import StoredColumn

QUANTILES = (10, 50, 90)
"""Per cent of communities that have no more."""

_SPREAD = (
    ("met", Text("needs truly met", "真实解决率"), "%", "%"),
    ("satisfaction", Text("satisfaction", "群众满意度"), "points", "分"),
    ("load", Text("workload", "工作负荷"), "ratio", "比值"),
    ("granted", Text("money granted a household", "户均核拨经费"), "yuan", "元"),
)

_TEXTS = {
    "community": Text("District, numbered from 1", "区（从1起编号）"),
    "subdistrict": Text("District, numbered from 1", "区（从1起编号）"),
    "vulnerable": Text(
        "Households with complex need, mean by household", "复杂需求家庭占比（按户平均）"
    ),
    "estate_age": Text("Age of housing, mean by household", "平均房龄（按户平均）"),
    "load": Text("Workload, mean of communities", "工作负荷（社区平均）"),
    "utilisation": Text("Utilisation, mean of communities", "工时利用率（社区平均）"),
    "satisfaction": Text("Satisfaction, mean by household", "群众满意度（按户平均）"),
}

DISTRICT_COLUMNS = (
    *(
        StoredColumn(
            column.id,
            _TEXTS.get(column.id, column.text),
            column.unit,
            column.unit_zh,
            integer=column.integer,
        )
        for column in COMMUNITY_COLUMNS
    ),
    StoredColumn("communities", Text("Communities", "社区数"), "communities", "个", integer=True),
    *(
        StoredColumn(
            f"{name}_p{per_cent}",
            Text(
                f"{text.en}: {per_cent}% of communities have no more",
                f"{text.zh}：{per_cent}%的社区不高于此值",
            ),
            unit,
            unit_zh,
        )
        for name, text, unit, unit_zh in _SPREAD
        for per_cent in QUANTILES
    ),
)
"""Columns of the table of districts: those of communities in their order, then quantiles over communities."""

_IDS = [column.id for column in COMMUNITY_COLUMNS]
_BY_HOUSEHOLD = ("vulnerable", "estate_age", "satisfaction")
_MEANS = ("load", "utilisation")


def district_rows(record: Record, district: int) -> F64:
    """Return one row a recorded year of one district, shape ``(year, column)``.

    Parameters
    ----------
    record
        Of a world of that district alone.
    district
        Its number in the place, from 1.
    """
    years, communities = record.yearly.months.shape
    rows = community_rows(record).reshape(years, communities, len(_IDS))
    of = {name: rows[:, :, i] for i, name in enumerate(_IDS)}
    homes = of["households"]
    found = {name: values.sum(axis=1) for name, values in of.items()}
    found |= {name: (of[name] * homes).sum(axis=1) / homes.sum(axis=1) for name in _BY_HOUSEHOLD}
    found |= {name: of[name].mean(axis=1) for name in _MEANS}
    found |= {name: of[name].max(axis=1) for name in ("year", "months")}
    found |= dict.fromkeys(("community", "subdistrict"), np.full(years, float(district)))
    found["communities"] = np.full(years, float(communities))
    met = np.full((years, communities), 100.0)
    np.divide(100.0 * of["resolved"], of["arisen"], out=met, where=of["arisen"] > 0.0)
    spread = {
        "met": met,
        "satisfaction": of["satisfaction"],
        "load": of["load"],
        "granted": of["granted"] / homes,
    }
    for name, values in spread.items():
        levels = np.quantile(values, np.array(QUANTILES) / 100.0, axis=1)
        found |= {f"{name}_p{q}": level for q, level in zip(QUANTILES, levels, strict=True)}
    return np.stack([found[column.id] for column in DISTRICT_COLUMNS], axis=1)
