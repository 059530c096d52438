"""本土优先: home-grown agencies score higher."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class LocalPreference(Lever):
    """Give agencies at home in the subdistrict a higher score."""

    name = "local_preference"
    title = Text(
        "Local preference",
        "本土优先",
    )
    about = Text(
        "Juries give agencies that are at home in the subdistrict more points. More lots go to "
        "those who are near, fewer to the stronger from elsewhere.",
        "评审对本街道机构加分；更多标段归就近机构，外来强者减少。",
    )
    institution = Text(
        "Chenghua: agencies from outside as aid, home-grown ones as the main part.",
        "成华区：外引为辅、内生为主。",
    )
    source = ("S-C23",)
    line = "base"
    cost = Text(
        "nothing is paid: what moves is when or to whom money goes",
        "无直接支出：变动的只是付款的时间或对象",
    )
    channel = ("contracts.provider",)
    quantities = (
        quantity(
            "weight",
            0.5,
            unit="score",
            low=0.0,
            high=0.5,
            source="S-C23",
            status="assumed",
            role="lever",
            en="weight of being at home in the score of a bid",
            zh="本土机构加分",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"w_local": self.option("weight")}
