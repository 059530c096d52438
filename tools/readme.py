"""Bring the READMEs' tables and pictures up to date with the results of ``make demo`` and ``make demo-map``.

Usage: python tools/readme.py
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sansheng.analysis.compare import compare, spend_table
from sansheng.analysis.titles import scenario_titles
from sansheng.cli.figures import draw_figures
from sansheng.cli.summary import headline_outcomes
from sansheng.core.text import Language, Text
from sansheng.pictures.wording import scale_of
from sansheng.study.canonical import study_hash
from sansheng.study.matching import OFF, STATUSES
from sansheng.study.reading import StudyData, open_study

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "results" / "household-vs-task"
MAP = ROOT / "results" / "household-vs-task-map"
READMES: dict[Language, str] = {"en": "README.md", "zh": "README.zh-CN.md"}


def main() -> None:
    """Rewrite what stands between the markers, and copy the pictures."""
    demo, answer_map = open_study(DEMO), open_study(MAP)
    for lang, name in READMES.items():
        _pictures(demo, "comparison", lang)
        _pictures(answer_map, "map", lang)
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        text = _between(text, "demo-table", comparison_table(demo, lang))
        text = _between(text, "spend-table", spending_table(demo, lang))
        text = _between(text, "map-count", map_count(answer_map, lang))
        path.write_text(text, encoding="utf-8")


def _pictures(data: StudyData, stem: str, lang: Language) -> None:
    rows = compare(data)
    titles = scenario_titles(data)
    spent = [] if data.manifest["parameters_varied"] else spend_table(data)
    draw_figures(data, rows, spent, headline_outcomes(rows), titles, lang)
    shutil.copyfile(
        data.folder / "figures" / f"{stem}.png",
        ROOT / "docs" / "figures" / f"household-vs-task-{stem}-{lang}.png",
    )


def _between(text: str, marker: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no marker {marker}")
    return pattern.sub(lambda found: found[1] + content + "\n" + found[2], text)


def comparison_table(data: StudyData, lang: Language) -> str:
    """Return the headline outcomes as a Markdown table: baseline, then paired differences."""
    rows = compare(data)
    outcomes = headline_outcomes(rows)
    titles = scenario_titles(data)
    others = [name for name in data.scenarios if name != data.baseline]
    head = [
        Text("Outcome", "指标").get(lang),
        titles[data.baseline].get(lang),
        *(titles[name].get(lang) for name in others),
    ]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, outcome in outcomes.items():
        mine = {row.scenario: row for row in rows if row.outcome == name}
        scale = scale_of(outcome, list(mine.values()), lang)
        first = next(iter(mine.values()))
        cells = [outcome.text.get(lang), scale.with_unit(first.baseline_mean)]
        for scenario in others:
            row = mine[scenario]
            interval = scale.interval(*row.bounds, lang).strip()
            cells.append(f"{scale.change(row.difference)} {interval}")
        lines.append("| " + " | ".join(cells) + " |")
    note = Text(
        f"\n{data.manifest['replicates']} replicates, {data.manifest['months']} months; differences are "
        "paired on common random numbers, with 95% intervals in brackets that hold together for all true outcomes; "
        f"`sansheng hash` begins {study_hash(data.folder)[:12]}.",
        f"\n{data.manifest['replicates']} 次重复，{data.manifest['months']} 个月；差值按共同随机数配对，"
        f"括号内为 95% 区间（各真实指标的区间同时成立）；`sansheng hash` 前 12 位为 {study_hash(data.folder)[:12]}。",
    )
    return "\n".join([*lines, note.get(lang)])


def spending_table(data: StudyData, lang: Language) -> str:
    """Return what each rule really spent."""
    titles = scenario_titles(data)
    head = (
        Text("10,000 yuan a year", "万元/年").get(lang),
        Text("granted", "核拨").get(lang),
        Text("service bought", "购买服务").get(lang),
        Text("returned", "上缴结余").get(lang),
        Text("spent in all", "支出合计").get(lang),
        Text("scale", "系数").get(lang),
        Text("equal spend", "等额支出").get(lang),
    )
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in spend_table(data):
        amounts = (row.granted, row.bought, row.returned, row.spent)
        cells = [titles[row.scenario].get(lang), *(f"{amount:,.1f}" for amount in amounts)]
        cells += [f"{row.scale:.4f}", STATUSES[row.status].get(lang)]
        lines.append("| " + " | ".join(cells) + " |")
    if not data.manifest["equal_spend"]:
        lines += ["", OFF.get(lang)]
    return "\n".join(lines)


def map_count(data: StudyData, lang: Language) -> str:
    """Return in how many cells of the map the answer goes which way."""
    rows = [row for row in compare(data) if row.outcome == "need_met"]
    wins = sum(row.low is not None and row.low > 0 for row in rows)
    losses = sum(row.high is not None and row.high < 0 for row in rows)
    open_ = len(rows) - wins - losses
    low, high = min(r.difference for r in rows), max(r.difference for r in rows)
    return Text(
        f"In {wins} of {len(rows)} cells money by functions meets more need, in {losses} less, in {open_} the "
        f"interval includes zero; differences run from {low:+.1f} to {high:+.1f} percentage points.",
        f"{len(rows)} 格中，按职责拨付在 {wins} 格满足更多需求，在 {losses} 格更少，{open_} 格的区间包含零；"
        f"差值从 {low:+.1f} 到 {high:+.1f} 个百分点。",
    ).get(lang)


if __name__ == "__main__":
    main()
