"""What is kept of each community at the end of each calendar year."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.measures import Record
from sansheng.outcomes.stored import StoredColumn

COMMUNITY_COLUMNS = (
    StoredColumn("year", Text("Year", "年份"), "-", "-", integer=True),
    StoredColumn("community", Text("Community", "社区"), "-", "-", integer=True),
    StoredColumn("subdistrict", Text("Subdistrict", "街道"), "-", "-", integer=True),
    StoredColumn("households", Text("Households", "户数"), "households", "户", integer=True),
    StoredColumn(
        "vulnerable", Text("Households with complex need", "复杂需求家庭占比"), "share", "占比"
    ),
    StoredColumn(
        "duties_service", Text("Service duties", "服务类职责"), "duties", "项", integer=True
    ),
    StoredColumn(
        "duties_admin", Text("Administrative duties", "行政类职责"), "duties", "项", integer=True
    ),
    StoredColumn("seats", Text("Established posts", "编制岗位"), "posts", "个", integer=True),
    StoredColumn("estate_age", Text("Age of housing", "平均房龄"), "years", "年"),
    StoredColumn("months", Text("Months recorded", "记录月数"), "months", "月", integer=True),
    StoredColumn("arisen", Text("Needs that arose", "产生的需求"), "cases", "件", integer=True),
    StoredColumn("resolved", Text("Needs truly met", "真实解决"), "cases", "件", integer=True),
    StoredColumn(
        "arisen_hard", Text("Hard needs that arose", "产生的疑难需求"), "cases", "件", integer=True
    ),
    StoredColumn(
        "resolved_hard",
        Text("Hard needs truly met", "真实解决的疑难需求"),
        "cases",
        "件",
        integer=True,
    ),
    StoredColumn("granted", Text("Granted", "核拨经费"), "yuan", "元"),
    StoredColumn("bought", Text("Service bought", "购买服务支出"), "yuan", "元"),
    StoredColumn("hours_bought", Text("Agency hours", "购买工时"), "hours", "小时"),
    StoredColumn("load", Text("Workload", "工作负荷"), "ratio", "比值"),
    StoredColumn("utilisation", Text("Utilisation", "工时利用率"), "share", "占比"),
    StoredColumn("satisfaction", Text("Satisfaction", "群众满意度"), "points", "分"),
    StoredColumn("staff", Text("Community workers in service", "在岗社区工作者"), "people", "人"),
    StoredColumn(
        "arisen_vulnerable",
        Text(
            "Needs that arose, expected part of the elderly, people on low income and the disabled",
            "产生的需求中老年、低收入与残疾群体的预期部分",
        ),
        "cases",
        "件",
    ),
    StoredColumn(
        "resolved_vulnerable",
        Text("Of which truly met", "其中真实解决"),
        "cases",
        "件",
    ),
    StoredColumn(
        "ventured",
        Text("Grants to grassroots groups, less what came back", "微创投支出（扣除退回）"),
        "yuan",
        "元",
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
        "arisen_vulnerable": y.arisen_vulnerable.ravel(),
        "resolved_vulnerable": y.resolved_vulnerable.ravel(),
        "ventured": y.ventured.ravel() / 100.0,
    }
    return np.stack([by_name[c.id].astype(np.float64) for c in COMMUNITY_COLUMNS], axis=1)
