r"""Burnout by job demands and resources.

.. math::

    B \leftarrow B + v\,(B^*-B), \qquad
    B^* = \mathrm{clip}\!\left(\frac{w_{JD}\,\mathrm{clip}(load-l_0,-0.5,0.6) + w_{JR}(R-\bar R)}{0.30},
    -2, 3\right).

Resources :math:`R` of agency staff are supervision, less months of wages owed (at most one), plus the
coordination of their subdistrict; those of community workers are coordination less the overflow of
administration over the hours of all posts. :math:`\bar R` is what each kind of staff takes as normal.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8
from sansheng.world.schema import (
    Communities,
    Providers,
    Subdistricts,
    Workers,
)

PARAMETERS = (
    quantity(
        "w_JD",
        0.3,
        unit="-",
        low=0.1,
        high=0.5,
        source="T10",
        status="assumed",
        role="uncertainty",
        en="effect of job demands on burnout",
        zh="工作要求对倦怠的影响",
    ),
    quantity(
        "w_JR",
        -0.4,
        unit="-",
        low=-0.6,
        high=-0.2,
        source="T10",
        status="assumed",
        role="uncertainty",
        en="effect of job resources on burnout",
        zh="工作资源对倦怠的影响",
    ),
    quantity(
        "load_norm",
        0.9,
        unit="ratio",
        low=0.6,
        high=1.2,
        source="assumed",
        role="constant",
        en="workload at which demands neither burn out nor relieve",
        zh="不增不减倦怠的工作负荷比",
    ),
    quantity(
        "R_ref",
        0.68,
        unit="share",
        low=0.0,
        high=1.5,
        source="assumed",
        role="uncertainty",
        en="supervision and coordination, less wages owed, that agency staff take as normal",
        zh="机构社工视为正常的督导与协调水平（扣除欠薪）",
    ),
    quantity(
        "R_ref_base",
        0.55,
        unit="share",
        low=-0.5,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="coordination, less overflowing administration, that community workers take as normal",
        zh="社区工作者视为正常的协调水平（扣除行政事务溢出）",
    ),
    quantity(
        "burnout_speed",
        0.15,
        unit="1/month",
        low=0.05,
        high=0.4,
        source="assumed",
        role="constant",
        en="share of the way to its target that burnout goes in a month",
        zh="倦怠每月趋向目标的比例",
    ),
)

LEAST_BURNOUT, MOST_BURNOUT = -2.0, 3.0
"""Burnout stays within these limits, SD."""


@inlined
def burnout_target(demand: float, resources: float, w_jd: float, w_jr: float) -> float:
    """Burnout that a workload and resources, each relative to its norm, lead to, in SD."""
    strain = w_jd * min(0.6, max(-0.5, demand)) + w_jr * resources
    return min(MOST_BURNOUT, max(LEAST_BURNOUT, strain / 0.30))


@inlined
def _station_target(p: Any, c: int, communities: Communities, coordination: F64) -> float:
    """Burnout that the station of community ``c`` leads to; ``coordination`` is by subdistrict."""
    hours = communities.seats[c] * (p.h_w / 12.0)
    overflow = communities.overdue_admin[c] / max(1.0, hours)
    resources = -overflow - p.R_ref_base + coordination[communities.subdistrict[c]]
    return burnout_target(communities.load[c] - p.load_norm, resources, p.w_JD, p.w_JR)


@allocating
def mean_coordination(subdistricts: Subdistricts, districts: int) -> F64:
    """Return the mean coordination of each district's subdistricts, shape ``(district,)``."""
    total, count = np.zeros(districts), np.zeros(districts)
    for s in range(subdistricts.key.shape[0]):
        total[subdistricts.district[s]] += subdistricts.coordination[s]
        count[subdistricts.district[s]] += 1.0
    return total / np.maximum(1.0, count)


@disjoint
def _lean(speed: float, target: float, filled: I8, burnout: F64) -> None:
    """Let the burnout of people who are led to the same ``target`` go a part of the way there."""
    for i in range(burnout.shape[0]):
        now = burnout[i]
        burnout[i] = now + speed * (target - now) if filled[i] == 1 else now


@allocating
def burn(
    p: Any,
    districts: int,
    subdistricts: Subdistricts,
    communities: Communities,
    providers: Providers,
    workers: Workers,
) -> None:
    """Let everybody's burnout go a part of the way to where load and resources lead.

    A station leads all its people to the same; those of an agency differ by where they are posted.
    """
    s, o, w = communities, providers, workers
    local = subdistricts.coordination
    for c in range(s.key.shape[0]):
        target = _station_target(p, c, s, local)
        here = slice(s.first_seat[c], s.first_seat[c] + s.seats[c])
        _lean(p.burnout_speed, target, w.filled[here], w.burnout[here])
    mean = mean_coordination(subdistricts, districts)
    for a in range(o.key.shape[0]):
        demand = o.load[a] - p.load_norm
        own = o.supervision[a] - min(1.0, o.owed_months[a]) - p.R_ref
        # Who works in no subdistrict, for an agency from outside, finds it as it is on average.
        around = local[o.subdistrict[a]] if o.subdistrict[a] >= 0 else mean[o.district[a]]
        for i in range(o.first_seat[a], o.first_seat[a] + o.seats[a]):
            if w.filled[i] == 1:
                c = w.community[i]
                resources = own + (local[s.subdistrict[c]] if c >= 0 else around)
                target = burnout_target(demand, resources, p.w_JD, p.w_JR)
                w.burnout[i] += p.burnout_speed * (target - w.burnout[i])
