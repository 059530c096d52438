r"""Vacancies are filled from a finite pool of job seekers.

A vacancy is filled in a month with the probability

.. math:: \min\!\left(h\,(w/w_0)^{\eta},\; \mu\,\frac{seekers}{vacancies},\; 1\right),

with the starting wage :math:`w` of the post over the reference :math:`w_0`: where pay is low, vacancies
last longer. Should more posts be filled than there are seekers, luck decides, not the order of employers. An
agency fills at most what it lacks. The pool gains people who look for such work for the first time, in
proportion to seats in use, and those whom agencies dismissed; part of it looks elsewhere every month.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined
from sansheng.core.quantities import quantity
from sansheng.core.rows import rows_of
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64, I64
from sansheng.processes.seating import sit_down, vacant_posts
from sansheng.world.schema import (
    NOBODY,
    STATION,
    Communities,
    Districts,
    Providers,
    Workers,
)

PARAMETERS = (
    quantity(
        "hire_rate",
        0.35,
        unit="1/month",
        low=0.1,
        high=0.8,
        source="S-P05",
        status="assumed",
        role="uncertainty",
        en="vacancies filled in a month when job seekers abound",
        zh="求职者充足时空缺每月补员比例",
    ),
    quantity(
        "match",
        0.5,
        unit="1/month",
        low=0.1,
        high=1.0,
        source="assumed",
        role="constant",
        en="most of the job seekers who find a post in a month",
        zh="求职者每月最多入职比例",
    ),
    quantity(
        "pool_inflow",
        0.3,
        unit="1/year",
        low=0.1,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="job seekers arriving in a year, per seat in use",
        zh="每年新增求职者（按在岗人数计）",
    ),
    quantity(
        "pool_loss",
        0.08,
        unit="1/month",
        low=0.02,
        high=0.2,
        source="assumed",
        role="uncertainty",
        en="job seekers who look elsewhere in a month",
        zh="求职者每月流失比例",
    ),
    quantity(
        "hire_tier",
        0.25,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="recruits of a station who hold a certificate",
        zh="社区站点新聘持证比例",
    ),
    quantity(
        "hire_tier_org",
        0.5,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="recruits of an agency who hold a certificate",
        zh="机构新聘持证比例",
    ),
    quantity(
        "recruit_junior",
        0.45,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="constant",
        en="junior certificates among certified recruits; the rest are assistants'",
        zh="持证新聘人员中初级比例（其余为员级）",
    ),
    quantity(
        "recruit_middle",
        0.13,
        unit="share",
        low=0.0,
        high=0.15,
        source="assumed",
        role="constant",
        en="middle certificates among certified recruits",
        zh="持证新聘人员中中级比例",
    ),
    quantity(
        "recruit_senior",
        0.02,
        unit="share",
        low=0.0,
        high=0.05,
        source="assumed",
        role="constant",
        en="senior certificates among certified recruits",
        zh="持证新聘人员中高级比例",
    ),
)

_HIRE = decision("workforce.hire")
_TIER = decision("workforce.tier_of_recruit")


@inlined
def certificate(u: float, share: float, junior: float, middle: float, senior: float) -> int:
    """Certificate of a recruit: ``share`` hold one, of whom the given shares in tiers 2 to 4."""
    if u >= share:
        return 0
    rank = u / share
    tier = 1 + int(rank >= 1.0 - junior - middle - senior)
    return tier + int(rank >= 1.0 - middle - senior) + int(rank >= 1.0 - senior)


@inlined
def fill_chance(
    rate: float, pay: float, eta: float, match: float, seekers: int, vacancies: float
) -> float:
    """Probability that a vacancy is filled this month; ``pay`` is relative to the reference."""
    return min(1.0, rate * math.pow(pay, eta), match * seekers / vacancies)


@allocating
def dismissed(districts: int, workers: Workers) -> Any:
    """People dismissed since the last hires, by district, shape ``(district,)``."""
    people = np.zeros(districts, dtype=np.int64)
    seats = np.empty(workers.key.shape[0], dtype=np.int64)
    for j in range(rows_of(workers.leaves, seats)):
        people[workers.district[seats[j]]] += 1
    return people


@allocating
def _open_posts(
    communities: Communities,
    providers: Providers,
    workers: Workers,
    posts: I64,
    vacancies: F64,
    in_use: F64,
) -> int:
    """Write the vacant seats to be filled in ``posts`` and return how many they are.

    ``vacancies`` and ``in_use`` receive these and the people at work, by district.
    """
    c, o, w = communities, providers, workers
    for i in range(c.key.shape[0]):
        in_use[c.district[i]] += c.seats[i]
    n = 0
    vacant = np.empty(w.key.shape[0], dtype=np.int64)
    for j in range(vacant_posts(w, vacant)):
        i = vacant[j]
        in_use[w.district[i]] -= 1.0
        if w.kept[i] == 0:
            posts[n] = i
            n += 1
            vacancies[w.district[i]] += 1.0
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        in_use[o.district[a]] += o.staff[a]
        lack = o.target[a] - o.staff[a]
        for i in range(o.first_seat[a], o.first_seat[a] + o.seats[a]):
            if lack <= 0:
                break
            if w.filled[i] == 0:
                posts[n] = i
                n += 1
                vacancies[o.district[a]] += 1.0
                lack -= 1
    return n


@allocating
def hire(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    providers: Providers,
    workers: Workers,
) -> None:
    """Fill vacancies from the districts' pools of job seekers, then let the pools flow."""
    w, pool = workers, districts.pool
    n = pool.shape[0]
    w.hired[:] = 0
    posts = np.empty(w.key.shape[0], dtype=np.int64)
    vacancies, in_use = np.zeros(n), np.zeros(n)
    open_ = _open_posts(communities, providers, w, posts, vacancies, in_use)
    base = np.zeros(n)
    agency = np.zeros(n)
    taken = np.zeros(n, dtype=np.int64)
    for d in range(n):
        if vacancies[d] > 0.0:
            reference = p.w_ref * districts.mean_wage[d]
            pay = districts.base_wage[d] / reference
            base[d] = fill_chance(p.hire_rate, pay, p.eta, p.match, pool[d], vacancies[d])
            pay = districts.agency_wage[d] / reference
            agency[d] = fill_chance(p.hire_rate, pay, p.eta, p.match, pool[d], vacancies[d])
    rank = np.full(open_, -1.0)
    for j in range(open_):
        i = posts[j]
        d = w.district[i]
        chance = base[d] if w.employer[i] == STATION else agency[d]
        luck = uniform(key, _HIRE, now, w.key[i], w.generation[i])
        if luck < chance:
            rank[j] = luck / chance
            taken[d] += 1
    for d in range(n):
        while taken[d] > pool[d]:
            last = -1
            for j in range(open_):
                own = w.district[posts[j]] == d
                if own and rank[j] >= 0.0 and (last < 0 or rank[j] > rank[last]):
                    last = j
            rank[last] = -1.0
            taken[d] -= 1
    for j in range(open_):
        if rank[j] < 0.0:
            continue
        i = posts[j]
        station = w.employer[i] == STATION
        tier = certificate(
            uniform(key, _TIER, now, w.key[i], w.generation[i]),
            p.hire_tier if station else p.hire_tier_org,
            p.recruit_junior,
            p.recruit_middle,
            p.recruit_senior,
        )
        place = communities.subdistrict[w.home[i]] if station else NOBODY
        sit_down(w, i, w.home[i], place, tier)
        w.hired[i] = 1
    for d in range(n):
        seekers = pool[d] - taken[d]
        change = p.pool_inflow / 12.0 * in_use[d] - p.pool_loss * seekers
        pool[d] = max(0, int(round(seekers + change)))
