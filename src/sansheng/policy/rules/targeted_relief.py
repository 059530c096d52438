"""精准救助: service bought for those who need it most, so much a person."""

from __future__ import annotations

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Terms
from sansheng.policy.rule import Rule
from sansheng.policy.view import View
from sansheng.world.schema import GROUPS

_MINORS = GROUPS.index("minor")


class TargetedRelief(Rule):
    """Buy service for the elderly, people on low income, the disabled and the left behind, at a sum a person."""

    name = "targeted_relief"
    title = Text("Targeted relief", "精准救助")
    about = Text(
        "Every registered resident who is elderly, on low income or disabled, and a share of minors who are left "
        "behind, brings a fixed sum a year, within the envelope. Projects are "
        "for the categories of service that these residents need; what the sums leave of "
        "the envelope is not spent.",
        "每名登记的老年、低收入或残疾居民及按比例计的留守儿童每年带来固定金额（不超过经费总额）。项目只面向这些居民所需的服务类别；"
        "总额内未用足的部分不支出。",
    )
    institution = Text(
        "Beijing, 2018: precision assistance bought for over 20 million yuan, near a million people reached, about "
        "20 yuan a person.",
        "北京2018年：投入2000余万元购买精准帮扶服务，受益群众近百万，人均约20元。",
    )
    source = ("S-B19",)
    uses = frozenset({"terms"})
    quantities = (
        quantity(
            "yuan",
            20.0,
            unit="yuan/person/year",
            low=5.0,
            high=200.0,
            source="S-B19",
            role="lever",
            en="money for each registered vulnerable resident a year",
            zh="每名登记困难居民每年金额",
        ),
        quantity(
            "left_behind",
            0.1,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-B19",
            status="assumed",
            role="lever",
            en="share of minors who are left behind and count",
            zh="计入的留守儿童占未成年人比例",
        ),
        quantity(
            "relief",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="how far projects are for what these residents need",
            zh="项目面向困难群体需求的程度",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Grant so much a person, cut in proportion where the budget holds less."""
        people = view.vulnerable + self.option("left_behind") * view.residents_by_group[:, _MINORS]
        wanted = round(100.0 * self.option("yuan") * float(people.sum()) * view.months / 12.0)
        grants = split_fen(min(wanted, view.budget), people)
        return Allocation(grants, terms=Terms(relief=self.option("relief")))
