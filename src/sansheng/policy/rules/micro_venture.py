"""微创投: part of the money goes to projects of grassroots groups, by call and shortlist."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Venture
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class MicroVenture(Rule):
    """Call for projects of grassroots groups with part of the envelope; the rest is per household."""

    name = "micro_venture"
    title = Text("Micro-venture", "微创投")
    about = Text(
        "Part of the envelope pays small projects of grassroots groups: a call, a shortlist, grants of some "
        "thousand yuan, half at the start and half on completion. Projects bring members along who help as "
        "volunteers do; the rest of the envelope is paid per household.",
        "经费总额的一部分资助社区社会组织的小项目：公开征集、入围评审、每项数千至数万元，立项与结项各付一半。"
        "项目带动成员参与服务；其余经费按户数拨付。",
    )
    institution = Text(
        "Chenghua's micro-ventures (micro eldercare, sunshine home, four-thirty school); calls elsewhere grant "
        "5,000 to 100,000 yuan to a tenth to a half of those who apply.",
        "成华区社区微创投（微型养老、阳光家园、四点半学校）；各地每项5000元至10万元，入选率约一至五成。",
    )
    source = ("S-C15", "B64", "B65", "B66", "B67", "B68", "B69")
    uses = frozenset({"venture"})
    quantities = (
        quantity(
            "part",
            0.2,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the envelope for the call",
            zh="用于微创投的经费比例",
        ),
        quantity(
            "least",
            5_000.0,
            unit="yuan",
            low=1_000.0,
            high=20_000.0,
            source="B64,B65",
            role="lever",
            en="least that a group may ask for",
            zh="单个项目资助下限",
        ),
        quantity(
            "most",
            50_000.0,
            unit="yuan",
            low=20_000.0,
            high=100_000.0,
            source="B66,B67",
            role="lever",
            en="most that a group may ask for",
            zh="单个项目资助上限",
        ),
        quantity(
            "shortlist",
            2.0,
            unit="ratio",
            low=1.0,
            high=6.0,
            source="B65,B66,B68",
            role="lever",
            en="applicants shortlisted for every one that the pot could pay",
            zh="入围与可资助项目之比",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Set the pot of the call aside and divide the rest by households."""
        pot = round(self.option("part") * view.budget)
        call = Venture(
            pot=pot,
            least=round(100.0 * self.option("least")),
            most=round(100.0 * self.option("most")),
            shortlist=self.option("shortlist"),
        )
        homes = view.households.astype(np.float64)
        return Allocation(split_fen(view.budget - pot, homes), venture=call)
