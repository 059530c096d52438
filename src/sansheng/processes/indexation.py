r"""Prices of running contracts follow wages.

A price is set when a project is awarded, at the starting wage :math:`w_0` of agency staff then. Where prices are
indexed, every January the price of a running contract follows what the wage has become,

.. math:: k \leftarrow k\,\big(1 + \iota\,(w/w_0 - 1)\big), \qquad w_0 \leftarrow w.

Wages rise only where a reform raises them. Communities bear the higher price: the same money buys fewer hours.
"""

from __future__ import annotations

from sansheng.core.kernels import kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.world.schema import Communities, Contracts

PARAMETERS = (
    quantity(
        "price_index",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-P12",
        status="assumed",
        role="lever",
        en="part of a rise of wages that the prices of running contracts follow each January",
        zh="在履合同价格每年一月跟随工资上涨的程度",
    ),
)

_JANUARY = 0


@kernel
def index_prices(
    now: int, follow: float, communities: Communities, contracts: Contracts, wage: I64
) -> None:
    """In January, let prices of running contracts follow the starting wage of agency staff, by district."""
    if follow <= 0.0 or now % 12 != _JANUARY:
        return
    n = contracts
    for i in range(n.price.shape[0]):
        paid = wage[communities.district[i]]
        for s in range(n.projects[i]):
            if n.provider[i, s] < 0 or n.wage[i, s] <= 0 or n.wage[i, s] == paid:
                continue
            rise = paid / n.wage[i, s] - 1.0
            n.price[i, s] = int(round(n.price[i, s] * (1.0 + follow * rise)))
            n.wage[i, s] = paid
