"""``sansheng plot``: figures of a finished study."""

from __future__ import annotations

import argparse
from pathlib import Path

from sansheng.cli.parser import (
    Parser,
    add_language,
    add_partial,
    add_path,
    one_of,
    whole_number,
)
from sansheng.core.errors import printable
from sansheng.core.text import Language, Text

SUMMARY = Text("draw figures of a finished study", "绘制已完成研究的图")

FORMATS = ("png", "svg", "pdf")
PAGES = ("screen", "a4", "phone")


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="figures, or all; left out, they are listed\n图的名称，或 all；省略则列出全部名称",
    )
    parser.add_argument(
        "--format",
        type=one_of(Text("format", "格式"), FORMATS),
        default="png",
        metavar="|".join(FORMATS),
        help="format (default png)\n格式（默认 png）",
    )
    parser.add_argument(
        "--page",
        type=one_of(Text("page", "页面"), PAGES),
        default="screen",
        metavar="|".join(PAGES),
        help="width of the page (default screen)\n页面宽度（默认 screen）",
    )
    parser.add_argument(
        "--draw",
        type=whole_number("--draw", 0),
        default=0,
        metavar="N",
        help="draw of the parameters, if they vary (default 0)\n参数组，仅当参数变动时（默认 0）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where to write (default DIR/figures)\n写入的文件夹（默认 DIR/figures）",
    )
    add_partial(parser)
    add_language(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")


def execute(args: argparse.Namespace) -> int:
    """Draw the figures, or list them."""
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    if not args.names:
        _list(lang)
        return 0
    from sansheng.pictures.plotting import plot

    for drawn in plot(
        data,
        args.names,
        out=args.out,
        format=args.format,
        lang=lang,
        page=args.page,
        draw=args.draw,
        progress=Progress(lang=lang, quiet=args.quiet),
    ):
        print(Text(f"Figure: {drawn.path}", f"图：{drawn.path}").get(lang))
        print(f"  {printable(drawn.sentence)}")
    return 0


def _list(lang: Language) -> None:
    """Print every figure's name and what it tells."""
    from sansheng.cli.tables import print_table
    from sansheng.pictures.registry import PICTURES

    title = Text("Figures: name one or several, or all", "可绘制的图：写出一个或几个名称，或 all")
    header = [Text("name", "名称"), Text("figure", "图"), Text("tells", "内容")]
    rows = [
        (name, picture.title.get(lang), picture.about.get(lang))
        for name, picture in PICTURES.items()
    ]
    print_table(title.get(lang), [words.get(lang) for words in header], rows, set(), {0})
