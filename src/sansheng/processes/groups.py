r"""Grassroots groups come and go; hubs stay.

Every month a group closes with the probability :math:`m = 1 - (1-c)^{1/12}`, and as many are founded on average:
each row that is vacant when the month begins is taken again with the chance

.. math:: \min\left(1,\; m\,\frac{\max(1, G)}{V}\right)

with :math:`c` the yearly churn, :math:`G` the district's groups and :math:`V` its vacant rows. A row keeps its
community: groups are founded where others have closed, or could have been all along.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint
from sansheng.core.quantities import quantity
from sansheng.core.rows import first_rows
from sansheng.core.streams import Key, decision, fill_near
from sansheng.core.tables import F64, I8
from sansheng.processes.rates import monthly
from sansheng.world.schema import HUB, Groups

PARAMETERS = (
    quantity(
        "grassroots_churn",
        0.05,
        unit="1/year",
        low=0.0,
        high=0.15,
        source="B56",
        status="assumed",
        role="uncertainty",
        en="grassroots groups that close in a year; as many are founded on average",
        zh="社区社会组织年更替率",
    ),
)

_TURNOVER = decision("groups.turnover")
"""Luck of a row in a month: of its group in staying, or of founders where there is none."""


@disjoint
def _count(kind: I8, alive: I8) -> tuple[int, int]:
    """Return how many rows of grassroots groups a district has, and how many of them live."""
    rows = living = 0
    for g in range(alive.shape[0]):
        rows += 1 if kind[g] != HUB else 0
        living += alive[g] if kind[g] != HUB else 0
    return rows, living


@disjoint
def _renew(
    leave: float,
    spare: float,
    founders: float,
    luck: F64,
    kind: I8,
    alive: I8,
    closed: I8,
    founded: I8,
) -> None:
    """Close groups of a district at the rate ``leave``; in its ``spare`` rows so many ``founders`` found others."""
    for g in range(alive.shape[0]):
        grassroots = 1 if kind[g] != HUB else 0
        closed[g] = grassroots * alive[g] if luck[g] < leave else 0
        founded[g] = grassroots * (1 - alive[g]) if luck[g] * spare < founders else 0
        alive[g] += founded[g] - closed[g]


@allocating
def renew_groups(key: Key, now: int, p: Any, districts: int, groups: Groups) -> None:
    """Close some grassroots groups and found others."""
    o = groups
    leave = monthly(p.grassroots_churn)
    if leave <= 0.0:
        o.closed[:] = 0
        o.founded[:] = 0
        return
    luck = np.empty(o.key.shape[0])
    fill_near(key, _TURNOVER, now, o.key, luck)
    first = np.empty(districts + 1, np.int64)
    first_rows(o.district, first)
    for d in range(districts):
        here = slice(first[d], first[d + 1])
        rows, living = _count(o.kind[here], o.alive[here])
        _renew(
            leave,
            rows - living,
            leave * max(1.0, living),
            luck[here],
            o.kind[here],
            o.alive[here],
            o.closed[here],
            o.founded[here],
        )
