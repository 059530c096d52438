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

from sansheng.core.kernels import disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import add
from sansheng.core.tables import F64, I32, I64
from sansheng.core.views import flat
from sansheng.world.schema import (
    AGENCY_PRO,
    BASE_GENERAL,
    BASE_PRO,
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
def use_up(agency: int, pro: int, general: int, used: int) -> tuple[int, int, int]:
    """Return what is left of three pools' minutes of work in progress when ``used`` are taken in proportion.

    What whole minutes leave over is taken from the first pools that have some.
    """
    total = agency + pro + general
    part_used = used / total if total > 0 else 0.0
    agency_left = agency - int(agency * part_used)
    pro_left = pro - int(pro * part_used)
    general_left = general - int(general * part_used)
    rest = agency_left + pro_left + general_left - (total - used)
    from_agency = min(rest, agency_left)
    from_pro = min(rest - from_agency, pro_left)
    from_general = rest - from_agency - from_pro
    return agency_left - from_agency, pro_left - from_pro, general_left - from_general


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
    agency: I32,
    pro: I32,
    general: I32,
    expert_minutes: I32,
    finished: I32,
    expert: F64,
    by_agency: F64,
) -> None:
    """Finish what a community's work in progress completes.

    All by kind, shape ``(kind,)``; ``agency``, ``pro`` and ``general`` are the minutes of the three pools. Minutes are
    few enough for their quotients to be exact as floating-point numbers, several of which are worked out at once.
    """
    for j in range(need.shape[0]):
        total = agency[j] + pro[j] + general[j]
        able = max(0, waiting[j] - blocked[j])
        n = min(able, int(total / need[j]))
        used = n * need[j]
        expert[j] = expert_minutes[j] / total if n > 0 else expert[j]
        by_agency[j] = agency[j] / total if n > 0 else by_agency[j]
        finished[j] = n
        spent = expert_minutes[j] * used
        expert_minutes[j] -= int(spent / total) if n > 0 else 0
        agency[j], pro[j], general[j] = use_up(agency[j], pro[j], general[j], used)


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


@inlined
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
    for i in range(communities.key.shape[0]):
        _finish(
            need,
            flat(cases.waiting[i]),
            flat(cases.blocked[i]),
            flat(cases.minutes[i, AGENCY_PRO]),
            flat(cases.minutes[i, BASE_PRO]),
            flat(cases.minutes[i, BASE_GENERAL]),
            flat(cases.expert_minutes[i]),
            flat(cases.finished[i]),
            flat(cases.expert[i]),
            flat(cases.by_agency[i]),
        )
