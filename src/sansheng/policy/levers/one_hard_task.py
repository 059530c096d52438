"""一件难事: every resident unit settles a hard matter a year."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, extra
from sansheng.world.schema import Tables


class OneHardTask(Lever):
    """Give resident units a quota of hard matters to settle."""

    name = "one_hard_task"
    title = Text(
        "A hard task for every unit",
        "驻区单位每年一件难事",
    )
    about = Text(
        "Every resident unit that takes part settles a number of hard cases a year, with "
        "somebody of the subdistrict to match and follow them up. Hard cases leave the backlog "
        "without paid hours.",
        "参与共建的驻区单位每年领办并解决若干件难事，由街道对接跟进；疑难事项不占用有偿工时即可化"
        "解。",
    )
    institution = Text(
        "Beijing: a quota of at least one hard matter solved by every unit a year was proposed.",
        "北京：建议量化指标，社会单位每年至少为属地解决一件难事。",
    )
    source = ("S-P08",)
    line = "envelope"
    cost = Text(
        "hard cases that units settled this month, beyond the former quota, times the price of "
        "matching and following one up",
        "当月驻区单位解决的难事件数（超出原定额部分）乘每件对接跟进费用",
    )
    channel = ("cases.by_units",)
    quantities = (
        quantity(
            "quota",
            1.0,
            unit="cases/unit-year",
            low=0.0,
            high=6.0,
            source="S-P08",
            status="read",
            role="lever",
            en="hard cases that a unit that takes part settles in a year",
            zh="参与单位每年解决的难事件数",
        ),
        quantity(
            "yuan",
            500.0,
            unit="yuan/case",
            low=0.0,
            high=5000.0,
            source="assumed",
            role="lever",
            en="price of matching a case and following it up",
            zh="每件对接跟进费用",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"unit_tasks": self.option("quota")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay for what units settled that they would not have."""
        more = max(0.0, extra(p.unit_tasks, before.parameters.unit_tasks))
        settled = t.cases.by_units.sum(axis=(1, 2))
        return each(t, self.option("yuan") * more, settled, t.communities.district)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect the units that take part now to meet their quota."""
        c = t.communities
        more = max(0.0, p.unit_tasks - before.parameters.unit_tasks)
        return each(t, self.option("yuan") * more / 12.0, c.units_active * c.units, c.district)
