"""Events of people: who comes, leaves, moves, is posted and gains a certificate.

A row of workers is a seat; people are told apart by how many sat there before them. Who moves to another seat is
another number there: the row ``moved_away`` says which, as far as what they had in common tells.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment, people
from sansheng.world.schema import STATION, Workers

Mask = NDArray[np.bool_]


def note_people(m: Moment) -> None:
    """Tell what happened on seats."""
    w, then = m.t.workers, m.before.workers
    now = people(w.generation)
    agency = w.employer >= 0
    firm = np.where(agency, m.t.providers.closed[np.maximum(0, w.employer)], 0)
    turned = w.generation != then.generation
    served = then.tenure + 1
    quit_, leaves = w.quits == 1, w.leaves == 1
    _note(m, "quit", quit_, m.quitters, served, then.community)
    # Who is dismissed by an agency that closes may have come this month; others were there before.
    fresh = leaves & (firm == 1) & turned
    months = np.where(fresh, w.tenure, served)
    _note(m, "laid_off", leaves, np.where(fresh, now, m.quitters), months, then.community)
    moved, promoted = w.moved == 1, w.promoted == 1
    came = now - w.hired  # a seat that somebody moved to and left again may be filled once more
    _note_departures(m, quit_ | (leaves & ~fresh), fresh, came)
    _note(m, "moved", moved, came, None, w.community)
    _note(m, "promoted", promoted, came, None, w.community)
    _note(m, "hired", w.hired == 1, now, None, w.community)
    stayed = agency & (then.filled == 1) & (w.filled == 1) & ~turned
    _note(m, "posted", stayed & (w.community != then.community), now, None, w.community)
    _note(m, "certified", w.certified == 1, now, w.tier, w.community)


def note_staff(m: Moment) -> None:
    """Tell who was there when the log began."""
    w = m.before.workers
    _note(m, "was_employed", w.filled == 1, m.quitters, w.tenure, w.community)


def _note(
    m: Moment,
    code: str,
    which: Mask,
    who: I64,
    count: NDArray[np.int32] | NDArray[np.int8] | None,
    community: NDArray[np.int32],
) -> None:
    """Tell an event of some seats, those of stations before those of agencies."""
    w = m.t.workers
    place = np.where(community >= 0, community + 1, NONE)
    for kind, own in (("station", w.employer == STATION), ("agency", w.employer >= 0)):
        some = np.flatnonzero(which & own)
        employer = w.home[some] + 1 if kind == "station" else m.agencies[w.employer[some]]
        m.rows.add(
            code,
            who[some],
            other=employer,
            other_kind=kind,
            community=place[some],
            count=NONE if count is None else count[some],
        )


def _note_departures(m: Moment, left: Mask, dismissed: Mask, came: I64) -> None:
    """Tell who left a seat for another, and who they are there.

    Who follows the post may take a community post in the same month; those are looked for first.

    Parameters
    ----------
    left
        Seats whose people before the month quit or were dismissed, shape ``(worker,)``.
    dismissed
        Seats whose people came this month and were dismissed in it.
    came
        Numbers of whoever came to each seat from another.
    """
    w, then = m.t.workers, m.before.workers
    turned = w.generation != then.generation
    arrived = (w.moved == 1) | (w.promoted == 1)
    gone = np.flatnonzero((then.filled == 1) & (turned | (w.filled == 0)) & ~left)
    passing = np.flatnonzero(arrived & ((w.hired == 1) | (w.filled == 0) & ~dismissed))
    posts = np.flatnonzero(w.promoted == 1)
    on = [_alike(m, i, w, 0, posts) if w.hired[i] == 0 else posts[:0] for i in passing]
    direct = np.setdiff1d(np.flatnonzero(arrived), np.concatenate([*on, posts[:0]]))
    to = [_alike(m, i, then, 1, direct) for i in gone]
    new = [came[seats[0]] if seats.size == 1 else NONE for seats in (*to, *on)]
    places = then.community[gone]
    m.rows.add(
        "moved_away",
        np.concatenate([m.quitters[gone], came[passing]]),
        other=_once(np.array(new, dtype=np.int64)),
        community=np.concatenate(
            [np.where(places >= 0, places + 1, NONE), np.full(passing.size, NONE)]
        ),
        count=np.concatenate([then.tenure[gone] + 1, np.zeros(passing.size, dtype=np.int32)]),
    )


def _alike(m: Moment, i: Any, of: Workers, months: int, seats: I64) -> I64:
    """Return which of some seats hold somebody like the one who left seat ``i``.

    People take along their service, their certificate and their burnout, which the seat they left shows until
    somebody else sits there.

    Parameters
    ----------
    of
        Workers as they were ``months`` before they served the last month.
    seats
        Rows that people moved to.
    """
    w = m.t.workers
    local = of.local_tenure[i] + (months if of.community[i] >= 0 else 0)
    fits = (w.service[seats] == of.service[i] + months) & (w.local_tenure[seats] == local)
    fits &= (w.subdistrict[seats] == of.subdistrict[i]) & (
        w.tier[seats] - w.certified[seats] == of.tier[i]
    )
    if w.generation[i] == of.generation[i]:
        fits &= w.burnout[seats] == w.burnout[i]
    alike: I64 = seats[fits]
    return alike


def _once(numbers: I64) -> I64:
    """Return numbers with -1 in the place of those that stand there twice: nobody comes from two seats."""
    _, place, times = np.unique(numbers, return_inverse=True, return_counts=True)
    return np.where(times[place] == 1, numbers, NONE)
