r"""The certificate exam 社会工作者职业水平考试, its allowance and its training.

Every June people with a year of service, and ``tier_years`` more for each certificate they hold, decide
whether to sit for the next one, and pass or fail:

.. math::

    P(sit) = \Lambda(a_s + b_s\,\Delta/w + t_s\,trained), \qquad
    \mathrm{odds}(pass) = \frac{e}{1-e}\,\exp(t_p\,trained),

with :math:`\Delta/w` the rise of the monthly allowance over pay. Beyond the first certificate the chance to
pass is multiplied by ``exam_higher``. The share ``training`` of those who could sit is trained.

The allowance of tier :math:`k` is :math:`k/4` of ``allowance``, paid on top of the wage: to community workers
from the base line, to agency staff straight from the public purse. Training is paid from the base line.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.rows import first_rows
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import I8, I32, I64
from sansheng.world.accounts import BASE_LINE, FINANCE, SUPPLIERS, WAGES
from sansheng.world.schema import STATION, Districts, Money, Workers

PARAMETERS = (
    quantity(
        "allowance",
        0.0,
        unit="yuan/month",
        low=0.0,
        high=800.0,
        source="S-C11",
        status="assumed",  # the source says up to 800; a place states whether one is in force
        role="lever",
        en="allowance of the highest of four certificates; the lowest gets a quarter of it",
        zh="最高一级持证津贴（四级等差，最低一级为其四分之一）",
    ),
    quantity(
        "training",
        0.0,
        unit="share/year",
        low=0.0,
        high=1.0,
        source="S-T36",
        status="assumed",  # the source says that there is some
        role="lever",
        en="staff trained for the exam, of those who could sit it",
        zh="可报考人员中接受考前培训的比例",
    ),
    quantity(
        "train_cost",
        500.0,
        unit="yuan/person",
        low=100.0,
        high=3_000.0,
        source="assumed",
        role="uncertainty",
        en="cost of training somebody for the exam",
        zh="人均考前培训费用",
    ),
    quantity(
        "exam_pass",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="assumed",
        role="uncertainty",
        en="untrained candidates who pass the exam for the first certificate",
        zh="未受培训者首次取证考试通过率",
    ),
    quantity(
        "exam_higher",
        0.5,
        unit="ratio",
        low=0.1,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="chance to pass the exam for a higher certificate, relative to the first",
        zh="晋级考试通过率与首次之比",
    ),
    quantity(
        "tier_years",
        3.0,
        unit="years",
        low=1.0,
        high=6.0,
        source="assumed",
        role="constant",
        en="further years of service before each higher certificate",
        zh="每晋一级所需从业年数",
    ),
    quantity(
        "a_sit",
        -3.0,
        unit="log odds",
        low=-5.0,
        high=-1.0,
        source="assumed",
        role="uncertainty",
        en="log odds of sitting the exam without allowance and training",
        zh="无津贴无培训时的报考意愿（对数几率）",
    ),
    quantity(
        "b_sit",
        37.0,
        unit="log odds/share of pay",
        low=0.0,
        high=70.0,
        source="S-C06,S-C11",
        status="assumed",
        role="uncertainty",
        en="effect on the log odds of sitting of a rise of the allowance by all of pay",
        zh="津贴增幅（占工资比例）对报考意愿的影响",
    ),
    quantity(
        "train_sit",
        1.3,
        unit="log odds",
        low=0.0,
        high=2.0,
        source="S-T36",
        status="assumed",
        role="uncertainty",
        en="effect of training on the log odds of sitting the exam",
        zh="培训对报考意愿的影响",
    ),
    quantity(
        "train_pass",
        0.85,
        unit="log odds",
        low=0.0,
        high=2.0,
        source="S-T36",
        status="assumed",
        role="uncertainty",
        en="effect of training on the log odds of passing",
        zh="培训对通过率的影响",
    ),
)

_EXAM = decision("workforce.exam")
_TRAIN = decision("workforce.exam_training")

JUNE = 5
HIGHEST_TIER = 4


@inlined
def allowance_of(tier: int, top: float) -> int:
    """Monthly allowance of a certificate, whole fen; ``top`` is that of the highest, yuan."""
    return int(round(top * 100.0 * tier / HIGHEST_TIER))


@inlined
def sit_chance(gain: float, trained: float, a_sit: float, b_sit: float, train_sit: float) -> float:
    """Probability of sitting the exam; ``gain`` is the rise of the allowance over pay."""
    return 1.0 / (1.0 + math.exp(-(a_sit + b_sit * gain + train_sit * trained)))


@inlined
def pass_chance(tier: int, trained: float, first: float, train_pass: float, higher: float) -> float:
    """Probability that a candidate who holds certificate ``tier`` passes for the next."""
    odds = first * math.exp(train_pass * trained)
    return odds / (1.0 - first + odds) * (higher if tier > 0 else 1.0)


@disjoint
def _allow(filled: I8, tier: I8, employer: I32, monthly: I64, allowance: I64) -> tuple[int, int]:
    """Write what is ``monthly`` due to each seat, by tier; return what stations' and agencies' people get, fen."""
    stations = everybody = 0
    for i in range(allowance.shape[0]):
        paid = filled[i] * monthly[tier[i]]
        allowance[i] = paid
        everybody += paid
        stations += paid if employer[i] == STATION else 0
    return stations, everybody - stations


@allocating
def pay_allowances(p: Any, districts: Districts, workers: Workers, money: Money) -> None:
    """Pay certificate allowances on top of wages."""
    w = workers
    if p.allowance <= 0.0:
        districts.allowances[:] = 0
        w.allowance[:] = 0
        return
    monthly = np.zeros(HIGHEST_TIER + 1, np.int64)
    for tier in range(HIGHEST_TIER + 1):
        monthly[tier] = allowance_of(tier, p.allowance)
    seats = np.empty(districts.key.shape[0] + 1, np.int64)
    first_rows(w.district, seats)
    stations = agencies = 0
    for d in range(districts.key.shape[0]):
        here = slice(seats[d], seats[d + 1])
        station, agency = _allow(
            w.filled[here], w.tier[here], w.employer[here], monthly, w.allowance[here]
        )
        districts.allowances[d] = station + agency
        stations += station
        agencies += agency
    pay(money, FINANCE, BASE_LINE, stations)
    pay(money, BASE_LINE, WAGES, stations)
    pay(money, FINANCE, WAGES, agencies)


@kernel
def sit_exam(
    key: Key, now: int, p: Any, districts: Districts, workers: Workers, money: Money
) -> None:
    """In June, train some of those who could sit the exam, and let them sit it."""
    w = workers
    w.certified[:] = 0
    districts.training_cost[:] = 0
    if now % 12 != JUNE:
        return
    for i in range(w.key.shape[0]):
        tier = w.tier[i]
        least = 12.0 + 12.0 * p.tier_years * tier
        if w.filled[i] == 0 or tier >= HIGHEST_TIER or w.service[i] < least:
            continue
        who, nth = w.key[i], w.generation[i]
        trained = 0.0
        if p.training > 0.0 and uniform(key, _TRAIN, now, who, nth) < p.training:
            trained = 1.0
            districts.training_cost[w.district[i]] += int(round(p.train_cost * 100.0))
        gain = 0.0
        if w.wage[i] > 0:
            held = allowance_of(tier, p.allowance)
            rise = allowance_of(tier + 1, p.allowance) - held
            gain = rise / float(w.wage[i] + held)
        chance = sit_chance(gain, trained, p.a_sit, p.b_sit, p.train_sit)
        chance *= pass_chance(tier, trained, p.exam_pass, p.train_pass, p.exam_higher)
        if uniform(key, _EXAM, now, who, nth) < chance:
            w.tier[i] = tier + 1
            w.certified[i] = 1
    for d in range(districts.training_cost.shape[0]):
        pay(money, FINANCE, BASE_LINE, districts.training_cost[d])
        pay(money, BASE_LINE, SUPPLIERS, districts.training_cost[d])
