"""What rules answer when the question is put differently: rows in another order, another unit, a community in two.

A rule is asked again about the very views that it was shown in runs of the study. Money that it divides may differ by
the odd fen of rounding, which is counted; anything beyond is a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from sansheng.core.errors import BadInput, RunFailed
from sansheng.core.months import Month
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.policy.asking import ask
from sansheng.policy.conformance import ODD_FEN, frozen, reordered, twins, with_columns
from sansheng.policy.rule import Rule
from sansheng.policy.rules.hybrid import Hybrid
from sansheng.policy.view import Truth, View
from sansheng.study.simulate import Question

MOST_SPLITS = 20
"""Communities of a view that are divided, evenly spread over its rows."""

FACTORS = tuple(Fraction(f) for f in ("100", "10", "2", "3/2", "1/2", "1/10", "1/100"))
"""Units of money that are tried: the first in which every amount that the rule declares is within its range."""

_BY_SIZE = (
    "households",
    "duties_service",
    "duties_admin",
    "staff",
    "closed_last",
    "granted_last",
    "residents_by_group",
    "premises_missing",
    "groups",
)
"""Columns of which a half has half; the others say how it is there, and are alike for both halves."""

_TRUTH_BY_SIZE = ("hours_needed", "hours_at_hand", "most")

_BY_COMMUNITY = ("grants", "tariff.pay", "award.worth")
"""Money with a row for each community."""

_MONEY = (
    *_BY_COMMUNITY,
    "capital",
    "development",
    "tariff.pot",
    "venture.pot",
    "venture.least",
    "venture.most",
)

Answer = dict[str, F64]
"""Parts of an allocation by name: money in fen, and what else it says."""


class Found(NamedTuple):
    """Where a rule gave something else.

    Parameters
    ----------
    month
        Of the question.
    what
        Part of the answer, with the community if it has one, counted from 0.
    difference
        By how much; fen if it is money. NaN where there is no number.
    unit
        Its unit.
    text
        What more there is to say.
    """

    month: str
    what: str
    difference: float
    unit: Text
    text: Text


class Tally(NamedTuple):
    """What came of a check.

    Parameters
    ----------
    compared
        Numbers compared.
    rounding
        Largest difference that is rounding, fen.
    found
        First other difference, if there is one.
    inapplicable
        Why the check says nothing, if it does not.
    """

    compared: int = 0
    rounding: float = 0.0
    found: Found | None = None
    inapplicable: Text | None = None

    def and_then(self, later: Tally) -> Tally:
        """Return what two questions say together."""
        return Tally(
            self.compared + later.compared,
            max(self.rounding, later.rounding),
            self.found or later.found,
            self.inapplicable or later.inapplicable,
        )


def other_rows(question: Question) -> Tally:
    """Put the communities in other rows: each gets what it got."""
    view, n = question.view, question.view.communities
    if n < 2:
        return Tally(inapplicable=_ALONE)
    if twins(view):
        return Tally(inapplicable=_ALIKE)
    given, tally = _parts(question.answer), Tally()
    for order in (np.arange(n)[::-1], np.roll(np.arange(n), 1)):
        expected = {
            name: part[order] if name in _BY_COMMUNITY else part for name, part in given.items()
        }
        moved = reordered(view, order)
        tally = tally.and_then(_tried(question, question.rule, moved, expected, ODD_FEN))
    return tally


def other_unit(question: Question) -> Tally:
    """Tell all money in another unit: amounts are as many times more, and all else stays."""
    for factor in FACTORS:
        try:
            rule = _in_unit(question.rule, factor)
        except BadInput:
            continue
        # What the unit cannot tell in whole numbers is left out beforehand.
        whole = _in_whole(question.view, factor.denominator)
        expected = _asked(question, question.rule, whole)
        if isinstance(expected, Found):
            return Tally(found=expected)
        more = {
            name: part * float(factor) if name in _MONEY else part
            for name, part in expected.items()
        }
        told = _told(whole, factor)
        tally = _tried(question, rule, told, more, ODD_FEN * (1.0 + float(factor)))
        return tally._replace(rounding=tally.rounding / float(factor))
    return Tally(inapplicable=_NO_UNIT)


def two_halves(question: Question) -> Tally:
    """Divide communities in two alike, one at a time: together they get what it got, and others what they got."""
    tally, n = Tally(), question.view.communities
    chosen = np.unique(np.linspace(0, n - 1, min(n, MOST_SPLITS)).astype(np.int64))
    for row in chosen.tolist():
        tally = tally.and_then(_halved(question, row))
    return tally


def _halved(question: Question, row: int) -> Tally:
    """Divide one community."""
    half = _half_of(question.view, row)
    both = np.append(np.arange(half.communities), row)
    whole = _asked(question, question.rule, _doubled(half, row))
    halves = _asked(question, question.rule, reordered(half, both))
    if isinstance(whole, Found) or isinstance(halves, Found):
        return Tally(found=whole if isinstance(whole, Found) else halves)  # type: ignore[arg-type]
    together = {name: _joined(name, part, row) for name, part in halves.items()}
    tally = _compared(question, together, whole, ODD_FEN)
    if tally.found is None or question.rule.proportional:
        return tally
    return Tally(inapplicable=_not_by_size(tally.found, half, row, whole, together))


def _joined(name: str, part: F64, row: int) -> F64:
    """Return a part of the answer to a view whose last row is the other half of ``row``: money is added up."""
    if name not in _BY_COMMUNITY:
        return part
    joined = part[:-1].copy()
    if name != "tariff.pay":  # which is a price, and one price for both
        joined[row] += part[-1]
    return joined


def _tried(question: Question, rule: Rule, view: View, expected: Answer, tolerance: float) -> Tally:
    """Ask a rule, and compare what it says with what is expected."""
    answer = _asked(question, rule, view)
    if isinstance(answer, Found):
        return Tally(found=answer)
    return _compared(question, answer, expected, tolerance)


def _asked(question: Question, rule: Rule, view: View) -> Answer | Found:
    """Return the parts of what a rule says, or that it fails."""
    try:
        return _parts(ask(replace(rule), view))
    except RunFailed as failed:
        month = str(Month.at(question.month))
        return Found(month, "-", float("nan"), _NO_UNITS, failed.problem.text)


def _compared(question: Question, answer: Answer, expected: Answer, tolerance: float) -> Tally:
    """Compare two answers; of money the community that differs first is told, of other things the name."""
    month = str(Month.at(question.month))
    compared, rounding = 0, 0.0
    if answer.keys() != expected.keys():
        (name, *_) = sorted(answer.keys() ^ expected.keys())
        return Tally(found=Found(month, name, float("nan"), _NO_UNITS, _ONCE))
    for name, part in answer.items():
        compared += part.size
        apart = part - expected[name]
        money = name in _MONEY
        allowed = tolerance if money else 1e-9 * np.abs(expected[name])
        wrong = np.argwhere(~(np.abs(apart) <= allowed))
        if wrong.size:
            at = tuple(wrong[0].tolist())
            what = f"{name}[{at[0]}]" if name in _BY_COMMUNITY else name
            difference = float(apart[at])
            found = Found(month, what, difference, _FEN if money else _NO_UNITS, Text("", ""))
            return Tally(compared, rounding, found)
        if money:
            rounding = max(rounding, float(np.abs(apart).max(initial=0.0)))
    return Tally(compared, rounding)


def _parts(said: Any, of: str = "") -> Answer:
    """Return the parts of an allocation by name, those that are set."""
    parts: Answer = {}
    for field in fields(said):
        value = getattr(said, field.name)
        if is_dataclass(value):
            parts |= _parts(value, f"{of}{field.name}.")
        elif value is not None:
            parts[f"{of}{field.name}"] = np.asarray(value, dtype=np.float64)
    return parts


def _in_unit(rule: Rule, factor: Fraction) -> Rule:
    """Return a rule whose amounts of money are told in another unit.

    Raises
    ------
    BadInput
        If one of them is then outside its range.
    """
    amounts = {q.name: rule.option(q.name) for q in rule.quantities if "yuan" in q.unit}
    more = {name: float(factor) * amount for name, amount in amounts.items()}
    if isinstance(rule, Hybrid):
        parts = tuple((_in_unit(part, factor), weight) for part, weight in rule.parts)
        return replace(rule, parts=parts)
    return replace(rule, options={**rule.options, **more})


def _in_whole(view: View, fen: int) -> View:
    """Return a view whose money is so many fen or a multiple of it."""
    less = {"budget": view.budget // fen * fen, "granted_last": view.granted_last // fen * fen}
    return with_columns(view, less)


def _told(view: View, factor: Fraction) -> View:
    """Return a view whose money is told in another unit."""
    up, down = factor.numerator, factor.denominator
    changes: dict[str, Any] = {
        "budget": view.budget * up // down,
        "granted_last": view.granted_last * up // down,
    }
    if view.truth is not None:
        changes["truth"] = replace(
            view.truth,
            most=frozen(view.truth.most * up // down),
            hours_per_yuan=frozen(view.truth.hours_per_yuan * down / up),
        )
    return with_columns(view, changes)


def _half_of(view: View, row: int) -> View:
    """Return a view in which a community has half of what it had, whole things rounded down."""
    return _resized(view, row, lambda part: part // 2 if part.dtype.kind == "i" else part / 2.0)


def _doubled(view: View, row: int) -> View:
    """Return a view in which a community has twice of what it had."""
    return _resized(view, row, lambda part: part * 2)


def _resized(view: View, row: int, change: Callable[[Any], Any]) -> View:
    """Return a view in which a community has another size."""

    def column(source: View | Truth, name: str) -> Any:
        values = getattr(source, name).copy()
        values[row] = change(values[row : row + 1])[0]
        return frozen(values)

    changes: dict[str, Any] = {name: column(view, name) for name in _BY_SIZE}
    if view.truth is not None:
        truth = {name: column(view.truth, name) for name in _TRUTH_BY_SIZE}
        changes["truth"] = replace(view.truth, **truth)
    return with_columns(view, changes)


_FEN, _NO_UNITS = Text("fen", "分"), Text("-", "-")
_ALONE = Text("there is one community, and one order", "只有一个社区，无从换序")
_ALIKE = Text(
    "two communities are alike in all that a rule sees: an odd piece has to go to one of them",
    "有两个社区在规则所见的各项上完全相同，尾差只能归其一",
)
_NO_UNIT = Text(
    "its amounts of money have ranges too narrow for any other unit",
    "其金额选项的允许范围过窄，无法换算为其他单位",
)
_ONCE = Text("it is set in one answer and not in the other", "仅一次回答设定了此项")


def _not_by_size(found: Found, half: View, row: int, whole: Answer, halves: Answer) -> Text:
    """Say why a rule cannot be held to paying by size: what a community gets, and what its halves get."""
    had, have = (float(answer["grants"][row]) for answer in (whole, halves))
    rest = [float(np.delete(answer["grants"], row).sum()) for answer in (whole, halves)]
    if not found.what.startswith("grants") or had == 0.0:
        return Text(
            f"it does not pay by size alone: when a community is divided, {found.what} differs by"
            f" {found.difference:,.6g} {found.unit.en}",
            f"并非只按规模拨付：社区分拆后 {found.what} 相差 {found.difference:,.6g}（{found.unit.zh}）",
        )
    homes = 2 * int(half.households[row])
    # What halves gain, others lose: they count as many times more as their share of the money is to that of others.
    times = have / had * (rest[0] / rest[1] if rest[0] and rest[1] else 1.0)
    had, have = had / 100.0, have / 100.0
    return Text(
        f"it does not pay by size alone: a community of {homes:,} households gets {had:,.2f} yuan, divided in two"
        f" {have:,.2f}; beside others its halves count {times:.2f} times as much",
        f"并非只按规模拨付：{homes:,} 户的社区得 {had:,.2f} 元，分成两半共得 {have:,.2f} 元；"
        f"与其他社区相比，两半相当于整体的 {times:.2f} 倍",
    )
