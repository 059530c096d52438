"""``sansheng hash``: one number for all results of a study."""

from __future__ import annotations

import argparse

from sansheng.cli.parser import Parser, add_language, add_path
from sansheng.core.text import Text

SUMMARY = Text(
    "print the SHA-256 of a folder's results; same results, same digest",
    "输出结果的 SHA-256 校验值；结果相同则校验值相同",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the digest."""
    from sansheng.study.canonical import study_hash

    print(study_hash(args.dir))
    return 0
