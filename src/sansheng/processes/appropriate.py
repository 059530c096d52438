r"""Public money: the year is opened, grants are paid in instalments, committees plan their spending.

In January the district returns what is left of last year's envelope, communities return what exceeds
``keep_years`` times the money they expected (budget money not spent within two years is recalled), and the new
envelope is appropriated. The
rule in force then says who is granted how much (that part is policy, not process).

Ex-ante grants arrive at the start of every quarter of the allocation period: after :math:`m` of :math:`n`
months the share :math:`\min(m+3, n)/n` has been paid, to the fen. A rule may pay the first instalment later; what
was due until then comes with it. A committee spends at the even rate
:math:`r_c = expected_c / 12` of the year's expected money, and spreads what it holds beyond that (or lacks) over
the next twelve months, out of what it holds:

.. math:: plan_c = \mathrm{clip}\left(r_c + \frac{balance_c + \max(0, expected_c - received_c)
          - r_c\,months\;left}{12},\; 0,\; \min(balance_c,\; \mathit{absorb}\; S_c)\right),

for a station of :math:`S_c` posts can prepare, watch and account for only so much (absorption); what it cannot spend
stays in its account until the turn of the year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.calls import run
from sansheng.core.kernels import inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.quantities import quantity
from sansheng.core.scale import ONE, scaled, unscaled
from sansheng.core.tables import I32, I64
from sansheng.world.accounts import FINANCE, community_account, envelope_account
from sansheng.world.schema import Communities, Incentives, Money
from sansheng.world.world import World

PARAMETERS = (
    quantity(
        "envelope_factor",
        1.0,
        unit="× the place's",
        low=0.2,
        high=5.0,
        source="assumed",
        role="lever",
        en="how much money there is: the envelope, and all amounts that rules fix, over those of the place",
        zh="经费规模：经费总额及规则所定各项金额，相对于当地现状的倍数",
    ),
    quantity(
        "keep_years",
        1.0,
        unit="years of grant",
        low=0.0,
        high=2.0,
        source="assumed",
        role="lever",
        en="unspent money a community may carry into the next year, in yearly grants",
        zh="社区可结转的经费（以年度拨款计）",
    ),
    quantity(
        "absorb",
        2_500.0,
        unit="yuan/post-month",
        low=800.0,
        high=8_000.0,
        source="B38",
        status="assumed",
        role="uncertainty",
        en="money that a post of the station can spend properly in a month",
        zh="每个站点岗位每月能够规范支出的经费",
    ),
)


@inlined
def months_paid(month: int, months: int, first: int) -> int:
    """Months of a period of ``months`` that have been paid for in month ``month``, both from 0.

    Nothing is paid before month ``first``, nor later than in the last one.
    """
    if month < min(first, months - 1):
        return 0
    return min(month // 3 * 3 + 3, months)


@inlined
def instalment(grant: int, month: int, months: int, first: int) -> int:
    """Money of ``grant`` that falls due in month ``month`` (from 0) of ``months``, fen.

    ``first`` is the month of the first instalment.
    """
    before = months_paid(month - 1, months, first) if month > 0 else 0
    return grant * months_paid(month, months, first) // months - grant * before // months


@inlined
def monthly_part(amount: int, month: int, months: int) -> int:
    """Part of an amount that falls due in month ``month`` (from 0) of ``months``, whole fen."""
    return amount * (month + 1) // months - amount * month // months


@inlined
def spending_plan(held: int, hoped: int, rate: int, months_left: int, most: int) -> int:
    """Money a committee spends this month, fen.

    Parameters
    ----------
    held
        Balance of its account.
    hoped
        What it still expects to receive this year.
    rate
        The year's expected money a month.
    months_left
        Months until January, this one included.
    most
        What the station can spend properly.
    """
    surplus = held + hoped - rate * months_left
    return max(0, min(held, most, rate + surplus // 12))


@kernel
def _return_and_appropriate(
    money: Money,
    envelope: I64,
    months: int,
    keep_years: float,
    expected_year: I64,
    received_year: I64,
) -> None:
    districts = envelope.shape[0]
    for d in range(districts):
        account = envelope_account(d)
        pay(money, account, FINANCE, money.balance[account])
        pay(money, FINANCE, account, envelope[d] * months // 12)
    for c in range(expected_year.shape[0]):
        account = community_account(districts, c)
        excess = max(0, money.balance[account] - int(keep_years * expected_year[c]))
        pay(money, account, FINANCE, excess)
        money.returned[c] = excess
        received_year[c] = 0


def scale_of(parameters: Any, scale: int = ONE) -> int:
    """Return what all money is multiplied by in all where it is multiplied by ``scale``, millionths.

    A world with more money than its place has is one whose past had it too.
    """
    own: int = round(ONE * parameters.envelope_factor)
    return scaled(own, scale)


def envelope(world: World) -> int:
    """Return the yearly envelope of the place as it is scaled now, fen."""
    return int(scaled(world.tables.districts.envelope, world.scale).sum())


def open_year(world: World) -> None:
    """Return what is left of last year's money and appropriate the new envelopes."""
    t = world.tables
    full_year = world.month - world.start >= 12  # part of one says too little of what a year brings
    t.cases.closed_last[:] = np.maximum(0, t.cases.closed_year) if full_year else 0
    t.cases.closed_year[:] = 0
    t.communities.unmet_last[:] = t.communities.unmet_year if full_year else 0
    t.communities.unmet_year[:] = 0
    run(
        _return_and_appropriate,
        world.references.money,
        scaled(t.districts.envelope, world.scale),
        12 - world.month % 12,
        world.parameters.keep_years,
        t.communities.expected_year,
        t.communities.received_year,
    )


def rescale(world: World, scale: int) -> None:
    """Multiply envelopes from now on by ``scale`` millionths, what this year's still hold included."""
    money = world.references.money
    for d in range(world.tables.districts.key.shape[0]):
        account = envelope_account(d)
        held = int(money.balance[account])
        due = scaled(unscaled(held, world.scale), scale)
        pay(money, FINANCE, account, max(0, due - held))
        pay(money, account, FINANCE, max(0, held - due))
    world.scale = scale


def open_period(world: World, asked: NDArray[np.bool_] | None = None) -> None:
    """Start counting tariffs anew and let committees expect, once the rule has spoken.

    ``asked`` are the districts in which it has, shape ``(district,)``; left out, all.
    """
    t = world.tables
    spoken = np.ones(t.districts.key.shape, bool) if asked is None else asked
    here = spoken[t.communities.district]
    t.money.tariff_paid[spoken] = 0
    t.money.points[here] = 0.0
    t.communities.score_sum[here] = 0.0
    months = t.incentives.period_months[t.communities.district]
    tariffs = (t.incentives.pay * t.cases.closed_last).sum(axis=(1, 2)) * months // 12
    expected = t.communities.received_year + t.incentives.grant + tariffs
    t.communities.expected_year[here] = expected[here]


@kernel
def _pay_instalments(
    money: Money,
    now: int,
    months_of_year: int,
    district: I32,
    period_start: I32,
    period_months: I32,
    first: I32,
    grant: I64,
    received_year: I64,
    expected_year: I64,
    seats: I32,
    absorb: float,
    plan: I64,
) -> None:
    districts = period_start.shape[0]
    months_left = 12 - now % 12
    for c in range(district.shape[0]):
        d = district[c]
        account = community_account(districts, c)
        due = instalment(grant[c], now - period_start[d], period_months[d], first[d])
        pay(money, envelope_account(d), account, due)
        money.granted[c] = due
        received_year[c] += due
        hoped = max(0, expected_year[c] - received_year[c])
        rate = expected_year[c] // months_of_year
        most = int(absorb * 100.0) * seats[c]
        posts = min(money.transferred[c], money.balance[account])
        held = money.balance[account] - posts
        plan[c] = min(most, posts + spending_plan(held, hoped, rate, months_left, most))


@inlined
def step(
    start: int,
    now: int,
    p: Any,
    communities: Communities,
    incentives: Incentives,
    money: Money,
) -> None:
    """Pay this month's instalments and set every committee's spending plan."""
    first_year = now // 12 == start // 12
    _pay_instalments(
        money,
        now,
        12 - start % 12 if first_year else 12,
        communities.district,
        incentives.period_start,
        incentives.period_months,
        incentives.first,
        incentives.grant,
        communities.received_year,
        communities.expected_year,
        communities.seats,
        p.absorb,
        communities.plan,
    )
