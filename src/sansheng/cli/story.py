"""``sansheng story``: how two rules part in one replicate, told by its events."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_language, add_partial, add_path, whole_number
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.story.account import Account, Total

SUMMARY = Text(
    "tell how two rules part in one run: from money to wages, people and needs, with its events",
    "讲述两种规则在一次运行中如何分开：从经费到工资、人员与需求，逐句注明事件",
)

_UNITS = {"yuan": Text("yuan", "元"), "cases": Text("cases", "件"), "people": Text("people", "人")}


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--from",
        dest="a",
        metavar="NAME",
        help="scenario A (default: the study's baseline)\n方案 A（默认为研究所设基线）",
    )
    parser.add_argument(
        "--to",
        dest="b",
        metavar="NAME",
        help="scenario B (default: the other one, where there are two)\n方案 B（只有两个方案时可省略）",
    )
    for name, low, about in (
        ("--replicate", 0, "which repetition (default 0)\n第几次重复（默认 0）"),
        ("--draw", 0, "which draw of parameters (default 0)\n第几组参数（默认 0）"),
        ("--community", 1, "a chain that ends in this community\n只讲终于该社区的链条"),
        ("--agency", 1, "a chain that passes through this agency\n只讲经过该机构的链条"),
    ):
        parser.add_argument(name, type=whole_number(name, low), metavar="N", help=about)
    parser.set_defaults(replicate=0, draw=0)
    parser.add_argument("--json", action="store_true", help="JSON instead of text\n输出 JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")
    add_partial(parser)
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the account."""
    from sansheng.analysis.origin import origin_of_results
    from sansheng.analysis.story.account import first_divergence
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    account = first_divergence(
        data,
        args.a,
        args.b,
        replicate=args.replicate,
        draw=args.draw,
        community=args.community,
        agency=args.agency,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    origin = origin_of_results(data, args.words)
    if args.json:
        told = {"origin": origin.as_dict(), **account.as_dict()}
        print(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    _print_account(account, lang)
    print(Text(f"Again: {origin.command}", f"重现：{origin.command}").get(lang))
    return 0


def _print_account(account: Account, lang: Language) -> None:
    from sansheng.cli.tables import print_lines, print_table
    from sansheng.core.errors import printable

    a, b = (printable(account.titles[name].get(lang)) for name in (account.a, account.b))
    title = Text(
        f"How two rules part: A {a}, B {b} (draw {account.draw}, replicate {account.replicate})",
        f"两种规则如何分开：A {a}，B {b}（参数组 {account.draw}，重复 {account.replicate}）",
    )
    print_lines([title.get(lang)], "  ")
    print_lines([account.parting.tell(lang)], "  ")
    for chain in account.chains:
        print_lines([sentence.tell(lang) for sentence in chain], "  ")
    print_table(
        Text("All months of these two runs", "两次运行全部月份合计").get(lang),
        ["", "A", "B", Text("unit", "单位").get(lang)],
        [_row(total, lang) for total in account.totals],
        {1, 2},
    )
    note = Text(
        "[A:12] is event 12 of run A. One chain of one run shows how, not how much: `sansheng compare` tells that.",
        "[A:12] 指 A 的第 12 条事件。一次运行中的一条链条只说明如何发生，不说明影响大小；大小见 sansheng compare。",
    )
    print_lines([note.get(lang)], "  ")


def _row(total: Total, lang: Language) -> list[str]:
    return [
        total.text.get(lang),
        f"{total.a:,.0f}",
        f"{total.b:,.0f}",
        _UNITS[total.unit].get(lang),
    ]
