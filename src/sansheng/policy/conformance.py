"""What every funding rule must hold, tried on districts that are ordinary and on some that are not.

Nothing here is drawn at random: the same rule is always tried on the same views. A rule is tried with its
defaults and with each of its options at both ends of its range.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, get_args

import numpy as np

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Instrument
from sansheng.policy.asking import ask, grants_complaint, place_of_rule
from sansheng.policy.enact import complaint
from sansheng.policy.rule import Rule
from sansheng.policy.view import Truth, View
from sansheng.world.schema import GROUPS

VAST = 10**15
"""A budget of ten thousand billion yuan, fen: still exact in a float."""

ODD_FEN = 2
"""Fen by which a community may differ when rows change places: a fen left over by rounding goes to the largest
remainder, of equal ones to the first row (:func:`sansheng.core.ledger.split_fen`), once a division."""

NOT_BY_COMMUNITY = frozenset({"budget", "months", "months_last", "standard_minutes", "truth"})


class Input(NamedTuple):
    """What a rule was tried on."""

    options: Mapping[str, float]
    district: Text
    view: View

    @property
    def text(self) -> Text:
        """Return it in words."""
        told = ", ".join(f"{name} = {value:g}" for name, value in self.options.items())
        said = f" ({told})" if told else ""
        return Text(f"{self.district.en}{said}", f"{self.district.zh}{said}")


class Fault(NamedTuple):
    """The first input that a check failed on, and why."""

    input: Text
    problem: Problem


class Verdict(NamedTuple):
    """What a check found; ``inputs`` is how many were tried."""

    check: str
    text: Text
    inputs: int
    fault: Fault | None

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


Trial = Callable[[Rule, View], Problem | None]


def examine(make: Callable[[Mapping[str, float]], Rule]) -> list[Verdict]:
    """Try a rule on everything.

    Parameters
    ----------
    make
        Makes the rule with the given options: its class, for instance.

    Returns
    -------
    list of Verdict
        One for each check. What rests on an answer is tried only where there is a sound one.
    """
    inputs = list(_inputs(make({})))
    first_fault: dict[str, Fault] = {}
    tried = dict.fromkeys(CHECKS, 0)
    for item in inputs:
        for name, check in CHECKS.items():
            tried[name] += 1
            try:
                found = check.trial(make(item.options), item.view)
            except RunFailed as failed:
                found = failed.problem
            if found is not None:
                first_fault.setdefault(name, Fault(item.text, found))
                if check.vital:
                    break
    return [Verdict(n, c.text, tried[n], first_fault.get(n)) for n, c in CHECKS.items()]


def _answers(rule: Rule, view: View) -> Problem | None:
    said: object = ask(rule, view)
    return None if isinstance(said, Allocation) else _at(rule, complaint(said, view))


def _whole_fen(rule: Rule, view: View) -> Problem | None:
    return _at(rule, grants_complaint(ask(rule, view).grants, view.communities))


def _within_budget(rule: Rule, view: View) -> Problem | None:
    allocation = ask(rule, view)
    if complaint(allocation, replace(view, budget=2**62)) is not None:
        return None  # not about the budget
    return _at(rule, complaint(allocation, view))


def _sound(rule: Rule, view: View) -> Problem | None:
    allocation = ask(rule, view)
    if (wrong := complaint(allocation, replace(view, budget=2**62))) is not None:
        return _at(rule, wrong)
    for name in get_args(Instrument):
        if getattr(allocation, name) is not None and name not in rule.uses and not rule.combines:
            words = f'uses = frozenset({{"{name}"}})'
            text = Text(f"it sets {name}: say {words}", f"设定 {name} 的规则须写明 {words}")
            return _at(rule, text)
    return None


def _same_twice(rule: Rule, view: View) -> Problem | None:
    one, two = ask(rule, view), ask(rule, view)
    three = ask(replace(rule), view)
    for other in (two, three):
        if (name := _difference(one, other, None)) is not None:
            return _at(rule, Text(f"asked again, {name} differs", f"再次询问时 {name} 不同"))
    return None


def _same_in_any_order(rule: Rule, view: View) -> Problem | None:
    n = view.communities
    if twins(view):
        return None  # an odd piece has to go to one of two whom nothing tells apart
    one = ask(rule, view)
    for order in (np.arange(n)[::-1], np.roll(np.arange(n), 1), np.argsort(_spread(n, 3))):
        other = ask(rule, reordered(view, order))
        if (name := _difference(one, other, order)) is not None:
            return _at(
                rule,
                Text(
                    f"{name} depends on the row in which a community stands, not on the community alone",
                    f"{name} 取决于社区所在的行，而不只取决于社区本身",
                ),
            )
    return None


def twins(view: View) -> bool:
    """Whether two communities are alike in everything that a rule sees."""
    rows = [
        getattr(view, field.name).reshape(view.communities, -1)
        for field in fields(View)
        if field.name not in NOT_BY_COMMUNITY
    ]
    return len(np.unique(np.hstack(rows), axis=0)) < view.communities


def _asks_nobody(rule: Rule, view: View) -> Problem | None:
    ask(rule, view)  # what is compiled or imported at the first call is there now
    with watched() as seen:
        ask(rule, view)
    if not seen:
        return None
    return _at(
        rule,
        Text(f"it does more than look at its view: {seen[0]}", f"除 view 外还使用了：{seen[0]}"),
    )


class Check(NamedTuple):
    """A property of rules; where a vital one fails, the others are not tried."""

    text: Text
    trial: Trial
    vital: bool = False


CHECKS: Mapping[str, Check] = {
    "answers": Check(
        Text(
            "returns an Allocation and leaves its view as it was",
            "返回 Allocation，且不改动 view",
        ),
        _answers,
        vital=True,
    ),
    "whole_fen": Check(
        Text(
            "grants are whole fen, finite and not negative, one a community",
            "拨款为非负有限整分，每个社区一项",
        ),
        _whole_fen,
        vital=True,
    ),
    "sound": Check(
        Text("everything else it says is in range", "其余各项均在允许范围内"), _sound, vital=True
    ),
    "within_budget": Check(
        Text("promises no fen more than the budget", "承诺不超过预算（精确到分）"), _within_budget
    ),
    "same_twice": Check(
        Text("gives the same answer when asked again", "再次询问，答案相同"), _same_twice
    ),
    "same_in_any_order": Check(
        Text(
            f"gives a community the same in any row, but for {ODD_FEN} odd fen of rounding",
            f"社区无论在哪一行所得相同（舍入尾差至多 {ODD_FEN} 分）",
        ),
        _same_in_any_order,
    ),
    "asks_nobody": Check(
        Text(
            "opens no file, connection or program while it decides",
            "决定过程中不打开文件、网络连接或其他程序",
        ),
        _asks_nobody,
    ),
}
"""What is tried, in this order."""


def reordered(view: View, order: I64) -> View:
    """Return the same communities in other rows."""
    moved: dict[str, Any] = {
        field.name: frozen(getattr(view, field.name)[order])
        for field in fields(View)
        if field.name not in NOT_BY_COMMUNITY
    }
    if view.truth is not None:
        moved["truth"] = Truth(
            **{
                field.name: frozen(getattr(view.truth, field.name)[order])
                for field in fields(Truth)
            }
        )
    return replace(view, **moved)


def views() -> Iterator[tuple[Text, View]]:
    """Yield districts to try a rule on, each with a name."""
    plain = _district(12)
    nothing: dict[str, Any] = {"need_seen": _zeros(12), "gap_seen": _zeros(12)}
    unrecorded = {
        "closed_last": np.zeros_like(plain.closed_last),
        "granted_last": np.zeros(12, np.int64),
        "gap_seen": _zeros(12),
        "months_last": 0,
    }
    yield Text("twelve ordinary communities", "十二个普通社区"), plain
    yield Text("a district of a hundred", "一百个社区的区"), _district(100, 345_678_901)
    yield (
        Text("the first period, nothing on record", "首期，尚无记录"),
        with_columns(plain, unrecorded),
    )
    yield Text("July, six months left", "七月，尚余六个月"), with_columns(plain, {"months": 6})
    yield Text("no need seen anywhere", "各处均未见需求"), with_columns(plain, nothing)
    yield Text("no duties and nobody helped", "无职责、无结案"), with_columns(plain, _idle(plain))
    yield (
        Text("one community without people", "有一个社区无人居住"),
        with_columns(plain, _empty(plain, 1)),
    )
    yield Text("nobody lives there", "无人居住"), with_columns(plain, _empty(plain, 12))
    yield Text("communities all alike", "各社区完全相同"), reordered(plain, np.zeros(12, np.int64))
    yield Text("one community", "仅一个社区"), reordered(plain, np.zeros(1, np.int64))
    yield Text("a budget of nothing", "预算为零"), with_columns(plain, {"budget": 0})
    yield Text("a budget of one fen", "预算为一分"), with_columns(plain, {"budget": 1})
    yield Text("a vast budget", "预算极大"), with_columns(plain, {"budget": VAST})


def _inputs(rule: Rule) -> Iterator[Input]:
    variants: list[dict[str, float]] = [{}]
    variants += [{q.name: value} for q in rule.quantities for value in (q.low, q.high)]
    for options in variants:
        for text, view in views():
            own = {field.name: getattr(view, field.name) for field in fields(View)}
            if rule.sees_truth:
                own["truth"] = _truth(view)
            yield Input(
                options, text, with_columns(view, own)
            )  # copies: nothing that a rule does to one lasts


def _spread(n: int, which: int = 0) -> Any:
    """Return numbers from 0 to 1, all different and in no order: multiples of an irrational number, modulo one."""
    return np.arange(1, n + 1) * np.sqrt(4.0 * which + 2.0) % 1.0


def _district(n: int, budget: int = 12_345_679) -> View:
    """Return a district whose communities all differ."""
    categories = 10

    def between(low: float, high: float, shift: int) -> Any:
        return low + (high - low) * _spread(n, shift)

    def whole(low: float, high: float, shift: int, kind: type = np.int64) -> Any:
        return np.rint(between(low, high, shift)).astype(kind)

    minutes = np.array([[60.0 + 40.0 * k, 180.0 + 120.0 * k] for k in range(categories)])
    people = np.stack([whole(20, 1500, 20 + g) for g in range(len(GROUPS))], axis=1)
    closed = [
        [whole(0, 300, 40 + 2 * k + h, np.int32) for h in range(2)] for k in range(categories)
    ]
    return with_columns(
        None,
        {
            "budget": budget,
            "months": 12,
            "households": whole(200, 6000, 1),
            "duties_service": whole(20, 90, 2, np.int32),
            "duties_admin": whole(10, 60, 3, np.int32),
            "staff": whole(4, 30, 4, np.int32),
            "closed_last": np.array(closed, np.int32).transpose(2, 0, 1),
            "standard_minutes": minutes,
            "granted_last": whole(10_000, 1_500_000, 5),
            "months_last": 12,
            "residents_by_group": people,
            "premises_missing": np.maximum(0.0, between(-100.0, 250.0, 6)),
            "groups": whole(0, 30, 7),
            "estate_age": between(2.0, 45.0, 8),
            "need_seen": between(0.1, 1.6, 9),
            "gap_seen": between(0.0, 0.7, 10),
        },
    )


def _truth(view: View) -> Truth:
    """Return a truth of a district that agrees with what is seen of it."""
    needed = 7.0 * view.need_seen * view.households
    return Truth(
        hours_needed=frozen(needed),
        hours_at_hand=frozen(400.0 * view.staff),
        hours_per_yuan=frozen(np.full(view.communities, 0.02)),
        most=frozen((3_000_000 * view.staff).astype(np.int64)),
    )


def with_columns(view: View | None, changes: Mapping[str, Any]) -> View:
    """Return a view with other columns, which nobody can write to."""
    columns = {
        name: frozen(value) if isinstance(value, np.ndarray) else value
        for name, value in changes.items()
    }
    return View(**columns) if view is None else replace(view, **columns)


def _idle(view: View) -> dict[str, Any]:
    names = ("duties_service", "duties_admin", "closed_last")
    return {name: np.zeros_like(getattr(view, name)) for name in names}


def _empty(view: View, communities: int) -> dict[str, Any]:
    """Return what changes if nobody lives in the first communities."""
    names = ("households", "residents_by_group", "need_seen", "gap_seen")
    columns = {name: getattr(view, name).copy() for name in names}
    for column in columns.values():
        column[:communities] = 0
    return columns


def _zeros(n: int) -> Any:
    return np.zeros(n)


def frozen(array: Any) -> Any:
    """Return a copy that nobody can write to."""
    copy = np.ascontiguousarray(array).copy()
    copy.setflags(write=False)
    return copy


def _difference(one: Any, other: Any, order: I64 | None, name: str = "the answer") -> str | None:
    """Return the name of what differs in two answers, the second of which may have its rows in another order."""
    if is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            pair = getattr(one, field.name), getattr(other, field.name)
            if (found := _difference(*pair, order, field.name)) is not None:
                return found
        return None
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return None if _alike(one, other, order) else name
    if order is not None and one.shape == other.shape and one.shape[0] == order.size:
        one = one[order]
    if one.shape != other.shape:
        return name
    if order is not None and one.dtype.kind == "i":
        return None if np.abs(one - other).max(initial=0) <= ODD_FEN else name
    return None if _alike(one, other, order) else name


def _alike(one: Any, other: Any, order: I64 | None) -> bool:
    """Whether numbers are equal; sums in another order may differ in their last digits."""
    if order is None or not isinstance(one, float | np.ndarray):
        return bool(np.array_equal(one, other))
    return bool(np.allclose(one, other, rtol=1e-9, atol=0.0))


def _at(rule: Rule, text: Text | None) -> Problem | None:
    return None if text is None else Problem(text, place_of_rule(rule))


_WATCHED = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.listdir", "sqlite3.")
_state = threading.local()
_hooked = False


@contextmanager
def watched() -> Iterator[list[str]]:
    """Yield a list that fills with what this thread opens, connects to or starts meanwhile."""
    global _hooked  # noqa: PLW0603 - a hook cannot be taken off again
    if not _hooked:
        sys.addaudithook(_note)
        _hooked = True
    seen: list[str] = []
    _state.seen = seen
    try:
        yield seen
    finally:
        _state.seen = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    seen = getattr(_state, "seen", None)
    if seen is not None and event.startswith(_WATCHED):
        told = next((str(a) for a in arguments if isinstance(a, str | bytes)), "")
        seen.append(f"{event} {told}".strip())
