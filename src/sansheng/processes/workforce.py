r"""Who leaves, who comes, who learns.

*Burnout* moves toward a target set by demands and resources,

.. math::

    B \leftarrow B + 0.15\,(B^*-B), \qquad
    B^* = \mathrm{clip}\!\left(\frac{w_{JD}\,\mathrm{clip}(load-0.9,-0.5,0.6) + w_{JR}(R-\bar R)}{0.30},
    -2, 3\right),

where resources :math:`R` are supervision and pay on time for agency staff, and for community workers the
share of administration that does not overflow.

*Quits* have the monthly probability :math:`1-e^{-q_0 m/12}` with

.. math:: m = \frac{(w/w_0)^{-\eta}\, e^{b_B B}\, m_1^{[first\ year]}\,(1 + m_o\,owed)}{\bar m},

:math:`w_0` the starting wage of the kind of post were it paid at ``w_ref`` of the local mean, and
:math:`\bar m = 1+(m_1-1)(1-e^{-q_0})`, the mean of the first-year multiplier in a stationary staff, so
that :math:`q_0` is the mean yearly hazard. Quits, layoffs and transfers are counted apart.

When a lot changes hands, staff posted there move to the new agency with a given probability if it has a
free seat; their seniority starts again. Vacant seats are filled from the district's finite pool of job
seekers. Every June uncertified staff with a year of service may pass the certificate exam.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_each, uniform
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.rates import happens
from sansheng.world.schema import (
    AGENCY,
    NOBODY,
    STATION,
    Communities,
    Contracts,
    Districts,
    Providers,
    Workers,
)

PARAMETERS = (
    quantity(
        "q0",
        0.18,
        unit="1/year",
        low=0.12,
        high=0.25,
        source="B01,B06,B09",
        status="read",
        role="uncertainty",
        en="yearly quit hazard of community workers at the reference",
        zh="社区工作者年离职率",
    ),
    quantity(
        "q0_org",
        0.2,
        unit="1/year",
        low=0.14,
        high=0.28,
        source="B01,B06",
        role="uncertainty",
        en="yearly quit hazard of agency staff at the reference",
        zh="机构社工年离职率",
    ),
    quantity(
        "m_1",
        1.6,
        unit="ratio",
        low=1.2,
        high=2.0,
        source="B04,B01",
        role="uncertainty",
        en="quit hazard in the first year relative to later years",
        zh="首年离职风险倍数",
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
        en="elasticity of quits to pay",
        zh="离职对工资的弹性",
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
        "R_ref",
        0.25,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="supervision (overhead paid over needed) that agency staff take as normal",
        zh="机构社工视为正常的督导水平",
    ),
    quantity(
        "hire_rate",
        0.35,
        unit="1/month",
        low=0.1,
        high=0.8,
        source="S-P05",
        status="assumed",
        role="uncertainty",
        en="vacancies filled in a month when job seekers abound",
        zh="求职者充足时空缺每月补员比例",
    ),
    quantity(
        "pool_inflow",
        0.3,
        unit="1/year",
        low=0.1,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="job seekers arriving in a year, per seat in use",
        zh="每年新增求职者（按在岗人数计）",
    ),
    quantity(
        "pool_loss",
        0.08,
        unit="1/month",
        low=0.02,
        high=0.2,
        source="assumed",
        role="uncertainty",
        en="job seekers who look elsewhere in a month",
        zh="求职者每月流失比例",
    ),
    quantity(
        "hire_tier",
        0.25,
        unit="share",
        low=0.05,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="recruits of a station who hold a certificate",
        zh="社区站点新聘持证比例",
    ),
    quantity(
        "hire_tier_org",
        0.5,
        unit="share",
        low=0.2,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="recruits of an agency who hold a certificate",
        zh="机构新聘持证比例",
    ),
    quantity(
        "exam_pass",
        0.05,
        unit="1/year",
        low=0.0,
        high=0.3,
        source="S-T36",
        status="assumed",
        role="uncertainty",
        en="uncertified staff with a year of service who pass the yearly exam",
        zh="未持证满一年人员每年取证比例",
    ),
    quantity(
        "move_share",
        0.3,
        unit="share",
        low=0.0,
        high=1.0,
        source="B07",
        status="assumed",
        role="uncertainty",
        en="posted staff who follow the post when a lot changes hands",
        zh="标段易主时随岗转入新机构的比例",
    ),
)

_QUIT = decision("workforce.quit")
_HIRE = decision("workforce.hire")
_TIER = decision("workforce.tier_of_recruit")
_EXAM = decision("workforce.exam")
_FOLLOW = decision("workforce.follow_the_post")

JUNE = 5

_BURNOUT_SPEED = 0.15
"""Share of the way to its target that burnout goes in a month (assumed)."""


@inlined
def burnout_target(load: float, resources: float, w_jd: float, w_jr: float) -> float:
    """Burnout that a workload and resources (relative to their norm) lead to, in SD."""
    demand = min(0.6, max(-0.5, load - 0.9))
    return min(3.0, max(-2.0, (w_jd * demand + w_jr * resources) / 0.30))


@inlined
def reference_hazard(q0: float, m_first: float) -> float:
    """Yearly hazard of a veteran at the reference, such that the mean over first years and later is ``q0``.

    A post that people leave at the rate ``q0`` holds a share ``1 - exp(-q0)`` of newcomers.
    """
    return q0 / (1.0 + (m_first - 1.0) * (1.0 - math.exp(-q0)))


@inlined
def quit_hazard(
    q0: float,
    pay: float,
    burnout: float,
    tenure: int,
    owed: float,
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
        Wage over the reference starting wage of the post.
    burnout
        Standard deviations from the norm.
    tenure
        Whole months served with the employer before this one.
    owed
        Months of wages owed.
    eta, b_burnout, m_first, m_owed
        Parameters ``eta``, ``b_B``, ``m_1`` and ``m_owed``.
    """
    m = math.exp(b_burnout * burnout - eta * math.log(pay)) * (1.0 + m_owed * owed)
    return q0 * m * (m_first if tenure < 12 else 1.0)


@inlined
def certificate(u: float, share: float) -> int:
    """Certificate of a recruit: ``share`` hold one, of whom 40, 45, 13 and 2% in tiers 1 to 4."""
    if u >= share:
        return 0
    return 1 + int(u >= 0.4 * share) + int(u >= 0.85 * share) + int(u >= 0.98 * share)


@allocating
def _live_and_quit(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    providers: Providers,
    workers: Workers,
) -> None:
    """One month of everybody's working life: burnout, perhaps a quit, service."""
    w = workers
    hours = p.h_w / 12.0
    relative = p.w_ref / p.w_rel
    q0_base = reference_hazard(p.q0, p.m_1)
    q0_agency = reference_hazard(p.q0_org, p.m_1)
    luck = np.empty(w.key.shape[0])
    fill_each(key, _QUIT, now, w.key, w.generation, luck)
    for i in range(w.key.shape[0]):
        w.quits[i] = 0
        if w.filled[i] == 0:
            continue
        e = w.employer[i]
        if e == STATION:
            c = w.home[i]
            load = communities.load[c]
            resources = -communities.overdue_admin[c] / max(1.0, communities.seats[c] * hours)
            reference = districts.base_wage[w.district[i]] * relative
        else:
            load = providers.load[e]
            resources = providers.supervision[e] - p.R_ref - min(1.0, providers.owed_months[e])
            reference = districts.agency_wage[w.district[i]] * relative
        target = burnout_target(load, resources, p.w_JD, p.w_JR)
        w.burnout[i] += _BURNOUT_SPEED * (target - w.burnout[i])
        paid = w.wage[i] > 0
        hazard = quit_hazard(
            q0_base if e == STATION else q0_agency,
            w.wage[i] / reference if paid else 1.0,
            w.burnout[i],
            w.tenure[i],
            w.owed[i] / w.wage[i] if paid else 0.0,
            p.eta,
            p.b_B,
            p.m_1,
            p.m_owed,
        )
        w.quits[i] = 1 if happens(luck[i], hazard) else 0
        w.tenure[i] += 1
        w.local_tenure[i] += 1
        w.step[i] = w.tenure[i] // 12


@inlined
def vacate(i: int, filled: I8, employer: I32, community: I32, owed: I64, owed_former: I64) -> None:
    """Empty a seat; an agency keeps owing what it owes."""
    if employer[i] >= 0:
        owed_former[employer[i]] += owed[i]
    owed[i] = 0
    filled[i] = 0
    community[i] = NOBODY


@kernel
def _sit_down(workers: Workers, i: int, employer: int, community: int, tier: int) -> None:
    """Put a new person on a vacant seat."""
    workers.generation[i] += 1
    workers.filled[i] = 1
    workers.employer[i] = employer
    workers.community[i] = community
    workers.tier[i] = tier
    workers.tenure[i] = 0
    workers.local_tenure[i] = 0
    workers.step[i] = 0
    workers.burnout[i] = 0.0


@inlined
def _lay_off(first: int, n: int, target: int, filled: I8, tenure: I32) -> int:
    """Seat of the shortest-serving person of an agency with more staff than it wants, or -1."""
    staff = 0
    last = -1
    for i in range(first, first + n):
        if filled[i] == 1:
            staff += 1
            if last < 0 or tenure[i] < tenure[last]:
                last = i
    return last if staff > target else -1


@inlined
def _free_seat(first: int, n: int, filled: I8) -> int:
    for i in range(first, first + n):
        if filled[i] == 0:
            return i
    return -1


@inlined
def serves(holder: I32, projects: int, agency: int) -> bool:
    """Whether an agency holds one of a lot's projects."""
    found = False
    for s in range(projects):
        found = found or holder[s] == agency
    return found


@inlined
def successor(holder: I32, switched: I8, projects: int) -> int:
    """Agency that has taken over a project of the lot this month, -1 if none has."""
    for s in range(projects):
        if switched[s] == 1:
            return int(holder[s])
    return NOBODY


@kernel
def _follow_posts(
    key: Key,
    now: int,
    share: float,
    workers: Workers,
    lot: I32,
    contracts: Contracts,
    first_seat: I32,
    seats: I32,
    owed_former: I64,
) -> None:
    """Staff posted to a lot that changed hands follow the post, or stay with their agency."""
    for i in range(workers.key.shape[0]):
        workers.moved[i] = 0
    for i in range(workers.key.shape[0]):
        c = workers.community[i]
        employer = workers.employer[i]
        if workers.filled[i] == 0 or employer < 0 or c < 0:
            continue
        r = lot[c]
        if serves(contracts.provider[r], contracts.projects[r], employer):
            continue
        workers.community[i] = NOBODY
        new = successor(contracts.provider[r], contracts.switched[r], contracts.projects[r])
        if new < 0:
            continue
        if uniform(key, _FOLLOW, now, workers.key[i], workers.generation[i]) >= share:
            continue
        j = _free_seat(first_seat[new], seats[new], workers.filled)
        if j < 0:
            continue
        _sit_down(workers, j, new, c, workers.tier[i])
        workers.local_tenure[j] = workers.local_tenure[i]
        workers.burnout[j] = workers.burnout[i]
        workers.moved[j] = 1
        vacate(i, workers.filled, workers.employer, workers.community, workers.owed, owed_former)


@allocating
def _hire(
    key: Key,
    now: int,
    p: Any,
    pool: I32,
    workers: Workers,
    kind: I8,
    alive: I8,
    staff: I32,
    target: I32,
) -> None:
    """Fill vacancies from the districts' pools of job seekers.

    An agency fills at most what it lacks, in the order of its seats.
    """
    vacant = np.zeros(pool.shape[0])
    in_use = np.zeros(pool.shape[0])
    lack = np.zeros(kind.shape[0], dtype=np.int64)
    wanted = np.zeros(kind.shape[0], dtype=np.int64)
    for a in range(kind.shape[0]):
        if kind[a] == AGENCY and alive[a] == 1:
            lack[a] = max(0, target[a] - staff[a])
            wanted[a] = lack[a]
    for i in range(workers.key.shape[0]):
        d, e = workers.district[i], workers.employer[i]
        workers.hired[i] = 0
        if workers.filled[i] == 1:
            in_use[d] += 1.0
        elif e == STATION:
            vacant[d] += 1.0
        elif wanted[e] > 0:
            wanted[e] -= 1
            vacant[d] += 1.0
    for i in range(workers.key.shape[0]):
        d, e = workers.district[i], workers.employer[i]
        if workers.filled[i] == 1 or pool[d] <= 0:
            continue
        if e >= 0:
            if lack[e] <= 0:
                continue
            lack[e] -= 1
        chance = min(p.hire_rate, 0.5 * pool[d] / vacant[d])
        who, nth = workers.key[i], workers.generation[i]
        if uniform(key, _HIRE, now, who, nth) >= chance:
            continue
        share = p.hire_tier if e == STATION else p.hire_tier_org
        tier = certificate(uniform(key, _TIER, now, who, nth), share)
        _sit_down(workers, i, e, workers.home[i], tier)
        workers.hired[i] = 1
        pool[d] -= 1
    for d in range(pool.shape[0]):
        change = p.pool_inflow / 12.0 * in_use[d] - p.pool_loss * pool[d]
        pool[d] = max(0, int(round(pool[d] + change)))


@allocating
def _post(
    hours: float,
    lot: I32,
    holder: I32,
    hours_by: F64,
    kind: I8,
    alive: I8,
    first_seat: I32,
    seats: I32,
    staff: I32,
    staff_other: I32,
    filled: I8,
    community: I32,
) -> None:
    """Post agencies' free staff where most of the contracted hours are not yet covered."""
    need = np.zeros(lot.shape[0])
    for a in range(kind.shape[0]):
        if kind[a] != AGENCY or alive[a] == 0:
            continue
        free = staff[a] - staff_other[a]
        for c in range(lot.shape[0]):
            need[c] = 0.0
            for s in range(hours_by.shape[1]):
                if hours_by[c, s] > 0.0 and holder[lot[c], s] == a:
                    need[c] += hours_by[c, s] / hours
        for i in range(first_seat[a], first_seat[a] + seats[a]):
            if filled[i] == 1 and community[i] >= 0:
                need[community[i]] -= 1.0
                free -= 1
        for i in range(first_seat[a], first_seat[a] + seats[a]):
            c = int(np.argmax(need))
            if free <= 0 or need[c] <= 0.0:
                break
            if filled[i] == 1 and community[i] < 0:
                community[i] = c
                need[c] -= 1.0
                free -= 1


@inlined
def _count_staff(kind: I8, first_seat: I32, seats: I32, filled: I8, staff: I32) -> None:
    for a in range(kind.shape[0]):
        if kind[a] == AGENCY:
            staff[a] = filled[first_seat[a] : first_seat[a] + seats[a]].sum()


@kernel
def _sit_exam(key: Key, now: int, p_pass: float, workers: Workers) -> None:
    for i in range(workers.key.shape[0]):
        workers.certified[i] = 0
        if now % 12 != JUNE or workers.filled[i] == 0 or workers.tier[i] > 0:
            continue
        u = uniform(key, _EXAM, now, workers.key[i], workers.generation[i])
        if workers.tenure[i] >= 12 and u < p_pass:
            workers.tier[i] = 1
            workers.certified[i] = 1


@kernel
def _leave(
    workers: Workers,
    kind: I8,
    alive: I8,
    first_seat: I32,
    seats: I32,
    target: I32,
    owed_former: I64,
) -> None:
    """Empty the seats of those who quit; agencies with too many people dismiss one."""
    for i in range(workers.key.shape[0]):
        workers.leaves[i] = 0
        if workers.quits[i] == 1:
            vacate(
                i, workers.filled, workers.employer, workers.community, workers.owed, owed_former
            )
    for a in range(kind.shape[0]):
        if kind[a] != AGENCY or alive[a] == 0:
            continue
        i = _lay_off(first_seat[a], seats[a], target[a], workers.filled, workers.tenure)
        if i >= 0:
            workers.leaves[i] = 1
            vacate(
                i, workers.filled, workers.employer, workers.community, workers.owed, owed_former
            )


@inlined
def step(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    workers: Workers,
) -> None:
    """Burnout, quits, layoffs, moves, hires, postings and the exam."""
    c, kind, alive = communities, providers.kind, providers.alive
    first_seat, seats = providers.first_seat, providers.seats
    _live_and_quit(key, now, p, districts, c, providers, workers)
    _leave(workers, kind, alive, first_seat, seats, providers.target, providers.owed_former)
    _follow_posts(
        key,
        now,
        p.move_share,
        workers,
        c.lot,
        contracts,
        first_seat,
        seats,
        providers.owed_former,
    )
    _count_staff(kind, first_seat, seats, workers.filled, providers.staff)
    _hire(
        key,
        now,
        p,
        districts.pool,
        workers,
        kind,
        alive,
        providers.staff,
        providers.target,
    )
    _count_staff(kind, first_seat, seats, workers.filled, providers.staff)
    _post(
        p.h_w / 12.0,
        c.lot,
        contracts.provider,
        c.hours_by,
        kind,
        alive,
        first_seat,
        seats,
        providers.staff,
        providers.staff_other,
        workers.filled,
        workers.community,
    )
    _sit_exam(key, now, p.exam_pass, workers)
