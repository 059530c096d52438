r"""Agencies in trouble: who is rescued, who closes, and what happens to their debts.

An agency that owes ``owed_limit`` months of wages is rescued with probability ``rescue``: the public purse lends
it all it owes, and people and insurance are paid at once [T07]. Otherwise it closes. It closes as well when an
inspection strikes it off, and for reasons of its own at the yearly rate

.. math:: n_x\,\left[1 + (y-1)(1-\eta_H\,linked)(1-\eta_I\,incubated)\right]^{[\text{first two years}]}\;
          \max(0,\; 1 + x_C(\bar C - C)),

higher while it is young, unless a hub or an incubator helps, and lower the more capacity it has built.

*Closing.* Cash and, as far as debts need it, what is due to the agency pay wages owed, then insurance, then the
loan; the rest of the cash goes to its members, the rest of what is due returns to the purse. What stays unpaid
is kept in the district's books as wages and insurance lost and loans written off, and the row is clean: nobody
who takes it again inherits contracts, money or debts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_near, uniform
from sansheng.core.tables import I8
from sansheng.processes.rates import monthly
from sansheng.processes.reputation import struck_off
from sansheng.processes.seating import vacate
from sansheng.world.accounts import (
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import NOBODY, Contracts, Money, Providers, Ties, Workers

PARAMETERS = (
    quantity(
        "n_x",
        0.05,
        unit="1/year",
        low=0.02,
        high=0.12,
        source="B54,B56,B58",
        role="uncertainty",
        en="grown agencies of ordinary capacity that close in a year for reasons of their own",
        zh="成熟机构年退出率",
    ),
    quantity(
        "young_risk",
        2.0,
        unit="ratio",
        low=1.0,
        high=4.0,
        source="assumed",
        role="uncertainty",
        en="rate of closing in the first two years over later years, without help",
        zh="成立两年内的退出率与之后之比（无扶持）",
    ),
    quantity(
        "hub_help",
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-Z30",
        status="assumed",
        role="uncertainty",
        en="part of the risk of being young that a hub takes away",
        zh="枢纽型组织减轻初创风险的比例",
    ),
    quantity(
        "incubation_help",
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-Z30",
        status="assumed",
        role="uncertainty",
        en="part of the risk of being young that an incubator takes away",
        zh="孵化减轻初创风险的比例",
    ),
    quantity(
        "x_C",
        1.0,
        unit="-",
        low=0.0,
        high=3.0,
        source="T05",
        status="assumed",
        role="uncertainty",
        en="fall of the rate of closing per unit of capacity",
        zh="组织能力对退出率的影响",
    ),
    quantity(
        "C_ref",
        0.12,  # where capacity rests by default: the sources' rate is that of ordinary agencies
        unit="share",
        low=0.0,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="capacity at which agencies close at their ordinary rate",
        zh="退出率处于参照水平时的组织能力",
    ),
    quantity(
        "owed_limit",
        3.0,
        unit="months",
        low=1.0,
        high=6.0,
        source="assumed",
        role="uncertainty",
        en="months of wages owed at which an agency is rescued or closes",
        zh="机构因欠薪获救助或退出的界限",
    ),
    quantity(
        "rescue",
        0.3,
        unit="share",
        low=0.0,
        high=0.8,
        source="T07",
        status="assumed",
        role="uncertainty",
        en="agencies at that limit that the public purse rescues with a loan",
        zh="到达界限的机构获财政借款救助的概率",
    ),
)

_RESCUE = decision("providers.rescue")
_EXIT = decision("providers.exit")

YOUNG = 24
"""Months in which an organisation counts as young."""


@inlined
def closing_rate(
    n_x: float,
    age: int,
    help_: float,
    capacity: float,
    young_risk: float,
    x_capacity: float,
    reference: float,
) -> float:
    """Yearly probability that an agency closes for reasons of its own.

    Parameters
    ----------
    n_x
        Of a grown agency whose capacity is ``reference``.
    age
        Months since founding.
    help_
        Part of the risk of being young that others take away, 0 to 1.
    capacity
        Organisational capacity.
    young_risk, x_capacity, reference
        Parameters ``young_risk``, ``x_C`` and ``C_ref``.
    """
    young = 1.0 + (young_risk - 1.0) * (1.0 - help_) if age < YOUNG else 1.0
    return min(0.95, n_x * young * max(0.0, 1.0 + x_capacity * (reference - capacity)))


@kernel
def rescue(
    key: Key,
    now: int,
    p: Any,
    districts: int,
    communities: int,
    providers: Providers,
    workers: Workers,
    money: Money,
) -> None:
    """Lend to some of the agencies that owe too many wages what it takes to pay all they owe."""
    o = providers
    o.rescued[:] = 0
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0 or o.owed_months[a] < p.owed_limit:
            continue
        if uniform(key, _RESCUE, now, o.key[a], 0) >= p.rescue:
            continue
        account = provider_account(districts, communities, a)
        mine = slice(o.first_seat[a], o.first_seat[a] + o.seats[a])
        wages = workers.owed[mine].sum() + o.owed_former[a]
        lent = wages + o.insurance_owed[a]
        pay(money, FINANCE, account, lent)
        pay(money, account, WAGES, wages)
        pay(money, account, SUPPLIERS, o.insurance_owed[a])
        workers.owed[mine] = 0
        o.owed_former[a] = 0
        o.insurance_owed[a] = 0
        o.owed_months[a] = 0.0
        o.loan[a] += lent
        o.rescued[a] = 1
        money.lent[o.district[a]] += lent


@kernel
def _wind_up(
    money: Money, districts: int, communities: int, a: int, providers: Providers, workers: Workers
) -> None:
    """Dismiss an agency's staff, pay its debts as far as its means go, and leave a clean row."""
    o = providers
    d = o.district[a]
    account = provider_account(districts, communities, a)
    for i in range(o.first_seat[a], o.first_seat[a] + o.seats[a]):
        if workers.filled[i] == 1:
            workers.leaves[i] = 1
            vacate(workers, i, o.owed_former)
    debts = o.owed_former[a] + o.insurance_owed[a] + o.loan[a]
    due = o.due[a].sum()
    called = min(due, max(0, debts - money.balance[account]))
    pay(money, escrow_account(districts, d), account, called)
    pay(money, escrow_account(districts, d), FINANCE, due - called)

    wages = min(money.balance[account], o.owed_former[a])
    pay(money, account, WAGES, wages)
    insured = min(money.balance[account], o.insurance_owed[a])
    pay(money, account, SUPPLIERS, insured)
    repaid = min(money.balance[account], o.loan[a])
    pay(money, account, FINANCE, repaid)
    pay(money, account, OTHER_PAYERS, money.balance[account])
    money.repaid[d] += repaid
    money.wages_lost[d] += o.owed_former[a] - wages
    money.insurance_lost[d] += o.insurance_owed[a] - insured
    money.written_off[d] += o.loan[a] - repaid

    o.alive[a] = 0
    o.closed[a] = 1
    o.staff[a] = 0
    o.target[a] = 0
    o.staff_other[a] = 0
    o.other_income[a] = 0
    o.owed_former[a] = 0
    o.insurance_owed[a] = 0
    o.loan[a] = 0
    o.owed_months[a] = 0.0
    o.due[a, :] = 0
    o.late[a, :] = 0


@allocating
def close(
    key: Key,
    now: int,
    p: Any,
    districts: int,
    communities: int,
    providers: Providers,
    workers: Workers,
    money: Money,
) -> int:
    """Close agencies that cannot pay, are struck off or give up; return how many."""
    o = providers
    luck = np.empty(o.key.shape[0])
    fill_near(key, _EXIT, now, o.key, luck)
    gone = 0
    for a in range(o.key.shape[0]):
        o.closed[a] = 0
        if o.alive[a] == 0:
            continue
        help_ = 1.0 - (1.0 - p.hub_help * o.linked[a]) * (1.0 - p.incubation_help * o.incubated[a])
        rate = closing_rate(p.n_x, o.age[a], help_, o.capacity[a], p.young_risk, p.x_C, p.C_ref)
        if (
            o.owed_months[a] >= p.owed_limit
            or (luck[a] < rate and luck[a] < monthly(rate))  # which is less than the yearly rate
            or struck_off(key, now, p, o.inspected[a], o.idle[a], o.key[a])
        ):
            _wind_up(money, districts, communities, a, o, workers)
            gone += 1
    return gone


@kernel
def forget_the_gone(now: int, closed: I8, ties: Ties, contracts: Contracts) -> None:
    """Drop the ties and contracts of agencies that have closed; their lots are tendered anew."""
    for c in range(contracts.provider.shape[0]):
        for s in range(ties.provider.shape[1]):
            if ties.provider[c, s] >= 0 and closed[ties.provider[c, s]] == 1:
                ties.provider[c, s] = NOBODY
                ties.capital[c, s] = 0.0
        for s in range(contracts.provider.shape[1]):
            if contracts.provider[c, s] >= 0 and closed[contracts.provider[c, s]] == 1:
                contracts.provider[c, s] = NOBODY
                contracts.end[c, s] = now + 1
