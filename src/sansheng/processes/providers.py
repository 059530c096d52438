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

from sansheng.core.kernels import kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.costs import insurance
from sansheng.processes.workforce import vacate
from sansheng.world.accounts import OTHER_PAYERS, WAGES, provider_account
from sansheng.world.schema import AGENCY, HUB, NOBODY, Money, Workers
from sansheng.world.world import World

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


@kernel
def entry_rate(n_e: float, load: float) -> float:
    """Yearly foundings per agency alive when agencies' mean load is ``load``."""
    return n_e * min(2.0, max(0.0, load)) ** 2


@kernel
def wanted_staff(other: int, hours: float, month: float) -> int:
    """Staff an agency wants: other payers' plus what ordered hours need, rounded."""
    return other + int(round(hours / month))


@kernel
def _plan(
    p: Any,
    kind: I8,
    alive: I8,
    age: I32,
    seats: I32,
    staff_other: I32,
    hours_wanted: F64,
    hours_sold: F64,
    load: F64,
    staff: I32,
    cash: I64,
    wage: I64,
    target: I32,
    rating: F64,
) -> None:
    """Let agencies judge how many people they need, and appraisers how well they deliver.

    An agency hires no faster than its cash can pay the first month of; ``wage`` is by agency.
    """
    for a in range(kind.shape[0]):
        age[a] += alive[a]
        if kind[a] != AGENCY or alive[a] == 0:
            continue
        wish = wanted_staff(staff_other[a], hours_wanted[a], p.h_w / 12.0)
        per_head = wage[a] + insurance(wage[a], p)
        affordable = staff[a] + max(0, cash[a]) // per_head
        target[a] = min(seats[a], wish, max(affordable, staff_other[a]))
        if hours_sold[a] > 0.0:
            kept = 1.0 / max(1.0, load[a])
            rating[a] += (1.0 + 4.0 * kept - rating[a]) / _RATING_MONTHS


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
            vacate(
                i, workers.filled, workers.employer, workers.community, workers.owed, owed_former
            )
    cash = money.balance[account]
    for_wages = min(cash, owed_former[a])
    owed_former[a] -= for_wages
    pay(money, account, WAGES, for_wages)
    pay(money, account, OTHER_PAYERS, cash - for_wages)


@kernel
def _exit(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    districts: int,
    communities: int,
    keys: I64,
    kind: I8,
    alive: I8,
    closed: I8,
    age: I32,
    first_seat: I32,
    seats: I32,
    staff: I32,
    target: I32,
    owed_months: F64,
    owed_former: I64,
    workers: Workers,
) -> None:
    for a in range(kind.shape[0]):
        closed[a] = 0
        if alive[a] == 0 or kind[a] == HUB:
            continue
        agency = kind[a] == AGENCY
        hazard = p.n_x if agency else p.grassroots_churn
        broke = agency and owed_months[a] >= p.owed_limit
        idle = agency and target[a] == 0 and age[a] >= 12
        chance = 1.0 - (1.0 - hazard) ** (1.0 / 12.0)
        if broke or idle or uniform(key, _EXIT, now, keys[a], 0) < chance:
            account = provider_account(districts, communities, a)
            _close(money, account, a, first_seat[a], seats[a], workers, owed_former)
            alive[a] = 0
            closed[a] = 1
            staff[a] = 0
            target[a] = 0


@kernel
def _enter(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    communities: int,
    load: F64,
    keys: I64,
    kind: I8,
    alive: I8,
    closed: I8,
    founded: I8,
    district: I32,
    age: I32,
    rating: F64,
    supervision: F64,
    hours_wanted: F64,
    target: I32,
    owed_former: I64,
) -> None:
    """Found agencies where demand is short of capacity, and groups where others have closed.

    Founders bid first and hire when they have won. A row whose former holder still owes wages is not
    taken again.
    """
    living = np.zeros((load.shape[0], 3))
    spare = np.zeros((load.shape[0], 3))
    for a in range(kind.shape[0]):
        living[district[a], kind[a]] += alive[a]
        spare[district[a], kind[a]] += 1 - alive[a]
    for a in range(kind.shape[0]):
        founded[a] = 0
        if kind[a] == HUB or alive[a] == 1 or closed[a] == 1 or owed_former[a] > 0:
            continue
        d, agency = district[a], kind[a] == AGENCY
        rate = entry_rate(p.n_e, load[d]) if agency else p.grassroots_churn
        chance = min(1.0, rate / 12.0 * living[d, kind[a]] / max(1.0, spare[d, kind[a]]))
        if uniform(key, _ENTRY, now, keys[a], 0) >= chance:
            continue
        alive[a] = 1
        founded[a] = 1
        age[a] = 0
        if agency:
            rating[a] = _NEW_RATING
            supervision[a] = p.o_c / p.o_n
            hours_wanted[a] = 0.0
            target[a] = 0
            account = provider_account(load.shape[0], communities, a)
            pay(money, OTHER_PAYERS, account, int(p.seed_cash * 100.0))


def mean_load(world: World) -> F64:
    """Hours ordered over the capacity of all agencies, by district; 0 where there is none."""
    t, p = world.tables, world.parameters
    n = t.districts.key.shape[0]
    a = t.providers
    ordered = t.communities.hours_paid + t.communities.hours_short
    demand = np.bincount(t.communities.district, weights=ordered, minlength=n)
    hands = np.where((a.kind == AGENCY) & (a.alive == 1), np.maximum(0, a.staff - a.staff_other), 0)
    capacity = np.bincount(a.district, weights=hands * p.h_w / 12.0, minlength=n)
    return np.divide(demand, capacity, out=np.zeros(n), where=capacity > 0.0)


def _forget_the_gone(world: World) -> None:
    """Drop the ties, contracts and claims of agencies that have closed; their lots are tendered anew."""
    t = world.tables
    gone = np.flatnonzero((t.providers.closed == 1) & (t.providers.kind == AGENCY))
    if gone.size == 0:
        return
    known = np.isin(t.ties.provider, gone)
    t.ties.provider[known] = NOBODY
    t.ties.capital[known] = 0.0
    held = np.isin(t.contracts.provider, gone)
    t.contracts.provider[held] = NOBODY
    t.contracts.end[held] = world.month + 1
    t.money.payee[np.isin(t.money.payee, gone)] = NOBODY


def step(world: World) -> None:
    """Let organisations plan their staff, close and be founded."""
    t, p, key, now = world.tables, world.parameters, world.key, world.month
    a, workers = t.providers, t.workers
    districts, communities = t.districts.key.shape[0], t.communities.key.shape[0]
    _plan(
        p,
        a.kind,
        a.alive,
        a.age,
        a.seats,
        a.staff_other,
        a.hours_wanted,
        a.hours_sold,
        a.load,
        a.staff,
        t.money.balance[provider_account(districts, communities, 0) :],
        t.districts.agency_wage[a.district],
        a.target,
        a.rating,
    )
    _exit(
        key,
        now,
        p,
        t.money,
        districts,
        communities,
        a.key,
        a.kind,
        a.alive,
        a.closed,
        a.age,
        a.first_seat,
        a.seats,
        a.staff,
        a.target,
        a.owed_months,
        a.owed_former,
        workers,
    )
    _forget_the_gone(world)
    _enter(
        key,
        now,
        p,
        t.money,
        communities,
        mean_load(world),
        a.key,
        a.kind,
        a.alive,
        a.closed,
        a.founded,
        a.district,
        a.age,
        a.rating,
        a.supervision,
        a.hours_wanted,
        a.target,
        a.owed_former,
    )
