"""Who gains and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sansheng.core.text import Text
from sansheng.report.pages import Chart, Column, Section, Table, number, plain, words
from sansheng.report.said import Said
from sansheng.study.kept import OF_DISTRICTS

if TYPE_CHECKING:
    from sansheng.analysis.winners import Winners

OUTCOME = "need_met"
READINGS = {
    "better": Text("better", "更好"),
    "worse": Text("worse", "更差"),
    "unchanged": Text("unchanged", "无实际变化"),
    "undecided": Text("undecided", "无法判定"),
}
_SIDE = {"better": 1, "worse": -1}
MOST_DOTS = 120
"""Communities of a chart: evenly spaced among all, from the least gain to the largest."""


def gains(said: Said) -> Section:
    """Return the section."""
    found = said.winners
    return Section(
        "gains",
        Text("Who gains and who loses", "谁受益、谁受损"),
        [
            Text(
                "What each community can expect for what it is (size, need, duties, age of estates), its luck left "
                f"out. A change of need met by up to {_zone().en} counts as none.",
                "按社区特征（户数、需求、职责、房龄）可预期的变化，不含各自运气。"
                f"需求满足率变化不超过 {_zone().zh}视为无变化。",
            ),
            *([OF_DISTRICTS] if said.data.of_districts else []),
        ],
        [chart for name in said.subject.shown if (chart := _chart(said, found, name))],
        [_shares(said, found), _groups(said, found)],
    )


def brief_gains(said: Said) -> Section:
    """Return in a sentence a scenario who gains and who loses."""
    return Section(
        "gains",
        Text("Who gains and who loses", "谁受益、谁受损"),
        [
            *(gains_sentence(said, said.winners, name) for name in said.subject.shown),
            *([OF_DISTRICTS] if said.data.of_districts else []),
        ],
    )


def _chart(said: Said, found: Winners, scenario: str) -> Chart | None:
    frame = found.communities
    mine = frame[(frame["scenario"] == scenario) & (frame["outcome"] == OUTCOME)]
    if mine.empty or mine["expected"].isna().all():
        return None
    ordered = mine.sort_values("expected", kind="stable")
    take = np.unique(np.linspace(0, len(ordered) - 1, min(MOST_DOTS, len(ordered))).astype(int))
    rows = [
        {
            "label": {
                "en": f"{row.households:,.0f} households",
                "zh": f"{row.households:,.0f} 户",
            },
            "mid": plain(row.expected),
            "low": plain(row.expected_low),
            "high": plain(row.expected_high),
            "side": _SIDE.get(row.expected_reading, 0),
        }
        for row in ordered.iloc[take].itertuples()
    ]
    spec = {
        "kind": "dots",
        "unit": {"en": "percentage points of need met", "zh": "需求满足率（个百分点）"},
        "xname": {
            "en": "communities, from the least gain to the largest",
            "zh": "社区（按可预期变化由小到大）",
        },
        "rows": rows,
    }
    return Chart(f"gains-{scenario}", gains_sentence(said, found, scenario), spec, 320)


def gains_sentence(said: Said, found: Winners, scenario: str) -> Text:
    """Return in a sentence what share of households lives in communities that gain or lose."""
    title = said.title(scenario)
    frame = found.expected
    mine = frame[(frame["scenario"] == scenario) & (frame["outcome"] == OUTCOME)]
    if mine.empty:
        return Text(f"{title.en}: who gains cannot be told", f"{title.zh}：无法判定谁受益")
    row = mine.iloc[0]
    if not np.isfinite(row["better"]):
        return Text(
            f"{title.en}: too few replicates to tell who gains",
            f"{title.zh}：重复次数不足，无法判定谁受益",
        )
    zone = _zone()
    return Text(
        f"{title.en}: {row['better']:.0f}% of households live where need met rises by more than {zone.en}, "
        f"{row['worse']:.0f}% where it falls by more than {zone.en}, {row['unchanged']:.0f}% where it does neither; "
        f"{row['undecided']:.0f}% are undecided",
        f"{title.zh}：{row['better']:.0f}% 的家庭所在社区需求满足率上升超过 {zone.zh}，"
        f"{row['worse']:.0f}% 下降超过 {zone.zh}，"
        f"{row['unchanged']:.0f}% 无实际变化；{row['undecided']:.0f}% 无法判定",
    )


def _shares(said: Said, found: Winners) -> Table:
    columns = [
        Column(Text("Scenario", "方案")),
        Column(Text("Outcome", "指标")),
        *(
            Column(Text(f"{text.en}, % of households", f"{text.zh}（家庭占比 %）"), number=True)
            for text in READINGS.values()
        ),
    ]
    rows = [
        [
            words(said.title(row["scenario"])),
            words(_measure(row["outcome"])),
            *(number(row[name], 0) for name in READINGS),
        ]
        for row in found.expected.to_dict("records")
    ]
    return Table(
        "gains-expected",
        Text("Households by what their community can expect", "按所在社区可预期变化划分的家庭"),
        columns,
        rows,
    )


def _groups(said: Said, found: Winners) -> Table:
    from sansheng.analysis.winners_measures import DIMENSIONS

    names = {dimension.id: dimension.text for dimension in DIMENSIONS}
    columns = [
        Column(Text("Scenario", "方案")),
        Column(Text("By", "分组")),
        Column(Text("Part", "组别")),
        Column(Text("Outcome", "指标")),
        Column(Text("Baseline", "基线"), number=True),
        Column(Text("Difference", "差值"), number=True),
        Column(Text("Low", "下限"), number=True),
        Column(Text("High", "上限"), number=True),
        Column(Text("Says", "判断")),
    ]
    everybody = Text("everybody", "全部")
    rows = []
    for row in found.groups.to_dict("records"):
        dimension = names.get(str(row["by"]), everybody)
        rows.append(
            [
                words(said.title(row["scenario"])),
                words(dimension),
                words(str(row["part"])),
                words(_measure(row["outcome"])),
                number(row["baseline"]),
                number(
                    row["difference"], 2, str(row["verdict"]) if row["verdict"] in _SIDE else ""
                ),
                number(row["low"]),
                number(row["high"]),
                words(
                    READINGS.get(
                        str(row["verdict"]), Text(str(row["verdict"]), str(row["verdict"]))
                    )
                ),
            ]
        )
    return Table(
        "gains-groups",
        Text(
            "Communities, residents, organisations and people by kind", "各类社区、居民、机构与人员"
        ),
        columns,
        rows,
        folded=True,
    )


def _measure(name: str) -> Text:
    from sansheng.analysis.winners_measures import BY_ID

    return BY_ID[name].text


def _zone() -> Text:
    """Return the difference that counts as none."""
    from sansheng.analysis.winners_measures import BY_ID

    zone = BY_ID[OUTCOME].zone
    return Text(f"{zone:g} point" + "s" * (zone != 1.0), f"{zone:g} 个百分点")
