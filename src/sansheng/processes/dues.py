r"""Service: bought, set aside, put off, paid; and what partners add to it in kind.

This month's hours at the contract's price leave the community's account at once. The share ``advance`` of it is
paid with the month; the rest waits in escrow for ``pay_lag`` months, one more where a community may not sign for
itself and the subdistrict does. Each month in which they fall due they are put off by another with probability
:math:`p_{late}`, so that payment comes :math:`G` months late,

.. math:: P(G \ge k) = p_{late}^k,

within the months that the books look ahead. One draw a community and month decides: more lateness never
brings money sooner.

*Agencies under a tariff.* An agency's pay for a month of hours :math:`b_c` at price :math:`k` is
:math:`k b_c\,(1-\theta + \theta\,\pi_a/\bar\pi)`, with :math:`\theta` the pass-through of the rule,
:math:`\pi_a` the tariff per minute of the kinds of case it worked on and :math:`\bar\pi` the same for all staff
of the community: contracts passed on back to back reward the better-paid kinds of case.

*In kind.* Rooms, materials and volunteers' time that partners bring are worth ``m_r`` times the service
bought. They are no money: no account holds them.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, fill_uniform
from sansheng.core.tables import I32, I64
from sansheng.processes.agreed import agreed
from sansheng.world.accounts import community_account, escrow_account, provider_account
from sansheng.world.schema import (
    AGENCY_PRO,
    Cases,
    Categories,
    Communities,
    Contracts,
    Incentives,
    Money,
    Providers,
    Terms,
)

PARAMETERS = (
    quantity(
        "p_late",
        0.3,
        unit="1/month",
        low=0.0,
        high=0.6,
        source="B74",
        status="assumed",
        role="uncertainty",
        en="probability that a payment due for service is put off by another month",
        zh="到期服务款再推迟一个月的概率",
    ),
    quantity(
        "advance",
        0.3,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="lever",
        en="share of a month's service that is paid with the month, without delay",
        zh="当月即时拨付的服务款比例",
    ),
    quantity(
        "m_r",
        1.7,
        unit="ratio",
        low=1.4,
        high=2.5,
        source="B20,B21",
        role="uncertainty",
        en="matched resources in kind per yuan of service bought",
        zh="每元购买服务撬动的实物配套",
    ),
)

_LATE = decision("settle.late")


@inlined
def months_late(u: float, p_late: float, most: int) -> int:
    """Months by which a payment is put off, at most ``most``, for luck ``u`` in (0, 1)."""
    months = 0
    edge = p_late
    while months < most and u < edge:
        months += 1
        edge *= p_late
    return months


@inlined
def mean_wait(pay_lag: float, p_late: float, advance: float) -> float:
    """Months of its wages that an agency has to carry, on average, until it is paid.

    Parameters
    ----------
    pay_lag
        Months between service and payment.
    p_late
        Probability that a payment is put off by a month, and by another.
    advance
        Share that is paid at once.
    """
    return (pay_lag + p_late / (1.0 - p_late)) * (1.0 - advance)


@kernel
def relative_tariff(pay_: I64, need: I64, worked: I32) -> float:
    """Tariff per minute of what the agency worked on, relative to all staff of the community.

    Parameters
    ----------
    pay_
        Tariff, shape ``(category, hardness)``, fen a task.
    need
        Standard times, shape ``(category, hardness)``, minutes.
    worked
        Minutes, shape ``(pool, category, hardness)``.
    """
    agency_pay = agency_time = all_pay = all_time = 0.0
    for k in range(pay_.shape[0]):
        for h in range(2):
            rate = pay_[k, h] / need[k, h]
            minutes = worked[:, k, h].sum()
            all_pay += rate * minutes
            all_time += minutes
            agency_pay += rate * worked[AGENCY_PRO, k, h]
            agency_time += worked[AGENCY_PRO, k, h]
    if agency_time <= 0.0 or all_pay <= 0.0:
        return 1.0
    return agency_pay / agency_time / (all_pay / all_time)


@kernel
def owe(due: I64, late: I64, now: int, lag: int, put_off: int, amount: int) -> None:
    """Note what is due to an agency ``lag`` months from now, put off by ``put_off`` more.

    ``due`` and ``late`` are the agency's, shape ``(lag,)``.
    """
    slot = (now + lag + put_off) % due.shape[0]
    due[slot] += amount
    if put_off > 0:
        late[slot] += amount


@allocating
def buy_service(
    key: Key,
    now: int,
    p: Any,
    districts: int,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    categories: Categories,
    incentives: Incentives,
    terms: Terms,
    cases: Cases,
    money: Money,
) -> None:
    """Set aside the price of this month's agency hours and note when agencies will be paid."""
    c, o = communities, providers
    luck = fill_uniform(key, _LATE, now, c.key, 0)
    for i in range(c.key.shape[0]):
        money.bought[i] = 0
        c.in_kind[i] = 0
        if c.hours_paid[i] <= 0.0:
            continue
        d, lot = c.district[i], c.lot[i]
        theta = incentives.pass_through[d]
        worth = 1.0
        if theta > 0.0:
            relative = relative_tariff(incentives.pay[i], categories.minutes, cases.worked[i])
            worth = 1.0 - theta + theta * relative
        lag = int(p.pay_lag) + 1 - int(c.standing[i])
        most = o.due.shape[1] - 1 - lag
        advance = agreed(terms.advance[d], p.advance)
        put_off = months_late(luck[i], p.p_late, most)
        account = community_account(districts, i)
        for s in range(c.hours_by.shape[1]):
            if c.hours_by[i, s] <= 0.0:
                continue
            a = contracts.provider[lot, s]
            value = c.hours_by[i, s] * contracts.price[lot, s] * worth
            amount = min(int(round(value)), money.balance[account])
            at_once = int(advance * amount)
            pay(money, account, escrow_account(districts, d), amount)
            owe(o.due[a], o.late[a], now, 0, 0, at_once)
            owe(o.due[a], o.late[a], now, lag, put_off, amount - at_once)
            money.bought[i] += amount
        c.in_kind[i] = int(p.m_r * money.bought[i])


@kernel
def pay_due(now: int, districts: int, communities: int, providers: Providers, money: Money) -> None:
    """Pay agencies what falls due this month."""
    o = providers
    slot = now % o.due.shape[1]
    money.settled[:] = 0
    money.settled_late[:] = 0
    for a in range(o.key.shape[0]):
        amount = o.due[a, slot]
        if amount == 0:
            continue
        d = o.district[a]
        account = provider_account(districts, communities, a)
        pay(money, escrow_account(districts, d), account, amount)
        o.income_month[a] += amount
        money.settled[d] += amount
        money.settled_late[d] += o.late[a, slot]
        o.due[a, slot] = 0
        o.late[a, slot] = 0
