r"""Micro-ventures 微创投: grassroots groups apply for small grants and bring people along.

Some months into an allocation period with money for it there is a call. A group without a project applies with a
probability and asks for something between the least and the most. A first look sees with error how good an idea is,
:math:`q`, and shortlists so many applicants for every grant that the pot could pay; a jury then sees :math:`q` and
pays the best until the pot has no room. A half is paid at once and the rest on completion, some months later, or later
still; a project that is not completed gives the rest back.

While it runs, a project of amount :math:`A` brings along

.. math:: members = n\,\frac{A}{\bar A}\,\big(\tfrac12 + q\big)

people, who help as volunteers do; a share of them stay as volunteers when it is completed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.rows import ranked
from sansheng.core.streams import Key, decision, fill_run, uniform
from sansheng.processes.dues import months_late
from sansheng.world.accounts import FINANCE, SUPPLIERS, claims_account, envelope_account
from sansheng.world.schema import GRASSROOTS, Communities, Groups, Incentives, Money

PARAMETERS = (
    quantity(
        "venture_call",
        2.0,
        unit="months",
        low=0.0,
        high=6.0,
        source="assumed",
        role="uncertainty",
        en="months from the start of a period to the grants of its call",
        zh="从本期开始到微创投立项的月数",
    ),
    quantity(
        "venture_apply",
        0.3,
        unit="share",
        low=0.05,
        high=0.9,
        source="assumed",
        role="uncertainty",
        en="grassroots groups without a project that answer a call",
        zh="响应征集的社区社会组织比例",
    ),
    quantity(
        "venture_months",
        6.0,
        unit="months",
        low=3.0,
        high=12.0,
        source="assumed",
        role="uncertainty",
        en="planned length of a project",
        zh="微创投项目计划期限",
    ),
    quantity(
        "venture_late",
        0.3,
        unit="1/month",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="probability that the end of a project is put off by another month",
        zh="项目结项再推迟一个月的概率",
    ),
    quantity(
        "venture_done",
        0.85,
        unit="share",
        low=0.5,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="projects that are completed",
        zh="微创投项目完成率",
    ),
    quantity(
        "venture_members",
        12.0,
        unit="people",
        low=3.0,
        high=30.0,
        source="B69",
        status="derived",
        role="uncertainty",
        en="members that a project of ordinary size brings along: 2,000 in 170 teams",
        zh="一个普通规模项目带动的成员数（170个团队2000人）",
    ),
    quantity(
        "venture_size",
        25_000.0,
        unit="yuan",
        low=5_000.0,
        high=50_000.0,
        source="B69",
        status="derived",  # 50 million yuan for 2,000 projects
        role="uncertainty",
        en="grant of a project of ordinary size",
        zh="普通规模项目的资助额",
    ),
    quantity(
        "venture_stay",
        0.2,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="members who stay as volunteers when a project is completed",
        zh="项目结束后留任志愿者的成员比例",
    ),
)

_IDEA = decision("ventures.apply_ask_idea_screening")
_LENGTH = decision("ventures.length")
_DONE = decision("ventures.done")

_MOST_LATE = 12
"""Months by which a project can be late."""


@inlined
def asked(u: float, least: int, most: int) -> int:
    """Return what a group asks for, whole yuan in fen, evenly between ``least`` and ``most`` fen by luck ``u``."""
    return int((least + u * (most - least)) / 100.0) * 100


@inlined
def brought(amount: int, idea: float, members: float, size: float) -> float:
    """Return whom a project brings along, people.

    Parameters
    ----------
    amount
        Of the grant, fen.
    idea
        How good it is, 0–1; half is ordinary.
    members, size
        People, and yuan, of a project of ordinary size.
    """
    return members * amount / (100.0 * size) * (0.5 + idea)


@inlined
def shortlisted(pot: int, mean: float, per_grant: float) -> int:
    """Return how many are shortlisted: ``per_grant`` for each grant of ``mean`` fen that the pot could pay."""
    return int(math.ceil(per_grant * pot / max(1.0, mean)))


@kernel
def _begin(
    p: Any,
    key: Key,
    now: int,
    g: int,
    amount: int,
    idea: float,
    districts: int,
    groups: Groups,
    money: Money,
) -> None:
    """Grant a group its project and pay the first half."""
    o = groups
    d = o.district[g]
    half = amount // 2
    pay(money, envelope_account(d), SUPPLIERS, amount - half)
    pay(money, envelope_account(d), claims_account(districts, d), half)
    late = months_late(uniform(key, _LENGTH, now, o.key[g], 0), p.venture_late, _MOST_LATE)
    o.funded[g] = 1
    o.grant[g] = amount
    o.until[g] = now + int(p.venture_months) + late
    o.members[g] = brought(amount, idea, p.venture_members, p.venture_size)
    money.ventured[o.community[g]] += amount


@allocating
def _call(
    p: Any, key: Key, now: int, d: int, incentives: Incentives, groups: Groups, money: Money
) -> None:
    """Let the groups of a district apply, look at their ideas and pay the best."""
    o, i = groups, incentives
    pot = i.venture_pot[d]
    n = o.key.shape[0]
    luck = np.empty(4)
    amount, idea = np.zeros(n, np.int64), np.zeros(n)
    looks = np.full(n, -np.inf)
    applicants, total = 0, 0
    for g in range(n):
        if o.district[g] != d or o.kind[g] != GRASSROOTS or o.alive[g] == 0 or o.grant[g] > 0:
            continue
        fill_run(key, _IDEA, now, o.key[g], luck)
        if luck[0] >= p.venture_apply:
            continue
        amount[g] = asked(luck[1], i.venture_least[d], i.venture_most[d])
        idea[g] = luck[2]
        looks[g] = luck[2] + luck[3]
        applicants += 1
        total += amount[g]
    if applicants == 0:
        return
    listed = min(applicants, shortlisted(pot, total / applicants, i.shortlist[d]))
    first = ranked(looks)[:listed]
    ideas = np.empty(listed)
    for place in range(listed):
        ideas[place] = idea[first[place]]
    for place in ranked(ideas):
        g = first[place]
        if 0 < amount[g] <= pot:
            pot -= amount[g]
            _begin(p, key, now, g, amount[g], idea[g], i.period_start.shape[0], o, money)


@kernel
def _end(
    p: Any,
    key: Key,
    now: int,
    districts: int,
    communities: Communities,
    groups: Groups,
    money: Money,
) -> None:
    """End projects whose time is up or whose group is gone."""
    o = groups
    for g in range(o.key.shape[0]):
        if o.grant[g] == 0 or (o.alive[g] == 1 and now < o.until[g]):
            continue
        account = claims_account(districts, o.district[g])
        half = o.grant[g] // 2
        if o.alive[g] == 1 and uniform(key, _DONE, now, o.key[g], 0) < p.venture_done:
            pay(money, account, SUPPLIERS, half)
            communities.joining[o.community[g]] += p.venture_stay * o.members[g]
            o.completed[g] = 1
        else:
            pay(money, account, FINANCE, half)
            money.ventured[o.community[g]] -= half
        o.grant[g] = 0
        o.members[g] = 0.0


@inlined
def step(
    key: Key,
    now: int,
    p: Any,
    communities: Communities,
    incentives: Incentives,
    groups: Groups,
    money: Money,
) -> None:
    """End projects, call for new ones where it is time, and count whom they bring along."""
    c, o = communities, groups
    districts = incentives.period_start.shape[0]
    money.ventured[:] = 0
    o.funded[:] = 0
    o.completed[:] = 0
    c.joining[:] = 0.0
    c.ventured[:] = 0.0
    _end(p, key, now, districts, c, o, money)
    for d in range(districts):
        call = min(int(p.venture_call), incentives.period_months[d] - 1)
        if incentives.venture_pot[d] > 0 and now - incentives.period_start[d] == call:
            _call(p, key, now, d, incentives, o, money)
    for g in range(o.key.shape[0]):
        if o.grant[g] > 0:
            c.ventured[o.community[g]] += o.members[g]
