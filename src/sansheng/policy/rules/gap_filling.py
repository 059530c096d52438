"""缺什么补什么: a floor for everybody, the rest where something is missing."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.shares import by_weight
from sansheng.policy.view import View


class GapFilling(Rule):
    """Pay a floor per household and divide the rest by what officials see missing."""

    name = "gap_filling"
    title = Text("Gap-filling", "缺什么补什么（补短板）")
    about = Text(
        "Part of the envelope is a floor per household; the rest follows last year's need that was not met, as "
        "officials see it, and, if wanted, the square metres of premises that are missing. Whoever leaves more "
        "unmet gets more, and as long as no year is on record the gap counts per household.",
        "经费总额的一部分按户数保底；其余按主管部门所见上年未满足的需求分配，也可部分按用房缺口面积分配。"
        "未满足的越多所得越多；尚无上年记录时缺口部分按户数分配。",
    )
    institution = Text(
        "Beijing's special fund: supply what is missing (缺什么补什么), after a survey of needs.",
        "北京市社会建设专项资金：在需求调查基础上“缺什么补什么”。",
    )
    source = ("S-Z08",)
    quantities = (
        quantity(
            "floor",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the envelope paid per household before any gap is looked at",
            zh="按户保底部分占经费总额的比例",
        ),
        quantity(
            "premises_part",
            0.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the rest that follows missing premises instead of unmet need",
            zh="其余部分中按用房缺口（而非未满足需求）分配的比例",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Divide the floor by households, the rest by gaps; a gap that nobody has gives way to the other."""
        unmet = view.gap_seen * view.households
        missing = view.premises_missing
        rest = 1.0 - self.option("floor")
        rooms = rest * self.option("premises_part") if missing.any() else 0.0
        parts = np.array([self.option("floor"), rest - rooms, rooms])
        floor, gap, room = split_fen(view.budget, parts).tolist()
        homes = view.households
        grants = by_weight(floor, homes.astype(np.float64), homes) + by_weight(gap, unmet, homes)
        return Allocation(grants + by_weight(room, missing, homes))
