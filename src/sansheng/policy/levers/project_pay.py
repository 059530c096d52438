"""领办绩效: pay for leading a project."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, extra, share_of
from sansheng.world.schema import Tables


class ProjectPay(Lever):
    """Pay certified community workers for the projects they lead."""

    name = "project_pay"
    title = Text(
        "Pay for leading projects",
        "绩效与领办项目挂钩",
    )
    about = Text(
        "Certified community workers lead the projects that serve their community and are paid "
        "by the score of the month. They quit less; what a bad score would cost bends effort to "
        "what shows.",
        "持证社区工作者领办服务本社区的项目，绩效按月度考评得分发放；离职减少，但得分与收入挂钩也"
        "使工作偏向易见之事。",
    )
    institution = Text(
        "Chenghua: performance pay and allowance of a community's social workers are linked to "
        "the service projects they lead.",
        "成华区：社区专业社工绩效、补贴同领办服务项目挂钩。",
    )
    source = ("S-C12",)
    line = "base"
    cost = Text(
        "project pay paid this month, for what goes beyond the former rate",
        "当月实付领办绩效中超出原标准的部分",
    )
    channel = (
        "workers.bonus",
        "communities.stake_station",
    )
    booked = True
    quantities = (
        quantity(
            "yuan",
            500.0,
            unit="yuan/project-month",
            low=0.0,
            high=2000.0,
            source="S-C12",
            status="assumed",
            role="lever",
            en="pay for leading a project in a community, at the full score",
            zh="领办一个项目的月度绩效（满分额）",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"project_pay": self.option("yuan")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what processes have paid beyond the former rate."""
        return share_of(t.districts.bonuses, extra(p.project_pay, before.parameters.project_pay))

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect the full score wherever there are projects and people to lead them."""
        c, w = t.communities, t.workers
        own = (w.home >= 0) & (w.filled == 1) & (w.tier > 0)
        leaders = np.bincount(w.home[own], minlength=c.key.size)
        led = np.minimum(t.contracts.projects[c.lot], leaders)
        return each(t, p.project_pay - before.parameters.project_pay, led, c.district)
