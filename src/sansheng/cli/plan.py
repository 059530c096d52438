"""``sansheng plan``: what a study would take, before it starts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_language, add_path, whole_number
from sansheng.cli.run import default_name
from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.study.plan import Estimate

SUMMARY = Text(
    "tell the runs, time, memory and disk that a study would take, and what one more digit costs",
    "估算研究所需的运行次数、时间、内存与磁盘，以及再多一位精度的代价",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder the results would go to\n结果将存放的文件夹"
    )
    parser.add_argument(
        "--replicates",
        type=whole_number("--replicates", 1),
        metavar="N",
        help="repetitions, instead of those of the file\n重复次数，代替文件中的设定",
    )
    parser.add_argument(
        "--workers",
        type=whole_number("--workers", 1),
        metavar="N",
        help="processes (default: one per core)\n进程数（默认每核一个）",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of lines\n输出 JSON")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Estimate, and refuse what the disk cannot hold."""
    from sansheng.study.config import load_study
    from sansheng.study.plan import estimate
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    study = load_study(args.study).with_overrides(replicates=args.replicates)
    out: Path = args.out or Path("results") / default_name(args.study)
    found = estimate(study, out, args.workers, Progress(lang=lang, quiet=args.json))
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        for line in _lines(found):
            print(line.get(lang))
    if found.disk_bytes > found.disk_free_bytes:
        raise RunFailed(Problem(_too_large(found)))
    return 0


def _lines(e: Estimate) -> list[Text]:
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.pictures.wording import units

    upto = e.runs_most > e.runs
    replicates = f"{e.replicates}–{e.replicates_most}" if upto else f"{e.replicates}"
    runs = f"{e.runs:,}–{e.runs_most:,}" if upto else f"{e.runs:,}"
    lines = [
        Text(
            f"runs      {e.scenarios} scenarios × {e.draws} draws × {replicates} replicates = {runs},"
            f" {e.months} months each",
            f"运行次数  {e.scenarios} 个方案 × {e.draws} 组参数 × {replicates} 次重复 = {runs}，每次 {e.months} 个月",
        ),
        Text(
            f"time      about {_time(e.seconds).en} on {e.workers} processes, matching of spending included",
            f"时间      {e.workers} 个进程约 {_time(e.seconds).zh}（含支出匹配）",
        ),
        Text(
            f"memory    about {e.memory_bytes / 1e6:,.0f} MB in all processes",
            f"内存      全部进程约 {e.memory_bytes / 1e6:,.0f} MB",
        ),
        Text(
            f"disk      about {e.disk_bytes / 1e6:,.0f} MB of {e.disk_free_bytes / 1e6:,.0f} MB free",
            f"磁盘      约 {e.disk_bytes / 1e6:,.0f} MB，剩余 {e.disk_free_bytes / 1e6:,.0f} MB",
        ),
    ]
    lines.append(_kept(e))
    for name, width in e.precision.items():
        outcome = OUTCOMES[name]
        en, zh = units(outcome, "en")[0], units(outcome, "zh")[0]
        lines.append(
            Text(
                f"expected  {outcome.text.en}: ±{width:.3g} {en} (95%, difference from the baseline)",
                f"预计精度  {outcome.text.zh}：±{width:.3g} {zh}（95%，与基线之差）",
            )
        )
    if e.precision:
        lines.append(
            Text(
                f"          judged by {e.tried} replicates, so only roughly",
                f"          依据 {e.tried} 次试运行，仅供参考",
            )
        )
    lines.append(
        Text(
            f"one more digit (intervals a tenth as wide): {e.digit_replicates:,} replicates,"
            f" about {_time(e.digit_seconds).en}",
            f"再多一位精度（区间宽度为十分之一）：{e.digit_replicates:,} 次重复，约 {_time(e.digit_seconds).zh}",
        )
    )
    return lines


def _kept(e: Estimate) -> Text:
    if e.kept == "communities":
        return Text(
            f"keeps     every community's years: {e.rows_kept:,} rows a run",
            f"记录      逐社区逐年：每次运行 {e.rows_kept:,} 行",
        )
    return Text(
        f"keeps     every district's years, with quantiles over its communities: {e.rows_kept:,} rows a run"
        f" (of communities they would be {e.rows_communities:,}); judged by {e.markets_tried} districts",
        f"记录      逐区逐年，附社区间分位数：每次运行 {e.rows_kept:,} 行（逐社区则为 {e.rows_communities:,} 行）；"
        f"依据 {e.markets_tried} 个区试运行",
    )


def _time(seconds: float) -> Text:
    for size, en, zh in (
        (86400.0, "days", "天"),
        (3600.0, "hours", "小时"),
        (60.0, "minutes", "分钟"),
    ):
        if seconds >= 2.0 * size:
            return Text(f"{seconds / size:.1f} {en}", f"{seconds / size:.1f} {zh}")
    return Text(f"{seconds:.0f} seconds", f"{seconds:.0f} 秒")


def _too_large(e: Estimate) -> Text:
    needed, free = e.disk_bytes / 1e6, e.disk_free_bytes / 1e6
    return Text(
        f"the results would need about {needed:,.0f} MB and the disk has {free:,.0f} MB free",
        f"结果约需 {needed:,.0f} MB，而磁盘仅剩 {free:,.0f} MB",
    )
