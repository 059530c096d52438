r"""Awards 以奖代补: money that follows the results reported in a period, paid when it is over.

A community's result :math:`s_c` is the mean of its monthly scores (:mod:`sansheng.processes.appraise`), each less the
share of the month's closures that audits reopened. Of what it can win, :math:`W_c`, it wins

.. math:: A_c = W_c\,\big(f + (1-f)\,m(s_c)\big), \qquad
          m(s) = \mathrm{clip}\Big(\frac{s-\underline s}{\Delta}, 0, 1\Big),

with the floor :math:`f`, the pass mark :math:`\underline s` and the span :math:`\Delta`; a span of nothing is a
cliff. What is not won stays unspent. Where places decide, :math:`m` is the share of the district's other communities
with a lower result (half of those with the same), and all of :math:`\sum W` is shared out in proportion to
:math:`A_c`. Awards are booked in the period's last month and paid after a delay.

What hangs on results is what a little more or less of them would change: with :math:`\delta` the change of a score
that a community thinks it can bring about, a month has at stake

.. math:: \frac{W_c\,(1-f)}{months}\,\big[m(s_c+\delta)-m(s_c-\delta)\big].

So a pass mark that everybody clears, or nobody, moves nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.ledger import pay, split_fen
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I32
from sansheng.core.views import flat
from sansheng.world.accounts import claims_account, community_account, envelope_account
from sansheng.world.schema import Cases, Communities, Incentives, Money

PARAMETERS = (
    quantity(
        "award_reach",
        0.05,
        unit="score",
        low=0.01,
        high=0.2,
        source="assumed",
        role="uncertainty",
        en="change of its score that a community thinks it can bring about",
        zh="社区自认能够改变的考评得分幅度",
    ),
)


@inlined
def won(result: float, pass_mark: float, span: float) -> float:
    """Share of the award, above the floor, that a result wins where there is a pass mark."""
    if span <= 0.0:
        return 1.0 if result >= pass_mark else 0.0
    return min(1.0, max(0.0, (result - pass_mark) / span))


@kernel
def place_won(result: float, own: int, results: F64, district: I32) -> float:
    """Share of the award, above the floor, that a result wins where places decide.

    Parameters
    ----------
    result
        Of the community in row ``own``, or what it could be.
    results, district
        Of all communities; those of a district are neighbours.
    """
    lower = others = 0.0
    first = own
    while first > 0 and district[first - 1] == district[own]:
        first -= 1
    for c in range(first, results.shape[0]):
        if district[c] != district[own]:
            break
        if c == own:
            continue
        others += 1.0
        if results[c] < result:
            lower += 1.0
        elif results[c] == result:
            lower += 0.5
    return lower / others if others > 0.0 else 1.0


@inlined
def _share(result: float, c: int, results: F64, communities: Communities, i: Incentives) -> float:
    """Share of its award above the floor that community ``c`` would win with ``result``."""
    d = communities.district[c]
    if i.award_ranked[d] == 1:
        return place_won(result, c, results, communities.district)
    return won(result, i.award_pass[d], i.award_span[d])


@allocating
def _decide(
    now: int,
    d: int,
    results: F64,
    communities: Communities,
    incentives: Incentives,
    money: Money,
) -> None:
    """Book what the communities of a district have won."""
    i = incentives
    districts = i.period_start.shape[0]
    earned = np.zeros(results.shape[0])
    worth = 0
    for c in range(results.shape[0]):
        if communities.district[c] == d:
            share = _share(results[c], c, results, communities, i)
            won_in_all = i.award_floor[d] + (1.0 - i.award_floor[d]) * share
            earned[c] = min(float(i.award[c]), i.award[c] * won_in_all)
            worth += i.award[c]
    parts = split_fen(worth, earned) if i.award_ranked[d] == 1 else np.rint(earned).astype(np.int64)
    slot = (now + i.award_delay[d]) % money.award_due.shape[1]
    for c in range(parts.shape[0]):
        pay(money, envelope_account(d), claims_account(districts, d), parts[c])
        money.award_due[c, slot] += parts[c]
        money.granted[c] += parts[c]


@kernel
def _add_scores(communities: Communities, cases: Cases) -> None:
    """Add the month's score, less what audits reopened of its closures."""
    c = communities
    for i in range(c.key.shape[0]):
        closed = reopened = 0
        met, papered, back = (
            flat(cases.resolved[i]),
            flat(cases.papered[i]),
            flat(cases.reopened[i]),
        )
        for j in range(met.shape[0]):
            closed += met[j] + papered[j]
            reopened += back[j]
        c.score_sum[i] += max(0.0, c.score[i] - reopened / max(1, closed))


@allocating
def step(
    now: int,
    p: Any,
    communities: Communities,
    incentives: Incentives,
    cases: Cases,
    money: Money,
) -> None:
    """Count the month's results, decide at a period's end, and pay what falls due."""
    c, i = communities, incentives
    rows, districts = c.key.shape[0], i.period_start.shape[0]
    if i.award.any():
        _add_scores(c, cases)
        results = np.empty(rows)
        for row in range(rows):
            results[row] = c.score_sum[row] / (now - i.period_start[c.district[row]] + 1)
        for row in range(rows):
            d = c.district[row]
            c.award_stake[row] = 0.0
            if i.award[row] > 0:
                up = _share(results[row] + p.award_reach, row, results, c, i)
                down = _share(results[row] - p.award_reach, row, results, c, i)
                monthly = i.award[row] * (1.0 - i.award_floor[d]) / i.period_months[d]
                c.award_stake[row] = monthly * (up - down)
        for d in range(districts):
            if now - i.period_start[d] + 1 == i.period_months[d]:
                _decide(now, d, results, c, i, money)
    else:
        c.award_stake[:] = 0.0
    slot = now % money.award_due.shape[1]
    for row in range(rows):
        due = money.award_due[row, slot]
        if due > 0:
            account = community_account(districts, row)
            pay(money, claims_account(districts, c.district[row]), account, due)
            money.award_due[row, slot] = 0
            c.received_year[row] += due
            c.expected_year[row] += due
