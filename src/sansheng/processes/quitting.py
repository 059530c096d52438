r"""Who quits.

The monthly probability is :math:`1-e^{-q_0 m/12}` with

.. math::

    m = \frac{(w/w_0)^{-\eta}\, e^{b_B B}\, m_1^{[first\ year]}\,(1 + m_o\,owed)\,
    (1-\ell\,\min(1, local/\ell_T))}{1+(m_1-1)\,f}, \qquad f = 1-e^{-(q_0+l)},

:math:`w` the wage with certificate allowance, project pay and a twelfth of the last award, :math:`w_0` the wage at
``w_ref`` of the local mean. The first year is that of such work, whoever the employer. :math:`f` is the share of
newcomers in a stationary staff that people leave at the rate :math:`q_0` and lose their posts in at the rate
:math:`l` (0 at stations), so that :math:`q_0` is the mean yearly hazard. Agency staff who come nearer to the ladder
to a community post, open after :math:`\ell_T` months in one subdistrict, leave less.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import rows_of
from sansheng.core.streams import Key, decision, fill_near
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.burnout import LEAST_BURNOUT, MOST_BURNOUT
from sansheng.processes.channels import row_of, through
from sansheng.processes.rates import happens
from sansheng.processes.trace import CASH, OPEN, Trace
from sansheng.world.schema import STATION, Districts, Workers

PARAMETERS = (
    quantity(
        "q0",
        0.24,
        unit="1/year",
        low=0.12,
        high=0.25,
        source="B01,B06,B09",
        status="derived",  # sources give 15 to 20% a year; this makes as many quit at the load of the default world
        role="uncertainty",
        en="yearly quit hazard of community workers at the reference",
        zh="社区工作者年离职率",
    ),
    quantity(
        "q0_org",
        0.23,
        unit="1/year",
        low=0.14,
        high=0.28,
        source="B01,B06",
        role="uncertainty",
        en="yearly quit hazard of agency staff at the reference",
        zh="机构社工年离职率",
    ),
    quantity(
        "l_org",
        0.2,
        unit="1/year",
        low=0.0,
        high=0.6,
        source="assumed",
        role="constant",
        en="yearly rate at which agency posts are emptied or change hands other than by quits; "
        "sets the share of newcomers at which the mean hazard is the reference",
        zh="机构岗位因离职以外原因空出或易主的年率（用于换算新人比例）",
    ),
    quantity(
        "m_first",
        2.4,
        unit="ratio",
        low=1.3,
        high=3.0,
        source="B04,B01",
        role="uncertainty",
        en="quit hazard in the first year relative to later years",
        zh="首年离职风险相对以后各年的倍数",
    ),
    quantity(
        "eta",
        2.0,
        unit="-",
        low=0.7,
        high=3.0,
        source="T09",
        status="read",
        role="uncertainty",
        en="elasticity to pay of quits and, the other way round, of recruits",
        zh="离职与应聘对工资的弹性",
    ),
    quantity(
        "w_ref",
        0.65,
        unit="ratio",
        low=0.45,
        high=1.0,
        source="S-B12,S-B13",
        role="uncertainty",
        en="starting pay over the local mean wage at which quits are at their reference",
        zh="离职率处于参照水平时起薪与当地平均工资之比",
    ),
    quantity(
        "b_B",
        0.5,
        unit="1/SD",
        low=0.2,
        high=0.9,
        source="T10",
        status="assumed",
        role="uncertainty",
        en="effect of burnout on the log quit hazard",
        zh="倦怠对离职风险的影响",
    ),
    quantity(
        "m_owed",
        0.5,
        unit="1/month owed",
        low=0.0,
        high=1.5,
        source="B04",
        status="assumed",
        role="uncertainty",
        en="rise of the quit hazard per month of wages owed",
        zh="每欠薪一个月离职风险的上升",
    ),
    quantity(
        "ladder",
        0.0,
        unit="0-1",
        low=0.0,
        high=1.0,
        source="S-P07",
        status="assumed",  # a proposal, not in force
        role="lever",
        en="whether long service in one subdistrict opens the way to a community post",
        zh="是否实行服务同一街道满年限转任社区岗位的通道",
    ),
    quantity(
        "ladder_months",
        60.0,
        unit="months",
        low=24.0,
        high=120.0,
        source="S-P07",
        status="read",
        role="lever",
        en="service in one subdistrict that opens the ladder",
        zh="转任社区岗位所需本街道服务月数",
    ),
    quantity(
        "ladder_pull",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="fall of the quit hazard of agency staff when the ladder is reached",
        zh="达到转任年限时机构社工离职风险的下降比例",
    ),
)

_QUIT = decision("workforce.quit")

FIRST_YEAR = 12
"""Months of a first year."""

_LEVELS = int(MOST_BURNOUT - LEAST_BURNOUT)


@inlined
def newcomers(q0: float, other: float) -> float:
    """Share in their first year of a stationary staff left at the yearly rates ``q0`` and ``other``."""
    return 1.0 - math.exp(-(q0 + other))


@inlined
def reference_hazard(q0: float, m_first: float, other: float) -> float:
    """Yearly hazard of a veteran at the reference, such that the mean over all staff is ``q0``."""
    return q0 / (1.0 + (m_first - 1.0) * newcomers(q0, other))


@inlined
def monthly_pay(paid: int, award: int) -> float:
    """Pay of a month as people count it, fen: what was ``paid``, and a twelfth of the last ``award``."""
    return paid + award / 12.0


@inlined
def quit_hazard(
    q0: float,
    pay: float,
    burnout: float,
    service: int,
    owed: float,
    ladder: float,
    eta: float,
    b_burnout: float,
    m_first: float,
    m_owed: float,
) -> float:
    """Yearly hazard that somebody quits.

    Parameters
    ----------
    q0
        Yearly hazard of a veteran at the reference, see :func:`reference_hazard`.
    pay
        Wage and allowance over the reference starting wage.
    burnout
        Standard deviations from the norm.
    service
        Whole months in such work before this one.
    owed
        Months of wages owed.
    ladder
        What the ladder takes off the hazard, a share.
    eta, b_burnout, m_first, m_owed
        Parameters ``eta``, ``b_B``, ``m_first`` and ``m_owed``.
    """
    m = math.exp(b_burnout * burnout - eta * math.log(pay)) * (1.0 + m_owed * owed)
    return q0 * m * (1.0 - ladder) * (m_first if service < FIRST_YEAR else 1.0)


@allocating
def _highest(p: Any, districts: Districts, q0: F64) -> F64:
    """Highest monthly hazards after the first year of people paid in full; see :func:`_level`.

    ``q0`` is by kind of employer, 0 station and 1 agency; all in one row, by :func:`_place`.
    """
    n = districts.key.shape[0]
    most = np.empty(n * 2 * _LEVELS)
    for d in range(n):
        reference = p.w_ref * districts.mean_wage[d]
        station = math.pow(districts.base_wage[d] / reference, -p.eta)
        agency = math.pow(districts.agency_wage[d] / reference, -p.eta)
        for level in range(_LEVELS):
            worn = math.exp(p.b_B * (LEAST_BURNOUT + level + 1.0)) / 12.0
            most[_place(d, 0, level)] = q0[0] * worn * station
            most[_place(d, 1, level)] = q0[1] * worn * agency
    return most


@inlined
def _place(district: int, kind: int, level: int) -> int:
    """Place of a district, a kind of employer and a level of burnout in a row of all of them."""
    return (2 * district + kind) * _LEVELS + level


@inlined
def _level(burnout: float) -> int:
    """Whole standard deviations of burnout above the least."""
    return min(_LEVELS - 1, int(burnout - LEAST_BURNOUT))


@disjoint
def _think_of_quitting(
    district: I32,
    employer: I32,
    filled: I8,
    service: I32,
    burnout: F64,
    wage: I64,
    owed: I64,
    luck: F64,
    most: F64,
    m_first: float,
    first_year: I8,
    may: I8,
) -> None:
    """Mark newcomers, and in ``may`` all whose luck is below the highest hazard or who are not paid in full.

    All columns are by seat; ``most`` is as :func:`_highest` returns it.
    """
    for i in range(may.shape[0]):
        kind = 0 if employer[i] == STATION else 1
        first = service[i] < FIRST_YEAR
        highest = most[_place(district[i], kind, _level(burnout[i]))] * (m_first if first else 1.0)
        unsure = (luck[i] < highest) | (owed[i] > 0) | (wage[i] <= 0)
        may[i] = filled[i] if unsure else 0
        first_year[i] = filled[i] if first else 0


@kernel
def _serve_on(workers: Workers) -> None:
    """Let everybody have served a month more."""
    w = workers
    for i in range(w.key.shape[0]):
        w.tenure[i] += w.filled[i]
        w.service[i] += w.filled[i]
    for i in range(w.key.shape[0]):
        w.local_tenure[i] += w.filled[i] if w.community[i] >= 0 else 0
    for i in range(w.key.shape[0]):
        w.credit[i] += w.filled[i]
        w.step[i] = w.credit[i] // 12 if w.filled[i] == 1 else w.step[i]


@allocating
def give_notice(
    key: Key, now: int, p: Any, districts: Districts, workers: Workers, h: Trace
) -> None:
    """Decide who quits; then everybody has served a month more.

    The hazard of most people is not worked out: their luck is above the highest that anybody paid in
    full can have who is as burnt out.
    """
    w = workers
    q0 = np.array(
        (reference_hazard(p.q0, p.m_first, 0.0), reference_hazard(p.q0_org, p.m_first, p.l_org))
    )
    most = _highest(p, districts, q0)
    w.quits[:] = 0
    luck = np.empty(w.key.shape[0])
    fill_near(key, _QUIT, now, w.key, luck)
    may, seats = np.empty(w.key.shape[0], np.int8), np.empty(w.key.shape[0], np.int64)
    _think_of_quitting(
        w.district,
        w.employer,
        w.filled,
        w.service,
        w.burnout,
        w.wage,
        w.owed,
        luck,
        most,
        p.m_first,
        w.first_year,
        may,
    )
    cash, then = h.mode[CASH], h.owed[row_of(h, now)]
    for j in range(rows_of(may if cash == OPEN else w.filled, seats)):
        i = seats[j]
        agency = 0 if w.employer[i] == STATION else 1
        paid = w.wage[i] > 0
        owed = w.owed[i] / w.wage[i] if paid and w.owed[i] > 0 else 0.0
        owed = through(cash, then, i, owed)
        if may[i] == 0 and owed <= 0.0:
            continue
        reference = p.w_ref * districts.mean_wage[w.district[i]]
        ladder = p.ladder * p.ladder_pull * min(1.0, w.local_tenure[i] / p.ladder_months)
        hazard = quit_hazard(
            q0[agency],
            monthly_pay(w.wage[i] + w.allowance[i] + w.bonus[i], w.award[i]) / reference
            if paid
            else 1.0,
            w.burnout[i],
            w.service[i],
            owed if paid else 0.0,
            ladder if agency == 1 else 0.0,
            p.eta,
            p.b_B,
            p.m_first,
            p.m_owed,
        )
        w.quits[i] = 1 if happens(luck[i], hazard) else 0
    _serve_on(w)
