"""时间银行: hours of volunteers are credited."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class TimeBank(Lever):
    """Credit volunteers with their hours, to be redeemed in service."""

    name = "time_bank"
    title = Text(
        "Volunteer time bank",
        "志愿服务时间银行",
    )
    about = Text(
        "Hours of volunteers are credited and may be passed on or redeemed. More volunteers "
        "stay; what is redeemed is paid for.",
        "志愿服务时间可存、可转赠、可兑换；志愿者更愿留下，兑换部分须付费。",
    )
    institution = Text(
        "Beijing: passing volunteer hours on to others (时间转赠) is on trial.",
        "北京：试点“时间转赠”等激励回馈机制。",
    )
    source = ("S-B18",)
    line = "base"
    cost = Text(
        "hours of volunteers this month times the share redeemed times the price of an hour",
        "当月志愿服务工时乘兑换比例再乘每小时兑换费用",
    )
    channel = ("communities.volunteers",)
    quantities = (
        quantity(
            "kept",
            0.1,
            unit="1/year",
            low=0.0,
            high=0.5,
            source="S-B18",
            status="assumed",
            role="lever",
            en="yearly growth of volunteers that credited hours bring",
            zh="时间储蓄带来的志愿者年增长",
        ),
        quantity(
            "redeemed",
            0.1,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="credited hours that are redeemed",
            zh="兑换的储蓄时间比例",
        ),
        quantity(
            "yuan",
            20.0,
            unit="yuan/hour",
            low=0.0,
            high=100.0,
            source="assumed",
            role="lever",
            en="price of an hour redeemed",
            zh="每小时兑换费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"volunteer_credit": self.option("kept")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for the hours redeemed."""
        c = t.communities
        yuan = self.option("redeemed") * self.option("yuan") * p.volunteer_hours / 12.0
        return each(t, yuan, c.volunteers, c.district)
