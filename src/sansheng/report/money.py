"""Where public money goes, and where it is lost on the way."""

from __future__ import annotations

from sansheng.core.text import Text
from sansheng.pictures.estimates import mean_of
from sansheng.pictures.money import FATE_NAMES, NODES, READ, ends, flows
from sansheng.pictures.money_flow import sentence
from sansheng.report.pages import Chart, Column, Section, Table, number, words
from sansheng.report.said import Said, in_json

_LEAST = 0.05
"""Flows below this, 万元 a year, are not drawn."""


def money(said: Said) -> Section | None:
    """Return the section; None for a study that does not store what money becomes."""
    if any(name not in said.outcomes for name in READ):
        return None
    return Section(
        "money",
        Text("From the treasury to service", "从财政到服务"),
        [
            said.both(sentence),
            Text(
                "Yearly means. Grey is what reaches no resident: administration, hours without work, money not used.",
                "年均值。灰色为未到达居民的部分：行政事务、闲置工时、未使用的经费。",
            ),
        ],
        [_chart(said)],
        [_table(said)],
    )


def _chart(said: Said) -> Chart:
    found = {
        link: float(mean_of(values))
        for link, values in flows(said.subject, said.data.baseline).items()
    }
    links = {link: value for link, value in found.items() if value > _LEAST}
    used = {name for link in links for name in link}
    spec = {
        "kind": "flow",
        "unit": {"en": "× 10,000 yuan a year", "zh": "万元/年"},
        "nodes": [
            {
                "id": name,
                "label": in_json(node.text),
                "stage": node.stage,
                "lost": node.fate in ("lost", "other"),
            }
            for name, node in NODES.items()
            if name in used
        ],
        "links": [
            {"from": a, "to": b, "value": value, "lost": NODES[b].fate in ("lost", "other")}
            for (a, b), value in links.items()
        ],
    }
    title = said.title(said.data.baseline)
    return Chart("money", _caption(title), spec, 460)


def _caption(title: Text) -> Text:
    return Text(f"Money under {title.en}, 10,000 yuan a year", f"{title.zh}下的资金流向（万元/年）")


def _table(said: Said) -> Table:
    columns = [
        Column(Text("Scenario", "方案")),
        *(
            Column(Text(f"{text.en}, of 100 yuan", f"{text.zh}（每 100 元）"), number=True)
            for text in FATE_NAMES.values()
        ),
    ]
    rows = []
    for scenario in (said.data.baseline, *said.subject.others):
        fates = ends(flows(said.subject, scenario))
        means = [float(mean_of(fates[name])) for name in FATE_NAMES]
        rows.append([words(said.title(scenario)), *(number(value, 1) for value in means)])
    return Table("money-ends", Text("Where money ends", "资金去向"), columns, rows)
