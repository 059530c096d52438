"""``sansheng winners``: who is better off under a rule, who is worse off, and by how much."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sansheng.cli.parser import (
    Parser,
    add_language,
    add_partial,
    add_path,
    whole_number,
)
from sansheng.cli.tables import print_table
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.analysis.winners import Winners

SUMMARY = Text(
    "who wins and who loses under each rule: communities, residents, organisations, workers",
    "各方案下谁受益、谁受损：社区、居民、社会组织、社工",
)

_VERDICTS = {
    "better": Text("* better", "* 更好"),
    "worse": Text("* worse", "* 更差"),
    "unchanged": Text("= unchanged", "= 基本不变"),
    "undecided": Text("  undecided", "  无法判定"),
}
_UNITS = {
    "communities": Text("Communities", "社区"),
    "residents": Text("Residents", "居民"),
    "organisations": Text("Organisations that were there at the start", "期初已有的社会组织"),
    "workers": Text("People who were in post at the start", "期初在岗人员"),
}
_BY = (
    "size, need, functions, estate_age, vulnerable, residents, organisation_kind,\n"
    "organisation_size, employer, tier, seniority"
)
_COUNTED_BY_WEIGHT = ("organisations", "workers")
_ALL = Text("all", "全部")
_PARTS = {
    2: (Text("lower half", "较低一半"), Text("upper half", "较高一半")),
    3: (
        Text("lowest third", "最低三分之一"),
        Text("middle third", "中间三分之一"),
        Text("highest third", "最高三分之一"),
    ),
}


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    for option, what, about in (
        ("--scenario", "NAME", "scenario (default: every one)\n方案（默认全部）"),
        (
            "--baseline",
            "NAME",
            "scenario to compare with (default: the study's)\n基线方案（默认为研究所设）",
        ),
        (
            "--by",
            "A,B",
            f"{_BY}\n(default: all)\n分组方式（默认全部）",
        ),
        (
            "--outcome",
            "A,B",
            "what is gained or lost (default: a few in tables, all in JSON)\n指标（默认：表中列主要指标，JSON 含全部）",
        ),
    ):
        parser.add_argument(option, metavar=what, help=about)
    parser.add_argument(
        "--zone",
        action="append",
        type=_zone,
        default=[],
        metavar="OUTCOME=VALUE",
        help="difference that counts as none, instead of the declared one; may be repeated"
        "\n视为无差异的幅度，可重复给出",
    )
    parser.add_argument(
        "--parts",
        type=whole_number("--parts", 2),
        metavar="N",
        help="equal parts that communities are cut into (default 3)\n社区等分组数（默认 3）",
    )
    parser.add_argument(
        "--draw",
        type=whole_number("--draw", 0),
        metavar="N",
        help="parameter draw (default: each in turn)\n参数组（默认逐一列出）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="write all tables there as CSV, one row a community among them\n将全部表写为 CSV（含逐社区数据）",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of tables\n输出 JSON")
    add_partial(parser)
    add_language(parser)


def _zone(words: str) -> tuple[str, float]:
    """Return an outcome and its zone."""
    name, _, value = words.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise BadInput(
            Problem(
                Text(
                    f"--zone must be OUTCOME=VALUE, such as need_met=1, not {quoted(words)}",
                    f"--zone 须写作“指标=数值”，如 need_met=1，而不是 {quoted(words)}",
                )
            )
        ) from None


def execute(args: argparse.Namespace) -> int:
    """Print who wins and who loses."""
    from sansheng.analysis.winners import PARTS, winners
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    found = winners(
        data,
        args.scenario,
        args.baseline,
        _names(args.by),
        _names(args.outcome),
        zones=dict(args.zone),
        parts=PARTS if args.parts is None else args.parts,
        draw=args.draw,
        progress=Progress(lang=lang),
        words=args.words,
    )
    if args.out is not None:
        _write(found, args.out)
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    from sansheng.analysis.titles import scenario_titles
    from sansheng.cli.summary import print_warnings

    print_warnings(data, lang)
    _print(found, scenario_titles(data), lang, everything=args.outcome is not None)
    if args.out is not None:
        print(Text(f"Tables: {args.out}", f"数据表：{args.out}").get(lang))
    return 0


def _names(words: str | None) -> list[str] | None:
    return None if words is None else [word.strip() for word in words.split(",")]


def _write(found: Winners, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in found.TABLES:
        getattr(found, name).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    said = json.dumps(found.origin.as_dict(), ensure_ascii=False, indent=2)
    (folder / "origin.json").write_text(said + "\n", encoding="utf-8")


def _print(found: Winners, titles: Mapping[str, Text], lang: Language, *, everything: bool) -> None:
    from sansheng.analysis.winners_measures import BY_ID

    if found.groups.empty:
        nothing = Text("There is no other scenario.", "没有其他方案可供比较。")
        print(nothing.get(lang))
        return
    shown = [name for name, measure in BY_ID.items() if everything or measure.short]
    base = titles[found.baseline].get(lang)
    draws = found.groups["draw"].nunique()
    for (draw, scenario), mine in found.groups.groupby(["draw", "scenario"], sort=False):
        which = titles[str(scenario)].get(lang)
        point = Text(f", draw {draw}", f"，参数组 {draw}").get(lang) if draws > 1 else ""
        head = Text(f"{which} against {base}{point}", f"{which}与{base}之比较{point}").get(lang)
        print(f"== {head} ==", end="\n\n")
        for unit, of_unit in mine[mine["outcome"].isin(shown)].groupby("unit", sort=False):
            for outcome, rows in of_unit.groupby("outcome", sort=False):
                _print_groups(_UNITS[str(unit)], str(outcome), rows, lang)
        same = (found.expected["draw"] == draw) & (found.expected["scenario"] == scenario)
        _print_expected(found.expected[same & found.expected["outcome"].isin(shown)], lang)
        same = (found.inequality["draw"] == draw) & (found.inequality["scenario"] == scenario)
        _print_inequality(found.inequality[same], lang)
    _print_notes(found, lang)


def _print_groups(who: Text, outcome: str, rows: pd.DataFrame, lang: Language) -> None:
    from sansheng.analysis.winners_measures import BY_ID

    measure = BY_ID[outcome]
    unit = measure.unit if lang == "en" else measure.unit_zh
    digits = _digits(measure.zone)
    zone = float(rows["zone"].iloc[0])
    cells = []
    before = None
    for row in rows.to_dict("records"):
        name, part = _named(row, lang)
        cells.append(
            (
                "" if name == before else name,
                part,
                _count(row["weight"] if row["unit"] in _COUNTED_BY_WEIGHT else row["members"]),
                _number(row["baseline"], digits),
                _signed(row["difference"], digits),
                _interval(row["low"], row["high"], digits, lang),
                _VERDICTS[row["verdict"]].get(lang),
                _number(row["better"], 0),
                _number(row["unchanged"], 0),
                _number(row["worse"], 0),
                _signed(row["gain"], digits),
                _signed(row["loss"], digits),
            )
        )
        before = name
    title = Text(
        f"{who.en}: {measure.text.en}, {unit}; within ±{zone:g} counts as unchanged",
        f"{who.zh}：{measure.text.zh}（{unit}）；差异在 ±{zone:g} 以内视为不变",
    )
    header = (
        Text("by", "分组"),
        Text("part", "组别"),
        Text("number", "数量"),
        Text("baseline", "基线"),
        Text("difference", "差值"),
        Text("95% interval", "95% 区间"),
        Text("reading", "判断"),
        Text("better %", "更好 %"),
        Text("unchanged %", "不变 %"),
        Text("worse %", "更差 %"),
        Text("mean gain", "平均增益"),
        Text("mean loss", "平均损失"),
    )
    numbers = {2, 3, 4, 5, 7, 8, 9, 10, 11}
    print_table(title.get(lang), [words.get(lang) for words in header], cells, numbers)


def _named(row: Mapping[str, Any], lang: Language) -> tuple[str, str]:
    """Return what a row is told apart by, and which part it is."""
    from sansheng.analysis.winners_measures import DIMENSIONS

    dimension = next((d for d in DIMENSIONS if d.id == row["by"]), None)
    if dimension is None:
        return _ALL.get(lang), ""
    number = int(row["part"])
    if dimension.labels:
        return dimension.text.get(lang), dimension.labels[number].get(lang)
    parts = int(row["parts"])
    label = _PARTS[parts][number].get(lang) if parts in _PARTS else f"{number + 1}/{parts}"
    low, high = row["least"], row["most"]
    digits = 0 if high >= 100 else 3 if high < 1 else 1
    bounds = f"{_number(low, digits)}–{_number(high, digits)}"
    bounds += " " + (dimension.unit_of_bounds if lang == "en" else dimension.unit_of_bounds_zh)
    return dimension.text.get(
        lang
    ), f"{label} ({bounds})" if lang == "en" else f"{label}（{bounds}）"


def _print_expected(rows: pd.DataFrame, lang: Language) -> None:
    from sansheng.analysis.winners_measures import BY_ID

    if rows.empty:
        return
    names = ("better", "unchanged", "worse", "undecided", "explained")
    cells = [
        (
            BY_ID[row["outcome"]].text.get(lang),
            *(_number(row[name], 0) for name in names),
        )
        for row in rows.to_dict("records")
    ]
    title = Text(
        "What communities can expect for what they are, luck left out: % of households",
        "剔除运气后，社区按自身特征可预期的变化：占户数 %",
    )
    header = (
        Text("outcome", "指标"),
        Text("better %", "更好 %"),
        Text("unchanged %", "不变 %"),
        Text("worse %", "更差 %"),
        Text("undecided %", "无法判定 %"),
        Text("variance explained %", "特征解释的方差 %"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], cells, {1, 2, 3, 4, 5})


def _print_inequality(rows: pd.DataFrame, lang: Language) -> None:
    from sansheng.analysis.winners_inequality import INDICES
    from sansheng.analysis.winners_measures import BY_ID

    cells = []
    before = None
    for row in rows.to_dict("records"):
        name = BY_ID[row["outcome"]].text.get(lang)
        cells.append(
            (
                "" if name == before else name,
                INDICES[row["index"]].get(lang),
                _number(row["baseline"], 4),
                _number(row["value"], 4),
                _signed(row["difference"], 4),
                _interval(row["low"], row["high"], 4, lang),
            )
        )
        before = name
    title = Text(
        "How evenly, and whether by need (indices, no unit)", "均衡程度与是否按需（指数，无单位）"
    )
    header = (
        Text("outcome", "指标"),
        Text("index", "指数"),
        Text("baseline", "基线"),
        Text("scenario", "方案"),
        Text("difference", "差值"),
        Text("95% interval", "95% 区间"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], cells, {2, 3, 4, 5})


def _print_notes(found: Winners, lang: Language) -> None:
    notes = (
        Text(
            "Shares: each community, organisation or group of workers of each replicate is paired with itself on the"
            " same luck; its own luck is in them. Communities weigh their households, residents their needs, groups of"
            " workers their people.",
            "占比：每次重复中的每个社区、组织或人员组与自身在相同随机性下配对，含其自身运气；社区按户数、居民按需求件数、人员组按人数加权。",
        ),
        Text(
            "* and =: means beyond and within the zone; in each scenario at most 5% of either are expected to be false"
            " (Benjamini-Hochberg). Intervals are each by itself.",
            "* 与 = 表示均值在无差异区间之外或之内；各方案中两类判断的错误率预期均不超过 5%（Benjamini-Hochberg）。"
            "区间逐一给出，未作联合校正。",
        ),
        Text(
            "Organisations and people are those who were there when the scenarios part; an organisation that closed has"
            " no income from then on. Pay, wages owed and burnout are of groups of whom somebody is left in both.",
            "组织与人员仅指各方案分开之时已在者；组织退出后收入计为零。收入、欠薪与倦怠只比较两方案中均仍在岗的组别。",
        ),
    )
    for note in notes:
        print(note.get(lang))
    origin = found.origin
    print()
    print(Text(f"Study hash: {origin.hash}", f"研究校验值：{origin.hash}").get(lang))
    print(Text(f"Again with: {origin.command}", f"重现命令：{origin.command}").get(lang))


def _digits(zone: float) -> int:
    """Return digits that show a tenth of the zone."""
    return min(4, max(0, 1 - math.floor(math.log10(zone)))) if zone > 0.0 else 3


def _count(value: float) -> str:
    return _number(value, 0 if value >= 10 else 1)


def _number(value: float, digits: int) -> str:
    return _signed(value, digits).removeprefix("+")


def _signed(value: float, digits: int) -> str:
    if math.isnan(value):
        return "–"
    text = f"{value:+,.{digits}f}"
    return f"{0:.{digits}f}" if float(text.replace(",", "")) == 0.0 else text.replace("-", "−")


def _interval(low: float, high: float, digits: int, lang: Language) -> str:
    if math.isnan(low) or math.isnan(high):
        return Text("none", "无").get(lang)
    ends = [_number(end, digits) for end in (low, high)]
    return Text(f"{ends[0]} to {ends[1]}", f"{ends[0]} 至 {ends[1]}").get(lang)
