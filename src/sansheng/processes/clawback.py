r"""Clawback: tariffs of reopened cases are taken back, and reach whoever did the work.

The public purse takes from the community what was paid for the cases that an audit reopened. The community
passes on to its agencies the part that their pay follows the tariff, times their part of the work,
:math:`\theta\,s_c` of it, in proportion to their hours: out of an agency's cash, and what that does not cover is
set off against what is due to it, the nearest month first.
"""

from __future__ import annotations

from sansheng.core.kernels import kernel
from sansheng.core.ledger import pay
from sansheng.core.rows import total
from sansheng.core.tables import F64, I32, I64
from sansheng.core.views import flat
from sansheng.world.accounts import (
    FINANCE,
    community_account,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import (
    AGENCY_PRO,
    Cases,
    Communities,
    Contracts,
    Incentives,
    Money,
    Providers,
)


@kernel
def paid_for(pay_: I64, claimed_share: F64, reopened: I32, paid: float) -> float:
    """Tariffs that were paid for a community's reopened cases, fen.

    Parameters
    ----------
    pay_, claimed_share, reopened
        Shape ``(category, hardness)``.
    paid
        Part of all claims that has been paid so far.
    """
    value = 0.0
    for k in range(pay_.shape[0]):
        for h in range(2):
            value += reopened[k, h] * claimed_share[k, h] * pay_[k, h]
    return value * min(1.0, paid)


@kernel
def agency_share(worked: I32) -> float:
    """Agency's part of the work of a community; ``worked`` has shape ``(pool, category, hardness)``."""
    everybody = total(flat(worked))
    return total(flat(worked[AGENCY_PRO])) / everybody if everybody > 0 else 0.0


@kernel
def set_off(due: I64, late: I64, now: int, amount: int) -> int:
    """Take up to ``amount`` out of what is due to an agency, the nearest month first; return how much.

    ``due`` and ``late`` are the agency's, shape ``(lag,)``; this month's have been paid.
    """
    taken = 0
    for ahead in range(1, due.shape[0]):
        slot = (now + ahead) % due.shape[0]
        part = min(amount - taken, due[slot])
        due[slot] -= part
        late[slot] = min(late[slot], due[slot])
        taken += part
    return taken


@kernel
def claw_back(
    now: int,
    districts: int,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    incentives: Incentives,
    cases: Cases,
    money: Money,
) -> None:
    """Take back what was paid for cases that an audit reopened, as far as accounts hold it."""
    c = communities
    n = c.key.shape[0]
    for i in range(n):
        money.clawed[i] = 0
        money.passed_on[i] = 0
        if money.claimed_ever[i] <= 0.0:
            continue
        paid = money.tariffs_ever[i] / money.claimed_ever[i]
        value = paid_for(incentives.pay[i], cases.claimed_share[i], cases.reopened[i], paid)
        account = community_account(districts, i)
        money.clawed[i] = min(int(value), money.balance[account])
        pay(money, account, FINANCE, money.clawed[i])

        d = c.district[i]
        if money.clawed[i] == 0 or incentives.pass_through[d] <= 0.0:
            continue
        share = incentives.pass_through[d] * agency_share(cases.worked[i])
        for s in range(c.hours_by.shape[1]):
            if c.hours_by[i, s] <= 0.0:
                continue
            a = contracts.provider[c.lot[i], s]
            part = int(share * money.clawed[i] * c.hours_by[i, s] / c.hours_paid[i])
            purse = provider_account(districts, n, a)
            cash = min(part, money.balance[purse])
            pay(money, purse, account, cash)
            rest = set_off(providers.due[a], providers.late[a], now, part - cash)
            pay(money, escrow_account(districts, d), account, rest)
            money.passed_on[i] += cash + rest
