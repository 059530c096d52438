r"""What an agency does with its money, in this order: wages, insurance, loans, overhead.

Wages owed from earlier months come first, then this month's; each is shared in proportion where cash does not
cover it, and what is not paid is owed to the person. Social insurance comes next; what is not paid is owed
too. Of a loan of the public purse the share ``loan_repay`` of the month's income is repaid. Overhead comes
last: what payers allow for, and no more than the cash above ``buffer_months`` of payroll. What others pay for an
agency's training and management counts as overhead too.

The overhead paid over what good work needs, :math:`g`, is felt twice: smoothed over months it is the supervision
of staff, and over years it makes the capacity :math:`C` of the organisation,

.. math:: C \leftarrow C + \tfrac{1}{12}\left[b\,g\,(1-C) - w\,(1-g)\,C\right],

which stays within 0 and 1 and rests at :math:`b g/(b g + w(1-g))`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay, split_fen
from sansheng.core.quantities import quantity
from sansheng.core.rows import copy
from sansheng.core.tables import F64, I64
from sansheng.processes.agreed import agreed
from sansheng.processes.costs import insurance
from sansheng.world.accounts import (
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    provider_account,
)
from sansheng.world.schema import Districts, Money, Providers, Workers

PARAMETERS = (
    quantity(
        "buffer_months",
        0.5,
        unit="months",
        low=0.0,
        high=2.0,
        source="assumed",
        role="uncertainty",
        en="payroll that an agency holds back before it pays for overhead",
        zh="机构支付管理费前预留的工资月数",
    ),
    quantity(
        "loan_repay",
        0.1,
        unit="share of income",
        low=0.0,
        high=0.5,
        source="assumed",
        role="uncertainty",
        en="income with which a rescued agency repays its loan",
        zh="获救助机构用于还款的收入比例",
    ),
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
    quantity(
        "cap_build",
        0.3,
        unit="1/year",
        low=0.1,
        high=0.6,
        source="T05",
        status="assumed",
        role="uncertainty",
        en="yearly speed at which an organisation builds capacity where overhead is paid in full",
        zh="管理费充足时组织能力的年积累速度",
    ),
    quantity(
        "cap_wear",
        0.3,
        unit="1/year",
        low=0.1,
        high=0.6,
        source="T05",
        status="assumed",
        role="uncertainty",
        en="yearly speed at which capacity wears where no overhead is paid",
        zh="没有管理费时组织能力的年损耗速度",
    ),
)


@inlined
def next_capacity(capacity: float, got: float, build: float, wear: float) -> float:
    """Organisational capacity a month later.

    Parameters
    ----------
    capacity
        Now, 0 to 1.
    got
        Overhead paid over overhead needed, 0 to 1.
    build, wear
        Yearly speeds.
    """
    return capacity + (build * got * (1.0 - capacity) - wear * (1.0 - got) * capacity) / 12.0


@allocating
def pay_wages(money: Money, account: int, wage: I64, owed: I64, former: int) -> int:
    """Pay wages owed, then wages due, out of an agency's cash; return what former staff got.

    Parameters
    ----------
    wage, owed
        This month's wages and what is owed already, by seat, fen; ``owed`` is updated.
    former
        Owed to people who have left, fen.
    """
    n = wage.shape[0]
    cash = money.balance[account]
    arrears = former
    bill = 0
    for i in range(n):
        arrears += owed[i]
        bill += wage[i]
    if cash >= arrears + bill:
        owed[:] = 0
        pay(money, account, WAGES, arrears + bill)
        return former
    claims = np.zeros(n + 1)
    copy(claims[:n], owed)
    claims[n] = former
    old = min(arrears, cash)
    parts = split_fen(old, claims)
    for i in range(n):
        owed[i] -= parts[i]
        claims[i] = wage[i]
    claims[n] = 0.0
    new = min(bill, cash - old)
    shares = split_fen(new, claims)
    for i in range(n):
        owed[i] += wage[i] - shares[i]
    pay(money, account, WAGES, old + new)
    return int(parts[n])


@kernel
def pay_agencies(
    money: Money,
    p: Any,
    communities: int,
    districts: Districts,
    providers: Providers,
    overhead_said: F64,
    workers: Workers,
) -> None:
    """Pay every agency's wages, insurance, loans and overhead as far as its cash goes.

    ``overhead_said`` is what the rule in force says of overhead, shape ``(district,)``.
    """
    o = providers
    keep = p.supervision_memory
    n = districts.key.shape[0]
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        d = o.district[a]
        account = provider_account(n, communities, a)
        pay(money, OTHER_PAYERS, account, o.other_income[a])
        o.income_month[a] += o.other_income[a]
        income = o.income_month[a]
        mine = slice(o.first_seat[a], o.first_seat[a] + o.seats[a])
        wage, owed = workers.wage[mine], workers.owed[mine]
        o.owed_former[a] -= pay_wages(money, account, wage, owed, o.owed_former[a])
        bill = 0
        left = o.owed_former[a]
        for i in range(wage.shape[0]):
            bill += wage[i]
            left += owed[i]

        o.insurance_owed[a] += insurance(bill, p)
        insured = min(o.insurance_owed[a], money.balance[account])
        o.insurance_owed[a] -= insured
        pay(money, account, SUPPLIERS, insured)

        back = min(o.loan[a], int(p.loan_repay * income), money.balance[account])
        o.loan[a] -= back
        money.repaid[d] += back
        pay(money, account, FINANCE, back)

        spare = max(0, money.balance[account] - int(p.buffer_months * bill))
        allowed = agreed(overhead_said[d], p.o_c)
        overhead = min(int(allowed * income), spare)
        pay(money, account, SUPPLIERS, overhead)
        needed = p.o_n * income
        got = min(1.0, (overhead + o.developed[a]) / needed) if needed > 0.0 else 0.0
        o.supervision[a] = keep * o.supervision[a] + (1.0 - keep) * got
        o.capacity[a] = next_capacity(o.capacity[a], got, p.cap_build, p.cap_wear)
        # Who has nobody left may still owe: the wage of one then measures the months.
        o.owed_months[a] = left / max(bill, districts.agency_wage[d])
