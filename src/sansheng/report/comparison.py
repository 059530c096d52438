"""What each way of paying changes: the comparison, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sansheng.core.text import Text
from sansheng.pictures.wording import VERDICTS, decimals_for, finding_sentence
from sansheng.report.forest import Line, forest_height, forest_spec, in_points
from sansheng.report.pages import Cell, Chart, Column, Section, Table, number, words
from sansheng.report.said import Said, unit_of

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparison

_MARKED = {"better": "better", "worse": "worse"}
_DECIDED = ("better", "worse", "higher", "lower")

COLUMNS = (
    Column(Text("Outcome", "指标")),
    Column(Text("Scenario", "方案")),
    Column(Text("Unit", "单位")),
    Column(Text("Baseline", "基线"), number=True),
    Column(Text("Difference", "差值"), number=True),
    Column(Text("Low", "下限"), number=True),
    Column(Text("High", "上限"), number=True),
    Column(Text("Says", "判断")),
    Column(Text("Reported difference", "上报差值"), number=True),
    Column(Text("Pairs", "配对数"), number=True),
)


BRIEF = (
    "need_met",
    "hard_need_met",
    "closure_true",
    "satisfaction",
    "turnover_base",
    "turnover_agency",
    "closure_gap",
)
"""Outcomes of the short form."""


def brief_comparison(said: Said) -> Section:
    """Return the section with few outcomes, and a picture of the two scenarios with the largest differences."""
    rows = [row for row in said.compared if row.outcome in BRIEF]
    main = {row.scenario: abs(row.difference) for row in rows if row.outcome == "need_met"}
    most = sorted(main, key=lambda name: -main[name])[:2]
    return Section(
        "comparison",
        Text("What each way of paying changes", "各办法带来的变化"),
        charts=[_forest(said, name, BRIEF) for name in most],
        tables=[_table(said, "headline-outcomes", Text("Main outcomes", "主要指标"), rows)],
    )


def comparison(said: Said) -> Section:
    """Return the section."""
    headline = [name for name, outcome in said.outcomes.items() if outcome.headline]
    short = [row for row in said.compared if row.outcome in headline]
    return Section(
        "comparison",
        Text("What each way of paying changes", "各办法带来的变化"),
        [_how_to_read(said)],
        [_forest(said, scenario, headline) for scenario in said.subject.shown],
        [
            _table(said, "headline-outcomes", Text("Headline outcomes", "主要指标"), short),
            _table(
                said, "all-outcomes", Text("All outcomes", "全部指标"), said.compared, folded=True
            ),
        ],
        [said.subject.left_out] if said.subject.left_out else [],
    )


def _how_to_read(said: Said) -> Text:
    baseline = said.title(said.data.baseline)
    members = sum(family.members for family in said.compared.families)
    return Text(
        f'Every scenario is compared with "{baseline.en}" on the same luck, replicate by replicate. Thick lines are '
        f"95% intervals by themselves; thin lines hold together for all {members} differences of true headline "
        "outcomes. The grey band is what we count as no practical difference.",
        f"各方案均与“{baseline.zh}”在相同随机性下逐次配对比较。粗线为单独的 95% 区间；"
        f"细线对真实主要指标的全部 {members} 个差值同时成立。灰色带表示无实际差异的范围。",
    )


def _forest(said: Said, scenario: str, outcomes: Sequence[str]) -> Chart:
    rows = [
        row
        for row in said.compared
        if row.scenario == scenario
        and row.outcome in outcomes
        and in_points(said.outcomes[row.outcome])
    ]
    zones = {row.zone for row in rows if row.zone == row.zone}
    lines = [
        Line(
            said.outcomes[row.outcome].text,
            row.difference,
            row.low,
            row.high,
            row.low_all,
            row.high_all,
            row.verdict in _DECIDED,
            VERDICTS[row.verdict],
        )
        for row in rows
    ]
    finding = said.both(
        lambda subject: finding_sentence(
            [row for row in rows if row.outcome == "need_met"],
            "need_met",
            subject.lang,
            outcomes=said.outcomes,
            titles=subject.titles,
        )
    )
    spec = forest_spec(lines, min(zones) if zones else None)
    return Chart(f"forest-{scenario}", finding, spec, forest_height(lines))


def _table(
    said: Said, id: str, title: Text, rows: Sequence[Comparison], *, folded: bool = False
) -> Table:
    return Table(id, title, COLUMNS, [_line(said, row) for row in rows], folded)


def _line(said: Said, row: Comparison) -> list[Cell]:
    outcome = said.outcomes[row.outcome]
    low, high = row.bounds
    places = decimals_for([row.difference], [(low, high)])
    mark = _MARKED.get(row.verdict, "")
    return [
        words(outcome.text),
        words(said.title(row.scenario)),
        words(unit_of(outcome)),
        number(row.baseline_mean, places),
        number(row.difference, places, mark),
        number(low, places),
        number(high, places),
        words(VERDICTS[row.verdict], mark),
        number(row.reported_difference, places),
        number(float(row.replicates), 0),
    ]
