"""``sansheng map``: where the answer turns, over two parameters, and who gains in the corners."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs, whole_number
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.maps import AnswerMap, Turn
    from sansheng.analysis.thirds import Gain
    from sansheng.outcomes.measures import Outcome
    from sansheng.pictures.answer_map import Cell
    from sansheng.pictures.conditions import Conditions
    from sansheng.study.config import Study

SUMMARY = Text(
    "map the difference between two rules over two parameters: where the answer turns",
    "以两个参数为轴，绘出两种办法之差及结论反转之处",
)

REPLICATES = 10
POINTS = 5

SIZES: Mapping[str, Text] = {
    "small": Text("small", "小"),
    "middle": Text("middle", "中"),
    "large": Text("large", "大"),
}


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(
        parser,
        "study",
        "study file (YAML), or folder of its results\n研究文件（YAML）或其结果文件夹",
    )
    parser.add_argument(
        "--over",
        required=True,
        metavar="X,Y",
        help="two parameters, like psi,rho_FH (sansheng list parameters)\n"
        "两个参数，如 psi,rho_FH（见 sansheng list parameters）",
    )
    parser.add_argument(
        "--points",
        type=whole_number("--points", 2),
        default=POINTS,
        metavar="N",
        help=f"values of each, over its declared range (default {POINTS})\n"
        f"每个参数在声明范围内取值个数（默认 {POINTS}）",
    )
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        help="scenario to compare (default: the first that is not the baseline)\n"
        "要比较的方案（默认为基线以外的第一个）",
    )
    parser.add_argument(
        "--baseline",
        metavar="NAME",
        help="scenario to compare with (default: the study's)\n基线方案（默认为研究所设）",
    )
    parser.add_argument(
        "--outcome",
        default="need_met",
        metavar="ID",
        help="what is compared (default need_met)\n比较何指标（默认 need_met）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for tables (CSV), map.json and the map in both languages\n"
        "保存表格（CSV）、map.json 及中英文图的文件夹",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Run, print tables or JSON, and draw the map if there is a folder for it."""
    from sansheng.analysis.turning import answer_map
    from sansheng.cli.questions import study_at
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    study = study_at(args.study)
    found = answer_map(
        study,
        [name.strip() for name in args.over.replace("，", ",").split(",")],
        points=args.points,
        scenario=args.scenario,
        baseline=args.baseline,
        outcome=args.outcome,
        replicates=args.replicates,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    written = [] if args.out is None else [*found.write(args.out), *_draw(found, study, args.out)]
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    _show(found, study, lang)
    for path in written:
        print(path)
    return 0


def _show(found: AnswerMap, study: Study, lang: Language) -> None:
    from sansheng.cli.questions import print_origin, titles_of
    from sansheng.cli.tables import print_table
    from sansheng.pictures.answer_map import map_sentence
    from sansheng.study.matching import OFF

    if not found.equal_spend:
        print(OFF.get(lang), end="\n\n")
    titles = titles_of(study)
    title = map_sentence(
        _cells(found),
        outcome=_measured(found),
        scenario=found.scenario,
        baseline=found.baseline,
        conditions=_conditions(found, study),
        lang=lang,
    )
    header, rows = _grid(found, lang)
    print_table(title, header, rows, set(range(1, len(header))))
    for line in map(_turn_line, found.turns):
        print(line.get(lang))
    if not found.turns:
        print(Text("The answer does not turn on this map.", "在此范围内结论不反转。").get(lang))
    print()
    _print_gains(found, lang)
    who, base = titles[found.scenario], titles[found.baseline]
    print(
        Text(
            f"Differences are {who.en} minus {base.en}, {found.replicates} paired replicates; ~: the 95% interval"
            f" includes 0. {_spending(found).en}",
            f"差值为{who.zh}减{base.zh}，{found.replicates} 对重复；~ 表示 95% 区间包含 0。{_spending(found).zh}",
        ).get(lang)
    )
    print_origin(found.origin, lang)


def _grid(found: AnswerMap, lang: Language) -> tuple[list[str], list[list[str]]]:
    """Return the map as a table, the largest ``y`` first."""
    from sansheng.pictures.wording import Scale, decimals_for, units

    decimals = decimals_for(
        [cell.difference for cell in found.cells], [(cell.low, cell.high) for cell in found.cells]
    )
    scale = Scale(decimals, *units(_measured(found), lang))
    cells = {(cell.x, cell.y): cell for cell in found.cells}
    xs = sorted({cell.x for cell in found.cells})
    rows = []
    for y in sorted({cell.y for cell in found.cells}, reverse=True):
        row = [f"{found.y} = {y:.4g}"]
        for x in xs:
            cell = cells[x, y]
            mark = "~ " if cell.verdict in ("undecided", "identical", "unknown") else ""
            half = scale.number((cell.high - cell.low) / 2.0)
            row.append(f"{mark}{scale.change(cell.difference)} ±{half}")
        rows.append(row)
    return [scale.unit, *(f"{found.x} = {x:.4g}" for x in xs)], rows


def _turn_line(turn: Turn) -> Text:
    low = "–" if math.isnan(turn.low) else f"{turn.low:.3g}"
    high = "–" if math.isnan(turn.high) else f"{turn.high:.3g}"
    up = (
        Text("from below 0 to above", "由负转正")
        if turn.rises
        else Text("from above 0 to below", "由正转负")
    )
    return Text(
        f"{turn.stays} = {turn.at:.4g}: the difference turns {up.en} at {turn.moves} = {turn.value:.3g}"
        f" (95% band {low} to {high})",
        f"{turn.stays} = {turn.at:.4g} 时，差值在 {turn.moves} = {turn.value:.3g} 处{up.zh}（95% 带 {low}～{high}）",
    )


def _print_gains(found: AnswerMap, lang: Language) -> None:
    from sansheng.cli.tables import print_table
    from sansheng.pictures.wording import VERDICTS

    header = (
        Text("corner", "角"),
        Text("communities", "社区"),
        Text("better", "变好"),
        Text("worse", "变差"),
        Text("needs met, points", "需求满足率之差（百分点）"),
        Text("95% interval", "95% 区间"),
        Text("shows", "结论"),
    )
    rows = [
        (
            f"{found.x} = {gain.x:.4g}, {found.y} = {gain.y:.4g}",
            SIZES[gain.size].get(lang),
            f"{100 * gain.better:.0f}%",
            f"{100 * gain.worse:.0f}%",
            f"{gain.difference:+.2f}".replace("-", "−"),
            _interval(gain, lang),
            VERDICTS[gain.verdict].get(lang),
        )
        for gain in found.gains
    ]
    title = Text(
        "Who gains in the corners: thirds of communities by households, share of needs truly met",
        "四角中谁得谁失：社区按户数三等分，比较需求真实满足的比例",
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {2, 3, 4, 5})


def _interval(gain: Gain, lang: Language) -> str:
    if math.isnan(gain.low):
        return "–"
    low, high = (f"{x:.2f}".replace("-", "−") for x in (gain.low, gain.high))
    return f"{low}～{high}" if lang == "zh" else f"{low} to {high}"


def _spending(found: AnswerMap) -> Text:
    gaps = [
        abs(cell.spent / cell.baseline_spent - 1.0)
        for cell in found.cells
        if cell.baseline_spent > 0.0
    ]
    most = 100.0 * max(gaps, default=0.0)
    if not found.equal_spend:
        return Text(f"Spending differs by up to {most:.1f}%.", f"支出相差最多 {most:.1f}%。")
    return Text(
        f"Spending is matched cell by cell on pilot runs; by the luck of these replicates, which all cells share, it"
        f" differs by up to {most:.1f}%.",
        f"各格支出已据试运行分别调整为相等；这些重复（各格共用）的运气使其相差最多 {most:.1f}%。",
    )


def _cells(found: AnswerMap) -> list[Cell]:
    """Return the cells as pictures take them."""
    return [
        {"x": c.x, "y": c.y, "difference": c.difference, "low": c.low, "high": c.high}
        for c in found.cells
    ]


def _measured(found: AnswerMap) -> Outcome:
    from sansheng.outcomes.measures import OUTCOMES

    return OUTCOMES[found.outcome]


def _conditions(found: AnswerMap, study: Study) -> Conditions:
    from sansheng.cli.drawing import conditions_of

    return conditions_of(study, found.replicates, found.origin.hash, equal_spend=found.equal_spend)


def _draw(found: AnswerMap, study: Study, folder: Path) -> list[Path]:
    from sansheng.cli.drawing import in_both_languages
    from sansheng.month import PARAMETERS
    from sansheng.pictures.answer_map import draw_map

    conditions = _conditions(found, study)

    def draw(lang: Language) -> list[Path]:
        return draw_map(
            _cells(found),
            x=PARAMETERS[found.x],
            y=PARAMETERS[found.y],
            outcome=_measured(found),
            scenario=found.scenario,
            baseline=found.baseline,
            conditions=conditions,
            lang=lang,
            stem=folder / f"map-{lang}",
            notes=_corner_notes(found, lang),
        )

    return in_both_languages(draw, folder)


def _corner_notes(found: AnswerMap, lang: Language) -> list[str]:
    """Say in a line a corner who gains there."""
    from sansheng.pictures.answer_map import SYMBOLS

    head = Text(
        "Who gains in the corners: needs truly met in small, middle-sized and large communities (thirds by households),"
        " percentage points; ~: the 95% interval includes 0; in brackets the share of communities better off.",
        "四角中谁得谁失：小、中、大社区（按户数三等分）需求真实满足率之差（百分点）；~ 表示 95% 区间包含 0；"
        "括号内为变好社区占比。",
    )
    lines = [head.get(lang)]
    for x, y in dict.fromkeys((gain.x, gain.y) for gain in found.gains):
        parts = []
        for gain in found.gains:
            if (gain.x, gain.y) != (x, y):
                continue
            mark = "~ " if gain.verdict in ("undecided", "identical", "unknown") else ""
            change = f"{gain.difference:+.2f}".replace("-", "−")
            share = f"{100 * gain.better:.0f}%"
            size = SIZES[gain.size].get(lang)
            parts.append(
                f"{size} {mark}{change}（{share}）"
                if lang == "zh"
                else f"{size} {mark}{change} ({share})"
            )
        between = "，" if lang == "zh" else ", "
        colon = "：" if lang == "zh" else ": "
        across, up = (SYMBOLS.get(name, name) for name in (found.x, found.y))
        lines.append(f"{across} = {x:.4g}, {up} = {y:.4g}{colon}{between.join(parts)}")
    return lines
