"""专项资金: three windows, earmarked, with money for premises."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Venture
from sansheng.policy.rule import Rule
from sansheng.policy.shares import by_weight
from sansheng.policy.view import View

_LEAST, _MOST, _SHORTLIST = 500_000, 5_000_000, 2.0
"""What a project of the third window may cost, fen, and how many are shortlisted for each: as in micro-ventures."""


class SpecialFund(Rule):
    """Cut the envelope into three windows: fill gaps, build organisations, bring many along."""

    name = "special_fund"
    title = Text("Special fund", "专项资金")
    about = Text(
        "The first window fills gaps (补血): premises that fall short, and service where officials see unmet need; the "
        "second is seed money that builds social organisations (造血), the third pays many small projects (活血). "
        "All of it is applied for, lands months into the year and is accounted for on its own, which costs "
        "staff hours.",
        "第一窗口“补血”：补用房短板，并按所见未满足需求购买服务；第二窗口“造血”：培育社会组织能力；"
        "第三窗口“活血”：资助大量小项目。经费须申报，年初数月后到账，专款专用、单独核算，耗费站点工时。",
    )
    institution = Text(
        "Beijing's special fund for social construction, 2009 to 2016: 1,162.71 million yuan to districts, for "
        "building and for purchase, in three functions.",
        "北京市社会建设专项资金（2009—2016）：支持各区116271万元，用于基本建设与购买服务，发挥三项功能。",
    )
    source = ("S-Z01", "S-Z03", "S-Z04", "S-Z06", "S-C18")
    uses = frozenset({"venture"})
    quantities = (
        quantity(
            "fill",
            0.6,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-Z04",
            status="assumed",
            role="lever",
            en="share of the first window (补血) in the envelope",
            zh="“补血”窗口占经费总额的比例",
        ),
        quantity(
            "seed",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-Z04,S-C18",
            status="assumed",
            role="lever",
            en="share of the second window (造血) in what the first leaves; the third (活血) has the rest",
            zh="“造血”窗口占其余经费的比例，剩余归“活血”窗口",
        ),
        quantity(
            "capital_share",
            0.3,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-Z03",
            status="assumed",
            role="lever",
            en="share of the first window for premises, where some fall short",
            zh="“补血”窗口中用于用房建设的比例（有缺口时）",
        ),
        quantity(
            "earmark",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-Z06",
            role="lever",
            en="share of the money that is earmarked, with accounts of its own",
            zh="专款专用、单独核算的比例",
        ),
        quantity(
            "first",
            3.0,
            unit="months",
            low=0.0,
            high=6.0,
            source="B38,B42",
            status="assumed",
            role="lever",
            en="months into the year when money lands",
            zh="经费到账前的月数",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Cut the budget into windows; premises that all meet the standard leave their part to service."""
        fill = self.option("fill")
        rooms = fill * self.option("capital_share") if view.premises_missing.any() else 0.0
        seed = (1.0 - fill) * self.option("seed")
        parts = np.array([fill - rooms, rooms, seed, 1.0 - fill - seed])
        service, capital, development, projects = split_fen(view.budget, parts).tolist()
        unmet = view.gap_seen * view.households
        return Allocation(
            by_weight(service, unmet, view.households),
            earmarked=self.option("earmark"),
            venture=Venture(pot=projects, least=_LEAST, most=_MOST, shortlist=_SHORTLIST),
            capital=capital,
            development=development,
            first=round(self.option("first")),
        )
