r"""What committees buy: how many projects a lot is worth, and what each of them is for.

A committee knows the open cases it sees, and it sees best what everybody sees. For the communities :math:`c` of a
lot, category :math:`k` weighs

.. math:: m_k = \sum_{c,h} open_{ckh}\, need_{kh}\; e^{b\,(1-\ell)\,(v_k-\bar v)}\,(1-r+r\,u_{ck}),

the hours of open cases, tilted towards visible categories (:math:`v`) by :math:`b`, and less so where social
workers lead the committees' panels (专委会): :math:`\ell` is their share of the panels. Where the rule in force
wants relief, :math:`r`, categories count as far as they are what the elderly, people on low income and the
disabled need, :math:`u_{ck}` of the residents' needs. Each project of the lot is
for one category, drawn with these weights, another one for each project as long as there are any.
"""

from __future__ import annotations

import math
from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64
from sansheng.world.schema import AGES, SLOTS, Cases, Categories, Communities, Workers

PARAMETERS = (
    quantity(
        "see",
        1.0,
        unit="-",
        low=0.0,
        high=3.0,
        source="S-T17,S-P02",
        status="assumed",
        role="uncertainty",
        en="how far committees buy what shows rather than what is needed",
        zh="居委会购买服务偏重可见度的程度",
    ),
    quantity(
        "panel",
        3.0,
        unit="people",
        low=1.0,
        high=8.0,
        source="S-C22",
        status="assumed",
        role="uncertainty",
        en="certified staff that it takes to lead all panels of a committee",
        zh="居委会各专委会所需持证社工数",
    ),
)

_CALL = decision("purchases.call_for")


@inlined
def projects_of(value: int, least: float) -> int:
    """Return how many projects a lot of yearly money ``value`` makes, each of at least ``least``, fen."""
    return min(SLOTS, max(1, int(value // max(1.0, least))))


@inlined
def tilt(visible: float, mean: float, see: float, led: float) -> float:
    """Return how far a committee overrates a category.

    Parameters
    ----------
    visible, mean
        Visibility of the category, and the mean of all.
    see
        Parameter ``see``.
    led
        Share of the committee's panels that social workers lead.
    """
    return math.exp(see * (1.0 - led) * (visible - mean))


@kernel
def led_share(first: int, n: int, workers: Workers, panel: float) -> float:
    """Return the share of panels led by certified staff of a block of ``n`` seats."""
    certified = 0.0
    for i in range(first, first + n):
        if workers.filled[i] == 1 and workers.tier[i] > 0:
            certified += 1.0
    return min(1.0, certified / panel)


@kernel
def weigh(
    p: Any,
    first: int,
    members: int,
    communities: Communities,
    workers: Workers,
    categories: Categories,
    cases: Cases,
    relief: float,
    weights: F64,
) -> None:
    """Write what ``members`` communities from row ``first`` see of each category, shape ``(category,)``.

    ``relief`` is how far projects are to be for what vulnerable groups need, 0 to 1.
    Where no case is open yet, categories weigh as they come up.
    """
    kinds = categories
    mean = kinds.visible.mean()
    for k in range(weights.shape[0]):
        weights[k] = 1e-6 * kinds.rate[k]
    for c in range(first, first + members):
        led = led_share(communities.first_seat[c], communities.seats[c], workers, p.panel)
        for k in range(weights.shape[0]):
            work = 0
            for a in range(AGES):
                for h in range(2):
                    work += cases.open[c, a, k, h] * kinds.minutes[k, h]
            meant = 1.0 - relief + relief * communities.vulnerable_need[c, k]
            weights[k] += work * tilt(kinds.visible[k], mean, p.see, led) * meant


@kernel
def pick(u: float, weights: F64) -> int:
    """Return a category drawn in proportion to ``weights``, and do not offer it again."""
    total = 0.0
    last = 0
    for k in range(weights.shape[0]):
        total += weights[k]
        last = k if weights[k] > 0.0 else last
    reached = 0.0
    chosen = last
    for k in range(weights.shape[0]):
        reached += weights[k]
        if weights[k] > 0.0 and u * total < reached:
            chosen = k
            break
    weights[chosen] = 0.0
    return chosen


@inlined
def luck_of_call(key: Key, now: int, lot_key: int, slot: int) -> float:
    """Return the draw that decides what a project is for."""
    return uniform(key, _CALL, now, lot_key, slot)
