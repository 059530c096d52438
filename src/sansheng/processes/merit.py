r"""Pay by merit: project pay of community workers, and yearly awards for agency staff.

*Project pay.* Every project that serves a community is led by one of its certified community workers, as far
as there are any: of :math:`L = \min(projects, certified)` the pay is :math:`b\,L\,score_c`, with the month's
score as reported, and the certified share it equally. What a bad score could cost, :math:`b\,L`, is at stake for
the station in the next month.

*Awards.* Each December every subdistrict appraises the :math:`n` agency people posted in it, by how productive
they are as it sees them (productivity plus logistic noise), and the best :math:`\lfloor s n + 1/2 \rfloor` get
an award. Until the next appraisal a twelfth of it counts as monthly pay where they think of quitting; whoever
leaves gives it up. The share :math:`s\,a/12` of an award :math:`a`, over the starting wage, is at stake for
agency staff in every month.

The base line pays community workers, the public purse agency staff; both are on top of wages.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.rows import ranked
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import F64
from sansheng.world.accounts import BASE_LINE, FINANCE, WAGES
from sansheng.world.schema import NOBODY, STATION, Communities, Districts, Money, Workers

PARAMETERS = (
    quantity(
        "project_pay",
        0.0,
        unit="yuan/project-month",
        low=0.0,
        high=2000.0,
        source="S-C12",
        status="assumed",
        role="lever",
        en="pay for leading a project in a community, at the full score",
        zh="社区社工领办项目的月度绩效（满分额）",
    ),
    quantity(
        "award",
        0.0,
        unit="yuan/year",
        low=0.0,
        high=20000.0,
        source="S-P10",
        status="assumed",
        role="lever",
        en="award of the yearly appraisal of agency staff",
        zh="机构社工年度服务考评奖金",
    ),
    quantity(
        "award_share",
        0.2,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumed",
        role="lever",
        en="agency staff posted in a subdistrict who get an award",
        zh="街道内落地社工中获奖的比例",
    ),
    quantity(
        "award_noise",
        0.1,
        unit="ratio",
        low=0.0,
        high=0.5,
        source="assumed",
        role="uncertainty",
        en="scale of the noise with which an appraisal sees productivity",
        zh="考评识别工作效率的误差尺度",
    ),
)

_APPRAISAL = decision("workforce.award")

DECEMBER = 11


@inlined
def award_stake(wage: int, p: Any) -> float:
    """Share of an agency's wage bill that hangs on awards, at the starting ``wage``, fen a month."""
    if p.award <= 0.0 or wage <= 0:
        return 0.0
    return float(p.award_share * p.award * 100.0 / 12.0 / wage)


@kernel
def pay_projects(
    p: Any, districts: Districts, communities: Communities, workers: Workers, money: Money
) -> None:
    """Pay the certified of every station for the projects they lead."""
    c, w = communities, workers
    w.bonus[:] = 0
    c.project_pay[:] = 0
    districts.bonuses[:] = 0
    if p.project_pay <= 0.0:
        return
    for i in range(c.key.shape[0]):
        projects = certified = 0
        for s in range(c.hours_by.shape[1]):
            projects += 1 if c.hours_by[i, s] > 0.0 else 0
        seats = range(c.first_seat[i], c.first_seat[i] + c.seats[i])
        for j in seats:
            certified += 1 if w.filled[j] == 1 and w.tier[j] > 0 else 0
        if projects == 0 or certified == 0:
            continue
        c.project_pay[i] = int(round(p.project_pay * 100.0)) * min(projects, certified)
        each = int(c.score[i] * c.project_pay[i] / certified)
        for j in seats:
            if w.filled[j] == 1 and w.tier[j] > 0:
                w.bonus[j] = each
        paid = each * certified
        districts.bonuses[c.district[i]] += paid
        pay(money, FINANCE, BASE_LINE, paid)
        pay(money, BASE_LINE, WAGES, paid)


@kernel
def _appraise(key: Key, now: int, p: Any, workers: Workers, points: F64) -> None:
    """Write how productive agency people who are posted seem; shape ``(worker,)``."""
    w = workers
    for i in range(w.key.shape[0]):
        if w.employer[i] != STATION and w.filled[i] == 1 and w.community[i] != NOBODY:
            u = uniform(key, _APPRAISAL, now, w.key[i], w.generation[i])
            points[i] = w.skill[i] + p.award_noise * math.log(u / (1.0 - u))


@allocating
def award_staff(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    workers: Workers,
    money: Money,
) -> None:
    """In December, let subdistricts appraise agency people and pay awards to the best."""
    c, w = communities, workers
    districts.awards[:] = 0
    if now % 12 != DECEMBER:
        return
    w.award[:] = 0
    if p.award <= 0.0:
        return
    amount = int(round(p.award * 100.0))
    points = np.full(w.key.shape[0], -np.inf)
    _appraise(key, now, p, w, points)
    last = 0
    for i in range(c.subdistrict.shape[0]):
        last = max(last, c.subdistrict[i])
    posted = np.zeros(last + 1, dtype=np.int64)
    for i in range(points.shape[0]):
        if points[i] > -np.inf:
            posted[c.subdistrict[w.community[i]]] += 1
    left = np.floor(p.award_share * posted + 0.5)
    for i in ranked(points):
        if points[i] == -np.inf:
            break
        here = c.subdistrict[w.community[i]]
        if left[here] >= 1.0:
            left[here] -= 1.0
            w.award[i] = amount
            districts.awards[w.district[i]] += amount
    for d in range(districts.awards.shape[0]):
        pay(money, FINANCE, WAGES, districts.awards[d])
