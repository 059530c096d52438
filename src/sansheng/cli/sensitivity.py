"""``sansheng sensitivity``: which uncertain numbers the difference between two rules rests on."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs, one_of, unknown, whole_number
from sansheng.core.errors import BadInput, printable
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.origin import Origin
    from sansheng.analysis.sensitivity import Difference, Influence, Sensitivity
    from sansheng.study.config import Study

SUMMARY = Text(
    "screen all uncertain numbers on the difference between two rules; say which could turn its sign",
    "筛查全部不确定参数对两种规则差值的影响，并指出哪些可能使其变号",
)

REPLICATES, TRAJECTORIES, TOP, CONFIRM = 4, 10, 10, 40
OUTCOME = "need_met"

MOST_LINES = 25
"""Parameters shown; all of them are in the CSV and the JSON."""


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    parser.add_argument(
        "--method",
        type=one_of(Text("method", "方法"), ("morris",)),
        metavar="morris",
        help="elementary effects, the default and only method\n基本效应法（默认，亦为唯一方法）",
    )
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        help="scenario compared with the baseline (default: the first other)\n与基线比较的方案（默认第一个）",
    )
    parser.add_argument(
        "--outcome",
        default=OUTCOME,
        metavar="ID",
        help=f"outcome (default {OUTCOME})\n指标（默认 {OUTCOME}）",
    )
    parser.add_argument(
        "--only",
        metavar="A,B",
        help="parameters to screen (default: all that are uncertain and not set by the study)\n"
        "要筛查的参数（默认为研究未设定的全部不确定参数）",
    )
    for name, low, default, about in (
        ("--trajectories", 2, TRAJECTORIES, "trajectories\n轨迹数"),
        ("--top", 0, TOP, "parameters put to both ends of their range\n逐一取上下限的参数个数"),
        ("--confirm", 2, CONFIRM, "paired repetitions there\n取上下限时的配对重复次数"),
    ):
        en, _, zh = about.partition("\n")
        parser.add_argument(
            name,
            type=whole_number(name, low),
            default=default,
            metavar="N",
            help=f"{en} (default {default})\n{zh}（默认 {default}）",
        )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for tables (CSV), sensitivity.json and the figure in both languages\n"
        "保存表格（CSV）、sensitivity.json 及中英文图的文件夹",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Screen, and show what was found."""
    from sansheng.analysis.origin import origin_of_study
    from sansheng.analysis.sensitivity import sensitivity, write_sensitivity
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.study.config import load_study
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    if args.outcome not in OUTCOMES:
        raise BadInput(unknown(Text("outcome", "指标"), args.outcome, OUTCOMES))
    study = load_study(args.study)
    found = sensitivity(
        study,
        args.scenario,
        outcome=args.outcome,
        parameters=None if args.only is None else [n.strip() for n in args.only.split(",")],
        trajectories=args.trajectories,
        replicates=args.replicates,
        top=args.top,
        confirm=args.confirm,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    origin = origin_of_study(study, args.words)
    written = []
    if args.out is not None:
        written = [
            *write_sensitivity(args.out, found, origin),
            *_draw(found, study, origin, args.out),
        ]
    if args.json:
        told = {"origin": origin.as_dict(), **found.as_dict()}
        print(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    _show(found, lang)
    print(Text(f"From: {origin.command}", f"来源：{origin.command}").get(lang))
    for path in written:
        print(path)
    return 0


def _draw(found: Sensitivity, study: Study, origin: Origin, folder: Path) -> list[Path]:
    from sansheng.cli.drawing import conditions_of, in_both_languages
    from sansheng.pictures.sensitivity import draw_sensitivity

    conditions = conditions_of(study, found.replicates, origin.hash, equal_spend=study.equal_spend)

    def draw(lang: Language) -> list[Path]:
        stem = folder / f"sensitivity-{lang}"
        return draw_sensitivity(found, conditions=conditions, lang=lang, stem=stem)

    return in_both_languages(draw, folder)


def _show(found: Sensitivity, lang: Language) -> None:
    from sansheng.analysis.sensitivity import DUMMY, FLIPS
    from sansheng.cli.tables import print_table
    from sansheng.outcomes.measures import OUTCOMES

    outcome = OUTCOMES[found.outcome]
    unit = Text(outcome.unit, outcome.unit_zh).get(lang)
    header = (
        Text("parameter", "参数"),
        Text("mu*", "μ*"),
        Text("±", "±"),
        Text("mu", "μ"),
        Text("sigma", "σ"),
        Text("above noise", "高于噪声"),
        Text("source", "来源"),
        Text("range", "范围"),
        Text("at low", "取下限"),
        Text("at high", "取上限"),
        Text("sign", "符号"),
    )
    shown = found.influences[:MOST_LINES]
    if all(one.parameter != DUMMY for one in shown):
        shown += tuple(one for one in found.influences if one.parameter == DUMMY)
    rows = [_cells(one, found.default, lang, FLIPS) for one in shown]
    title = Text(
        f"{outcome.text.en}: {found.scenario} less {found.baseline}, {unit}; {len(found.influences) - 1} uncertain"
        f" numbers, {found.trajectories} trajectories",
        f"{outcome.text.zh}：{found.scenario} 减 {found.baseline}（{unit}）；{len(found.influences) - 1} 个不确定参数，"
        f"{found.trajectories} 条轨迹",
    )
    words = [words.get(lang) for words in header]
    print_table(printable(title.get(lang)), words, rows, {1, 2, 3, 4}, frozenset({0}))
    for line in _lines(found):
        print(line.get(lang))
    print()


def _cells(
    one: Influence, default: Difference, lang: Language, flips: dict[str, Text]
) -> tuple[str, ...]:
    status = {
        "assumed": Text("assumed", "假定"),
        "derived": Text("derived", "推算"),
        "read": Text("sourced", "有来源"),
        "": Text("–", "–"),
    }
    above = Text("yes", "是") if one.above_noise else Text("no", "否")
    flip = one.flip(default)
    return (
        one.parameter,
        *(f"{value:.3g}" for value in (one.mu_star, one.confidence, one.mu, one.sigma)),
        "–" if not one.status else above.get(lang),
        status[one.status].get(lang),
        f"{one.low:.4g}..{one.high:.4g}",
        _interval(one.at_low, lang),
        _interval(one.at_high, lang),
        "–" if flip is None else flips[flip].get(lang),
    )


def _interval(found: Difference | None, lang: Language) -> str:
    if found is None:
        return "–"
    return Text(
        f"{found.mean:+.3g} ({found.low:.3g} to {found.high:.3g})",
        f"{found.mean:+.3g}（{found.low:.3g} 至 {found.high:.3g}）",
    ).get(lang)


def _lines(found: Sensitivity) -> list[Text]:
    d = found.default
    lines = [
        Text(
            f"At the defaults {d.mean:+.3g} ({d.low:.3g} to {d.high:.3g}), {found.confirmed} replicates;"
            f" over all points of the screening {found.least:+.3g} to {found.most:+.3g}, of the opposite sign in"
            f" {100 * found.opposite:.0f}%.",
            f"默认值下 {d.mean:+.3g}（{d.low:.3g} 至 {d.high:.3g}），{found.confirmed} 次重复；"
            f"筛查各点介于 {found.least:+.3g} 与 {found.most:+.3g} 之间，其中 {100 * found.opposite:.0f}% 符号相反。",
        ),
        Text(
            "Intervals hold with 95% for all of them together (Bonferroni).",
            "区间为全体同时 95%（Bonferroni 校正）。",
        ),
        Text(
            f"Noise floor {found.floor:.3g}: the upper bound of mu* of the dummy, which only changes the seed.",
            f"噪声下限 {found.floor:.3g}：仅改变随机种子的虚拟参数 μ* 的区间上限。",
        ),
    ]
    if found.unequal > 0.0:
        share = f"{100 * found.unequal:.1f}%"
        lines.append(
            Text(
                f"At {share} of the points of the screening the two spend more than 1% apart.",
                f"筛查各点中有 {share} 两方案支出相差超过 1%。",
            )
        )
    turning = found.turning()
    assumed = [one.parameter for one in turning if one.status == "assumed"]
    other = [one.parameter for one in turning if one.status != "assumed"]
    open_ = [one.parameter for one in found.influences if one.flip(d) == "open"]
    none = Text("none", "无")
    lines.append(
        Text(
            f"Assumed numbers that alone turn the sign: {', '.join(assumed) or none.en}; sourced or derived ones:"
            f" {', '.join(other) or none.en}; open: {', '.join(open_) or none.en}.",
            f"单独即可使符号翻转的假定参数：{'、'.join(assumed) or none.zh}；有来源或推算的参数："
            f"{'、'.join(other) or none.zh}；未定：{'、'.join(open_) or none.zh}。",
        )
    )
    return lines
