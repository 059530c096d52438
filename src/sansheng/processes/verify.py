r"""Verification: what was truly solved, what only looks solved, and what an audit finds.

A finished attempt truly meets the need with probability

.. math::

    q = f\,q_e \;\text{(easy)}, \qquad q = f\,(x\,q_{pro} + (1-x)\,q_{gen}) \;\text{(hard)}, \qquad
    f = 1 - \texttt{skill\_gain}\,(1 - skill_s),

with :math:`x` the professional share of the work and :math:`skill_s` that of the subdistrict's cadres. Failures, and
overdue cases nobody got to, may be closed on paper with probability

.. math:: \varphi = \varphi_{\max}(1-e^{-\kappa\sigma})\,e^{-\alpha\,audit} + \varphi_0

where :math:`\sigma` is what is at stake for whoever did the work, and for the station where nobody did. The rest of
the failures are sent back: they stay open and keep their age. What is met or closed on paper is archived; cases that
grid staff settled on the spot and those that resident units settled are met. Audits find each paper closure with a
yearly probability, reopen it, and its tariff is taken back. Claims are made for every case *reported* closed: that is
the evidence a payer has.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import add, subtract, total
from sansheng.core.streams import Key, decision, fill_runs, make_whole, whole
from sansheng.core.tables import F64, I32, I64
from sansheng.core.views import flat
from sansheng.processes.backlog import close_oldest
from sansheng.processes.channels import row_of, through
from sansheng.processes.rates import monthly
from sansheng.processes.trace import REPORTING, Trace
from sansheng.world.schema import EASY, Cases, Communities, Incentives, Money, Subdistricts

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
        0.4,
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
        "skill_gain",
        0.5,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="attempts that fail for want of skilled cadres, where they have none",
        zh="干部能力为零时因组织不力而失败的比例",
    ),
    quantity(
        "phi_0",
        0.25,
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

_FLOWS = decision("verify.hide_shelve_succeed_audit")


@inlined
def success(
    h: int, expert: float, handling: float, q_easy: float, q_gen: float, q_pro: float
) -> float:
    """Probability that a finished attempt truly meets the need.

    Parameters
    ----------
    h
        Hardness, 0 easy or 1 hard.
    expert
        Professional share of the work.
    handling
        Share of attempts that are organised well enough to succeed, see :func:`well_handled`.
    q_easy, q_gen, q_pro
        Success with easy cases, and of general staff and professionals with hard ones.
    """
    if h == EASY:
        return handling * q_easy
    return handling * (expert * q_pro + (1.0 - expert) * q_gen)


@inlined
def well_handled(skill: float, gain: float) -> float:
    """Share of attempts that are organised well enough to succeed."""
    return 1.0 - gain * (1.0 - skill)


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


@disjoint
def _close(
    p: Any,
    handling: float,
    phi_agency: float,
    phi_station: float,
    on_spot: I32,
    by_units: I32,
    finished: I32,
    expert: F64,
    by_agency: F64,
    open_: I32,
    waiting: I32,
    overdue: I32,
    blocked: I32,
    paper: I32,
    resolved: I32,
    failed: I32,
    returned: I32,
    papered: I32,
    luck: F64,
    expected: F64,
    closed: I32,
    keep: I32,
) -> None:
    """Draw what a community's finished attempts achieved and what gets closed on paper; all by kind.

    ``phi_agency`` and ``phi_station`` are the probabilities of a paper closure by who did the work;
    nobody but the station answers for cases that nobody got to. ``luck`` has a draw for failures that are
    hidden, one for overdue cases that are shelved and one for attempts that succeed. The oldest cases are
    closed first. ``expected``, ``closed`` and ``keep`` are for work in between.
    """
    kinds = finished.shape[0]
    for j in range(kinds):
        q = success(j % 2, expert[j], handling, p.q_easy, p.q_gen, p.q_pro)
        expected[j] = finished[j] * q
    solved, hidden, shelved = resolved, papered, failed  # until what is still to come joins them
    make_whole(expected, luck[2], solved)
    for j in range(kinds):
        phi = by_agency[j] * phi_agency + (1.0 - by_agency[j]) * phi_station
        expected[j] = (finished[j] - solved[j]) * phi
    make_whole(expected, luck[0], hidden)
    for j in range(kinds):
        returned[j] = finished[j] - solved[j] - hidden[j]
        untouched = max(0, overdue[j] - solved[j] - hidden[j]) - returned[j]
        expected[j] = max(0, untouched) * phi_station
    make_whole(expected, luck[1], shelved)
    for j in range(kinds):
        closed[j] = solved[j] + hidden[j] + shelved[j]
    close_oldest(open_, waiting, overdue, closed, keep)
    for j in range(kinds):
        blocked[j] = min(blocked[j], waiting[j])
        papered[j] = hidden[j] + shelved[j]
        failed[j] = finished[j] - solved[j] + shelved[j]
        resolved[j] = solved[j] + on_spot[j] + by_units[j]
        paper[j] += papered[j]


@disjoint
def _audit(
    chance: float,
    luck: float,
    open_: I32,
    waiting: I32,
    overdue: I32,
    paper: I32,
    reopened: I32,
) -> None:
    """Reopen the paper closures that this month's audit finds, all by kind; they are overdue at once (``open_``)."""
    find = 0.0
    finds = 0
    for j in range(paper.shape[0]):
        find += paper[j] * chance
        found = whole(find, luck) - finds
        finds += found
        paper[j] -= found
        open_[j] += found
        waiting[j] += found
        overdue[j] += found
        reopened[j] = found


@disjoint
def _note_claims(
    pay: I64,
    resolved: I32,
    papered: I32,
    reopened: I32,
    paper: I32,
    claimed_share: F64,
) -> int:
    """Return the tariff that a community's reported closures are claimed for, fen; all by kind.

    ``paper`` is what was closed on paper before this month's audit. ``claimed_share``, the share of
    paper closures, old and new, that a tariff was claimed for, is kept for clawbacks.
    """
    value = 0
    for j in range(pay.shape[0]):
        closed = resolved[j] + papered[j]
        value += closed * pay[j]
        whole = paper[j] + reopened[j]
        if whole > 0:
            claimed = claimed_share[j] * (whole - papered[j])
            claimed += papered[j] if pay[j] > 0 else 0
            claimed_share[j] = claimed / whole
        else:
            claimed_share[j] = 0.0
    return value


@kernel
def _count_year(january: bool, communities: Communities, cases: Cases) -> None:
    """Count cases opened, settled on the spot, given up and closed since January, and what is not met of new needs."""
    opened, by_grid = flat(cases.opened_year), flat(cases.grid_year)
    on_spot, lapsed, closed = (
        flat(cases.spot_year),
        flat(cases.lapsed_year),
        flat(cases.closed_year),
    )
    if january:
        opened[:] = 0
        by_grid[:] = 0
        on_spot[:] = 0
        lapsed[:] = 0
    add(opened, flat(cases.reported))
    add(opened, flat(cases.found))
    subtract(opened, flat(cases.on_spot))
    add(by_grid, flat(cases.by_grid))
    subtract(by_grid, flat(cases.on_spot))
    add(on_spot, flat(cases.on_spot))
    add(lapsed, flat(cases.lapsed))
    add(closed, flat(cases.resolved))
    add(closed, flat(cases.papered))
    subtract(closed, flat(cases.reopened))
    for i in range(communities.key.shape[0]):
        unmet = total(flat(cases.arisen[i])) - total(flat(cases.resolved[i]))
        communities.unmet_year[i] += unmet


@allocating
def step(
    key: Key,
    now: int,
    p: Any,
    subdistricts: Subdistricts,
    communities: Communities,
    incentives: Incentives,
    cases: Cases,
    money: Money,
    h: Trace,
) -> None:
    """Verify this month's attempts, audit old ones, and note the claims they give rise to."""
    c = communities
    kinds = 2 * cases.paper.shape[1]
    luck = np.empty((c.key.shape[0], 4))
    fill_runs(key, _FLOWS, now, c.key, luck)
    expected = np.empty(kinds)
    closed, keep = np.empty(kinds, np.int32), np.empty(kinds, np.int32)
    audited = monthly(p.p_aud)
    deterrence = p.alpha * p.p_aud
    norm = int(p.norm_months)
    reporting, t = h.mode[REPORTING], row_of(h, now)
    for i in range(c.key.shape[0]):
        by_agency = false_closure(c.stake_agency[i], p.phi_0, p.phi_max, p.kappa, deterrence)
        by_station = false_closure(c.stake_station[i], p.phi_0, p.phi_max, p.kappa, deterrence)
        open_, paper = flat(cases.open[i]), flat(cases.paper[i])
        on_spot, resolved = flat(cases.on_spot[i]), flat(cases.resolved[i])
        papered, reopened = flat(cases.papered[i]), flat(cases.reopened[i])
        waiting, overdue = flat(cases.waiting[i]), flat(cases.overdue[i])
        _close(
            p,
            well_handled(subdistricts.skill[c.subdistrict[i]], p.skill_gain),
            through(reporting, h.phi_agency[t], i, by_agency),
            through(reporting, h.phi_station[t], i, by_station),
            on_spot,
            flat(cases.by_units[i]),
            flat(cases.finished[i]),
            flat(cases.expert[i]),
            flat(cases.by_agency[i]),
            open_,
            waiting,
            overdue,
            flat(cases.blocked[i]),
            paper,
            resolved,
            flat(cases.failed[i]),
            flat(cases.returned[i]),
            papered,
            luck[i],
            expected,
            closed,
            keep,
        )
        _audit(audited, luck[i, 3], flat(cases.open[i, norm]), waiting, overdue, paper, reopened)
        money.claimed[i] = 0
        # Where no tariff was ever paid nothing is claimed, now or of old paper closures.
        if incentives.pot[c.district[i]] > 0 or money.claimed_ever[i] > 0.0:
            money.claimed[i] = _note_claims(
                flat(incentives.pay[i]),
                resolved,
                papered,
                reopened,
                paper,
                flat(cases.claimed_share[i]),
            )
        c.at_risk[i] = p.risk_memory * c.at_risk[i] + (1.0 - p.risk_memory) * money.claimed[i]
    _count_year(now % 12 == 0, c, cases)
