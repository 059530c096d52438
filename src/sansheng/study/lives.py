"""A world lived through: opened, warmed up under the baseline's first rule, continued through a scenario's changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sansheng.month import open_world, pass_months
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.measures import Record, fixed_of
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy.programme import Programme
from sansheng.policy.rule import Rule
from sansheng.processes.trace import Trace
from sansheng.study.pasts import PASTS, key_of
from sansheng.study.schedule import Change
from sansheng.world.place import Place
from sansheng.world.world import World

if TYPE_CHECKING:
    from sansheng.study.config import Study


def warmed_up(
    study: Study, place: Place, rule: Rule, draw: Mapping[str, float], replicate: int
) -> World:
    """Return the world of a place, or of one of its markets, at the first reported month.

    Parameters
    ----------
    study
        Of which the world is.
    place
        The study's, or part of it.
    rule
        In force in the warm-up.
    draw
        Parameters of the draw.
    replicate
        Which of the paired repetitions, from 0.
    """

    def make() -> World:
        start = study.start.index - study.warm_up
        world = open_world(place, {**study.parameters, **draw}, study.seed, replicate, start)
        if study.warm_up:
            record = make_recorder(start, study.warm_up, world.tables.communities.key.shape[0])
            pass_months(world, rule, record, study.warm_up)
        return world

    return PASTS.get(key_of(study, place, rule, draw, replicate), make)


def continued(
    world: World,
    changes: Sequence[Change],
    months: int,
    log: EventLog | None = None,
    trace: Trace | None = None,
) -> Recorder:
    """Let a world live through a scenario's changes and return what was recorded of it."""
    start = world.month
    tables = world.tables
    rows = tables.communities.key.shape[0], tables.providers.key.shape[0]
    record = make_recorder(start, months, *rows)
    programme = Programme()
    ends = [*(change.month for change in changes[1:]), start + months]
    for change, end in zip(changes, ends, strict=True):
        programme.expect(change.levers)
        pass_months(
            world,
            change.rule,
            record,
            end - change.month,
            new_rule=change.new_rule,
            programme=programme,
            scale=change.scale,
            log=log,
            trace=trace,
        )
    return record


def recorded(
    world: World, changes: Sequence[Change], months: int, trace: Trace | None = None
) -> Record:
    """Let a world live through a scenario's changes and return its record."""
    fixed = fixed_of(world.tables)
    record = continued(world, changes, months, trace=trace)
    return Record(record.monthly, record.yearly, fixed, record.start)
