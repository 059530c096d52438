r"""Resident units take on hard matters.

Every unit that takes part settles ``unit_tasks`` hard cases a year: in a month a community's units take on

.. math:: n_c = \lfloor \tfrac{1}{12}\,q\,u_c\,units_c + U \rfloor

of its open hard cases that wait for no other department, as far as there are so many, of each category in
proportion. They settle them for good: a matter counts when it is solved.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.kernels import allocating
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_runs, whole
from sansheng.core.views import flat
from sansheng.processes.backlog import take_oldest, tally
from sansheng.world.schema import AGES, HARD, Cases, Communities

PARAMETERS = (
    quantity(
        "unit_tasks",
        0.0,
        unit="cases/unit-year",
        low=0.0,
        high=6.0,
        source="S-P08",
        status="assumed",
        role="lever",
        en="hard cases that a resident unit that takes part settles in a year",
        zh="参与共建的驻区单位每年解决的难事件数",
    ),
)

_UNITS = decision("dispatch.units")


@allocating
def take_on(key: Key, now: int, quota: float, communities: Communities, cases: Cases) -> None:
    """Let resident units settle open hard cases, the oldest first."""
    c = communities
    cases.by_units[:] = 0
    if quota <= 0.0:
        return
    kinds = 2 * cases.latent.shape[1]
    waiting, old = np.empty(kinds, np.int32), np.empty(kinds, np.int32)
    luck = np.empty((c.key.shape[0], 2))
    fill_runs(key, _UNITS, now, c.key, luck)
    for i in range(c.key.shape[0]):
        open_, blocked, by_units = (
            flat(cases.open[i]),
            flat(cases.blocked[i]),
            flat(cases.by_units[i]),
        )
        tally(open_, AGES, waiting, old)
        ready = 0
        for j in range(HARD, kinds, 2):
            ready += max(0, waiting[j] - blocked[j])
        expected = quota / 12.0 * c.units_active[i] * c.units[i]
        n = min(ready, whole(expected, luck[i, 0]))
        if n == 0:
            continue
        sum_ = 0.0
        taken = 0
        for j in range(HARD, kinds, 2):
            able = max(0, waiting[j] - blocked[j])
            sum_ += n * able / ready
            some = min(able, whole(sum_, luck[i, 1]) - taken)
            taken += some
            by_units[j] = some
            take_oldest(open_, kinds, j, some, waiting[j])
