"""``sansheng list``: what there is to choose from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sansheng.cli.catalogue import LISTS, Entry
from sansheng.cli.parser import Parser, add_language, one_of
from sansheng.core.text import Language, Text

SUMMARY = Text(
    "list rules, levers, files of both, places, outcomes or parameters",
    "列出规则、政策工具、规则与工具文件、地区、指标或参数",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "what",
        type=one_of(Text("list", "清单"), tuple(LISTS)),
        metavar="|".join(LISTS),
        help="what to list\n要列出的内容",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of a table\n输出 JSON")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the list."""
    entries = LISTS[args.what]()
    if args.json:
        print(json.dumps(entries, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    from sansheng.cli.tables import print_table

    lang: Language = args.lang or "zh"
    columns = _COLUMNS[args.what]
    print_table(
        _TITLES[args.what].get(lang),
        [column.header.get(lang) for column in columns],
        [[column.cell(entry, lang) for column in columns] for entry in entries],
        {i for i, column in enumerate(columns) if column.number},
        unbroken={0},
    )
    return 0


class _Column(NamedTuple):
    header: Text
    cell: Callable[[Entry, Language], str]
    number: bool = False


def _plain(key: str) -> Callable[[Entry, Language], str]:
    return lambda entry, lang: str(entry[key])


def _count(key: str) -> Callable[[Entry, Language], str]:
    return lambda entry, lang: f"{entry[key]:,}"


def _name(entry: Entry, lang: Language) -> str:
    return str(entry[lang])


def _unit(entry: Entry, lang: Language) -> str:
    return str(entry["unit_zh" if lang == "zh" else "unit"])


def plain(number: float) -> str:
    """Return a number in plain digits: 5,000,000 and 0.05."""
    return f"{number:,.10g}"


def limits(entry: Entry) -> str:
    """Return the range of a number."""
    return f"{plain(entry['low'])}..{plain(entry['high'])}"


def _range(entry: Entry, lang: Language) -> str:
    return limits(entry)


def _default(entry: Entry, lang: Language) -> str:
    return plain(entry["default"])


def _sources(entry: Entry, lang: Language) -> str:
    return ", ".join(ASSUMED.get(lang) if name == "assumed" else name for name in entry["source"])


def _options(entry: Entry, lang: Language) -> str:
    names = [option["id"] for option in entry["options"]]
    return ", ".join([*names, "parts"] if entry.get("parts") else names)


def _headline(entry: Entry, lang: Language) -> str:
    return "*" if entry["headline"] else ""


def _better(entry: Entry, lang: Language) -> str:
    return BETTER[entry["better"]].get(lang)


def _kind(entry: Entry, lang: Language) -> str:
    return KIND[entry["kind"]].get(lang)


def _line(entry: Entry, lang: Language) -> str:
    return "–" if entry["free"] else LINE[entry["line"]].get(lang)


def setting(written: object) -> str:
    """Return what a file sets, as a study would say it: ``{name: incremental, growth: 0}``."""
    if isinstance(written, dict):
        return f"{{{', '.join(f'{key}: {setting(value)}' for key, value in written.items())}}}"
    if isinstance(written, list):
        return f"[{', '.join(map(setting, written))}]"
    return str(written)


def _sets(entry: Entry, lang: Language) -> str:
    return setting(entry["sets"]).removeprefix("{name: ").removesuffix("}")


ASSUMED = Text("assumed", "假定")
BETTER: Mapping[str, Text] = {
    "higher": Text("higher", "越高越好"),
    "lower": Text("lower", "越低越好"),
    "neither": Text("neither", "无所谓好坏"),
}
KIND: Mapping[str, Text] = {
    "true": Text("true", "真实"),
    "reported": Text("reported", "上报"),
    "money": Text("money", "经费"),
    "count": Text("count", "计数"),
}

LINE: Mapping[str, Text] = {
    "base": Text("base line (public purse)", "基本经费（财政）"),
    "envelope": Text("envelope", "经费总额"),
    "capital": Text("capital line", "用房建设经费"),
}

_ID = _Column(Text("name", "名称"), _plain("id"))
_TITLE = _Column(Text("meaning", "含义"), _name)
_UNIT = _Column(Text("unit", "单位"), _unit)

_TITLES: Mapping[str, Text] = {
    "rules": Text("Funding rules", "分配规则"),
    "levers": Text("Levers", "政策工具"),
    "files": Text(
        "Files of rules and levers, named in a study like a rule or lever",
        "规则与工具文件，研究中可像规则或工具一样引用",
    ),
    "places": Text("Places", "地区"),
    "outcomes": Text("Outcomes (* headline)", "指标（* 为主要指标）"),
    "parameters": Text("Parameters", "参数"),
}

_COLUMNS: Mapping[str, tuple[_Column, ...]] = {
    "rules": (
        _ID,
        _TITLE,
        _Column(Text("options", "选项"), _options),
        _Column(Text("from", "来自"), _plain("origin")),
    ),
    "levers": (
        _ID,
        _TITLE,
        _Column(Text("paid from", "列支"), _line),
        _Column(Text("options", "选项"), _options),
    ),
    "files": (_ID, _TITLE, _Column(Text("sets", "设定"), _sets)),
    "places": (
        _ID,
        _TITLE,
        _Column(Text("year", "年份"), _plain("year"), number=True),
        _Column(Text("communities", "社区"), _count("communities"), number=True),
        _Column(Text("households", "户数"), _count("households"), number=True),
        _Column(
            Text("envelope, yuan/year", "经费总额（元/年）"), _count("envelope_yuan"), number=True
        ),
    ),
    "outcomes": (
        _ID,
        _TITLE,
        _UNIT,
        _Column(Text("better", "方向"), _better),
        _Column(Text("kind", "类别"), _kind),
        _Column(Text("*", "*"), _headline),
    ),
    "parameters": (
        _ID,
        _TITLE,
        _UNIT,
        _Column(Text("default", "默认"), _default, number=True),
        _Column(Text("range", "范围"), _range, number=True),
        _Column(Text("source", "来源"), _sources),
    ),
}
