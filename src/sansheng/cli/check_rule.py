"""``sansheng check-rule``: try a funding rule on many districts, and say what it fails on."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_language
from sansheng.core.errors import printable
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.policy.conformance import Verdict

SUMMARY = Text(
    "try a funding rule on many districts before a study runs it",
    "在多种情形下检验一条分配规则，再用于研究",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "rule",
        metavar="RULE",
        help="name, file.py:ClassName or package.module:ClassName\n规则名称、file.py:类名或 package.module:类名",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of text\n输出 JSON")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Examine the rule; 0 if everything passed, else 1."""
    from sansheng.policy.conformance import examine
    from sansheng.policy.references import find_rule

    found = find_rule(args.rule)
    verdicts = examine(found.kind)
    failed = sum(not verdict.passed for verdict in verdicts)
    if args.json:
        told = {"rule": found.name, "passed": not failed, "checks": [_entry(v) for v in verdicts]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return min(failed, 1)
    lang: Language = args.lang or "zh"
    title = found.kind.title.get(lang)
    print(printable(f"{found.name}: {title}" if lang == "en" else f"{found.name}：{title}"))
    for verdict in verdicts:
        print("\n".join(_lines(verdict, lang)))
    print(_summary(len(verdicts) - failed, len(verdicts)).get(lang))
    return min(failed, 1)


def _lines(verdict: Verdict, lang: Language) -> list[str]:
    tried = Text(f"{verdict.inputs} inputs", f"{verdict.inputs} 种情形").get(lang)
    said = verdict.text.get(lang)
    if verdict.fault is None and verdict.inputs == 0:
        return [Text(f"  --    {said} (not tried)", f"  --    {said}（未检验）").get(lang)]
    if verdict.fault is None:
        return [Text(f"  ok    {said} ({tried})", f"  ok    {said}（{tried}）").get(lang)]
    on = verdict.fault.input.get(lang)
    return [
        f"  FAIL  {said}",
        printable(Text(f"        on: {on}", f"        情形：{on}").get(lang)),
        f"        {verdict.fault.problem.line(lang)}",
    ]


def _summary(passed: int, checks: int) -> Text:
    return Text(f"{passed} of {checks} checks passed", f"{checks} 项检验中 {passed} 项通过")


def _entry(verdict: Verdict) -> dict[str, object]:
    fault = verdict.fault
    entry: dict[str, object] = {
        "check": verdict.check,
        "en": verdict.text.en,
        "zh": verdict.text.zh,
        "inputs": verdict.inputs,
        "passed": verdict.passed,
    }
    if fault is not None:
        where = fault.problem.where
        entry["fault"] = {
            "input_en": fault.input.en,
            "input_zh": fault.input.zh,
            "en": fault.problem.text.en,
            "zh": fault.problem.text.zh,
            "where": where._asdict() if where else None,
        }
    return entry
