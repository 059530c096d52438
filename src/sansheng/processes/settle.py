r"""The month's payments, double entry and in whole fen.

In order: tariffs for verified tasks accrue against the year's pot and are paid after the rule's delay; service
bought this month is set aside from the community's account and paid to the agency after the payment lag;
agencies receive other income; wages, social insurance and overhead are paid; tariffs of reopened cases are
taken back.

*Tariffs.* After :math:`m` of :math:`n` months the accrued tariffs of a district may not exceed the share
:math:`m/n` of its pot; claims above are cut in proportion. In the last month the rest of the pot is settled
in proportion to the year's claims (年终清算), so that the pot is spent and never exceeded.

*Agencies under a tariff.* An agency's pay for a month of hours :math:`b_c` at price :math:`k` is
:math:`k b_c\,(1-\theta + \theta\,\pi_a/\bar\pi)`, with :math:`\theta` the pass-through of the rule,
:math:`\pi_a` the tariff per minute of the kinds of case it worked on and :math:`\bar\pi` the same for all staff
of the community: contracts passed on back to back reward the better-paid kinds of case.

*Wages.* An agency pays what it owes from earlier months, then this month's wages and insurance; what its cash
does not cover is owed to each worker, never forgiven. Overhead comes last: it gets what the payer allows
for, and no more than the cash above half a month's payroll; the ratio to what good supervision needs is the
supervision that staff receive.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay, split_fen
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.costs import insurance
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    claims_account,
    community_account,
    envelope_account,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import (
    AGENCY,
    AGENCY_PRO,
    HARD,
    STATION,
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Incentives,
    Money,
    Providers,
    Workers,
)

PARAMETERS = (
    quantity(
        "supervision_memory",
        0.8,
        unit="1/month",
        low=0.0,
        high=0.95,
        source="assumed",
        role="constant",
        en="memory of supervision: a bad month is not felt at once",
        zh="督导水平的平滑系数",
    ),
)


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
        earned = pot[d] * elapsed // period_months[d] - money.tariff_paid[d]
        amount = max(0, min(earned, int(this_month.sum())))
        _book_tariffs(money, now, d, pot.shape[0], delay[d], amount, this_month)
        if elapsed == period_months[d]:
            rest = max(0, pot[d] - money.tariff_paid[d])
            year = _only(money.points, district, d)
            _book_tariffs(money, now, d, pot.shape[0], delay[d], rest, year)


@kernel
def relative_tariff(pay_: I64, easy_minutes: I64, hard_minutes: I64, worked: I64) -> float:
    """Tariff per minute of what the agency worked on, relative to all staff of the community.

    Parameters
    ----------
    pay_
        Tariff, shape ``(category, hardness)``, fen a task.
    easy_minutes, hard_minutes
        Standard times, shape ``(category,)``.
    worked
        Minutes, shape ``(category, hardness, pool)``.
    """
    agency_pay = agency_time = all_pay = all_time = 0.0
    for k in range(pay_.shape[0]):
        for h in range(2):
            rate = pay_[k, h] / (hard_minutes[k] if h == HARD else easy_minutes[k])
            minutes = worked[k, h].sum()
            all_pay += rate * minutes
            all_time += minutes
            agency_pay += rate * worked[k, h, AGENCY_PRO]
            agency_time += worked[k, h, AGENCY_PRO]
    if agency_time <= 0.0 or all_pay <= 0.0:
        return 1.0
    return agency_pay / agency_time / (all_pay / all_time)


@kernel
def _buy_service(
    money: Money,
    due: int,
    districts: int,
    communities: Communities,
    contracts: Contracts,
    categories: Categories,
    incentives: Incentives,
    cases: Cases,
) -> None:
    """Set aside the price of this month's agency hours; agencies are paid in the month ``due``."""
    c = communities
    for i in range(c.key.shape[0]):
        money.bought[i] = 0
        if c.hours_paid[i] <= 0.0:
            continue
        d, lot = c.district[i], c.lot[i]
        theta = incentives.pass_through[d]
        worth = 1.0
        if theta > 0.0:
            relative = relative_tariff(
                incentives.pay[i],
                categories.easy_minutes,
                categories.hard_minutes,
                cases.worked[i],
            )
            worth = 1.0 - theta + theta * relative
        account = community_account(districts, i)
        for s in range(c.hours_by.shape[1]):
            if c.hours_by[i, s] <= 0.0:
                continue
            value = c.hours_by[i, s] * contracts.price[lot, s] * worth
            amount = min(int(round(value)), money.balance[account])
            pay(money, account, escrow_account(districts, d), amount)
            money.due[i, s, due] += amount
            money.payee[i, s, due] = contracts.provider[lot, s]
            money.bought[i] += amount


@kernel
def _pay_due(
    money: Money,
    slot: int,
    district: I32,
    districts: int,
    alive: I8,
    received_year: I64,
    income_month: I64,
) -> None:
    """Pay tariffs and service that fall due; what is due to an agency that is gone returns."""
    communities = district.shape[0]
    for c in range(communities):
        d = district[c]
        tariff = money.claim[c, slot]
        money.claim[c, slot] = 0
        pay(money, claims_account(districts, d), community_account(districts, c), tariff)
        received_year[c] += tariff
        money.tariffs_ever[c] += tariff
        for s in range(money.due.shape[1]):
            service = money.due[c, s, slot]
            money.due[c, s, slot] = 0
            a = money.payee[c, s, slot]
            if service > 0 and a >= 0 and alive[a] == 1:
                account = provider_account(districts, communities, a)
                pay(money, escrow_account(districts, d), account, service)
                income_month[a] += service
            elif service > 0:
                pay(money, escrow_account(districts, d), FINANCE, service)


@kernel
def _claw_back(money: Money, districts: int, pay_: I64, claimed_share: F64, reopened: I32) -> None:
    """Take back what was paid for cases that an audit reopened, as far as the account holds it.

    What was paid for a claim is its tariff times the part of all claims that has been paid so far.
    """
    for c in range(reopened.shape[0]):
        value = 0.0
        if money.claimed_ever[c] > 0.0:
            for k in range(pay_.shape[1]):
                for h in range(2):
                    value += reopened[c, k, h] * claimed_share[c, k, h] * pay_[c, k, h]
            value *= min(1.0, money.tariffs_ever[c] / money.claimed_ever[c])
        owed = int(value)
        account = community_account(districts, c)
        money.clawed[c] = min(owed, money.balance[account])
        pay(money, account, FINANCE, money.clawed[c])


@kernel
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
        wage[i] = start + step[i] * per_step if filled[i] == 1 else 0


@kernel
def _pay_stations(
    money: Money, p: Any, district: I32, first_seat: I32, seats: I32, wage: I64, bill: I64
) -> None:
    """Pay community workers from the base line, which no rule touches."""
    bill[:] = 0
    for c in range(district.shape[0]):
        for i in range(first_seat[c], first_seat[c] + seats[c]):
            bill[district[c]] += wage[i]
    for d in range(bill.shape[0]):
        extra = insurance(bill[d], p)
        pay(money, FINANCE, BASE_LINE, bill[d] + extra)
        pay(money, BASE_LINE, WAGES, bill[d])
        pay(money, BASE_LINE, SUPPLIERS, extra)


@allocating
def _pay_wages(money: Money, account: int, wage: I64, owed: I64, former: int) -> int:
    """Pay wages owed and due out of an agency's cash, in proportion; return what former staff got.

    Parameters
    ----------
    wage, owed
        This month's wages and what is owed already, by seat, fen; ``owed`` is updated.
    former
        Owed to people who have left, fen.
    """
    n = wage.shape[0]
    claims = np.zeros(n + 1)
    for i in range(n):
        owed[i] += wage[i]
        claims[i] = owed[i]
    claims[n] = former
    amount = min(owed.sum() + former, money.balance[account])
    parts = split_fen(amount, claims)
    for i in range(n):
        owed[i] -= parts[i]
    pay(money, account, WAGES, amount)
    return int(parts[n])


@kernel
def _pay_agencies(
    money: Money,
    p: Any,
    districts: int,
    communities: int,
    kind: I8,
    alive: I8,
    first_seat: I32,
    seats: I32,
    other_income: I64,
    income_month: I64,
    owed_former: I64,
    supervision: F64,
    owed_months: F64,
    wage: I64,
    owed: I64,
) -> None:
    """Pay every agency's arrears, wages, insurance and overhead as far as its cash goes."""
    keep = p.supervision_memory
    for a in range(kind.shape[0]):
        if kind[a] != AGENCY or alive[a] == 0:
            continue
        account = provider_account(districts, communities, a)
        pay(money, OTHER_PAYERS, account, other_income[a])
        income_month[a] += other_income[a]
        mine = slice(first_seat[a], first_seat[a] + seats[a])
        bill = wage[mine].sum()
        owed_former[a] -= _pay_wages(money, account, wage[mine], owed[mine], owed_former[a])
        left = owed[mine].sum() + owed_former[a]
        pay(money, account, SUPPLIERS, min(insurance(bill, p), money.balance[account]))
        spare = max(0, money.balance[account] - bill // 2)
        overhead = min(int(p.o_c * income_month[a]), spare)
        pay(money, account, SUPPLIERS, overhead)
        needed = p.o_n * income_month[a]
        got = min(1.0, overhead / needed) if needed > 0.0 else 0.0
        supervision[a] = keep * supervision[a] + (1.0 - keep) * got
        owed_months[a] = left / bill if bill > 0 else 0.0


@inlined
def step(
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    workers: Workers,
    categories: Categories,
    incentives: Incentives,
    cases: Cases,
    money: Money,
) -> None:
    """Settle the month."""
    c = communities
    n, lags = districts.key.shape[0], money.due.shape[2]
    providers.income_month[:] = 0
    _accrue_tariffs(
        money,
        now,
        c.district,
        incentives.pot,
        incentives.delay,
        incentives.period_start,
        incentives.period_months,
    )
    _buy_service(
        money,
        (now + int(p.pay_lag)) % lags,
        n,
        c,
        contracts,
        categories,
        incentives,
        cases,
    )
    _pay_due(
        money,
        now % lags,
        c.district,
        n,
        providers.alive,
        c.received_year,
        providers.income_month,
    )
    _claw_back(money, n, incentives.pay, cases.claimed_share, cases.reopened)
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
    _pay_agencies(
        money,
        p,
        n,
        c.key.shape[0],
        providers.kind,
        providers.alive,
        providers.first_seat,
        providers.seats,
        providers.other_income,
        providers.income_month,
        providers.owed_former,
        providers.supervision,
        providers.owed_months,
        workers.wage,
        workers.owed,
    )
