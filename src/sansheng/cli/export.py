"""``sansheng export``: the tables of a study for a spreadsheet, Stata, R and others."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sansheng.cli.parser import Parser, add_language, add_partial, add_path, one_of, unknown
from sansheng.core.errors import BadInput
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "write the tables of a study for a spreadsheet, Stata or R",
    "导出研究的数据表，供电子表格、Stata 或 R 使用",
)

FORMATS = ("csv", "xlsx", "dta", "parquet")
TABLES = (
    "summary",
    "months",
    "communities",
    "organisations",
    "workers",
    "draws",
    "runs",
    "events",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--to",
        required=True,
        type=one_of(Text("format", "格式"), FORMATS),
        metavar="|".join(FORMATS),
        help="format\n格式",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where to write (default DIR/export-FORMAT)\n写入的文件夹（默认 DIR/export-格式）",
    )
    parser.add_argument(
        "--tables",
        type=_tables,
        metavar="A,B",
        help=f"some of {','.join(TABLES)} (default: all that there are)\n要导出的表（默认全部）",
    )
    add_partial(parser)
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Export the study."""
    from sansheng.study.export.about import runs_of
    from sansheng.study.export.exporting import export_study
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    out: Path = args.out or args.dir / f"export-{args.to}"
    progress = Progress(lang=lang)
    export_study(data, args.to, out, tables=args.tables, lang=lang, progress=progress)
    if data.partial:
        print(runs_of(data).get(lang))
    print(Text(f"Exported: {out}", f"已导出：{out}").get(lang))
    return 0


def _tables(words: str) -> Sequence[str]:
    names = [word.strip() for word in words.split(",")]
    for name in names:
        if name not in TABLES:
            raise BadInput(unknown(Text("table", "表"), name, TABLES))
    return names
