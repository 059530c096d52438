"""What pydantic found wrong, told to the person who wrote the file.

Each fault becomes one line in both languages, at the line and column where it was written, with the
allowed range and the nearest valid name. A union is told as one fault, not one per alternative.
"""

from __future__ import annotations

import dataclasses
import enum
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sansheng.core.errors import Problem, did_you_mean, quoted
from sansheng.core.located_yaml import Loc, Located
from sansheng.core.text import Text

_MOST_LISTED = 12
_HAN_THEN_LATIN = re.compile(r"[\u4e00-\u9fff][!-~]")
_EXTRA = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_CHOICE = frozenset({"literal_error", "enum"})
_RANGE = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_LENGTH = frozenset({"too_short", "too_long", "string_too_short", "string_too_long"})
_RAISED = frozenset({"value_error", "assertion_error"})
_KINDS: dict[str, type[Any]] = {
    "int_type": int,
    "int_parsing": int,
    "int_parsing_size": int,
    "int_from_float": int,
    "float_type": float,
    "float_parsing": float,
    "string_type": str,
    "string_sub_type": str,
    "bool_type": bool,
    "bool_parsing": bool,
    "dict_type": dict,
    "mapping_type": dict,
    "model_type": dict,
    "model_attributes_type": dict,
    "dataclass_type": dict,
    "named_tuple_type": dict,
    "list_type": list,
    "tuple_type": list,
    "set_type": list,
    "frozen_set_type": list,
}
"""Errors that say a value is of the wrong kind, and the kind that was wanted."""


@dataclass(frozen=True)
class _Slot:
    """What may stand at a place: its alternatives and the constraints on them."""

    kinds: tuple[Any, ...] = ()
    constraints: tuple[Any, ...] = ()

    def bound(self, name: str) -> Any:
        """Return the last constraint of this name (``ge``, ``max_length``, ...), or None."""
        values = [getattr(constraint, name, None) for constraint in self.constraints]
        return next((value for value in reversed(values) if value is not None), None)


@dataclass(frozen=True)
class _Fault:
    """One of pydantic's errors, led back to the data."""

    kind: str
    message: str
    context: dict[str, Any]
    value: Any
    path: Loc
    slot: _Slot
    around: _Slot
    on_key: bool
    forks: tuple[tuple[Loc, str | int], ...] = field(default=())
    """Where the way to the fault passed a union, and the alternative it took."""


def problems_from_pydantic(
    error: ValidationError, located: Located, model: type[BaseModel]
) -> list[Problem]:
    """Return the problems of data that a model refused, in the order of the file.

    Parameters
    ----------
    error
        What the model raised on ``located.data``.
    located
        The data and the places of its parts.
    model
        The model; its fields say what is allowed.

    Notes
    -----
    A validator may raise ``ValueError(Text(...))`` or ``ValueError(Problem(...), ...)``; the text is
    told as it is. A problem without a place gets that of the value.
    """
    faults = [_lead_back(details, located, model) for details in error.errors(include_url=False)]
    problems = [problem for told in _choose(faults, 0) for problem in _tell(told, located)]
    return sorted(
        dict.fromkeys(problems),
        key=lambda problem: (problem.where is None, problem.where and problem.where[1:]),
    )


def _lead_back(details: Any, located: Located, model: type[BaseModel]) -> _Fault:
    """Follow an error's location through the data and the model's annotations together."""
    slot, around = _Slot((model,)), _Slot()
    on_key = details["loc"][-1:] == ("[key]",)
    data: Any = located.data
    path: Loc = ()
    forks: list[tuple[Loc, str | int]] = []
    for part in details["loc"]:
        if len(slot.kinds) > 1:
            forks.append((path, part))
            slot = _Slot(_alternative(slot.kinds, part), slot.constraints)
            continue
        inner = _inside(slot, part)
        holds = (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data)
        )
        if inner is None and not holds:
            continue  # the name of a validator or the mark of a key, not a part of the data
        slot, around = inner or _Slot(), slot
        path = (*path, part)
        data = data[part] if holds else None
    if on_key:
        args = get_args(around.kinds[0]) if around.kinds else ()
        slot = _slot(args[0]) if args else _Slot()
    return _Fault(
        kind=details["type"],
        message=details["msg"],
        context=details.get("ctx", {}),
        value=details["input"],
        path=path,
        slot=slot,
        around=around,
        on_key=on_key,
        forks=tuple(forks),
    )


def _slot(annotation: Any, constraints: Iterable[Any] = ()) -> _Slot:
    """Return what an annotation allows; ``None`` as an alternative is left out."""
    kinds: list[Any] = []
    found: list[Any] = []
    queue = [annotation]
    while queue:
        part = queue.pop(0)
        origin = get_origin(part)
        if origin is Annotated:
            inner, *metadata = get_args(part)
            queue.insert(0, inner)
            found += metadata
        elif origin in (Union, types.UnionType):
            queue = [*get_args(part), *queue]
        elif part is not type(None):
            kinds.append(part)
    return _Slot(tuple(kinds), tuple(_flat([*found, *constraints])))


def _flat(constraints: Iterable[Any]) -> Iterator[Any]:
    for constraint in constraints:
        if isinstance(constraint, FieldInfo):
            yield from _flat(constraint.metadata)
        else:
            yield constraint


def _fields(kind: Any) -> dict[str, _Slot] | None:
    """Return the keys of a model, dataclass or named tuple, and what each takes."""
    if not isinstance(kind, type):
        return None
    if issubclass(kind, BaseModel):
        return {
            info.alias or name: _slot(info.annotation, info.metadata)
            for name, info in kind.model_fields.items()
        }
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return {part.name: _slot(hints[part.name]) for part in dataclasses.fields(kind)}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = get_type_hints(kind, include_extras=True)
        return {name: _slot(hints[name]) for name in kind._fields}
    return None


def _inside(slot: _Slot, part: str | int) -> _Slot | None:
    """Return what may stand at a key or index of a slot, or None if that is not known."""
    if not slot.kinds:
        return None
    kind = slot.kinds[0]
    fields = _fields(kind)
    if fields is not None:
        return fields.get(str(part))
    origin, args = get_origin(kind), get_args(kind)
    if not isinstance(origin, type) or not args:
        return None
    if issubclass(origin, Mapping) and isinstance(part, str) and part != "[key]":
        return _slot(args[1])
    if issubclass(origin, tuple) and isinstance(part, int) and args[-1] is not Ellipsis:
        return _slot(args[part]) if part < len(args) else None
    if issubclass(origin, Sequence | AbstractSet) and isinstance(part, int):
        return _slot(args[0])
    return None


def _alternative(kinds: tuple[Any, ...], label: str | int) -> tuple[Any, ...]:
    """Return the alternative that pydantic calls by a label, if it can be told."""
    called = str(label).removeprefix("constrained-").split("[")[0]
    for kind in kinds:
        origin = get_origin(kind) or kind
        name = "literal" if origin is Literal else getattr(origin, "__name__", str(origin))
        if called == name:
            return (kind,)
    return ()


def _choose(faults: list[_Fault], level: int) -> list[_Fault]:
    """Keep of each union the alternative the writer meant, or one fault for all of them."""
    kept: list[_Fault] = []
    unions: dict[Loc, dict[str | int, list[_Fault]]] = {}
    for fault in faults:
        if len(fault.forks) <= level:
            kept.append(fault)
        else:
            place, label = fault.forks[level]
            unions.setdefault(place, {}).setdefault(label, []).append(fault)
    for place, branches in unions.items():
        meant = [
            branch
            for branch in branches.values()
            if not any(
                fault.path == place and (fault.kind in _KINDS or fault.kind in _CHOICE)
                for fault in branch
            )
        ]
        if meant:
            kept += _choose(min(meant, key=len), level + 1)
        else:
            kept.append(_merged([branch[0] for branch in branches.values()]))
    return kept


def _merged(faults: list[_Fault]) -> _Fault:
    """Return one fault that wants any of what several wanted."""
    first = faults[0]
    kinds = [kind for fault in faults for kind in (fault.slot.kinds or _wanted(fault))]
    if float in kinds:
        kinds = [kind for kind in kinds if kind is not int]
    constraints = tuple(constraint for fault in faults for constraint in fault.slot.constraints)
    slot = _Slot(tuple(dict.fromkeys(kinds)), tuple(dict.fromkeys(constraints)))
    return dataclasses.replace(first, kind="union", slot=slot, forks=())


def _wanted(fault: _Fault) -> tuple[Any, ...]:
    kind = _KINDS.get(fault.kind)
    return () if kind is None else (kind,)


def _tell(fault: _Fault, located: Located) -> list[Problem]:
    """Return the problems that a fault stands for; one, unless a validator raised several."""
    where = located.where(fault.path, key=fault.on_key)
    name = _key_name(fault.path) if fault.on_key else _name(fault.path)
    got = _got(fault.value)
    if fault.kind in _EXTRA:
        return [Problem(_unknown_key(fault), located.where(fault.path, key=True))]
    if fault.kind in _MISSING:
        return [Problem(_missing_key(fault), located.where(fault.path[:-1], key=True))]
    if fault.kind in _RAISED:
        return [
            Problem(problem.text, problem.where or where)
            for problem in _raised(fault.context["error"], name)
        ]
    if fault.kind in _LENGTH:
        return [Problem(_length(fault, name), where)]
    if fault.kind in _KINDS or fault.kind in _CHOICE or fault.kind in _RANGE | {"union"}:
        slot = fault.slot if fault.slot.kinds else _Slot(_wanted(fault), fault.slot.constraints)
        wanted = _expected(slot, fault.context)
        near = did_you_mean(str(fault.value), _choices(slot))
        return [
            Problem(
                Text(
                    f"{name.en} must be {wanted.en}, got {got.en}{near.en}",
                    _joined(name.zh, "须为", wanted.zh, "，实际为", got.zh, near.zh),
                ),
                where,
            )
        ]
    if fault.kind == "finite_number":
        finite = Text(f"{name.en} must be finite", _joined(name.zh, "须为有限的数"))
        return [Problem(finite, where)]
    text = Text(
        f"{name.en}: {fault.message}, got {got.en}",
        _joined(f"{name.zh}：{fault.message}，实际为", got.zh),
    )
    return [Problem(text, where)]


def _raised(error: object, name: Text) -> list[Problem]:
    """Return what a validator said."""
    args = error.args if isinstance(error, Exception) else ()
    problems = [said for said in args if isinstance(said, Problem)]
    if problems:
        return problems
    if args and isinstance(args[0], Text):
        return [Problem(args[0])]
    return [Problem(Text(f"{name.en}: {error}", f"{name.zh}：{error}"))]


def _unknown_key(fault: _Fault) -> Text:
    key = str(fault.path[-1])
    allowed = list((_fields(fault.around.kinds[0]) or {}) if fault.around.kinds else {})
    near = did_you_mean(key, allowed)
    text = Text(f"unknown key {quoted(key)}{near.en}", f"未知的键 {quoted(key)}{near.zh}")
    if not 0 < len(allowed) <= _MOST_LISTED:
        return text
    en = f" (allowed: {', '.join(allowed)})"
    return Text(text.en + en, f"{text.zh}（可用：{'、'.join(allowed)}）")


def _missing_key(fault: _Fault) -> Text:
    key = quoted(str(fault.path[-1]))
    wanted = _expected(fault.slot, fault.context)
    return Text(f"key {key} is missing ({wanted.en})", f"缺少键 {key}（{wanted.zh.strip()}）")


def _length(fault: _Fault, name: Text) -> Text:
    low = fault.slot.bound("min_length") or fault.context.get("min_length")
    high = fault.slot.bound("max_length") or fault.context.get("max_length")
    text = fault.kind.startswith("string")
    count = _range(low, None, high, None)
    unit = ("character" if text else "item") + ("" if count.en.endswith(" 1") else "s")
    return Text(
        f"{name.en} must have {count.en} {unit}, got {len(fault.value)}",
        _joined(
            name.zh,
            f"的{'字数' if text else '项数'}须为",
            f"{count.zh}，实际为",
            str(len(fault.value)),
        ),
    )


def _expected(slot: _Slot, context: Mapping[str, Any]) -> Text:
    """Return what a slot takes, with its range: ``a whole number from 1 to 600``."""
    bounds = [slot.bound(name) for name in ("ge", "gt", "le", "lt")]
    if bounds == [None] * 4:
        bounds = [context.get(name) for name in ("ge", "gt", "le", "lt")]
    limits = _range(*bounds)
    if limits.en:
        of = " of " if limits.en.startswith("at ") else " "
        limits = Text(of + limits.en, limits.zh + " 的")
    told = [_kind(kind, limits) for kind in slot.kinds or (object,)]
    told = list(dict.fromkeys(told))
    either = [part for text in told for part in ("或", text.zh)]
    return Text(" or ".join(text.en for text in told), _joined(*either[1:]))


def _kind(kind: Any, limits: Text) -> Text:
    if kind is bool:
        return Text("true or false", "true 或 false")
    if kind is int:
        return Text("a whole number" + limits.en, limits.zh + "整数")
    if kind is float:
        return Text("a number" + limits.en, limits.zh + "数")
    if kind is str:
        return Text("text", "文字")
    choices = _literals(kind)
    if choices:
        shown = [quoted(choice) for choice in choices]
        if len(shown) == 1:
            return Text(shown[0], shown[0])
        return Text(f"one of {', '.join(shown)}", f"以下之一：{'、'.join(shown)}")
    origin = get_origin(kind) or kind
    if isinstance(origin, type):
        if _fields(origin) is not None or issubclass(origin, Mapping):
            return Text("a mapping of keys to values", "键值映射")
        if issubclass(origin, Sequence | AbstractSet):
            return Text("a list", "列表")
    return Text("a valid value", "有效的值")


def _range(ge: Any, gt: Any, le: Any, lt: Any) -> Text:
    """Return bounds in words: ``from 1 to 600``."""
    if ge is not None and ge == le:
        return Text(f"exactly {_number(ge)}", _number(ge))
    if ge is not None and le is not None:
        low, high = _number(ge), _number(le)
        return Text(f"from {low} to {high}", f"{low} 至 {high}")
    parts = [
        Text(f"{en} {_number(bound)}", f"{zh} {_number(bound)}")
        for bound, en, zh in (
            (ge, "at least", "不小于"),
            (gt, "above", "大于"),
            (le, "at most", "不大于"),
            (lt, "below", "小于"),
        )
        if bound is not None
    ]
    return Text(" and ".join(part.en for part in parts), " 且".join(part.zh for part in parts))


def _number(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value) if whole else value)


def _literals(kind: Any) -> list[Any]:
    """Return the values of a ``Literal`` or an enumeration."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [member.value for member in kind]
    return []


def _choices(slot: _Slot) -> list[str]:
    return [str(value) for kind in slot.kinds for value in _literals(kind)]


def _name(path: Loc) -> Text:
    """Return how a message calls what stands at a location: ``scenarios.flat.rule``, ``grid[2]``."""
    if not path:
        return Text("the file", "文件内容")
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}"
    return Text(name.removeprefix("."), name.removeprefix("."))


def _key_name(path: Loc) -> Text:
    """Return how a message calls a key that is itself at fault."""
    key = quoted(str(path[-1]))
    return Text(f"key {key}", f"键 {key}")


def _got(value: Any) -> Text:
    if value is None:
        return Text("nothing", "空值")
    if isinstance(value, Mapping):
        return Text("a mapping", "键值映射")
    if isinstance(value, list | tuple):
        return Text("a list", "列表")
    return Text(quoted(value), quoted(value))


def _joined(*parts: str) -> str:
    """Join words of a Chinese sentence, with a space where a Chinese one meets a Latin one."""
    text = ""
    for part in filter(None, parts):
        ends = text[-1:] + part[0]
        spaced = _HAN_THEN_LATIN.fullmatch(ends) or _HAN_THEN_LATIN.fullmatch(ends[::-1])
        text += f" {part}" if spaced else part
    return text
