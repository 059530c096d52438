"""职能转移: vacant posts become purchased service."""

from __future__ import annotations

from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Lever


class OutsourcingShare(Lever):
    """Let vacant posts of stations stay empty and their wages buy service."""

    name = "outsourcing_share"
    title = Text(
        "Functions to organisations",
        "职能转移与购买服务占比",
    )
    about = Text(
        "A share of the posts of stations stays empty as people leave, and their wages go to "
        "the community to buy service. Agency hours rise, the hours of the station fall, and "
        "administration stays with those who are left.",
        "站点岗位出缺后按比例不再补员，其工资转给社区购买服务；机构工时增加、站点工时减少，行政事"
        "务仍由留任人员承担。",
    )
    institution = Text(
        "Chenghua: functions that organisations can carry are transferred and entrusted to "
        "them; the state plans, organises, supervises and pays.",
        "成华区：将可由社会组织承担的职能转移、委托出去，政府作规划者、组织者、监督者和经费主要提"
        "供者。",
    )
    source = ("S-C24",)
    line = "base"
    cost = Text(
        "nothing of its own: what a post left empty would be paid goes to its community",
        "无单列支出：空缺岗位的工资与社保转给所在社区",
    )
    channel = (
        "workers.kept",
        "money.transferred",
        "communities.hours_paid",
    )
    quantities = (
        quantity(
            "share",
            0.1,
            unit="share",
            low=0.0,
            high=0.5,
            source="S-C24",
            status="assumed",
            role="lever",
            en="posts of every station that are given up as they fall vacant",
            zh="各站点出缺后不再补员的岗位比例",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"outsourced": self.option("share")}
