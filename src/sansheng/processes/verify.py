r"""Verification: what was truly solved, what only looks solved, and what an audit finds.

A finished attempt truly meets the need with probability

.. math:: q = q_e \;\text{(easy)}, \qquad q = x\,q_{pro} + (1-x)\,q_{gen} \;\text{(hard)},

with :math:`x` the professional share of the work. Failures, and overdue cases nobody got to, may be closed
on paper with probability

.. math:: \varphi = \varphi_{\max}(1-e^{-\kappa\sigma})\,e^{-\alpha\,audit} + \varphi_0

where :math:`\sigma` is the money at risk of whoever did the work. The rest of the failures stay open and
keep their age. Audits find each paper closure with a yearly probability, reopen it, and its tariff is
taken back. Claims are made for every case *reported* closed: that is the evidence a payer has.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_run, thin
from sansheng.core.tables import F64, I32, I64
from sansheng.processes.backlog import count, take_oldest
from sansheng.processes.rates import monthly
from sansheng.world.schema import EASY, Cases, Communities, Incentives, Money

PARAMETERS = (
    quantity(
        "q_easy",
        0.96,
        unit="share",
        low=0.9,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="easy attempts that meet the need",
        zh="易办事项处理成功率",
    ),
    quantity(
        "q_gen",
        0.45,
        unit="share",
        low=0.3,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="hard attempts by general staff that meet the need",
        zh="一般人员处理疑难事项成功率",
    ),
    quantity(
        "q_pro",
        0.85,
        unit="share",
        low=0.75,
        high=0.95,
        source="assumed",
        role="uncertainty",
        en="hard attempts by professionals that meet the need",
        zh="专业人员处理疑难事项成功率",
    ),
    quantity(
        "phi_0",
        0.2,
        unit="share",
        low=0.0,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="failures and overdue cases closed on paper whatever the stakes",
        zh="虚假办结的基础概率",
    ),
    quantity(
        "phi_max",
        0.4,
        unit="share",
        low=0.0,
        high=0.7,
        source="T02",
        status="assumed",
        role="uncertainty",
        en="further false closure at very high stakes without audit",
        zh="高利害无核查时的额外虚假办结概率",
    ),
    quantity(
        "kappa",
        2.0,
        unit="-",
        low=0.5,
        high=6.0,
        source="T02",
        status="assumed",
        role="uncertainty",
        en="how fast false closure rises with the share of the wage bill at risk",
        zh="虚假办结随利害上升的速度",
    ),
    quantity(
        "alpha",
        1.5,
        unit="years",
        low=0.0,
        high=4.0,
        source="T02",
        status="assumed",
        role="uncertainty",
        en="deterrence by audit",
        zh="核查的威慑强度",
    ),
    quantity(
        "p_aud",
        0.2,
        unit="1/year",
        low=0.05,
        high=0.5,
        source="T02",
        status="assumed",
        role="lever",
        en="yearly probability that a paper closure is audited",
        zh="虚假办结每年被核查概率",
    ),
    quantity(
        "risk_memory",
        0.7,
        unit="1/month",
        low=0.0,
        high=0.95,
        source="assumed",
        role="constant",
        en="memory in judging how much money hangs on tasks",
        zh="判断任务利害的平滑系数",
    ),
)

_SUCCESS = decision("verify.success")
_FALSE = decision("verify.false_closure")
_FALSE_OVERDUE = decision("verify.false_closure_overdue")
_AUDIT = decision("verify.audit")


@inlined
def success(h: int, expert: float, q_easy: float, q_gen: float, q_pro: float) -> float:
    """Probability that a finished attempt truly meets the need."""
    if h == EASY:
        return q_easy
    return expert * q_pro + (1.0 - expert) * q_gen


@inlined
def false_closure(
    stake: float, phi_0: float, phi_max: float, kappa: float, deterrence: float
) -> float:
    """Probability that a failure or an overdue case is closed on paper in a month.

    Parameters
    ----------
    stake
        Money at risk over the wage bill.
    phi_0, phi_max, kappa
        Floor, further probability at very high stakes, and how fast it is reached.
    deterrence
        Audit probability times its weight.
    """
    tempted = phi_max * (1.0 - math.exp(-kappa * stake)) * math.exp(-deterrence)
    return min(1.0, tempted + phi_0)


@kernel
def _close(
    key: Key,
    now: int,
    p: Any,
    who: int,
    stake_agency: float,
    stake_station: float,
    finished: I32,
    expert: F64,
    by_agency: F64,
    open_: I32,
    blocked: I32,
    paper: I32,
    resolved: I32,
    failed: I32,
    papered: I32,
    draws: F64,
) -> None:
    """Draw what a community's finished attempts achieved and what gets closed on paper.

    ``draws`` is room for the draws of three decisions, shape ``(3, category × hardness)``.
    """
    norm = int(p.norm_months)
    deterrence = p.alpha * p.p_aud
    unattended = false_closure(stake_station, p.phi_0, p.phi_max, p.kappa, deterrence)
    fill_run(key, _SUCCESS, now, who, draws[0])
    fill_run(key, _FALSE, now, who, draws[1])
    fill_run(key, _FALSE_OVERDUE, now, who, draws[2])
    for k in range(finished.shape[0]):
        for h in range(2):
            cell = k * 2 + h
            ages = open_[k, h]
            n = finished[k, h]
            agency = by_agency[k, h] if n > 0 else 0.0
            chance = unattended
            if agency > 0.0:
                stake = agency * stake_agency + (1.0 - agency) * stake_station
                chance = false_closure(stake, p.phi_0, p.phi_max, p.kappa, deterrence)
            q = success(h, expert[k, h], p.q_easy, p.q_gen, p.q_pro)
            solved = thin(draws[0, cell], n, q)
            hidden = thin(draws[1, cell], n - solved, chance)
            take_oldest(ages, solved + hidden, 0)
            overdue = max(0, count(ages, norm) - (n - solved - hidden))
            shelved = thin(draws[2, cell], overdue, chance)
            take_oldest(ages, shelved, norm)
            resolved[k, h] = solved
            failed[k, h] = n - solved + shelved
            papered[k, h] = hidden + shelved
            paper[k, h] += hidden + shelved
            if blocked[k, h] > 0:
                blocked[k, h] = min(blocked[k, h], count(ages, 0))


@kernel
def _audit(
    key: Key,
    now: int,
    who: int,
    chance: float,
    norm: int,
    open_: I32,
    paper: I32,
    reopened: I32,
    draws: F64,
) -> None:
    """Reopen the paper closures that this month's audit finds; they are overdue at once."""
    fill_run(key, _AUDIT, now, who, draws)
    for k in range(paper.shape[0]):
        for h in range(2):
            found = thin(draws[k * 2 + h], paper[k, h], chance)
            paper[k, h] -= found
            open_[k, h, norm] += found
            reopened[k, h] = found


@kernel
def _note_claims(
    pay: I64,
    resolved: I32,
    papered: I32,
    reopened: I32,
    paper: I32,
    claimed_share: F64,
    closed_year: I32,
) -> int:
    """Count a community's reported closures; return the tariff they are claimed for, fen.

    ``paper`` is what was closed on paper before this month's audit. ``claimed_share``, the share of
    paper closures, old and new, that a tariff was claimed for, is kept for clawbacks.
    """
    value = 0
    for k in range(pay.shape[0]):
        for h in range(2):
            closed = resolved[k, h] + papered[k, h]
            value += closed * pay[k, h]
            closed_year[k, h] += closed - reopened[k, h]
            whole = paper[k, h] + reopened[k, h]
            if whole > 0:
                claimed = claimed_share[k, h] * (whole - papered[k, h])
                claimed += papered[k, h] if pay[k, h] > 0 else 0
                claimed_share[k, h] = claimed / whole
            else:
                claimed_share[k, h] = 0.0
    return value


@kernel
def _count_year(
    january: bool,
    reported: I32,
    found: I32,
    by_grid: I32,
    lapsed: I32,
    opened_year: I32,
    grid_year: I32,
    lapsed_year: I32,
) -> None:
    """Count a community's cases opened and given up since January."""
    for k in range(reported.shape[0]):
        for h in range(2):
            before = 0 if january else 1
            opened = reported[k, h] + found[k, h]
            opened_year[k, h] = before * opened_year[k, h] + opened
            grid_year[k, h] = before * grid_year[k, h] + by_grid[k, h]
            lapsed_year[k, h] = before * lapsed_year[k, h] + lapsed[k, h]


@allocating
def step(
    key: Key,
    now: int,
    p: Any,
    communities: Communities,
    incentives: Incentives,
    cases: Cases,
    money: Money,
) -> None:
    """Verify this month's attempts, audit old ones, and note the claims they give rise to."""
    c = communities
    draws = np.empty((3, 2 * cases.paper.shape[1]))
    audited = monthly(p.p_aud)
    for i in range(c.key.shape[0]):
        open_, paper = cases.open[i], cases.paper[i]
        resolved, papered, reopened = cases.resolved[i], cases.papered[i], cases.reopened[i]
        _close(
            key,
            now,
            p,
            c.key[i],
            c.stake_agency[i],
            c.stake_station[i],
            cases.finished[i],
            cases.expert[i],
            cases.by_agency[i],
            open_,
            cases.blocked[i],
            paper,
            resolved,
            cases.failed[i],
            papered,
            draws,
        )
        norm = int(p.norm_months)
        _audit(key, now, c.key[i], audited, norm, open_, paper, reopened, draws[0])
        money.claimed[i] = _note_claims(
            incentives.pay[i],
            resolved,
            papered,
            reopened,
            paper,
            cases.claimed_share[i],
            cases.closed_year[i],
        )
        _count_year(
            now % 12 == 0,
            cases.reported[i],
            cases.found[i],
            cases.by_grid[i],
            cases.lapsed[i],
            cases.opened_year[i],
            cases.grid_year[i],
            cases.lapsed_year[i],
        )
        c.at_risk[i] = p.risk_memory * c.at_risk[i] + (1.0 - p.risk_memory) * money.claimed[i]
