"""``sansheng calibrate``: find every set of parameter values that meets published patterns."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_language, add_path, whole_number
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.calibrate import Fit

SUMMARY = Text(
    "fit parameters to published patterns, keeping every point that meets them",
    "以已发表的数据模式校准参数，保留全部达标的参数组",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "calibration", "calibration file (YAML)\n校准文件（YAML）")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the results (default results/NAME of the file)\n结果文件夹（默认 results/文件名）",
    )
    parser.add_argument(
        "--workers",
        type=whole_number("--workers", 1),
        metavar="N",
        help="processes (default: one per core); numbers do not depend on it\n"
        "进程数（默认每核一个），不影响结果",
    )
    add_language(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")


def execute(args: argparse.Namespace) -> int:
    """Calibrate, write the folder and print what was found."""
    from sansheng.analysis.calibrate import calibrate, profile
    from sansheng.analysis.calibration_file import load_calibration
    from sansheng.analysis.calibration_folder import check_folder, write_folder
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    calibration = load_calibration(args.calibration)
    out: Path = args.out or Path("results") / args.calibration.stem
    check_folder(out)
    progress = Progress(lang=lang, quiet=args.quiet)
    fit = calibrate(calibration, workers=args.workers, progress=progress)
    points, outcomes = profile(calibration, workers=args.workers, progress=progress)
    write_folder(out, fit, points, outcomes)
    _show(fit, lang)
    print(Text(f"Results: {out}", f"结果：{out}").get(lang))
    return 0


def _show(fit: Fit, lang: Language) -> None:
    from sansheng.analysis.calibrate import prior_predictive
    from sansheng.cli.tables import print_table

    fitted = set(fit.calibration.fit)
    title = Text(
        "Before fitting: points of the prior that meet each pattern",
        "校准前：先验样本达到各模式的数量",
    )
    header = (
        Text("pattern", "模式"),
        Text("tolerance", "允许范围"),
        Text("5%", "5%"),
        Text("median", "中位数"),
        Text("95%", "95%"),
        Text("hits", "达到"),
        Text("fitted", "用于校准"),
    )
    rows = [
        (
            f"{row.pattern.id} {row.pattern.title.get(lang)}",
            f"{row.pattern.low:.4g}..{row.pattern.high:.4g}",
            *(f"{value:.4g}" for value in (row.low, row.median, row.high)),
            f"{row.hits}/{row.points}",
            "*" if row.pattern.id in fitted else "",
        )
        for row in prior_predictive(fit)
    ]
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {1, 2, 3, 4, 5})
    kept, tried = len(fit.kept), len(fit.round)
    print(
        Text(
            f"{kept} of {tried} points meet all {len(fitted)} fitted patterns",
            f"{tried} 个参数组中有 {kept} 个达到全部 {len(fitted)} 项校准模式",
        ).get(lang)
    )
    if kept == 0:
        best = int(fit.implausibility.argmin())
        worst = max(
            (
                (fit.distance[best, k], pattern.id)
                for k, pattern in enumerate(fit.calibration.patterns)
                if pattern.id in fitted
            ),
        )
        print(
            Text(
                f"the nearest point misses {worst[1]} by {worst[0]:.2f} half widths of its tolerance",
                f"最接近的参数组与 {worst[1]} 相差其允许范围半宽的 {worst[0]:.2f} 倍",
            ).get(lang)
        )
