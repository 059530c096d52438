"""Worlds small enough to be lived through by the hundred."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from sansheng.core.resources import configs_dir
from sansheng.core.text import Text
from sansheng.month import open_world, pass_month
from sansheng.outcomes.measures import Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.world.accounts import (
    capital_account,
    claims_account,
    community_account,
    envelope_account,
    escrow_account,
    provider_account,
)
from sansheng.world.place import Place, load_place
from sansheng.world.place_file import District
from sansheng.world.world import World

JANUARY = 2015 * 12
SIZES = {
    "subdistricts": 2,
    "communities": 8,
    "households": 16_000,
    "community_workers": 72,
    "certified_workers": 23,
    "organisations": 40,
    "agencies": 5,
    "hubs": 2,
    "volunteers": 120,
    "party_members": 320,
    "grids": 48,
    "envelope": 600_000,
    "capital": 900_000,
}
"""A district of eight communities with Chenghua's proportions: 37.5 yuan a household a year."""

GRID_STAFF = {"dedicated": 8, "social": 87, "specialist": 0}
UNITS = 32

_CHENGHUA = load_place("chenghua-2015")
CHENGHUA = {field: getattr(_CHENGHUA.districts[0], field).value for field in SIZES}
"""The whole district."""


def district(name: str = "small", **sizes: int) -> District:
    """Return Chenghua in small, with other numbers where given."""
    whole = _CHENGHUA.districts[0]
    parts = _resized(whole, {**SIZES, **sizes})
    force = whole.grid_staff.model_copy(update=_resized(whole.grid_staff, GRID_STAFF))
    units = whole.resident_units.model_copy(update=_resized(whole.resident_units, {"count": UNITS}))
    parts |= {"grid_staff": force, "resident_units": units}
    return whole.model_copy(update={**parts, "name": name, "title": Text(name, name)})


def _resized(part: Any, sizes: Mapping[str, int]) -> dict[str, Any]:
    return {
        field: getattr(part, field).model_copy(update={"value": value})
        for field, value in sizes.items()
    }


def place(*districts: District) -> Place:
    """Return a place of these districts; without any, of one small district."""
    return _CHENGHUA.model_copy(update={"name": "small", "districts": districts or (district(),)})


def place_text(*others: Mapping[str, int], **sizes: int) -> str:
    """Return the file of a place of one small district, and of others of other sizes; JSON is YAML."""
    source = configs_dir() / "places" / "chenghua-2015.yaml"
    data = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    for field, value in {**SIZES, **sizes}.items():
        data["districts"][0][field]["value"] = value
    for field, value in GRID_STAFF.items():
        data["districts"][0]["grid_staff"][field]["value"] = value
    data["districts"][0]["resident_units"]["count"]["value"] = UNITS
    for number, other in enumerate(others):
        more = copy.deepcopy(data["districts"][0])
        for field, value in other.items():
            more[field]["value"] = value
        data["districts"].append({**more, "name": f"other-{number}"})
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def world(
    where: Place | None = None,
    parameters: Mapping[str, float] | None = None,
    *,
    seed: int = 1,
    replicate: int = 0,
    start: int = JANUARY,
) -> World:
    """Return a small world before its first month."""
    return open_world(where or place(), parameters or {}, seed, replicate, start)


def chenghua(parameters: Mapping[str, float] | None = None, *, replicate: int = 0) -> World:
    """Return the whole district before its first month."""
    return open_world(_CHENGHUA, parameters or {}, 7, replicate, JANUARY)


def months(world: World, rule: Rule | str, n: int) -> Iterator[Recorder]:
    """Let ``n`` months pass, one each time the caller asks; yield the record they are written in."""
    law = make_rule(rule) if isinstance(rule, str) else rule
    record = make_recorder(world.month, n, world.tables.communities.key.shape[0])
    for _ in range(n):
        pass_month(world, law, record)
        yield record


def live(world: World, rule: Rule | str, n: int) -> Recorder:
    """Let ``n`` months pass and return their record."""
    *_, record = months(world, rule, n)
    return record


def outcomes(world: World, record: Recorder) -> NDArray[np.float64]:
    """Return the outcomes of recorded months, shape ``(month, outcome)``."""
    fixed = fixed_of(world.tables)
    return outcome_matrix(Record(record.monthly, record.yearly, fixed, record.start))


def columns(world: World) -> Iterator[tuple[str, str, NDArray[Any]]]:
    """Yield table, column and values of everything in a world."""
    for table in world.tables:
        for name, values in zip(table._fields, table, strict=True):
            yield type(table).__name__, name, values


def digest(world: World) -> str:
    """Return a hash over every bit of a world's tables."""
    found = hashlib.sha256()
    for table, name, values in columns(world):
        found.update(f"{table}.{name} {values.dtype} {values.shape}\n".encode())
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()


def differing(
    one: World, other: World, rows: Callable[[World, str], Any] = lambda *_: slice(None)
) -> list[str]:
    """Return the columns in which two worlds differ.

    Parameters
    ----------
    rows
        Takes a world and the name of a table; returns the rows to look at.
    """
    return [
        f"{table}.{name}"
        for (table, name, a), (_, _, b) in zip(columns(one), columns(other), strict=True)
        if a[rows(one, table)].tobytes() != b[rows(other, table)].tobytes()
    ]


def _rows_of_district(world: World, d: int) -> dict[str, Any]:
    """Return, by table, the rows that belong to a district."""
    t = world.tables
    one = slice(d, d + 1)
    owners = {
        "Subdistricts": t.subdistricts.district,
        "Workers": t.workers.district,
        "Providers": t.providers.district,
        "Groups": t.groups.district,
    }
    rows: dict[str, Any] = {"Districts": one, "Terms": one, "Categories": slice(None)}
    for table in t:
        name = type(table).__name__
        if name not in rows:
            rows[name] = np.flatnonzero(owners.get(name, t.communities.district) == d)
    return rows


def bits_of_district(world: World, d: int) -> dict[str, bytes]:
    """Return every value of a district, by column; references to rows count from the district's first."""
    t, rows = world.tables, _rows_of_district(world, d)
    communities, districts = t.communities.key.shape[0], t.districts.key.shape[0]
    first = {
        name: int(rows[name][0]) for name in ("Workers", "Providers", "Communities", "Subdistricts")
    }
    home = {
        ("Communities", "first_seat"): first["Workers"],
        ("Providers", "first_seat"): first["Workers"],
        ("Communities", "lot"): first["Communities"],
        ("Communities", "subdistrict"): first["Subdistricts"],
        ("Providers", "subdistrict"): first["Subdistricts"],
        ("Workers", "subdistrict"): first["Subdistricts"],
        ("Workers", "community"): first["Communities"],
        ("Workers", "home"): first["Communities"],
        ("Groups", "community"): first["Communities"],
        ("Workers", "employer"): first["Providers"],
        ("Contracts", "provider"): first["Providers"],
        ("Ties", "provider"): first["Providers"],
        **{
            (table, "district"): d
            for table in ("Subdistricts", "Communities", "Workers", "Providers", "Groups")
        },
    }
    own = rows["Communities"]
    accounts = [
        envelope_account(d),
        claims_account(districts, d),
        escrow_account(districts, d),
        capital_account(districts, d),
        *(community_account(districts, c) for c in own),
        *(provider_account(districts, communities, a) for a in rows["Providers"]),
    ]
    found = {}
    for table, name, values in columns(world):
        if table == "Money" and name in {"balance", "received", "paid"}:
            chosen = values[accounts]
        elif table in {"Money", "Incentives"}:
            chosen = values[d : d + 1] if values.shape[0] == districts else values[own]
        else:
            chosen = values[rows[table]]
        if (offset := home.get((table, name))) is not None:
            chosen = np.where(chosen >= 0, chosen - offset, chosen)
        found[f"{table}.{name}"] = chosen.tobytes()
    return found
