"""``sansheng compare``: paired differences of a finished study, as a table or as JSON."""

from __future__ import annotations

import argparse
import json

from sansheng.cli.parser import Parser, add_language, add_partial, add_path
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "compare the scenarios of a finished study on every outcome",
    "比较已完成研究的各方案，列出全部指标",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--baseline",
        metavar="NAME",
        help="scenario to compare with (default: the study's)\n基线方案（默认为研究所设）",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of a table\n输出 JSON")
    add_partial(parser)
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the comparison."""
    from sansheng.analysis.compare import compare, spend_table
    from sansheng.study.reading import open_study

    data = open_study(args.dir, allow_partial=args.allow_partial)
    compared = compare(data, args.baseline)
    if args.json:
        rows = [row.as_dict() for row in compared]
        print(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    from sansheng.cli import summary
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.pictures.titles import scenario_titles

    lang: Language = args.lang or "zh"
    titles = scenario_titles(data)
    summary.print_warnings(data, lang)
    if data.manifest["parameters_varied"]:
        summary.print_varied(data, compared, summary.headline_outcomes(compared), titles, lang)
    else:
        summary.print_comparison(compared, OUTCOMES, titles, lang)
    summary.print_spend(data, spend_table(data), titles, lang)
    return 0
