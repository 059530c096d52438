r"""Who works on what: hours at hand, hours lost, and how staff spread the rest over open cases.

Each community has three pools of staff: agency professionals bought by contract, certified community
workers, other community workers. A full-time month is :math:`1600/12` hours. Administrative duties take
the share

.. math:: a_c = \min(0.85,\; A_c / (133\tfrac13\, S_c))

of the station's time (what does not fit is overdue administration), then paperwork for claimed tasks and
coordination take theirs, and a share :math:`g_{\max}\sigma/(1+\sigma)` of what remains goes into looking
good, where :math:`\sigma` is the money at risk over the wage bill. The rest is spread, professionals first,
over kinds of case :math:`j` in proportion to

.. math::

    w_j \propto backlog_j\, e^{\mathrm{clip}(u_j,-3,3)}, \qquad
    u_j = \beta_u \min(\ln(1+age_j/norm), 2) + \beta_p(\pi_j-\bar\pi)/k_h + \beta_v\sigma(v_j-\bar v),

with :math:`\pi_j` the pay per hour that the *employer* earns from such a case and :math:`v_j` its
visibility, both read from the incentives table whatever rule wrote it. Means are weighted by hours of
backlog, so that only relative pay matters. A kind whose backlog is used up passes its hours on.

Volunteers complement paid hours (CES with share :math:`\phi`): a case of a kind they can help with needs
fewer paid minutes where volunteers per household are above the district's mean, and more where below.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.costs import hour_price
from sansheng.world.schema import AGENCY_PRO, BASE_GENERAL, BASE_PRO, POOLS
from sansheng.world.world import World

PARAMETERS = (
    quantity(
        "admin_cap",
        0.85,
        unit="share",
        low=0.7,
        high=0.95,
        source="assumed",
        role="constant",
        en="largest share of time that administration can take",
        zh="行政事务占用工时上限",
    ),
    quantity(
        "beta_u",
        0.8,
        unit="-",
        low=0.0,
        high=2.0,
        source="assumed",
        role="uncertainty",
        en="weight of urgency in the choice of work",
        zh="紧迫性权重",
    ),
    quantity(
        "beta_p",
        3.0,
        unit="-",
        low=0.0,
        high=8.0,
        source="T01,T03",
        status="assumed",
        role="uncertainty",
        en="weight of pay per hour, relative to the cost of an hour, in the choice of work",
        zh="相对报酬权重",
    ),
    quantity(
        "beta_v",
        2.0,
        unit="-",
        low=0.0,
        high=6.0,
        source="T01,T02",
        status="assumed",
        role="uncertainty",
        en="weight of visibility times money at risk in the choice of work",
        zh="可见度与利害相乘的权重",
    ),
    quantity(
        "g_max",
        0.2,
        unit="share",
        low=0.0,
        high=0.4,
        source="T02",
        status="assumed",
        role="uncertainty",
        en="largest share of effort that can go into looking good",
        zh="应付考核的最大工时占比",
    ),
    quantity(
        "A0",
        0.6,
        unit="ratio",
        low=0.5,
        high=0.8,
        source="T11",
        status="assumed",
        role="uncertainty",
        en="productivity of a novice relative to a veteran",
        zh="新手相对熟手的效率",
    ),
    quantity(
        "tau_L",
        1.5,
        unit="years",
        low=1.0,
        high=3.0,
        source="T11",
        status="assumed",
        role="uncertainty",
        en="time constant of learning on the job",
        zh="学习时间常数",
    ),
    quantity(
        "tier_gain",
        0.05,
        unit="ratio/tier",
        low=0.0,
        high=0.12,
        source="assumed",
        role="uncertainty",
        en="productivity gained per certificate tier",
        zh="每级证书带来的效率提升",
    ),
    quantity(
        "burnout_loss",
        0.06,
        unit="ratio/SD",
        low=0.0,
        high=0.15,
        source="T10",
        status="assumed",
        role="uncertainty",
        en="productivity lost per standard deviation of burnout",
        zh="每单位倦怠损失的效率",
    ),
    quantity(
        "tie_gain",
        0.3,
        unit="ratio",
        low=0.0,
        high=0.5,
        source="T12",
        status="assumed",
        role="uncertainty",
        en="productivity lost by an agency that nobody in the community knows",
        zh="机构无关系资本时的效率损失",
    ),
    quantity(
        "phi",
        0.15,
        unit="share",
        low=0.0,
        high=0.3,
        source="T14",
        status="assumed",
        role="uncertainty",
        en="share of volunteers in output (co-production)",
        zh="志愿服务在产出中的份额",
    ),
    quantity(
        "ces_r",
        0.5,
        unit="-",
        low=0.2,
        high=0.9,
        source="T14",
        status="assumed",
        role="uncertainty",
        en="substitution exponent between paid and volunteer hours",
        zh="有偿工时与志愿工时的替代指数",
    ),
    quantity(
        "staffing_memory",
        0.7,
        unit="1/month",
        low=0.0,
        high=0.95,
        source="assumed",
        role="constant",
        en="memory of an agency in judging how many hours are ordered",
        zh="机构判断订单量的平滑系数",
    ),
)

_ROUNDS = 8
"""Passes over the kinds of case; each pass hands on the hours that found no more work."""


_TIERS = 5

_MOST_LOAD = 3.0
"""Workload beyond which more makes no difference to anybody."""


@kernel
def productivity(
    tier: int, tenure: int, burnout: float, a0: float, tau: float, gain: float, loss: float
) -> float:
    """Output of a worker per hour, relative to an uncertified veteran without burnout.

    Parameters
    ----------
    tier
        Certificate, 0–4; each adds ``gain``.
    tenure
        Months with the employer; a novice starts at ``a0`` and learns with time constant ``tau`` years.
    burnout
        Standard deviations from the norm; each above it costs ``loss``.
    """
    learned = 1.0 - (1.0 - a0) * math.exp(-tenure / (12.0 * tau))
    tired = 1.0 - loss * max(0.0, burnout)
    return (1.0 + gain * tier) * learned * tired


@kernel
def volunteer_factor(per_household: float, mean: float, phi: float, r: float) -> float:
    """CES output factor of volunteers, 1 where they are as many per household as in the district."""
    if mean <= 0.0:
        return 1.0
    relative = math.pow(per_household / mean, r)
    return math.pow((1.0 - phi) + phi * relative, 1.0 / r)


@kernel
def looking_good(stake: float, g_max: float) -> float:
    """Share of effort that goes into appearances when ``stake`` of the wage bill is at risk."""
    return g_max * stake / (1.0 + stake)


@kernel
def urgency(mean_age: float, norm: float) -> float:
    """Urgency of a kind of case of mean age ``mean_age`` months; at most 2."""
    return min(math.log(1.0 + mean_age / norm), 2.0)


@kernel
def spread(minutes: float, backlog: F64, appeal: F64, given: F64) -> float:
    """Spread ``minutes`` over kinds of case in proportion to backlog times ``exp(appeal)``.

    Parameters
    ----------
    minutes
        Minutes of the pool.
    backlog
        Minutes each kind can still take, shape ``(n,)``; reduced in place.
    appeal
        Log weight of each kind, shape ``(n,)``; clipped to ±3.
    given
        Minutes given to each kind, shape ``(n,)``; written.

    Returns
    -------
    float
        Minutes left when all work ran out.
    """
    pull = np.zeros(backlog.shape[0])
    for j in range(backlog.shape[0]):
        pull[j] = math.exp(min(3.0, max(-3.0, appeal[j])))
        given[j] = 0.0
    left = minutes
    for _ in range(_ROUNDS):
        total = 0.0
        for j in range(backlog.shape[0]):
            total += backlog[j] * pull[j]
        if left <= 1e-9 or total <= 1e-9:
            break
        share = left / total
        for j in range(backlog.shape[0]):
            take = min(share * pull[j], 1.0) * backlog[j]
            given[j] += take
            backlog[j] -= take
            left -= take
    return max(0.0, left)


@kernel
def _measure_skill(p: Any, filled: I8, tier: I8, tenure: I32, burnout: F64, skill: F64) -> None:
    for i in range(filled.shape[0]):
        if filled[i] == 1:
            skill[i] = productivity(
                tier[i], tenure[i], burnout[i], p.A0, p.tau_L, p.tier_gain, p.burnout_loss
            )


@kernel
def _order_hours(
    p: Any,
    now: int,
    lot: I32,
    plan: I64,
    holder: I32,
    price: I64,
    start: I32,
    end: I32,
    alive: I8,
    staff: I32,
    staff_other: I32,
    hours_paid: F64,
    hours_short: F64,
    hours_wanted: F64,
    hours_sold: F64,
    load: F64,
) -> None:
    """Let every community order hours from its agency, and each agency staff what it can."""
    wanted = np.zeros(alive.shape[0])
    for c in range(lot.shape[0]):
        r = lot[c]
        a = holder[r]
        hours_paid[c] = 0.0
        if a >= 0 and start[r] <= now < end[r] and alive[a] == 1 and price[r] > 0:
            hours_paid[c] = plan[c] / price[r]
            wanted[a] += hours_paid[c]
    coverage = np.zeros(alive.shape[0])
    keep = p.staffing_memory
    for a in range(alive.shape[0]):
        capacity = max(0, staff[a] - staff_other[a]) * p.h_w / 12.0
        if wanted[a] > 0.0:
            coverage[a] = min(1.0, capacity / wanted[a])
        load[a] = min(_MOST_LOAD, wanted[a] / capacity) if capacity > 0.0 else 0.0
        hours_sold[a] = coverage[a] * wanted[a]
        hours_wanted[a] = keep * hours_wanted[a] + (1.0 - keep) * wanted[a]
    for c in range(lot.shape[0]):
        a = holder[lot[c]]
        ordered = hours_paid[c]
        hours_paid[c] = ordered * coverage[a] if a >= 0 else 0.0
        hours_short[c] = ordered - hours_paid[c]


@kernel
def _team(
    first: int, n: int, filled: I8, tier: I8, skill: F64, least: int, most: int, by_tier: F64
) -> float:
    """Total productivity of the people of a block of seats with certificates ``least`` to ``most``.

    ``by_tier`` receives the shares of each tier in it, shape ``(tier,)``.
    """
    for level in range(by_tier.shape[0]):
        by_tier[level] = 0.0
    total = 0.0
    for i in range(first, first + n):
        if filled[i] == 1 and least <= tier[i] <= most:
            by_tier[tier[i]] += skill[i]
            total += skill[i]
    for level in range(by_tier.shape[0]):
        by_tier[level] = by_tier[level] / total if total > 0.0 else 0.0
    return total


@kernel
def _capital(known: I32, capital: F64, agency: int) -> float:
    """Relationship capital of a community with an agency, 0 if it does not know it."""
    for s in range(known.shape[0]):
        if known[s] == agency:
            return float(capital[s])
    return 0.0


@kernel
def _claimed(pay: I64, resolved: I32, papered: I32) -> int:
    """Tasks of last month that a claim was made for."""
    tasks = 0
    for k in range(pay.shape[0]):
        for h in range(2):
            if pay[k, h] > 0:
                tasks += resolved[k, h] + papered[k, h]
    return tasks


@kernel
def _hours_at_hand(
    p: Any,
    district: I32,
    first_seat: I32,
    seats: I32,
    admin_hours: F64,
    coordination_hours: F64,
    lot: I32,
    hours_paid: F64,
    holder: I32,
    known: I32,
    capital: F64,
    agency_first: I32,
    agency_seats: I32,
    agency_staff: I32,
    filled: I8,
    tier: I8,
    skill: F64,
    wage: I64,
    pay: I64,
    paperwork: F64,
    pass_through: F64,
    resolved: I32,
    papered: I32,
    at_risk: F64,
    overdue_admin: F64,
    hours_lost: F64,
    stake_station: F64,
    stake_agency: F64,
    minutes: F64,
    by_tier: F64,
) -> None:
    """Effective minutes of every pool of every community, before appearances.

    ``minutes`` has shape ``(community, pool)``, ``by_tier`` ``(community, pool, tier)``.
    """
    month = p.h_w / 12.0
    revenue_per_wage = (1.0 + p.social_insurance) / (1.0 - p.o_c)
    for c in range(district.shape[0]):
        d = district[c]
        first, n = first_seat[c], seats[c]
        shares = by_tier[c]
        pros = _team(first, n, filled, tier, skill, 1, _TIERS - 1, shares[BASE_PRO])
        general = _team(first, n, filled, tier, skill, 0, 0, shares[BASE_GENERAL])
        staff = 0
        wages = 0
        for i in range(first, first + n):
            staff += filled[i]
            wages += wage[i]
        hours = staff * month
        admin = min(p.admin_cap * hours, admin_hours[c])
        overdue_admin[c] = admin_hours[c] - admin
        forms = _claimed(pay[c], resolved[c], papered[c]) * paperwork[d] / 60.0
        hours_lost[c] = min(hours, admin + forms + coordination_hours[c])
        free = 1.0 - hours_lost[c] / hours if hours > 0.0 else 0.0
        minutes[c, BASE_PRO] = pros * month * 60.0 * free
        minutes[c, BASE_GENERAL] = general * month * 60.0 * free
        stake_station[c] = at_risk[c] / wages if wages > 0 else 0.0
        stake_agency[c] = pass_through[d] * revenue_per_wage

        a = holder[lot[c]]
        minutes[c, AGENCY_PRO] = 0.0
        if a >= 0 and hours_paid[c] > 0.0:
            team = _team(
                agency_first[a],
                agency_seats[a],
                filled,
                tier,
                skill,
                0,
                _TIERS - 1,
                shares[AGENCY_PRO],
            )
            stranger = 1.0 - _capital(known[c], capital[c], a)
            per_hour = team / max(1, agency_staff[a]) * (1.0 - p.tie_gain * stranger)
            minutes[c, AGENCY_PRO] = hours_paid[c] * 60.0 * per_hour


@kernel
def _qualified(by_tier: F64, least: int) -> float:
    """Share of a pool's minutes that come from staff of at least tier ``least``."""
    share = 0.0
    for tier in range(least, by_tier.shape[0]):
        share += by_tier[tier]
    return share


@kernel
def _look_around(
    norm: int,
    need: I64,
    help_: F64,
    open_: I32,
    blocked: I32,
    progress: I64,
    fresh_cases: I32,
    found: I32,
    work: F64,
    age: F64,
) -> float:
    """Paid minutes each kind of case can take, and its mean age; return the month's demand.

    Demand is the work of cases opened this month plus overdue work, the latter at most one month's.
    Kinds are numbered ``2 * category + hardness``.
    """
    fresh = 0.0
    overdue = 0.0
    for k in range(blocked.shape[0]):
        for h in range(2):
            j = 2 * k + h
            cases = 0
            late = 0
            ages = 0
            for a in range(open_.shape[2]):
                n = open_[k, h, a]
                cases += n
                ages += a * n
                late += n if a >= norm else 0
            minutes = need[j] / help_[k]
            left = (cases - blocked[k, h]) * need[j] - progress[k, h].sum()
            work[j] = max(0.0, left / help_[k])
            age[j] = ages / cases if cases > 0 else 0.0
            fresh += (fresh_cases[k, h] + found[k, h]) * minutes
            overdue += late * minutes
    return fresh + min(overdue, fresh)


@kernel
def _appeal(
    p: Any,
    cost: float,
    stake: float,
    earns: float,
    pay: I64,
    need: I64,
    visible: F64,
    work: F64,
    age: F64,
    appeal: F64,
) -> None:
    """Log weight of each kind of case for staff whose employer earns the share ``earns`` of its pay."""
    total = 0.0
    mean_pay = 0.0
    mean_visible = 0.0
    for j in range(work.shape[0]):
        k, h = j // 2, j % 2
        appeal[j] = earns * pay[k, h] / 100.0 / (need[j] / 60.0)
        total += work[j]
        mean_pay += work[j] * appeal[j]
        mean_visible += work[j] * visible[k]
    if total > 0.0:
        mean_pay /= total
        mean_visible /= total
    for j in range(work.shape[0]):
        urgent = p.beta_u * urgency(age[j], p.norm_months)
        paid = p.beta_p * (appeal[j] - mean_pay) / cost
        shown = p.beta_v * stake * (visible[j // 2] - mean_visible)
        appeal[j] = urgent + paid + shown


@kernel
def _choose_work(
    p: Any,
    district: I32,
    agency_wage: I64,
    households: I64,
    volunteers: F64,
    volunteers_per_home: F64,
    easy_minutes: I64,
    hard_minutes: I64,
    visible: F64,
    volunteer: F64,
    least_tier: I8,
    pay: I64,
    pass_through: F64,
    stake_station: F64,
    stake_agency: F64,
    minutes: F64,
    by_tier: F64,
    open_: I32,
    blocked: I32,
    progress: I64,
    fresh: I32,
    found: I32,
    worked: I64,
    worked_expert: I64,
    load: F64,
    utilisation: F64,
    hours_idle: F64,
    hours_gamed: F64,
) -> None:
    """Let every pool of every community spread its minutes, professionals first."""
    kinds = 2 * easy_minutes.shape[0]
    need = np.zeros(kinds, dtype=np.int64)
    for k in range(easy_minutes.shape[0]):
        need[2 * k] = easy_minutes[k]
        need[2 * k + 1] = hard_minutes[k]
    help_ = np.ones(easy_minutes.shape[0])
    work = np.zeros(kinds)
    age = np.zeros(kinds)
    appeal = np.zeros(kinds)
    given = np.zeros(kinds)
    norm = int(p.norm_months)
    for c in range(district.shape[0]):
        d = district[c]
        density = volunteers[c] / max(1, households[c])
        factor = volunteer_factor(density, volunteers_per_home[d], p.phi, p.ces_r)
        for k in range(help_.shape[0]):
            help_[k] = 1.0 + volunteer[k] * (factor - 1.0)
        demand = _look_around(
            norm, need, help_, open_[c], blocked[c], progress[c], fresh[c], found[c], work, age
        )
        at_hand = minutes[c].sum()
        cost = hour_price(agency_wage[d], p) / 100.0
        idle = 0.0
        gamed = 0.0
        for pool in range(POOLS):
            agency = pool == AGENCY_PRO
            stake = stake_agency[c] if agency else stake_station[c]
            earns = pass_through[d] if agency else 1.0
            show = looking_good(stake, p.g_max)
            _appeal(p, cost, stake, earns, pay[c], need, visible, work, age, appeal)
            idle += spread(minutes[c, pool] * (1.0 - show), work, appeal, given)
            gamed += minutes[c, pool] * show
            for j in range(kinds):
                k, h = j // 2, j % 2
                done = int(given[j] * help_[k])
                worked[c, k, h, pool] = done
                if pool == AGENCY_PRO:
                    worked_expert[c, k, h] = 0
                if pool != BASE_GENERAL:
                    qualified = _qualified(by_tier[c, pool], least_tier[k])
                    worked_expert[c, k, h] += int(done * qualified)
        load[c] = min(_MOST_LOAD, demand / at_hand) if at_hand > 0.0 else _MOST_LOAD
        utilisation[c] = 1.0 - idle / at_hand if at_hand > 0.0 else 0.0
        hours_idle[c] = idle / 60.0
        hours_gamed[c] = gamed / 60.0


def volunteers_per_home(world: World) -> F64:
    """Volunteers per household by district, shape ``(district,)``."""
    c = world.tables.communities
    n = world.tables.districts.key.shape[0]
    people = np.bincount(c.district, weights=c.volunteers, minlength=n)
    homes = np.bincount(c.district, weights=c.households, minlength=n)
    return people / np.maximum(1.0, homes)


def step(world: World) -> None:
    """Order agency hours, then let every pool of staff choose its work, professionals first."""
    t, p = world.tables, world.parameters
    c, cases, workers, providers = t.communities, t.cases, t.workers, t.providers
    _measure_skill(p, workers.filled, workers.tier, workers.tenure, workers.burnout, workers.skill)
    _order_hours(
        p,
        world.month,
        c.lot,
        c.plan,
        t.contracts.provider,
        t.contracts.price,
        t.contracts.start,
        t.contracts.end,
        providers.alive,
        providers.staff,
        providers.staff_other,
        c.hours_paid,
        c.hours_short,
        providers.hours_wanted,
        providers.hours_sold,
        providers.load,
    )
    minutes = np.zeros((c.key.shape[0], POOLS))
    by_tier = np.zeros((c.key.shape[0], POOLS, _TIERS))
    _hours_at_hand(
        p,
        c.district,
        c.first_seat,
        c.seats,
        c.admin_hours,
        c.coordination_hours,
        c.lot,
        c.hours_paid,
        t.contracts.provider,
        t.ties.provider,
        t.ties.capital,
        providers.first_seat,
        providers.seats,
        providers.staff,
        workers.filled,
        workers.tier,
        workers.skill,
        workers.wage,
        t.incentives.pay,
        t.incentives.paperwork,
        t.incentives.pass_through,
        cases.resolved,
        cases.papered,
        c.at_risk,
        c.overdue_admin,
        c.hours_lost_admin,
        c.stake_station,
        c.stake_agency,
        minutes,
        by_tier,
    )
    _choose_work(
        p,
        c.district,
        t.districts.agency_wage,
        c.households,
        c.volunteers,
        volunteers_per_home(world),
        t.categories.easy_minutes,
        t.categories.hard_minutes,
        t.categories.visible,
        t.categories.volunteer,
        t.categories.least_tier,
        t.incentives.pay,
        t.incentives.pass_through,
        c.stake_station,
        c.stake_agency,
        minutes,
        by_tier,
        cases.open,
        cases.blocked,
        cases.minutes,
        cases.reported,
        cases.found,
        cases.worked,
        cases.worked_expert,
        c.load,
        c.utilisation,
        c.hours_idle,
        c.hours_lost_gaming,
    )
