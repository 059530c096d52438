"""用房达标: premises to a standard, with money for them."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, nothing
from sansheng.world.schema import Tables


class PremisesStandard(Lever):
    """Set the standard of urban premises and add to the line that builds them."""

    name = "premises_standard"
    title = Text(
        "Premises to standard",
        "社区用房达标",
    )
    about = Text(
        "Urban communities are to have so many square metres, and the yearly line for premises "
        "grows. Where most is lacking is built first.",
        "确定城市社区用房标准并增加年度建设经费；缺口最大处先建。",
    )
    institution = Text(
        "Beijing: 350 m2 reached by over 3,000 communities, from less than 20% before 2009.",
        "北京：3000多个社区达到350平方米，2009年前达标率不足20%。",
    )
    source = (
        "S-Z16",
        "S-B09",
        "S-C19",
    )
    line = "capital"
    cost = Text(
        "what is added to the line for premises, in twelfths",
        "新增的用房建设经费，按月列支",
    )
    channel = ("communities.building",)
    writes = ("districts.capital",)
    booked = True
    quantities = (
        quantity(
            "m2",
            350.0,
            unit="m2",
            low=100.0,
            high=1000.0,
            source="S-Z16,S-B09",
            status="read",
            role="lever",
            en="premises that an urban community should have",
            zh="城市社区用房标准",
        ),
        quantity(
            "yuan",
            5000000.0,
            unit="yuan/year",
            low=0.0,
            high=50000000.0,
            source="S-C19",
            status="assumed",
            role="lever",
            en="money added to a district's line for premises",
            zh="每区新增用房建设经费",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"m2_urban": self.option("m2")}

    def write(self, t: Tables, before: Before) -> None:
        """Add to the line."""
        found = before.columns["districts.capital"]
        t.districts.capital[:] = found + 12 * self._month()

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what the line has paid in beyond the former line."""
        return nothing(t) + self._month()

    def _month(self) -> int:
        """Return a twelfth of what is added, whole fen: so every month's part of the line grows by it."""
        return round(self.option("yuan") * 100.0 / 12.0)
