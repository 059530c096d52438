"""``sansheng migrate``: results that an earlier version stored, stored as this version does."""

from __future__ import annotations

import argparse
from pathlib import Path

from sansheng.cli.parser import Parser, add_language, add_path
from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "copy results of an earlier layout into a folder of today's",
    "将旧格式的结果复制为当前格式",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "old", "folder of results, left as it is\n旧结果文件夹，保持不变")
    parser.add_argument("out", type=Path, metavar="OUT", help="new folder\n新文件夹")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Copy, and show that the numbers are the same."""
    from sansheng.study.canonical import study_hash
    from sansheng.study.copying import migrate_study

    lang: Language = args.lang or "zh"
    data = migrate_study(args.old, args.out)
    same = study_hash(args.old), study_hash(args.out)
    if same[0] != same[1]:
        raise RunFailed(
            Problem(Text(f"{args.out} differs from {args.old}", f"{args.out} 与 {args.old} 不一致"))
        )
    print(
        Text(
            f"{data.done} runs are in {args.out}; hash {same[1]}, as before",
            f"{args.out} 已有 {data.done} 次运行；校验值 {same[1]}，与原结果一致",
        ).get(lang)
    )
    return 0
