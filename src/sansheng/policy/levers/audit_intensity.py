"""核查力度: more closures are looked at again."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class AuditIntensity(Lever):
    """Audit more of what was reported closed."""

    name = "audit_intensity"
    title = Text(
        "Audit intensity",
        "核查力度",
    )
    about = Text(
        "A larger share of reported closures is looked at again within a year. Paper closures "
        "are found and reopened, and tempt less.",
        "更大比例的上报办结在一年内被复核；虚假办结被发现退回，诱因减弱。",
    )
    institution = Text(
        "Tongzhou: verification is a step of its own in the loop of handling cases.",
        "通州：五步闭环中设核实环节。",
    )
    source = (
        "T02",
        "S-T09",
    )
    line = "base"
    cost = Text(
        "closures reported this month times the rise of the monthly chance of an audit times the "
        "price of one",
        "当月上报办结数乘月核查概率的增幅再乘每件核查费用",
    )
    channel = (
        "cases.reopened",
        "cases.papered",
    )
    quantities = (
        quantity(
            "chance",
            0.5,
            unit="1/year",
            low=0.05,
            high=0.5,
            source="T02",
            status="assumed",
            role="lever",
            en="yearly probability that a closure is audited",
            zh="办结事项每年被核查概率",
        ),
        quantity(
            "yuan",
            50.0,
            unit="yuan/case",
            low=0.0,
            high=500.0,
            source="assumed",
            role="lever",
            en="price of auditing a case",
            zh="每件核查费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"p_aud": self.option("chance")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for the audits that there would not have been."""
        closed = t.cases.resolved.sum(axis=(1, 2)) + t.cases.papered.sum(axis=(1, 2))
        more = max(0.0, _monthly(p.p_aud) - _monthly(before.parameters.p_aud))
        return each(t, self.option("yuan") * more, closed, t.communities.district)


def _monthly(yearly: float) -> float:
    """Return the probability in a month of what has that probability in a year."""
    return float(1.0 - (1.0 - yearly) ** (1.0 / 12.0))
