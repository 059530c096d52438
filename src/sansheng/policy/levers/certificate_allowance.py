"""持证津贴: money for the certificate."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever
from sansheng.world.schema import Tables

_TIERS = 4.0


class CertificateAllowance(Lever):
    """Pay whoever holds a certificate an allowance that rises with its grade."""

    name = "certificate_allowance"
    title = Text("Certificate allowance", "持证津贴")
    about = Text(
        "People with a certificate get a monthly allowance on top of their wage, a quarter of the highest for "
        "each grade. It draws people to the exam and keeps those who passed.",
        "持证人员每月在工资之外领取津贴，每级为最高标准的四分之一；津贴吸引报考、留住持证者。",
    )
    institution = Text(
        "Chenghua district: 200 to 800 yuan a month in four grades.",
        "成华区：四个等级，每月200~800元。",
    )
    source = ("S-C11",)
    line = "base"
    cost = Text(
        "allowances paid this month, less what the former allowance would have paid the same people",
        "当月实付津贴，减去同一批人按原标准应得的津贴",
    )
    channel = ("workers.allowance",)
    booked = True
    quantities = (
        quantity(
            "yuan",
            800.0,
            unit="yuan/month",
            low=0.0,
            high=800.0,
            source="S-C11",
            status="read",
            role="lever",
            en="allowance of the highest of four certificates",
            zh="最高一级持证津贴",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set the allowance."""
        return {"allowance": self.option("yuan")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what processes have paid beyond the former allowance."""
        w = t.workers
        tiers = np.rint(_TIERS * w.allowance / max(1.0, 100.0 * p.allowance))
        former = np.rint(before.parameters.allowance * 100.0 * tiers / _TIERS)
        by_district = np.bincount(w.district, former, t.districts.key.shape[0])
        return t.districts.allowances - by_district.astype(np.int64)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect to pay everybody who holds a certificate now."""
        w = t.workers
        tiers = w.tier * w.filled
        rise = np.rint(p.allowance * 100.0 * tiers / _TIERS)
        rise -= np.rint(before.parameters.allowance * 100.0 * tiers / _TIERS)
        return np.bincount(w.district, rise, t.districts.key.shape[0]).astype(np.int64)
