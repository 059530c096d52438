"""What a study file means: names that exist, numbers inside their declared range.

Every check reads the file as it was written and skips what is not of the right type, which the strict
models of :mod:`sansheng.study.config` report. So one reading tells all faults.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.located_yaml import Located
from sansheng.core.months import Month
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.policy.rule import Rule

MOST_DRAWS = 10_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_LISTED = 50
LONGEST_NAME = 64
LONGEST_NAME_BYTES = 200
"""With an ending, still a file name on every system."""

_OF_NOTHING = Text("", "")
_NOT_IN_FILE_NAMES = frozenset('/\\:*?"<>|')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789¹²³"]
)


def check_study(located: Located) -> Iterator[Problem]:
    """Yield what is wrong with the names and numbers of a study file."""
    data = _mapping(located.data)
    yield from _check_place(located, data)
    yield from _check_start(located, data)
    yield from _check_scenarios(located, _mapping(data.get("scenarios")))
    yield from _check_baseline(located, data)
    yield from _check_parameters(located, data)


def _check_place(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS
    from sansheng.world.place import load_place, place_names

    place = data.get("place")
    if not isinstance(place, str):
        return
    if place not in (known := place_names()):
        yield unknown_name(located, ("place",), Text("place", "地区"), place, known)
        return
    try:
        load_place(place, PARAMETERS)
    except BadInput as refused:
        yield from refused.problems


def _check_start(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    if "start" not in data:
        return
    start = data["start"]
    try:
        year = Month.parse(str(start)).year
    except ValueError:
        yield Problem(
            Text(
                f"start {quoted(start)} is not a month; it is written year-month, like 2015-01",
                f"start {quoted(start)} 不是月份；应写作“年-月”，如 2015-01",
            ),
            located.where(("start",)),
        )
        return
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield Problem(
            Text(
                f"start {start} is outside {FIRST_YEAR}-01..{LAST_YEAR}-12",
                f"start {start} 超出范围 {FIRST_YEAR}-01..{LAST_YEAR}-12",
            ),
            located.where(("start",)),
        )


def _check_scenarios(located: Located, scenarios: Mapping[str, Any]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, scenario in scenarios.items():
        here = ("scenarios", name)
        yield from _check_scenario_name(located, here, name, seen)
        if "levers" in _mapping(scenario):
            yield Problem(
                Text(
                    "levers are not available in this version; a scenario has a rule only",
                    "本版本尚不支持 levers（政策工具）；每个方案只写 rule",
                ),
                located.where((*here, "levers"), key=True),
            )
        yield from check_rule(located, (*here, "rule"), _mapping(scenario).get("rule"))


def check_rule(located: Located, loc: tuple[str | int, ...], written: object) -> Iterator[Problem]:
    """Yield what is wrong with a rule, written as its name or with options beside it."""
    from sansheng.policy.load import rule_class, rule_names

    options = _mapping(written)
    name, at = (options.get("name"), (*loc, "name")) if options else (written, loc)
    if not isinstance(name, str):
        return
    if name not in rule_names():
        yield unknown_name(located, at, Text("rule", "规则"), name, rule_names())
        return
    kind = rule_class(name)
    declared = {option.name: option for option in kind.quantities}
    what, of = Text("option", "选项"), Text(f" of rule {name}", f"规则 {name} ")
    for option, value in options.items():
        if option == "parts":
            yield from _check_parts(located, (*loc, "parts"), kind, value)
        elif option != "name":
            yield from check_number(located, (*loc, option), what, value, declared, of)


def _check_parts(
    located: Located, loc: tuple[str | int, ...], kind: type[Rule], written: object
) -> Iterator[Problem]:
    """Yield what is wrong with the parts of a rule; parts of parts are not looked at."""
    from sansheng.policy.load import no_parts, rule_class, rule_names
    from sansheng.policy.rules.hybrid import faults

    if not kind.combines:
        yield Problem(no_parts(kind.name), located.where(loc, key=True))
        return
    if not isinstance(written, list) or not written:
        return
    kinds: list[type[Rule] | None] = []
    weights: list[float | None] = []
    for number, part in enumerate(map(_mapping, written)):
        rule = part.get("rule")
        name = _mapping(rule).get("name") if isinstance(rule, dict) else rule
        known = isinstance(name, str) and name in rule_names()
        found = rule_class(str(name)) if known else None
        weight = _number(part.get("weight"))
        kinds.append(found)
        weights.append(weight if weight is not None and 0.0 < weight <= 1.0 else None)
        if found is None or not found.combines:
            yield from check_rule(located, (*loc, number, "rule"), rule)
    for place, text in faults(kinds, weights):
        yield Problem(text, located.where(loc if place is None else (*loc, place, "rule")))


def _check_scenario_name(
    located: Located, loc: tuple[str, str], name: str, seen: dict[str, str]
) -> Iterator[Problem]:
    where = located.where(loc, key=True)
    if (fault := _name_fault(name)) is not None:
        yield Problem(
            Text(f"scenario name {quoted(name)} {fault.en}", f"方案名 {quoted(name)} {fault.zh}"),
            where,
        )
    folded = unicodedata.normalize("NFKC", name).casefold()
    if folded in seen:
        yield Problem(
            Text(
                f"scenario name {quoted(name)} looks like {quoted(seen[folded])};"
                " names differ by more than case or width",
                f"方案名 {quoted(name)} 与 {quoted(seen[folded])} 过于相似；不能只差大小写或全半角",
            ),
            where,
        )
    seen.setdefault(folded, name)


def _name_fault(name: str) -> Text | None:
    """Return why a scenario name is refused: it must be safe inside a file name anywhere."""
    if not 1 <= len(name) <= LONGEST_NAME:
        return Text(f"must have 1..{LONGEST_NAME} characters", f"须为 1..{LONGEST_NAME} 个字符")
    if any(unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in name):
        return Text("contains control characters", "含有控制字符")
    if len(name.encode()) > LONGEST_NAME_BYTES:
        return Text(
            f"is longer than {LONGEST_NAME_BYTES} bytes in UTF-8",
            f"的 UTF-8 编码超过 {LONGEST_NAME_BYTES} 字节",
        )
    if refused := sorted(_NOT_IN_FILE_NAMES & set(name)):
        shown = " ".join(refused)
        return Text(
            f"contains {shown}, which a file name cannot", f"含有文件名不允许的字符 {shown}"
        )
    if name.startswith(".") or name.endswith(".") or name != name.strip():
        return Text("must not begin or end with a dot or a space", "首尾不能是点号或空格")
    if name.partition(".")[0].rstrip().casefold() in _RESERVED:
        return Text("is reserved by Windows", "是 Windows 保留名称")
    return None


def _check_baseline(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    baseline = data.get("baseline")
    names = list(_mapping(data.get("scenarios")))
    if isinstance(baseline, str) and names and baseline not in names:
        yield unknown_name(located, ("baseline",), Text("scenario", "方案"), baseline, names)


def _check_parameters(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS

    fixed = _mapping(data.get("parameters"))
    grid = _mapping(data.get("grid"))
    what = Text("parameter", "参数")
    for name, value in fixed.items():
        yield from check_number(located, ("parameters", name), what, value, PARAMETERS)
    for name, values in grid.items():
        if name not in PARAMETERS:
            yield unknown_name(located, ("grid", name), what, name, PARAMETERS, key=True)
            continue
        if name in fixed:
            yield Problem(
                Text(
                    f"parameter {name} is set under parameters and varied under grid; choose one",
                    f"参数 {name} 同时出现在 parameters 与 grid 中；只能选一处",
                ),
                located.where(("grid", name), key=True),
            )
        yield from _check_values(located, name, values, PARAMETERS[name])
    draws = math.prod(len(values) for values in grid.values() if isinstance(values, list))
    if draws > MOST_DRAWS:
        shown = f"{draws:,}" if draws < 10**12 else "10^12+"
        yield Problem(
            Text(
                f"grid has {shown} points; at most {MOST_DRAWS:,} are allowed",
                f"grid 共有 {shown} 个取值组合；最多允许 {MOST_DRAWS:,} 个",
            ),
            located.where(("grid",), key=True),
        )


def _check_values(
    located: Located, name: str, values: object, quantity: Quantity
) -> Iterator[Problem]:
    if not isinstance(values, list):
        return
    seen: Counter[float] = Counter()
    for position, value in enumerate(values):
        loc = ("grid", name, position)
        number = _number(value)
        if number is None:
            continue
        seen[number] += 1
        if not quantity.contains(number):
            yield _out_of_range(located, loc, quantity, value)
        elif seen[number] == 2:
            yield Problem(
                Text(
                    f"{name} has the value {value} twice; the values of a grid are distinct",
                    f"{name} 的取值 {value} 重复；grid 中各取值须互不相同",
                ),
                located.where(loc),
            )


def check_number(
    located: Located,
    loc: tuple[str | int, ...],
    what: Text,
    value: object,
    declared: Mapping[str, Quantity],
    of: Text = _OF_NOTHING,
) -> Iterator[Problem]:
    """Yield what is wrong with a named number: its name, or its range."""
    name = str(loc[-1])
    if name not in declared:
        yield unknown_name(located, loc, what, name, declared, of, key=True)
        return
    number = _number(value)
    if number is not None and not declared[name].contains(number):
        yield _out_of_range(located, loc, declared[name], value)


def _out_of_range(
    located: Located, loc: tuple[str | int, ...], quantity: Quantity, value: object
) -> Problem:
    return Problem(quantity.refusal(value), located.where(loc))


def unknown_name(
    located: Located,
    loc: tuple[str | int, ...],
    what: Text,
    name: str,
    known: Iterable[str],
    of: Text = _OF_NOTHING,
    *,
    key: bool = False,
) -> Problem:
    """Return the problem of a name that does not exist, with the nearest and all that do."""
    names = list(known)
    hint = did_you_mean(name, names)
    listed = _listed(names, what)
    return Problem(
        Text(
            f"unknown {what.en} {quoted(name)}{of.en}{hint.en} {listed.en}",
            f"{of.zh}没有名为 {quoted(name)} 的{what.zh}{hint.zh}{listed.zh}",
        ),
        located.where(loc, key=key),
    )


def _listed(names: list[str], what: Text) -> Text:
    """Return the valid names in brackets, or where to find them."""
    if len(names) > MOST_LISTED:
        command = f"sansheng list {what.en}s"
        return Text(f"({len(names)} are known: {command})", f"（共 {len(names)} 个，见 {command}）")
    joined = [quoted(name) for name in names] or ["-"]
    return Text(f"(valid: {', '.join(joined)})", f"（可用：{'、'.join(joined)}）")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    """Return a number as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
