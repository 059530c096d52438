r"""Work adds up to finished attempts.

Effective minutes accumulate in each cell (community, category, hardness) as work in progress. An attempt is
finished when its minutes are met,

.. math:: n = \min\left(\lfloor M / need \rfloor,\; open - blocked\right),

and the remainder carries over, so that small communities lose nothing to rounding. Finished attempts take
their minutes from the pools in proportion to what each had put in; that proportion is also who the work is
credited to, and how much of it was professional.

Contact builds relationship capital between a community and the agencies that serve it, :math:`Q \leftarrow Q +
r\,(1-Q)` in a month of service, and it fades without.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import add
from sansheng.core.tables import F64, I32, I64
from sansheng.core.views import flat
from sansheng.processes.backlog import tally
from sansheng.world.schema import (
    AGENCY_PRO,
    AGES,
    POOLS,
    Cases,
    Categories,
    Communities,
    Contracts,
    Ties,
)

PARAMETERS = (
    quantity(
        "tie_growth",
        0.08,
        unit="1/month",
        low=0.02,
        high=0.2,
        source="T12",
        status="assumed",
        role="uncertainty",
        en="growth of relationship capital in a month of service, of what is missing",
        zh="每月服务带来的关系资本增长",
    ),
    quantity(
        "tie_fade",
        0.03,
        unit="1/month",
        low=0.0,
        high=0.1,
        source="T12",
        status="assumed",
        role="uncertainty",
        en="loss of relationship capital in a month without service",
        zh="无服务时关系资本的月度衰减",
    ),
)


@inlined
def use_up(minutes: I32, used: int, total: int) -> None:
    """Take ``used`` of the ``total`` minutes of work in progress from the pools, in proportion.

    What whole minutes leave over is taken from the first pools that have some.
    """
    if used == total:
        for s in range(minutes.shape[0]):
            minutes[s] = 0
        return
    part_used = used / total
    rest = used
    for s in range(minutes.shape[0]):
        part = int(minutes[s] * part_used)
        minutes[s] -= part
        rest -= part
    for s in range(minutes.shape[0]):
        part = min(rest, minutes[s])
        minutes[s] -= part
        rest -= part


@kernel
def _add_work(cases: Cases) -> None:
    """Add everybody's work of the month to what is in progress."""
    add(flat(cases.minutes), flat(cases.worked))
    add(flat(cases.expert_minutes), flat(cases.worked_expert))


@disjoint
def _finish(
    need: I64,
    waiting: I32,
    blocked: I32,
    minutes: I32,
    expert_minutes: I32,
    finished: I32,
    expert: F64,
    by_agency: F64,
) -> None:
    """Finish what a community's work in progress completes.

    All by kind, shape ``(kind,)``; ``minutes`` by kind and pool.
    """
    for j in range(need.shape[0]):
        progress = minutes[POOLS * j : POOLS * j + POOLS]
        total = 0
        for s in range(POOLS):
            total += progress[s]
        able = waiting[j] - blocked[j]
        finished[j] = 0
        if able <= 0 or total < need[j]:
            continue
        n = able if able * need[j] <= total else total // need[j]
        used = n * need[j]
        finished[j] = n
        expert[j] = expert_minutes[j] / total
        by_agency[j] = progress[AGENCY_PRO] / total
        expert_minutes[j] -= (
            expert_minutes[j] * used // total if used < total else expert_minutes[j]
        )
        use_up(progress, used, total)


@kernel
def _meet(c: Communities, contracts: Contracts, ties: Ties, growth: float, fade: float) -> None:
    """Grow ties with the agencies that served this month, let the others fade."""
    for i in range(c.key.shape[0]):
        known, capital = ties.provider[i], ties.capital[i]
        for t in range(known.shape[0]):
            serving = False
            for s in range(c.hours_by.shape[1]):
                here = c.hours_by[i, s] > 0.0 and contracts.provider[c.lot[i], s] == known[t]
                serving = serving or (here and known[t] >= 0)
            if serving:
                capital[t] += growth * (1.0 - capital[t])
            else:
                capital[t] *= 1.0 - fade


@allocating
def step(
    p: Any,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    categories: Categories,
    cases: Cases,
) -> None:
    """Finish what this month's work completes, everywhere."""
    _meet(communities, contracts, ties, p.tie_growth, p.tie_fade)
    _add_work(cases)
    need = flat(categories.minutes)
    waiting, old = np.empty(need.shape[0], np.int32), np.empty(need.shape[0], np.int32)
    for i in range(communities.key.shape[0]):
        tally(flat(cases.open[i]), AGES, waiting, old)
        _finish(
            need,
            waiting,
            flat(cases.blocked[i]),
            flat(cases.minutes[i]),
            flat(cases.expert_minutes[i]),
            flat(cases.finished[i]),
            flat(cases.expert[i]),
            flat(cases.by_agency[i]),
        )
