"""枢纽型组织: more of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class Hubs(Lever):
    """Recognise more organisations as hubs that link the others."""

    name = "hubs"
    title = Text(
        "Hub organisations",
        "枢纽型组织",
    )
    about = Text(
        "More organisations are recognised as hubs, which bring agencies partners and training. "
        "From the next January on more agencies are linked; they bid better and fail less in "
        "their first years.",
        "认定更多枢纽型组织，为机构引荐伙伴、提供培训；次年一月起联系更多机构，投标更专业、初创期"
        "较少退出。",
    )
    institution = Text(
        "Beijing: hub organisations in three tiers; Tongzhou recognised 13 in three batches, "
        "which cover over 90% of registered organisations.",
        "北京：三级枢纽型社会组织体系；通州分三批认定13家，覆盖注册登记社会组织90%以上。",
    )
    source = (
        "S-Z30",
        "S-T19",
    )
    line = "base"
    cost = Text(
        "hubs added times the price of a hub's year, in twelfths",
        "增设枢纽数乘每家年度经费，按月列支",
    )
    channel = ("providers.linked",)
    quantities = (
        quantity(
            "added",
            5.0,
            unit="hubs/district",
            low=0.0,
            high=100.0,
            source="S-Z30,S-T19",
            status="assumed",
            role="lever",
            en="hubs added in every district",
            zh="每区增设的枢纽型组织数",
        ),
        quantity(
            "yuan",
            100000.0,
            unit="yuan/year",
            low=0.0,
            high=500000.0,
            source="assumed",
            role="lever",
            en="price of a hub's year",
            zh="每家枢纽型组织年度经费",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"hubs_added": self.option("added")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year for every hub added."""
        added = max(0.0, p.hubs_added - before.parameters.hubs_added)
        districts = t.districts.key.size
        yuan = added * self.option("yuan") / 12.0
        return each(t, yuan, np.ones(districts), np.arange(districts))
