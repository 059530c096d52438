"""合同期限: how long a project is signed for."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class ContractLength(Lever):
    """Sign projects for longer."""

    name = "contract_length"
    title = Text(
        "Contract length",
        "合同期限",
    )
    about = Text(
        "Projects signed from then on last so many months. Ties last longer and fewer posts "
        "move; a bad choice lasts longer too.",
        "此后签约的项目期限延长；关系更稳定、人员少流动，选错也更久。",
    )
    institution = Text(
        "Projects run from July to June, as money arrives in mid-year.",
        "项目多为当年七月至次年六月。",
    )
    source = ("B42",)
    line = "base"
    cost = Text(
        "nothing is paid: what moves is when or to whom money goes",
        "无直接支出：变动的只是付款的时间或对象",
    )
    channel = ("contracts.end",)
    quantities = (
        quantity(
            "months",
            36.0,
            unit="months",
            low=12.0,
            high=36.0,
            source="B42",
            status="assumed",
            role="lever",
            en="length of a project's contract",
            zh="项目合同期限",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"T_c": self.option("months")}
