"""A funding rule of one's own, in fifteen lines."""

import numpy as np

from sansheng import Allocation, Rule, Text, View, by_weight, quantity, split_fen


class NeedFirst(Rule):
    """Pay every household a floor; the rest goes where officials see more need than in the median community."""

    title = Text("Need first", "需求优先")
    quantities = (
        quantity("floor", 0.5, unit="share", low=0.0, high=1.0, source="assumed", role="lever",
                 en="share paid per household", zh="按户保底的比例"),
    )  # fmt: skip

    def allocate(self, view: View) -> Allocation:
        """Divide the floor by households, the rest by households times the need beyond the median."""
        floor = round(self.option("floor") * view.budget)
        beyond = np.maximum(view.need_seen - np.median(view.need_seen), 0.0) * view.households
        rest = by_weight(view.budget - floor, beyond, view.households)
        return Allocation(split_fen(floor, view.households) + rest)
