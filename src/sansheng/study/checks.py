"""What a study file means: names that exist, numbers inside their declared range.

Every check reads the file as it was written and skips what is not of the right type, which the strict
models of :mod:`sansheng.study.config` report. So one reading tells all faults.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.located_yaml import Loc, Located
from sansheng.core.months import Month
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.study.own_place import check_own_place, is_place_file

if TYPE_CHECKING:
    from sansheng.policy.rule import Rule

MOST_DRAWS = 10_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_LISTED = 50
LONGEST_NAME = 64
LONGEST_NAME_BYTES = 200
"""With an ending, still a file name on every system."""

_OF_NOTHING = Text("", "")
_ALONE = frozenset({"name"})
_IN_A_LIST = frozenset({"name", "from", "options"})
_LEVER_ALONE = _ALONE | {"line"}
_OF_A_LEVER = _IN_A_LIST | {"line"}
"""Keys beside which options may stand."""
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
    yield from _check_scenarios(located, _mapping(data.get("scenarios")), _span(data))
    yield from _check_baseline(located, data)
    yield from _check_equal_spend(located, data)
    yield from _check_parameters(located, data)


def _check_place(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.study.simulate import place_named
    from sansheng.world.place import place_names

    place = data.get("place")
    if not isinstance(place, str):
        return
    if is_place_file(place):
        yield from check_own_place(located, place)
        return
    if place not in (known := place_names()):
        yield unknown_name(located, ("place",), Text("place", "地区"), place, known)
        return
    try:
        place_named(place)  # which remembers it for the run
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


class Span(NamedTuple):
    """Reported months, the first and the last; None where the file does not say."""

    first: Month | None
    last: Month | None


def _span(data: Mapping[str, Any]) -> Span:
    """Return the reported months, as far as the file states them rightly."""
    first, months = _month(data.get("start")), data.get("months")
    if first is None or isinstance(months, bool) or not isinstance(months, int) or months < 1:
        return Span(first, None)
    return Span(first, first.plus(min(months, 12 * LAST_YEAR) - 1))


def _month(written: object) -> Month | None:
    try:
        return Month.parse(str(written))
    except ValueError:
        return None


def _check_scenarios(
    located: Located, scenarios: Mapping[str, Any], span: Span
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, scenario in scenarios.items():
        here = ("scenarios", name)
        yield from _check_scenario_name(located, here, name, seen)
        written = _mapping(scenario)
        yield from _check_rules(located, (*here, "rule"), written.get("rule"), span)
        yield from _check_levers(located, (*here, "levers"), written.get("levers"), span)


def _check_rules(located: Located, loc: Loc, written: object, span: Span) -> Iterator[Problem]:
    """Yield what is wrong with a scenario's rule, or with the rules that follow one another."""
    if not isinstance(written, list):
        yield from check_rule(located, loc, written)
        return
    latest = span.first
    for position, rule in enumerate(written):
        here = (*loc, position)
        if not isinstance(rule, dict):
            continue
        yield from check_rule(located, here, rule, _IN_A_LIST)
        if position == 0 and "from" in rule:
            text = Text(
                "the first rule holds from the first reported month; it has no 'from'",
                "第一条规则自首个报告月起施行，不写 from",
            )
            yield Problem(text, located.where((*here, "from"), key=True))
        if position == 0:
            continue
        if "from" not in rule:
            text = Text(
                "a rule that takes over says from which month: from: 2018-01",
                "接替的规则须写明起始月份，如 from: 2018-01",
            )
            yield Problem(text, located.where(here))
            continue
        begin = yield from _check_from(located, here, rule["from"], span)
        if begin is not None and latest is not None and begin <= latest:
            text = Text(
                f"from {begin} is not after {latest}, when the rule before it begins",
                f"from {begin} 不晚于上一条规则的起始月份 {latest}",
            )
            yield Problem(text, located.where((*here, "from")))
        latest = begin or latest


def _check_from(
    located: Located, loc: Loc, written: object, span: Span
) -> Generator[Problem, None, Month | None]:
    """Yield what is wrong with a first month; return it if it is one within the span."""
    where = located.where((*loc, "from"))
    begin = _month(written)
    if begin is None:
        if isinstance(written, str):
            text = Text(
                f"from {quoted(written)} is not a month; it is written year-month, like 2015-01",
                f"from {quoted(written)} 不是月份；应写作“年-月”，如 2015-01",
            )
            yield Problem(text, where)
        return None
    if span.first is None or span.last is None or span.first <= begin <= span.last:
        return begin
    text = Text(
        f"from {begin} is outside the reported months {span.first}..{span.last}",
        f"from {begin} 超出报告期 {span.first}..{span.last}",
    )
    yield Problem(text, where)
    return None


def _check_levers(located: Located, loc: Loc, written: object, span: Span) -> Iterator[Problem]:
    """Yield what is wrong with a scenario's levers."""
    seen: set[tuple[str, Month | None]] = set()
    for position, lever in enumerate(written if isinstance(written, list) else ()):
        here = (*loc, position)
        name = _mapping(lever).get("name")
        if not isinstance(name, str):
            continue
        yield from check_lever(located, here, lever, _OF_A_LEVER)
        begin = span.first
        if "from" in lever:
            begin = yield from _check_from(located, here, lever["from"], span)
        if begin is not None and (name, begin) in seen:
            text = Text(
                f"lever {name} comes into force twice in {begin}",
                f"工具 {name} 在 {begin} 重复生效",
            )
            yield Problem(text, located.where((*here, "name")))
        seen.add((name, begin))


def check_lever(
    located: Located, loc: Loc, written: object, keys: Set[str] = _LEVER_ALONE
) -> Iterator[Problem]:
    """Yield what is wrong with a lever, written as its name or with its line and options beside it.

    Parameters
    ----------
    keys
        Which keys beside the name are no options.
    """
    from sansheng.policy.load import lever_class, lever_names

    options = _mapping(written)
    name, at = (options.get("name"), (*loc, "name")) if options else (written, loc)
    if not isinstance(name, str):
        return
    if name not in lever_names():
        yield unknown_name(located, at, Text("lever", "工具"), name, lever_names())
        return
    kind = lever_class(name)
    of = Text(f" of lever {name}", f"工具 {name} ")
    yield from _check_options(located, loc, options, keys, kind.quantities, of)
    line = options.get("line")
    if isinstance(line, str) and line not in kind.lines():
        yield Problem(kind.refused_line(line), located.where((*loc, "line")))


def _check_options(
    located: Located,
    loc: Loc,
    written: Mapping[str, Any],
    keys: Set[str],
    known: Iterable[Quantity],
    of: Text,
) -> Iterator[Problem]:
    """Yield what is wrong with options, which stand beside the name or, in a list, under ``options``."""
    declared = {option.name: option for option in known}
    what = Text("option", "选项")
    under = _mapping(written.get("options")) if "options" in keys else {}
    for option, value in under.items():
        yield from check_number(located, (*loc, "options", option), what, value, declared, of)
        if option in written and option not in keys:
            text = Text(f"option {option} is given twice", f"选项 {option} 重复给出")
            yield Problem(text, located.where((*loc, option), key=True))
    for option, value in written.items():
        if option not in keys:
            yield from check_number(located, (*loc, option), what, value, declared, of)


def check_rule(
    located: Located, loc: Loc, written: object, keys: Set[str] = _ALONE
) -> Iterator[Problem]:
    """Yield what is wrong with a rule, written as its name or with options beside it.

    Parameters
    ----------
    keys
        Which keys beside the name are no options.
    """
    options = _mapping(written)
    name, at = (options.get("name"), (*loc, "name")) if options else (written, loc)
    if not isinstance(name, str):
        return
    kind = yield from _find_rule(located, at, name)
    if kind is None:
        return
    of = Text(f" of rule {name}", f"规则 {name} ")
    if "parts" in options:
        yield from _check_parts(located, (*loc, "parts"), kind, options["parts"])
    yield from _check_options(located, loc, options, keys | {"parts"}, kind.quantities, of)


def _find_rule(
    located: Located, loc: Loc, name: str
) -> Generator[Problem, None, type[Rule] | None]:
    """Return the rule that a file names; yield why there is none, at its place in either file."""
    from sansheng.policy.references import find_rule, known_names

    if ":" not in name and not name.endswith(".py") and name not in (known := known_names()):
        yield unknown_name(located, loc, Text("rule", "规则"), name, known)
        return None
    try:
        return find_rule(name, Path(located.file).parent).kind
    except BadInput as refused:
        for problem in refused.problems:
            yield Problem(problem.text, problem.where or located.where(loc))
        return None


def _check_parts(
    located: Located, loc: tuple[str | int, ...], kind: type[Rule], written: object
) -> Iterator[Problem]:
    """Yield what is wrong with the parts of a rule; parts of parts are not looked at."""
    from sansheng.policy.load import no_parts
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
        found = _rule_or_none(located, name)
        weight = _number(part.get("weight"))
        kinds.append(found)
        weights.append(weight if weight is not None and 0.0 < weight <= 1.0 else None)
        if found is None or not found.combines:
            yield from check_rule(located, (*loc, number, "rule"), rule)
    for place, text in faults(kinds, weights):
        yield Problem(text, located.where(loc if place is None else (*loc, place, "rule")))


def _rule_or_none(located: Located, name: object) -> type[Rule] | None:
    """Return a rule that is named rightly; what is wrong with others is told where they are checked."""
    from sansheng.policy.references import find_rule

    with suppress(BadInput):
        return find_rule(str(name), Path(located.file).parent).kind
    return None


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


def _check_equal_spend(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    if data.get("match_extra") is True and data.get("equal_spend") is False:
        text = Text(
            "match_extra: true says what equal spending is brought up to; it needs equal_spend: true",
            "match_extra: true 用于规定等额支出的水平，须与 equal_spend: true 同用",
        )
        yield Problem(text, located.where(("match_extra",), key=True))


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
