r"""The yearly tender: communities pool their service money into lots and agencies bid for them.

In July (public money lands mid-year), and whenever a lot's contract has ended, the subdistrict office groups
neighbouring communities into lots of one to three until a lot carries a project's worth of money. Lots are
opened in a keyed order. The incumbent bids if it lives; other agencies bid with a probability that is
higher at home and where they are known. A bidder must be able to carry the lot: it needs seats for the
people, and cash to pay those it would have to hire at once (for a project's worth of the lot) until the first
payment; it grows into a larger lot as it is paid. The best score wins,

.. math:: score = 0.3\,price + 0.2\,\frac{rating}{5} + 0.2\,Q + 0.1\,local + w_I\,incumbent + noise,

with the logistic noise of a jury. A lot without an able bidder stays empty, its money stays in the
accounts, and it is tendered again after some months. A new holder starts after a lag; the ties of the
community with its former agency lose the share ``d_R``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64, I32, I64
from sansheng.processes.costs import hour_price
from sansheng.world.accounts import provider_account
from sansheng.world.schema import AGENCY, Communities, Contracts, Districts, Money, Providers, Ties

PARAMETERS = (
    quantity(
        "lot_value",
        123_000.0,
        unit="yuan/year",
        low=50_000.0,
        high=200_000.0,
        source="S-T21,S-T22,B19,B21",
        role="lever",
        en="money that makes a lot worth tendering",
        zh="标段最低金额",
    ),
    quantity(
        "T_c",
        12.0,
        unit="months",
        low=12.0,
        high=36.0,
        source="B42",
        status="read",
        role="lever",
        en="contract length",
        zh="合同期限",
    ),
    quantity(
        "bid_base",
        0.15,
        unit="share",
        low=0.0,
        high=0.4,
        source="S-T02,B65,B66",
        role="uncertainty",
        en="probability that an agency bids for a lot where nobody knows it",
        zh="机构对陌生标段的投标概率",
    ),
    quantity(
        "bid_home",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="further probability of bidding in the home subdistrict",
        zh="在本街道投标的额外概率",
    ),
    quantity(
        "bid_known",
        0.4,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="further probability of bidding per unit of relationship capital",
        zh="关系资本带来的额外投标概率",
    ),
    quantity(
        "discount",
        0.03,
        unit="share",
        low=0.0,
        high=0.1,
        source="assumed",
        role="uncertainty",
        en="largest discount on the price of an hour in a bid",
        zh="投标最大让价幅度",
    ),
    quantity(
        "w_incumbent",
        0.2,
        unit="score",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="score of being the incumbent; sets how many lots change hands a year (15-35%)",
        zh="在位机构加分",
    ),
    quantity(
        "jury_noise",
        0.08,
        unit="score",
        low=0.0,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="scale of the jury's noise",
        zh="评审随机误差",
    ),
    quantity(
        "d_R",
        0.5,
        unit="share",
        low=0.3,
        high=0.8,
        source="T12,B07",
        status="assumed",
        role="uncertainty",
        en="relationship capital lost when the agency changes",
        zh="更换机构时损失的关系资本",
    ),
    quantity(
        "start_lag",
        1.0,
        unit="months",
        low=0.0,
        high=4.0,
        source="S-P06",
        status="assumed",
        role="uncertainty",
        en="months before a new holder starts",
        zh="新机构启动滞后",
    ),
    quantity(
        "pay_lag",
        1.0,
        unit="months",
        low=0.0,
        high=6.0,
        source="B74",
        status="assumed",
        role="lever",
        en="months between service and its payment",
        zh="服务款支付滞后",
    ),
)

_BID = decision("tender.bid")
_PRICE = decision("tender.price")
_JURY = decision("tender.jury")
_OPENING = decision("tender.opening")

JULY = 6
_LARGEST_LOT = 3

_RETENDER_MONTHS = 3
"""Months until a lot without an able bidder is tendered again (assumed)."""


@kernel
def tie_slot(known: I32, agency: int) -> int:
    """Slot of an agency among those a community knows, -1 if it is not there."""
    for s in range(known.shape[0]):
        if known[s] == agency:
            return s
    return -1


@kernel
def introduce(known: I32, capital: F64, agency: int) -> None:
    """Give an agency a slot in a community's ties; the weakest acquaintance is forgotten."""
    if tie_slot(known, agency) >= 0:
        return
    weakest = 0
    for s in range(known.shape[0]):
        if known[s] < 0:
            weakest = s
            break
        if capital[s] < capital[weakest]:
            weakest = s
    known[weakest] = agency
    capital[weakest] = 0.0


@kernel
def form_lots(
    now: int,
    least: float,
    subdistrict: I32,
    lot: I32,
    end: I32,
    plan: I64,
    members: I64,
    value: I64,
) -> None:
    """Group communities whose contract has ended into lots.

    Parameters
    ----------
    least
        Yearly money that makes a lot, fen.
    subdistrict, lot, end, plan
        Of communities; neighbours are neighbouring rows.
    members, value
        Communities in the lot that a row leads (0 if it leads none) and its yearly money; written.
    """
    n = subdistrict.shape[0]
    members[:] = 0
    value[:] = 0
    c = 0
    while c < n:
        if now < end[lot[c]]:
            c += 1
            continue
        size = 0
        money = 0
        while (
            c + size < n
            and size < _LARGEST_LOT
            and (size == 0 or money < least)
            and subdistrict[c + size] == subdistrict[c]
            and now >= end[lot[c + size]]
        ):
            money += plan[c + size] * 12
            size += 1
        if money > 0:
            members[c] = size
            value[c] = money
        else:
            for m in range(c, c + size):
                lot[m] = m
        c += size


@inlined
def score(
    cut: float,
    rating: float,
    known: float,
    home: float,
    incumbent: float,
    w_incumbent: float,
    jury: float,
) -> float:
    """Points of a bid.

    Parameters
    ----------
    cut
        Discount offered, as a share of the largest discount.
    rating
        Stars, 1–5.
    known
        Relationship capital.
    home, incumbent
        1 where the agency is at home, or holds the lot.
    jury
        Noise.
    """
    merit = 0.3 * cut + 0.2 * rating / 5.0 + 0.2 * known + 0.1 * home
    return merit + w_incumbent * incumbent + jury


@kernel
def _open_bids(
    key: Key,
    now: int,
    p: Any,
    lot_key: int,
    subdistrict: int,
    district: int,
    incumbent: int,
    monthly: float,
    reference: int,
    known: I32,
    capital: F64,
    agencies: Providers,
    cash: I64,
    committed: F64,
) -> tuple[int, float, int]:
    """Collect the bids for a lot; return the winner (-1 if none), its discount and the number of bids."""
    winner, best, won, bids = -1, -1e9, 0.0, 0
    hours = p.h_w / 12.0
    sub = lot_key % 16777216
    for a in range(agencies.key.shape[0]):
        if agencies.kind[a] != AGENCY or agencies.alive[a] == 0 or agencies.district[a] != district:
            continue
        s = tie_slot(known, a)
        tie = capital[s] if s >= 0 else 0.0
        home = 1.0 if agencies.subdistrict[a] == subdistrict else 0.0
        wish = p.bid_base + p.bid_home * home + p.bid_known * tie
        if a != incumbent and uniform(key, _BID, now, agencies.key[a], sub) >= wish:
            continue
        hands = agencies.staff[a] - agencies.staff_other[a]
        room = agencies.seats[a] - agencies.staff_other[a]
        busy = committed[a] - hands * hours * reference
        first_hires = max(0.0, busy + min(monthly, p.lot_value * 100.0 / 12.0))
        full = committed[a] + monthly > room * hours * reference
        if full or first_hires * p.pay_lag > cash[a]:
            continue
        bids += 1
        cut = uniform(key, _PRICE, now, agencies.key[a], sub)
        u = uniform(key, _JURY, now, agencies.key[a], sub)
        jury = p.jury_noise * math.log(u / (1.0 - u))
        holds = 1.0 if a == incumbent else 0.0
        points = score(cut, agencies.rating[a], tie, home, holds, p.w_incumbent, jury)
        if points > best:
            winner, best, won = a, points, cut
    return winner, won, bids


@allocating
def _tender(
    key: Key,
    now: int,
    p: Any,
    keys: I64,
    district: I32,
    subdistrict: I32,
    lot: I32,
    plan: I64,
    agency_wage: I64,
    contracts: Contracts,
    known: I32,
    capital: F64,
    providers: Providers,
    cash: I64,
) -> None:
    n = keys.shape[0]
    holder, end, value = contracts.provider, contracts.end, contracts.value
    contracts.opened[:] = 0
    contracts.switched[:] = 0
    members = np.zeros(n, dtype=np.int64)
    worth = np.zeros(n, dtype=np.int64)
    form_lots(now, p.lot_value * 100.0, subdistrict, lot, end, plan, members, worth)
    if members.sum() == 0:
        return
    committed = np.zeros(providers.key.shape[0])
    order = np.full(n, 2.0)
    lots = 0
    for c in range(n):
        if lot[c] == c and holder[c] >= 0 and now < end[c]:
            committed[holder[c]] += value[c] / 12.0
        if members[c] > 0:
            order[c] = uniform(key, _OPENING, now, keys[c], 0)
            lots += 1
    for _ in range(lots):
        c = int(np.argmin(order))
        order[c] = 3.0
        incumbent = holder[lot[c]]
        monthly = worth[c] / 12.0
        reference = hour_price(agency_wage[district[c]], p)
        winner, cut, n_bids = _open_bids(
            key,
            now,
            p,
            keys[c],
            subdistrict[c],
            district[c],
            incumbent,
            monthly,
            reference,
            known[c],
            capital[c],
            providers,
            cash,
            committed,
        )
        for m in range(c, c + members[c]):
            former = tie_slot(known[m], holder[lot[m]]) if holder[lot[m]] != winner else -1
            if former >= 0 and holder[lot[m]] >= 0:
                capital[m, former] *= 1.0 - p.d_R
            if winner >= 0:
                introduce(known[m], capital[m], winner)
        for m in range(c, c + members[c]):
            lot[m] = c
        changed = winner >= 0 and incumbent >= 0 and winner != incumbent
        until_july = (JULY - now) % 12
        length = int(p.T_c) if until_july == 0 else until_july
        holder[c] = winner
        contracts.price[c] = int(round(reference * (1.0 - p.discount * cut))) if winner >= 0 else 0
        contracts.start[c] = now + (int(p.start_lag) if changed else 0)
        end[c] = now + (length if winner >= 0 else min(length, _RETENDER_MONTHS))
        value[c] = worth[c]
        contracts.members[c] = members[c]
        contracts.opened[c] = 1
        contracts.switched[c] = 1 if changed else 0
        contracts.bids[c] = n_bids
        if winner >= 0:
            committed[winner] += monthly


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
    money: Money,
) -> None:
    """Tender every lot whose contract has ended or that found no able bidder a while ago."""
    c = communities
    first = provider_account(districts.key.shape[0], c.key.shape[0], 0)
    _tender(
        key,
        now,
        p,
        c.key,
        c.district,
        c.subdistrict,
        c.lot,
        c.plan,
        districts.agency_wage,
        contracts,
        ties.provider,
        ties.capital,
        providers,
        money.balance[first:],
    )
