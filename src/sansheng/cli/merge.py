"""``sansheng merge``: parts of a study, run by several jobs, into one folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from sansheng.cli.parser import Parser, add_language, add_path
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "put the parts of a study that --shard made into one folder",
    "将 --shard 各部分的结果合并为一个文件夹",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "out", "new folder\n新文件夹")
    parser.add_argument("part", type=Path, nargs="+", metavar="PART", help="folders\n各部分文件夹")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Merge, and tell what is there and what is not."""
    from sansheng.study.copying import merge_studies

    lang: Language = args.lang or "zh"
    data = merge_studies(args.part, args.out)
    print(
        Text(
            f"{data.done} of {data.planned} runs are in {args.out}",
            f"{args.out} 已有 {data.done}/{data.planned} 次运行",
        ).get(lang)
    )
    if data.partial:
        print(
            Text(
                "sansheng run STUDY --out that folder makes the missing ones",
                "对该文件夹执行 sansheng run STUDY --out 可补齐缺失的运行",
            ).get(lang)
        )
    return 0
