"""岗位购买: whole posts of social workers, with supervisors."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Terms
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class Posts(Rule):
    """Buy whole posts at a price a year and place them where most households are."""

    name = "posts"
    title = Text("Posts", "岗位购买")
    about = Text(
        "The envelope buys whole posts of social workers at a price a year, as far as it goes one for every "
        "community and then by households; what does not make a post is left. Contracts are long, paid mostly at "
        "once and won by quality instead of price; posts are not tied to a category, and part of their price pays "
        "supervisors.",
        "经费按每岗每年价格购买整岗社工：先力求每社区一岗，其余按户数配置，不足一岗的余额不支出。"
        "合同期长、以即时拨付为主、不比价格；岗位不限类别，价格中含督导费用。",
    )
    institution = Text(
        "Beijing buys posts, supervisors' posts among them, and sends them to communities with projects; Shenzhen "
        "paid 60,000 and later 76,000 yuan a post and year.",
        "北京购买专业社工岗位（含督导岗位）并带项目派往社区；深圳每岗每年6万元，后为7.6万元。",
    )
    source = ("S-Z29", "B13", "B14", "B76")
    uses = frozenset({"terms"})
    fixes = frozenset({"T_c", "advance", "w_price", "o_c"})
    quantities = (
        quantity(
            "price",
            100_000.0,
            unit="yuan/post/year",
            low=60_000.0,
            high=160_100.0,
            source="B13,B14",
            role="lever",
            en="price of a post a year",
            zh="每岗每年价格",
        ),
        quantity(
            "supervised",
            8.0,
            unit="posts",
            low=4.0,
            high=20.0,
            source="S-Z29",
            status="assumed",
            role="lever",
            en="posts for each supervisor, who is paid out of their price",
            zh="每名督导所带岗位数（督导费用含于岗位价格）",
        ),
        quantity(
            "overhead",
            0.1,
            unit="share",
            low=0.0,
            high=0.2,
            source="T05",
            status="assumed",
            role="lever",
            en="share of the price for overhead besides supervisors",
            zh="督导以外的管理费比例",
        ),
        quantity(
            "months",
            36.0,
            unit="months",
            low=12.0,
            high=36.0,
            source="assumed",
            role="lever",
            en="length of contracts that start in July",
            zh="七月起算的合同期限",
        ),
        quantity(
            "advance",
            0.8,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of a month's service that is paid at once",
            zh="当月即时拨付的服务款比例",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Place whole posts and state the terms."""
        price = round(100.0 * self.option("price") * view.months / 12.0)
        placed = _placed(view.budget // price, view.households)
        supervisors = 1.0 / (1.0 + self.option("supervised"))
        overhead = self.option("overhead")
        terms = Terms(
            months=round(self.option("months")),
            advance=self.option("advance"),
            w_price=0.0,
            overhead=overhead + (1.0 - overhead) * supervisors,
            focused=False,
        )
        return Allocation(placed * price, terms=terms)


def _placed(posts: int, households: I64) -> I64:
    """Return whole posts by community: one each, largest first, then by households."""
    lived_in = np.flatnonzero(households > 0)
    if posts <= lived_in.size:
        order = np.argsort(-households, kind="stable")[:posts]
        first = np.zeros(households.size, np.int64)
        first[order] = households[order] > 0
        return first
    one: I64 = (households > 0).astype(np.int64)
    homes: F64 = households.astype(np.float64)
    return one + split_fen(posts - int(one.sum()), homes)
