"""不设经费: a point of reference."""

from __future__ import annotations

import numpy as np

from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class NoFund(Rule):
    """Grant nothing."""

    name = "no_fund"
    title = Text("No fund", "不设经费（参照）")
    about = Text(
        "Nobody is granted anything and the envelope returns to the public purse. What stations, grid staff and "
        "other payers achieve without it is what every rule has to add to.",
        "不向任何社区拨款，经费总额交回财政。没有这笔经费时社区、网格与其他出资方所能做到的，是各规则的比较起点。",
    )
    institution = Text(
        "None: a point of reference that says what the fund itself is worth.",
        "无：用于衡量经费本身作用的参照。",
    )
    source = ("assumed",)
    exempt = True

    def allocate(self, view: View) -> Allocation:
        """Leave the whole budget where it is."""
        return Allocation(np.zeros(view.communities, np.int64))
