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

from sansheng.core.kernels import allocating
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_near
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


@allocating
def renew_groups(key: Key, now: int, p: Any, districts: int, groups: Groups) -> None:
    """Close some grassroots groups and found others."""
    o = groups
    o.closed[:] = 0
    o.founded[:] = 0
    leave = monthly(p.grassroots_churn)
    if leave <= 0.0:
        return
    luck = np.empty(o.key.shape[0])
    fill_near(key, _TURNOVER, now, o.key, luck)
    living, spare = np.zeros(districts), np.zeros(districts)
    vacant = np.empty(o.key.shape[0], np.int64)
    n = 0
    for g in range(o.key.shape[0]):
        if o.kind[g] == HUB:
            continue
        if o.alive[g] == 0:
            spare[o.district[g]] += 1.0
            vacant[n] = g
            n += 1
            continue
        living[o.district[g]] += 1.0
        if luck[g] < leave:
            o.alive[g] = 0
            o.closed[g] = 1
    for g in vacant[:n]:
        d = o.district[g]
        if luck[g] * spare[d] < leave * max(1.0, living[d]):
            o.alive[g] = 1
            o.founded[g] = 1
