"""优化指数: an index of what officials see, with weights that somebody has searched for."""

from __future__ import annotations

import numpy as np

from sansheng.core.quantities import Quantity, quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.shares import by_weight, shares
from sansheng.policy.view import View


def _weight(name: str, found: float, en: str, zh: str) -> Quantity:
    return quantity(
        name,
        found,
        unit="-",
        low=0.0,
        high=1.0,
        source="T04",
        status="derived",
        role="lever",
        en=f"weight of {en} in the index",
        zh=f"指数中{zh}的权重",
    )


class OptimisedIndex(Rule):
    """Divide the envelope by a weighted index of five records."""

    name = "optimised_index"
    title = Text("Optimised index", "优化指数")
    about = Text(
        "The envelope follows an index: the weighted mean of a community's shares in households, service duties, "
        "vulnerable residents, need seen and gap seen. The weights are those that a search found to meet most need "
        "in Chenghua; weights of zero throughout mean money per household.",
        "经费总额按指数分配：社区在户数、服务类职责、困难群体人数、所见需求与所见缺口中所占份额的加权平均。"
        "默认权重由成华区寻优得出（真实满足的需求最多）；全部为零时按户数分配。",
    )
    institution = Text(
        "The best that a formula on such records could do: no district is known to have searched for one.",
        "此类资料公式分配所能达到的最好水平；尚不知有哪个区做过寻优。",
    )
    source = ("T04",)
    quantities = (
        _weight("w_households", 0.01, "households", "户数"),
        _weight("w_duties", 0.42, "service duties", "服务类职责"),
        _weight(
            "w_vulnerable",
            0.07,
            "the elderly, people on low income and the disabled",
            "老年、低收入与残疾居民",
        ),
        _weight("w_need", 0.04, "the need that officials see", "所见需求"),
        _weight("w_gap", 0.46, "last year's unmet need that officials see", "所见上年未满足需求"),
    )

    def allocate(self, view: View) -> Allocation:
        """Divide the whole budget by the index."""
        records = {
            "w_households": view.households.astype(np.float64),
            "w_duties": view.duties_service.astype(np.float64),
            "w_vulnerable": view.vulnerable.astype(np.float64),
            "w_need": view.need_seen * view.households,
            "w_gap": view.gap_seen * view.households,
        }
        index = np.zeros(view.communities)
        for name, record in records.items():
            index += self.option(name) * shares(record)
        return Allocation(by_weight(view.budget, index, view.households))
