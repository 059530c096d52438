"""政府购买服务: money per household, bought on terms that a tender office fixes."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Terms
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class Tender(Rule):
    """Divide the envelope by households and let a tender office fix the terms of purchase."""

    name = "tender"
    title = Text("Tender", "政府购买服务（招标）")
    about = Text(
        "Every household brings the same money, and a tender office buys service for it on terms of its own: a "
        "price cap, the length of contracts, what is paid in advance, and how price, stars and professional fit "
        "count. Whose people cost more than the cap does not bid, and a project without an able bidder leaves its "
        "money unspent.",
        "各社区按户数获得额度，由招标机构按统一条件购买服务：限价、合同期限、预付比例，以及价格、星级与专业匹配的评分权重。"
        "人员成本高于限价的机构不参与投标；流标项目的经费不支出。",
    )
    institution = Text(
        "Government purchase of services by yearly tender, projects of about 150,000 yuan from July to June.",
        "政府购买社会组织服务：年度招标、项目约15万元、当年7月至次年6月。",
    )
    source = ("S-Z31", "S-T21", "S-T22", "B19", "B42", "B74")
    uses = frozenset({"terms"})
    fixes = frozenset({"T_c", "advance", "w_price", "w_rating", "w_fit"})
    quantities = (
        quantity(
            "months",
            12.0,
            unit="months",
            low=12.0,
            high=36.0,
            source="B42",
            role="lever",
            en="length of contracts that start in July",
            zh="七月起算的合同期限",
        ),
        quantity(
            "advance",
            0.3,
            unit="share",
            low=0.0,
            high=0.8,
            source="assumed",
            role="lever",
            en="share of a month's service that is paid at once",
            zh="当月即时拨付的服务款比例",
        ),
        quantity(
            "price_cap",
            1.0,
            unit="ratio",
            low=0.8,
            high=1.2,
            source="assumed",
            role="lever",
            en="highest price of an hour over what an hour at starting wages costs with overhead",
            zh="限价与起薪工时成本（含管理费）之比",
        ),
        quantity(
            "w_price",
            0.4,
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
    )

    def allocate(self, view: View) -> Allocation:
        """Divide the whole budget by households and state the terms."""
        terms = Terms(
            months=round(self.option("months")),
            advance=self.option("advance"),
            price_cap=self.option("price_cap"),
            w_price=self.option("w_price"),
            w_rating=self.option("w_rating"),
            w_fit=self.option("w_fit"),
        )
        homes = view.households.astype(np.float64)
        return Allocation(split_fen(view.budget, homes), terms=terms)
