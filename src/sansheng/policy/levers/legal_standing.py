"""法人资格: committees may sign for themselves."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each
from sansheng.world.schema import Tables


class LegalStanding(Lever):
    """Give committees the legal standing to sign contracts."""

    name = "legal_standing"
    title = Text(
        "Legal standing",
        "居委会法人资格",
    )
    about = Text(
        "Committees get the legal standing to sign contracts and pay for themselves. Agencies no "
        "longer wait a month more for the subdistrict to sign.",
        "居（村）委会取得法人资格，可自行签约付款；机构不再因街道代签多等一个月。",
    )
    institution = Text(
        "Beijing: 7,014 committees with a code of their own in 2018.",
        "北京：2018年7014个村（居）委会完成赋码。",
    )
    source = ("S-B01",)
    line = "base"
    cost = Text(
        "committees without standing times the price of registering one, once",
        "无法人资格的居委会数乘每家登记费用，一次性",
    )
    channel = (
        "communities.standing",
        "providers.due",
    )
    writes = ("communities.standing",)
    quantities = (
        quantity(
            "yuan",
            2000.0,
            unit="yuan",
            low=0.0,
            high=20000.0,
            source="assumed",
            role="lever",
            en="price of registering a committee, with seal and account",
            zh="每家登记、刻章、开户费用",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Let every committee sign."""
        t.communities.standing[:] = 1

    def once(self, t: Tables, before: Before) -> I64:
        """Pay for every registration."""
        c = t.communities
        return each(t, self.option("yuan"), c.standing == 0, c.district)
