"""``sansheng run``: run a study, show what it found, and draw it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.engines import add_engine, engine_of
from sansheng.cli.parser import Parser, add_language, add_path, whole_number
from sansheng.core.errors import BadInput, Problem, printable, quoted
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.study.parts import Part
    from sansheng.study.reading import StudyData

SUMMARY = Text(
    "run a study and compare its scenarios at paired random draws",
    "运行研究，以配对随机数比较各方案",
)

_NOTHING_TO_COMPARE = Text(
    "A comparison needs two scenarios and two replicates.",
    "比较至少需要两个方案和两次重复。",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the results (default results/NAME of the study)\n结果文件夹（默认 results/研究名）",
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
        help="processes (default: one per core); numbers do not depend on it\n"
        "进程数（默认每核一个），不影响结果",
    )
    add_engine(parser)
    parser.add_argument(
        "--seed",
        type=whole_number("--seed", 0),
        metavar="S",
        help="seed, instead of that of the file\n随机种子，代替文件中的设定",
    )
    parser.add_argument(
        "--shard",
        type=part_of,
        metavar="I/N",
        help="run the I-th of N parts, for jobs that share a study; then sansheng merge\n"
        "只运行 N 份中的第 I 份，供多个作业分担；之后用 sansheng merge 合并",
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--resume",
        action="store_true",
        help="go on from what the folder holds (the default)\n从文件夹已有结果续跑（默认）",
    )
    again.add_argument(
        "--restart",
        action="store_true",
        help="forget the runs that the folder holds\n舍弃文件夹已有结果，重新开始",
    )
    add_language(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")


def execute(args: argparse.Namespace) -> int:
    """Run the study."""
    from sansheng.study.config import load_study
    from sansheng.study.progress import Progress
    from sansheng.study.reading import open_study
    from sansheng.study.run import run_study

    lang: Language = args.lang or "zh"
    study = load_study(args.study).with_overrides(replicates=args.replicates, seed=args.seed)
    out: Path = args.out or Path("results") / default_name(args.study, args.shard)
    progress = Progress(lang=lang, quiet=args.quiet)
    run_study(
        study,
        out,
        workers=args.workers,
        engine=engine_of(args, progress),
        part=args.shard,
        restart=args.restart,
        progress=progress,
    )
    if args.shard is None:
        if study.title is not None:
            print(printable(study.title.get(lang)), end="\n\n")
        _show(open_study(out), lang)
    print(Text(f"Results: {out}", f"结果：{out}").get(lang))
    return 0


def part_of(word: str) -> Part:
    """Return the part that ``I/N`` means."""
    from sansheng.study.parts import Part

    number, slash, of = word.partition("/")
    if slash and all(part.isascii() and part.isdigit() and len(part) <= 6 for part in (number, of)):
        part = Part(int(number), int(of))
        if 1 <= part.number <= part.of:
            return part
    raise BadInput(
        Problem(
            Text(
                f"--shard must be I/N with 1 <= I <= N, such as 3/10, not {quoted(word)}",
                f"--shard 须写作 I/N（1 <= I <= N），如 3/10，而不是 {quoted(word)}",
            )
        )
    )


def default_name(path: Path, part: Part | None = None) -> str:
    """Return the name of a study's results: its folder's for ``study.yaml``, else the file's own.

    Each part of a study has its own.
    """
    folder = path.resolve().parent.name
    name = folder if path.stem == "study" and folder else path.stem
    return name if part is None else f"{name}-part-{part.number}-of-{part.of}"


def _show(data: StudyData, lang: Language) -> None:
    from sansheng.analysis.compare import compare, spend_table
    from sansheng.cli import summary
    from sansheng.cli.figures import draw_figures
    from sansheng.pictures.titles import scenario_titles

    titles = scenario_titles(data)
    spent = spend_table(data)
    others = len(data.scenarios) > 1
    if others:
        summary.print_warnings(data, lang)
    if others and data.manifest["replicates"] > 1:
        compared = compare(data)
        outcomes = summary.headline_outcomes(compared)
        if data.manifest["parameters_varied"]:
            many = data.manifest["draws"] > summary.MOST_LINES
            first = dict([next(iter(outcomes.items()))])
            summary.print_varied(data, compared, outcomes if many else first, titles, lang)
        else:
            summary.print_comparison(compared, outcomes, titles, lang)
        figures = draw_figures(data, compared, spent, outcomes, titles, lang)
    else:
        figures = []
        print(_NOTHING_TO_COMPARE.get(lang))
    summary.print_spend(data, spent, titles, lang)
    for figure in figures:
        print(Text(f"Figure: {figure}", f"图：{figure}").get(lang))
