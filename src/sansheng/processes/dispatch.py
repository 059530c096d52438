r"""Reported cases are dispatched; some wait for another department; idle hours go into outreach.

The first two steps of the five-step loop (report, dispatch, handle, verify, archive), and who a case goes to [S-T10]:
of easy cases that grid staff find, they settle the share ``on_spot`` themselves; the rest goes to the professional
force of station and agencies. A share :math:`x_k` of new cases needs another department and is blocked; the
subdistrict's coordination releases each of those waiting, old and new, with the monthly probability

.. math:: ready_s = \kappa_s\,skill_s, \qquad ready_s \leftarrow ready_s + \texttt{online\_release}\,(1-ready_s)

where departments share a platform (:math:`\kappa_s` is the subdistrict's coordination, :math:`skill_s` that of its
cadres), and :math:`n` releases cost the station :math:`\texttt{coord\_hours}\,n\,(1-\texttt{online\_saves})` hours.
Hours left idle last month are spent on visits, which find each latent need with probability

.. math:: \min\left(\texttt{out\_cap},\; \texttt{out\_rate}\cdot\frac{idle_c}{latent_c}\right).

Resident units take their part last (:mod:`sansheng.processes.unit_tasks`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_runs, whole
from sansheng.core.views import flat
from sansheng.processes import unit_tasks
from sansheng.processes.unit_tasks import take_on
from sansheng.world.schema import EASY, Cases, Categories, Communities, Subdistricts

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
        "on_spot",
        0.85,
        unit="share",
        low=0.0,
        high=0.95,
        source="S-T10",
        status="assumed",
        role="uncertainty",
        en="easy cases found by grid staff that they settle on the spot",
        zh="网格员发现的易办事项中当场解决的比例",
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
    quantity(
        "online_release",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-C25",
        status="assumed",
        role="lever",
        en="part of the waiting cases that would not be released in a month, which a common platform releases",
        zh="原本当月不能办结的跨部门事项中经统一平台办结的比例",
    ),
    quantity(
        "online_saves",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-C25",
        status="assumed",
        role="lever",
        en="staff hours of coordination that a common platform saves",
        zh="统一平台节省的跨部门协调工时比例",
    ),
    *unit_tasks.PARAMETERS,
)

_FLOWS = decision("dispatch.find_release_block_settle")


@inlined
def chance_of_finding(idle_hours: float, latent: int, rate: float, cap: float) -> float:
    """Probability that visits of ``idle_hours`` find a given one of ``latent`` needs."""
    if latent <= 0:
        return 0.0
    return min(cap, rate * idle_hours / latent)


@allocating
def step(
    key: Key,
    now: int,
    p: Any,
    subdistricts: Subdistricts,
    communities: Communities,
    cases: Cases,
    categories: Categories,
) -> None:
    """Open what visits find, settle cases on the spot, block new ones and release some of the blocked."""
    c = communities
    all_luck = np.empty((c.key.shape[0], 4))
    fill_runs(key, _FLOWS, now, c.key, all_luck)
    for i in range(c.key.shape[0]):
        office = c.subdistrict[i]
        ready = subdistricts.coordination[office] * subdistricts.skill[office]
        ready += p.online_release * (1.0 - ready)
        latent, blocked, open_ = flat(cases.latent[i]), flat(cases.blocked[i]), flat(cases.open[i])
        reported, by_grid = flat(cases.reported[i]), flat(cases.by_grid[i])
        found, on_spot = flat(cases.found[i]), flat(cases.on_spot[i])
        hidden = 0
        for j in range(latent.shape[0]):
            hidden += latent[j]
        chance = chance_of_finding(c.hours_idle[i], hidden, p.out_rate, p.out_cap)
        luck = all_luck[i]
        find = free = stop = settle = 0.0
        finds = frees = stops = settles = 0
        for k in range(categories.cross.shape[0]):
            for h in range(2):
                j = 2 * k + h
                find += latent[j] * chance
                seen = whole(find, luck[0]) - finds
                if h == EASY:
                    settle += by_grid[j] * p.on_spot
                settled = whole(settle, luck[3]) - settles
                stop += (reported[j] + seen - settled) * categories.cross[k]
                stuck = whole(stop, luck[2]) - stops
                waiting = blocked[j] + stuck
                free += waiting * ready
                released = whole(free, luck[1]) - frees
                latent[j] -= seen
                found[j] = seen
                on_spot[j] = settled
                open_[j] += seen - settled
                blocked[j] = waiting - released
                finds += seen
                frees += released
                stops += stuck
                settles += settled
        c.coordination_hours[i] = p.coord_hours * frees * (1.0 - p.online_saves)
    take_on(key, now, p.unit_tasks, c, cases)
