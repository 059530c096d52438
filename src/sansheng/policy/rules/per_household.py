"""每百户: the same money for every household."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class PerHousehold(Rule):
    """Pay every community a fixed amount per ``per`` households."""

    name = "per_household"
    title = Text("Per household", "按户拨付（每百户）")
    about = Text(
        "Every community gets the same money per household, whatever it has to do. If the amount asks for "
        "more than the envelope, all communities are cut in proportion.",
        "不论承担多少工作，每个社区按户数得到同样标准的经费。标准超出经费总额时按比例压减。",
    )
    institution = Text(
        "Chenghua district: at least 3,750 yuan a year per 100 households, called one-size-fits-all (一刀切) by "
        "its own leaders.",
        "成华区：每百户每年不少于 3750 元，被本区领导称为“一刀切”。",
    )
    source = ("S-C01", "S-C02", "S-C17")
    proportional = True
    quantities = (
        quantity(
            "yuan",
            3750.0,
            unit="yuan/year",
            low=0.0,
            high=800_000.0,
            source="S-C01",
            status="read",
            role="lever",
            en="money a year for a number of households",
            zh="每若干户每年的金额",
        ),
        quantity(
            "per",
            100.0,
            unit="households",
            low=1.0,
            high=100.0,
            source="S-C01",
            status="read",
            role="lever",
            en="households that the amount is for",
            zh="金额对应的户数",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Grant ``yuan / per`` for each household, cut to the budget if it must be."""
        fen = round(self.option("yuan") * 100.0)
        per = round(self.option("per"))
        grants = view.households * fen * view.months // (12 * per)
        if int(grants.sum()) > view.budget:
            grants = split_fen(view.budget, view.households.astype(np.float64))
        return Allocation(grants)
