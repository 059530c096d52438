r"""Agencies hold on to people they have no work for, while cash and patience last.

An agency with :math:`s` people more than it wants dismisses those whose wages its cash does not cover,

.. math:: s - \min\!\left(s,\; \lfloor cash/(w(1+s_i)) \rfloor\right),

and after ``hold_months`` of surplus all of them: people leave by themselves and lots are won, so most who
are held on to are needed again. The shortest tenure with the agency goes first.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.processes.costs import insurance
from sansheng.processes.seating import vacate
from sansheng.world.schema import Districts, Providers, Workers

PARAMETERS = (
    quantity(
        "hold_months",
        6.0,
        unit="months",
        low=0.0,
        high=24.0,
        source="assumed",
        role="uncertainty",
        en="months that an agency holds on to people it has no work for, while its cash pays them",
        zh="机构在现金允许时留用富余人员的月数",
    ),
)


@inlined
def dismissals(surplus: int, months: int, hold: float, cash: int, cost: int) -> int:
    """How many an agency dismisses.

    Parameters
    ----------
    surplus
        People more than it wants.
    months
        How long there has been a surplus, this month included.
    hold
        Months it holds on to them.
    cash
        Fen, not negative.
    cost
        Monthly wage and insurance of a person, fen.
    """
    if months > hold:
        return surplus
    return surplus - min(surplus, cash // cost)


@inlined
def _shortest_service(first: int, n: int, workers: Workers) -> int:
    """Return the filled seat of the shortest tenure among ``n`` from ``first``; the last of equals."""
    last = -1
    for i in range(first, first + n):
        if workers.filled[i] == 1 and (last < 0 or workers.tenure[i] <= workers.tenure[last]):
            last = i
    return last


@kernel
def lay_off(
    p: Any, districts: Districts, providers: Providers, workers: Workers, cash: I64
) -> None:
    """Let agencies dismiss people; ``cash`` is by provider, fen."""
    o = providers
    for a in range(o.key.shape[0]):
        surplus = 0
        if o.alive[a] == 1:
            for i in range(o.first_seat[a], o.first_seat[a] + o.seats[a]):
                surplus += workers.filled[i]
            surplus -= o.target[a]
        if surplus <= 0:
            o.surplus[a] = 0
            continue
        o.surplus[a] += 1
        wage = districts.agency_wage[o.district[a]]
        cost = wage + insurance(wage, p)
        for _ in range(dismissals(surplus, o.surplus[a], p.hold_months, cash[a], cost)):
            i = _shortest_service(o.first_seat[a], o.seats[a], workers)
            workers.leaves[i] = 1
            vacate(workers, i, o.owed_former)
