"""What communities, organisations and people gain or lose, and by what they are told apart.

A difference inside the zone of indifference counts as none. Zones are assumed: sizes below which nobody would speak of
a gain; whoever asks may set others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sansheng.core.text import Text
from sansheng.outcomes.incumbents import GRASSROOTS_GROUPS

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["communities", "residents", "organisations", "workers"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What somebody gains or loses.

    Parameters
    ----------
    id
        Name in tables.
    text
        Name for people.
    unit, unit_zh
        Unit, English and Chinese.
    better
        Direction that is a gain for whom the row is about; of money and hours, more, which says nothing of the rule.
    zone
        Difference that counts as none, in the unit; assumed.
    value
        What it is, of units whose flows are summed and whose levels are averaged over the months recorded.
    needs
        Column without which it cannot be told.
    short
        Whether the printed tables show it without being asked.
    """

    id: str
    text: Text
    unit: str
    unit_zh: str
    better: Literal["higher", "lower"]
    zone: float
    value: Callable[[pd.DataFrame], pd.Series[float]]
    needs: str = ""
    short: bool = False


def _share(top: str, bottom: str) -> Callable[[pd.DataFrame], pd.Series[float]]:
    """Return top over bottom in per cent, NaN where there is no bottom."""
    return lambda t: 100.0 * t[top] / t[bottom].where(t[bottom] > 0)


def _as_it_is(column: str) -> Callable[[pd.DataFrame], pd.Series[float]]:
    return lambda t: t[column]


def _per_household(column: str) -> Callable[[pd.DataFrame], pd.Series[float]]:
    """Return a flow a household and year."""
    return lambda t: 12.0 * t[column] / t["months"] / t["households"]


def _of_agencies(
    value: Callable[[pd.DataFrame], pd.Series[float]],
) -> Callable[[pd.DataFrame], pd.Series[float]]:
    """Return what grassroots groups, who employ nobody and renew themselves, have no number of."""
    return lambda t: value(t).where(t["kind"] < GRASSROOTS_GROUPS)


COMMUNITY_MEASURES = (
    Measure(
        "need_met",
        Text("Need met", "需求满足率"),
        "%",
        "%",
        "higher",
        1.0,
        _share("resolved", "arisen"),
        short=True,
    ),
    Measure(
        "hard_need_met",
        Text("Hard need met", "疑难需求满足率"),
        "%",
        "%",
        "higher",
        1.0,
        _share("resolved_hard", "arisen_hard"),
    ),
    Measure(
        "needs_resolved",
        Text("Needs truly met", "真实解决的需求"),
        "needs/household-year",
        "件/户·年",
        "higher",
        0.005,
        _per_household("resolved"),
    ),
    Measure(
        "satisfaction",
        Text("Satisfaction", "群众满意度"),
        "points",
        "分",
        "higher",
        0.5,
        _as_it_is("satisfaction"),
        short=True,
    ),
    Measure(
        "load",
        Text("Workload of the station", "站点工作负荷"),
        "ratio",
        "比值",
        "lower",
        0.02,
        _as_it_is("load"),
    ),
    Measure(
        "granted",
        Text("Money granted", "核拨经费"),
        "yuan/household-year",
        "元/户·年",
        "higher",
        1.0,
        _per_household("granted"),
    ),
    Measure(
        "bought",
        Text("Service bought", "购买服务支出"),
        "yuan/household-year",
        "元/户·年",
        "higher",
        1.0,
        _per_household("bought"),
        short=True,
    ),
    Measure(
        "hours_bought",
        Text("Agency hours", "购买工时"),
        "hours/household-year",
        "小时/户·年",
        "higher",
        0.02,
        _per_household("hours_bought"),
    ),
    Measure(
        "ventured",
        Text("Grants to grassroots groups", "微创投资助"),
        "yuan/household-year",
        "元/户·年",
        "higher",
        0.5,
        _per_household("ventured"),
        needs="ventured",
    ),
)
"""Of a community, over all months recorded."""

RESIDENT_MEASURES = (
    Measure(
        "residents_need_met",
        Text("Need met of the group", "该群体需求满足率"),
        "%",
        "%",
        "higher",
        1.0,
        _share("met", "weight"),
        needs="resolved_vulnerable",
        short=True,
    ),
)
"""Of the residents of a community. The model meets needs by category and hardness, whoever has them: groups differ by
what they need, and by where they live."""

ORGANISATION_MEASURES = (
    Measure(
        "income",
        Text("Income from all payers", "自各方所得收入"),
        "yuan/month",
        "元/月",
        "higher",
        1000.0,
        lambda t: t["income"] / t["weight"],
        short=True,
    ),
    Measure(
        "survival",
        Text("Still there at the end", "期末存续"),
        "%",
        "%",
        "higher",
        1.0,
        _of_agencies(_share("alive", "weight")),
        short=True,
    ),
    Measure(
        "staff",
        Text("Staff at the end", "期末在职人数"),
        "people",
        "人",
        "higher",
        0.5,
        _of_agencies(_as_it_is("staff")),
    ),
)
"""Of an organisation that was there when the scenarios part."""

WORKER_MEASURES = (
    Measure(
        "in_post",
        Text("Still in the same post at the end", "期末仍在原岗位"),
        "%",
        "%",
        "higher",
        1.0,
        _share("in_post", "weight"),
        short=True,
    ),
    Measure(
        "pay",
        Text("Pay of those still in post", "留任者月应发"),
        "yuan/month",
        "元/月",
        "higher",
        50.0,
        _as_it_is("pay"),
        short=True,
    ),
    Measure(
        "owed",
        Text("Wages owed to those still in post", "留任者人均欠薪"),
        "yuan",
        "元",
        "lower",
        50.0,
        _as_it_is("owed"),
    ),
    Measure(
        "burnout",
        Text("Burnout of those still in post", "留任者职业倦怠"),
        "SD",
        "标准差",
        "lower",
        0.05,
        _as_it_is("burnout"),
        short=True,
    ),
)
"""Of the people of a group who were in post when the scenarios part."""

MEASURES: Mapping[Unit, tuple[Measure, ...]] = {
    "communities": COMMUNITY_MEASURES,
    "residents": RESIDENT_MEASURES,
    "organisations": ORGANISATION_MEASURES,
    "workers": WORKER_MEASURES,
}

BY_ID: Mapping[str, Measure] = {
    measure.id: measure for measures in MEASURES.values() for measure in measures
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """What tells units apart.

    Parameters
    ----------
    id
        Name in tables.
    text
        Name for people.
    unit
        Who is told apart.
    column
        Of the units' table.
    labels
        What the parts are called, from the first on; none where they are equal parts of an ordered attribute.
    unit_of_bounds, unit_of_bounds_zh
        Unit of the attribute, where parts are cut from it.
    """

    id: str
    text: Text
    unit: Unit
    column: str
    labels: tuple[Text, ...] = ()
    unit_of_bounds: str = ""
    unit_of_bounds_zh: str = ""


SIZES = (0, 1, 5, 10, 20)
"""Staff from which each class of agencies begins (assumed)."""

DIMENSIONS = (
    Dimension("size", Text("Size", "规模"), "communities", "households", (), "households", "户"),
    Dimension(
        "need", Text("Need", "需求"), "communities", "need", (), "needs/household-year", "件/户·年"
    ),
    Dimension(
        "functions",
        Text("Functions borne", "承担职责"),
        "communities",
        "duties",
        (),
        "duties",
        "项",
    ),
    Dimension(
        "estate_age", Text("Age of estates", "房龄"), "communities", "estate_age", (), "years", "年"
    ),
    Dimension(
        "vulnerable",
        Text("Households with complex need", "复杂需求家庭"),
        "communities",
        "vulnerable",
        (),
        "share",
        "占比",
    ),
    Dimension(
        "residents",
        Text("Residents", "居民"),
        "residents",
        "whom",
        (
            Text("elderly, on low income, disabled", "老年、低收入、残疾"),
            Text("others", "其他居民"),
        ),
    ),
    Dimension(
        "organisation_kind",
        Text("Kind of organisation", "组织类别"),
        "organisations",
        "kind",
        (
            Text("agency, social organisation", "机构（社会组织）"),
            Text("agency, enterprise", "机构（企业）"),
            Text("grassroots groups", "社区社会组织"),
        ),
    ),
    Dimension(
        "organisation_size",
        Text("Staff of agencies", "机构人数"),
        "organisations",
        "size",
        (
            Text("nobody", "无人"),
            Text("1-4", "1–4人"),
            Text("5-9", "5–9人"),
            Text("10-19", "10–19人"),
            Text("20 and more", "20人及以上"),
        ),
    ),
    Dimension(
        "employer",
        Text("Employer", "用人单位"),
        "workers",
        "employer",
        (Text("community workers", "社区工作者"), Text("agency staff", "机构社工")),
    ),
    Dimension(
        "tier",
        Text("Certificate", "证书等级"),
        "workers",
        "tier",
        (
            Text("none", "无"),
            Text("assistant", "员级"),
            Text("junior", "初级"),
            Text("middle", "中级"),
            Text("senior", "高级"),
        ),
    ),
    Dimension(
        "seniority",
        Text("Years in such work", "从业年限"),
        "workers",
        "seniority",
        (
            Text("under 2", "不满2年"),
            Text("2 to 4", "2–4年"),
            Text("5 to 9", "5–9年"),
            Text("10 and more", "10年及以上"),
        ),
    ),
)
"""In the order of tables."""

ATTRIBUTES = tuple(d for d in DIMENSIONS if d.unit == "communities")
"""Dimensions of communities, each an attribute that is the same under every rule."""
