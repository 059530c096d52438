"""价格联动: contract prices follow wages."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class PriceIndexation(Lever):
    """Let prices of running contracts follow the wages of agency staff."""

    name = "price_indexation"
    title = Text(
        "Price indexation",
        "合同价格随工资调整",
    )
    about = Text(
        "Each January the prices of running contracts follow the starting wage of agency staff, "
        "which rises where a reform raises it. Agencies no longer carry the rise until the "
        "next award; communities buy fewer hours.",
        "每年一月，在履合同价格随机构起薪调整（起薪仅在政策提高时上涨）；涨薪不再由机构垫付至下次"
        "招标，社区购得的工时相应减少。",
    )
    institution = Text(
        "Beijing: adjusting the price guideline for purchased projects with the economy was "
        "proposed; it is called fixed and low.",
        "北京：建议根据经济社会发展水平适时调整购买服务标准；现行标准固定且偏低。",
    )
    source = (
        "S-P12",
        "S-P04",
    )
    line = "base"
    cost = Text(
        "nothing of its own: grants pay the higher price",
        "无单列支出：价格上升由社区经费承担",
    )
    channel = ("contracts.price",)
    quantities = (
        quantity(
            "follow",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-P12",
            status="assumed",
            role="lever",
            en="part of a rise of wages that prices follow",
            zh="价格跟随工资上涨的程度",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"price_index": self.option("follow")}
