"""管理费: payers allow for more overhead."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class OverheadAllowance(Lever):
    """Let the price of an hour hold more overhead."""

    name = "overhead_allowance"
    title = Text(
        "Overhead allowance",
        "管理费比例",
    )
    about = Text(
        "Payers accept a larger share of overhead in the price of an hour. Agencies supervise "
        "better and build capacity, and grants buy fewer hours.",
        "付款方在工时价格中认可更高的管理费；机构督导与能力改善，同样经费购得的工时减少。",
    )
    institution = Text(
        "Flat caps on overhead are common; the model's range ends at 15%.",
        "实践中多设管理费上限；模型取值不超过15%。",
    )
    source = ("T05",)
    line = "base"
    cost = Text(
        "nothing of its own: grants pay the higher price",
        "无单列支出：价格上升由社区经费承担",
    )
    channel = (
        "providers.supervision",
        "contracts.price",
    )
    quantities = (
        quantity(
            "share",
            0.15,
            unit="share",
            low=0.0,
            high=0.15,
            source="T05",
            status="assumed",
            role="lever",
            en="overhead that payers allow",
            zh="允许列支的管理费比例",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"o_c": self.option("share")}
