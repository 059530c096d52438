r"""Reported cases are dispatched; some wait for another department; idle hours go into outreach.

The first two steps of the five-step loop (report, dispatch, handle, verify, archive). A share
:math:`x_k` of new cases needs another department and is blocked; the subdistrict's coordination releases
each with probability :math:`\kappa_s` a month, and each release costs staff hours. Hours left idle last
month are spent on visits, which find at most ``out_rate`` latent needs an hour and at most the share
``out_cap`` of all latent needs a month.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision
from sansheng.core.tables import F64, I32, I64
from sansheng.processes.chance import how_many
from sansheng.world.world import World

PARAMETERS = (
    quantity(
        "coord_hours",
        1.0,
        unit="hours/case",
        low=0.0,
        high=4.0,
        source="assumed",
        role="uncertainty",
        en="staff hours to bring another department to a case",
        zh="每件跨部门事项的协调工时",
    ),
    quantity(
        "out_rate",
        0.25,
        unit="needs/hour",
        low=0.05,
        high=0.5,
        source="assumed",
        role="uncertainty",
        en="latent needs found per hour of visits",
        zh="每小时走访发现的潜在需求",
    ),
    quantity(
        "out_cap",
        0.03,
        unit="1/month",
        low=0.01,
        high=0.06,
        source="assumed",
        role="uncertainty",
        en="largest share of latent needs that visits find in a month",
        zh="走访每月发现潜在需求的上限",
    ),
)

_BLOCK = decision("dispatch.block")
_RELEASE = decision("dispatch.release")
_FIND = decision("dispatch.find")


@kernel
def chance_of_finding(idle_hours: float, latent: int, rate: float, cap: float) -> float:
    """Probability that visits of ``idle_hours`` find a given one of ``latent`` needs."""
    if latent <= 0:
        return 0.0
    return min(cap, rate * idle_hours / latent)


@kernel
def _month(
    key: Key,
    now: int,
    p: Any,
    keys: I64,
    subdistrict: I32,
    hours_idle: F64,
    coordination_hours: F64,
    coordination: F64,
    cross: F64,
    open_: I32,
    blocked: I32,
    latent: I32,
    opened: I32,
    found: I32,
) -> None:
    for c in range(keys.shape[0]):
        who = keys[c]
        chance = chance_of_finding(hours_idle[c], latent[c].sum(), p.out_rate, p.out_cap)
        released_all = 0
        for k in range(cross.shape[0]):
            for h in range(2):
                cell = k * 2 + h
                seen = how_many(key, _FIND, now, who, cell, latent[c, k, h], chance)
                latent[c, k, h] -= seen
                open_[c, k, h, 0] += seen
                found[c, k, h] = seen
                waiting = blocked[c, k, h]
                ready = coordination[subdistrict[c]]
                released = how_many(key, _RELEASE, now, who, cell, waiting, ready)
                new = opened[c, k, h] + seen
                stuck = how_many(key, _BLOCK, now, who, cell, new, cross[k])
                blocked[c, k, h] = waiting - released + stuck
                released_all += released
        coordination_hours[c] = p.coord_hours * released_all


def step(world: World) -> None:
    """Open what visits find, release waiting cases, block new ones that need another department."""
    c, cases = world.tables.communities, world.tables.cases
    _month(
        world.key,
        world.month,
        world.parameters,
        c.key,
        c.subdistrict,
        c.hours_idle,
        c.coordination_hours,
        world.tables.subdistricts.coordination,
        world.tables.categories.cross,
        cases.open,
        cases.blocked,
        cases.latent,
        cases.reported,
        cases.found,
    )
