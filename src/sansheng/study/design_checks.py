"""What a study file says of draws, precision and records: whether it fits together, and inside declared ranges.

As in :mod:`sansheng.study.checks`, what is not of the right type is skipped here and told by the models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.located_yaml import Loc, Located
from sansheng.core.text import Text
from sansheng.study.checks import MOST_DRAWS, check_number, unknown_name
from sansheng.study.ensembles import ensemble_text, parse_ensemble
from sansheng.study.precision import Precision

KINDS = ("sobol", "lhs", "list", "ensemble")
SPREAD = ("sobol", "lhs")
"""Kinds that need ranges."""

_PARAMETER = Text("parameter", "参数")


def check_designs(located: Located) -> Iterator[Problem]:
    """Yield what is wrong with ``draws``, ``replicates`` and ``record``."""
    data = _mapping(located.data)
    yield from _check_draws(located, data)
    yield from _check_precision(located, data)
    yield from _check_record(located, data)


def _check_draws(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    written = data.get("draws")
    if not isinstance(written, dict):
        return
    if "grid" in data:
        text = Text("a study has a grid or draws, not both", "grid 与 draws 只能选一项")
        yield Problem(text, located.where(("draws",), key=True))
    yield from _check_keys(located, {key for key, value in written.items() if value is not None})
    yield from _check_sobol(located, written.get("sobol"))
    names: list[tuple[Loc, str]] = []
    for check, key in ((_check_over, "over"), (_check_list, "list"), (_check_ensemble, "ensemble")):
        for found in check(located, ("draws", key), written.get(key)):
            if isinstance(found, Problem):
                yield found
            else:
                names.append(found)
    fixed = _mapping(data.get("parameters"))
    for loc, name in names:
        if name in fixed:
            text = Text(
                f"parameter {name} is set under parameters and varied under draws; choose one",
                f"参数 {name} 同时出现在 parameters 与 draws 中；只能选一处",
            )
            yield Problem(text, located.where(loc, key=True))


def _check_keys(located: Located, given: set[str]) -> Iterator[Problem]:
    """Yield what does not go together; ``given`` are the keys that have a value."""
    here: Loc = ("draws",)
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) != 1:
        got = " and ".join(kinds) or "none"
        got_zh = "、".join(kinds) or "无"
        text = Text(
            f"draws are one of sobol, lhs, list and ensemble; got {got}",
            f"draws 须为 sobol、lhs、list、ensemble 之一；实际为 {got_zh}",
        )
        yield Problem(text, located.where((*here, kinds[1]) if kinds else here, key=True))
        return
    (kind,) = kinds
    if kind in SPREAD and "over" not in given:
        text = Text(
            f"{kind} needs over: the parameters that vary, like over: [psi, lam]",
            f"{kind} 须写明 over，即变动的参数，如 over: [psi, lam]",
        )
        yield Problem(text, located.where((*here, kind), key=True))
    for key, wanted in (("over", SPREAD), ("most", ("ensemble",))):
        if key in given and kind not in wanted:
            text = Text(
                f"{key} goes with {' or '.join(wanted)}, not with {kind}",
                f"{key} 只与 {'、'.join(wanted)} 同用，不与 {kind} 同用",
            )
            yield Problem(text, located.where((*here, key), key=True))


def _check_sobol(located: Located, count: object) -> Iterator[Problem]:
    if not isinstance(count, int) or isinstance(count, bool) or not 2 <= count <= MOST_DRAWS:
        return
    below = 1 << (count.bit_length() - 1)
    if count == below:
        return
    near = [below, 2 * below] if 2 * below <= MOST_DRAWS else [below]
    text = Text(
        f"sobol {count} is not a power of two, for which the sequence is even;"
        f" nearest: {' or '.join(map(str, near))}",
        f"sobol {count} 不是 2 的幂，序列不均匀；最近的为 {'、'.join(map(str, near))}",
    )
    yield Problem(text, located.where(("draws", "sobol")))


def _check_over(located: Located, loc: Loc, written: object) -> Iterator[Problem | tuple[Loc, str]]:
    """Yield what is wrong with the parameters that vary and their ranges, and where each is named."""
    from sansheng.month import PARAMETERS

    if isinstance(written, list):
        seen: Counter[str] = Counter()
        for position, name in enumerate(written):
            at = (*loc, position)
            if not isinstance(name, str):
                continue
            seen[name] += 1
            if name not in PARAMETERS:
                yield unknown_name(located, at, _PARAMETER, name, PARAMETERS)
            elif seen[name] == 2:
                text = Text(f"parameter {name} is named twice", f"参数 {name} 重复列出")
                yield Problem(text, located.where(at))
            yield at, name
        return
    for name, bounds in _mapping(written).items():
        at = (*loc, name)
        yield at, name
        if name not in PARAMETERS:
            yield unknown_name(located, at, _PARAMETER, name, PARAMETERS, key=True)
            continue
        numbers = [x for x in bounds if _is_number(x)] if isinstance(bounds, list) else []
        outside = [x for x in numbers if not PARAMETERS[name].contains(float(x))]
        if outside:
            position = bounds.index(outside[0])
            yield Problem(PARAMETERS[name].refusal(outside[0]), located.where((*at, position)))
        elif len(numbers) == len(bounds or ()) == 2 and numbers[0] >= numbers[1]:
            text = Text(
                f"the range of {name} is its low end, then its high end;"
                f" {numbers[0]} is not below {numbers[1]}",
                f"{name} 的范围应先低后高；{numbers[0]} 不低于 {numbers[1]}",
            )
            yield Problem(text, located.where(at))


def _check_list(located: Located, loc: Loc, written: object) -> Iterator[Problem | tuple[Loc, str]]:
    """Yield what is wrong with points that are written out, and where their parameters are first named."""
    from sansheng.month import PARAMETERS

    first: Mapping[str, Any] | None = None
    for position, point in enumerate(written if isinstance(written, list) else ()):
        if not isinstance(point, dict):
            continue
        at = (*loc, position)
        for name, value in point.items():
            yield from check_number(located, (*at, name), _PARAMETER, value, PARAMETERS)
        if first is None:
            first = point
            yield from (((*at, name), name) for name in point)
        elif set(point) != set(first):
            text = Text(
                f"every point has the same parameters; the first has {_names(first, ', ')},"
                f" this one {_names(point, ', ')}",
                f"各点的参数须相同；第一个点为 {_names(first, '、')}，此处为 {_names(point, '、')}",
            )
            yield Problem(text, located.where(at))


def _check_ensemble(
    located: Located, loc: Loc, written: object
) -> Iterator[Problem | tuple[Loc, str]]:
    """Yield what is wrong with an ensemble, at its place in either file, and the parameters that it varies."""
    if not isinstance(written, str):
        return
    try:
        file, text = ensemble_text(Path(located.file).parent / written)
        points = parse_ensemble(text, str(file))
    except BadInput as refused:
        for problem in refused.problems:
            if problem.where is not None:
                yield problem
                continue
            told = Text(
                f"ensemble {quoted(written)}: {problem.text.en}",
                f"参数组 {quoted(written)}：{problem.text.zh}",
            )
            yield Problem(told, located.where(loc))
        return
    if len(points.rows) > MOST_DRAWS and "most" not in _mapping(_mapping(located.data)["draws"]):
        told = Text(
            f"the ensemble has {len(points.rows):,} points; at most {MOST_DRAWS:,} are allowed:"
            " say how many with most",
            f"参数组共有 {len(points.rows):,} 个；最多允许 {MOST_DRAWS:,} 个，请用 most 限定",
        )
        yield Problem(told, located.where(loc))
    yield from ((loc, name) for name in points.names)


def _check_precision(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    from sansheng.outcomes.measures import OUTCOMES

    here: Loc = ("replicates",)
    written = data.get("replicates")
    if not isinstance(written, dict):
        return
    on, most = written.get("on"), written.get("max")
    least = written.get("min", Precision.model_fields["min"].default)
    if isinstance(on, str) and on not in OUTCOMES:
        yield unknown_name(located, (*here, "on"), Text("outcome", "指标"), on, OUTCOMES)
    if _is_number(least) and _is_number(most) and least > most:
        text = Text(f"max {most} is below min {least}", f"max {most} 小于 min {least}")
        yield Problem(text, located.where((*here, "max")))
    if written.get("paired", True) is True and len(_mapping(data.get("scenarios"))) == 1:
        text = Text(
            "there is no difference from the baseline in a study of one scenario; say paired: false",
            "只有一个方案，无从与基线配对；请写 paired: false",
        )
        yield Problem(text, located.where((*here, "paired"), key=True))


def _check_record(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    asked = data.get("replicates")
    count = asked.get("max") if isinstance(asked, dict) else asked
    if data.get("record") == {}:
        text = Text(
            "record says nothing; it takes events, communities or both",
            "record 为空；可写 events、communities 或两者",
        )
        yield Problem(text, located.where(("record",)))
    events = _mapping(data.get("record")).get("events")
    seen: Counter[int] = Counter()
    for position, replicate in enumerate(events if isinstance(events, list) else ()):
        where = located.where(("record", "events", position))
        if not isinstance(replicate, int) or isinstance(replicate, bool):
            continue
        seen[replicate] += 1
        if seen[replicate] == 2:
            text = Text(f"replicate {replicate} is named twice", f"重复编号 {replicate} 重复列出")
            yield Problem(text, where)
        elif isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= replicate:
            text = Text(
                f"there is no replicate {replicate}; they count from 0 to {count - 1}",
                f"没有编号为 {replicate} 的重复；编号为 0 至 {count - 1}",
            )
            yield Problem(text, where)


def _names(point: Iterable[str], comma: str) -> str:
    return comma.join(map(quoted, sorted(point)))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
