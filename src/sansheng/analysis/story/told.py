"""The events of one run, numbered, and what they add up to by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sansheng.outcomes.events.declared import HOLDERS

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.analysis.story.links import Measure

Who = tuple[int, ...]
"""Numbers of those whom a measure is about, in the order in which it names them."""


class Cell(NamedTuple):
    """What a measure adds up to in a month, and the events that it adds up."""

    value: float = 0.0
    numbers: tuple[int, ...] = ()


NOTHING = Cell()


@dataclass(frozen=True)
class Told:
    """The events of one run.

    Parameters
    ----------
    scenario
        Its name.
    table
        Columns of :data:`~sansheng.outcomes.events.declared.EVENT_COLUMNS`, in the order in which the log wrote
        them: event number ``n`` is row ``n - 1``.
    """

    scenario: str
    table: pd.DataFrame
    _cells: dict[str, dict[Who, dict[int, Cell]]] = field(default_factory=dict, repr=False)

    @cached_property
    def months(self) -> Sequence[int]:
        """Index of the month of each event (year × 12 + month − 1)."""
        index: list[int] = (self.table["year"] * 12 + self.table["month"] - 1).tolist()
        return index

    def cells(self, measure: Measure) -> Mapping[Who, Mapping[int, Cell]]:
        """Return a measure by whom it is about and month; what is not there is :data:`NOTHING`."""
        if measure.id not in self._cells:
            self._cells[measure.id] = self._added_up(measure)
        return self._cells[measure.id]

    def cell(self, measure: Measure, who: Who, month: int) -> Cell:
        """Return a measure of one month."""
        return self.cells(measure).get(who, {}).get(month, NOTHING)

    def _added_up(self, measure: Measure) -> dict[Who, dict[int, Cell]]:
        table = self.table
        some = table["event"].isin(measure.events).to_numpy()
        if measure.other_kind is not None:
            some = some & (table["other_kind"] == measure.other_kind).to_numpy()
        rows = np.flatnonzero(some)
        values = (
            np.ones(rows.size)
            if measure.value is None
            else table[measure.value].to_numpy(dtype=float)[rows]
        )
        whom = [table[column].to_numpy()[rows].tolist() for column in measure.columns]
        found: dict[Who, dict[int, Cell]] = {}
        for row, value, *who in zip(rows.tolist(), values.tolist(), *whom, strict=True):
            months = found.setdefault(tuple(who), {})
            before = months.get(self.months[row], NOTHING)
            # fen are whole; their sums are kept whole where yuan would not be
            total = round(before.value * 100.0 + value * 100.0) / 100.0
            months[self.months[row]] = Cell(total, (*before.numbers, row + 1))
        return found

    @cached_property
    def came(self) -> Mapping[int, int]:
        """The event with which people came, by their number."""
        return self._by_actor("was_employed", "hired", "moved", "promoted")

    @cached_property
    def departures(self) -> Mapping[int, int]:
        """The event with which people left, by their number."""
        return self._by_actor("quit", "laid_off", "moved_away")

    @cached_property
    def founded(self) -> Mapping[int, int]:
        """The event with which agencies were founded, by their number."""
        return self._by_actor("founded")

    def _by_actor(self, *codes: str) -> dict[int, int]:
        rows = np.flatnonzero(self.table["event"].isin(codes).to_numpy())
        who = self.table["actor"].to_numpy()[rows].tolist()
        return dict(zip(who, (rows + 1).tolist(), strict=True))

    def actors(self, kind: str) -> set[int]:
        """Return the numbers of all communities, agencies or workers that something happens to."""
        mine = self.table.loc[self.table["actor_kind"] == kind, "actor"]
        return set(mine[mine > 0].tolist())

    def same_event(self, number: int, other: Told, its_number: int) -> bool:
        """Whether an event of this run and one of another happen in the same month, to the same, with the same."""
        return self._happenings[number - 1] == other._happenings[its_number - 1]

    @cached_property
    def _happenings(self) -> Sequence[tuple[Any, ...]]:
        names = ("year", "month", "event", "actor_kind", "actor", "other")
        return list(zip(*(self.table[name].tolist() for name in names), strict=True))


def same_person(one: Told, other: Told, worker: int) -> bool:
    """Whether a number is the same person in both runs: who came at the same time, in the same way, to the same."""
    a, b = one.came.get(worker), other.came.get(worker)
    return a is not None and b is not None and one.same_event(a, other, b)


def same_agency(one: Told, other: Told, agency: int) -> bool:
    """Whether a number is the same agency in both runs: there from the start, or founded in the same month."""
    if agency <= 0:
        return False
    a, b = one.founded.get(agency), other.founded.get(agency)
    return agency % HOLDERS == 0 or (
        a is not None and b is not None and one.same_event(a, other, b)
    )


def first_difference(one: Told, other: Told) -> int | None:
    """Return how many events both runs begin with that are the same in every column; None if all are.

    Whatever comes after them may differ. Numbers are compared bit by bit; nothing is equal to nothing.
    """
    ours, theirs = one.table, other.table
    length = min(len(ours), len(theirs))
    alike = np.ones(length, dtype=np.bool_)
    for name in ours.columns:
        a, b = ours[name].iloc[:length], theirs[name].iloc[:length]
        alike = alike & ((a == b) | (a.isna() & b.isna())).to_numpy()
    if alike.all():
        return None if len(ours) == len(theirs) else length
    return int(np.argmin(alike))
