"""``sansheng verify``: hash everything in a folder anew, and make some runs again."""

from __future__ import annotations

import argparse

from sansheng.cli.parser import Parser, add_language, add_partial, add_path, whole_number
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "check every file and number of a folder, and make some runs again bit for bit",
    "核验文件夹的全部文件与数值，并逐位重现若干次运行",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--rerun",
        type=whole_number("--rerun", 0),
        default=0,
        metavar="K",
        help="runs to make again (default 0)\n重新运行的次数（默认 0）",
    )
    parser.add_argument(
        "--pick",
        type=whole_number("--pick", 0),
        default=0,
        metavar="N",
        help="another number chooses other runs\n换一个数，则抽取另外的运行",
    )
    add_partial(parser)
    add_language(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")


def execute(args: argparse.Namespace) -> int:
    """Verify, and tell what was looked at."""
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study
    from sansheng.study.verify import verify_study

    lang: Language = args.lang or "zh"
    data = open_study(args.dir, allow_partial=args.allow_partial)
    progress = Progress(lang=lang, quiet=args.quiet)
    found = verify_study(data, args.rerun, args.pick, progress)
    print(
        Text(
            f"{found.runs} of {data.planned} runs are there; every file and every number is as it was stored",
            f"共 {data.planned} 次运行，已有 {found.runs} 次；全部文件与数值与保存时一致",
        ).get(lang)
    )
    if found.again:
        print(
            Text(
                f"{found.again} runs made again: the same, bit for bit",
                f"重新运行 {found.again} 次：逐位一致",
            ).get(lang)
        )
    return 0
