"""工龄连续计算: seniority survives a change of employer."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class PortableSeniority(Lever):
    """Let pay recognise service with former employers."""

    name = "portable_seniority"
    title = Text(
        "Portable seniority",
        "工龄连续计算",
    )
    about = Text(
        "Whoever follows a post or changes employer keeps a share of the seniority that pay "
        "recognises. It costs employers wages and keeps people in the field.",
        "随岗转移或更换单位者保留一定比例的工资工龄；用人单位多付工资，人才留在行业。",
    )
    institution = Text(
        "Dongguan shows the opposite: seniority starts anew when a tender moves the post.",
        "东莞的反例：项目易主后工龄清零。",
    )
    source = ("B07",)
    line = "base"
    cost = Text(
        "nothing of its own: employers pay the higher wages, stations from the base line and "
        "agencies from their income",
        "无单列支出：较高的工资由用人单位承担（站点由基本经费，机构由自身收入）",
    )
    channel = ("workers.credit",)
    quantities = (
        quantity(
            "kept",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="B07",
            status="assumed",
            role="lever",
            en="service that pay recognises after a change of employer",
            zh="更换单位后工资认可的原有工龄比例",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"k_sen": self.option("kept")}
