r"""The month's payments, double entry and in whole fen.

In order: tariffs for verified tasks accrue against the year's pot and are paid after the rule's delay; service
is bought, set aside and paid when it falls due (:mod:`sansheng.processes.dues`); tariffs of reopened cases are
taken back (:mod:`sansheng.processes.clawback`); stations are paid from the base line, and communities get
the wages of posts kept empty from it (:mod:`sansheng.processes.transfer`); agencies receive other
income and pay wages, insurance, loans and overhead (:mod:`sansheng.processes.payroll`).

*Tariffs.* After :math:`m` of :math:`n` months the accrued tariffs of a district may not exceed the share
:math:`m/n` of its pot; claims above are cut in proportion. In the last month the rest of the pot is settled
in proportion to the year's claims (年终清算), so that the pot is spent and never exceeded. An open-ended tariff pays
every claim in full: the public purse adds what the pot does not hold, and what it holds too much is not shared out.

*Development.* Money that builds social organisations is paid month by month, the same to each that employs
somebody, and goes into training, supervision and management.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.ledger import pay, split_fen
from sansheng.core.streams import Key
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes import dues, payroll
from sansheng.processes.appropriate import monthly_part
from sansheng.processes.clawback import claw_back
from sansheng.processes.costs import insurance
from sansheng.processes.dues import buy_service, pay_due
from sansheng.processes.payroll import pay_agencies
from sansheng.processes.transfer import pay_transfers
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    SUPPLIERS,
    WAGES,
    claims_account,
    community_account,
    envelope_account,
)
from sansheng.world.schema import (
    STATION,
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Incentives,
    Money,
    Providers,
    Terms,
    Workers,
)

PARAMETERS = (*dues.PARAMETERS, *payroll.PARAMETERS)
"""Declared where they are used."""


@allocating
def _book_tariffs(
    money: Money, now: int, d: int, districts: int, delay: int, amount: int, weights: F64
) -> None:
    """Share an amount of tariffs by claims, and note when it falls due."""
    parts = split_fen(amount, weights)
    slot = (now + delay) % money.claim.shape[1]
    for c in range(parts.shape[0]):
        pay(money, envelope_account(d), claims_account(districts, d), parts[c])
        money.claim[c, slot] += parts[c]
        money.granted[c] += parts[c]
        money.tariff_paid[d] += parts[c]


@allocating
def _only(values: Any, district: I32, d: int) -> F64:
    """Values of the communities of district ``d``, 0 elsewhere."""
    own = np.zeros(values.shape[0])
    for c in range(values.shape[0]):
        if district[c] == d:
            own[c] = values[c]
    return own


@allocating
def _accrue_tariffs(
    money: Money,
    now: int,
    district: I32,
    pot: I64,
    open_ended: I8,
    delay: I32,
    period_start: I32,
    period_months: I32,
) -> None:
    """Book this month's claims against the pots; year-end settlement in a period's last month."""
    for c in range(district.shape[0]):
        money.points[c] += money.claimed[c]
        money.claimed_ever[c] += money.claimed[c]
    for d in range(pot.shape[0]):
        if pot[d] == 0:
            continue
        elapsed = now - period_start[d] + 1
        this_month = _only(money.claimed, district, d)
        if open_ended[d] == 1:
            amount = int(this_month.sum())
            missing = max(0, amount - max(0, pot[d] - money.tariff_paid[d]))
            pay(money, FINANCE, envelope_account(d), missing)
            _book_tariffs(money, now, d, pot.shape[0], delay[d], amount, this_month)
            continue
        earned = pot[d] * elapsed // period_months[d] - money.tariff_paid[d]
        amount = max(0, min(earned, int(this_month.sum())))
        _book_tariffs(money, now, d, pot.shape[0], delay[d], amount, this_month)
        if elapsed == period_months[d]:
            rest = max(0, pot[d] - money.tariff_paid[d])
            year = _only(money.points, district, d)
            _book_tariffs(money, now, d, pot.shape[0], delay[d], rest, year)


@kernel
def _pay_tariffs(
    money: Money, slot: int, district: I32, districts: int, received_year: I64
) -> None:
    """Pay communities the tariffs that fall due."""
    for c in range(district.shape[0]):
        tariff = money.claim[c, slot]
        money.claim[c, slot] = 0
        pay(money, claims_account(districts, district[c]), community_account(districts, c), tariff)
        received_year[c] += tariff
        money.tariffs_ever[c] += tariff


@disjoint
def _set_wages(
    filled: I8,
    employer: I32,
    district: I32,
    step: I32,
    base: I64,
    agency: I64,
    per_step: int,
    wage: I64,
) -> None:
    for i in range(filled.shape[0]):
        start = base[district[i]] if employer[i] == STATION else agency[district[i]]
        wage[i] = filled[i] * (start + step[i] * per_step)


@kernel
def _pay_stations(
    money: Money, p: Any, district: I32, first_seat: I32, seats: I32, wage: I64, bill: I64
) -> None:
    """Pay community workers from the base line, which no rule touches."""
    bill[:] = 0
    for c in range(district.shape[0]):
        wages = 0
        for i in range(first_seat[c], first_seat[c] + seats[c]):
            wages += wage[i]
        bill[district[c]] += wages
    for d in range(bill.shape[0]):
        extra = insurance(bill[d], p)
        pay(money, FINANCE, BASE_LINE, bill[d] + extra)
        pay(money, BASE_LINE, WAGES, bill[d])
        pay(money, BASE_LINE, SUPPLIERS, extra)


@allocating
def _develop(now: int, incentives: Incentives, providers: Providers, money: Money) -> None:
    """Pay this month's part of what builds social organisations."""
    i, o = incentives, providers
    money.development[:] = 0
    o.developed[:] = 0
    for d in range(i.development.shape[0]):
        if i.development[d] == 0:
            continue
        month, months = now - i.period_start[d], i.period_months[d]
        due = monthly_part(i.development[d], month, months)
        employers = np.zeros(o.key.shape[0])
        for a in range(o.key.shape[0]):
            if o.alive[a] == 1 and o.district[a] == d and o.enterprise[a] == 0 and o.staff[a] > 0:
                employers[a] = 1.0
        if not employers.any():
            continue
        pay(money, envelope_account(d), SUPPLIERS, due)
        money.development[d] = due
        parts = split_fen(due, employers)
        for a in range(parts.shape[0]):
            o.developed[a] += parts[a]


@inlined
def step(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    workers: Workers,
    categories: Categories,
    incentives: Incentives,
    terms: Terms,
    cases: Cases,
    money: Money,
) -> None:
    """Settle the month."""
    c = communities
    n, homes = districts.key.shape[0], communities.key.shape[0]
    providers.income_month[:] = 0
    _accrue_tariffs(
        money,
        now,
        c.district,
        incentives.pot,
        incentives.open_ended,
        incentives.delay,
        incentives.period_start,
        incentives.period_months,
    )
    buy_service(
        key,
        now,
        p,
        n,
        c,
        contracts,
        providers,
        categories,
        incentives,
        terms,
        cases,
        money,
    )
    _pay_tariffs(money, now % money.claim.shape[1], c.district, n, c.received_year)
    pay_due(now, n, homes, providers, money)
    claw_back(now, n, c, contracts, providers, incentives, cases, money)
    _set_wages(
        workers.filled,
        workers.employer,
        workers.district,
        workers.step,
        districts.base_wage,
        districts.agency_wage,
        int(p.step_pay * 100.0),
        workers.wage,
    )
    _pay_stations(
        money, p, c.district, c.first_seat, c.seats, workers.wage, districts.wage_bill_base
    )
    pay_transfers(p, districts, c, workers, money)
    _develop(now, incentives, providers, money)
    pay_agencies(money, p, homes, districts, providers, terms.overhead, workers)
