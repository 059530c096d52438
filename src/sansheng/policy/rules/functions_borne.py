"""费随事转, ex ante: money for the duties a community bears, at standard cost."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class FunctionsBorne(Rule):
    """Divide the envelope by the standard cost of the duties each community bears."""

    name = "functions_borne"
    title = Text("Functions borne", "按职责拨付（费随事转·事前）")
    about = Text(
        "The envelope is divided in advance by the duties on each community's duty list, at a standard cost "
        "per duty. A community with many duties and few households gains, one with many households and few "
        "duties loses.",
        "按各社区职责清单上的职责数和标准成本事前分配经费总额。职责多而户数少的社区得益，户数多而职责少的社区减少。",
    )
    institution = Text(
        "Chenghua's plan: allocate by the public-service functions a community actually bears.",
        "成华区设想：根据各社区实际承担的公服职能科学合理调配资金。",
    )
    source = ("S-C17", "S-T12", "S-T13")
    proportional = True
    quantities = (
        quantity(
            "admin_cost",
            1.0,
            unit="ratio",
            low=0.0,
            high=3.0,
            source="assumed",
            role="lever",
            en="standard cost of an administrative duty relative to a service duty",
            zh="行政类职责相对服务类职责的标准成本",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Divide the whole budget by weighted duties."""
        weight = view.duties_service + self.option("admin_cost") * view.duties_admin
        return Allocation(split_fen(view.budget, weight.astype(np.float64)))
