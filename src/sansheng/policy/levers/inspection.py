"""年检: agencies are inspected."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, extra
from sansheng.world.schema import Tables


class Inspection(Lever):
    """Inspect more agencies each year."""

    name = "inspection"
    title = Text(
        "Inspection",
        "年检",
    )
    about = Text(
        "A larger share of agencies is inspected each April, so that their stars tell what they "
        "are worth. Agencies that do nothing are struck off.",
        "每年四月检查更大比例的机构，星级更符合实际；长期无业务者被撤销。",
    )
    institution = Text(
        "Beijing: dynamic star rating tied to the yearly inspection was proposed.",
        "北京：建议年检与动态星级评定挂钩。",
    )
    source = (
        "S-P11",
        "B58",
    )
    line = "base"
    cost = Text(
        "agencies inspected this month times the price of one, for the share inspected beyond "
        "the former share",
        "当月受检机构数乘每家检查费用，只计超出原检查比例的部分",
    )
    channel = ("providers.inspected",)
    quantities = (
        quantity(
            "share",
            1.0,
            unit="1/year",
            low=0.0,
            high=1.0,
            source="S-P11,B58",
            status="assumed",
            role="lever",
            en="agencies inspected in a year",
            zh="每年接受检查的机构比例",
        ),
        quantity(
            "yuan",
            3000.0,
            unit="yuan/agency",
            low=0.0,
            high=20000.0,
            source="assumed",
            role="lever",
            en="price of inspecting an agency",
            zh="每家检查费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"inspect": self.option("share")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for the inspections that there would not have been."""
        more = max(0.0, extra(p.inspect, before.parameters.inspect))
        o = t.providers
        return each(t, self.option("yuan") * more, o.inspected, o.district)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect the April inspections of those alive, spread over the year."""
        more = max(0.0, p.inspect - before.parameters.inspect)
        o = t.providers
        return each(t, self.option("yuan") * more / 12.0, o.alive, o.district)
