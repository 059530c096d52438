"""The log: told after every month, it writes down what happened to money, people, organisations and cases.

It reads a world's tables and changes none of them. What a column does not tell by itself is the difference to
what it was after the month before, of which the log keeps a copy.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from sansheng.outcomes.events import agencies, lots, needs, people, purse, wages
from sansheng.outcomes.events.moment import Before, Moment, first_holders
from sansheng.outcomes.events.rows import Rows
from sansheng.world.world import World


class EventLog:
    """Events of one world.

    Parameters
    ----------
    world
        As it is before the first month that the log is told of.
    by_category
        Whether cases are told by service category as well as by community, in several times as many rows.
    """

    def __init__(self, world: World, *, by_category: bool = False) -> None:
        t = world.tables
        self._by_category = by_category
        self._rows = Rows(world.place.category_ids)
        self._before = Before.of(t)
        self._agencies = first_holders(t.providers.key.shape[0])
        self._groups = first_holders(t.groups.key.shape[0])
        self._next = world.month
        self._rows.month = world.month
        start = self._moment(world)
        people.note_staff(start)
        lots.note_holders(start)

    def note(self, world: World) -> None:
        """Write down the month that has passed.

        Parameters
        ----------
        world
            The same one, a month later, before the books of the next month are opened.

        Raises
        ------
        ValueError
            If it is not one month later.
        """
        if world.month != self._next + 1:
            raise ValueError("a log of events is told of every month, one by one")
        self._rows.month = self._next
        m = self._moment(world)
        purse.note_districts(m)
        purse.note_communities(m)
        agencies.note_service(m)
        wages.note_wages(m)
        people.note_people(m)
        lots.note_lots(m)
        agencies.note_lives(m)
        needs.note_cases(m, by_category=self._by_category)
        self._agencies = self._agencies + world.tables.providers.founded
        self._groups = self._groups + world.tables.groups.founded
        self._before = Before.of(world.tables)
        self._next = world.month

    def table(self) -> dict[str, NDArray[Any]]:
        """Return all events so far as columns of equal length, shape ``(row,)``.

        Text columns are object arrays with None for nothing; whole numbers are int64 with -1 for nothing;
        amounts are yuan, whole fen over 100, with NaN for nothing.
        """
        return self._rows.table()

    def _moment(self, world: World) -> Moment:
        return Moment(
            self._next,
            world.tables,
            self._before,
            self._agencies,
            self._groups,
            self._rows,
            world.key,
            world.parameters,
        )
