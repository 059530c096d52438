"""驻区单位积分: resident units hear what came of it."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class UnitPoints(Lever):
    """Tell resident units what came of what they did, and reward them in points."""

    name = "unit_points"
    title = Text(
        "Points for resident units",
        "驻区单位积分",
    )
    about = Text(
        "Resident units are told the result of what they do and gather points for honours and "
        "publicity. More take part and fewer drop out.",
        "驻区单位得到反馈并积分换取荣誉与宣传；参与增多、退出减少。",
    )
    institution = Text(
        "Beijing: points, publicity and honours proposed; today units get no feedback.",
        "北京：建议积分激励；目前无反馈机制。",
    )
    source = (
        "S-P09",
        "S-P14",
    )
    line = "envelope"
    cost = Text(
        "resident units that take part times the price of a year's points, in twelfths",
        "参与单位数乘每年积分费用，按月列支",
    )
    channel = ("communities.units_active",)
    quantities = (
        quantity(
            "feedback",
            0.9,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-P14,S-P09",
            status="assumed",
            role="lever",
            en="share of what units do that they are told the result of",
            zh="单位参与后得到反馈的比例",
        ),
        quantity(
            "yuan",
            600.0,
            unit="yuan/year",
            low=0.0,
            high=5000.0,
            source="assumed",
            role="lever",
            en="price of a unit's points and honours for a year",
            zh="每个单位每年积分与表彰费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"unit_feedback": self.option("feedback")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year for those that take part."""
        c = t.communities
        return each(t, self.option("yuan") / 12.0, c.units_active * c.units, c.district)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect every unit to take part, so that the money is there."""
        c = t.communities
        return each(t, self.option("yuan") / 12.0, c.units, c.district)
