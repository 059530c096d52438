r"""Needs arise; some are reported, others stay latent; overdue ones are given up.

In community :math:`c`, category :math:`k`, month :math:`t`, resident need is Poisson with mean

.. math::

    \frac{\lambda}{12} H_c\, m_k \sum_g s_{cg}\rho_{gk}\; season_k(t)\; e^{x_{ct}-\bar v/2},
    \qquad x_{ct} = \varphi x_{c,t-1} + \varepsilon_{ct}

with local shocks :math:`x` that last (logistic innovations: their inverse CDF is closed). Service duties
bring further cases, in proportion to the duties the community bears and not to its households. A
resident need is hard with a probability that rises with the share of vulnerable households, and is
reported by grid staff or by a call,

.. math:: r_c = 1-(1-f_c)\,(1-\Lambda(a+\varepsilon_d\,\mathrm{logit}\,\hat P_c)),
          \qquad f_c = 1-(1-f)^{(G_c/H_c)/ref}.

Here :math:`f_c` is what grid staff find by themselves. It rises with their full-time equivalents :math:`G` for a
household and is :math:`f` at the reference density: each further round finds the same share of what the rounds
before have left. :math:`\hat P_c` is the resolution residents perceive: a community that solves more is asked more
(induced demand). Of the resident needs that are reported the share :math:`f_c/r_c` was found by grid staff. What
nobody reports is latent. Every month a share of latent needs goes away by itself, a
share of overdue cases is given up (half of them turn latent again), and people whose case was closed on
paper only become latent needs again or give up. None of these ever counts as solved.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, binomial, decision, fill_run, poisson, thin, uniform
from sansheng.core.tables import F64, I32
from sansheng.processes.backlog import count, grow_older, take_oldest
from sansheng.world.schema import HARD, Cases, Categories, Communities

PARAMETERS = (
    quantity(
        "lam",
        0.28,
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
_SHOCK = decision("needs.shock")
_REPORT = decision("needs.report")
_GRID = decision("needs.found_by_grid")
_LATENT_EXIT = decision("needs.latent_exit")
_LAPSE = decision("needs.lapse")
_LAPSE_HALF = decision("needs.lapse_to_latent")
_PAPER = decision("needs.paper_return")
_PAPER_EXIT = decision("needs.paper_exit")

_LOGISTIC_SCALE = math.sqrt(3.0) / math.pi


@inlined
def logistic(x: float) -> float:
    """Return :math:`1/(1+e^{-x})`."""
    return 1.0 / (1.0 + math.exp(-x))


@inlined
def report_probability(perceived: float, grid_find: float, base: float, elasticity: float) -> float:
    """Probability that a need is reported, by grid staff or by a call.

    Parameters
    ----------
    perceived
        Resolution as residents perceive it, share; used inside 0.05–0.95.
    grid_find
        Share that grid staff of this community find by themselves.
    base, elasticity
        Log odds of a call at a perceived resolution of one half, and their slope in its logit.
    """
    seen = min(0.95, max(0.05, perceived))
    call = logistic(base + elasticity * math.log(seen / (1.0 - seen)))
    return 1.0 - (1.0 - grid_find) * (1.0 - call)


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
def hard_share(p_hard: float, slope: float, vulnerable: float, mean_vulnerable: float) -> float:
    """Share of hard cases in a community, rising with its vulnerable households, inside 2–60%."""
    relative = vulnerable / mean_vulnerable - 1.0
    return min(0.6, max(0.02, p_hard * (1.0 + slope * relative)))


@inlined
def next_shock(shock: float, memory: float, sd: float, u: float) -> float:
    """Advance a local AR(1) shock by a logistic innovation of standard deviation ``sd``."""
    return memory * shock + sd * _LOGISTIC_SCALE * math.log(u / (1.0 - u))


@inlined
def shock_factor(shock: float, memory: float, sd: float) -> float:
    """Factor on need, of mean about one in the long run."""
    return math.exp(shock - 0.5 * sd**2 / (1.0 - memory**2))


@kernel
def _give_up(
    key: Key,
    now: int,
    p: Any,
    who: int,
    open_: I32,
    blocked: I32,
    latent: I32,
    paper: I32,
    gone: I32,
    lapsed: I32,
    draws: F64,
) -> None:
    """Latent, overdue and papered-over needs of one community that people give up this month.

    ``draws`` is room for the draws of four decisions, shape ``(4, category × hardness)``.
    """
    norm = int(p.norm_months)
    fill_run(key, _LATENT_EXIT, now, who, draws[0])
    fill_run(key, _PAPER, now, who, draws[1])
    fill_run(key, _PAPER_EXIT, now, who, draws[2])
    fill_run(key, _LAPSE, now, who, draws[3])
    for k in range(latent.shape[0]):
        for h in range(2):
            cell = k * 2 + h
            ages = open_[k, h]
            grow_older(ages)
            ended = thin(draws[0, cell], latent[k, h], p.latent_exit)
            back = thin(draws[1, cell], paper[k, h], p.paper_return)
            rest = paper[k, h] - back
            resigned = thin(draws[2, cell], rest, p.latent_exit)
            left = thin(draws[3, cell], count(ages, norm), p.lapse)
            hidden = 0
            if left > 0:
                hidden = binomial(uniform(key, _LAPSE_HALF, now, who, cell), left, 0.5)
            take_oldest(ages, left, norm)
            latent[k, h] += back + hidden - ended
            paper[k, h] = rest - resigned
            gone[k, h] = ended + resigned + left - hidden
            lapsed[k, h] = left
            if blocked[k, h] > 0:
                blocked[k, h] = min(blocked[k, h], count(ages, 0))


@kernel
def _arise(
    k: int,
    h: int,
    mean: float,
    duty: float,
    reported: float,
    found: float,
    luck: float,
    luck_of_report: float,
    luck_of_grid: float,
    open_: I32,
    latent: I32,
    arisen: I32,
    opened: I32,
    by_grid: I32,
) -> None:
    """Draw this month's needs of one kind and open those that are reported; ``found`` by grid staff."""
    new = poisson(luck, mean + duty)
    # A Poisson sum thins into its parts: duties are always reported, residents' needs sometimes.
    share = (mean * reported + duty) / (mean + duty) if new > 0 else 0.0
    told = thin(luck_of_report, new, share)
    arisen[k, h] = new
    opened[k, h] = told
    # Of those told, residents' needs that grid staff found: the same parts once more.
    part = mean * found / (mean * reported + duty) if told > 0 else 0.0
    by_grid[k, h] = thin(luck_of_grid, told, part)
    open_[k, h, 0] += told
    latent[k, h] += new - told


@allocating
def step(
    key: Key, now: int, p: Any, communities: Communities, cases: Cases, categories: Categories
) -> None:
    """Let a month pass for every open case, then let new needs arise and be reported."""
    c, kinds = communities, categories
    season = kinds.season[:, now % 12]
    draws = np.empty((4, 2 * season.shape[0]))
    for i in range(c.key.shape[0]):
        who = c.key[i]
        _give_up(
            key,
            now,
            p,
            who,
            cases.open[i],
            cases.blocked[i],
            cases.latent[i],
            cases.paper[i],
            cases.gone[i],
            cases.lapsed[i],
            draws,
        )
        u = uniform(key, _SHOCK, now, who, 0)
        c.shock[i] = next_shock(c.shock[i], p.shock_memory, p.shock_sd, u)
        factor = shock_factor(c.shock[i], p.shock_memory, p.shock_sd)
        hard = hard_share(p.p_hard, p.b_v, c.vulnerable[i], p.v)
        found = found_by_grid(c.grid_staff[i], c.households[i], p.grid_find, p.grid_ref)
        reported = report_probability(c.perceived[i], found, p.call_base, p.eps_d)
        fill_run(key, _NEED, now, who, draws[0])
        fill_run(key, _REPORT, now, who, draws[1])
        fill_run(key, _GRID, now, who, draws[2])
        for k in range(season.shape[0]):
            groups = 0.0
            for g in range(c.group_share.shape[1]):
                groups += c.group_share[i, g] * kinds.group_rate[k, g]
            mean = p.lam / 12.0 * c.households[i] * kinds.rate[k] * groups * season[k] * factor
            duty = p.lam_duty / 12.0 * c.duties_service[i] * kinds.duty_rate[k]
            for h in range(2):
                share = hard if h == HARD else 1.0 - hard
                _arise(
                    k,
                    h,
                    mean * share,
                    duty * share,
                    reported,
                    found,
                    draws[0, 2 * k + h],
                    draws[1, 2 * k + h],
                    draws[2, 2 * k + h],
                    cases.open[i],
                    cases.latent[i],
                    cases.arisen[i],
                    cases.reported[i],
                    cases.by_grid[i],
                )
