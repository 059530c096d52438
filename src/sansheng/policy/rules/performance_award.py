"""以奖代补: part of the money is won by reported results and paid when the year is over."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Award
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class PerformanceAward(Rule):
    """Pay part of the envelope per household in advance and award the rest by results."""

    name = "performance_award"
    title = Text("Performance award", "以奖代补")
    about = Text(
        "Part of the envelope is paid per household in advance; the rest can be won, household by household, with "
        "the year's mean score as reported and audited, and is paid months after the year. Above the pass mark the "
        "award rises to its full amount over a span, a span of zero makes it a cliff; or places decide and all "
        "of it is shared out.",
        "经费总额的一部分按户数预拨；其余按户数设定可得额度，依全年平均考评得分（上报并经核查）于年后数月兑现。"
        "得分过合格线后在一定幅度内升至全额（幅度为零即一刀切）；也可按名次分配，此时全部发出。",
    )
    institution = Text(
        "Awards in place of subsidies (以奖代补): pay after the service and its appraisal, with a pass mark of 80 "
        "of 100.",
        "以奖代补：先服务、后考核、再兑现，80 分合格。",
    )
    source = ("S-P10", "B68", "T02")
    uses = frozenset({"award"})
    quantities = (
        quantity(
            "advance_part",
            0.6,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the envelope paid per household in advance",
            zh="按户预拨部分占经费总额的比例",
        ),
        quantity(
            "pass_mark",
            0.8,
            unit="score",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="mean monthly score above which more than the floor is won",
            zh="奖补合格线（月度考评平均得分）",
        ),
        quantity(
            "span",
            0.15,
            unit="score",
            low=0.0,
            high=0.5,
            source="assumed",
            role="lever",
            en="score above the pass mark that wins the whole award; 0 is a cliff",
            zh="由合格至全额的得分幅度；0 为一刀切",
        ),
        quantity(
            "floor",
            0.2,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the award that is paid whatever the score",
            zh="奖补保底比例",
        ),
        quantity(
            "ranked",
            0.0,
            unit="0 or 1",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="whether places in the district decide (from 0.5) instead of the pass mark",
            zh="是否按区内名次奖补（0.5 及以上为是）",
        ),
        quantity(
            "delay",
            3.0,
            unit="months",
            low=0.0,
            high=6.0,
            source="assumed",
            role="lever",
            en="months between the end of the year and the payment",
            zh="年末至兑现的月数",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Grant the advance per household and set out what each community can win."""
        advance = round(self.option("advance_part") * view.budget)
        homes = view.households.astype(np.float64)
        award = Award(
            worth=split_fen(view.budget - advance, homes),
            pass_mark=self.option("pass_mark"),
            span=self.option("span"),
            floor=self.option("floor"),
            ranked=self.option("ranked") >= 0.5,
            delay=round(self.option("delay")),
        )
        return Allocation(split_fen(advance, homes), award=award)
