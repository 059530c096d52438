"""一般性转移支付: a formula, no strings, and an incentive for results."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import Quantity, quantity
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Award
from sansheng.policy.rule import Rule
from sansheng.policy.shares import by_weight, shares
from sansheng.policy.view import View


def _factor(name: str, default: float, en: str, zh: str) -> Quantity:
    return quantity(
        name,
        default,
        unit="-",
        low=0.0,
        high=1.0,
        source="assumed",
        role="lever",
        en=f"weight of {en} in the formula",
        zh=f"{zh}在公式中的权重",
    )


class GeneralTransfer(Rule):
    """Divide the envelope by a formula of factors and hold a part back for the best results."""

    name = "general_transfer"
    title = Text("General transfer", "一般性转移支付")
    about = Text(
        "A formula of objective factors (households, vulnerable residents, duties) divides the envelope from the "
        "first month, without earmarks and their accounts. A part is held back as an incentive and shared out by "
        "places in the appraisal some months after the year.",
        "经费按客观因素公式（户数、困难群体、职责）自年初分配，不指定用途、无需专账。"
        "另留一部分作为绩效激励，年后按考评名次分配。",
    )
    institution = Text(
        "Beijing, 2017: the special fund was folded into the budget and support of districts became a general "
        "transfer, with an incentive for performance.",
        "北京2017年起对各区的支持改为一般性转移支付，并配套绩效激励。",
    )
    source = ("S-Z05",)
    uses = frozenset({"award"})
    quantities = (
        _factor("w_households", 0.5, "households", "户数"),
        _factor("w_vulnerable", 0.3, "vulnerable residents", "困难群体人数"),
        _factor("w_duties", 0.2, "all duties borne", "全部职责"),
        quantity(
            "incentive",
            0.1,
            unit="share",
            low=0.0,
            high=0.5,
            source="S-Z05",
            status="assumed",
            role="lever",
            en="share of the envelope held back for results",
            zh="绩效激励占经费总额的比例",
        ),
        quantity(
            "delay",
            3.0,
            unit="months",
            low=0.0,
            high=6.0,
            source="assumed",
            role="lever",
            en="months between the end of the year and the incentive",
            zh="年末至兑现激励的月数",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Divide by the formula what the incentive leaves; what can be won follows the formula too."""
        records: dict[str, F64] = {
            "w_households": view.households.astype(np.float64),
            "w_vulnerable": view.vulnerable.astype(np.float64),
            "w_duties": (view.duties_service + view.duties_admin).astype(np.float64),
        }
        formula = np.zeros(view.communities)
        for name, record in records.items():
            formula += self.option(name) * shares(record)
        held, paid = split_fen(
            view.budget, np.array([self.option("incentive"), 1.0 - self.option("incentive")])
        ).tolist()
        award = Award(
            worth=by_weight(held, formula, view.households),
            pass_mark=0.0,
            span=0.0,
            floor=0.0,
            ranked=True,
            delay=round(self.option("delay")),
        )
        return Allocation(by_weight(paid, formula, view.households), award=award)
