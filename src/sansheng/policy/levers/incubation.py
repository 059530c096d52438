"""孵化: new agencies start in an incubator."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, extra, share_of
from sansheng.world.schema import Tables


class Incubation(Lever):
    """Found a share of new agencies in an incubator, with cash to start on."""

    name = "incubation"
    title = Text(
        "Incubation",
        "社会组织孵化",
    )
    about = Text(
        "A share of new agencies is founded in an incubator that gives them cash. They are less "
        "likely to close in their first two years.",
        "部分新设机构经孵化成立并获得启动资金，头两年较少退出。",
    )
    institution = Text(
        "Beijing: incubation at district and street platforms; Tongzhou: a base for community "
        "organisations in Yuqiao.",
        "北京：区、街平台孵化；通州玉桥：社区社会组织孵化基地。",
    )
    source = (
        "S-Z30",
        "S-T35",
    )
    line = "base"
    cost = Text(
        "cash that incubators gave this month, for what goes beyond the former practice",
        "当月孵化资金中超出原有做法的部分",
    )
    channel = (
        "money.incubation",
        "providers.incubated",
    )
    booked = True
    quantities = (
        quantity(
            "share",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-Z30",
            status="assumed",
            role="lever",
            en="new agencies that are founded in an incubator",
            zh="新设机构中经孵化成立的比例",
        ),
        quantity(
            "yuan",
            50000.0,
            unit="yuan",
            low=0.0,
            high=200000.0,
            source="S-Z30",
            status="assumed",
            role="lever",
            en="cash that an incubator gives",
            zh="每家孵化资金",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"incubation": self.option("share"), "incubation_cash": self.option("yuan")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what processes have given beyond the former practice."""
        former = before.parameters.incubation * before.parameters.incubation_cash
        more = extra(p.incubation * p.incubation_cash, former)
        return share_of(t.money.incubation, more)
