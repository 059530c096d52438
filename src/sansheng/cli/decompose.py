"""``sansheng decompose``: why one scenario beats another, by parts of the rule and by channels."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.decompose import Decomposition, Share

SUMMARY = Text(
    "tell why one scenario of a finished study beats another",
    "分解一方案优于另一方案的原因",
)

REPLICATES = 50


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--from",
        dest="old",
        required=True,
        metavar="A",
        help="scenario that channels are held at\n参照方案，渠道固定于其运行轨迹",
    )
    parser.add_argument(
        "--to",
        dest="new",
        required=True,
        metavar="B",
        help="scenario whose advantage is explained\n要解释的方案",
    )
    parser.add_argument(
        "--outcome",
        default="need_met",
        metavar="ID",
        help="outcome, none of money (default need_met)\n指标，资金指标除外（默认 need_met）",
    )
    parser.add_argument(
        "--channels",
        metavar="A,B,...",
        help="channels (default: all; up to six in all combinations)\n"
        "渠道（默认全部；不超过六个时运行全部组合）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for tables (CSV), decompose.json and the figure in both languages\n"
        "保存表格（CSV）、decompose.json 及中英文图的文件夹",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Run the combinations and print the shares."""
    from sansheng.analysis.decompose import decompose
    from sansheng.analysis.titles import scenario_titles
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir)
    found = decompose(
        data,
        args.old,
        args.new,
        args.outcome,
        args.channels.split(",") if args.channels is not None else None,
        args.replicates,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
        words=args.words,
    )
    written = [] if args.out is None else [*found.write(args.out), *_draw(found, args.out)]
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    _show(found, scenario_titles(data), lang)
    for path in written:
        print(path)
    return 0


def _draw(found: Decomposition, folder: Path) -> list[Path]:
    from sansheng.cli.drawing import conditions_of, in_both_languages
    from sansheng.pictures.waterfall import draw_waterfall

    study = found.question.study
    conditions = conditions_of(
        study,
        found.replicates,
        found.origin.hash,
        equal_spend=study.equal_spend,
        of_results=True,
    )

    def draw(lang: Language) -> list[Path]:
        stem = folder / f"decompose-{lang}"
        return draw_waterfall(found, conditions=conditions, lang=lang, stem=stem)

    return in_both_languages(draw, folder)


def _show(found: Decomposition, titles: Mapping[str, Text], lang: Language) -> None:
    from sansheng.cli.questions import print_origin
    from sansheng.cli.tables import print_lines, print_table
    from sansheng.outcomes.measures import OUTCOMES

    asked = found.question
    outcome = OUTCOMES[asked.outcome]
    unit = Text(outcome.unit, outcome.unit_zh).get(lang)
    old, new = titles[asked.old], titles[asked.new]
    whole = Text(
        f"{outcome.text.en} ({unit}): {new.en} minus {old.en}, {found.replicates} replicates",
        f"{outcome.text.zh}（{unit}）：{new.zh}减{old.zh}，{found.replicates} 次重复",
    )
    print_lines([whole.get(lang)], "  ")
    header = (
        Text("share", "分项"),
        Text("effect", "贡献"),
        Text("95% interval", "95% 区间"),
        Text("of the total", "占合计"),
    )
    words = [word.get(lang) for word in header]
    by_part = Text("By part of the rule", "按规则的组成部分")
    print_table(by_part.get(lang), words, _rows(found.parts, found.total, lang), {1, 2, 3})
    by_channel = (
        Text("By channel (a balanced sample of orders)", "按渠道（均衡抽取的次序）")
        if found.sampled
        else Text("By channel (all combinations)", "按渠道（全部组合）")
    )
    print_table(by_channel.get(lang), words, _rows(found.channels, found.total, lang), {1, 2, 3})
    if not _sure(found.total):
        unsure = Text(
            "The interval of the total includes 0, so parts of it are not given in percent; more replicates may help.",
            "合计的区间包含 0，故不列占比；可增加重复次数。",
        )
        print_lines([unsure.get(lang)], "  ")
    print_origin(found.origin, lang)


def _sure(total: Share) -> bool:
    """Whether there is a difference to be a part of."""
    return total.low > 0.0 or total.high < 0.0


def _rows(shares: tuple[Share, ...], total: Share, lang: Language) -> list[tuple[str, ...]]:
    sure = _sure(total)
    return [
        (
            share.text.get(lang),
            f"{share.mean:+.3f}",
            f"{share.low:+.3f}..{share.high:+.3f}",
            f"{share.percent:.0f}%" if sure else "–",
        )
        for share in (*shares, total)
    ]
