"""What is kept of each community at the end of each calendar year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.measures import Record


@dataclass(frozen=True, slots=True)
class CommunityColumn:
    """A column of the table of communities.

    Parameters
    ----------
    id
        Name in tables.
    text
        Name for people.
    unit, unit_zh
        Unit, English and Chinese.
    integer
        Whether values are whole numbers.
    """

    id: str
    text: Text
    unit: str
    unit_zh: str
    integer: bool = False


COMMUNITY_COLUMNS = (
    CommunityColumn("year", Text("Year", "年份"), "-", "-", integer=True),
    CommunityColumn("community", Text("Community", "社区"), "-", "-", integer=True),
    CommunityColumn("subdistrict", Text("Subdistrict", "街道"), "-", "-", integer=True),
    CommunityColumn("households", Text("Households", "户数"), "households", "户", integer=True),
    CommunityColumn(
        "vulnerable", Text("Households with complex need", "复杂需求家庭占比"), "share", "占比"
    ),
    CommunityColumn(
        "duties_service", Text("Service duties", "服务类职责"), "duties", "项", integer=True
    ),
    CommunityColumn(
        "duties_admin", Text("Administrative duties", "行政类职责"), "duties", "项", integer=True
    ),
    CommunityColumn("seats", Text("Established posts", "编制岗位"), "posts", "个", integer=True),
    CommunityColumn("estate_age", Text("Age of housing", "平均房龄"), "years", "年"),
    CommunityColumn("months", Text("Months recorded", "记录月数"), "months", "月", integer=True),
    CommunityColumn("arisen", Text("Needs that arose", "产生的需求"), "cases", "件", integer=True),
    CommunityColumn("resolved", Text("Needs truly met", "真实解决"), "cases", "件", integer=True),
    CommunityColumn(
        "arisen_hard", Text("Hard needs that arose", "产生的疑难需求"), "cases", "件", integer=True
    ),
    CommunityColumn(
        "resolved_hard",
        Text("Hard needs truly met", "真实解决的疑难需求"),
        "cases",
        "件",
        integer=True,
    ),
    CommunityColumn("granted", Text("Granted", "核拨经费"), "yuan", "元"),
    CommunityColumn("bought", Text("Service bought", "购买服务支出"), "yuan", "元"),
    CommunityColumn("hours_bought", Text("Agency hours", "购买工时"), "hours", "小时"),
    CommunityColumn("load", Text("Workload", "工作负荷"), "ratio", "比值"),
    CommunityColumn("utilisation", Text("Utilisation", "工时利用率"), "share", "占比"),
    CommunityColumn("satisfaction", Text("Satisfaction", "群众满意度"), "points", "分"),
    CommunityColumn(
        "staff", Text("Community workers in service", "在岗社区工作者"), "people", "人"
    ),
)
"""Columns of the table of communities, in order; means over the months recorded in the year."""


def community_rows(record: Record) -> F64:
    """Return one row per recorded year and community, shape ``(years * communities, columns)``."""
    y, f = record.yearly, record.fixed
    years, communities = y.months.shape
    first_year = record.start // 12
    months = np.maximum(1.0, y.months)
    numbers = np.arange(1, communities + 1)
    by_name = {
        "year": np.repeat(first_year + np.arange(years), communities),
        "community": np.tile(numbers, years),
        "subdistrict": np.tile(f.subdistrict + 1, years),
        "households": np.tile(f.households, years),
        "vulnerable": np.tile(f.vulnerable, years),
        "duties_service": np.tile(f.duties_service, years),
        "duties_admin": np.tile(f.duties_admin, years),
        "seats": np.tile(f.seats, years),
        "estate_age": np.tile(f.estate_age, years),
        "months": y.months.ravel(),
        "arisen": y.arisen.ravel(),
        "resolved": y.resolved.ravel(),
        "arisen_hard": y.arisen_hard.ravel(),
        "resolved_hard": y.resolved_hard.ravel(),
        "granted": y.granted.ravel() / 100.0,
        "bought": y.bought.ravel() / 100.0,
        "hours_bought": y.hours_bought.ravel(),
        "load": (y.load / months).ravel(),
        "utilisation": (y.utilisation / months).ravel(),
        "satisfaction": (y.satisfaction / months).ravel(),
        "staff": (y.staff / months).ravel(),
    }
    return np.stack([by_name[c.id].astype(np.float64) for c in COMMUNITY_COLUMNS], axis=1)
