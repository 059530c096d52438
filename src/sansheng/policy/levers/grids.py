"""网格力量: more grid staff."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, post_cost
from sansheng.world.schema import Tables


class Grids(Lever):
    """Add staff to grids."""

    name = "grids"
    title = Text(
        "Grid staff",
        "网格力量",
    )
    about = Text(
        "Every grid gets more staff. They find cases, settle some on the spot and watch over "
        "safety.",
        "每个网格增配力量；发现上报更多，部分当场解决，并守护安全。",
    )
    institution = Text(
        "Tongzhou: dedicated, social and specialist forces, 15,082 people in 1,809 grids.",
        "通州：专职、社会、专业力量共15082人，1809个网格。",
    )
    source = (
        "S-T05",
        "S-T10",
        "S-B04",
    )
    line = "base"
    cost = Text(
        "full-time equivalents added times the starting wage of a station with insurance",
        "新增折合全职人数乘站点起薪与社保",
    )
    channel = (
        "communities.grid_staff",
        "cases.by_grid",
    )
    writes = ("communities.grid_staff",)
    quantities = (
        quantity(
            "added",
            0.1,
            unit="people/grid",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="full-time equivalents added to every grid",
            zh="每个网格新增的折合全职人数",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Add staff to grids."""
        c = t.communities
        c.grid_staff[:] = before.columns["communities.grid_staff"] + self.option("added") * c.grids

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay those added."""
        c = t.communities
        added = c.grid_staff - before.columns["communities.grid_staff"]
        return each(t, 1.0, added * post_cost(t, p)[c.district], c.district)
