r"""Other payers: government offices and foundations outside the envelope.

What they spend on the agencies of a district varies around a level that stays, by ``other_sd`` from year to
year. Each January it goes to agencies in proportion to what they had (``other_memory``) and to their staff (the
rest), and pays for as many posts as it buys at full cost: who grows elsewhere grows here, and whoever has no
contract for long loses other payers too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined
from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.world.schema import Districts, Providers

PARAMETERS = (
    quantity(
        "other_sd",
        0.1,
        unit="ratio",
        low=0.0,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="spread from year to year of what other payers spend",
        zh="其他出资方经费的年度波动",
    ),
    quantity(
        "other_memory",
        0.7,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="part of other payers' money that goes where it went last year; the rest follows staff",
        zh="其他出资方经费延续上年去向的比例（其余随机构人数）",
    ),
)

_OTHER = decision("providers.other_payers")

DECEMBER = 11


@inlined
def year_factor(u: float, sd: float) -> float:
    """Return what other payers spend in a year over its level: uniform around one, deviation ``sd``."""
    return 1.0 + sd * math.sqrt(3.0) * (2.0 * u - 1.0)


@allocating
def renew_other_income(
    key: Key, now: int, p: Any, districts: Districts, providers: Providers
) -> None:
    """Share next year's money of other payers; at the end of December."""
    if now % 12 != DECEMBER:
        return
    o = providers
    for d in range(districts.key.shape[0]):
        had = 0.0
        staff = 0.0
        for a in range(o.key.shape[0]):
            if o.alive[a] == 1 and o.district[a] == d:
                had += o.other_income[a]
                staff += o.staff[a]
        weights = np.zeros(o.key.shape[0])
        for a in range(o.key.shape[0]):
            if o.alive[a] == 1 and o.district[a] == d:
                if had > 0.0:
                    weights[a] += p.other_memory * o.other_income[a] / had
                if staff > 0.0:
                    weights[a] += (1.0 - p.other_memory) * o.staff[a] / staff
        luck = uniform(key, _OTHER, now, districts.key[d], 0)
        total = int(districts.other_payers[d] * year_factor(luck, p.other_sd))
        parts = split_fen(total, weights)
        post = districts.agency_wage[d] * (1.0 + p.social_insurance) / (1.0 - p.o_c)
        for a in range(o.key.shape[0]):
            if o.district[a] == d:
                o.other_income[a] = parts[a]
                o.staff_other[a] = int(round(parts[a] / post))
