r"""Events of wages: paid, late, paid late, lost.

Agencies pay wages owed before those of the month (:mod:`sansheng.processes.payroll`). So of somebody who was
owed :math:`o` before the month, has the wage :math:`w` and is owed :math:`u` after it, :math:`\min(u, w)` is of
this month and :math:`\max(0, u-w)` of earlier ones.

Who left in the month, or with an agency that closed, is owed by the agency, which keeps one sum of all of them.
What is unpaid of that sum is divided as it arose, by wages if it is of this month alone, else all wages and by
what was owed: to the fen in all, and within a fen a person. Where two agencies of a district close in one month,
the books keep one sum of both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.ledger import split_fen
from sansheng.core.tables import I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment, numbers
from sansheng.outcomes.events.notice import quits_over_wages
from sansheng.world.schema import STATION


class Unpaid(NamedTuple):
    """What is unpaid after a month, lost or not, fen.

    Parameters
    ----------
    people
        To whoever sat on each seat before it, shape ``(worker,)``.
    former
        To those who had left each agency before it, shape ``(provider,)``.
    """

    people: I64
    former: I64


def note_wages(m: Moment) -> None:
    """Tell of wages by employer where they are paid, and by person where they are not."""
    t, rows = m.t, m.rows
    w, o = t.workers, t.providers
    seated = m.before.workers.filled == 1
    wage = np.where(seated, w.wage, 0)
    owed = m.before.workers.owed
    unpaid = _unpaid(m, wage)
    late = np.minimum(unpaid.people, wage)
    _note_employers(m, wage, wage - late, seated)

    agency = np.maximum(0, w.employer)
    closed = (w.employer >= 0) & (o.closed[agency] == 1)
    posted = m.before.workers.community
    place = np.where(posted >= 0, posted + 1, NONE)
    where = {"other": m.agencies[agency], "community": place}
    paid_late = owed - np.maximum(0, unpaid.people - wage)
    rows.pay("wage_late", m.quitters, np.where(closed, 0, late), **where)
    rows.pay("wage_paid_late", m.quitters, paid_late, **where)
    rows.pay("wage_lost", m.quitters, np.where(closed, unpaid.people, 0), **where)
    rows.pay("former_paid", m.agencies, m.before.providers.owed_former - unpaid.former)
    rows.pay("former_lost", m.agencies, np.where(o.closed == 1, unpaid.former, 0))
    over = quits_over_wages(m, unpaid.people)
    rows.pay("quit_over_wages", m.quitters, np.where(over, unpaid.people, 0), **where)


def _note_employers(m: Moment, wage: I64, on_time: I64, seated: NDArray[np.bool_]) -> None:
    w, c = m.t.workers, m.t.communities
    station = w.employer == STATION
    for kind, own, employer, who in (
        ("station", station, w.home, numbers(c.key.shape[0])),
        ("agency", ~station, w.employer, m.agencies),
    ):
        some = own & seated & (wage > 0)
        people = np.bincount(employer[some], minlength=who.size)
        paid = np.zeros(who.size, dtype=np.int64)
        np.add.at(paid, employer[some], on_time[some])
        any_ = people > 0
        m.rows.add(
            "wages",
            who[any_],
            actor_kind=kind,
            community=who[any_] if kind == "station" else NONE,
            fen=paid[any_],
            count=people[any_],
        )


def _unpaid(m: Moment, wage: I64) -> Unpaid:
    """Find out who is owed what after the month, or lost it."""
    t, then = m.t, m.before
    w, o = t.workers, t.providers
    gone = (then.workers.filled == 1) & (w.employer >= 0)
    gone &= (w.generation != then.workers.generation) | (w.filled == 0)
    people = np.where((then.workers.filled == 1) & ~gone, w.owed, 0)
    former = np.zeros_like(o.owed_former)
    for a in np.flatnonzero(o.owed_former):
        seats = np.flatnonzero(gone & (w.employer == a))
        _divide(m, wage, int(o.owed_former[a]), seats, np.array([a]), people, former)
    lost = t.money.wages_lost - then.money.wages_lost
    for d in np.flatnonzero(lost):  # a rescue has paid all wages
        firms = np.flatnonzero((o.closed == 1) & (o.rescued == 0) & (o.district == d))
        seats = np.flatnonzero(gone & np.isin(w.employer, firms))
        _divide(m, wage, int(lost[d]), seats, firms, people, former)
    return Unpaid(people, former)


def _divide(
    m: Moment, wage: I64, unpaid: int, seats: I64, firms: I64, people: I64, former: I64
) -> None:
    """Divide what is unpaid among those who left these seats, and left these agencies earlier."""
    owed = np.concatenate([m.before.workers.owed[seats], m.before.providers.owed_former[firms]])
    wages = np.concatenate([wage[seats], np.zeros(firms.size, dtype=np.int64)])
    month = min(unpaid, int(wages.sum()))
    parts = split_fen(month, wages.astype(float))
    parts += split_fen(unpaid - month, owed.astype(float))
    people[seats] = parts[: seats.size]
    former[firms] = parts[seats.size :]
