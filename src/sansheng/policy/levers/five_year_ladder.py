"""五年转任: long service at an agency opens the way to a community post."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class FiveYearLadder(Lever):
    """Open community posts to agency staff who have served a subdistrict long enough."""

    name = "five_year_ladder"
    title = Text(
        "Five-year ladder",
        "服务满五年转任通道",
    )
    about = Text(
        "Agency staff who have served one subdistrict long enough may take a vacant community "
        "post. The nearer they come to it the less they quit.",
        "在同一街道服务满一定年限的机构社工可转任社区岗位；越接近年限越少离职。",
    )
    institution = Text(
        "Beijing: proposed for those who have served the same street for five years or more.",
        "北京：建议服务同一街道五年以上者可转任社区工作者。",
    )
    source = ("S-P07",)
    line = "base"
    cost = Text(
        "nothing: the posts exist and are paid anyway",
        "无：岗位本已存在，工资照发",
    )
    channel = (
        "workers.promoted",
        "workers.quits",
    )
    quantities = (
        quantity(
            "years",
            5.0,
            unit="years",
            low=2.0,
            high=10.0,
            source="S-P07",
            status="read",
            role="lever",
            en="service in one subdistrict that opens the way",
            zh="转任所需的本街道服务年数",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"ladder": 1.0, "ladder_months": 12.0 * self.option("years")}
