"""基数增长: what a community got last, and a little more."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class Incremental(Rule):
    """Carry last period's grants forward with a growth rate."""

    name = "incremental"
    title = Text("Base and growth", "基数增长")
    about = Text(
        "Every community gets what it was granted last, scaled to the months ahead and grown by a fixed rate; if "
        "that asks for more than the envelope, all are cut in proportion. The first base is the envelope per "
        "household, and whatever an earlier rule has granted is frozen from then on.",
        "每个社区以上期拨款为基数，按月数折算并按固定比例增长；超出经费总额时按比例压减。首个基数按户数确定，此前规则形成的格局由此固化。",
    )
    institution = Text(
        "Budgets by base and growth (基数加增长), from common knowledge; no source of the package describes them.",
        "“基数加增长”的预算编制办法；为一般常识，资料来源未述及。",
    )
    source = ("assumed",)
    quantities = (
        quantity(
            "growth",
            0.05,
            unit="share/period",
            low=-0.2,
            high=0.3,
            source="assumed",
            role="lever",
            en="growth of every community's base from one allocation to the next",
            zh="各社区基数每次分配的增长率",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Grant last period's grants at a monthly rate grown by ``growth``, cut to the budget if it must be."""
        if view.months_last == 0 or not view.granted_last.any():
            return Allocation(split_fen(view.budget, view.households.astype(np.float64)))
        grown = (1.0 + self.option("growth")) * view.months / view.months_last
        wanted = view.granted_last.astype(np.float64) * grown
        grants = np.floor(wanted).astype(np.int64)
        if sum(grants.tolist()) > view.budget:
            grants = split_fen(view.budget, wanted)
        return Allocation(grants)
