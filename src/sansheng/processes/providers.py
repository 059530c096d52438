r"""Social organisations grow, are judged, specialise, fail, are founded.

An agency wants the staff that other payers finance plus what the hours ordered from it need, as far as seats
and cash go. Then, in this order: what its work is worth (:mod:`sansheng.processes.reputation`), what it is good
at and offers (:mod:`sansheng.processes.projects`), who is rescued and who closes
(:mod:`sansheng.processes.closing`), which grassroots groups come and go (:mod:`sansheng.processes.groups`), who is
founded (:mod:`sansheng.processes.entry`), and what other payers will spend next year
(:mod:`sansheng.processes.funders`).
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.streams import Key
from sansheng.core.tables import I64
from sansheng.processes import closing, entry, funders, groups, projects, reputation
from sansheng.processes.channels import cash_through, row_of
from sansheng.processes.closing import close, forget_the_gone, rescue
from sansheng.processes.costs import insurance
from sansheng.processes.entry import enter
from sansheng.processes.funders import renew_other_income
from sansheng.processes.groups import renew_groups
from sansheng.processes.projects import choose_offers, serve
from sansheng.processes.reputation import inspect, judge
from sansheng.processes.trace import CASH, Trace
from sansheng.world.accounts import provider_account
from sansheng.world.schema import (
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Groups,
    Money,
    Providers,
    Ties,
    Workers,
)

PARAMETERS = (
    *reputation.PARAMETERS,
    *projects.PARAMETERS,
    *closing.PARAMETERS,
    *entry.PARAMETERS,
    *groups.PARAMETERS,
    *funders.PARAMETERS,
)
"""Declared where they are used."""


@inlined
def wanted_staff(other: int, hours: float, month: float) -> int:
    """Staff an agency wants: other payers' plus what ordered hours need, rounded."""
    return other + int(round(hours / month))


@kernel
def _plan(
    now: int, p: Any, districts: Districts, providers: Providers, cash: I64, h: Trace
) -> None:
    """Let agencies judge how many people they need.

    An agency hires no faster than its cash can pay the first month of; ``cash`` is by provider.
    """
    o = providers
    mode, then = h.mode[CASH], h.cash_hires[row_of(h, now)]
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        o.age[a] += 1
        wish = wanted_staff(o.staff_other[a], o.hours_wanted[a], p.h_w / 12.0)
        wage = districts.agency_wage[o.district[a]]
        held = cash_through(mode, then, a, cash[a])
        affordable = o.staff[a] + max(0, held) // (wage + insurance(wage, p))
        o.target[a] = min(o.seats[a], wish, max(affordable, o.staff_other[a]))


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
    groups: Groups,
    workers: Workers,
    categories: Categories,
    cases: Cases,
    money: Money,
    h: Trace,
) -> None:
    """Let organisations plan their staff, be judged, choose, close and be founded."""
    n, homes = districts.key.shape[0], communities.key.shape[0]
    _plan(now, p, districts, providers, money.balance[provider_account(n, homes, 0) :], h)
    judge(p, communities, contracts, providers, cases)
    inspect(key, now, p, providers)
    serve(communities, contracts, providers, cases)
    choose_offers(key, now, p, n, providers, categories)
    rescue(key, now, p, n, homes, providers, workers, money)
    if close(key, now, p, n, homes, providers, workers, money) > 0:
        forget_the_gone(now, providers.closed, ties, contracts)
    renew_groups(key, now, p, n, groups)
    enter(key, now, p, money, districts, communities, providers, groups, categories)
    renew_other_income(key, now, p, districts, providers)
