"""付款时限: months between service and its payment."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class PaymentDelay(Lever):
    """Set the months between service and its payment."""

    name = "payment_delay"
    title = Text(
        "Payment delay",
        "付款滞后",
    )
    about = Text(
        "What is not advanced is paid so many months after the service. Longer waits cost "
        "agencies cash and exclude those that cannot carry them.",
        "未预付的服务款在若干月后支付；等待越长，机构现金越紧，无力垫资者出局。",
    )
    institution = Text(
        "Awards were paid months after service where an evaluation came first; payment is called "
        "late and irregular.",
        "先评后付的项目款滞后数月；拨付滞后屡被反映。",
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
            "months",
            0.0,
            unit="months",
            low=0.0,
            high=6.0,
            source="B74",
            status="assumed",
            role="lever",
            en="months between service and its payment",
            zh="服务款支付滞后月数",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"pay_lag": self.option("months")}
