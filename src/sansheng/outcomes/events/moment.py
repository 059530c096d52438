"""What an event is told from: a world after a month, and what it was before."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sansheng.core.streams import Key
from sansheng.core.tables import I32, I64, copy_table
from sansheng.outcomes.events.declared import HOLDERS
from sansheng.outcomes.events.rows import Rows
from sansheng.world.schema import Contracts, Groups, Money, Providers, Tables, Workers


class Before(NamedTuple):
    """Copies of what a month changes and does not tell by itself."""

    workers: Workers
    providers: Providers
    groups: Groups
    contracts: Contracts
    money: Money
    lot: I32

    @classmethod
    def of(cls, t: Tables) -> Before:
        """Return copies of a world's tables."""
        return cls(
            copy_table(t.workers),
            copy_table(t.providers),
            copy_table(t.groups),
            copy_table(t.contracts),
            copy_table(t.money),
            t.communities.lot.copy(),
        )


class Moment(NamedTuple):
    """A month that has passed.

    Parameters
    ----------
    now
        Index of the month.
    t, before
        Tables after it and before it.
    agencies, groups
        Numbers of whoever was in each row before it, shape ``(row,)``.
    rows
        Where events are written.
    key, parameters
        Of the world.
    """

    now: int
    t: Tables
    before: Before
    agencies: I64
    groups: I64
    rows: Rows
    key: Key
    parameters: Any

    @property
    def districts(self) -> int:
        """Number of districts."""
        return int(self.t.districts.key.shape[0])

    @property
    def communities(self) -> int:
        """Number of communities."""
        return int(self.t.communities.key.shape[0])

    @property
    def quitters(self) -> I64:
        """Numbers of the people who sat on each seat before the month, shape ``(worker,)``."""
        return people(self.before.workers.generation)


def numbers(rows: int) -> I64:
    """Return 1, 2, … for so many rows."""
    return np.arange(1, rows + 1, dtype=np.int64)


def first_holders(rows: int) -> I64:
    """Return the numbers of those who are in so many rows as their first."""
    return HOLDERS * numbers(rows)


def people(generation: I32) -> I64:
    """Return the numbers of people by how many sat on their seats before them, shape ``(worker,)``."""
    return first_holders(generation.shape[0]) + generation


def by_district(values: I64, district: I32, districts: int) -> I64:
    """Return sums by district, exactly, shape ``(district,)``."""
    out = np.zeros(districts, dtype=np.int64)
    np.add.at(out, district, values)
    return out
