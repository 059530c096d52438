"""``sansheng manipulability``: reported against true outcomes where organisations do what evidence pays best for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.manipulability import Mean, Play

SUMMARY = Text(
    "show how far each rule can be played: reported and true outcomes when organisations answer best",
    "检验各规则可被操弄的程度：各方采取最有利策略时，上报与真实结果相差多少",
)

REPLICATES = 6
AUDIT = "0.35,0.5"


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    parser.add_argument(
        "--audit",
        type=_chances,
        default=_chances(AUDIT),
        metavar="A,B",
        help=f"yearly chances of an audit beside the study's own (default {AUDIT})\n"
        f"除研究自身外另试的每年核查概率（默认 {AUDIT}）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the table as CSV\n将结果表写为 CSV 的文件夹",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Play the rules, and show what came of it."""
    from sansheng.analysis.manipulability import manipulability, plays_frame
    from sansheng.analysis.origin import origin_of_study
    from sansheng.study.config import load_study
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    study = load_study(args.study)
    plays = manipulability(
        study,
        audit=args.audit,
        replicates=args.replicates,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    origin = origin_of_study(study, args.words)
    if args.out is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        file = args.out / "manipulability.csv"
        plays_frame(plays).to_csv(file, index=False, encoding="utf-8-sig")
    if args.json:
        told = {"origin": origin.as_dict(), "plays": [play.as_dict() for play in plays]}
        print(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    _show_rules([play for play in plays if play.audit == plays[0].audit], args.replicates, lang)
    _show_audit([play for play in plays if play.kind == "best"], lang)
    for line in _NOTES:
        print(line.get(lang))
    print()
    print(Text(f"From: {origin.command}", f"来源：{origin.command}").get(lang))
    return 0


def _chances(words: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in words.split(",") if word.strip())
    except ValueError:
        text = Text(
            f"--audit takes chances like 0.35,0.5, not {quoted(words)}",
            f"--audit 须为 0.35,0.5 这样的概率，而不是 {quoted(words)}",
        )
        raise BadInput(Problem(text)) from None


_KINDS = {
    "honest": Text("honest", "诚实"),
    "default": Text("as the study has it", "研究所设"),
    "best": Text("best answer", "最有利"),
}


def _show_rules(plays: Sequence[Play], replicates: int, lang: Language) -> None:
    from sansheng.cli.tables import print_table

    header = (
        Text("scenario", "方案"),
        Text("strategy", "策略"),
        Text("pay", "逐利"),
        Text("show", "显眼"),
        Text("paper", "虚报"),
        Text("looks", "粉饰"),
        Text("gain, yuan", "所增（元）"),
        Text("closure gap, points", "办结率虚高（百分点）"),
        Text("beyond honest", "较诚实"),
        Text("satisfaction gap", "满意度虚高（分）"),
        Text("true closure, %", "真实办结率（%）"),
        Text("beyond honest", "较诚实"),
        Text("need met, %", "需求满足率（%）"),
    )
    rows, before = [], ""
    for play in plays:
        p = play.parameters
        rows.append(
            (
                "" if play.scenario == before else play.scenario,
                _KINDS[play.kind].get(lang) + ("" if play.stable else " *"),
                *(f"{p[name]:.3g}" for name in ("beta_p", "beta_v", "phi_max", "g_max")),
                _interval(play.gain, lang),
                f"{play.outcomes['closure_gap'].mean:.2f}",
                _interval(play.beyond_honest["closure_gap"], lang),
                f"{play.outcomes['satisfaction_gap'].mean:.3g}",
                f"{play.outcomes['closure_true'].mean:.2f}",
                _interval(play.beyond_honest["closure_true"], lang),
                f"{play.outcomes['need_met'].mean:.2f}",
            )
        )
        before = play.scenario
    title = Text(
        f"Reported less true, everybody alike, audit {plays[0].audit:g} a year, {replicates} replicates",
        f"上报与真实之差（各方策略相同，每年核查概率 {plays[0].audit:g}，{replicates} 次重复）",
    )
    print_table(title.get(lang), [w.get(lang) for w in header], rows, set(range(2, 13)))
    alone = [
        (play.scenario, *(f"{value:+.1f}" for value in play.alone.values()))
        for play in plays
        if play.kind == "best"
    ]
    words = [
        Text("scenario", "方案"),
        Text("pay", "逐利"),
        Text("show", "显眼"),
        Text("paper", "虚报"),
        Text("looks", "粉饰"),
    ]
    title = Text(
        "What each at full strength alone would earn beyond honesty, yuan a year per 100 households",
        "单独做到极致较诚实多得（元/百户/年）",
    )
    print_table(title.get(lang), [w.get(lang) for w in words], alone, {1, 2, 3, 4})


def _show_audit(plays: Sequence[Play], lang: Language) -> None:
    from sansheng.cli.tables import print_table

    header = (
        Text("scenario", "方案"),
        Text("audit, 1/year", "每年核查概率"),
        Text("cost, yuan", "费用（元）"),
        Text("paper", "虚报"),
        Text("closure gap, points", "办结率虚高（百分点）"),
        Text("true closure, %", "真实办结率（%）"),
        Text("need met, %", "需求满足率（%）"),
    )
    rows, before = [], ""
    for play in plays:
        o = play.outcomes
        rows.append(
            (
                "" if play.scenario == before else play.scenario,
                f"{play.audit:g}",
                f"{play.audit_cost:,.0f}",
                f"{play.parameters['phi_max']:.3g}",
                *(_interval(o[name], lang) for name in ("closure_gap", "closure_true", "need_met")),
            )
        )
        before = play.scenario
    title = Text(
        "What more audit buys where all answer best; cost in yuan a year per 100 households",
        "各方采取最有利策略时，加强核查的成效（费用：元/百户/年）",
    )
    print_table(title.get(lang), [w.get(lang) for w in header], rows, {1, 2, 3, 4, 5, 6})


def _interval(found: Mean, lang: Language) -> str:
    if found.low != found.low:
        return f"{found.mean:.2f}"
    return Text(
        f"{found.mean:.2f} ({found.low:.2f} to {found.high:.2f})",
        f"{found.mean:.2f}（{found.low:.2f} 至 {found.high:.2f}）",
    ).get(lang)


_NOTES = (
    Text(
        "Strategies are common to all; each is judged by what evidence would earn one organisation among many. Nobody"
        " stays honest who gains by not being so: an upper level of the harm.",
        "各方采取同一策略，按众多机构之一凭上报业绩所得衡量；凡有利可图者皆不诚实，故为危害的较高估计。",
    ),
    Text(
        "* best answers go round in a circle, and one of them is shown. Where no money follows evidence, all strategies"
        " earn the same and the honest one is shown. Awards by places have no best answer here.",
        "* 最有利策略循环往复，所列为其中之一。经费不随上报业绩时，各策略所得相同，列诚实策略。"
        "按名次奖补者此处无最有利策略。",
    ),
)
