"""Levers in force in one world: what they change, and what they cost which line.

The *base* line is the public purse: finance pays the base line, which pays suppliers. The *envelope* gives what
levers will cost until the end of the year back to finance before the rule divides the rest, and finance then
pays as above; where a month costs more than was expected, the purse bears the difference. *Capital* is brought
forward: finance pays the district's account for premises, which pays suppliers, and the yearly line is smaller
by as much in the twelve months that begin. What processes pay by themselves is counted and not paid twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.ledger import pay
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import LINES, Before, Lever, nothing
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    SUPPLIERS,
    capital_account,
    envelope_account,
)
from sansheng.world.schema import Tables
from sansheng.world.world import World

MONTHS_FORWARD = 12
"""Months in which the capital line makes good what was brought forward."""


class LineTooSmall(RunFailed):
    """Levers cost more than their line holds."""


class InForce(NamedTuple):
    """A lever, and what it found."""

    lever: Lever
    before: Before


class _Forward(NamedTuple):
    until: int
    amounts: I64


class Programme:
    """The levers of a scenario in one world."""

    def __init__(self) -> None:
        self._waiting: list[Lever] = []
        self._in_force: list[InForce] = []
        self._forward: list[_Forward] = []
        self._set_aside: I64 | None = None
        self._once: dict[str, int] = {}

    def __bool__(self) -> bool:
        """Whether a lever is in force, or about to be."""
        return bool(self._waiting or self._in_force)

    def expect(self, levers: Iterable[Lever]) -> None:
        """Let levers come into force with the next month that is opened."""
        self._waiting += levers

    def open_month(self, world: World, *, new_year: bool) -> NDArray[np.bool_]:
        """Bring waiting levers into force, pay what they cost once, and set aside what they will cost.

        Returns
        -------
        Whether the envelope has become smaller, so that the rule has to divide it anew, shape ``(district,)``.

        Raises
        ------
        RunFailed
            If a line does not hold what it has to pay.
        """
        t, money = world.tables, world.references.money
        self._once = dict.fromkeys(LINES, 0)
        for forward in [f for f in self._forward if f.until == world.month]:
            t.districts.capital[:] += forward.amounts
            self._forward.remove(forward)
        at_once = nothing(t)
        waiting, self._waiting = self._waiting, []
        for lever in waiting:
            amounts = self._begin(world, lever)
            self._once[lever.payer] += int(amounts.sum())
            if lever.payer == "envelope":
                at_once += amounts
            if lever.payer == "capital":
                self._bring_forward(world, lever, amounts)
            elif not lever.booked:
                _pay_suppliers(money, amounts)
        if not self._in_force or not (new_year or waiting):
            return nothing(t) > 0
        return self._fill_reserve(world, at_once, new_year)

    def charge(self, world: World) -> dict[str, int]:
        """Pay what the month that has passed cost; return it by line, fen, what was paid once included."""
        t, money = world.tables, world.references.money
        spent = dict(self._once)
        aside = self._set_aside if self._set_aside is not None else nothing(t)
        for lever, before in self._in_force:
            amounts = lever.monthly(t, world.parameters, before)
            if not lever.booked:
                _pay_suppliers(money, amounts)
            if lever.payer == "envelope":
                covered = np.clip(amounts, 0, aside)
                aside -= covered
                spent["envelope"] += int(covered.sum())
                spent["base"] += int((amounts - covered).sum())
            else:
                spent[lever.payer] += int(amounts.sum())
        return spent

    def _begin(self, world: World, lever: Lever) -> I64:
        """Change the world; return what that costs once, fen by district.

        A lever takes over from one of its name: what it found then is what that one had found.
        """
        former = [found for found in self._in_force if found.lever.name == lever.name]
        line = world.tables.districts.capital  # a lever sees it whole, whatever was brought forward
        for forward in self._forward:
            line += forward.amounts
        before = former[0].before if former else snapshot(world, lever)
        amounts = lever.once(world.tables, before)
        apply(world, lever, before)
        for forward in self._forward:
            line -= forward.amounts
        self._in_force = [found for found in self._in_force if found.lever.name != lever.name]
        self._in_force.append(InForce(lever, before))
        return amounts

    def _bring_forward(self, world: World, lever: Lever, amounts: I64) -> None:
        t, money = world.tables, world.references.money
        refuse_dearer(lever, amounts, t.districts.capital)
        for d in range(amounts.size):
            account = capital_account(amounts.size, d)
            pay(money, FINANCE, account, amounts[d])
            pay(money, account, SUPPLIERS, amounts[d])
        t.districts.capital[:] -= amounts
        self._forward.append(_Forward(world.month + MONTHS_FORWARD, amounts))

    def _fill_reserve(self, world: World, at_once: I64, new_year: bool) -> NDArray[np.bool_]:
        """Take out of envelopes what levers will cost until the end of the year."""
        t, money = world.tables, world.references.money
        if self._set_aside is None or new_year:
            self._set_aside = nothing(t)
        months = 12 - world.month % 12
        needed = nothing(t)
        paid = [found for found in self._in_force if found.lever.payer == "envelope"]
        for lever, before in paid:
            needed += months * np.maximum(0, lever.ahead(t, world.parameters, before))
        more = np.maximum(0, needed - self._set_aside)
        taken = more + at_once
        for d in np.flatnonzero(taken).tolist():
            account = envelope_account(d)
            if taken[d] > money.balance[account]:
                names = ", ".join(found.lever.name for found in paid)
                raise LineTooSmall(
                    Problem(too_dear(names, int(taken[d]), int(money.balance[account])))
                )
            pay(money, account, FINANCE, taken[d])
        self._set_aside += more
        smaller: NDArray[np.bool_] = taken > 0
        return smaller


def snapshot(world: World, lever: Lever) -> Before:
    """Return what a lever finds."""
    columns = {name: column(world.tables, name).copy() for name in lever.writes}
    return Before(world.parameters, columns)


def apply(world: World, lever: Lever, before: Before) -> None:
    """Set the lever's parameters and write its columns."""
    world.parameters = world.parameters._replace(**lever.parameters())
    lever.write(world.tables, before)


def column(t: Tables, name: str) -> Any:
    """Return the column called ``table.column``."""
    table, _, field = name.partition(".")
    return getattr(getattr(t, table), field)


def too_dear(names: str, cost: int, line: int) -> Text:
    """Return that levers cost more than their line holds; fen."""
    return Text(
        f"{names}: cost {cost / 100:,.2f} yuan, more than the {line / 100:,.2f} yuan of the line",
        f"{names}：需 {cost / 100:,.2f} 元，超出该项经费的 {line / 100:,.2f} 元",
    )


def refuse_dearer(lever: Lever, amounts: Sequence[int] | I64, lines: Sequence[int] | I64) -> None:
    """Raise if a lever costs a district more than the line holds, fen by district.

    Raises
    ------
    RunFailed
        With both amounts.
    """
    for cost, line in zip(amounts, lines, strict=True):
        if cost > line:
            raise RunFailed(Problem(too_dear(lever.name, int(cost), int(line))))


def _pay_suppliers(money: Any, amounts: I64) -> None:
    for fen in amounts:
        pay(money, FINANCE, BASE_LINE, fen)
        pay(money, BASE_LINE, SUPPLIERS, fen)
