r"""Markets of a place put together: what each left, added up in their order.

Sums add up. Shares of agencies and their median size do not: they are worked out anew from what is known of all
agencies (:class:`~sansheng.outcomes.flows.Spread`). Rows are numbered through the place, as those of one world
are. A place of one market is what that market is, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import F64, I64
from sansheng.outcomes.communities import community_rows
from sansheng.outcomes.districts import district_rows
from sansheng.outcomes.events.declared import EVENTS, HOLDERS
from sansheng.outcomes.flows import Monthly, Spread, Yearly
from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, worker_rows
from sansheng.outcomes.measures import Fixed, Record, outcome_matrix
from sansheng.world.schema import Tables

_NEEDED = ("arisen", "resolved")
"""Of a community's year, what outcomes are worked out from."""

_ORGANISATION = {column.id: i for i, column in enumerate(ORGANISATION_COLUMNS)}


class Rows(NamedTuple):
    """Rows of each table, in a market or before it."""

    district: int
    subdistrict: int
    community: int
    provider: int
    association: int
    worker: int

    def after(self, others: Rows) -> Rows:
        """Return where the next market starts."""
        return Rows(*(a + b for a, b in zip(self, others, strict=True)))


def rows_in(tables: Tables) -> Rows:
    """Return the rows of a world's tables."""
    t = tables
    return Rows(
        t.districts.key.shape[0],
        t.subdistricts.key.shape[0],
        t.communities.key.shape[0],
        t.providers.key.shape[0],
        t.groups.key.shape[0],
        t.workers.key.shape[0],
    )


class Left(NamedTuple):
    """What a market left of a run.

    Parameters
    ----------
    record
        What was recorded.
    spread
        What does not add up of it.
    organisations
        See :func:`sansheng.outcomes.incumbents.organisation_rows`.
    workers
        See :func:`sansheng.outcomes.incumbents.worker_sums`.
    events
        Columns of events, if they were logged.
    rows
        How many there are of each table.
    """

    record: Record
    spread: Spread
    organisations: F64
    workers: F64
    events: Mapping[str, NDArray[Any]] | None
    rows: Rows


class Months:
    """Months of markets, added up in their order."""

    def __init__(self) -> None:
        self._sums: Monthly | None = None
        self._spread: Spread
        self._markets = 0

    def add(self, monthly: Monthly, spread: Spread) -> None:
        """Take the months of the next market."""
        self._markets += 1
        if self._sums is None:
            self._sums = Monthly._make(column.copy() for column in monthly)
            self._spread = Spread._make(column.copy() for column in spread)
            return
        for total, more in zip((*self._sums, *self._spread), (*monthly, *spread), strict=True):
            np.add(total, more, out=total)

    def monthly(self) -> Monthly:
        """Return the months of the place."""
        assert self._sums is not None, "a place has a market"
        if self._markets == 1:
            return self._sums
        return self._sums._replace(**_of_agencies(self._sums, self._spread))


class Whole:
    """What the markets of a place left of one run; told of them in their order.

    Parameters
    ----------
    communities
        Communities of the place.
    each
        Whether a row is kept of each of them, or one of each district.
    """

    def __init__(self, communities: int, *, each: bool) -> None:
        self._communities = communities
        self._each = each
        self._months = Months()
        self._start = 0
        self._yearly: dict[str, F64] = {}
        self._fixed: dict[str, Any] = {}
        self._workers: F64 | None = None
        self._organisations: list[F64] = []
        self._districts: list[F64] = []
        self._events: list[dict[str, NDArray[Any]]] = []
        self._before = Rows(0, 0, 0, 0, 0, 0)

    def add(self, left: Left) -> None:
        """Take what the next market left."""
        record = left.record
        self._months.add(record.monthly, left.spread)
        self._start = record.start
        self._keep_communities(record, left.rows.community)
        self._workers = left.workers if self._workers is None else self._workers + left.workers
        organisations = left.organisations.copy()
        organisations[1:, _ORGANISATION["organisation"]] += self._before.provider
        self._organisations.append(organisations)
        if left.events is not None:
            self._events.append(_moved(left.events, self._before))
        self._before = self._before.after(left.rows)

    def _keep_communities(self, record: Record, communities: int) -> None:
        """Put what is kept of communities beside that of those before."""
        yearly = record.yearly._asdict()
        names = [name for name in yearly if name != "income" and (self._each or name in _NEEDED)]
        if not self._yearly:
            years = record.yearly.months.shape[0]
            self._yearly = {name: np.empty((years, self._communities)) for name in names}
            self._fixed = {
                field.name: np.empty(self._communities, getattr(record.fixed, field.name).dtype)
                for field in fields(Fixed)
            }
        here = slice(self._before.community, self._before.community + communities)
        for name in names:
            self._yearly[name][:, here] = yearly[name]
        for name, column in self._fixed.items():
            column[here] = getattr(record.fixed, name)
        self._fixed["subdistrict"][here] += self._before.subdistrict
        if not self._each:
            self._districts.append(district_rows(record, self._before.district + 1))

    def record(self) -> Record:
        """Return what was recorded of the place; without a row of each community, only of what outcomes need."""
        nothing = np.empty((self._yearly["arisen"].shape[0], 0))
        yearly = Yearly._make(self._yearly.get(name, nothing) for name in Yearly._fields)
        return Record(self._months.monthly(), yearly, Fixed(**self._fixed), self._start)

    def months(self) -> F64:
        """Return outcomes by month, shape ``(month, outcome)``."""
        return outcome_matrix(self.record())

    def communities(self) -> F64:
        """Return a row a year and community, or a year and district."""
        return community_rows(self.record()) if self._each else np.concatenate(self._districts)

    def organisations(self) -> F64:
        """Return a row of all grassroots groups together and one an agency."""
        groups = self._organisations[0][:1].copy()
        for rows in self._organisations[1:]:
            for name in ("organisations", "alive", "income"):
                groups[0, _ORGANISATION[name]] += rows[0, _ORGANISATION[name]]
        return np.concatenate([groups, *(rows[1:] for rows in self._organisations)])

    def workers(self) -> F64:
        """Return a row a group that had people."""
        assert self._workers is not None, "a place has a market"
        return worker_rows(self._workers)

    def events(self) -> dict[str, NDArray[Any]] | None:
        """Return all events by month, then in the order of their declaration; None if there was no log."""
        if len(self._events) < 2:
            return self._events[0] if self._events else None
        joined = {
            name: np.concatenate([events[name] for events in self._events])
            for name in self._events[0]
        }
        number = {event.code: i for i, event in enumerate(EVENTS)}
        kind = np.array([number[code] for code in joined["event"]], dtype=np.int64)
        order = np.lexsort((kind, joined["month"], joined["year"]))
        return {name: values[order] for name, values in joined.items()}


def _of_agencies(monthly: Monthly, spread: Spread) -> dict[str, F64]:
    """Return the columns of a monthly record that are no sums."""
    sold = spread.sold
    shares = np.divide(spread.sold_squared, sold**2, out=np.zeros_like(sold), where=sold > 0.0)
    offers = np.divide(
        spread.offers,
        monthly.agencies[:, None],
        out=np.zeros_like(spread.offers),
        where=monthly.agencies[:, None] > 0.0,
    )
    return {
        "agency_median": medians(spread.sizes),
        "hours_squared": shares,
        "offers_squared": (offers**2).sum(axis=1),
    }


def medians(counts: F64) -> F64:
    """Return the median of each row of counts, shape ``(row, value)``, of the values 0, 1, 2, …; 0 of nothing."""
    reached = np.cumsum(counts, axis=1)
    n = reached[:, -1]
    low, high = (n - 1.0) // 2.0, n // 2.0
    values = [(reached <= rank[:, None]).sum(axis=1) for rank in (low, high)]
    return np.where(n > 0.0, 0.5 * (values[0] + values[1]), 0.0)


_OFFSETS = {
    "community": ("community", 1),
    "station": ("community", 1),
    "agency": ("provider", HOLDERS),
    "worker": ("worker", HOLDERS),
    "group": ("association", HOLDERS),
    "district": ("district", 1),
}
"""Of each kind of actor, the table whose rows it is numbered by, and numbers a row."""


def _moved(events: Mapping[str, NDArray[Any]], before: Rows) -> dict[str, NDArray[Any]]:
    """Return events of a market with everybody numbered through the place."""
    moved = dict(events)
    if not any(before):
        return moved
    for who in ("actor", "other"):
        numbers: I64 = events[who].copy()
        for kind, (table, each) in _OFFSETS.items():
            numbers[(events[f"{who}_kind"] == kind) & (numbers >= 0)] += each * getattr(
                before, table
            )
        moved[who] = numbers
    home = events["community"]
    moved["community"] = np.where(home >= 0, home + before.community, home)
    return moved
