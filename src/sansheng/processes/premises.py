r"""Premises and service circles: slow capital, paid from a line of its own.

A twelfth of the district's capital line :math:`K_d` comes every month into an account for premises, and what the
rule in force takes out of the envelope for them, as long as there is something to build. Premises of
:math:`A_c` square metres wear by :math:`w` a year; upkeep comes first and makes the wear good as far as the account
goes:

.. math:: A_c \leftarrow A_c\left(1 - \tfrac{w}{12}(1-\upsilon_d)\right),\qquad
          \upsilon_d = \min\left(1, \frac{account_d}{\pi\,\tfrac{w}{12}\sum_c A_c}\right)

with :math:`\pi` the price of a square metre. What is left builds where the shortfall against the standard of the
kind of community is largest, one community after the other, each as a whole: a project waits until the account
holds its price, and opens after a lag. Where nothing is left to build, the account returns what it holds, so that
it never holds more than one project needs. Where premises meet the standard, a quarter-hour service circle grows,
:math:`q \leftarrow q + \tfrac{a_q}{12}(1-q)`.
"""

from __future__ import annotations

import math
from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I64
from sansheng.processes.appropriate import monthly_part
from sansheng.world.accounts import FINANCE, SUPPLIERS, capital_account, envelope_account
from sansheng.world.schema import VILLAGE, Communities, Districts, Incentives, Money

PARAMETERS = (
    quantity(
        "m2_urban",
        350.0,
        unit="m2",
        low=100.0,
        high=1000.0,
        source="S-Z16,S-B09",
        status="read",
        role="lever",
        en="premises that an urban community should have",
        zh="城市社区用房标准",
    ),
    quantity(
        "m2_village",
        300.0,
        unit="m2",
        low=100.0,
        high=1000.0,
        source="S-T18",
        status="read",
        role="lever",
        en="premises that a village should have",
        zh="农村社区用房标准",
    ),
    quantity(
        "m2_slack",
        0.05,
        unit="share",
        low=0.005,
        high=0.2,
        source="assumed",
        role="constant",
        en="share of the standard that may be lacking before premises fall short of it",
        zh="用房面积低于标准而仍视为达标的幅度",
    ),
    quantity(
        "m2_price",
        4770.0,
        unit="yuan/m2",
        low=2000.0,
        high=10_000.0,
        source="S-T14",
        role="uncertainty",
        en="price of a square metre: over 1.67 million yuan for premises of 350",
        zh="每平方米用房造价（350平方米超过167万元）",
    ),
    quantity(
        "m2_wear",
        0.02,
        unit="1/year",
        low=0.0,
        high=0.06,
        source="assumed",
        role="uncertainty",
        en="share of premises that wears out in a year without upkeep",
        zh="用房年折旧比例",
    ),
    quantity(
        "build_months",
        12.0,
        unit="months",
        low=1.0,
        high=36.0,
        source="assumed",
        role="uncertainty",
        en="months from payment to the opening of new premises",
        zh="用房从拨款到启用的月数",
    ),
    quantity(
        "circle_speed",
        0.5,
        unit="1/year",
        low=0.0,
        high=1.0,
        source="S-Z18,S-B06",
        role="uncertainty",
        en="speed at which service circles grow where premises meet the standard",
        zh="用房达标后服务圈的扩展速度",
    ),
)


@inlined
def standard_area(kind: int, p: Any) -> float:
    """Square metres that a community of this kind should have."""
    area: float = p.m2_village if kind == VILLAGE else p.m2_urban
    return area


@inlined
def meets_standard(area: float, kind: int, p: Any) -> bool:
    """Whether premises are as large as they should be, but for a little."""
    return bool(area >= (1.0 - p.m2_slack) * standard_area(kind, p))


@kernel
def _keep_up(p: Any, money: Money, account: int, first: int, last: int, area: F64) -> None:
    """Make wear good in the rows of one district, as far as the account goes."""
    worn = 0.0
    for c in range(first, last):
        worn += p.m2_wear / 12.0 * area[c]
    cost = math.ceil(worn * p.m2_price * 100.0)
    paid = min(cost, money.balance[account])
    pay(money, account, SUPPLIERS, paid)
    if paid < cost:
        left = 1.0 - p.m2_wear / 12.0 * (1.0 - paid / cost)
        for c in range(first, last):
            area[c] *= left


@kernel
def _most_wanting(
    p: Any, first: int, last: int, key: I64, kind: I8, area: F64, building: F64
) -> int:
    """Row of the community that falls short most, where nothing is built; -1 where none falls short."""
    found = -1
    most = 0.0
    for c in range(first, last):
        if building[c] > 0.0 or meets_standard(area[c], kind[c], p):
            continue
        lacking = standard_area(kind[c], p) - area[c]
        if lacking > most or (lacking == most and key[c] < key[found]):
            found = c
            most = lacking
    return found


@kernel
def step(
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    incentives: Incentives,
    money: Money,
) -> None:
    """Open what is built, keep premises up, build more, and let service circles grow."""
    c = communities
    n = districts.key.shape[0]
    for i in range(c.key.shape[0]):
        if c.building[i] > 0.0 and now >= c.ready[i]:
            c.premises[i] += c.building[i]
            c.building[i] = 0.0
        if meets_standard(c.premises[i], c.kind[i], p):
            c.circle[i] += p.circle_speed / 12.0 * (1.0 - c.circle[i])
    first = 0
    while first < c.key.shape[0]:  # communities of one district are neighbours
        d = c.district[first]
        last = first
        while last < c.key.shape[0] and c.district[last] == d:
            last += 1
        account = capital_account(n, d)
        pay(money, FINANCE, account, monthly_part(districts.capital[d], now % 12, 12))
        money.capital[d] = 0
        if (
            incentives.capital[d] > 0
            and _most_wanting(p, first, last, c.key, c.kind, c.premises, c.building) >= 0
        ):
            elapsed = now - incentives.period_start[d]
            money.capital[d] = monthly_part(
                incentives.capital[d], elapsed, incentives.period_months[d]
            )
            pay(money, envelope_account(d), account, money.capital[d])
        _keep_up(p, money, account, first, last, c.premises)
        while True:
            i = _most_wanting(p, first, last, c.key, c.kind, c.premises, c.building)
            if i < 0:
                pay(money, account, FINANCE, money.balance[account])
                break
            lacking = standard_area(c.kind[i], p) - c.premises[i]
            price = math.ceil(lacking * p.m2_price * 100.0)
            if price > money.balance[account]:
                break
            pay(money, account, SUPPLIERS, price)
            c.building[i] = lacking
            c.ready[i] = now + int(p.build_months)
        first = last
