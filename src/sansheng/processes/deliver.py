r"""Work adds up to finished attempts.

Effective minutes accumulate in each cell (community, category, hardness) as work in progress. An attempt is
finished when its minutes are met,

.. math:: n = \min\left(\lfloor M / need \rfloor,\; open - blocked\right),

and the remainder carries over, so that small communities lose nothing to rounding. Finished attempts take
their minutes from the pools in proportion to what each had put in; that proportion is also who the work is
credited to, and how much of it was professional.

Contact builds relationship capital between a community and its agency, :math:`Q \leftarrow Q + r\,(1-Q)`
in a month of service, and it fades without.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I32, I64
from sansheng.processes.backlog import count
from sansheng.world.schema import (
    AGENCY_PRO,
    HARD,
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
def use_up(minutes: I64, used: int) -> None:
    """Take ``used`` minutes of work in progress from the pools, in proportion; whole minutes."""
    total = 0
    for s in range(minutes.shape[0]):
        total += minutes[s]
    if used == total:
        minutes[:] = 0
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
def _finish(
    easy_minutes: I64,
    hard_minutes: I64,
    open_: I32,
    blocked: I32,
    minutes: I64,
    expert_minutes: I64,
    worked: I64,
    worked_expert: I64,
    finished: I32,
    expert: F64,
    by_agency: F64,
) -> None:
    for c in range(open_.shape[0]):
        for k in range(easy_minutes.shape[0]):
            for h in range(2):
                need = hard_minutes[k] if h == HARD else easy_minutes[k]
                progress = minutes[c, k, h]
                for s in range(progress.shape[0]):
                    progress[s] += worked[c, k, h, s]
                expert_minutes[c, k, h] += worked_expert[c, k, h]
                total = 0
                for s in range(progress.shape[0]):
                    total += progress[s]
                finished[c, k, h] = 0
                if total < need:
                    continue
                workable = count(open_[c, k, h], 0) - blocked[c, k, h]
                n = min(total // need, max(0, workable))
                finished[c, k, h] = n
                if n == 0:
                    continue
                expert[c, k, h] = expert_minutes[c, k, h] / total
                by_agency[c, k, h] = progress[AGENCY_PRO] / total
                expert_minutes[c, k, h] -= expert_minutes[c, k, h] * (n * need) // total
                use_up(progress, n * need)


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
    _finish(
        categories.easy_minutes,
        categories.hard_minutes,
        cases.open,
        cases.blocked,
        cases.minutes,
        cases.expert_minutes,
        cases.worked,
        cases.worked_expert,
        cases.finished,
        cases.expert,
        cases.by_agency,
    )
