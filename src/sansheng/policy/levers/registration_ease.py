"""登记便利: agencies are founded more easily."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class RegistrationEase(Lever):
    """Ease the registration of agencies."""

    name = "registration_ease"
    title = Text(
        "Ease of registration",
        "登记便利",
    )
    about = Text(
        "Lower registration capital and a desk that helps make it easier to found an agency. "
        "More are founded where there is money to live on.",
        "降低登记资金门槛并设专人辅导，机构更易成立；有经费空间处新设更多。",
    )
    institution = Text(
        "Chenghua: registration capital of one yuan for associations and 1,000 for service "
        "agencies.",
        "成华区：社区社团一元制，服务机构注册资金降至1000元。",
    )
    source = ("S-C14",)
    line = "base"
    cost = Text(
        "agencies founded this month times the price of helping one",
        "当月新设机构数乘每家辅导费用",
    )
    channel = ("providers.founded",)
    quantities = (
        quantity(
            "ease",
            1.0,
            unit="0-1",
            low=0.0,
            high=1.0,
            source="S-C14",
            status="assumed",
            role="lever",
            en="ease of registration beyond what is usual",
            zh="登记便利程度（相对惯例）",
        ),
        quantity(
            "yuan",
            5000.0,
            unit="yuan/agency",
            low=0.0,
            high=50000.0,
            source="assumed",
            role="lever",
            en="price of helping an agency to register",
            zh="每家机构登记辅导费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"registration": self.option("ease")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for those founded this month."""
        o = t.providers
        return each(t, self.option("yuan"), o.founded, o.district)
