"""``sansheng explain``: what a name means, its unit, range and source."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping

from sansheng.cli.catalogue import KINDS, Entry, rule_entry
from sansheng.cli.listing import ASSUMED, BETTER, KIND, LINE, limits, plain, setting
from sansheng.cli.parser import Parser, add_language
from sansheng.core.errors import BadInput, Problem, did_you_mean, printable, quoted
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "explain a rule, lever, option, file, place, outcome, parameter, step of the month or source",
    "解释规则、政策工具、选项、文件、地区、指标、参数、每月步骤或来源",
)

Line = tuple[Text, str]
"""A label, and what stands behind it."""


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("name", metavar="NAME", help="what to explain\n要解释的名称")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print everything of that name, in both languages unless one is asked for."""
    found = _own_rule(args.name) or [
        (kind, entry)
        for kind, (_, entries) in KINDS.items()
        for entry in entries()
        if entry["id"] == args.name
    ]
    if not found:
        raise BadInput(_unknown(args.name))
    from sansheng.cli.tables import print_lines

    languages: tuple[Language, ...] = (args.lang,) if args.lang else ("zh", "en")
    for kind, entry in found:
        for lang in languages:
            print_lines(_lines(kind, entry, lang), "    ")
    return 0


def _own_rule(name: str) -> list[tuple[str, Entry]]:
    """Return a rule that is named by its file or module; nothing for any other name."""
    if ":" not in name and not name.endswith(".py"):
        return []
    from sansheng.policy.references import find_rule, shown

    found = find_rule(name)
    return [
        ("rule", rule_entry(name, found.kind, shown(found.code.file) if found.code else "sansheng"))
    ]


def _unknown(name: str) -> Problem:
    known = [entry["id"] for _, entries in KINDS.values() for entry in entries()]
    hint = did_you_mean(name, known)
    return Problem(
        Text(
            f"nothing is called {quoted(name)}{hint.en}", f"没有名为 {quoted(name)} 的内容{hint.zh}"
        )
    )


def _lines(kind: str, entry: Entry, lang: Language) -> Iterator[str]:
    title = KINDS[kind][0].get(lang)
    yield printable(f"{entry['id']} ({title})" if lang == "en" else f"{entry['id']}（{title}）")
    for label, words in _DETAILS[kind](entry, lang):
        if words:
            colon = ": " if lang == "en" else "："
            yield printable(f"  {label.get(lang)}{colon}{words}")


def _rule(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _titled(entry, lang)
    yield Text("from", "来自"), entry["origin"]
    yield Text("seen in", "现实做法"), entry[f"institution_{lang}"]
    for option in entry["options"]:
        yield Text("option", "选项"), f"{option['id']} = {_short(option, lang)}"
    if entry["parts"]:
        made = ", ".join(
            f"{{rule: {part['rule']}, weight: {part['weight']:g}}}" for part in entry["parts"]
        )
        yield Text("parts", "组成"), f"parts: [{made}]"
    yield from _cited(entry, lang)


def _lever(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _titled(entry, lang)
    yield Text("seen in", "现实做法"), entry[f"institution_{lang}"]
    yield Text("moves first", "最先变动"), ", ".join(entry["channel"])
    yield Text("cost", "支出"), entry[f"cost_{lang}"]
    first, *others = (LINE[line].get(lang) for line in entry["lines"])
    alternative = Text(
        f"{first}; may be {', '.join(others)}", f"{first}；也可由{'、'.join(others)}列支"
    )
    if not entry["free"]:
        yield Text("paid from", "列支"), alternative.get(lang) if others else first
    for option in entry["options"]:
        yield Text("option", "选项"), f"{option['id']} = {_short(option, lang)}"
    yield from _cited(entry, lang)


def _file(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _titled(entry, lang)
    yield Text("note", "备注"), entry[f"note_{lang}"]
    name, sets = entry["id"], setting(entry["sets"])
    if entry["kind"] == "rule":
        yield Text("in a study", "研究中写作"), f"rule: {name}"
        yield Text("stands for", "等同于"), f"rule: {sets}"
    else:
        yield Text("in a study", "研究中写作"), f"levers: [{{name: {name}, from: 2018-01}}]"
        yield Text("stands for", "等同于"), f"levers: [{sets.removesuffix('}')}, from: 2018-01}}]"
    yield from _cited(entry, lang)


def _number(entry: Entry, lang: Language) -> Iterator[Line]:
    if "rule" in entry:
        yield Text("rule", "规则"), entry["rule"]
    if "lever" in entry:
        yield Text("lever", "政策工具"), entry["lever"]
    yield from _named(entry, lang)
    yield Text("unit", "单位"), entry["unit_zh" if lang == "zh" else "unit"]
    yield Text("default", "默认"), plain(entry["default"])
    yield Text("range", "范围"), limits(entry)
    yield Text("role", "性质"), _ROLE[entry["role"]].get(lang)
    yield Text("status", "依据"), _STATUS[entry["status"]].get(lang)
    yield from _cited(entry, lang)


def _place(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _named(entry, lang)
    for key, label in (
        ("year", Text("year", "年份")),
        ("districts", Text("districts", "区")),
        ("communities", Text("communities", "社区")),
        ("households", Text("households", "户数")),
        ("envelope_yuan", Text("envelope, yuan a year", "经费总额（元/年）")),
    ):
        yield label, str(entry[key]) if key == "year" else f"{entry[key]:,}"


def _outcome(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _named(entry, lang)
    yield Text("unit", "单位"), entry["unit_zh" if lang == "zh" else "unit"]
    yield Text("better", "方向"), BETTER[entry["better"]].get(lang)
    yield Text("kind", "类别"), KIND[entry["kind"]].get(lang)
    yield Text("formula", "公式"), entry["formula"]
    if entry["reported_as"] is not None:
        yield Text("reported as", "上报口径"), entry["reported_as"]
    if entry["indifference"] is not None:
        why = entry[f"indifference_{lang}"]
        yield (
            Text("no practical difference", "无差异范围"),
            f"±{entry['indifference']:g} ({why})"
            if lang == "en"
            else f"±{entry['indifference']:g}（{why}）",
        )


def _step(entry: Entry, lang: Language) -> Iterator[Line]:
    yield from _named(entry, lang)
    yield Text("place in the month", "每月第几步"), str(entry["step"])


def _source(entry: Entry, lang: Language) -> Iterator[Line]:
    yield Text("says", "内容"), entry["en"]
    yield Text("value", "数值"), entry["value"]
    yield Text("wording", "原文"), entry["wording"]
    yield (
        Text("place and year", "地点与年份"),
        ", ".join(filter(None, (entry["place"], entry["year"]))),
    )
    yield Text("source", "来源"), entry["source"]
    yield Text("address", "网址"), entry["url"]
    yield Text("note", "备注"), entry["note"]


def _titled(entry: Entry, lang: Language) -> Iterator[Line]:
    yield Text("title", "名称"), entry[lang]
    yield Text("about", "说明"), entry.get(f"about_{lang}", "")


def _named(entry: Entry, lang: Language) -> Iterator[Line]:
    yield Text("meaning", "含义"), entry[lang]
    yield Text("about", "说明"), entry.get(f"about_{lang}", "")


def _short(option: Entry, lang: Language) -> str:
    unit = option["unit_zh" if lang == "zh" else "unit"]
    unit = "" if unit == "-" else f" {unit}"
    number = f"{plain(option['default'])} ({limits(option)}{unit})"
    words = [name for name in option["source"] if name != "assumed"]
    words += [ASSUMED.get(lang)] if option["status"] == "assumed" else []
    if lang == "zh":
        return f"{number}，{option['zh']}［{'、'.join(words)}］"
    return f"{number}, {option['en']} [{', '.join(words)}]"


def _cited(entry: Entry, lang: Language) -> Iterator[Line]:
    from sansheng.facts import citation, source_ids

    known = source_ids()
    if "assumed" in entry["source"] and "status" not in entry:
        yield Text("source", "来源"), ASSUMED.get(lang)
    own = ", ".join(name for name in entry["source"] if name not in known and name != "assumed")
    yield Text("source", "来源"), own
    for fact in (citation(name) for name in entry["source"] if name in known):
        words = f"{fact.text} {fact.value} {fact.unit}".strip()
        quoted_words = f"“{fact.wording}”" if fact.wording else ""
        said = "; ".join(filter(None, (words, quoted_words, fact.source, fact.url)))
        yield Text("source", "来源"), f"{fact.id}: {said}"


_ROLE: Mapping[str, Text] = {
    "lever": Text("lever: somebody decides it", "可由政策决定"),
    "uncertainty": Text("uncertainty: nobody knows it", "不确定量"),
    "constant": Text("constant", "常量"),
}
_STATUS: Mapping[str, Text] = {
    "read": Text("read in the source", "来源原文"),
    "derived": Text("derived from the source", "由来源推算"),
    "assumed": Text("assumed: sources give at most the mechanism", "假定：来源至多支持机制"),
}
_DETAILS: Mapping[str, Callable[[Entry, Language], Iterator[Line]]] = {
    "rule": _rule,
    "lever": _lever,
    "option": _number,
    "file": _file,
    "place": _place,
    "outcome": _outcome,
    "step": _step,
    "source": _source,
    "parameter": _number,
}
