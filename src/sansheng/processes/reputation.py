r"""What an agency's work is worth, and when an official looks.

Every month an agency's merit moves, over ``rating_months``, towards

.. math:: 1 + 4\,\max\!\left(0,\; kept\,[1 - r_S(1-supervision)] - r_F\,faults\right)

with :math:`kept` the share of ordered hours that it staffs and :math:`faults` the cases reopened by audits
over those reported closed where it serves. Its stars are what the last inspection found. In April an inspector
visits each agency with probability ``inspect``: stars become merit, and an agency that has done nothing for a
year is struck off with probability ``strike`` [B58].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import total
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.views import flat
from sansheng.world.schema import Cases, Communities, Contracts, Providers

PARAMETERS = (
    quantity(
        "inspect",
        0.5,
        unit="1/year",
        low=0.0,
        high=1.0,
        source="S-P11,B58",
        status="assumed",
        role="lever",
        en="agencies inspected in a year",
        zh="每年接受检查的机构比例",
    ),
    quantity(
        "strike",
        0.7,
        unit="share",
        low=0.4,
        high=0.9,
        source="B58",
        role="uncertainty",
        en="agencies found idle for a year that an inspection strikes off",
        zh="检查发现连续一年无业务的机构被撤销或注销的比例",
    ),
    quantity(
        "rating_months",
        36.0,
        unit="months",
        low=12.0,
        high=60.0,
        source="S-P11",
        status="assumed",
        role="constant",
        en="months over which a good or bad record is forgotten",
        zh="绩效记录的遗忘时间",
    ),
    quantity(
        "r_sup",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="S-P11,T05",
        status="assumed",
        role="uncertainty",
        en="part of merit that hangs on supervision",
        zh="绩效中取决于督导的部分",
    ),
    quantity(
        "r_fault",
        2.0,
        unit="ratio",
        low=0.0,
        high=10.0,
        source="S-P11",
        status="assumed",
        role="uncertainty",
        en="merit lost per share of closures that audits reopen",
        zh="核查退回比例对绩效的影响",
    ),
)

_INSPECT = decision("providers.inspect")
_STRIKE = decision("providers.strike")

INSPECTION = 3
"""Inspections are in April."""

DORMANT = 12
"""Months without business after which an agency counts as idle."""


@inlined
def merit_aim(
    load: float, supervision: float, faults: float, r_sup: float, r_fault: float
) -> float:
    """Stars that a month's work deserves, 1 to 5.

    Parameters
    ----------
    load
        Hours ordered over hours that could be staffed.
    supervision
        Overhead paid over overhead needed, smoothed.
    faults
        Cases reopened over cases reported closed.
    r_sup, r_fault
        Weights.
    """
    kept = 1.0 / max(1.0, load)
    return 1.0 + 4.0 * max(0.0, kept * (1.0 - r_sup * (1.0 - supervision)) - r_fault * faults)


@allocating
def judge(
    p: Any, communities: Communities, contracts: Contracts, providers: Providers, cases: Cases
) -> None:
    """Let merit follow a month's work, and count months without any."""
    o = providers
    reopened = np.zeros(o.key.shape[0])
    closed = np.zeros(o.key.shape[0])
    for c in range(communities.key.shape[0]):
        if communities.hours_paid[c] <= 0.0:
            continue
        found = total(flat(cases.reopened[c]))
        ended = total(flat(cases.resolved[c])) + total(flat(cases.papered[c]))
        for s in range(communities.hours_by.shape[1]):
            if communities.hours_by[c, s] > 0.0:
                a = contracts.provider[communities.lot[c], s]
                reopened[a] += found
                closed[a] += ended
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        if o.hours_sold[a] > 0.0:
            faults = reopened[a] / max(1.0, closed[a])
            aim = merit_aim(o.load[a], o.supervision[a], faults, p.r_sup, p.r_fault)
            o.merit[a] += (aim - o.merit[a]) / p.rating_months
        busy = o.hours_sold[a] > 0.0 or o.staff_other[a] > 0
        o.idle[a] = 0 if busy else o.idle[a] + 1


@kernel
def inspect(key: Key, now: int, p: Any, providers: Providers) -> None:
    """Visit a share of agencies in April and renew their stars."""
    o = providers
    o.inspected[:] = 0
    if now % 12 != INSPECTION:
        return
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        if uniform(key, _INSPECT, now, o.key[a], 0) < p.inspect:
            o.inspected[a] = 1
            o.rating[a] = o.merit[a]


@inlined
def struck_off(key: Key, now: int, p: Any, inspected: int, idle: int, who: int) -> bool:
    """Whether this month's inspection ends an agency."""
    if inspected == 0 or idle < DORMANT:
        return False
    return bool(uniform(key, _STRIKE, now, who, 0) < p.strike)
