"""``sansheng check``: read a study file and say what it would run, or all that is wrong with it."""

from __future__ import annotations

import argparse

from sansheng.cli.parser import Parser, add_language, add_path
from sansheng.core.text import Language, Text

SUMMARY = Text("check a study file without running it", "检查研究文件，不运行")


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Check the file; faults are raised."""
    from sansheng.study.config import load_study
    from sansheng.study.matching import OFF

    study = load_study(args.study)
    lang: Language = args.lang or "zh"
    scenarios, draws, months = len(study.scenarios), len(study.draws()), study.months
    replicates, runs = f"{study.replicates}", f"{study.runs:,}"
    if study.precision is not None:
        replicates += f"–{study.precision.max}"
        runs += f"–{scenarios * draws * study.precision.max:,}"
    sizes = Text(
        f"{scenarios} scenarios × {draws} draws × {replicates} replicates"
        f" = {runs} runs of {months} months",
        f"{scenarios} 个方案 × {draws} 组参数 × {replicates} 次重复"
        f" = {runs} 次运行，每次 {months} 个月",
    )
    warm_up = Text(
        f", after {study.warm_up} months of warm-up", f"（另有 {study.warm_up} 个月预热）"
    )
    start = Text(f"{study.place}, from {study.start}", f"{study.place}，自 {study.start} 起")
    print(f"ok: {start.get(lang)}")
    print(f"ok: {sizes.get(lang)}{warm_up.get(lang) if study.warm_up else ''}")
    if scenarios > 1 and not study.equal_spend:
        print(OFF.get(lang))
    return 0
