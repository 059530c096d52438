"""按需加权: money for households, weighted by the need that officials see."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.shares import by_weight
from sansheng.policy.view import View


class NeedsWeighted(Rule):
    """Divide the envelope by households times a power of need as it is seen."""

    name = "needs_weighted"
    title = Text("Needs-weighted", "按需加权")
    about = Text(
        "The envelope is divided by households, each weighted by a power of the need that officials see in its "
        "community. They see need with error, so that part of the money follows what is not there.",
        "经费总额按户数分配，每户以主管部门所见本社区需求的幂次加权。所见需求有误差，部分经费因此流向并不存在的需求。",
    )
    institution = Text(
        "Formulas weighted by need, as in health care; in Beijing, money on the strength of surveys of need.",
        "按需求加权的公式分配（见于医疗经费）；北京按需求调查安排经费。",
    )
    source = ("T04", "S-Z08")
    quantities = (
        quantity(
            "elasticity",
            1.0,
            unit="-",
            low=0.0,
            high=2.0,
            source="T04",
            status="assumed",
            role="lever",
            en="power of the need seen: 0 is money by household, 1 money by need",
            zh="需求指标的幂次：0 为按户，1 为按需求",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Divide the whole budget by weighted households."""
        weights = view.households * view.need_seen ** self.option("elasticity")
        return Allocation(by_weight(view.budget, weights, view.households))
