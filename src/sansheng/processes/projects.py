r"""What agencies are good at, and which kind of project they offer.

Hours served in a category bring an agency's strength :math:`s` nearer to one; every May the share
``strength_fade`` of all strength is lost,

.. math:: 1 - s' = (1-s)\,e^{-hours/\texttt{h\_learn}}, \qquad s'' = s'(1-\texttt{strength\_fade}).

Then each agency chooses the category it offers for the year, before the tender of July,

.. math:: P(k) \propto \exp\left(s_{str}\,strength_k + s_{pay}\,payoff_k + s_{im}\,offers_k
          - s_{diff}\,(1-ease_k)\,small\right),

with :math:`payoff_k` the hours served in it since May per agency that offers it and one more, over the mean (at
most 3), :math:`offers_k` the share of agencies that offer it (imitation), and :math:`small` one for an agency
without staff and one half at the median size: what shows and needs no certificate attracts the small. All look
at last year's offers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64, I32
from sansheng.core.views import flat
from sansheng.world.organisations import ease, smallness
from sansheng.world.schema import (
    AGENCY_PRO,
    Cases,
    Categories,
    Communities,
    Contracts,
    Providers,
)

PARAMETERS = (
    quantity(
        "s_str",
        3.0,
        unit="-",
        low=0.0,
        high=6.0,
        source="T15",
        status="assumed",
        role="uncertainty",
        en="weight of strength in the choice of project type",
        zh="项目选择中专长的权重",
    ),
    quantity(
        "s_pay",
        0.5,
        unit="-",
        low=0.0,
        high=2.0,
        source="T15",
        status="assumed",
        role="uncertainty",
        en="weight of payoff in the choice of project type",
        zh="项目选择中收益的权重",
    ),
    quantity(
        "s_im",
        1.0,
        unit="-",
        low=0.0,
        high=3.0,
        source="T15,B75",
        status="assumed",
        role="uncertainty",
        en="imitation: weight of what others offer in the choice of project type",
        zh="项目选择中的模仿强度",
    ),
    quantity(
        "s_diff",
        2.0,
        unit="-",
        low=0.0,
        high=4.0,
        source="S-P02,S-P03",
        status="assumed",
        role="uncertainty",
        en="how far small agencies shun what is hard or hardly seen",
        zh="小机构回避难做、难见项目的程度",
    ),
    quantity(
        "h_learn",
        4000.0,
        unit="hours",
        low=1000.0,
        high=20000.0,
        source="T11",
        status="assumed",
        role="uncertainty",
        en="hours served in a category that close two thirds of the gap to full strength",
        zh="某类服务专长的学习工时",
    ),
    quantity(
        "strength_fade",
        0.1,
        unit="1/year",
        low=0.0,
        high=0.3,
        source="T11",
        status="assumed",
        role="uncertainty",
        en="strength forgotten in a year",
        zh="专长每年的遗忘比例",
    ),
)

_OFFER = decision("providers.offer")

MAY = 4

_MOST_PAYOFF = 3.0
"""Relative payoff beyond which more attracts nobody further."""


@inlined
def practise(strength: F64, category: int, hours: float, scale: float) -> None:
    """Let ``hours`` served in ``category`` close part of the gap to full strength.

    Parameters
    ----------
    strength
        Of one agency, shape ``(category,)``; changed in place.
    scale
        Hours that close the share 1 - 1/e of the gap.
    """
    strength[category] = 1.0 - (1.0 - strength[category]) * math.exp(-hours / scale)


@inlined
def payoff(hours: float, offers: float, all_hours: float, all_offers: float) -> float:
    """Hours sold in a category per agency that offers it, over the mean; one more may always come."""
    if all_hours <= 0.0:
        return 1.0
    return min(_MOST_PAYOFF, hours / all_hours * (all_offers + 1.0) / (offers + 1.0))


@kernel
def largest(values: F64) -> float:
    """Return the largest of some values."""
    top = values[0]
    for k in range(1, values.shape[0]):
        top = max(top, values[k])
    return float(top)


@kernel
def choose(u: float, utility: F64) -> int:
    """Return a category drawn with probability in proportion to ``exp(utility)``, by luck ``u``."""
    top = largest(utility)
    total = 0.0
    for k in range(utility.shape[0]):
        total += math.exp(utility[k] - top)
    reached = 0.0
    for k in range(utility.shape[0] - 1):
        reached += math.exp(utility[k] - top)
        if u * total < reached:
            return k
    return int(utility.shape[0] - 1)


@kernel
def count_offers(providers: Providers, d: int, hours: F64, offers: F64) -> None:
    """Write the hours served since May and the agencies on offer in district ``d``, by category."""
    o = providers
    hours[:] = 0.0
    offers[:] = 0.0
    for a in range(o.key.shape[0]):
        if o.alive[a] == 1 and o.district[a] == d:
            offers[o.offer[a]] += 1.0
            for k in range(hours.shape[0]):
                hours[k] += o.experience[a, k]


@kernel
def weigh(
    p: Any,
    strength: F64,
    staff: int,
    categories: Categories,
    hours: F64,
    offers: F64,
    utility: F64,
) -> None:
    """Write what each category promises an agency, shape ``(category,)``."""
    all_hours, all_offers = hours.sum(), offers.sum()
    small = smallness(staff, p.m_a)
    for k in range(utility.shape[0]):
        hard = 1.0 - ease(categories.visible[k], categories.least_tier[k])
        utility[k] = (
            p.s_str * strength[k]
            + p.s_pay * payoff(hours[k], offers[k], all_hours, all_offers)
            + p.s_im * offers[k] / max(1.0, all_offers)
            - p.s_diff * hard * small
        )


@disjoint
def _gain(part: float, worked: I32, experience: F64) -> None:
    """Add a ``part`` of minutes ``worked`` to hours of experience; both by category, minutes of easy and hard cases."""
    for k in range(experience.shape[0]):
        experience[k] += part * (worked[2 * k] + worked[2 * k + 1]) / 60.0


@kernel
def serve(
    communities: Communities, contracts: Contracts, providers: Providers, cases: Cases
) -> None:
    """Add this month's hours to the experience of the agencies that worked them."""
    for c in range(communities.key.shape[0]):
        if communities.hours_paid[c] <= 0.0:
            continue
        for s in range(communities.hours_by.shape[1]):
            part = communities.hours_by[c, s] / communities.hours_paid[c]
            if part <= 0.0:
                continue
            a = contracts.provider[communities.lot[c], s]
            _gain(part, flat(cases.worked[c, AGENCY_PRO]), providers.experience[a])


@allocating
def choose_offers(
    key: Key, now: int, p: Any, districts: int, providers: Providers, categories: Categories
) -> None:
    """Let every agency learn from the year and choose what it offers; each May."""
    if now % 12 != MAY:
        return
    o = providers
    n = categories.visible.shape[0]
    hours, offers, utility = np.zeros(n), np.zeros(n), np.zeros(n)
    chosen = np.zeros(o.key.shape[0], np.int64)
    for d in range(districts):
        count_offers(o, d, hours, offers)
        for a in range(o.key.shape[0]):
            if o.alive[a] == 0 or o.district[a] != d:
                continue
            for k in range(n):
                practise(o.strength[a], k, o.experience[a, k], p.h_learn)
                o.strength[a, k] *= 1.0 - p.strength_fade
            weigh(p, o.strength[a], o.staff[a], categories, hours, offers, utility)
            chosen[a] = choose(uniform(key, _OFFER, now, o.key[a], 0), utility)
    for a in range(o.key.shape[0]):
        if o.alive[a] == 1:
            o.offer[a] = chosen[a]
            o.experience[a, :] = 0.0
