"""``sansheng report``: one page that says what a study found, for people who read two pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from sansheng.cli.parser import Parser, add_language, add_partial, add_path, whole_number
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "write a report of a finished study: one HTML page, no network",
    "为已完成的研究生成报告：单个网页文件，无需联网",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--brief",
        action="store_true",
        help="two pages for a decision\n两页决策参考",
    )
    parser.add_argument(
        "--draw",
        type=whole_number("--draw", 0),
        default=0,
        metavar="N",
        help="parameter draw (default 0)\n参数组（默认 0）",
    )
    parser.add_argument(
        "--why",
        type=Path,
        metavar="FILE",
        help="decompose.json of `sansheng decompose DIR --out FOLDER`: the page then says why\n"
        "`sansheng decompose DIR --out FOLDER` 写出的 decompose.json，用于说明原因",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="file to write (default: beside the folder of results, named after it)\n"
        "输出文件（默认与结果文件夹并列、同名）",
    )
    add_partial(parser)
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Write the report and say where it is."""
    from sansheng.report.build import brief, report
    from sansheng.report.render import render, write_page
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    page = brief(data, args.draw) if args.brief else report(data, args.draw, args.why)
    folder = args.dir.resolve()
    kind = "brief" if args.brief else "report"
    out = args.out or folder.parent / f"{folder.name}-{kind}.html"
    write_page(out, render(page, lang))
    print(Text(f"wrote {out}", f"已写入 {out}").get(lang))
    return 0
