"""一分三定: committee and service station apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class CommitteeStationSplit(Lever):
    """Separate the committee from the service station, each with tasks, staff and money of its own."""

    name = "committee_station_split"
    title = Text(
        "Committee and station apart",
        "一分三定（居站分离）",
    )
    about = Text(
        "Administration goes to the staff of the service station, and certified community "
        "workers keep their hours for residents. Handing over costs hours, and separate books "
        "and desks cost money.",
        "行政事务归服务站人员承担，持证社区工作者的工时留给居民；交接占用工时，分设账目与窗口增加"
        "开支。",
    )
    institution = Text(
        "Beijing: committee and service station apart, with tasks, staff and money fixed for "
        "each (Tongzhou: 60 and 90 duties).",
        "北京“一分三定”：居委会与服务站职能分开，定事、定人、定钱（通州：居委会60项、服务站9"
        "0项职责）。",
    )
    source = (
        "S-T13",
        "S-T12",
    )
    line = "base"
    cost = Text(
        "communities times the price of a year's separate books and desks, in twelfths",
        "社区数乘每年分设账目与窗口的费用，按月列支",
    )
    channel = ("communities.admin_moved",)
    quantities = (
        quantity(
            "share",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-T13",
            status="assumed",
            role="lever",
            en="administration of certified community workers that goes to the other staff",
            zh="持证人员行政事务转由其他人员承担的比例",
        ),
        quantity(
            "yuan",
            10000.0,
            unit="yuan/year",
            low=0.0,
            high=100000.0,
            source="assumed",
            role="lever",
            en="price of a year's separate books and desks for a community",
            zh="每个社区每年分设账目与窗口的费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"split": self.option("share")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year for every community."""
        c = t.communities
        return each(t, self.option("yuan") / 12.0, np.ones(c.key.size), c.district)
