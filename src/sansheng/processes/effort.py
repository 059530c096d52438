r"""Who works on what: hours at hand, hours lost, and how staff spread the rest over open cases.

Each community has three pools of staff: agency professionals bought by contract, certified community
workers, other community workers. A full-time month is :math:`h_w/12` hours. Administrative duties take
the share

.. math:: a_c = \min(\mathit{admin\_cap},\; A_c / ((h_w/12)\, S_c))

of the station's time (what does not fit is overdue administration; where committee and station are separate,
:mod:`sansheng.processes.split` says who does it), then paperwork for claimed tasks, accounts of the
money planned (more for earmarked money) and coordination take theirs, and a share
:math:`g_{\max}\sigma/(1+\sigma)` of what remains goes into looking good, where :math:`\sigma` is what is at stake:
money over the wage bill (project pay and awards included), and at a station the pressure of rankings and
targets. The rest is spread, professionals
first, over kinds of case :math:`j` in proportion to

.. math::

    w_j \propto backlog_j\, e^{\mathrm{clip}(u_j,-3,3)}, \qquad
    u_j = \beta_u \min(\ln(1+age_j/norm), 2) + \beta_p(\pi_j-\bar\pi)/k_h + \beta_v\sigma(v_j-\bar v),

with :math:`\pi_j` the pay per hour that the *employer* earns from such a case and :math:`v_j` its visibility,
both read from the incentives table whatever rule wrote it. Means are weighted by hours of backlog, so that only
relative pay matters. Staff of a project lean towards the category it is for: its weight is multiplied by
:math:`e^{\beta_f}`, beyond the clip. A kind whose backlog is used up passes its hours on.

*Productivity.* An hour of a worker of certificate :math:`tier`, with :math:`service` years of such work and
burnout :math:`B`, is worth

.. math:: (1+g_T\,tier)\,\big(1-(1-A_0)\,e^{-service/\tau_L}\big)\,(1-b\max(0,B))

hours of an uncertified veteran (:math:`g_T` is ``tier_gain``, :math:`b` ``burnout_loss``). Agency hours have the
mean of the agency, times :math:`1-\texttt{tie\_gain}\,(1-Q)` where the tie is :math:`Q`; the hours that last
month's resources in kind stand in for (:func:`sansheng.processes.costs.matched_hours`) come on top of those
bought.

*Volunteers* complement paid hours. A paid minute on a kind that lets them help as far as :math:`a_k` makes
:math:`1+a_k(V_c-1)` minutes, with the CES factor

.. math:: V_c = \left[1-\phi+\phi\,(\nu_c/\bar\nu)^{r}\right]^{1/r}

of helpers per household :math:`\nu_c` over :math:`\bar\nu`, what the district's mean was at the start.

*Load* of a community is what its month asks for over what its staff can do. With :math:`fresh` the paid minutes of the
cases opened this month and not settled on the spot, :math:`late` those of overdue cases, and :math:`M` the
effective minutes of the three pools,

.. math:: load_c = \min\left(3,\; \frac{fresh_c+\min(late_c, fresh_c)}{M_c}\right);

that of an agency is hours ordered over hours it can staff, at most 3 as well.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.exponential import MOST, exponentials
from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import clear, copy, lanes_dot, lanes_total
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.core.views import flat
from sansheng.processes import split
from sansheng.processes.agreed import agreed
from sansheng.processes.backlog import by_kind, tally
from sansheng.processes.channels import pay_through, row_of, through, tie_through
from sansheng.processes.costs import hour_price, matched_hours
from sansheng.processes.merit import award_stake
from sansheng.processes.split import certified, handed_over
from sansheng.processes.tender import tie_slot
from sansheng.processes.trace import APPEARANCES, PAPERWORK, SELECTION, Trace
from sansheng.world.schema import (
    AGENCY_PRO,
    AGES,
    BASE_GENERAL,
    BASE_PRO,
    POOLS,
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Incentives,
    Providers,
    Terms,
    Ties,
    Workers,
)

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
        "beta_f",
        1.5,
        unit="-",
        low=0.0,
        high=3.0,
        source="assumed",
        role="uncertainty",
        en="log weight of the category that a project is for, in its staff's choice of work",
        zh="项目人员选择工作时对项目类别的偏重",
    ),
    quantity(
        "c_gen",
        0.02,
        unit="share of money",
        low=0.0,
        high=0.05,
        source="S-Z06,B38,T07",
        status="assumed",
        role="uncertainty",
        en="compliance with the rules of general money, over the money spent",
        zh="一般性资金的合规成本（占支出比例）",
    ),
    quantity(
        "c_sp",
        0.08,
        unit="share of money",
        low=0.03,
        high=0.15,
        source="S-Z06,B38,T07",
        status="assumed",
        role="uncertainty",
        en="compliance with the rules of earmarked money, over the money spent",
        zh="专项资金的合规成本（占支出比例）",
    ),
    quantity(
        "rank_stake",
        0.3,
        unit="share of wage bill",
        low=0.0,
        high=1.0,
        source="T19",
        status="assumed",
        role="uncertainty",
        en="what being last in the ranking is worth to the staff of a station",
        zh="排名垫底对站点人员的利害程度",
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
    *split.PARAMETERS,
)

_ROUNDS = 8
"""Passes over the kinds of case; each pass hands on the hours that found no more work."""


_TIERS = 5

_A_HAIR = 1e-6
"""Minutes that sums of floating-point numbers may lack."""

_FEW_CASES, _FEW_AGES = 24, 24
"""Cases of a kind, and the sum of their ages, below which the weight of their urgency is kept for the next."""

_MANY = _FEW_CASES * _FEW_AGES
"""Place of all others, whose weight is never kept."""

_MOST_WEIGHT = math.exp(3.0)
"""Weight beyond which more urgency, pay and show attract nobody further."""

_MOST_LOAD = 3.0
"""Workload beyond which more makes no difference to anybody."""


@disjoint
def learn(reached: F64, a0: float, tau: float) -> None:
    """Write the part of a veteran's output that a novice, who starts at ``a0``, has reached by months of service.

    ``tau`` is the time constant of learning, years; ``reached`` has shape ``(month,)``.
    """
    for service in range(reached.shape[0]):
        reached[service] = max(-MOST, -service / (12.0 * tau))
    exponentials(reached)
    for service in range(reached.shape[0]):
        reached[service] = 1.0 - (1.0 - a0) * reached[service]


@inlined
def output(tier: int, reached: float, burnout: float, gain: float, loss: float) -> float:
    """Output of a worker per hour, relative to an uncertified veteran without burnout.

    Parameters
    ----------
    tier
        Certificate, 0–4; each adds ``gain``.
    reached
        Part of a veteran's output, see :func:`learn`.
    burnout
        Standard deviations from the norm; each above it costs ``loss``.
    """
    tired = 1.0 - loss * max(0.0, burnout)
    return (1.0 + gain * tier) * reached * tired


@inlined
def volunteer_factor(per_household: float, mean: float, phi: float, r: float) -> float:
    """CES output factor of volunteers, 1 where they are as many per household as ``mean``."""
    if mean <= 0.0:
        return 1.0
    relative = math.pow(per_household / mean, r)
    return math.pow((1.0 - phi) + phi * relative, 1.0 / r)


@inlined
def looking_good(stake: float, g_max: float) -> float:
    """Share of effort that goes into appearances when ``stake`` of the wage bill is at risk."""
    return g_max * stake / (1.0 + stake)


@inlined
def urgency(mean_age: float, norm: float) -> float:
    """Urgency of a kind of case of mean age ``mean_age`` months; at most 2."""
    return min(math.log(1.0 + mean_age / norm), 2.0)


@inlined
def within(reasons: float) -> float:
    """Reasons for a kind of case, such that numbers hold their exponential."""
    return min(50.0, max(-50.0, reasons))


@inlined
def weight(urgent: float, paid: float, shown: float) -> float:
    """Weight of a minute of a kind of case, given the exponentials of what speaks for it; between e⁻³ and e³."""
    return min(_MOST_WEIGHT, max(1.0 / _MOST_WEIGHT, urgent * paid * shown))


@disjoint
def spread(minutes: float, backlog: F64, pull: F64, given: F64) -> float:
    """Spread ``minutes`` over kinds of case in proportion to backlog times pull.

    Parameters
    ----------
    minutes
        Minutes of the pool.
    backlog
        Minutes each kind can still take, shape ``(n,)``; reduced in place.
    pull
        Positive weight of a minute of each kind, shape ``(n,)``.
    given
        Minutes given to each kind, shape ``(n,)``; written.

    Returns
    -------
    float
        Minutes left when all work ran out.
    """
    left = max(0.0, minutes)
    work = lanes_total(backlog)
    if left >= work:
        for j in range(backlog.shape[0]):
            given[j] = backlog[j]
            backlog[j] = 0.0
        return left - work
    for j in range(backlog.shape[0]):
        given[j] = 0.0
    for _ in range(_ROUNDS):
        total = lanes_dot(backlog, pull)
        if left <= 1e-9 or total <= 1e-9:
            break
        share = left / total
        for j in range(backlog.shape[0]):
            take = min(share * pull[j], 1.0) * backlog[j]
            given[j] += take
            backlog[j] -= take
        rest = lanes_total(backlog)
        left -= work - rest
        work = rest
    return max(0.0, left)


@allocating
def _measure_skill(p: Any, filled: I8, tier: I8, service: I32, burnout: F64, skill: F64) -> None:
    """Write everybody's productivity; learning is worked out once for all of equal service."""
    longest = 0
    for i in range(filled.shape[0]):
        if filled[i] == 1:
            longest = max(longest, service[i])
    reached = np.empty(longest + 1)
    learn(reached, p.A0, p.tau_L)
    gain, loss = p.tier_gain, p.burnout_loss
    for i in range(filled.shape[0]):
        if filled[i] == 1:
            skill[i] = output(tier[i], reached[service[i]], burnout[i], gain, loss)


@allocating
def _order_hours(
    p: Any, now: int, communities: Communities, contracts: Contracts, providers: Providers
) -> None:
    """Let every community order hours for its projects, and each agency staff what it can."""
    c, n, o = communities, contracts, providers
    wanted = np.zeros(o.key.shape[0])
    for i in range(c.key.shape[0]):
        lot = c.lot[i]
        for s in range(c.hours_by.shape[1]):
            c.hours_by[i, s] = 0.0
            a = n.provider[lot, s]
            if s >= n.projects[lot] or a < 0 or o.alive[a] == 0:
                continue
            if n.start[lot, s] <= now < n.end[lot, s]:
                c.hours_by[i, s] = c.plan[i] / n.projects[lot] / n.price[lot, s]
                wanted[a] += c.hours_by[i, s]
    coverage = np.zeros(o.key.shape[0])
    keep = p.staffing_memory
    for a in range(o.key.shape[0]):
        capacity = max(0, o.staff[a] - o.staff_other[a]) * p.h_w / 12.0
        if wanted[a] > 0.0:
            coverage[a] = min(1.0, capacity / wanted[a])
        o.load[a] = min(_MOST_LOAD, wanted[a] / capacity) if capacity > 0.0 else 0.0
        o.hours_sold[a] = coverage[a] * wanted[a]
        o.hours_wanted[a] = keep * o.hours_wanted[a] + (1.0 - keep) * wanted[a]
    for i in range(c.key.shape[0]):
        paid = short = 0.0
        for s in range(c.hours_by.shape[1]):
            ordered = c.hours_by[i, s]
            if ordered > 0.0:
                served = ordered * coverage[n.provider[c.lot[i], s]]
                c.hours_by[i, s] = served
                paid += served
                short += ordered - served
        c.hours_paid[i] = paid
        c.hours_short[i] = short


@kernel
def _team(first: int, n: int, workers: Workers, by_tier: F64) -> float:
    """Total productivity of the people of a block of seats.

    ``by_tier`` receives the shares of each tier in it, shape ``(tier,)``.
    """
    filled, tier, skill = workers.filled, workers.tier, workers.skill
    for level in range(by_tier.shape[0]):
        by_tier[level] = 0.0
    total = 0.0
    for i in range(first, first + n):
        if filled[i] == 1:
            by_tier[tier[i]] += skill[i]
            total += skill[i]
    for level in range(by_tier.shape[0]):
        by_tier[level] = by_tier[level] / total if total > 0.0 else 0.0
    return total


@kernel
def _station_team(
    first: int, n: int, workers: Workers, by_tier: F64
) -> tuple[int, int, float, float]:
    """Return a station's people, its last wage bill, and the productivity of the certified and the others.

    ``by_tier`` receives the shares of each tier in the certified pool, shape ``(tier,)``.
    """
    filled, tier, skill, wage = workers.filled, workers.tier, workers.skill, workers.wage
    for level in range(by_tier.shape[0]):
        by_tier[level] = 0.0
    staff = wages = 0
    pros = general = 0.0
    for i in range(first, first + n):
        wages += wage[i]
        if filled[i] == 1:
            staff += 1
            if tier[i] > 0:
                by_tier[tier[i]] += skill[i]
                pros += skill[i]
            else:
                general += skill[i]
    for level in range(by_tier.shape[0]):
        by_tier[level] = by_tier[level] / pros if pros > 0.0 else 0.0
    return staff, wages, pros, general


@inlined
def _claimed(pay: I64, resolved: I32, papered: I32) -> int:
    """Tasks of last month that a claim was made for; all by kind."""
    tasks = 0
    for j in range(pay.shape[0]):
        if pay[j] > 0:
            tasks += resolved[j] + papered[j]
    return tasks


@kernel
def _station_hours(
    t: int,
    h: Trace,
    p: Any,
    districts: Districts,
    communities: Communities,
    workers: Workers,
    incentives: Incentives,
    cases: Cases,
    minutes: F64,
    by_tier: F64,
) -> None:
    """Effective minutes of each station's two pools, before appearances, and what is at stake there.

    ``minutes`` has shape ``(community, pool)``, ``by_tier`` ``(community, pool, tier)``.
    """
    c = communities
    month = p.h_w / 12.0
    for i in range(c.key.shape[0]):
        d = c.district[i]
        staff, wages, pros, general = _station_team(
            c.first_seat[i], c.seats[i], workers, by_tier[i, BASE_PRO]
        )
        by_tier[i, BASE_GENERAL, 0] = 1.0
        hours = staff * month
        admin = min(p.admin_cap * hours, c.admin_hours[i])
        c.overdue_admin[i] = c.admin_hours[i] - admin
        forms = 0.0
        if incentives.paperwork[d] > 0.0:
            tasks = _claimed(
                flat(incentives.pay[i]), flat(cases.resolved[i]), flat(cases.papered[i])
            )
            forms = tasks * incentives.paperwork[d] / 60.0
        earmarked = incentives.earmarked[d]
        rate = (1.0 - earmarked) * p.c_gen + earmarked * p.c_sp
        forms += rate * c.plan[i] / (districts.base_wage[d] / month)
        forms = through(h.mode[PAPERWORK], h.forms[t], i, forms)
        c.hours_lost_admin[i] = min(hours, admin + forms + c.coordination_hours[i])
        free = 1.0 - c.hours_lost_admin[i] / hours if hours > 0.0 else 0.0
        minutes[i, BASE_PRO] = pros * month * 60.0 * free
        minutes[i, BASE_GENERAL] = general * month * 60.0 * free
        c.admin_moved[i] = 0.0
        if p.split > 0.0 and pros > 0.0 and general > 0.0:
            theirs = certified(c.first_seat[i], c.seats[i], workers) * month
            others = hours - theirs
            c.admin_moved[i] = handed_over(admin, theirs, others, free, p)
            taken_on = c.admin_moved[i] * (1.0 + p.handover)
            c.hours_lost_admin[i] += taken_on - c.admin_moved[i]
            minutes[i, BASE_PRO] += pros * month * 60.0 * c.admin_moved[i] / theirs
            minutes[i, BASE_GENERAL] -= general * month * 60.0 * taken_on / others
        money = (c.at_risk[i] + c.award_stake[i] + c.project_pay[i]) / wages if wages > 0 else 0.0
        c.stake_station[i] = money + p.rank_stake * c.pressure[i]


@allocating
def _agency_teams(providers: Providers, workers: Workers, qualified: F64) -> F64:
    """Mean productivity of each agency's people, shape ``(provider,)``.

    ``qualified`` receives the shares of each agency's work done by people of each tier or above,
    shape ``(provider, tier)``.
    """
    o = providers
    by_tier = np.zeros(_TIERS)
    mean = np.zeros(o.key.shape[0])
    for a in range(o.key.shape[0]):
        if o.hours_sold[a] > 0.0:
            team = _team(o.first_seat[a], o.seats[a], workers, by_tier)
            mean[a] = team / max(1, o.staff[a])
            _qualify(by_tier, qualified[a])
    return mean


@kernel
def _qualify(by_tier: F64, qualified: F64) -> None:
    """Shares of a pool's minutes that come from staff of each tier or above, shape ``(tier,)``."""
    share = 0.0
    for tier in range(by_tier.shape[0] - 1, -1, -1):
        share += by_tier[tier]
        qualified[tier] = share


@disjoint
def _add_ages(open_: I32, norm: int, waiting: I32, late: I32, ages: I32) -> None:
    """Count cases, overdue cases and months of age of each kind; ``open_`` is by age and kind."""
    kinds = waiting.shape[0]
    tally(open_, norm, waiting, late)
    for j in range(kinds):
        ages[j] = 0
    for a in range(1, AGES):
        for j in range(kinds):
            ages[j] += a * open_[a * kinds + j]


@disjoint
def _help(volunteer: F64, factor: float, help_: F64) -> None:
    """Write what volunteers of output ``factor`` make of a paid minute, as far as each kind lets them; all by kind."""
    for j in range(help_.shape[0]):
        help_[j] = 1.0 + volunteer[j] * (factor - 1.0)


@disjoint
def _look_around(
    p: Any,
    need: I64,
    help_: F64,
    waiting: I32,
    late: I32,
    ages: I32,
    blocked: I32,
    agency: I32,
    pro: I32,
    general: I32,
    fresh_cases: I32,
    found: I32,
    on_spot: I32,
    known: F64,
    place: I64,
    work: F64,
    urgent: F64,
    pull: F64,
) -> float:
    """Paid minutes each kind of case can take, and the weight of its urgency; return the month's demand.

    Demand is the work of cases opened this month and not settled on the spot, plus overdue work, the
    latter at most one month's.
    All by kind; ``help_`` is what volunteers make of a paid minute. ``known`` keeps the weight of few
    cases by their number and the sum of their ages, below zero where it is not known yet: most kinds have
    few cases, and the same logarithms recur. ``place`` and ``pull`` are for work in between.
    """
    fresh = overdue = 0.0
    for j in range(need.shape[0]):
        done = agency[j] + pro[j] + general[j]
        helped = 1.0 / help_[j]
        work[j] = max(0.0, ((waiting[j] - blocked[j]) * need[j] - done) * helped)
        urgent[j] = (fresh_cases[j] + found[j] - on_spot[j]) * need[j] * helped
        pull[j] = late[j] * need[j] * helped
    for j in range(need.shape[0]):
        fresh += urgent[j]
        overdue += pull[j]
    for j in range(need.shape[0]):
        n, months = waiting[j], ages[j]
        few = n < _FEW_CASES and months < _FEW_AGES
        place[j] = n * _FEW_AGES + months if few else _MANY
        urgent[j] = known[place[j]]
    for j in range(need.shape[0]):
        if urgent[j] < 0.0:
            urgent[j] = math.exp(p.beta_u * urgency(ages[j] / waiting[j], p.norm_months))
            known[place[j]] = urgent[j] if place[j] < _MANY else -1.0
    return fresh + min(overdue, fresh)


@disjoint
def _pull(
    p: Any,
    cost: float,
    stake: float,
    earns: float,
    pay: I64,
    need_hours: F64,
    visible: F64,
    work: F64,
    urgent: F64,
    shown: F64,
    pull: F64,
) -> None:
    """Weight of a minute of each kind of case for staff whose employer earns the share ``earns`` of its pay.

    All by kind; ``shown`` is for work in between. Exponentials are taken only where pay or show differ.
    """
    highest = 0
    for j in range(pay.shape[0]):
        highest = max(highest, pay[j])
    paying, showing = highest > 0, stake != 0.0
    for j in range(pull.shape[0]):
        pull[j] = earns * pay[j] / 100.0 / need_hours[j] if paying else 0.0
    total = mean_pay = mean_visible = 0.0
    if paying or showing:
        for j in range(work.shape[0]):
            total += work[j]
            mean_pay += work[j] * pull[j]
            mean_visible += work[j] * visible[j]
    if total > 0.0:
        mean_pay /= total
        mean_visible /= total
    drawn, shows = p.beta_p / cost, p.beta_v * stake
    if showing:
        for j in range(pull.shape[0]):
            shown[j] = within(shows * (visible[j] - mean_visible))
        exponentials(shown)
    if paying:
        for j in range(pull.shape[0]):
            pull[j] = within(drawn * (pull[j] - mean_pay))
        exponentials(pull)
    for j in range(pull.shape[0]):
        pull[j] = weight(urgent[j], pull[j] if paying else 1.0, shown[j] if showing else 1.0)


@disjoint
def _credit(
    given: F64,
    help_: F64,
    qualified: F64,
    least_tier: I64,
    part: F64,
    done: F64,
    booked: I64,
    worked: I32,
    expert: I32,
) -> None:
    """Add what a pool has done, in whole minutes, and how much of it was professional; all by kind.

    ``done`` sums what all pools have done of each kind and ``booked`` the whole minutes of it, so that these
    add up to the whole: a case that has had all its time must not lack a minute. ``part`` is for work in between.
    """
    for j in range(part.shape[0]):
        part[j] = qualified[least_tier[j]]
    for j in range(part.shape[0]):
        done[j] += given[j] * help_[j]
        minutes = int(done[j] + _A_HAIR) - booked[j]
        booked[j] += minutes
        worked[j] += minutes
        expert[j] += int(minutes * part[j])


@kernel
def _volunteer(p: Any, districts: Districts, communities: Communities, factor: F64) -> None:
    """Write the output factor of each community's volunteers, shape ``(community,)``.

    One power has to wait for another; those of several communities run side by side.
    """
    c = communities
    for i in range(c.key.shape[0]):
        density = c.helpers[i] / max(1, c.households[i])
        factor[i] = volunteer_factor(
            density, districts.helpers_per_home[c.district[i]], p.phi, p.ces_r
        )


@allocating
def _choose_work(
    t: int,
    h: Trace,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    categories: Categories,
    incentives: Incentives,
    overhead_said: F64,
    cases: Cases,
) -> None:
    """Let every pool of every community spread its minutes, agencies first, then professionals."""
    c, kinds_of = communities, categories
    minutes = np.zeros((c.key.shape[0], POOLS))
    by_tier = np.zeros((c.key.shape[0], POOLS, _TIERS))
    _station_hours(t, h, p, districts, c, workers, incentives, cases, minutes, by_tier)
    team_tiers = np.zeros((providers.key.shape[0], _TIERS))
    team = _agency_teams(providers, workers, team_tiers)
    need = flat(kinds_of.minutes)
    kinds = need.shape[0]
    need_hours = need / 60.0
    visible, volunteer, least_tier = np.empty(kinds), np.empty(kinds), np.empty(kinds, np.int64)
    by_kind(kinds_of.visible, visible)
    by_kind(kinds_of.volunteer, volunteer)
    by_kind(kinds_of.least_tier, least_tier)
    known = np.full(_MANY + 1, -1.0)
    known[:_MANY:_FEW_AGES] = 1.0
    ages, place, booked = (
        np.empty(kinds, np.int32),
        np.empty(kinds, np.int64),
        np.empty(kinds, np.int64),
    )
    help_, work, urgent, shown = np.empty(kinds), np.empty(kinds), np.empty(kinds), np.empty(kinds)
    pull, leaning, given = np.empty(kinds), np.empty(kinds), np.empty(kinds)
    done = np.empty(kinds)
    qualified, part = np.zeros(_TIERS), np.empty(kinds)
    factor = np.empty(c.key.shape[0])
    _volunteer(p, districts, c, factor)
    focus_pull = math.exp(p.beta_f)
    selection, appearances = h.mode[SELECTION], h.mode[APPEARANCES]
    for i in range(c.key.shape[0]):
        d = c.district[i]
        _help(volunteer, factor[i], help_)
        waiting, late = flat(cases.waiting[i]), flat(cases.overdue[i])
        _add_ages(flat(cases.open[i]), int(p.norm_months), waiting, late, ages)
        demand = _look_around(
            p,
            need,
            help_,
            waiting,
            late,
            ages,
            flat(cases.blocked[i]),
            flat(cases.minutes[i, AGENCY_PRO]),
            flat(cases.minutes[i, BASE_PRO]),
            flat(cases.minutes[i, BASE_GENERAL]),
            flat(cases.reported[i]),
            flat(cases.found[i]),
            flat(cases.on_spot[i]),
            known,
            place,
            work,
            urgent,
            pull,
        )
        worked, expert = cases.worked[i], flat(cases.worked_expert[i])
        clear(flat(worked))
        clear(expert)
        clear(booked)
        clear(done)
        overhead = agreed(overhead_said[d], p.o_c)
        cost = hour_price(districts.agency_wage[d], overhead, p) / 100.0
        pay = pay_through(h, t, i, incentives.pay[i])
        felt_cost = through(selection, h.cost[t], i, cost)
        idle = gamed = at_hand = 0.0
        for pool in range(POOLS):
            c.pool_hours[i, pool] = 0.0
            c.pool_idle[i, pool] = 0.0
        earns = incentives.pass_through[d]
        stake = earns * (1.0 + p.social_insurance) / (1.0 - overhead)
        stake += award_stake(districts.agency_wage[d], p)
        earns = through(selection, h.earns[t], i, earns)
        show = looking_good(stake, p.g_max)
        show = through(appearances, h.show_agency[t], i, show)
        felt = through(selection, h.stake_agency[t], i, stake)
        if c.hours_paid[i] > 0.0:
            c.stake_agency[i] = stake
            _pull(p, felt_cost, felt, earns, pay, need_hours, visible, work, urgent, shown, pull)
            lot = c.lot[i]
            for s in range(c.hours_by.shape[1]):
                if c.hours_by[i, s] <= 0.0:
                    continue
                a = contracts.provider[lot, s]
                tie = tie_slot(ties.provider[i], a)
                known_as = tie_through(h, t, i, s, ties.capital[i, tie] if tie >= 0 else 0.0)
                stranger = 1.0 - known_as
                hours = c.hours_by[i, s]
                in_kind = hours / c.hours_paid[i] * c.in_kind[i]
                hours += matched_hours(in_kind, contracts.price[lot, s], p)
                able = hours * 60.0 * team[a] * (1.0 - p.tie_gain * stranger)
                copy(leaning, pull)
                focus = contracts.focus[lot, s]
                if focus >= 0:
                    leaning[2 * focus] *= focus_pull
                    leaning[2 * focus + 1] *= focus_pull
                left = spread(able * (1.0 - show), work, leaning, given)
                c.pool_hours[i, AGENCY_PRO] += able / 60.0
                c.pool_idle[i, AGENCY_PRO] += left / 60.0
                idle += left
                gamed += able * show
                at_hand += able
                _credit(
                    given,
                    help_,
                    team_tiers[a],
                    least_tier,
                    part,
                    done,
                    booked,
                    flat(worked[AGENCY_PRO]),
                    expert,
                )
        stake = c.stake_station[i]
        show = looking_good(stake, p.g_max)
        show = through(appearances, h.show_station[t], i, show)
        felt = through(selection, h.stake_station[t], i, stake)
        _pull(p, felt_cost, felt, 1.0, pay, need_hours, visible, work, urgent, shown, pull)
        for pool in range(BASE_PRO, POOLS):
            able = minutes[i, pool]
            if able <= 0.0:
                continue
            left = spread(able * (1.0 - show), work, pull, given)
            c.pool_hours[i, pool] = able / 60.0
            c.pool_idle[i, pool] = left / 60.0
            idle += left
            gamed += able * show
            at_hand += able
            _qualify(by_tier[i, pool], qualified)
            _credit(
                given,
                help_,
                qualified,
                least_tier,
                part,
                done,
                booked,
                flat(worked[pool]),
                expert,
            )
        c.load[i] = min(_MOST_LOAD, demand / at_hand) if at_hand > 0.0 else _MOST_LOAD
        c.utilisation[i] = 1.0 - idle / at_hand if at_hand > 0.0 else 0.0
        c.hours_idle[i] = idle / 60.0
        c.hours_lost_gaming[i] = gamed / 60.0
        c.show[i] = gamed / at_hand if at_hand > 0.0 else 0.0


@inlined
def step(
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    categories: Categories,
    incentives: Incentives,
    terms: Terms,
    cases: Cases,
    h: Trace,
) -> None:
    """Order agency hours, then let every pool of staff choose its work, professionals first."""
    c = communities
    _measure_skill(p, workers.filled, workers.tier, workers.service, workers.burnout, workers.skill)
    _order_hours(p, now, c, contracts, providers)
    _choose_work(
        row_of(h, now),
        h,
        p,
        districts,
        c,
        contracts,
        ties,
        providers,
        workers,
        categories,
        incentives,
        terms.overhead,
        cases,
    )
