"""Events of organisations: what they are paid, when late, who is founded, rescued and closes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment, by_district, numbers
from sansheng.world.accounts import provider_account


def note_service(m: Moment) -> None:
    """Tell what agencies were paid for service and by others, and what was put off."""
    o, then, rows = m.t.providers, m.before.providers, m.rows
    payer = {"other": o.district + 1}
    lags = o.late.shape[1]
    elsewhere = np.where(then.alive == 1, then.other_income, 0)
    late = then.late[:, m.now % lags]
    rows.pay("service_paid", m.agencies, o.income_month - elsewhere - late, **payer)
    rows.pay("service_paid_late", m.agencies, late, **payer)
    rows.pay("other_income", m.agencies, elsewhere)
    more = np.maximum(0, o.late - then.late)
    more[:, m.now % lags] = 0
    agency, slot = np.nonzero(more)
    rows.add(
        "service_put_off",
        m.agencies[agency],
        other=o.district[agency] + 1,
        fen=more[agency, slot],
        count=(slot - m.now) % lags,
    )


def note_lives(m: Moment) -> None:
    """Tell who is founded, is rescued, repays and closes; then of grassroots groups."""
    t, rows = m.t, m.rows
    o, then = t.providers, m.before.providers
    first = provider_account(m.districts, m.communities, 0)
    received = t.money.received[first:]
    founded, closed = o.founded == 1, o.closed == 1
    gifts = _gifts(m)
    new = m.agencies + 1
    rows.add("founded", new[founded], fen=(received - gifts)[founded])
    rows.pay("incubated", new, gifts)

    lent = np.where((o.rescued == 1) & ~closed, received - o.income_month, 0)
    rows.pay("rescued", m.agencies, lent, other=o.district + 1)
    _note_rest(m, "rescued", m.t.money.lent - m.before.money.lent, lent, o.rescued == 1)
    repaid = np.where(closed, 0, then.loan + lent - o.loan)
    rows.pay("loan_repaid", m.agencies, repaid, other=o.district + 1)
    indebted = (then.loan > 0) | (o.rescued == 1)
    _note_rest(m, "loan_repaid", t.money.repaid - m.before.money.repaid, repaid, indebted)
    nothing = np.zeros_like(repaid)
    lost = t.money.written_off - m.before.money.written_off
    _note_rest(m, "loan_lost", lost, nothing, indebted)
    lost = t.money.insurance_lost - m.before.money.insurance_lost
    _note_rest(m, "insurance_lost", lost, nothing, closed)
    rows.add("closed", m.agencies[closed], count=o.age[closed])
    _note_groups(m)


def _gifts(m: Moment) -> I64:
    """Return what incubators gave, which is the same to all of a district, fen by agency."""
    o = m.t.providers
    given = (o.founded == 1) & (o.incubated == 1)
    many = by_district(given.astype(np.int64), o.district, m.districts)
    each = m.t.money.incubation // np.maximum(1, many)
    return np.where(given, each[o.district], 0)


def _note_rest(m: Moment, code: str, total: I64, told: I64, candidates: NDArray[np.bool_]) -> None:
    """Tell what books know by district alone, of agencies that closed this month.

    Where several of the ``candidates`` closed in one district, nobody can tell which of them it was.

    Parameters
    ----------
    total
        Fen by district.
    told
        What of it has been told already, fen by agency.
    candidates
        Agencies that it may be about, shape ``(provider,)``.
    """
    o = m.t.providers
    rest = total - by_district(told, o.district, m.districts)
    who = np.full(m.districts, NONE, dtype=np.int64)
    for d in np.flatnonzero(rest):
        found = m.agencies[candidates & (o.closed == 1) & (o.district == d)]
        if found.size == 1:
            who[d] = found[0]
    m.rows.pay(code, who, rest, other=numbers(m.districts))


def _note_groups(m: Moment) -> None:
    o = m.t.groups
    home = o.community.astype(np.int64) + 1
    for code, some, who in (
        ("group_founded", o.founded == 1, m.groups + 1),
        ("group_closed", o.closed == 1, m.groups),
    ):
        m.rows.add(code, who[some], other=home[some], community=home[some])
