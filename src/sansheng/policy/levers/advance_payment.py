"""预付: part of a month's service is paid at once."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class AdvancePayment(Lever):
    """Pay a larger share of service with the month."""

    name = "advance_payment"
    title = Text(
        "Advance payment",
        "预付比例",
    )
    about = Text(
        "A larger share of each month's service is paid with the month instead of in arrears. "
        "Agencies run into wage arrears less often and more of them can carry a contract.",
        "每月服务款中更大比例当月拨付；机构欠薪减少，能够承接项目的机构增多。",
    )
    institution = Text(
        "Late and irregular payment of purchased service is a standing complaint.",
        "购买服务款拨付滞后是长期反映的问题。",
    )
    source = ("B74",)
    line = "base"
    cost = Text(
        "nothing is paid: what moves is when or to whom money goes",
        "无直接支出：变动的只是付款的时间或对象",
    )
    channel = ("providers.due",)
    quantities = (
        quantity(
            "share",
            0.6,
            unit="share",
            low=0.0,
            high=0.8,
            source="assumed",
            role="lever",
            en="share of a month's service that is paid with the month",
            zh="当月即时拨付的服务款比例",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"advance": self.option("share")}
