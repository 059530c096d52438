"""Events of public money: what communities, districts and grassroots groups receive, spend and return.

Grants, tariffs and awards are told twice: when they are won, which is when the record counts them, and when they
arrive, which is when an account holds them. Grants arrive as they are booked.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.tables import I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment, by_district, numbers
from sansheng.processes.appropriate import instalment
from sansheng.world.accounts import envelope_account


def note_communities(m: Moment) -> None:
    """Tell what communities were granted, received, returned and spent on service."""
    t, then, rows = m.t, m.before.money, m.rows
    money = t.money
    here = numbers(m.communities)
    where = {"other": t.communities.district + 1, "community": here}
    grants = _instalments(m)
    tariffs = money.tariffs_ever - then.tariffs_ever
    booked = money.claim.sum(axis=1) - then.claim.sum(axis=1) + tariffs
    won = money.granted - booked - grants
    awards = won - money.award_due.sum(axis=1) + then.award_due.sum(axis=1)
    rows.pay("instalment", here, grants, **where)
    rows.pay("tariff_won", here, booked, **where)
    rows.pay("tariff_paid", here, tariffs, **where)
    rows.pay("award_won", here, won, **where)
    rows.pay("award_paid", here, awards, **where)
    rows.pay("posts_paid", here, money.transferred, community=here)
    rows.pay("returned", here, money.returned, community=here)
    rows.pay("clawed_back", here, money.clawed, community=here)
    rows.pay("clawback_shared", here, money.passed_on, community=here)
    _note_service(m)


def _instalments(m: Moment) -> I64:
    """Return the grants that arrived, fen by community."""
    i, c = m.t.incentives, m.t.communities
    due = np.zeros(m.communities, dtype=np.int64)
    for row in np.flatnonzero(i.grant):
        d = c.district[row]
        elapsed = m.now - i.period_start[d]
        due[row] = instalment(i.grant[row], elapsed, i.period_months[d], i.first[d])
    return due


def _note_service(m: Moment) -> None:
    """Tell which agencies communities bought service from.

    What a community paid is divided by hours times price: to the fen in all, and within a fen an agency unless
    the community's account ran dry.
    """
    c, n, bought = m.t.communities, m.t.contracts, m.t.money.bought
    buyers: list[int] = []
    sellers: list[int] = []
    fen: list[int] = []
    for row in np.flatnonzero(bought):
        worth = c.hours_by[row] * n.price[c.lot[row]]
        sold = np.flatnonzero(worth > 0.0)
        holders = n.provider[c.lot[row]][sold]
        for agency, part in zip(holders, split_fen(bought[row], worth[sold]), strict=True):
            buyers.append(int(row) + 1)
            sellers.append(m.agencies[agency] if agency >= 0 else NONE)
            fen.append(part)
    community = np.array(buyers, dtype=np.int64)
    m.rows.pay(
        "service_bought",
        community,
        np.array(fen, dtype=np.int64),
        other=np.array(sellers, dtype=np.int64),
        community=community,
    )


def note_districts(m: Moment) -> None:
    """Tell what envelopes received, gave to others than communities, and returned."""
    t, rows = m.t, m.rows
    d, money = t.districts, t.money
    here = numbers(m.districts)
    envelope = slice(envelope_account(0), envelope_account(m.districts))
    ventures = _note_ventures(m)
    granted = by_district(money.granted, t.communities.district, m.districts)
    spent = granted + ventures + money.capital + money.development
    rows.pay("appropriated", here, money.received[envelope])
    rows.pay("envelope_returned", here, money.paid[envelope] - spent)
    rows.pay("premises_paid", here, money.capital)
    rows.pay("development", here, money.development)
    rows.pay("allowances", here, d.allowances)
    rows.pay("project_pay", here, d.bonuses)
    rows.pay("staff_awards", here, d.awards)
    rows.pay("exam_training", here, d.training_cost)


def _note_ventures(m: Moment) -> I64:
    """Tell of projects of grassroots groups; return what was granted them, fen by district."""
    o, then, rows = m.t.groups, m.before.groups, m.rows
    ended = (then.grant > 0) & ((then.alive == 0) | (then.until <= m.now))
    begun = (o.grant > 0) & ((then.grant == 0) | ended)
    home = o.community.astype(np.int64) + 1
    granted = np.where(begun, o.grant, 0)
    rows.add("venture_ended", m.groups[ended], other=home[ended], community=home[ended])
    rows.pay("venture_granted", m.groups, granted, other=home, community=home)
    by_home = np.zeros(m.communities, dtype=np.int64)
    np.add.at(by_home, o.community[begun], granted[begun])
    here = numbers(m.communities)
    rows.pay("venture_returned", here, by_home - m.t.money.ventured, community=here)
    return by_district(granted, o.district, m.districts)
