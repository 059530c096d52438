"""信息化平台: one platform for grids, services and departments."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class DigitalPlatform(Lever):
    """Run one platform that residents, stations and departments share."""

    name = "digital_platform"
    title = Text(
        "Digital platform",
        "信息化平台",
    )
    about = Text(
        "Residents report through an application, and departments see a case at once. Cases "
        "wait less and coordination takes fewer hours; more is reported, so there is more to "
        "do.",
        "居民可经移动应用上报，部门实时可见；等待缩短、协调省时，上报增多，工作量也随之增加。",
    )
    institution = Text(
        "Chenghua: three clouds for governance, service and government affairs; Chaoyang: an "
        "application for reporting.",
        "成华区：社区治理云、社区服务云、政务服务云“三朵云”；朝阳区：“朝阳群众HD”上报应用。",
    )
    source = (
        "S-C25",
        "S-B28",
    )
    line = "base"
    cost = Text(
        "communities times the price of running the platform for a year, in twelfths",
        "社区数乘平台年度运行费用，按月列支",
    )
    channel = (
        "cases.reported",
        "communities.coordination_hours",
    )
    quantities = (
        quantity(
            "told",
            0.1,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-C25,S-B28",
            status="assumed",
            role="lever",
            en="needs that nobody would call about and that are reported through the application",
            zh="原本不会拨打热线、经应用上报的需求比例",
        ),
        quantity(
            "released",
            0.2,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-C25",
            status="assumed",
            role="lever",
            en="part of what is not released in a month that then is",
            zh="原本当月不能办结部分中经平台办结的比例",
        ),
        quantity(
            "saved",
            0.3,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-C25",
            status="assumed",
            role="lever",
            en="hours of coordination that the platform saves",
            zh="平台节省的协调工时比例",
        ),
        quantity(
            "yuan",
            15000.0,
            unit="yuan/year",
            low=0.0,
            high=200000.0,
            source="assumed",
            role="lever",
            en="price of running the platform for a community",
            zh="每个社区平台年度运行费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {
            "app_report": self.option("told"),
            "online_release": self.option("released"),
            "online_saves": self.option("saved"),
        }

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year for every community."""
        c = t.communities
        return each(t, self.option("yuan") / 12.0, np.ones(c.key.size), c.district)
