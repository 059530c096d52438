"""JSON Schemas of all that users write, made from the models that read it and the numbers that are declared.

An editor that knows them completes names and options, shows what each means in both languages, and marks what is
out of range. They refuse nothing that the program accepts; what depends on several values at once, such as weights
that sum to one, only the program tells.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from sansheng.core.errors import BadInput
from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever
from sansheng.policy.load import lever_class, lever_names
from sansheng.policy.references import find_rule, known_names
from sansheng.policy.rule import Rule

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
KEPT = r"\.ya?ml$"
OWN = r".:."
"""A class in a file or module, as ``my_rule.py:MyRule``."""


def schemas() -> dict[str, Schema]:
    """Return every schema by the name of its file."""
    from sansheng.analysis.patterns import PatternsInFile
    from sansheng.study.config import StudyInFile
    from sansheng.study.rule_files import LeverFile, RuleFile
    from sansheng.world.place_file import CategoriesFile, PlaceFile

    made = {
        "study": (_study(StudyInFile), Text("A study of sansheng", "sansheng 研究文件")),
        "rule": (_kept(RuleFile, "rule"), Text("A funding rule as a file", "规则文件")),
        "lever": (_kept(LeverFile, "lever"), Text("A lever as a file", "政策工具文件")),
        "place": (_place(PlaceFile), Text("A place", "地区文件")),
        "categories": (_sourced(CategoriesFile), Text("Service categories", "服务类别文件")),
        "patterns": (_patterns(PatternsInFile), Text("Patterns to compare with", "数据模式文件")),
    }
    return {
        f"{name}.schema.json": {"$schema": DRAFT, **_titled(title), **schema}
        for name, (schema, title) in made.items()
    }


def _study(model: Any) -> Schema:
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.study.checks import LONGEST_NAME

    schema = _of_model(model)
    _define_policies(schema, files=True)
    scenario = schema["$defs"]["_ScenarioInFile"]["properties"]
    scenario["rule"] = _either(
        {"$ref": "#/$defs/rule"},
        {
            "type": "array",
            "items": {"$ref": "#/$defs/dated_rule"},
            **_limits_of_list(scenario["rule"]),
        },
    )
    scenario["levers"]["items"] = {"$ref": "#/$defs/dated_lever"}
    keys = schema["properties"]
    keys["place"] = _place_name()
    keys["start"] = {"type": "string", "pattern": MONTH}
    numbers = _parameters()
    schema["$defs"] |= {f"parameter_{name}": number for name, number in numbers.items()}
    own = {name: {"$ref": f"#/$defs/parameter_{name}"} for name in numbers}
    keys["parameters"] = {"type": "object", **_closed(own)}
    values = {"type": "array", "minItems": 1, "uniqueItems": True}
    grid = {name: {**values, "items": number} for name, number in own.items()}
    keys["grid"] = {"type": "object", **_closed(grid)}
    schema["$defs"]["over"] = _over(own)
    keys["draws"] = _either(*_draws(own), _NOTHING)
    # Which the program accepts as long as nothing stands under draws.
    both = {"draws": {"type": "object"}}
    schema["not"] = {"required": ["grid", "draws"], "properties": both}
    on = schema["$defs"]["Precision"]["properties"]
    on["on"] = {"anyOf": [_named(o.id, o.text) for o in OUTCOMES.values()]}
    for name, words in _PRECISION.items():
        on[name]["description"] = _both(words)
    keys["scenarios"]["propertyNames"] = {
        "minLength": 1,
        "maxLength": LONGEST_NAME,
        "pattern": r'^[^/\\:*?"<>|]*$',
    }
    for name, words in _KEYS.items():
        if name in keys:
            keys[name]["description"] = _both(words)
    return _swept(schema)


def _over(parameters: Schema) -> Schema:
    """Return parameters that vary: their names, or a range for each that has not its declared one."""
    pair = {"type": ["array", "null"], "minItems": 2, "maxItems": 2}
    ranges = {name: {**pair, "items": number} for name, number in parameters.items()}
    names = {"enum": list(parameters)}
    return _either(
        {"type": "array", "items": names, "minItems": 1, "uniqueItems": True},
        {"type": "object", **_closed(ranges)},
    )


def _draws(parameters: Schema) -> Iterator[Schema]:
    """Yield the kinds of draws; ``parameters`` are what may vary."""
    from sansheng.study.checks import MOST_DRAWS

    over = {"$ref": "#/$defs/over"}
    powers = [2**i for i in range(1, MOST_DRAWS.bit_length())]
    point = {"type": "object", "minProperties": 1, **_closed(parameters)}
    points = {"type": "array", "items": point, "minItems": 1, "maxItems": MOST_DRAWS}
    most = {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS}
    shapes: list[tuple[Schema, Schema]] = [
        ({"sobol": {"enum": powers}, "over": over}, {}),
        ({"lhs": {"type": "integer", "minimum": 2, "maximum": MOST_DRAWS}, "over": over}, {}),
        ({"list": points}, {}),
        ({"ensemble": {"type": "string"}}, {"most": most}),
    ]
    every = {name: _NOTHING for needed, more in shapes for name in (needed | more)}
    for needed, more in shapes:
        described = {
            name: {"description": _both(_DRAWS[name]), **key}
            for name, key in (needed | more).items()
        }
        optional = {name: _either(described[name], _NOTHING) for name in more}
        keys = every | described | optional
        yield {"type": "object", "required": list(needed), **_closed(keys)}


def _kept(model: Any, kind: str) -> Schema:
    schema = _of_model(model)
    _define_policies(schema, files=False)
    schema["properties"][kind] = {"$ref": f"#/$defs/{kind}"}
    schema["properties"]["source"]["items"] = _source_id()
    return _swept(schema)


def _place(model: Any) -> Schema:
    from sansheng.world.place import category_names

    schema = _sourced(model)
    keys = schema["properties"]
    keys["categories"] = {"enum": category_names()}
    number = keys["settings"].pop("additionalProperties")
    settings = {
        name: {
            "description": quantity["description"],
            "allOf": [number],
            "properties": {"value": quantity},
        }
        for name, quantity in _parameters().items()
    }
    keys["settings"].update(_closed(settings))
    return _swept(schema)


def _sourced(model: Any) -> Schema:
    """Return a schema whose numbers carry evidence: one id or several, and words as ``{en, zh}``."""
    schema = _of_model(model)
    definitions = schema["$defs"]
    pair = definitions["Text"]
    definitions["Text"] = _either(
        {
            "type": "object",
            "required": ["en", "zh"],
            **_closed({"en": {"type": "string"}, "zh": {"type": "string"}}),
        },
        pair,
    )
    definitions["source"] = _source_id()
    for part in definitions.values():
        if "source" in part.get("properties", {}):
            one = {"$ref": "#/$defs/source"}
            part["properties"]["source"] = _either(one, {"type": "array", "items": one})
    return _swept(schema)


def _patterns(model: Any) -> Schema:
    from sansheng.analysis.moments import MEASURES

    schema = _of_model(model)
    _define_policies(schema, files=False)
    keys = schema["$defs"]["_PatternInFile"]["properties"]
    keys["rule"] = {"$ref": "#/$defs/rule"}
    keys["start"] = {"type": "string", "pattern": MONTH}
    keys["place"] = _either(_place_name(), {"type": "string", "pattern": KEPT})
    keys["settings"] = {"type": "object", **_closed(_parameters())}
    keys["sources"]["items"] = _source_id()
    names = {"anyOf": [_named(m.name, m.text) for m in MEASURES.values()]}
    keys["measure"] = _either(
        names, {"type": "object", "properties": {"name": names}, "required": ["name"]}
    )
    return _swept(schema)


def _rule_kinds() -> Iterator[type[Rule]]:
    """Yield the rules that need no file; what another package offers and cannot be loaded is left out."""
    for name in known_names():
        with suppress(BadInput):
            yield find_rule(name).kind


def _define_policies(schema: Schema, *, files: bool) -> None:
    """Define rules and levers in their several forms.

    Parameters
    ----------
    files
        Whether files of rules and levers may be named.
    """
    definitions = schema.setdefault("$defs", {})
    rules = list(_rule_kinds())
    levers = [lever_class(name) for name in lever_names()]
    part = {
        "type": "object",
        "required": ["rule", "weight"],
        **_closed(
            {
                "rule": {"$ref": "#/$defs/part_rule"},
                "weight": {"type": "number", "exclusiveMinimum": 0.0, "maximum": 1.0},
            }
        ),
    }
    parts = _either({"type": "array", "items": part, "minItems": 1, "maxItems": 20}, _NOTHING)
    dated = {"from": _either({"type": "string", "pattern": MONTH}, _NOTHING)}
    definitions["part_rule"] = _rule([r for r in rules if not r.combines], {}, None, files)
    definitions["rule"] = _rule(rules, {}, parts, files)
    definitions["dated_rule"] = _without_text(_rule(rules, dated, parts, files, under=True))
    definitions["lever"] = _lever(levers, {}, files)
    definitions["dated_lever"] = _without_text(_lever(levers, dated, files, under=True))


def _rule(
    rules: Iterable[type[Rule]],
    beside: Schema,
    parts: Schema | None,
    files: bool,
    *,
    under: bool = False,
) -> Schema:
    """Return a rule: its name, or a mapping with its options."""
    rules = list(rules)
    others = [{"type": "string", "pattern": OWN}]
    others += [{"type": "string", "pattern": KEPT}] if files else []
    known = [_named(rule.name, rule.title, rule.about) for rule in rules]
    shapes = [
        _mapping(
            _named(rule.name, rule.title, rule.about),
            rule.quantities,
            beside | ({"parts": parts} if parts and rule.combines else {}),
            under,
        )
        for rule in rules
    ]
    open_shapes = [
        _open(name, beside | ({"parts": parts} if parts else {}), under) for name in others
    ]
    return {"anyOf": [*known, *others, *shapes, *open_shapes]}


def _lever(
    levers: Iterable[type[Lever]], beside: Schema, files: bool, *, under: bool = False
) -> Schema:
    """Return a lever: its name, or a mapping with its line and options."""
    levers = list(levers)
    others = [{"type": "string", "pattern": KEPT}] if files else []
    known = [_named(lever.name, lever.title, lever.about) for lever in levers]
    shapes = [
        _mapping(
            _named(lever.name, lever.title, lever.about),
            lever.quantities,
            beside | {"line": {"enum": [*lever.lines(), None], "default": lever.line}},
            under,
        )
        for lever in levers
    ]
    line = {"enum": ["base", "envelope", "capital", None]}
    open_shapes = [_open(name, beside | {"line": line}, under) for name in others]
    return {"anyOf": [*known, *others, *shapes, *open_shapes]}


def _mapping(name: Schema, quantities: Iterable[Quantity], beside: Schema, under: bool) -> Schema:
    """Return a mapping of a name, its options and what else may stand beside it."""
    options = {q.name: _number(q) for q in quantities}
    nested = {"options": {"type": "object", **_closed(options)}} if under else {}
    keys = {"name": name, **beside, **nested, **options}
    return {
        "title": name["title"],
        "type": "object",
        "required": ["name"],
        **_closed(keys),
    }


def _open(name: Schema, beside: Schema, under: bool) -> Schema:
    """Return a mapping whose options only another file tells."""
    number = {"type": "number"}
    nested = {"options": {"type": "object", "additionalProperties": number}} if under else {}
    return {
        "type": "object",
        "required": ["name"],
        "properties": {"name": name, **beside, **nested},
        "additionalProperties": number,
    }


def _without_text(schema: Schema) -> Schema:
    """Leave out the forms that are a name alone."""
    return {"anyOf": [one for one in schema["anyOf"] if one.get("type") == "object"]}


def _number(q: Quantity) -> Schema:
    ids = ", ".join(name for name in q.source if name != ASSUMED)
    known = "; ".join(filter(None, ("assumed" if q.status == "assumed" else "", ids)))
    unit = "" if q.unit == "-" else f"{q.unit}; "
    return {
        "description": f"{q.text.en} ({unit}{known})\n{q.text.zh}",
        "type": "number",
        "minimum": q.low,
        "maximum": q.high,
        "default": q.default,
    }


def _parameters() -> dict[str, Schema]:
    from sansheng.month import PARAMETERS

    return {name: _number(quantity) for name, quantity in PARAMETERS.items()}


def _place_name() -> Schema:
    from sansheng.world.place import load_place, place_names

    return {"anyOf": [_named(name, load_place(name).title) for name in place_names()]}


def _source_id() -> Schema:
    from sansheng.facts import source_ids

    return {"enum": [ASSUMED, *sorted(source_ids())]}


def _named(name: str, title: Text, about: Text | None = None) -> Schema:
    return {"const": name, **_titled(title, _both(about or title))}


def _titled(title: Text | None, description: str | None = None) -> Schema:
    words = {"title": f"{title.en} {title.zh}"} if title else {}
    return words | ({"description": description} if description else {})


def _both(words: Text) -> str:
    return f"{words.en}\n{words.zh}"


def _closed(keys: Schema) -> Schema:
    return {"properties": keys, "additionalProperties": False}


def _either(*alternatives: Schema) -> Schema:
    return {"anyOf": list(alternatives)}


_NOTHING: Schema = {"type": "null"}


def _limits_of_list(schema: Schema) -> Schema:
    """Return the bounds on the length of the one list among a property's alternatives."""
    (found,) = (one for one in schema["anyOf"] if one.get("type") == "array")
    return {key: found[key] for key in ("minItems", "maxItems") if key in found}


def _of_model(model: Any) -> Schema:
    """Return pydantic's schema without the titles that it makes from names."""
    schema: Schema = copy.deepcopy(model.model_json_schema(by_alias=True))
    for part in [schema, *schema.get("$defs", {}).values()]:
        part.pop("title", None)
        part.pop("description", None)
        for key in part.get("properties", {}).values():
            key.pop("title", None)
    return schema


def _swept(schema: Schema) -> Schema:
    """Leave out definitions that nothing leads to, and give the others short names."""
    definitions = schema.pop("$defs", {})
    needed: list[str] = []
    queue = list(_references(schema))
    while queue:
        name = queue.pop(0)
        if name not in needed:
            needed.append(name)
            queue += _references(definitions[name])
    short: dict[str, str] = {}
    for name in needed:
        stem = "number" if "Sourced_" in name else name.lstrip("_")
        taken = sum(other.rstrip("0123456789_") == stem for other in short.values())
        short[name] = f"{stem}_{taken + 1}" if "Sourced_" in name else stem
    kept = {short[name]: definitions[name] for name in needed}
    renamed: Schema = _renamed({**schema, "$defs": kept}, short)
    return renamed


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _renamed(node: Any, short: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: f"#/$defs/{short.get(value.rpartition('/')[2], value.rpartition('/')[2])}"
            if key == "$ref"
            else _renamed(value, short)
            for key, value in node.items()
        }
    return [_renamed(value, short) for value in node] if isinstance(node, list) else node


_KEYS = {
    "title": Text("What a reader calls the study", "研究的名称"),
    "place": Text("One of `sansheng list places`", "地区，见 sansheng list places"),
    "start": Text("First reported month", "首个统计月份"),
    "months": Text("Reported months", "统计月数"),
    "warm_up": Text(
        "Months before start under the baseline's rule; not reported",
        "统计前按基线规则运行的月数，不计入结果",
    ),
    "replicates": Text(
        "Paired repetitions of every scenario, or the precision that decides their number",
        "每个方案的配对重复次数，或决定次数的精度",
    ),
    "seed": Text("Seed of all random draws", "随机种子"),
    "baseline": Text("Scenario that the others are compared with", "其余方案与之比较的方案"),
    "scenarios": Text("What is compared", "所比较的方案"),
    "parameters": Text("Values used instead of the defaults", "替代默认值的参数"),
    "grid": Text("Values tried of some parameters, at every combination", "逐一组合试算的参数取值"),
    "draws": Text("Other points at which parameters are tried", "参数取值的其他方案"),
    "record": Text("What is kept of runs beside their results", "结果之外保存的内容"),
}

_DRAWS = {
    "sobol": Text(
        "Points of a scrambled Sobol sequence, a power of two", "Sobol 序列的点数，2 的幂"
    ),
    "lhs": Text("Points of a Latin hypercube", "拉丁超立方的点数"),
    "over": Text(
        "Parameters that vary, over their declared range or a part of it",
        "变动的参数，取其声明范围或其中一段",
    ),
    "list": Text("Points, each of the same parameters", "逐点写出，各点参数相同"),
    "ensemble": Text(
        "Table of a calibration, relative to the study", "校准参数组文件，相对于研究文件"
    ),
    "most": Text("Points taken of it at most, evenly spread", "最多取用的点数，均匀选取"),
}

_PRECISION = {
    "half_width": Text(
        "Half of the width of the 95% interval, in the outcome's unit", "95% 区间的半宽，单位同指标"
    ),
    "on": Text("Outcome", "指标"),
    "paired": Text(
        "Of the difference from the baseline, instead of the mean", "对与基线的差值，而非均值"
    ),
    "min": Text("Replicates of the first stage", "第一阶段的重复次数"),
    "max": Text("Replicates at most", "最多重复次数"),
}
