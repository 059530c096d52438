r"""What an hour of service costs: one build-up for every way of paying.

.. math:: k_h = \frac{w\,(1+s)}{(h_w/12)\,(1-o_c)}

with monthly wage :math:`w`, employer's social insurance :math:`s`, hours of a full-time month and the
overhead :math:`o_c` that payers allow.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined
from sansheng.core.quantities import quantity

PARAMETERS = (
    quantity(
        "social_insurance",
        0.3,
        unit="share of wage",
        low=0.2,
        high=0.45,
        source="assumed",
        role="uncertainty",
        en="employer's social insurance on top of wages",
        zh="单位社保费率",
    ),
    quantity(
        "o_c",
        0.1,
        unit="share",
        low=0.0,
        high=0.15,
        source="T05",
        status="assumed",
        role="lever",
        en="overhead that payers allow",
        zh="允许列支的管理费比例",
    ),
    quantity(
        "o_n",
        0.2,
        unit="share",
        low=0.15,
        high=0.4,
        source="T05",
        status="assumed",
        role="uncertainty",
        en="overhead that good supervision needs",
        zh="良好督导所需的管理费比例",
    ),
    quantity(
        "m_use",
        0.02,
        unit="share",
        low=0.0,
        high=0.1,
        source="B20,B21",
        status="assumed",
        role="uncertainty",
        en="matched resources in kind that stand in for paid hours",
        zh="实物配套中可替代有偿工时的比例",
    ),
)


@inlined
def hour_price(wage: int, overhead: float, p: Any) -> int:
    """Price of an agency hour at a monthly wage and a share for overhead, whole fen."""
    hours = p.h_w / 12.0
    return int(round(wage * (1.0 + p.social_insurance) / (hours * (1.0 - overhead))))


@inlined
def insurance(wage: int, p: Any) -> int:
    """Employer's social insurance on a wage, whole fen."""
    return int(round(wage * p.social_insurance))


@inlined
def matched_hours(in_kind: int, price: int, p: Any) -> float:
    """Hours that last month's resources in kind stand in for, at ``price`` fen an hour."""
    return float(p.m_use * in_kind / price)
