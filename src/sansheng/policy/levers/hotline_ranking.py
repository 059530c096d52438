"""热线排名: communities are ranked every month."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class HotlineRanking(Lever):
    """Rank communities every month by hotline results."""

    name = "hotline_ranking"
    title = Text(
        "Hotline ranking",
        "热线月度排名",
    )
    about = Text(
        "Communities are ranked every month by response, resolution and satisfaction as "
        "reported. Being last presses and teaches; it also tempts to close on paper.",
        "每月按上报的响应、解决、满意情况排名；末位受压也促进学习，同时诱发虚假办结。",
    )
    institution = Text(
        "Beijing: subdistricts ranked monthly since 2019; weights of 30/35/35 elsewhere.",
        "北京：2019年起按月排名；他地权重为30/35/35。",
    )
    source = (
        "B45",
        "B51",
    )
    line = "base"
    cost = Text(
        "communities times the price of calling back and scoring a month",
        "社区数乘每月回访与评分费用",
    )
    channel = ("communities.pressure",)
    quantities = (
        quantity(
            "weight",
            1.0,
            unit="0-1",
            low=0.0,
            high=1.0,
            source="B45",
            status="assumed",
            role="lever",
            en="weight of the ranking: none (0) to full (1)",
            zh="排名力度：无（0）至完全（1）",
        ),
        quantity(
            "yuan",
            500.0,
            unit="yuan/month",
            low=0.0,
            high=5000.0,
            source="assumed",
            role="lever",
            en="price of calling back and scoring a community for a month",
            zh="每个社区每月回访评分费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"ranking": self.option("weight")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for call-backs and scores."""
        c = t.communities
        return each(t, self.option("yuan"), np.ones(c.key.size), c.district)
