r"""The yearly tender: communities pool their service money into lots and agencies bid for the projects.

When a lot's time is up (in July, as public money lands mid-year) the subdistrict office groups neighbouring
communities into lots of one to three until a lot carries a project's worth of money; a lot that carries more is
divided into up to four projects, each for one category of service (:mod:`sansheng.processes.purchases`).
Projects are opened in a keyed order. The incumbent bids if it lives; another agency of the district bids with the
probability

.. math:: b_0 + b_h\,[\text{at home}] + b_Q\,Q + b_f\,[\text{offers the category}]

(``bid_base``, ``bid_home``, ``bid_known``, ``bid_fit``), :math:`Q` being its tie with the lot's first community. A
bidder must be able to carry the project: it needs seats for the people, and cash to pay those it would have to
hire at once (for a project's worth of it, :math:`L`, the ``lot_value``) until it is paid; it grows into a larger
one as it is paid. With :math:`K` fen a month of projects held already, :math:`V` fen a year of this one, and
:math:`n` people whom other payers do not finance and who bring in :math:`(h_w/12)\,k_h` each,

.. math::

    \max\left(0,\; K + \tfrac{1}{12}\min(V, L) - n\,\tfrac{h_w}{12}k_h\right)
    \left(lag + \frac{p_{late}}{1-p_{late}}\right)(1-advance) \le cash.

The best score wins,

.. math::

    score = w_p\,price + w_r\,\tfrac12\Big(\frac{rating}{5} + capacity\Big) + w_f\,fit + w_Q\,Q
            + w_h\,local + w_I\,incumbent + noise,

with the logistic noise of a jury. Fit is the agency's strength in the category, more where a hub links it.
The price of a bid is its discount, uniform up to ``discount`` below :math:`k_h`; enterprises, which no price standard
binds, go up to ``undercut`` times as far. The rule in force may fix the weights, the length of contracts, the overhead
and the advance, and cap the price: whose people cost more than the cap then stays away, counted at the mean of their
wages and without overhead, never less than at starting wages.
It may buy posts instead of projects: then no category is named, and fit is the mean of an agency's strengths.
A project without an able bidder stays empty, its money stays in the accounts, and it is tendered again after some
months. A new holder starts after a lag; the ties of the communities with its former agency lose the share ``d_R``
unless that agency holds another project there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import copy, first_rows, rows_of
from sansheng.core.streams import Key, decision, fill_each, uniform
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes import indexation
from sansheng.processes.agreed import agreed
from sansheng.processes.channels import pass_cash, row_of, through
from sansheng.processes.costs import hour_price
from sansheng.processes.dues import mean_wait
from sansheng.processes.indexation import index_prices
from sansheng.processes.purchases import luck_of_call, pick, projects_of, weigh
from sansheng.processes.trace import CASH, HELD, MATCHING, NO_TENDER, WRITTEN, Trace
from sansheng.world.accounts import provider_account
from sansheng.world.schema import (
    NOBODY,
    NOTHING,
    SLOTS,
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Money,
    Providers,
    Terms,
    Ties,
    Workers,
)

PARAMETERS = (
    quantity(
        "lot_value",
        123_000.0,
        unit="yuan/year",
        low=50_000.0,
        high=200_000.0,
        source="S-T21,S-T22,B19,B21",
        role="lever",
        en="money that makes a project worth tendering",
        zh="项目最低金额",
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
        status="assumed",
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
        "bid_fit",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="T15,S-P02",
        status="assumed",
        role="uncertainty",
        en="further probability of bidding for what the agency offers",
        zh="对本机构主打类别项目投标的额外概率",
    ),
    quantity(
        "undercut",
        2.0,
        unit="ratio",
        low=1.0,
        high=4.0,
        source="S-P04",
        status="assumed",
        role="uncertainty",
        en="largest discount of an enterprise, which no price standard binds, over an agency's",
        zh="企业最大让价幅度与社会组织之比（企业无价格标准）",
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
        "w_price",
        0.3,
        unit="score",
        low=0.0,
        high=0.6,
        source="assumed",
        role="lever",
        en="weight of the price in the score of a bid",
        zh="报价分权重",
    ),
    quantity(
        "w_rating",
        0.2,
        unit="score",
        low=0.0,
        high=0.6,
        source="S-P11",
        status="assumed",
        role="lever",
        en="weight of the star rating in the score of a bid",
        zh="星级评定分权重",
    ),
    quantity(
        "w_fit",
        0.2,
        unit="score",
        low=0.0,
        high=0.6,
        source="assumed",
        role="lever",
        en="weight of strength in the category in the score of a bid",
        zh="专业匹配分权重",
    ),
    quantity(
        "hub_fit",
        0.2,
        unit="ratio",
        low=0.0,
        high=0.5,
        source="S-Z30,S-T19",
        status="assumed",
        role="uncertainty",
        en="rise of an agency's fit where a hub brings partners and training",
        zh="枢纽型组织带来的专业匹配提升",
    ),
    quantity(
        "w_known",
        0.2,
        unit="score",
        low=0.0,
        high=0.6,
        source="T12",
        status="assumed",
        role="uncertainty",
        en="weight of relationship capital in the score of a bid",
        zh="关系资本分权重",
    ),
    quantity(
        "w_local",
        0.1,
        unit="score",
        low=0.0,
        high=0.5,
        source="S-C23",
        status="assumed",
        role="lever",
        en="weight of being at home in the subdistrict in the score of a bid",
        zh="本土机构加分",
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
    *indexation.PARAMETERS,
)

_BID = decision("tender.bid")
_PRICE = decision("tender.price")
_JURY = decision("tender.jury")
_OPENING = decision("tender.opening")

JULY = 6

_DONE = 2.0
"""Place in the order of projects that have been tendered: after all that draw one."""

_LARGEST_LOT = 3

_NO_CAP = 1e6
"""Times what an hour costs: nobody is as dear."""

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
def introduce(known: I32, capital: F64, agency: int, holders: I32) -> None:
    """Give an agency a slot in a community's ties; the weakest acquaintance is forgotten.

    ``holders`` hold the projects of the lot, fewer than there are slots; none of them is forgotten.
    """
    if tie_slot(known, agency) >= 0:
        return
    weakest = -1
    for s in range(known.shape[0]):
        if known[s] < 0:
            weakest = s
            break
        if tie_slot(holders, known[s]) >= 0:
            continue
        if weakest < 0 or capital[s] < capital[weakest]:
            weakest = s
    known[weakest] = agency
    capital[weakest] = 0.0


@kernel
def form_lots(
    now: int,
    least: float,
    subdistrict: I32,
    lot: I32,
    until: I32,
    plan: I64,
    members: I64,
    value: I64,
) -> None:
    """Group communities whose lot's time is up into lots.

    Parameters
    ----------
    least
        Yearly money that makes a lot, fen.
    subdistrict, lot, until, plan
        Of communities; neighbours are neighbouring rows.
    members, value
        Communities in the lot that a row leads (0 if it leads none) and its yearly money; written.
    """
    n = subdistrict.shape[0]
    members[:] = 0
    value[:] = 0
    c = 0
    while c < n:
        if now < until[lot[c]]:
            c += 1
            continue
        size = 0
        money = 0
        while (
            c + size < n
            and size < _LARGEST_LOT
            and (size == 0 or money < least)
            and subdistrict[c + size] == subdistrict[c]
            and now >= until[lot[c + size]]
        ):
            money += plan[c + size] * 12
            size += 1
        members[c] = size
        value[c] = money
        c += size


@inlined
def score(
    cut: float,
    quality: float,
    fit: float,
    known: float,
    home: float,
    incumbent: float,
    jury: float,
    w_price: float,
    w_rating: float,
    w_fit: float,
    p: Any,
) -> float:
    """Points of a bid.

    Parameters
    ----------
    cut
        Discount offered, as a share of the largest discount of agencies.
    quality
        Mean of stars over five and organisational capacity, 0–1.
    fit
        Strength in the category, 0–1.
    known
        Relationship capital.
    home, incumbent
        1 where the agency is at home, or holds the project.
    jury
        Noise.
    w_price, w_rating, w_fit
        Weights of price, quality and fit.
    p
        Weights ``w_known``, ``w_local`` and ``w_incumbent``.
    """
    merit = w_price * cut + w_rating * quality + w_fit * fit
    merit += p.w_known * known + p.w_local * home
    return float(merit + p.w_incumbent * incumbent + jury)


@disjoint
def _mark_bidders(
    p: Any,
    subdistrict: int,
    focus: int,
    cap: float,
    alive: I8,
    home: I32,
    offer: I32,
    hour_cost: F64,
    ties: F64,
    luck: F64,
    wishes: I8,
) -> None:
    """Mark the agencies whose luck lets them wish for a project, and who are not too dear; columns are by agency."""
    for a in range(wishes.shape[0]):
        at_home = 1.0 if home[a] == subdistrict else 0.0
        offers = 1.0 if offer[a] == focus else 0.0
        wish = p.bid_base + p.bid_home * at_home + p.bid_known * ties[a] + p.bid_fit * offers
        wishes[a] = alive[a] if (luck[a] < wish) & (hour_cost[a] <= cap) else 0


@allocating
def _open_bids(
    key: Key,
    now: int,
    p: Any,
    lot_key: int,
    slot: int,
    focus: int,
    subdistrict: int,
    district: int,
    incumbent: int,
    monthly: float,
    reference: int,
    wait: float,
    known: I32,
    capital: F64,
    first: int,
    end: int,
    agencies: Providers,
    terms: Terms,
    hour_cost: F64,
    cash: I64,
    committed: F64,
    luck: F64,
    ties: F64,
) -> tuple[int, float, int]:
    """Collect the bids for a project; return the winner (-1 if none), its discount and the number of bids.

    The district's agencies are the rows from ``first`` to before ``end``. ``wait`` is for how many months of its
    wages an agency has to carry, ``hour_cost`` what an hour of each agency's people costs without overhead, fen;
    ``luck`` and ``ties``, by agency, are for work in between; ``ties`` are 0 before and after.
    """
    winner, best, won, bids = -1, -1e9, 0.0, 0
    hours = p.h_w / 12.0
    cap = agreed(terms.price_cap[district], _NO_CAP) * reference
    w_price = agreed(terms.w_price[district], p.w_price)
    w_rating = agreed(terms.w_rating[district], p.w_rating)
    w_fit = agreed(terms.w_fit[district], p.w_fit)
    sub = lot_key % 4194304 * SLOTS + slot
    fill_each(key, _BID, now, agencies.key[first:end], sub, luck[first:end])
    for s in range(known.shape[0]):
        if known[s] >= 0:
            ties[known[s]] = capital[s]
    if incumbent >= 0:
        luck[incumbent] = -1.0  # it always wishes to stay
    here = slice(first, end)
    wishes, bidders = np.empty(end - first, np.int8), np.empty(end - first, np.int64)
    _mark_bidders(
        p,
        subdistrict,
        focus,
        cap,
        agencies.alive[here],
        agencies.subdistrict[here],
        agencies.offer[here],
        hour_cost[here],
        ties[here],
        luck[here],
        wishes,
    )
    for j in range(rows_of(wishes, bidders)):
        a = first + bidders[j]
        tie = ties[a]
        home = 1.0 if agencies.subdistrict[a] == subdistrict else 0.0
        hands = agencies.staff[a] - agencies.staff_other[a]
        room = agencies.seats[a] - agencies.staff_other[a]
        busy = committed[a] - hands * hours * reference
        first_hires = max(0.0, busy + min(monthly, p.lot_value * 100.0 / 12.0))
        full = committed[a] + monthly > room * hours * reference
        if full or first_hires * wait > cash[a]:
            continue
        bids += 1
        cut = uniform(key, _PRICE, now, agencies.key[a], sub)
        if agencies.enterprise[a] == 1:
            cut *= p.undercut
        u = uniform(key, _JURY, now, agencies.key[a], sub)
        jury = p.jury_noise * math.log(u / (1.0 - u))
        holds = 1.0 if a == incumbent else 0.0
        quality = 0.5 * (agencies.rating[a] / 5.0 + agencies.capacity[a])
        strength = agencies.strength[a, focus] if focus >= 0 else agencies.strength[a].mean()
        fit = min(1.0, strength * (1.0 + p.hub_fit * agencies.linked[a]))
        points = score(cut, quality, fit, tie, home, holds, jury, w_price, w_rating, w_fit, p)
        if points > best:
            winner, best, won = a, points, cut
    for s in range(known.shape[0]):
        if known[s] >= 0:
            ties[known[s]] = 0.0
    return winner, won, bids


@kernel
def _least(values: F64) -> int:
    """Return where the least of some numbers is, the first of equals; NumPy asks each whether it is one."""
    found = 0
    for i in range(1, values.shape[0]):
        if values[i] < values[found]:
            found = i
    return found


@kernel
def _cost_hours(p: Any, agency_wage: I64, agencies: Providers, workers: Workers, cost: F64) -> None:
    """Write what an hour of each agency's people costs without overhead, fen.

    Nobody's cost less than ``agency_wage``, the starting wage by district: not those yet to be hired, nor those
    whose first wage is still to come.
    """
    for a in range(cost.shape[0]):
        wages = people = 0
        for i in range(agencies.first_seat[a], agencies.first_seat[a] + agencies.seats[a]):
            if workers.filled[i] == 1:
                wages += workers.wage[i]
                people += 1
        wage = max(agency_wage[agencies.district[a]], wages // max(1, people))
        cost[a] = hour_price(wage, 0.0, p)


@kernel
def _note_holders(communities: Communities, n: Contracts, holders: I32) -> None:
    """Write who holds projects of each community's lot, shape ``(community, slot)``, -1 for nobody."""
    for i in range(holders.shape[0]):
        lot = communities.lot[i]
        for s in range(holders.shape[1]):
            holders[i, s] = n.provider[lot, s]


@kernel
def _forget(loss: float, before: I32, communities: Communities, n: Contracts, ties: Ties) -> None:
    """Let communities forget part of whoever held projects of their lot ``before`` and now holds none."""
    for i in range(before.shape[0]):
        lot = communities.lot[i]
        holders = n.provider[lot, : n.projects[lot]]
        for s in range(before.shape[1]):
            former = before[i, s]
            if former < 0 or tie_slot(holders, former) >= 0:
                continue
            first = tie_slot(before[i], former) == s  # who held two projects is forgotten once
            slot = tie_slot(ties.provider[i], former)
            if first and slot >= 0:
                ties.capital[i, slot] *= 1.0 - loss


@allocating
def _form(
    key: Key,
    now: int,
    p: Any,
    communities: Communities,
    n: Contracts,
    terms: Terms,
    workers: Workers,
    categories: Categories,
    cases: Cases,
) -> None:
    """Form lots anew where their time is up, and say what their projects are for."""
    c = communities
    rows = c.key.shape[0]
    due = False
    for i in range(rows):
        due = due or now >= n.until[c.lot[i]]
    if not due:
        return
    members = np.zeros(rows, dtype=np.int64)
    worth = np.zeros(rows, dtype=np.int64)
    weights = np.zeros(categories.rate.shape[0])
    form_lots(now, p.lot_value * 100.0, c.subdistrict, c.lot, n.until, c.plan, members, worth)
    until_july = (JULY - now) % 12
    holders = np.empty((rows, SLOTS), dtype=np.int32)
    for i in range(rows):
        copy(holders[i], n.provider[c.lot[i]])
    for i in range(rows):
        if members[i] == 0:
            continue
        for m in range(i, i + members[i]):
            c.lot[m] = i
        n.members[i] = members[i]
        copy(n.provider[i], holders[i])
        if worth[i] == 0:
            n.projects[i] = 0
            n.until[i] = now
            continue
        d = c.district[i]
        length = int(agreed(terms.months[d], p.T_c)) if until_july == 0 else until_july
        n.projects[i] = projects_of(worth[i], p.lot_value * 100.0)
        n.until[i] = now + length
        weigh(p, i, members[i], c, workers, categories, cases, max(0.0, terms.relief[d]), weights)
        for s in range(n.projects[i]):
            n.focus[i, s] = NOTHING
            if terms.focused[d] != 0:
                n.focus[i, s] = pick(luck_of_call(key, now, c.key[i], s), weights)
            n.value[i, s] = worth[i] // n.projects[i]
            n.end[i, s] = now
        n.provider[i, n.projects[i] :] = NOBODY


@kernel
def _write_lots(t: int, h: Trace, communities: Communities, n: Contracts) -> None:
    """Write down how lots and projects stand before the tender."""
    for i in range(communities.key.shape[0]):
        h.lot[t, i] = communities.lot[i]
        h.members[t, i] = n.members[i]
        h.projects[t, i] = n.projects[i]
        h.until[t, i] = n.until[i]
        for s in range(n.provider.shape[1]):
            h.provider[t, i, s] = n.provider[i, s]
            h.focus[t, i, s] = n.focus[i, s]
            h.start[t, i, s] = n.start[i, s]
            h.end[t, i, s] = n.end[i, s]
            h.price[t, i, s] = n.price[i, s]
            h.wage[t, i, s] = n.wage[i, s]
            h.value[t, i, s] = n.value[i, s]


@kernel
def _hold_lots(
    t: int,
    now: int,
    h: Trace,
    communities: Communities,
    n: Contracts,
    ties: Ties,
    agencies: Providers,
) -> None:
    """Let lots and projects stand before the tender as they were written down.

    A project whose holder does not exist here stays with whom it is, or is tendered. Who holds a project here
    for the first time serves at the price that was written down.
    """
    c = communities
    for i in range(c.key.shape[0]):
        leads = c.lot[i] == i
        before = n.projects[i] if leads else 0
        n.members[i] = h.members[t, i]
        n.until[i] = h.until[t, i]
        for s in range(n.provider.shape[1]):
            n.focus[i, s] = h.focus[t, i, s]
            n.value[i, s] = h.value[t, i, s]
            holder, end = h.provider[t, i, s], h.end[t, i, s]
            if holder >= 0 and agencies.alive[holder] == 0:
                if s >= before:
                    n.provider[i, s] = NOBODY
                    n.end[i, s] = now
                continue
            if holder >= 0 and holder != n.provider[i, s]:
                n.price[i, s] = h.price[t, i, s]
                n.wage[i, s] = h.wage[t, i, s]
                n.start[i, s] = h.start[t, i, s]
            n.provider[i, s] = holder
            n.end[i, s] = end
        n.projects[i] = h.projects[t, i]
    for i in range(c.key.shape[0]):
        c.lot[i] = h.lot[t, i]
    for i in range(c.key.shape[0]):
        lot = c.lot[i]
        for s in range(n.projects[lot]):
            if n.provider[lot, s] >= 0 and now < n.end[lot, s]:
                introduce(ties.provider[i], ties.capital[i], n.provider[lot, s], n.provider[lot])


@kernel
def _pass_winner(
    t: int, h: Trace, i: int, s: int, agencies: Providers, winner: int, cut: float
) -> tuple[int, float]:
    """Write down or hold who wins a tender, and how far the price was cut.

    Where the winner does not exist here, or there was no tender, it is as this run has it.
    """
    if h.mode[MATCHING] == WRITTEN:
        h.winner[t, i, s] = winner
        h.cut[t, i, s] = cut
    elif h.mode[MATCHING] == HELD:
        then = h.winner[t, i, s]
        if then != NO_TENDER and (then < 0 or agencies.alive[then] == 1):
            return then, h.cut[t, i, s]
    return winner, cut


@allocating
def _tender(
    t: int,
    h: Trace,
    key: Key,
    now: int,
    p: Any,
    communities: Communities,
    n: Contracts,
    agency_wage: I64,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    terms: Terms,
    cash: I64,
) -> None:
    """Open every project that is due, district by district in a keyed order; ``cash`` is by provider."""
    c = communities
    committed = np.zeros(providers.key.shape[0])
    hour_cost = np.zeros(providers.key.shape[0])
    luck, known = np.empty(providers.key.shape[0]), np.zeros(providers.key.shape[0])
    districts = terms.price_cap.shape[0]
    capped = False
    for d in range(districts):
        capped = capped or terms.price_cap[d] >= 0.0
    if capped:
        _cost_hours(p, agency_wage, providers, workers, hour_cost)
    offices = np.empty(districts + 1, np.int64)
    first_rows(providers.district, offices)
    projects, order = np.empty(n.end.size, np.int64), np.empty(n.end.size)
    due = np.zeros(districts, np.int64)
    last = 0
    for i in range(c.key.shape[0]):
        if c.lot[i] != i:
            continue
        for s in range(n.projects[i]):
            if now >= n.end[i, s]:
                projects[last] = i * SLOTS + s
                order[last] = uniform(key, _OPENING, now, c.key[i], s)
                due[c.district[i]] += 1
                last += 1
            elif n.provider[i, s] >= 0:
                committed[n.provider[i, s]] += n.value[i, s] / 12.0
    last = 0
    for d in range(districts):
        reference = hour_price(agency_wage[d], agreed(terms.overhead[d], p.o_c), p)
        wait = mean_wait(p.pay_lag, p.p_late, agreed(terms.advance[d], p.advance))
        first, last = last, last + due[d]  # rows are sorted by district
        for _ in range(due[d]):
            next_ = first + _least(order[first:last])
            order[next_] = _DONE
            i, s = projects[next_] // SLOTS, projects[next_] % SLOTS
            incumbent = n.provider[i, s]
            monthly = n.value[i, s] / 12.0
            winner, cut, bids = _open_bids(
                key,
                now,
                p,
                c.key[i],
                s,
                n.focus[i, s],
                c.subdistrict[i],
                d,
                incumbent,
                monthly,
                reference,
                through(h.mode[CASH], h.wait[t], d, wait),
                ties.provider[i],
                ties.capital[i],
                offices[d],
                offices[d + 1],
                providers,
                terms,
                hour_cost,
                cash,
                committed,
                luck,
                known,
            )
            winner, cut = _pass_winner(t, h, i, s, providers, winner, cut)
            if winner >= 0:
                for m in range(i, i + n.members[i]):
                    introduce(ties.provider[m], ties.capital[m], winner, n.provider[i])
            changed = winner >= 0 and incumbent >= 0 and winner != incumbent
            n.provider[i, s] = winner
            share = min(1.0 - p.discount * cut, agreed(terms.price_cap[d], _NO_CAP))
            n.price[i, s] = int(round(reference * share)) if winner >= 0 else 0
            n.wage[i, s] = agency_wage[d]
            n.start[i, s] = now + (int(p.start_lag) if changed else 0)
            again = now + _RETENDER_MONTHS
            n.end[i, s] = n.until[i] if winner >= 0 else min(n.until[i], again)
            n.opened[i, s] = 1
            n.switched[i, s] = 1 if changed else 0
            n.bids[i, s] = bids
            if winner >= 0:
                committed[winner] += monthly


@kernel
def _any_due(now: int, lot: I32, projects: I32, end: I32) -> bool:
    """Whether some project has no running contract."""
    for c in range(lot.shape[0]):
        if lot[c] == c:
            for s in range(projects[c]):
                if now >= end[c, s]:
                    return True
    return False


@allocating
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
    categories: Categories,
    terms: Terms,
    cases: Cases,
    money: Money,
    h: Trace,
) -> None:
    """Form lots whose time is up, and tender every project without a running contract."""
    c, n = communities, contracts
    first = provider_account(districts.key.shape[0], c.key.shape[0], 0)
    t = row_of(h, now)
    n.opened[:] = 0
    n.switched[:] = 0
    before = np.empty((c.key.shape[0], SLOTS), dtype=np.int32)
    _note_holders(c, n, before)
    index_prices(now, p.price_index, c, n, districts.agency_wage)
    _form(key, now, p, c, n, terms, workers, categories, cases)
    if h.mode[MATCHING] == WRITTEN:
        _write_lots(t, h, c, n)
    elif h.mode[MATCHING] == HELD:
        _hold_lots(t, now, h, c, n, ties, providers)
    due = _any_due(now, c.lot, n.projects, n.end)
    if due:
        cash = np.empty(providers.key.shape[0], dtype=np.int64)
        pass_cash(h.mode[CASH], h.cash_bids[t], providers, money.balance[first:], cash)
        _tender(
            t, h, key, now, p, c, n, districts.agency_wage, ties, providers, workers, terms, cash
        )
    if due or h.mode[MATCHING] == HELD:
        _forget(p.d_R, before, c, n, ties)
