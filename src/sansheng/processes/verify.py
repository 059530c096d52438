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

from sansheng.core.kernels import kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision
from sansheng.core.tables import F64, I32, I64
from sansheng.processes.backlog import count, take_oldest
from sansheng.processes.chance import how_many
from sansheng.world.schema import EASY, Cases
from sansheng.world.world import World

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


@kernel
def success(h: int, expert: float, q_easy: float, q_gen: float, q_pro: float) -> float:
    """Probability that a finished attempt truly meets the need."""
    if h == EASY:
        return q_easy
    return expert * q_pro + (1.0 - expert) * q_gen


@kernel
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
    keys: I64,
    stake_agency: F64,
    stake_station: F64,
    finished: I32,
    expert: F64,
    by_agency: F64,
    open_: I32,
    blocked: I32,
    paper: I32,
    resolved: I32,
    failed: I32,
    papered: I32,
) -> None:
    """Draw what finished attempts achieved and what gets closed on paper."""
    norm = int(p.norm_months)
    deterrence = p.alpha * p.p_aud
    for c in range(keys.shape[0]):
        who = keys[c]
        for k in range(finished.shape[1]):
            for h in range(2):
                cell = k * 2 + h
                ages = open_[c, k, h]
                n = finished[c, k, h]
                agency = by_agency[c, k, h] if n > 0 else 0.0
                stake = agency * stake_agency[c] + (1.0 - agency) * stake_station[c]
                chance = false_closure(stake, p.phi_0, p.phi_max, p.kappa, deterrence)
                q = success(h, expert[c, k, h], p.q_easy, p.q_gen, p.q_pro)
                solved = how_many(key, _SUCCESS, now, who, cell, n, q)
                hidden = how_many(key, _FALSE, now, who, cell, n - solved, chance)
                take_oldest(ages, solved + hidden, 0)
                overdue = max(0, count(ages, norm) - (n - solved - hidden))
                shelved = how_many(key, _FALSE_OVERDUE, now, who, cell, overdue, chance)
                take_oldest(ages, shelved, norm)
                resolved[c, k, h] = solved
                failed[c, k, h] = n - solved + shelved
                papered[c, k, h] = hidden + shelved
                paper[c, k, h] += hidden + shelved
                blocked[c, k, h] = min(blocked[c, k, h], count(ages, 0))


@kernel
def _audit(
    key: Key, now: int, keys: I64, yearly: float, norm: int, open_: I32, paper: I32, reopened: I32
) -> None:
    """Reopen the paper closures that this month's audit finds; they are overdue at once."""
    chance = 1.0 - (1.0 - yearly) ** (1.0 / 12.0)
    for c in range(keys.shape[0]):
        for k in range(paper.shape[1]):
            for h in range(2):
                found = how_many(key, _AUDIT, now, keys[c], k * 2 + h, paper[c, k, h], chance)
                paper[c, k, h] -= found
                open_[c, k, h, norm] += found
                reopened[c, k, h] = found


def _note_claims(cases: Cases, pay: I64) -> None:
    """Keep the share of paper closures, old and new, that a tariff was claimed for."""
    old = cases.claimed_share * (cases.paper - cases.papered)
    new = np.where(pay > 0, cases.papered, 0)
    cases.claimed_share[:] = (old + new) / np.maximum(1, cases.paper)


def step(world: World) -> None:
    """Verify this month's attempts, audit old ones, and note the claims they give rise to."""
    t, p, c = world.tables, world.parameters, world.tables.communities
    cases = t.cases
    _close(
        world.key,
        world.month,
        p,
        c.key,
        c.stake_agency,
        c.stake_station,
        cases.finished,
        cases.expert,
        cases.by_agency,
        cases.open,
        cases.blocked,
        cases.paper,
        cases.resolved,
        cases.failed,
        cases.papered,
    )
    if t.incentives.pot.any() or cases.claimed_share.any():
        _note_claims(cases, t.incentives.pay)
    _audit(
        world.key,
        world.month,
        c.key,
        p.p_aud,
        int(p.norm_months),
        cases.open,
        cases.paper,
        cases.reopened,
    )
    closed = cases.resolved + cases.papered
    cases.closed_year[:] += closed - cases.reopened
    claims = (closed * t.incentives.pay).sum(axis=(1, 2))
    c.at_risk[:] = p.risk_memory * c.at_risk + (1.0 - p.risk_memory) * claims
