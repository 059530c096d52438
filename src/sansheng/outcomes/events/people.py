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
from sansheng.world.schema import NOBODY, STATION

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

    They take their months of service and their certificate along, and their burnout, which the seat they left
    shows until somebody sits there; where these fit two people, nobody can tell. Who follows the post may take a
    community post in the same month.

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
    refilled = w.generation != then.generation
    gone = (then.filled == 1) & (refilled | (w.filled == 0)) & ~left
    arrived = (w.moved == 1) | (w.promoted == 1)
    passing = arrived & ~dismissed & ((w.filled == 0) | (w.hired == 1))
    to = np.flatnonzero(arrived)
    tier = w.tier[to] - w.certified[to]

    def next_number(i: Any, service: int, certificate: int, emptied: bool, where: Mask) -> int:
        fits = where & (w.service[to] == service) & (tier == certificate)
        if emptied:
            fits &= w.burnout[to] == w.burnout[i]
        first = fits & passing[to]
        found = came[to[first if first.any() else fits]]
        return int(found[0]) if found.size == 1 else NONE

    seats = np.flatnonzero(gone)
    anywhere, posts = np.ones(to.size, dtype=bool), w.promoted[to] == 1
    new = [
        next_number(i, then.service[i] + 1, then.tier[i], not refilled[i], anywhere) for i in seats
    ]
    _note_away(m, m.quitters[seats], new, then.community[seats], then.tenure[seats] + 1)
    seats = np.flatnonzero(passing)
    new = [next_number(i, w.service[i], w.tier[i], w.hired[i] == 0, posts) for i in seats]
    _note_away(m, came[seats], new, np.full(seats.size, NOBODY), np.zeros(seats.size))


def _note_away(m: Moment, who: I64, new: list[int], community: Any, served: Any) -> None:
    m.rows.add(
        "moved_away",
        who,
        other=new,
        community=np.where(community >= 0, community + 1, NONE),
        count=served,
    )
