"""街乡吹哨、部门报到: subdistricts can summon departments."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, post_cost
from sansheng.world.schema import Tables


class Coordination(Lever):
    """Let subdistricts summon departments."""

    name = "coordination"
    title = Text(
        "Whistle and coordination",
        "吹哨报到",
    )
    about = Text(
        "Subdistricts can summon departments, with people who follow it up. Cases that wait for "
        "another department are released sooner.",
        "街道可召集部门并有专人跟进，等待其他部门的事项更快办结。",
    )
    institution = Text(
        "Beijing 2018: streets and towns whistle, departments report; 14 measures.",
        "北京2018年：街乡吹哨、部门报到，14项举措。",
    )
    source = ("S-B24",)
    line = "base"
    cost = Text(
        "posts in each subdistrict times the starting wage of a station with insurance",
        "每个街道的专职岗位乘站点起薪与社保",
    )
    channel = (
        "subdistricts.coordination",
        "cases.blocked",
    )
    writes = ("subdistricts.coordination",)
    quantities = (
        quantity(
            "gain",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="S-B24",
            status="assumed",
            role="lever",
            en="part of what is not released in a month that then is",
            zh="原本当月不能办结部分中可协调办结的比例",
        ),
        quantity(
            "posts",
            1.0,
            unit="posts",
            low=0.0,
            high=10.0,
            source="assumed",
            role="lever",
            en="posts in each subdistrict that follow summons up",
            zh="每个街道跟进吹哨的岗位数",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Let more of what waits be released."""
        found = before.columns["subdistricts.coordination"]
        t.subdistricts.coordination[:] = found + self.option("gain") * (1.0 - found)

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Pay those who follow it up."""
        s = t.subdistricts
        return each(t, self.option("posts"), post_cost(t, p)[s.district], s.district)
