r"""Social organisations grow, shrink, are founded and close.

An agency wants the staff that other payers finance plus what the hours ordered from it need. It closes when
it cannot pay wages for several months, when nobody orders from it and nobody else pays it, or for other
reasons at a small yearly rate. What cash is left pays wages owed; the rest returns to its members. New
agencies are founded where demand is short of capacity,

.. math:: entry = n_e\, N\, \mathrm{clip}(\overline{load}, 0, 2)^2,

so that a fixed envelope feeds only so many. Ratings drift towards what an agency delivers of what is ordered
from it. Grassroots groups come and go at rates of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_uniform, uniform
from sansheng.core.tables import F64, I8, I64
from sansheng.processes.costs import insurance
from sansheng.processes.rates import monthly
from sansheng.processes.seating import vacate
from sansheng.world.accounts import OTHER_PAYERS, WAGES, provider_account
from sansheng.world.schema import (
    AGENCY,
    HUB,
    NOBODY,
    Communities,
    Contracts,
    Districts,
    Money,
    Providers,
    Ties,
    Workers,
)

PARAMETERS = (
    quantity(
        "n_e",
        0.2,
        unit="1/year",
        low=0.05,
        high=0.3,
        source="B54,B56,B58",
        role="uncertainty",
        en="agencies founded in a year per agency alive, where demand meets capacity",
        zh="机构年新设率",
    ),
    quantity(
        "n_x",
        0.05,
        unit="1/year",
        low=0.02,
        high=0.12,
        source="B54,B56,B58",
        role="uncertainty",
        en="agencies that close in a year for reasons of their own",
        zh="机构年退出率",
    ),
    quantity(
        "owed_limit",
        3.0,
        unit="months",
        low=1.0,
        high=6.0,
        source="assumed",
        role="uncertainty",
        en="months of wages owed at which an agency closes",
        zh="机构因欠薪退出的界限",
    ),
    quantity(
        "seed_cash",
        30_000.0,
        unit="yuan",
        low=1_000.0,
        high=100_000.0,
        source="S-C14",
        status="assumed",
        role="lever",
        en="cash that founders bring",
        zh="新设机构启动资金",
    ),
    quantity(
        "grassroots_churn",
        0.05,
        unit="1/year",
        low=0.0,
        high=0.15,
        source="B56",
        status="assumed",
        role="uncertainty",
        en="grassroots groups that close in a year; as many are founded on average",
        zh="社区社会组织年更替率",
    ),
)

_EXIT = decision("providers.exit")
_ENTRY = decision("providers.entry")

_NEW_RATING = 2.0
"""Stars of a new agency (assumed)."""

_RATING_MONTHS = 36.0
"""Months over which a rating forgets (assumed; ratings are renewed every few years)."""


@inlined
def entry_rate(n_e: float, load: float) -> float:
    """Yearly foundings per agency alive when agencies' mean load is ``load``."""
    return n_e * min(2.0, max(0.0, load)) ** 2


@inlined
def wanted_staff(other: int, hours: float, month: float) -> int:
    """Staff an agency wants: other payers' plus what ordered hours need, rounded."""
    return other + int(round(hours / month))


@kernel
def _plan(p: Any, districts: Districts, providers: Providers, cash: I64) -> None:
    """Let agencies judge how many people they need, and appraisers how well they deliver.

    An agency hires no faster than its cash can pay the first month of; ``cash`` is by provider.
    """
    o = providers
    for a in range(o.key.shape[0]):
        o.age[a] += o.alive[a]
        if o.kind[a] != AGENCY or o.alive[a] == 0:
            continue
        wish = wanted_staff(o.staff_other[a], o.hours_wanted[a], p.h_w / 12.0)
        wage = districts.agency_wage[o.district[a]]
        affordable = o.staff[a] + max(0, cash[a]) // (wage + insurance(wage, p))
        o.target[a] = min(o.seats[a], wish, max(affordable, o.staff_other[a]))
        if o.hours_sold[a] > 0.0:
            kept = 1.0 / max(1.0, o.load[a])
            o.rating[a] += (1.0 + 4.0 * kept - o.rating[a]) / _RATING_MONTHS


@kernel
def _close(
    money: Money,
    account: int,
    a: int,
    first: int,
    n: int,
    workers: Workers,
    owed_former: I64,
) -> None:
    """Dismiss an agency's staff, pay what it owes them, return the rest to its members."""
    for i in range(first, first + n):
        if workers.filled[i] == 1:
            workers.leaves[i] = 1
            vacate(workers, i, owed_former)
    cash = money.balance[account]
    for_wages = min(cash, owed_former[a])
    owed_former[a] -= for_wages
    pay(money, account, WAGES, for_wages)
    pay(money, account, OTHER_PAYERS, cash - for_wages)


@allocating
def _exit(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    districts: int,
    communities: int,
    providers: Providers,
    workers: Workers,
) -> None:
    o = providers
    agencies_close = monthly(p.n_x)
    groups_close = monthly(p.grassroots_churn)
    luck = fill_uniform(key, _EXIT, now, o.key, 0)
    for a in range(o.key.shape[0]):
        o.closed[a] = 0
        if o.alive[a] == 0 or o.kind[a] == HUB:
            continue
        agency = o.kind[a] == AGENCY
        broke = agency and o.owed_months[a] >= p.owed_limit
        idle = agency and o.target[a] == 0 and o.age[a] >= 12
        if broke or idle or luck[a] < (agencies_close if agency else groups_close):
            account = provider_account(districts, communities, a)
            _close(money, account, a, o.first_seat[a], o.seats[a], workers, o.owed_former)
            o.alive[a] = 0
            o.closed[a] = 1
            o.staff[a] = 0
            o.target[a] = 0


@allocating
def mean_load(p: Any, districts: int, communities: Communities, providers: Providers) -> F64:
    """Hours ordered over the capacity of all agencies, by district; 0 where there is none."""
    c, o = communities, providers
    demand = np.zeros(districts)
    capacity = np.zeros(districts)
    for i in range(c.key.shape[0]):
        demand[c.district[i]] += c.hours_paid[i] + c.hours_short[i]
    for a in range(o.key.shape[0]):
        if o.kind[a] == AGENCY and o.alive[a] == 1:
            capacity[o.district[a]] += max(0, o.staff[a] - o.staff_other[a]) * p.h_w / 12.0
    for d in range(districts):
        demand[d] = demand[d] / capacity[d] if capacity[d] > 0.0 else 0.0
    return demand


@allocating
def _enter(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    districts: int,
    communities: Communities,
    providers: Providers,
) -> None:
    """Found agencies where demand is short of capacity, and groups where others have closed.

    Founders bid first and hire when they have won. A row whose former holder still owes wages is not
    taken again.
    """
    o = providers
    load = mean_load(p, districts, communities, o)
    living = np.zeros((districts, 3))
    spare = np.zeros((districts, 3))
    for a in range(o.key.shape[0]):
        living[o.district[a], o.kind[a]] += o.alive[a]
        spare[o.district[a], o.kind[a]] += 1 - o.alive[a]
    for a in range(o.key.shape[0]):
        o.founded[a] = 0
        if o.kind[a] == HUB or o.alive[a] == 1 or o.closed[a] == 1 or o.owed_former[a] > 0:
            continue
        d, agency = o.district[a], o.kind[a] == AGENCY
        rate = entry_rate(p.n_e, load[d]) if agency else p.grassroots_churn
        chance = min(1.0, rate / 12.0 * living[d, o.kind[a]] / max(1.0, spare[d, o.kind[a]]))
        if uniform(key, _ENTRY, now, o.key[a], 0) >= chance:
            continue
        o.alive[a] = 1
        o.founded[a] = 1
        o.age[a] = 0
        if agency:
            o.rating[a] = _NEW_RATING
            o.supervision[a] = p.o_c / p.o_n
            o.hours_wanted[a] = 0.0
            o.target[a] = 0
            account = provider_account(districts, communities.key.shape[0], a)
            pay(money, OTHER_PAYERS, account, int(p.seed_cash * 100.0))


@kernel
def _forget_the_gone(now: int, closed: I8, ties: Ties, contracts: Contracts, money: Money) -> None:
    """Drop the ties, contracts and claims of agencies that have closed; their lots are tendered anew."""
    for c in range(contracts.provider.shape[0]):
        for s in range(ties.provider.shape[1]):
            if ties.provider[c, s] >= 0 and closed[ties.provider[c, s]] == 1:
                ties.provider[c, s] = NOBODY
                ties.capital[c, s] = 0.0
        for s in range(contracts.provider.shape[1]):
            if contracts.provider[c, s] >= 0 and closed[contracts.provider[c, s]] == 1:
                contracts.provider[c, s] = NOBODY
                contracts.end[c, s] = now + 1
            for lag in range(money.payee.shape[2]):
                if money.payee[c, s, lag] >= 0 and closed[money.payee[c, s, lag]] == 1:
                    money.payee[c, s, lag] = NOBODY


@inlined
def step(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    money: Money,
) -> None:
    """Let organisations plan their staff, close and be founded."""
    n, homes = districts.key.shape[0], communities.key.shape[0]
    _plan(p, districts, providers, money.balance[provider_account(n, homes, 0) :])
    _exit(key, now, p, money, n, homes, providers, workers)
    _forget_the_gone(now, providers.closed, ties, contracts, money)
    _enter(key, now, p, money, n, communities, providers)
