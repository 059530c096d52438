r"""Needs arise; some are reported, others stay latent; overdue ones are given up.

In community :math:`c`, category :math:`k`, month :math:`t`, resident need is Poisson with mean

.. math::

    \frac{\lambda}{12} H_c\, m_k \sum_g s_{cg}\rho_{gk}\; season_k(t)\; e^{x_{ct}-\omega/2},
    \qquad x_{ct} = \varphi x_{c,t-1} + \varepsilon_{ct}

with local shocks :math:`x` that last (logistic innovations: their inverse CDF is closed), :math:`\omega` their variance
in the long run. Service duties bring further cases, Poisson with mean ``lam_duty``/12 times the duties the
community bears, whatever its households. A need is hard with the probability
:math:`p_{hard}\,(1+b_v(V_c/V_{ref}-1))`, within 2 to 60%, where :math:`V_c` is the share of households with complex
need and :math:`V_{ref}` a reference that does not move with the district: where more of them live everywhere, more is
hard everywhere. A resident's need is reported by grid staff or by a call,

.. math:: r_{ckh} = 1-(1-f_{ckh})\,(1-\Lambda(a+\varepsilon_d\,\mathrm{logit}\,\hat P_c)),
          \qquad f_{ckh} = \eta_h\min\left(0.95,\;
                    \frac{v_k}{\bar v}\left(1-(1-f)^{(1000\,G_c/H_c)/ref}\right)\right).

Here :math:`f_{ckh}` is what grid staff find by themselves. It rises with their full-time equivalents :math:`G` for
1,000 households and is :math:`f` at the reference density :math:`ref`: each further round finds the same share of
what the rounds before have left. They find what shows (:math:`v_k`, over the mean of needs :math:`\bar v`), and
hard needs, which are behind doors, less often (:math:`\eta`). :math:`\hat P_c` is the resolution residents
perceive, used between 0.05 and 0.95: a community that solves more is asked more (induced demand). An application,
where there is one, brings the share ``app_report`` of what nobody would call about, and counts as a call. Of the
resident needs that are reported the share :math:`f/r` was found by grid staff. What nobody reports is latent.
Every month a share of latent needs goes away by itself, a share of overdue cases is given up (half of them turn
latent again), and people whose case was closed on paper only become latent needs again or give up. None of these
ever counts as solved.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.counts import poissons
from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import LOGISTIC_SCALE, Key, decision, fill_runs, make_whole, whole
from sansheng.core.tables import F64, I32
from sansheng.core.views import flat
from sansheng.processes.backlog import grow_older, take_oldest, tally
from sansheng.world.schema import HARD, Cases, Categories, Communities

PARAMETERS = (
    quantity(
        "lam",
        0.32,
        unit="cases/household-year",
        low=0.2,
        high=0.9,
        source="B43,B61",
        role="uncertainty",
        en="resident needs arising per household-year, reported or not",
        zh="每户每年产生的需求（含未上报）",
    ),
    quantity(
        "lam_duty",
        3.0,
        unit="cases/duty-year",
        low=0.0,
        high=20.0,
        source="assumed",
        role="uncertainty",
        en="cases that one service duty brings in a year",
        zh="每项服务职责每年带来的事项",
    ),
    quantity(
        "p_hard",
        0.2,
        unit="share",
        low=0.1,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="share of needs that are hard or keep coming back",
        zh="疑难或反复事项占比",
    ),
    quantity(
        "b_v",
        0.5,
        unit="-",
        low=0.0,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="rise of the hard share with the vulnerable share, both relative",
        zh="疑难占比随脆弱家庭占比上升的幅度",
    ),
    quantity(
        "v_ref",
        0.03,
        unit="share",
        low=0.01,
        high=0.06,
        source="B73",
        status="assumed",
        role="constant",
        en="share of households with complex need where the hard share is p_hard",
        zh="疑难占比等于 p_hard 时的复杂需求家庭占比",
    ),
    quantity(
        "shock_memory",
        0.7,
        unit="1/month",
        low=0.0,
        high=0.95,
        source="assumed",
        role="uncertainty",
        en="share of a local shock that lasts into the next month",
        zh="本地冲击的月度持续性",
    ),
    quantity(
        "shock_sd",
        0.12,
        unit="log rate",
        low=0.0,
        high=0.4,
        source="assumed",
        role="uncertainty",
        en="standard deviation of the monthly local shock to need",
        zh="本地需求月度冲击的标准差",
    ),
    quantity(
        "grid_find",
        0.09,
        unit="share",
        low=0.02,
        high=0.4,
        source="S-T04,S-T06,S-B03",
        role="uncertainty",
        en="share of residents' needs that grid staff of the reference density find by themselves",
        zh="参照密度下网格员主动发现居民需求的比例",
    ),
    quantity(
        "grid_ref",
        0.29,
        unit="people/1,000 households",
        low=0.1,
        high=1.0,
        source="S-B03,S-B04",
        role="constant",
        en="reference density of grid staff, in full-time equivalents",
        zh="网格力量参照密度（折合全职）",
    ),
    quantity(
        "grid_hard",
        0.4,
        unit="ratio",
        low=0.0,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="hard needs that grid staff find by themselves, relative to easy ones",
        zh="网格员主动发现疑难需求相对易办需求之比",
    ),
    quantity(
        "call_base",
        0.2,
        unit="logit",
        low=-1.0,
        high=1.5,
        source="assumed",
        role="uncertainty",
        en="inclination to report where half of all needs are solved",
        zh="感知解决率为一半时的上报倾向",
    ),
    quantity(
        "eps_d",
        1.0,
        unit="-",
        low=0.3,
        high=2.0,
        source="B43",
        role="uncertainty",
        en="elasticity of reporting to perceived resolution (log odds)",
        zh="上报对感知解决率的弹性",
    ),
    quantity(
        "app_report",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-C25,S-B28",
        status="assumed",
        role="lever",
        en="needs that nobody would call about and that are told through an application",
        zh="原本不会拨打热线、经移动应用上报的需求比例",
    ),
    quantity(
        "norm_months",
        2.0,
        unit="months",
        low=1.0,
        high=4.0,
        source="assumed",
        role="lever",
        en="age from which an open case is overdue",
        zh="逾期时限",
    ),
    quantity(
        "lapse",
        0.06,
        unit="1/month",
        low=0.03,
        high=0.1,
        source="assumed",
        role="uncertainty",
        en="overdue cases given up in a month; half of them turn latent",
        zh="逾期事项每月放弃比例",
    ),
    quantity(
        "latent_exit",
        0.08,
        unit="1/month",
        low=0.02,
        high=0.2,
        source="assumed",
        role="uncertainty",
        en="latent needs that end unmet in a month",
        zh="潜在需求每月自行消失比例",
    ),
    quantity(
        "paper_return",
        0.15,
        unit="1/month",
        low=0.0,
        high=0.4,
        source="assumed",
        role="uncertainty",
        en="needs closed on paper that turn latent again in a month",
        zh="账面办结事项每月重现比例",
    ),
)

_NEED = decision("needs.arise")
_FLOWS = decision("needs.give_up_report_grid_shock")

MOST_FOUND = 0.95
"""Grid staff never find more of any kind of need (assumed)."""


@inlined
def logistic(x: float) -> float:
    """Return :math:`1/(1+e^{-x})`."""
    return 1.0 / (1.0 + math.exp(-x))


@inlined
def call_probability(perceived: float, base: float, elasticity: float) -> float:
    """Probability that residents call about a need.

    Parameters
    ----------
    perceived
        Resolution as residents perceive it, share; used inside 0.05–0.95.
    base, elasticity
        Log odds of a call at a perceived resolution of one half, and their slope in its logit.
    """
    seen = min(0.95, max(0.05, perceived))
    return logistic(base + elasticity * math.log(seen / (1.0 - seen)))


@inlined
def told(call: float, app: float) -> float:
    """Probability that residents call, or else tell through an application, each with its probability."""
    return call + app * (1.0 - call)


@inlined
def report_probability(found: float, call: float) -> float:
    """Probability that a need is reported: by grid staff, who ``found`` it, or else by a ``call``."""
    return 1.0 - (1.0 - found) * (1.0 - call)


@inlined
def found_by_grid(staff: float, households: int, grid_find: float, reference: float) -> float:
    """Share of residents' needs that grid staff find by themselves.

    Parameters
    ----------
    staff
        Grid staff in full-time equivalents.
    households
        Households they look after.
    grid_find
        Share found at the reference density; below one.
    reference
        Grid staff for 1,000 households.
    """
    rounds = 1000.0 * staff / max(1, households) / reference
    return 1.0 - math.exp(rounds * math.log1p(-grid_find))


@inlined
def hard_share(p_hard: float, slope: float, vulnerable: float, reference: float) -> float:
    """Share of hard cases in a community, inside 2–60%.

    Parameters
    ----------
    p_hard
        Where the share of households with complex need is ``reference``.
    slope
        Rise with that share, both relative.
    vulnerable, reference
        Share of households with complex need, here and where ``p_hard`` is from.
    """
    relative = vulnerable / reference - 1.0
    return min(0.6, max(0.02, p_hard * (1.0 + slope * relative)))


@inlined
def next_shock(shock: float, memory: float, sd: float, u: float) -> float:
    """Advance a local AR(1) shock by a logistic innovation of standard deviation ``sd``."""
    return memory * shock + sd * LOGISTIC_SCALE * math.log(u / (1.0 - u))


@inlined
def shock_factor(shock: float, memory: float, sd: float) -> float:
    """Factor on need, of mean about one in the long run."""
    return math.exp(shock - 0.5 * sd**2 / (1.0 - memory**2))


@disjoint
def _give_up(
    p: Any,
    open_: I32,
    blocked: I32,
    latent: I32,
    paper: I32,
    gone: I32,
    lapsed: I32,
    luck: F64,
    waiting: I32,
    overdue: I32,
) -> None:
    """Let a month pass for one community's needs, and people give some of them up.

    Counts are by kind, shape ``(kind,)``, and ``open_`` by age and kind. ``luck`` holds five draws: of
    latent needs that end, paper closures that come back and that are given up, overdue cases that are
    given up, and those of them that turn latent. ``waiting`` and ``overdue`` are for work in between.
    """
    kinds = latent.shape[0]
    grow_older(open_, kinds)
    tally(open_, int(p.norm_months), waiting, overdue)
    out, again, lapse = p.latent_exit, p.paper_return, p.lapse
    end = back = resign = leave = hide = 0.0
    ends = backs = resigns = leaves = hides = 0
    for j in range(kinds):
        end += latent[j] * out
        ended = whole(end, luck[0]) - ends
        back += paper[j] * again
        returned = whole(back, luck[1]) - backs
        rest = paper[j] - returned
        resign += rest * out
        resigned = whole(resign, luck[2]) - resigns
        leave += overdue[j] * lapse
        left = whole(leave, luck[3]) - leaves
        hide += 0.5 * left
        hidden = whole(hide, luck[4]) - hides
        ends += ended
        backs += returned
        resigns += resigned
        leaves += left
        hides += hidden
        latent[j] += returned + hidden - ended
        paper[j] = rest - resigned
        gone[j] = ended + resigned + left - hidden
        lapsed[j] = left
        if left > 0:
            take_oldest(open_, kinds, j, left, waiting[j])
            blocked[j] = min(blocked[j], waiting[j] - left)


@disjoint
def _report(
    residents: F64,
    duties: F64,
    call: float,
    found: F64,
    grid_hard: float,
    luck_of_report: float,
    luck_of_grid: float,
    open_: I32,
    latent: I32,
    arisen: I32,
    opened: I32,
    by_grid: I32,
    expected: F64,
    part: F64,
) -> None:
    """Open those of a community's needs of the month that are reported.

    Parameters
    ----------
    residents, duties
        Means of residents' needs and of what duties bring, shape ``(category,)``.
    call
        Probability that residents call about a need.
    found
        Probability that grid staff find an easy need by themselves, shape ``(category,)``.
    grid_hard
        The same of a hard need, relative to that.
    luck_of_report, luck_of_grid
        Of what is reported, and of that of what grid staff found.
    open_, latent, arisen, opened, by_grid
        Counts by kind; of ``open_`` the youngest come first.
    expected, part
        For work in between, shape ``(kind,)``.
    """
    for k in range(residents.shape[0]):
        for h in range(2):
            j = 2 * k + h
            mean = residents[k] + duties[k]
            seen = found[k] * grid_hard if h == HARD else found[k]
            # A Poisson sum thins into its parts: duties are always reported, residents' needs
            # sometimes, and of these again a part is what grid staff found.
            known = residents[k] * report_probability(seen, call) + duties[k]
            expected[j] = arisen[j] * known / mean if mean > 0.0 else 0.0
            part[j] = residents[k] * seen / known if known > 0.0 else 0.0
    make_whole(expected, luck_of_report, opened)
    for j in range(opened.shape[0]):
        expected[j] = opened[j] * part[j]
    make_whole(expected, luck_of_grid, by_grid)
    for j in range(opened.shape[0]):
        open_[j] += opened[j]
        latent[j] += arisen[j] - opened[j]


@kernel
def _look_ahead(
    p: Any, communities: Communities, luck: F64, factor: F64, call: F64, rounds: F64
) -> None:
    """Write what shocks make of needs, how likely residents tell of one, and what grid staff find, by community.

    ``luck`` is that of flows. Logarithms of many communities do not wait for each other.
    """
    c = communities
    for i in range(c.key.shape[0]):
        c.shock[i] = next_shock(c.shock[i], p.shock_memory, p.shock_sd, luck[i, 7])
        factor[i] = shock_factor(c.shock[i], p.shock_memory, p.shock_sd)
        call[i] = told(call_probability(c.perceived[i], p.call_base, p.eps_d), p.app_report)
        rounds[i] = found_by_grid(c.grid_staff[i], c.households[i], p.grid_find, p.grid_ref)


@allocating
def step(
    key: Key, now: int, p: Any, communities: Communities, cases: Cases, categories: Categories
) -> None:
    """Let a month pass for every open case, then let new needs arise and be reported."""
    c, kinds = communities, categories
    homes, n = c.key.shape[0], kinds.rate.shape[0]
    luck, luck_of_flows = np.empty((homes, 2 * n)), np.empty((homes, 8))
    fill_runs(key, _NEED, now, c.key, luck)
    fill_runs(key, _FLOWS, now, c.key, luck_of_flows)
    waiting, overdue = np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    residents, duties = np.empty((homes, n)), np.empty((homes, n))
    mean = np.empty((homes, 2 * n))
    season = kinds.season[:, now % 12]
    factor, call, rounds = np.empty(homes), np.empty(homes), np.empty(homes)
    _look_ahead(p, c, luck_of_flows, factor, call, rounds)
    for i in range(homes):
        _give_up(
            p,
            flat(cases.open[i]),
            flat(cases.blocked[i]),
            flat(cases.latent[i]),
            flat(cases.paper[i]),
            flat(cases.gone[i]),
            flat(cases.lapsed[i]),
            luck_of_flows[i],
            waiting,
            overdue,
        )
        per_month = p.lam / 12.0 * c.households[i] * factor[i]
        from_duties = p.lam_duty / 12.0 * c.duties_service[i]
        hard = hard_share(p.p_hard, p.b_v, c.vulnerable[i], p.v_ref)
        for k in range(n):
            residents[i, k] = per_month * c.need_mix[i, k] * season[k]
            duties[i, k] = from_duties * kinds.duty_rate[k]
            mean[i, 2 * k] = (residents[i, k] + duties[i, k]) * (1.0 - hard)
            mean[i, 2 * k + 1] = (residents[i, k] + duties[i, k]) * hard
    poissons(luck.ravel(), mean.ravel(), flat(cases.arisen))
    found, shows = np.empty(n), np.empty(n)
    expected, part = np.empty(2 * n), np.empty(2 * n)
    shown = 0.0
    for k in range(n):
        shown += kinds.rate[k] * kinds.visible[k]
    for k in range(n):
        shows[k] = kinds.visible[k] / shown if shown > 0.0 else 1.0
    for i in range(homes):
        for k in range(n):
            found[k] = min(MOST_FOUND, rounds[i] * shows[k])
        _report(
            residents[i],
            duties[i],
            call[i],
            found,
            p.grid_hard,
            luck_of_flows[i, 5],
            luck_of_flows[i, 6],
            flat(cases.open[i]),
            flat(cases.latent[i]),
            flat(cases.arisen[i]),
            flat(cases.reported[i]),
            flat(cases.by_grid[i]),
            expected,
            part,
        )
