"""议事厅: a hall wherever there is none."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class DeliberationHalls(Lever):
    """Open a hall for deliberation in every community."""

    name = "deliberation_halls"
    title = Text(
        "Deliberation halls",
        "议事厅",
    )
    about = Text(
        "Every community without one gets a hall for deliberation. Where residents take part, "
        "what upsets harmony is talked over.",
        "未设议事厅的社区全部设立；居民参与处，纠纷得以协商化解。",
    )
    institution = Text(
        "Beijing: 3,177 halls in all urban communities, more than 70% of villages.",
        "北京：城市社区议事厅3177个全覆盖，农村超过70%。",
    )
    source = ("S-B08",)
    line = "capital"
    cost = Text(
        "communities without a hall times the price of one, once",
        "未设议事厅的社区数乘每个造价，一次性",
    )
    channel = ("communities.hall",)
    writes = ("communities.hall",)
    quantities = (
        quantity(
            "yuan",
            50000.0,
            unit="yuan/hall",
            low=0.0,
            high=500000.0,
            source="assumed",
            role="lever",
            en="price of fitting out a hall",
            zh="每个议事厅的布置费用",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Open halls."""
        t.communities.hall[:] = 1

    def once(self, t: Tables, before: Before) -> I64:
        """Pay for every hall that is missing."""
        c = t.communities
        return each(t, self.option("yuan"), c.hall == 0, c.district)
