"""社区减负: items of administration are struck off."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, post_cost
from sansheng.world.schema import Tables

_ITEMS = 322.0
"""Items before the reform [S-B20]."""

_CERTIFICATES = 15.0
"""Kinds of certificate that communities issued after it [S-B23]."""


class BurdenCut(Lever):
    """Strike administrative items off the lists of communities."""

    name = "burden_cut"
    title = Text(
        "Burden cut",
        "社区减负",
    )
    about = Text(
        "Administrative items are struck off the lists that communities work through. Hours come "
        "free for residents, more of them where fewer kinds of certificate are issued; departments do "
        "again what is still needed.",
        "清减社区承担的行政事项与出具的证明，腾出工时服务居民；仍须办理的部分由部门自行承担。",
    )
    institution = Text(
        "Beijing: 322 items became 23 duties and 28 matters of assistance in 2016; a draft of 2018 cut certificates "
        "from 15 kinds to 4.",
        "北京：2016年由322项清减为23类职责、28类协助事项；2018年拟将社区证明由15项减至4项。",
    )
    source = (
        "S-B20",
        "S-B21",
        "S-B23",
        "S-C20",
    )
    line = "base"
    cost = Text(
        "administrative hours struck off times the share that departments take over, at a "
        "station's wage and insurance",
        "减去的行政工时乘部门承接比例，按站点工资与社保计",
    )
    channel = (
        "communities.admin_hours",
        "communities.hours_lost_admin",
    )
    writes = (
        "communities.duties_admin",
        "communities.admin_hours",
    )
    quantities = (
        quantity(
            "items",
            51.0,
            unit="items",
            low=0.0,
            high=322.0,
            source="S-B20,S-B21",
            status="derived",
            role="lever",
            en="items left of 322",
            zh="322项中保留的项数",
        ),
        quantity(
            "bite",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="how far hours fall with items: those struck off may take little time",
            zh="工时随项数下降的程度（被清减的可能本不费时）",
        ),
        quantity(
            "certificates",
            15.0,
            unit="items",
            low=0.0,
            high=15.0,
            source="S-B23",
            role="lever",
            en="kinds of certificate that communities issue",
            zh="社区出具证明的种类",
        ),
        quantity(
            "cert_share",
            0.1,
            unit="share",
            low=0.0,
            high=0.4,
            source="assumed",
            role="lever",
            en="administrative hours that issuing 15 kinds of certificate takes",
            zh="出具15种证明占行政工时的比例",
        ),
        quantity(
            "moved",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="hours struck off that departments have to work instead",
            zh="须由部门承接的工时比例",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Strike duties off, and hours with them."""
        c = t.communities
        left = self.option("items") / _ITEMS
        duties = before.columns["communities.duties_admin"]
        hours = before.columns["communities.admin_hours"]
        c.duties_admin[:] = np.rint(left * duties)
        fewer = 1.0 - self.option("certificates") / _CERTIFICATES
        issued = 1.0 - self.option("cert_share") * fewer
        c.admin_hours[:] = (1.0 - self.option("bite") * (1.0 - left)) * issued * hours

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay those who do the hours instead."""
        c = t.communities
        struck = before.columns["communities.admin_hours"] - c.admin_hours
        hour = post_cost(t, p)[c.district] / (p.h_w / 12.0)
        return each(t, self.option("moved"), struck * hour, c.district)
