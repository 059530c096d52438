"""``sansheng validate``: published patterns against the model, and the structure of its runs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_language, unknown, whole_number
from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.patterns import Pattern
    from sansheng.analysis.rankings import Ranking
    from sansheng.analysis.validate import Structure, Validation
    from sansheng.study.progress import Progress

SUMMARY = Text(
    "compare the model with published patterns, and check its structure",
    "将模型与已发表的数据模式比较，并检查其结构",
)

REPLICATES = 10
SEED = 1
POINTS = 20


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "place",
        metavar="PLACE",
        help="name of a place, or a place file (YAML)\n地区名，或地区文件（YAML）",
    )
    parser.add_argument(
        "--patterns",
        type=Path,
        metavar="FILE",
        help="patterns (YAML), instead of the package's own for the place\n"
        "数据模式文件（YAML），代替软件包自带的模式",
    )
    parser.add_argument(
        "--structure",
        action="store_true",
        help="structural checks only\n只做结构检查",
    )
    parser.add_argument(
        "--ensemble",
        type=Path,
        metavar="DIR",
        help="how often each ranking of rules holds across calibrated points; needs --study\n"
        "各规则排序在校准参数组中成立的比例；需同时给出 --study",
    )
    parser.add_argument(
        "--study",
        type=Path,
        metavar="FILE",
        help="study whose rules are ranked\n要排序的研究文件",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the rankings as CSV: whole orders, and every two rules\n"
        "将排序写为 CSV 的文件夹：完整排序与两两比较",
    )
    for name, low, about in (
        (
            "--points",
            1,
            f"points of the ensemble (default {POINTS})\n使用的参数组数（默认 {POINTS}）",
        ),
        ("--replicates", 1, f"runs of each (default {REPLICATES})\n重复次数（默认 {REPLICATES}）"),
        ("--seed", 0, f"seed (default {SEED})\n随机种子（默认 {SEED}）"),
        ("--workers", 1, "processes (default: one per core)\n进程数（默认每核一个）"),
    ):
        parser.add_argument(name, type=whole_number(name, low), metavar="N", help=about)
    parser.add_argument("--json", action="store_true", help="JSON instead of tables\n输出 JSON")
    add_language(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")


def execute(args: argparse.Namespace) -> int:
    """Validate, or rank rules across an ensemble."""
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    _check_place(args.place)
    progress = Progress(lang=lang, quiet=args.quiet)
    if args.ensemble is not None or args.study is not None or args.out is not None:
        _rank(args, lang, progress)
        return 0
    from sansheng.analysis.validate import validate

    patterns = [] if args.structure else _patterns(args.place, args.patterns)
    rows, checks = validate(
        patterns,
        replicates=_given(args.replicates, REPLICATES),
        seed=_given(args.seed, SEED),
        structure=args.place if args.structure or not args.json else None,
        workers=args.workers,
        progress=progress,
    )
    if args.json:
        listed = [row.as_dict() for row in (checks if args.structure else rows)]
        print(json.dumps(listed, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    if rows:
        _show_patterns(rows, lang)
    _show_structure(checks, lang)
    return 0


def _check_place(place: str) -> None:
    """Refuse a place that is neither of the package nor a sound file."""
    from sansheng.study.kept import refuse_too_large
    from sansheng.study.own_place import is_place_file
    from sansheng.study.simulate import place_named
    from sansheng.world.place import place_names

    if not is_place_file(place) and place not in place_names():
        raise BadInput(unknown(Text("place", "地区"), place, place_names()))
    refuse_too_large(place_named(place))


def _given(value: int | None, default: int) -> int:
    return default if value is None else value


def _patterns(place: str, file: Path | None) -> list[Pattern]:
    from sansheng.analysis.patterns import load_patterns, pattern_places, patterns_of

    if file is None:
        return patterns_of(place) if place in pattern_places() else []
    patterns = [
        pattern.model_copy(update={"place": place})
        for pattern in load_patterns(file)
        if _is_place(pattern.place, file, place)
    ]
    if not patterns:
        raise BadInput(
            Problem(
                Text(f"{file} has no pattern of place {place}", f"{file} 中没有地区 {place} 的模式")
            )
        )
    return patterns


def _is_place(named: str, file: Path, place: str) -> bool:
    """Whether what a file of patterns calls a place, by its name or by a path from there, is ``place``."""
    from sansheng.study.own_place import is_place_file

    if not (is_place_file(named) and is_place_file(place)):
        return named == place
    return (file.parent / named).resolve() == Path(place).resolve()


def _show_patterns(rows: Sequence[Validation], lang: Language) -> None:
    from sansheng.cli.tables import print_table

    header = (
        Text("id", "编号"),
        Text("pattern", "模式"),
        Text("target", "目标"),
        Text("tolerance", "允许范围"),
        Text("simulated", "模拟均值"),
        Text("range", "重复间范围"),
        Text("unit", "单位"),
        Text("hit", "是否达到"),
        Text("use", "用途"),
    )
    uses = {
        True: Text("calibration", "可用于校准"),
        False: Text("held out", "留作检验"),
    }
    cells = [
        (
            row.pattern.id,
            row.pattern.title.get(lang),
            _number(row.pattern.target),
            f"{_number(row.pattern.low)}..{_number(row.pattern.high)}",
            _number(row.simulated),
            "–" if row.low != row.low else f"{_number(row.low)}..{_number(row.high)}",
            row.pattern.unit,
            _verdict(row).get(lang),
            uses[row.pattern.calibrated].get(lang),
        )
        for row in rows
    ]
    title = Text("Published patterns", "已发表的数据模式")
    print_table(title.get(lang), [words.get(lang) for words in header], cells, {2, 3, 4, 5})
    hits = sum(row.hit for row in rows)
    held = [row for row in rows if not row.pattern.calibrated]
    met = sum(row.hit for row in held)
    print(
        Text(
            f"hits {hits}/{len(rows)}; of those held out {met}/{len(held)}",
            f"达到 {hits}/{len(rows)}；其中留作检验者 {met}/{len(held)}",
        ).get(lang),
        end="\n\n",
    )


def _verdict(row: Validation) -> Text:
    if row.simulated != row.simulated:
        return Text("not measurable yet", "尚不可测")
    return Text("yes", "是") if row.hit else Text("no", "否")


def _show_structure(checks: Sequence[Structure], lang: Language) -> None:
    from sansheng.cli.tables import print_table

    header = (
        Text("check", "检查"),
        Text("meaning", "含义"),
        Text("value", "数值"),
        Text("bounds", "范围"),
        Text("unit", "单位"),
        Text("passed", "通过"),
    )
    cells = [
        (
            row.check.id,
            row.check.text.get(lang),
            _number(row.value),
            f"{_number(row.check.low)}..{_number(row.check.high)}",
            row.check.unit,
            (Text("yes", "是") if row.ok else Text("no", "否")).get(lang),
        )
        for row in checks
    ]
    title = Text("Structure of a run", "运行结构检查")
    print_table(title.get(lang), [words.get(lang) for words in header], cells, {2, 3})
    passed = sum(row.ok for row in checks)
    print(
        Text(f"passed {passed}/{len(checks)}", f"通过 {passed}/{len(checks)}").get(lang),
    )


def _number(value: float) -> str:
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _rank(args: argparse.Namespace, lang: Language, progress: Progress) -> None:
    from sansheng.analysis.rankings import rank_rules, write_rankings
    from sansheng.study.config import load_study
    from sansheng.study.ensembles import read_ensemble

    if args.ensemble is None or args.study is None:
        missing = "--study" if args.study is None else "--ensemble"
        raise BadInput(Problem(Text(f"{missing} is needed too", f"还需要 {missing}")))
    study = load_study(args.study).with_overrides(seed=args.seed)
    if not _is_place(study.own_place.file if study.own_place else study.place, Path(), args.place):
        raise BadInput(
            Problem(
                Text(
                    f"{args.study} is a study of {study.place}, not of {args.place}",
                    f"{args.study} 研究的是 {study.place}，而非 {args.place}",
                )
            )
        )
    points = read_ensemble(args.ensemble, most=_given(args.points, POINTS))
    rankings, pairs = rank_rules(
        study,
        points,
        replicates=_given(args.replicates, REPLICATES),
        workers=args.workers,
        progress=progress,
    )
    if args.out is not None:
        write_rankings(args.out, rankings, pairs)
    if args.json:
        listed = [row.as_dict() for row in rankings]
        print(json.dumps(listed, ensure_ascii=False, indent=2, allow_nan=False))
        return
    _show_rankings(rankings, len(points), lang)


def _show_rankings(rankings: Sequence[Ranking], points: int, lang: Language) -> None:
    from sansheng.cli.tables import print_table

    header = (
        Text("need met, best first", "需求满足率（由高到低）"),
        Text("share of points", "参数组占比"),
    )
    title = Text(
        f"How often each ranking holds across {points} points",
        f"各排序在 {points} 个参数组中成立的比例",
    )
    cells = [(" > ".join(row.order), f"{100 * row.share:.0f}%") for row in rankings]
    print_table(title.get(lang), [words.get(lang) for words in header], cells, {1})
