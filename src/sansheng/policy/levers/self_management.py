"""小区自管: old estates manage themselves."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class SelfManagement(Lever):
    """Support old estates in managing themselves."""

    name = "self_management"
    title = Text(
        "Self-management of old estates",
        "老旧小区自我管理",
    )
    about = Text(
        "Organisers help old estates to manage themselves. Self-management spreads where "
        "residents take part, settles quarrels and prevents harm.",
        "组织者帮助老旧小区自我管理；居民参与处推广更快，化解纠纷、预防隐患。",
    )
    institution = Text(
        "Dongcheng: 39 pilots of the city; Chaoyang: all 181 old compounds serve themselves.",
        "东城：市级试点39个；朝阳：181个老旧小区全部实现自我服务。",
    )
    source = (
        "S-Z19",
        "S-Z20",
    )
    line = "envelope"
    cost = Text(
        "communities, each by the share of households in old estates, times the price of a "
        "year's support, in twelfths",
        "各社区老旧小区家庭占比之和乘每年扶持费用，按月列支",
    )
    channel = ("communities.self_managed",)
    quantities = (
        quantity(
            "speed",
            1.0,
            unit="1/year",
            low=0.0,
            high=2.0,
            source="S-Z19,S-Z20",
            status="assumed",
            role="lever",
            en="speed at which self-management spreads where everybody takes part",
            zh="全员参与时自我管理的推广速度",
        ),
        quantity(
            "yuan",
            20000.0,
            unit="yuan/year",
            low=0.0,
            high=200000.0,
            source="assumed",
            role="lever",
            en="price of a year's support for a community of old estates alone",
            zh="全为老旧小区的社区每年扶持费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"self_growth": self.option("speed")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year's support."""
        c = t.communities
        return each(t, self.option("yuan") / 12.0, c.estates_old, c.district)
