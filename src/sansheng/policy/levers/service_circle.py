"""一刻钟服务圈: services within a quarter of an hour."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class ServiceCircle(Lever):
    """Let quarter-hour service circles grow faster."""

    name = "service_circle"
    title = Text(
        "Quarter-hour service circle",
        "一刻钟服务圈",
    )
    about = Text(
        "Services are brought within a quarter of an hour of people's homes sooner, where "
        "premises meet the standard. Rooms and circles make activities easier to hold.",
        "在用房达标处更快形成一刻钟服务圈；场地与服务圈便于开展活动。",
    )
    institution = Text(
        "Beijing: 1,580 circles that cover 92% of communities in 2018, up from 84%.",
        "北京：2018年1580个服务圈覆盖92%，此前为84%。",
    )
    source = (
        "S-B06",
        "S-Z18",
    )
    line = "capital"
    cost = Text(
        "what is missing of every community's circle times the price of a whole one, once",
        "各社区服务圈缺口乘每个造价，一次性",
    )
    channel = ("communities.circle",)
    quantities = (
        quantity(
            "speed",
            1.0,
            unit="1/year",
            low=0.0,
            high=1.0,
            source="S-Z18,S-B06",
            status="assumed",
            role="lever",
            en="speed at which circles grow where premises meet the standard",
            zh="用房达标后服务圈的扩展速度",
        ),
        quantity(
            "yuan",
            100000.0,
            unit="yuan/circle",
            low=0.0,
            high=1000000.0,
            source="assumed",
            role="lever",
            en="price of a whole circle",
            zh="每个服务圈的建设费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"circle_speed": self.option("speed")}

    def once(self, t: Tables, before: Before) -> I64:
        """Pay for what is missing."""
        c = t.communities
        return each(t, self.option("yuan"), 1.0 - c.circle, c.district)
