"""Whether lines hold what a study's levers cost, told before anything runs.

What a lever costs is worked out on the world before its first month, with the parameters of the first draw. Where
that world says too little, the run finds out in the month the lever comes into force.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.core.errors import BadInput, Problem
from sansheng.core.located_yaml import Loc, Located
from sansheng.core.scale import scaled

if TYPE_CHECKING:
    from sansheng.study.config import LeverRef, Study
    from sansheng.world.world import World


def refuse_unaffordable(study: Study, located: Located) -> None:
    """Raise if a lever costs more than its line holds.

    Raises
    ------
    BadInput
        With every such lever, at its place in the file.
    """
    if problems := list(_unaffordable(study, located)):
        raise BadInput(problems)


def _unaffordable(study: Study, located: Located) -> Iterator[Problem]:
    from sansheng.policy.load import make_lever

    found: list[World] = []
    for name, scenario in study.scenarios.items():
        for ref in scenario.levers:
            lever = make_lever(ref.name, ref.options, ref.line)
            if lever.payer == "base":
                continue
            found = found or list(_openings(study))
            loc = place_of_lever(located, name, ref)
            dear = (_too_dear(study, ref, world, located, loc) for world in found)
            if problem := next(filter(None, dear), None):
                yield problem


MOST_LOOKED_AT = 64
"""Districts whose worlds are opened, the first ones; in others the run finds out."""


def _openings(study: Study) -> Iterator[World]:
    """Yield the worlds of the place's districts before their first month; at most so many."""
    from sansheng.month import open_world
    from sansheng.study.own_place import place_of

    parameters = {**study.parameters, **study.draws()[0]}
    for market in place_of(study).markets[:MOST_LOOKED_AT]:
        yield open_world(market, parameters, study.seed, 0, study.start.index)


def _too_dear(
    study: Study, ref: LeverRef, opening: World, located: Located, loc: Loc
) -> Problem | None:
    from sansheng.policy.load import make_lever
    from sansheng.policy.programme import apply, snapshot, too_dear

    lever = make_lever(ref.name, ref.options, ref.line)
    world = opening.copy()
    t = world.tables
    before = snapshot(world, lever)
    cost = lever.once(t, before)
    line = t.districts.capital
    if lever.payer == "envelope":
        apply(world, lever, before)
        end = study.start.index + study.months
        this_year = 12 - ref.start.index % 12
        next_year = 12 if end > ref.start.index + this_year else 0
        monthly = np.maximum(0, lever.ahead(t, world.parameters, before))
        cost = np.maximum(cost + this_year * monthly, next_year * monthly)
        line = scaled(t.districts.envelope, world.scale)
    worst = int(np.argmax(cost - line))
    if cost[worst] <= line[worst]:
        return None
    return Problem(too_dear(lever.name, int(cost[worst]), int(line[worst])), located.where(loc))


def place_of_lever(located: Located, scenario: str, ref: LeverRef) -> Loc:
    """Return where in the file the lever is written."""
    loc: Loc = ("scenarios", scenario, "levers")
    data: Any = located.data  # its shape has been checked
    for position, lever in enumerate(data["scenarios"][scenario]["levers"]):
        if lever["name"] == ref.name and lever.get("from", str(ref.start)) == str(ref.start):
            return (*loc, position, "name")
    return loc
