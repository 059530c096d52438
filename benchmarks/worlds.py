"""Places and worlds that benchmarks run."""

from __future__ import annotations

import functools

from sansheng.month import PARAMETERS, open_world, pass_months
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.world.place import Place, load_place
from sansheng.world.world import World

DISTRICT = "chenghua-2015"
TENTH = "classroom"
"""One subdistrict of eight communities, a thirteenth of the district."""

RULE = "per_household"
START = 2015 * 12


def several(districts: int) -> Place:
    """Return a place of so many districts, each like the one of :data:`DISTRICT`."""
    place = load_place(DISTRICT, PARAMETERS)
    return place.model_copy(update={"districts": place.districts * districts})


def world_of(place: Place, months: int, start: int = START) -> World:
    """Return a world after so many months."""
    world = open_world(place, {}, 1, 0, start)
    run(world, months)
    return world


def run(world: World, months: int) -> Recorder:
    """Let months pass and return their record."""
    record = make_recorder(world.month, max(1, months), world.tables.communities.key.size)
    pass_months(world, _rule(), record, months)
    return record


@functools.cache
def _rule() -> Rule:
    return make_rule(RULE)


def fresh(world: World) -> World:
    """Return a copy of a world, ready to run."""
    copied = world.copy()
    _ = copied.references
    return copied


def agents(world: World) -> int:
    """Return communities, people, agencies and groups that there are."""
    t = world.tables
    return int(
        t.communities.key.size
        + t.workers.filled.sum()
        + t.providers.alive.sum()
        + t.groups.alive.sum()
    )


def state_bytes(world: World) -> int:
    """Return the bytes of all columns of a world."""
    return sum(column.nbytes for table in world.tables for column in table)
