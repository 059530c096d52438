"""干部培训: training for cadres of subdistricts."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class CadreTraining(Lever):
    """Train the cadres who coordinate."""

    name = "cadre_training"
    title = Text(
        "Cadre training",
        "街道干部培训",
    )
    about = Text(
        "Cadres of subdistricts are trained yearly, so that the skill they keep without pressure "
        "rises. Cases are handled better and departments brought together sooner.",
        "街道干部每年接受培训，无排名压力时的能力水平提高；事项处置更好，部门协调更快。",
    )
    institution = Text(
        "Beijing: training plans for cadres and ten thousand community workers.",
        "北京：万名社区工作者培训计划等。",
    )
    source = ("S-Z35",)
    line = "base"
    cost = Text(
        "cadres times the price of a year's training, in twelfths",
        "干部人数乘人均年培训费用，按月列支",
    )
    channel = ("subdistricts.skill",)
    writes = ("subdistricts.skill_base",)
    quantities = (
        quantity(
            "gain",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="part of the skill that cadres lack which training gives",
            zh="培训弥补能力差距的比例",
        ),
        quantity(
            "cadres",
            10.0,
            unit="people",
            low=1.0,
            high=50.0,
            source="assumed",
            role="lever",
            en="cadres trained in each subdistrict",
            zh="每个街道受训干部人数",
        ),
        quantity(
            "yuan",
            3000.0,
            unit="yuan/year",
            low=0.0,
            high=20000.0,
            source="assumed",
            role="lever",
            en="price of a year's training of a cadre",
            zh="每名干部年培训费用",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Raise the skill that cadres fall back to."""
        base = before.columns["subdistricts.skill_base"]
        t.subdistricts.skill_base[:] = base + self.option("gain") * (1.0 - base)

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay a twelfth of the year's training."""
        yuan = self.option("cadres") * self.option("yuan") / 12.0
        s = t.subdistricts
        return each(t, yuan, np.ones(s.key.size), s.district)
