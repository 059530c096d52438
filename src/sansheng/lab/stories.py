"""What happens to one community or one person in two runs side by side, as a section of a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Text
from sansheng.outcomes.events.declared import EVENTS, HOLDERS
from sansheng.report.pages import Cell, Chart, Column, Section, Table, words
from sansheng.report.said import in_json

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.report.said import Said

_TEXTS: Mapping[str, Text] = {event.code: event.text for event in EVENTS}

_MONEY_IN = ("instalment", "tariff_paid", "award_paid", "posts_paid", "venture_granted")
"""Events with which a community receives money."""

_LEFT_OUT = ("was_employed", "was_serving")
"""Events that only say how things stood at the start."""


def of_community(said: Said, number: int, other: str, table: pd.DataFrame) -> Section:
    """Return what happens in a community: needs and money by month, then every event.

    Parameters
    ----------
    said
        The results.
    number
        Of the community.
    other
        The scenario beside the baseline.
    table
        See :func:`sansheng.community_story`.
    """
    charts = [
        _chart(said, other, table, "met", _NEEDS, _resolved),
        _chart(said, other, table, "open", _OPEN, _waiting),
        _chart(said, other, table, "money", _MONEY, _received),
    ]
    title = Text(f"Community {number}, month by month", f"第 {number} 个社区逐月记录")
    return Section("community", title, [_HOW], charts, [_events(said, other, table, "community")])


def of_worker(said: Said, number: int, other: str, table: pd.DataFrame) -> Section:
    """Return one person's working life, event by event; see :func:`of_community`."""
    title = person(number)
    if len(table) == 0:
        return Section("worker", title, [_HOW])
    return Section(
        "worker", title, [_HOW, _in_words(table)], (), [_events(said, other, table, "worker")]
    )


def person(number: int) -> Text:
    """Return what to call a person: by the seat, and as the how-many-eth there where not the first."""
    found = _named("worker", number)
    assert found is not None  # people are numbered from 1
    return Text(found.en.capitalize(), found.zh)


_HOW = Text(
    "One run (the first replicate) under both rules with the same luck. It shows how things come about, not how much a "
    "rule does on average.",
    "同一次运行（第一次重复）在两种办法下的经过，随机性相同。用于说明如何发生，不说明平均影响大小。",
)
_NEEDS = Text("Needs truly met, cases a month", "真实解决的需求（件/月）")
_OPEN = Text("Cases open at the end of the month", "月末未办结（件）")
_MONEY = Text("Public money that arrives, yuan a month", "到账经费（元/月）")
_UNITS = {"met": Text("cases", "件"), "open": Text("cases", "件"), "money": Text("yuan", "元")}

Sum = Callable[["pd.DataFrame", str], "pd.Series[float]"]


def _resolved(table: pd.DataFrame, run: str) -> pd.Series[float]:
    return _by_month(table, table["event"].str.startswith("resolved"), f"count_{run}")


def _waiting(table: pd.DataFrame, run: str) -> pd.Series[float]:
    return _by_month(table, table["event"] == "waiting", f"count_{run}")


def _received(table: pd.DataFrame, run: str) -> pd.Series[float]:
    return _by_month(table, table["event"].isin(_MONEY_IN), f"amount_{run}")


def _by_month(table: pd.DataFrame, some: Any, column: str) -> pd.Series[float]:
    chosen = table[some]
    values = chosen[column].astype("float64").fillna(0.0)
    sums: pd.Series[float] = values.groupby([chosen["year"], chosen["month"]]).sum()
    return sums


def _chart(said: Said, other: str, table: pd.DataFrame, id: str, title: Text, sum_of: Sum) -> Chart:
    months = [(index // 12, index % 12 + 1) for index in _span(said)]
    series = []
    for run, scenario in (("a", said.data.baseline), ("b", other)):
        values = sum_of(table, run).reindex(months, fill_value=0.0).tolist()
        name = in_json(said.title(scenario))
        series.append({"name": name, "mid": values, "low": values, "high": values})
    spec = {
        "kind": "bands",
        "x": [f"{year}-{month:02d}" for year, month in months],
        "unit": in_json(_UNITS[id]),
        "events": [],
        "series": series,
    }
    return Chart(f"story-{id}", title, spec, 260)


def _span(said: Said) -> range:
    start = said.subject.start.index
    return range(start, start + said.data.manifest["months"])


def _events(said: Said, other: str, table: pd.DataFrame, id: str) -> Table:
    columns = [
        Column(Text("Month", "月份")),
        Column(Text("What happens", "事件")),
        Column(Text("Who", "涉及")),
        Column(said.title(said.data.baseline), number=True),
        Column(said.title(other), number=True),
    ]
    told = table[~table["event"].isin(_LEFT_OUT)]
    title = Text("Every event; what differs is bold", "全部事件（不同之处加粗）")
    return Table(f"events-{id}", title, columns, [_row(row) for row in told.to_dict("records")])


def _row(row: Mapping[Any, Any]) -> Sequence[Cell]:
    mark = "" if row["same"] else "differs"
    return [
        words(f"{row['year']}-{row['month']:02d}"),
        words(_what(row), mark),
        words(_who(row)),
        *(words(_number(row, run), mark) for run in "ab"),
    ]


def _what(row: Mapping[Any, Any]) -> Text:
    """Return what happens; of somebody who is posted, where to."""
    if row["event"] != "posted":
        return _TEXTS[row["event"]]
    if row["community"] <= 0:
        return Text("is posted to no community any more", "撤回派驻")
    return Text(f"is posted to community {row['community']}", f"派驻第 {row['community']} 个社区")


def _who(row: Mapping[Any, Any]) -> Text:
    found = [_named(row["actor_kind"], row["actor"]), _named(row["other_kind"], row["other"])]
    there = [one for one in found if one is not None]
    return Text(", ".join(one.en for one in there), "，".join(one.zh for one in there))


_KINDS = {
    "agency": Text("agency", "机构"),
    "worker": Text("worker", "社工"),
    "group": Text("group", "社区组织"),
    "district": Text("district", "区"),
}


def _named(kind: Any, number: Any) -> Text | None:
    """Return who a number is: an agency or person by its row, and as the how-many-eth there where not the first."""
    if kind not in _KINDS or number is None or number <= 0:
        return None
    row, nth = (number, 0) if kind == "district" else divmod(number, HOLDERS)
    name = f"{row}" if nth == 0 else f"{row}-{nth + 1}"
    return Text(f"{_KINDS[kind].en} {name}", f"{_KINDS[kind].zh} {name}")


def _number(row: Mapping[Any, Any], run: str) -> Text:
    amount, count = row[f"amount_{run}"], row[f"count_{run}"]
    if _there(amount):
        return Text(f"{amount:,.0f} yuan", f"{amount:,.0f} 元")
    if _there(count) and count >= 0:
        return Text(f"{count:,.0f}", f"{count:,.0f}")
    return Text("yes", "有") if _there(row[f"number_{run}"]) else Text("–", "–")


def _there(value: Any) -> bool:
    import pandas as pd

    return not (value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)))


def _in_words(table: pd.DataFrame) -> Text:
    """Return how often wages came late in either run, and whether the person left."""
    late = [
        int((table.loc[table[f"number_{run}"].notna(), "event"] == "wage_late").sum())
        for run in "ab"
    ]
    left = [
        bool(table.loc[table[f"number_{run}"].notna(), "event"].isin(["quit", "laid_off"]).any())
        for run in "ab"
    ]
    word = {True: Text("leaves", "离职"), False: Text("stays", "在岗")}
    return Text(
        f"Months in which wages are owed: {late[0]} under the baseline, {late[1]} under the other rule. "
        f"Under the baseline the person {word[left[0]].en}, under the other rule {word[left[1]].en}.",
        f"欠薪月数：基线 {late[0]} 个月，另一办法 {late[1]} 个月。"
        f"最终：基线下{word[left[0]].zh}，另一办法下{word[left[1]].zh}。",
    )
