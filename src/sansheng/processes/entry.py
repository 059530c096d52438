r"""New agencies, and who helps them.

Agencies are founded where there is more money for service than the agencies at work would usually need,

.. math:: entry = n_e\, N\, (1 + g_R\,registration)\;\mathrm{clip}(room, 0, 2)^2, \qquad
          room = \frac{\text{hours that planned money buys a month}}
                      {N \cdot \text{staff of an agency of mean size} \cdot h_w/12},

with :math:`N` the agencies that employ somebody (at least one), so that a fixed envelope feeds only so many,
and more while money that found no bidder waits: closing at the yearly rate :math:`x`, they settle at
:math:`room = \sqrt{x/n_e}`. The share ``incubation`` is founded in incubators, which add cash and counsel.
Founders choose what to offer as others do, or are steered, with weight ``steer``, to what few offer. They employ
nobody and hire when they have won.

A hub looks after ``hub_span`` organisations, agencies and grassroots groups alike; in January it is told anew which
agencies hubs reach.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_run, uniform
from sansheng.core.tables import F64
from sansheng.processes.costs import hour_price
from sansheng.processes.projects import choose, count_offers, largest, weigh
from sansheng.world.accounts import FINANCE, OTHER_PAYERS, provider_account
from sansheng.world.organisations import (
    LINK,
    draw_strengths,
    reach,
    smallness,
    usual_supervision,
)
from sansheng.world.schema import (
    HUB,
    OUTSIDE,
    Categories,
    Communities,
    Districts,
    Groups,
    Money,
    Providers,
)

PARAMETERS = (
    quantity(
        "n_e",
        0.15,  # sources tell of a boom and of a fall; here about as many open as close
        unit="1/year",
        low=0.05,
        high=0.3,
        source="B54,B56,B58",
        status="assumed",
        role="uncertainty",
        en="agencies founded in a year per agency at work, where money just feeds those there are",
        zh="机构年新设率",
    ),
    quantity(
        "hubs_added",
        0.0,
        unit="hubs/district",
        low=0.0,
        high=100.0,
        source="S-Z30,S-T19",
        status="assumed",
        role="lever",
        en="hubs beyond those of the start; they link as those do",
        zh="在初始数量之外增设的枢纽型组织",
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
        "new_rating",
        2.0,
        unit="stars",
        low=1.0,
        high=3.0,
        source="assumed",
        role="constant",
        en="stars of a new agency",
        zh="新设机构的评估等级",
    ),
    quantity(
        "capacity_0",
        0.12,  # what others come to rest at
        unit="0-1",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="organisational capacity of a new agency",
        zh="新设机构的组织能力",
    ),
    quantity(
        "registration",
        0.0,
        unit="0-1",
        low=0.0,
        high=1.0,
        source="S-C14",
        status="assumed",
        role="lever",
        en="ease of registration beyond what is usual",
        zh="登记便利程度（相对惯例）",
    ),
    quantity(
        "g_R",
        1.0,
        unit="ratio",
        low=0.0,
        high=2.0,
        source="S-C14",
        status="assumed",
        role="uncertainty",
        en="rise of foundings where registration is easiest",
        zh="登记最便利时新设率的提升幅度",
    ),
    quantity(
        "incubation",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-Z30",
        status="assumed",
        role="lever",
        en="new agencies that are founded in an incubator",
        zh="新设机构中经孵化成立的比例",
    ),
    quantity(
        "incubation_cash",
        50_000.0,
        unit="yuan",
        low=0.0,
        high=200_000.0,
        source="S-Z30",
        status="assumed",
        role="lever",
        en="cash that an incubator gives, from the public purse",
        zh="孵化资金（财政支付）",
    ),
    quantity(
        "steer",
        0.0,
        unit="-",
        low=0.0,
        high=5.0,
        source="S-C18",
        status="assumed",
        role="lever",
        en="weight with which founders are steered to what few agencies offer",
        zh="引导新设机构投向稀缺类别的力度",
    ),
)

_ENTRY = decision("providers.entry")
_HOME = decision("providers.home")
_KIND = decision("providers.kind")
_TALENT = decision("providers.talent")
_FIRST_OFFER = decision("providers.first_offer")

JANUARY = 0


@inlined
def entry_rate(n_e: float, room: float, ease: float) -> float:
    """Yearly foundings per agency at work.

    Parameters
    ----------
    n_e
        Where money just feeds the agencies there are.
    room
        Agencies that money could feed over those there are.
    ease
        Factor for ease of registration.
    """
    return n_e * ease * min(2.0, max(0.0, room)) ** 2


@allocating
def room_for_agencies(
    p: Any, districts: Districts, communities: Communities, providers: Providers
) -> F64:
    """Agencies of mean size that planned money could feed over those at work, by district."""
    c, o = communities, providers
    n = districts.key.shape[0]
    room = np.zeros(n)
    working = np.zeros(n)
    for i in range(c.key.shape[0]):
        room[c.district[i]] += c.plan[i]
    for a in range(o.key.shape[0]):
        if o.alive[a] == 1 and o.staff[a] > 0:
            working[o.district[a]] += 1.0
    size = p.m_a * math.exp(0.5 * p.m_a_sd**2)
    for d in range(n):
        hours = room[d] / hour_price(districts.agency_wage[d], p.o_c, p)
        room[d] = hours / (max(1.0, working[d]) * size * p.h_w / 12.0)
    return room


@kernel
def _found(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    districts: int,
    a: int,
    communities: Communities,
    providers: Providers,
    categories: Categories,
    hours: F64,
    offers: F64,
    room: F64,
) -> None:
    """Open an agency in row ``a``; ``room`` is space for a number a category."""
    c, o = communities, providers
    who, d = o.key[a], o.district[a]
    o.rating[a] = p.new_rating
    o.merit[a] = p.new_rating
    o.idle[a] = 0
    o.supervision[a] = usual_supervision(p.overhead_0, p.o_c, p.o_n)
    o.capacity[a] = p.capacity_0
    o.hours_wanted[a] = 0.0
    o.target[a] = 0
    o.enterprise[a] = 1 if uniform(key, _KIND, now, who, 0) < p.enterprise_share else 0
    o.incubated[a] = 1 if uniform(key, _KIND, now, who, 1) < p.incubation else 0
    o.subdistrict[a] = OUTSIDE
    if uniform(key, _KIND, now, who, 2) >= p.external_share:
        o.subdistrict[a] = _home(uniform(key, _HOME, now, who, 0), d, c)

    fill_run(key, _TALENT, now, who, room)
    small = smallness(0, p.m_a)
    visible, tier = categories.visible, categories.least_tier
    draw_strengths(room, visible, tier, small, p.lean, o.strength[a])
    o.experience[a, :] = 0.0
    weigh(p, o.strength[a], 0, categories, hours, offers, room)
    most = max(1.0, largest(offers))
    for k in range(room.shape[0]):
        room[k] += p.steer * (1.0 - offers[k] / most)
    o.offer[a] = choose(uniform(key, _FIRST_OFFER, now, who, 0), room)

    account = provider_account(districts, c.key.shape[0], a)
    pay(money, OTHER_PAYERS, account, int(p.seed_cash * 100.0))
    if o.incubated[a] == 1:
        gift = int(p.incubation_cash * 100.0)
        pay(money, FINANCE, account, gift)
        money.incubation[d] += gift


@kernel
def _home(u: float, d: int, communities: Communities) -> int:
    """Subdistrict of a community of district ``d`` picked by luck ``u``."""
    own = 0
    for i in range(communities.key.shape[0]):
        own += 1 if communities.district[i] == d else 0
    pick = int(u * own)
    for i in range(communities.key.shape[0]):
        if communities.district[i] != d:
            continue
        if pick == 0:
            return int(communities.subdistrict[i])
        pick -= 1
    return OUTSIDE


@allocating
def enter(
    key: Key,
    now: int,
    p: Any,
    money: Money,
    districts: Districts,
    communities: Communities,
    providers: Providers,
    groups: Groups,
    categories: Categories,
) -> None:
    """Found agencies where there is room, and tell whom hubs reach."""
    o = providers
    n = districts.key.shape[0]
    money.incubation[:] = 0
    chance = _chances(p, room_for_agencies(p, districts, communities, o), o)
    kinds = categories.visible.shape[0]
    hours, offers, space = np.zeros(kinds), np.zeros(kinds), np.zeros(kinds)
    o.founded[:] = 0
    founded = 0
    for a in range(o.key.shape[0]):
        if o.alive[a] == 1 or o.closed[a] == 1:
            continue
        d = o.district[a]
        if uniform(key, _ENTRY, now, o.key[a], 0) >= chance[d]:
            continue
        o.founded[a] = 1
        founded += 1
        count_offers(o, d, hours, offers)
        _found(
            key,
            now,
            p,
            money,
            n,
            a,
            communities,
            o,
            categories,
            hours,
            offers,
            space,
        )
    if founded > 0:
        _come_alive(o)
    if founded > 0 or now % 12 == JANUARY:
        _link(key, now, p, n, o, groups)


@allocating
def _chances(p: Any, room: F64, providers: Providers) -> F64:
    """Monthly chance that an agency is founded in a vacant row, by district."""
    o = providers
    working = np.zeros(room.shape[0])
    spare = np.zeros(room.shape[0])
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            spare[o.district[a]] += (
                1.0 - o.closed[a]
            )  # nobody is founded where somebody has just closed
        elif o.staff[a] > 0:
            working[o.district[a]] += 1.0
    ease = 1.0 + p.g_R * p.registration
    chance = np.zeros(room.shape[0])
    for d in range(room.shape[0]):
        rate = entry_rate(p.n_e, room[d], ease) * max(1.0, working[d])
        chance[d] = min(1.0, rate / 12.0 / max(1.0, spare[d]))
    return chance


@kernel
def _come_alive(providers: Providers) -> None:
    """Count those founded among the living, now that all have looked at what others offer."""
    o = providers
    for a in range(o.key.shape[0]):
        if o.founded[a] == 1:
            o.alive[a] = 1
            o.age[a] = 0


@allocating
def _link(key: Key, now: int, p: Any, districts: int, providers: Providers, groups: Groups) -> None:
    """Tell anew, each January and for newcomers, which agencies hubs reach."""
    o = providers
    hubs, others = np.zeros(districts), np.zeros(districts)
    for a in range(o.key.shape[0]):
        others[o.district[a]] += o.alive[a]
    for g in range(groups.key.shape[0]):
        if groups.kind[g] == HUB:
            hubs[groups.district[g]] += groups.alive[g]
        else:
            others[groups.district[g]] += groups.alive[g]
    for a in range(o.key.shape[0]):
        if now % 12 != JANUARY and o.founded[a] == 0:
            continue
        d = o.district[a]
        share = reach(p.hub_span, hubs[d] + p.hubs_added, others[d])
        reached = o.alive[a] == 1 and uniform(key, LINK, 0, o.key[a], 0) < share
        o.linked[a] = 1 if reached else 0
