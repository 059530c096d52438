"""平均分配: the same money for every community."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class EqualSplit(Rule):
    """Give every community the same."""

    name = "equal_split"
    title = Text("Equal split", "平均分配（每社区等额）")
    about = Text(
        "The envelope is divided by the number of communities, whatever their size or work. A small community "
        "gains most for a household, a large one least.",
        "经费总额按社区个数平均分配，不论规模和工作量。户数少的社区户均最多，户数多的社区户均最少。",
    )
    institution = Text(
        "Lump sums of the same amount for every community; no source of the package has the figures.",
        "每个社区等额补助的做法；资料来源中没有具体数字。",
    )
    source = ("assumed",)

    def allocate(self, view: View) -> Allocation:
        """Divide the whole budget evenly."""
        return Allocation(split_fen(view.budget, np.ones(view.communities)))
