"""工资看齐: wages up to the mean wage of the city."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever
from sansheng.world.schema import Tables


class WageParity(Lever):
    """Raise wages to a share of the city's mean wage; nobody's wage falls."""

    name = "wage_parity"
    title = Text(
        "Wage parity",
        "工资看齐",
    )
    about = Text(
        "Starting wages of community workers, and of agency staff as far as said, rise to a "
        "share of the city's mean wage. Quits fall and posts fill; agencies' dearer hours are "
        "paid out of grants.",
        "社区工作者起薪（以及按比例跟进的机构社工起薪）提高到当地平均工资的一定比例；离职减少、空"
        "缺易补，机构工时涨价由社区经费承担。",
    )
    institution = Text(
        "Beijing: pay raised from 70% to 100% of the city's mean wage on 1 January 2018.",
        "北京：2018年1月1日起由社平工资的70%提高到100%。",
    )
    source = (
        "S-B12",
        "S-B13",
        "S-T24",
    )
    line = "base"
    cost = Text(
        "filled posts of stations times the rise of the starting wage, and social insurance on it",
        "站点在岗人数乘起薪增幅，另加社会保险",
    )
    channel = ("workers.wage",)
    writes = (
        "districts.base_wage",
        "districts.agency_wage",
    )
    booked = True
    quantities = (
        quantity(
            "parity",
            1.0,
            unit="share",
            low=0.7,
            high=1.0,
            source="S-B12",
            status="read",
            role="lever",
            en="starting wage over the mean wage of the city",
            zh="起薪与当地平均工资之比",
        ),
        quantity(
            "agencies",
            1.0,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="how far starting wages of agency staff follow",
            zh="机构社工起薪跟进的程度",
        ),
    )

    def write(self, t: Tables, before: Before) -> None:
        """Raise starting wages."""
        d = t.districts
        goal = np.rint(self.option("parity") * d.mean_wage)
        for name, share in (("base_wage", 1.0), ("agency_wage", self.option("agencies"))):
            former = before.columns[f"districts.{name}"]
            rise = np.maximum(0.0, goal - former)
            getattr(d, name)[:] = former + np.rint(share * rise).astype(np.int64)

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what stations have been paid beyond the former wage."""
        w = t.workers
        return self._cost(t, p, before, (w.wage > 0) & (w.home >= 0))

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect to pay everybody who is in post now."""
        w = t.workers
        return self._cost(t, p, before, (w.filled == 1) & (w.home >= 0))

    def _cost(self, t: Tables, p: Any, before: Before, paid: Any) -> I64:
        """Return the rise of the bill for those paid, with insurance as stations pay it."""
        d, w = t.districts, t.workers
        people = np.bincount(w.district[paid], minlength=d.key.size)
        rise: I64 = people * (d.base_wage - before.columns["districts.base_wage"])
        bill = np.bincount(w.district[paid], w.wage[paid], d.key.size).astype(np.int64)
        insured = np.rint(bill * p.social_insurance) - np.rint((bill - rise) * p.social_insurance)
        cost: I64 = rise + insured.astype(np.int64)
        return cost
