r"""Appraisal: rankings by hotline, targets that ratchet, and what cadres learn under pressure.

A month's score of a community weighs what is *reported*, appearances included: response (open cases within the
norm), resolution (closed over closed, sent back and given up) and satisfaction,

.. math:: score_c = w_1\,response_c + w_2\,resolution_c + w_3\,satisfaction_c.

Where communities are ranked, being :math:`r`-th of :math:`n` in the district weighs :math:`(r-1)/(n-1)`: nothing
for the first and one for the last. Every community also has a target for the year's resolution. Missing it so far
adds to the pressure,

.. math:: pressure_c = ranking\cdot\frac{r_c-1}{n-1} + \omega\,\max(0,\; target_c - resolution^{year}_c),

and every January the target moves towards what was reached (the ratchet), or towards what peers reached,

.. math::

    target_c \leftarrow \min\big(0.99,\; target_c + \lambda_r((1-b)\,own_c + b\,\overline{peers} - target_c)
                         + \mu\big).

Pressure is at stake for the staff of a station: effort bends to what shows and paper closures tempt more. It also
teaches: the cadres of a subdistrict under pressure improve how cases are handled, and slip back without it,

.. math::

    skill_s \leftarrow skill_s + \tfrac{1}{12}\left[l\;ranking\,(1+\bar r_s)\,(1-skill_s)
                      - f\,(skill_s-skill^0_s)\right].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import ranked, total
from sansheng.core.tables import F64
from sansheng.core.views import flat
from sansheng.processes.residents import reported_satisfaction
from sansheng.world.schema import Cases, Communities, Districts, Subdistricts

PARAMETERS = (
    quantity(
        "ranking",
        0.0,
        unit="0-1",
        low=0.0,
        high=1.0,
        source="B45",
        status="assumed",
        role="lever",
        en="monthly ranking by hotline results: none (0) to full weight (1)",
        zh="热线办理月度排名：无（0）至完全（1）",
    ),
    quantity(
        "rank_response",
        0.30,
        unit="share",
        low=0.0,
        high=1.0,
        source="B51",
        status="read",
        role="lever",
        en="weight of response in the monthly score",
        zh="响应率在月度考评中的权重",
    ),
    quantity(
        "rank_resolution",
        0.35,
        unit="share",
        low=0.0,
        high=1.0,
        source="B51",
        status="read",
        role="lever",
        en="weight of resolution in the monthly score",
        zh="解决率在月度考评中的权重",
    ),
    quantity(
        "rank_satisfaction",
        0.35,
        unit="share",
        low=0.0,
        high=1.0,
        source="B51",
        status="read",
        role="lever",
        en="weight of satisfaction in the monthly score",
        zh="满意率在月度考评中的权重",
    ),
    quantity(
        "learn",
        0.3,
        unit="1/year",
        low=0.0,
        high=1.5,
        source="B45",
        status="assumed",
        role="uncertainty",
        en="speed at which ranked cadres learn to handle cases well",
        zh="排名压力下干部能力提升速度",
    ),
    quantity(
        "forget",
        0.1,
        unit="1/year",
        low=0.0,
        high=0.5,
        source="assumed",
        role="uncertainty",
        en="speed at which cadres slip back to what they were",
        zh="干部能力回落速度",
    ),
    quantity(
        "lam_r",
        0.5,
        unit="share",
        low=0.2,
        high=0.9,
        source="T06",
        status="assumed",
        role="uncertainty",
        en="weight of last year's result in the new target (ratchet)",
        zh="上年结果在新目标中的权重（棘轮）",
    ),
    quantity(
        "ratchet_up",
        0.01,
        unit="share/year",
        low=0.0,
        high=0.05,
        source="T06",
        status="assumed",
        role="uncertainty",
        en="what is added to every target each year",
        zh="每年目标加码幅度",
    ),
    quantity(
        "peers",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="T06",
        status="assumed",
        role="lever",
        en="how far targets follow the mean of peers instead of one's own result",
        zh="目标按同行平均（而非自身结果）确定的程度",
    ),
    quantity(
        "target_weight",
        3.0,
        unit="-",
        low=0.0,
        high=10.0,
        source="assumed",
        role="uncertainty",
        en="pressure per unit of shortfall from the target",
        zh="未达目标带来的压力",
    ),
)

JANUARY = 0
MOST_TARGET = 0.99
"""No target asks for more."""


@inlined
def next_target(target: float, own: float, peers: float, share: float, p: Any) -> float:
    """Return next year's target.

    Parameters
    ----------
    target, own, peers
        This year's target, the community's result and the mean result of the district.
    share
        How far targets follow peers.
    p
        Parameters ``lam_r`` and ``ratchet_up``.
    """
    reference = (1.0 - share) * own + share * peers
    change = float(p.lam_r * (reference - target) + p.ratchet_up)
    return min(MOST_TARGET, target + change)


@inlined
def next_skill(skill: float, base: float, pressure: float, learn: float, forget: float) -> float:
    """Return cadres' skill a month on, share.

    Parameters
    ----------
    skill, base
        Now, and without ranking.
    pressure
        Ranking times one plus the mean place in it (0 first, 1 last).
    learn, forget
        Speeds, 1/year.
    """
    change = learn * pressure * (1.0 - skill) - forget * (skill - base)
    return min(1.0, max(0.0, skill + change / 12.0))


@inlined
def rate(good: float, bad: float) -> float:
    """Return good over all, one where nothing happened."""
    return good / (good + bad) if good + bad > 0.0 else 1.0


@allocating
def _set_targets(p: Any, districts: int, communities: Communities) -> None:
    """Let targets follow last year's results, and start the year's count anew."""
    c = communities
    good, bad = np.zeros(districts), np.zeros(districts)
    for i in range(c.key.shape[0]):
        good[c.district[i]] += c.good_year[i]
        bad[c.district[i]] += c.bad_year[i]
    for i in range(c.key.shape[0]):
        d = c.district[i]
        if c.good_year[i] + c.bad_year[i] > 0.0:
            own = rate(c.good_year[i], c.bad_year[i])
            c.target[i] = next_target(c.target[i], own, rate(good[d], bad[d]), p.peers, p)
        c.good_year[i] = 0.0
        c.bad_year[i] = 0.0


@kernel
def _score(p: Any, communities: Communities, cases: Cases) -> None:
    """Score the month of every community by what is reported, and count its year."""
    c = communities
    weights = max(1e-9, p.rank_response + p.rank_resolution + p.rank_satisfaction)
    for i in range(c.key.shape[0]):
        resolved, papered = flat(cases.resolved[i]), flat(cases.papered[i])
        returned, lapsed = flat(cases.returned[i]), flat(cases.lapsed[i])
        good = bad = 0
        for j in range(resolved.shape[0]):
            good += resolved[j] + papered[j]
            bad += returned[j] + lapsed[j]
        open_, overdue = flat(cases.open[i]), int(p.norm_months) * resolved.shape[0]
        fresh, late = total(open_[:overdue]), total(open_[overdue:])
        c.good_year[i] += good
        c.bad_year[i] += bad
        weighted = p.rank_response * rate(fresh, late)
        weighted += p.rank_resolution * rate(good, bad)
        seen = reported_satisfaction(c.satisfaction[i], c.show[i], p.g)
        weighted += p.rank_satisfaction * seen / 100.0
        c.score[i] = weighted / weights


@allocating
def places_in_line(score: F64, district: Any, districts: int) -> F64:
    """Return everybody's place in the ranking of its district, 0 for the best and 1 for the last.

    Parameters
    ----------
    score
        Shape ``(community,)``; ties are broken by position.
    district
        District of each community.
    districts
        How many there are.
    """
    order = ranked(score)
    size = np.zeros(districts)
    for i in range(score.shape[0]):
        size[district[i]] += 1.0
    seen = np.zeros(districts)
    place = np.zeros(score.shape[0])
    for i in order:
        d = district[i]
        place[i] = seen[d] / max(1.0, size[d] - 1.0)
        seen[d] += 1.0
    return place


@allocating
def _press(p: Any, districts: int, subdistricts: Subdistricts, communities: Communities) -> None:
    """Let rankings and targets press, and cadres learn."""
    c = communities
    places = np.zeros(c.key.shape[0])
    if p.ranking > 0.0:
        places = places_in_line(c.score, c.district, districts)
    mean = np.zeros(subdistricts.key.shape[0])
    size = np.zeros(subdistricts.key.shape[0])
    for i in range(c.key.shape[0]):
        shortfall = max(0.0, c.target[i] - rate(c.good_year[i], c.bad_year[i]))
        c.pressure[i] = p.ranking * places[i] + p.target_weight * shortfall
        mean[c.subdistrict[i]] += places[i]
        size[c.subdistrict[i]] += 1.0
    for s in range(mean.shape[0]):
        pressure = p.ranking * (1.0 + mean[s] / max(1.0, size[s]))
        subdistricts.skill[s] = next_skill(
            subdistricts.skill[s], subdistricts.skill_base[s], pressure, p.learn, p.forget
        )


@inlined
def step(
    now: int,
    p: Any,
    districts: Districts,
    subdistricts: Subdistricts,
    communities: Communities,
    cases: Cases,
) -> None:
    """Appraise the month; in January set new targets first."""
    if now % 12 == JANUARY:
        _set_targets(p, districts.key.shape[0], communities)
    _score(p, communities, cases)
    _press(p, districts.key.shape[0], subdistricts, communities)
