r"""Functions handed to social organisations: posts are given up one by one, and their wages buy service.

Of the :math:`S_c` posts of a station the share ``outsourced`` is to go, :math:`\lfloor share\,S_c \rfloor` posts.
Nobody is dismissed: a post goes when it is vacant, and then stays empty. Its starting wage and insurance, which
the base line no longer pays, go to the community every month, and the committee buys service for them in the next.
The money is the same; administration stays with those who are left.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.processes.costs import insurance
from sansheng.world.accounts import BASE_LINE, FINANCE, community_account
from sansheng.world.schema import Communities, Districts, Money, Workers

PARAMETERS = (
    quantity(
        "outsourced",
        0.0,
        unit="share",
        low=0.0,
        high=0.5,
        source="S-C24",
        status="assumed",
        role="lever",
        en="posts of a station that are given up as they fall vacant, their wages buying service",
        zh="社区站点岗位出缺后不再补员、经费转为购买服务的比例",
    ),
)


@inlined
def posts_to_go(share: float, posts: int) -> int:
    """Whole posts in a share of ``posts``; a hair below a whole one counts as that."""
    return int(share * posts + 1e-9)


@kernel
def keep_empty(share: float, communities: Communities, workers: Workers) -> None:
    """Mark the vacant community posts that nobody will be hired for."""
    c, w = communities, workers
    w.kept[:] = 0
    if share <= 0.0:
        return
    for i in range(c.key.shape[0]):
        left = posts_to_go(share, c.seats[i])
        for j in range(c.first_seat[i], c.first_seat[i] + c.seats[i]):
            if left > 0 and w.filled[j] == 0:
                w.kept[j] = 1
                left -= 1


@kernel
def pay_transfers(
    p: Any, districts: Districts, communities: Communities, workers: Workers, money: Money
) -> None:
    """Pay communities what the posts that are kept empty would cost the base line."""
    c, n = communities, districts.key.shape[0]
    money.transferred[:] = 0
    if p.outsourced <= 0.0:
        return
    for i in range(c.key.shape[0]):
        empty = 0
        for j in range(c.first_seat[i], c.first_seat[i] + c.seats[i]):
            empty += workers.kept[j]
        wage = districts.base_wage[c.district[i]]
        money.transferred[i] = empty * (wage + insurance(wage, p))
        pay(money, FINANCE, BASE_LINE, money.transferred[i])
        pay(money, BASE_LINE, community_account(n, i), money.transferred[i])
