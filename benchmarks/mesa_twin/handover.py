"""Taking a world over at the boundary of a month, and giving it back.

Agents carry the columns of their table as attributes of the same names (``docs/tables/columns.md``); rows that point
to others become references to them. What money and the rule in force say of a community or a district stands under
``books``, ``funding`` and ``terms``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.mesa_twin.accounts import Account
from benchmarks.mesa_twin.agency import Agency
from benchmarks.mesa_twin.cases import AGES, Cases, Category
from benchmarks.mesa_twin.community import Community
from benchmarks.mesa_twin.district import District
from benchmarks.mesa_twin.group import Group
from benchmarks.mesa_twin.lots import Lot, Project, Tie
from benchmarks.mesa_twin.luck import KeyedLuck, Luck
from benchmarks.mesa_twin.model import MonthModel
from benchmarks.mesa_twin.seat import Seat
from benchmarks.mesa_twin.subdistrict import Subdistrict
from sansheng.core.tables import columns
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    capital_account,
    claims_account,
    community_account,
    envelope_account,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import STATION
from sansheng.world.world import World

CASE_COUNTS = tuple(
    name
    for name in Cases.__dataclass_fields__
    if name not in {"category", "hard", "open", "minutes", "worked", "pay"}
)
"""Columns of cases that are one number a kind."""


def take_over(world: World, luck: Luck | None = None) -> MonthModel:
    """Return the world as Mesa objects.

    Parameters
    ----------
    world
        At the start of a month; it is not changed.
    luck
        Where draws come from; left out, they are the world's.
    """
    model = MonthModel(world.parameters, luck or KeyedLuck(world.key), world.start, world.month)
    _make_objects(model, world)
    read(model, world)
    return model


def read(model: MonthModel, world: World) -> None:
    """Let the model's objects say what the world's columns say."""
    model.month = world.month
    for holder, rows, names in _columns(model, world):
        values = [getattr(rows, name).tolist() for name in names]
        for row, owner in enumerate(holder):
            for name, column in zip(names, values, strict=True):
                setattr(owner, name, column[row])
    t = world.tables
    for row, seat in enumerate(model.seats):
        code = t.workers.employer[row]
        seat.employer = (
            model.communities[t.workers.home[row]] if code == STATION else model.agencies[code]
        )
        _refer(seat, model)
    for community in model.communities:
        community.district = model.districts[community.district]
        community.subdistrict = model.subdistricts[community.subdistrict]
        community.lot = model.lots[community.lot] if community.lot >= 0 else None
    for owner in [*model.subdistricts, *model.groups, *model.agencies]:
        owner.district = model.districts[owner.district]
    for group in model.groups:
        group.community = _or_none(model.communities, group.community)
    for agency in model.agencies:
        agency.subdistrict = _or_none(model.subdistricts, agency.subdistrict)
        agency.offer = model.categories[agency.offer]
    _read_lots(model, world)
    _read_cases(model, world)
    for account, row in _accounts(model):
        account.balance = int(t.money.balance[row])
        account.received = int(t.money.received[row])
        account.paid = int(t.money.paid[row])


def give_back(model: MonthModel, world: World) -> None:
    """Let the world's columns say what the model's objects say."""
    t = world.tables
    for holder, rows, names in _columns(model, world):
        for name in names:
            getattr(rows, name)[:] = [_plain(getattr(owner, name)) for owner in holder]
    for lot in model.lots:
        t.contracts.members[lot.row], t.contracts.until[lot.row] = lot.members, lot.until
        t.contracts.projects[lot.row] = lot.projects_in_use
        for project in lot.projects:
            t.contracts.provider[lot.row, project.slot] = _plain(project.agency)
            for name in _PROJECT:
                getattr(t.contracts, name)[lot.row, project.slot] = _plain(getattr(project, name))
    for community in model.communities:
        for place, tie in enumerate(community.ties):
            t.ties.provider[community.row, place] = _plain(tie.agency)
            t.ties.capital[community.row, place] = tie.capital
    _write_cases(model, world)
    for account, row in _accounts(model):
        t.money.balance[row] = account.balance
        t.money.received[row] = account.received
        t.money.paid[row] = account.paid


_PROJECT = ("focus", "price", "wage", "start", "end", "value", "opened", "switched", "bids")
_CONSTANT = {"employer"}


def _make_objects(model: MonthModel, world: World) -> None:
    t = world.tables
    k = t.categories
    model.categories = [
        Category(
            row=row,
            minutes=k.minutes[row].tolist(),
            rate=float(k.rate[row]),
            duty_rate=float(k.duty_rate[row]),
            season=k.season[row].tolist(),
            cross=float(k.cross[row]),
            visible=float(k.visible[row]),
            volunteer=float(k.volunteer[row]),
            harmony=float(k.harmony[row]),
            safety=float(k.safety[row]),
            least_tier=int(k.least_tier[row]),
        )
        for row in range(k.rate.size)
    ]
    model.districts = [District(model, row) for row in range(t.districts.key.size)]
    model.subdistricts = [Subdistrict(model, row) for row in range(t.subdistricts.key.size)]
    model.communities = [Community(model, row) for row in range(t.communities.key.size)]
    model.agencies = [Agency(model, row) for row in range(t.providers.key.size)]
    model.groups = [Group(model, row) for row in range(t.groups.key.size)]
    model.seats = [Seat(model, row) for row in range(t.workers.key.size)]
    for owner in (*model.communities, *model.agencies):
        table = t.communities if isinstance(owner, Community) else t.providers
        first = int(table.first_seat[owner.row])
        owner.posts = model.seats[first : first + int(table.seats[owner.row])]
    slots, ties = t.contracts.provider.shape[1], t.ties.provider.shape[1]
    model.lots = [
        Lot(row, 0, 0, 0, [Project(slot) for slot in range(slots)])
        for row in range(len(model.communities))
    ]
    for community in model.communities:
        community.ties = [Tie() for _ in range(ties)]
        community.cases = [
            Cases(category, hard) for category in model.categories for hard in (False, True)
        ]
        home = model.districts[t.communities.district[community.row]]
        home.communities.append(community)
        model.subdistricts[t.communities.subdistrict[community.row]].communities.append(community)
    for agency in model.agencies:
        model.districts[t.providers.district[agency.row]].agencies.append(agency)
    for subdistrict in model.subdistricts:
        model.districts[t.subdistricts.district[subdistrict.row]].subdistricts.append(subdistrict)


def _columns(model: MonthModel, world: World) -> Iterator[tuple[list[Any], Any, list[str]]]:
    """Tables whose rows are objects: the objects, the table, and the names of columns."""
    t = world.tables
    communities, districts = model.communities, model.districts
    yield districts, t.districts, list(t.districts._fields)
    yield model.subdistricts, t.subdistricts, list(t.subdistricts._fields)
    yield communities, t.communities, list(t.communities._fields)
    yield model.agencies, t.providers, list(t.providers._fields)
    yield model.groups, t.groups, list(t.groups._fields)
    yield model.seats, t.workers, [name for name in t.workers._fields if name not in _CONSTANT]
    for table, sub in ((t.incentives, "funding"), (t.money, "books"), (t.terms, "terms")):
        by_district = [n for n, column in _declared(table) if column.dims[0] == "district"]
        by_community = [
            n for n, column in _declared(table) if column.dims[0] == "community" and n != "pay"
        ]
        yield [getattr(d, sub) for d in districts], table, by_district
        if by_community:
            yield [getattr(c, sub) for c in communities], table, by_community


def _declared(table: Any) -> Iterator[tuple[str, Any]]:
    return ((info.name, info.column) for info in columns(type(table)))


def _or_none(rows: list[Any], row: int) -> Any:
    return rows[row] if row >= 0 else None


def _plain(value: Any) -> Any:
    """Return a value as a column holds it: of an object its row, of nobody -1."""
    if value is None:
        return -1
    return getattr(value, "row", value)


def _refer(seat: Seat, model: MonthModel) -> None:
    seat.district = model.districts[seat.district]
    seat.community = _or_none(model.communities, seat.community)
    seat.home = _or_none(model.communities, seat.home)
    seat.subdistrict = _or_none(model.subdistricts, seat.subdistrict)


def _read_lots(model: MonthModel, world: World) -> None:
    n, ties = world.tables.contracts, world.tables.ties
    for lot in model.lots:
        lot.members, lot.until = int(n.members[lot.row]), int(n.until[lot.row])
        lot.projects_in_use = int(n.projects[lot.row])
        for project in lot.projects:
            at = lot.row, project.slot
            project.agency = _or_none(model.agencies, int(n.provider[at]))
            for name in _PROJECT:
                setattr(project, name, int(getattr(n, name)[at]))
            project.focus = _or_none(model.categories, project.focus)
    for community in model.communities:
        for place, tie in enumerate(community.ties):
            tie.agency = _or_none(model.agencies, int(ties.provider[community.row, place]))
            tie.capital = float(ties.capital[community.row, place])


def _read_cases(model: MonthModel, world: World) -> None:
    def put(name: str, column: np.ndarray[Any, Any]) -> None:
        values = column.tolist()
        for community, of_community in zip(model.communities, values, strict=True):
            for cases, value in zip(community.cases, of_community, strict=True):
                setattr(cases, name, value)

    _each_case_column(world, put)


def _write_cases(model: MonthModel, world: World) -> None:
    def take(name: str, column: np.ndarray[Any, Any]) -> None:
        column[:] = [
            [getattr(cases, name) for cases in community.cases] for community in model.communities
        ]

    _each_case_column(world, take)


def _each_case_column(world: World, use: Callable[[str, np.ndarray[Any, Any]], None]) -> None:
    """Use each column of cases, and the tariff, seen as (community, kind) or (community, kind, age or pool)."""
    t = world.tables
    homes = t.communities.key.size
    for name in CASE_COUNTS:
        use(name, getattr(t.cases, name).reshape(homes, -1))
    for name, width in (("open", AGES), ("minutes", 3), ("worked", 3)):
        column = getattr(t.cases, name)
        use(name, column.reshape(homes, width, -1).swapaxes(1, 2))
    use("pay", t.incentives.pay.reshape(homes, -1))


def _accounts(model: MonthModel) -> Iterator[tuple[Account, int]]:
    """Every account and its row in the ledger."""
    yield model.finance, FINANCE
    yield model.base_line, BASE_LINE
    yield model.wages, WAGES
    yield model.suppliers, SUPPLIERS
    yield model.other_payers, OTHER_PAYERS
    n, homes = len(model.districts), len(model.communities)
    for d in model.districts:
        yield d.envelope_account, envelope_account(d.row)
        yield d.claims_account, claims_account(n, d.row)
        yield d.escrow_account, escrow_account(n, d.row)
        yield d.capital_account, capital_account(n, d.row)
    for c in model.communities:
        yield c.account, community_account(n, c.row)
    for a in model.agencies:
        yield a.account, provider_account(n, homes, a.row)
