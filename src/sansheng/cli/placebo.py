"""``sansheng placebo``: changes that change nothing, tried on a study; what they move must be exactly zero."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.placebo import Finding

SUMMARY = Text(
    "try on a study what must change nothing: a null reform, other names, units and rows",
    "以不应改变任何结果的改动检验研究：空改革、改名、换单位、换行等",
)

REPLICATES = 2


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "study", "study file (YAML)\n研究文件（YAML）")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write the findings as CSV\n将检验结果写为 CSV",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Try the study; 0 if nothing moved, else 1."""
    from sansheng.analysis.origin import origin_of_study
    from sansheng.analysis.placebo import findings_frame, placebo
    from sansheng.study.config import load_study
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    study = load_study(args.study)
    findings = placebo(
        study,
        replicates=args.replicates,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    violated = any(finding.status == "violated" for finding in findings)
    if args.out is not None:
        findings_frame(findings).to_csv(args.out, index=False, encoding="utf-8-sig")
    if args.json:
        told = {
            "origin": origin_of_study(study, args.words).as_dict(),
            "replicates": args.replicates,
            "passed": not violated,
            "findings": [finding.as_dict() for finding in findings],
        }
        print(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return int(violated)
    _show(findings, args.replicates, lang)
    origin = origin_of_study(study, args.words)
    print(Text(f"From: {origin.command}", f"来源：{origin.command}").get(lang))
    return int(violated)


def _show(findings: Sequence[Finding], replicates: int, lang: Language) -> None:
    from sansheng.analysis.placebo import CHECKS
    from sansheng.cli.tables import print_table

    header = (
        Text("change", "改动"),
        Text("scenario", "方案"),
        Text("result", "结果"),
        Text("numbers", "比较数"),
        Text("remark", "说明"),
    )
    rows, before = [], ""
    for finding in findings:
        name = CHECKS[finding.check].get(lang)
        rows.append(
            (
                "" if name == before else name,
                finding.scenario,
                _RESULTS[finding.status].get(lang),
                f"{finding.compared:,}" if finding.compared else "–",
                _remark(finding).get(lang),
            )
        )
        before = name
    title = Text(
        f"What must change nothing, {replicates} replicates",
        f"不应改变任何结果的改动（{replicates} 次重复）",
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {3})
    count = Counter(finding.status for finding in findings)
    print(
        Text(
            f"exactly zero {count['zero']}, violated {count['violated']}, not applicable {count['not_applicable']}",
            f"严格为零 {count['zero']}，违反 {count['violated']}，不适用 {count['not_applicable']}",
        ).get(lang)
    )


_RESULTS = {
    "zero": Text("0", "0"),
    "violated": Text("VIOLATED", "违反"),
    "not_applicable": Text("not applicable", "不适用"),
}


def _remark(finding: Finding) -> Text:
    if finding.status == "zero":
        if finding.rounding == 0.0:
            return Text("", "")
        return Text(
            f"beside {finding.rounding:.2g} fen of rounding",
            f"另有 {finding.rounding:.2g} 分舍入尾差",
        )
    if finding.status == "not_applicable" or finding.what is None:
        return finding.reason
    parts = [Text(finding.what, finding.what)]
    if finding.replicate is not None:
        parts.insert(0, Text(f"replicate {finding.replicate}", f"第 {finding.replicate} 次重复"))
    if finding.month is not None:
        parts.insert(1, Text(finding.month, finding.month))
    if finding.difference == finding.difference:
        number = f"{finding.difference:+.6g}"
        unit = finding.unit
        bare = unit.en == "-"
        parts.append(
            Text(number, number) if bare else Text(f"{number} {unit.en}", f"{number} {unit.zh}")
        )
    if finding.reason.en:
        parts.append(finding.reason)
    return Text(", ".join(p.en for p in parts), "，".join(p.zh for p in parts))
