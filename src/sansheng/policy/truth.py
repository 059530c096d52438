"""What nobody can see, put together for the reference point that knows everything."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64, I64
from sansheng.policy.indicators import expected_cases
from sansheng.policy.view import Truth
from sansheng.world.accounts import community_account
from sansheng.world.schema import Tables
from sansheng.world.world import World


def truth(world: World, rows: I64, months: int) -> Truth:
    """Return what is true of the communities ``rows`` of one district, for so many months ahead.

    Needs that arise are expected at the mean hours of those that wait or arose last month, hard ones among
    them, or of the district's where a community has none; before the first month, as the parameters have it.
    Staff work as well as those of last month, and agencies' people as well as the mean of those who
    are employed in the district.
    """
    t, p = world.tables, world.parameters
    minutes = t.categories.minutes
    waiting = t.cases.open[rows].sum(axis=1) + t.cases.latent[rows]
    hours_waiting = (waiting * minutes).sum(axis=(1, 2)) / 60.0
    seen = waiting + t.cases.arisen[rows]
    mix = np.array([1.0 - p.p_hard, p.p_hard])
    usual = float(t.categories.rate @ (minutes @ mix)) / 60.0
    hours_each = _mean((seen * minutes).sum(axis=(1, 2)) / 60.0, seen.sum(axis=(1, 2)), usual)
    arising = expected_cases(world, rows) * months / 12.0 * hours_each
    held = t.money.balance[[community_account(t.districts.key.size, int(c)) for c in rows]]
    most = (p.absorb * 100.0 * t.communities.seats[rows] * months).astype(np.int64)
    return Truth(
        hours_needed=hours_waiting + arising,
        hours_at_hand=_station_hours(t, p.h_w / 12.0, rows) * months,
        hours_per_yuan=_hours_per_yuan(world, rows),
        most=np.maximum(0, most - held),
    )


def _mean(total: F64, count: I64, usual: float) -> F64:
    """Return means; the mean of all where there is nothing to take one of, ``usual`` if there is nothing at all."""
    overall = total.sum() / count.sum() if count.any() else usual
    return np.where(count > 0, total / np.maximum(1, count), overall)


def _station_hours(t: Tables, month: float, rows: I64) -> F64:
    """Return effective hours of stations in a month, less what administration took last month."""
    c, w = t.communities, t.workers
    here = (w.filled == 1) & (w.home >= 0)
    n = c.key.size
    people = np.bincount(w.home[here], minlength=n)[rows].astype(np.float64)
    skill = np.bincount(w.home[here], w.skill[here], n)[rows].astype(np.float64)
    lost: F64 = c.hours_lost_admin[rows] / np.maximum(1.0, people * month)
    return skill * month * np.maximum(0.0, 1.0 - lost)


def _hours_per_yuan(world: World, rows: I64) -> F64:
    """Return effective hours that a yuan buys from agencies at starting wages."""
    t, p = world.tables, world.parameters
    w = t.workers
    d = int(t.communities.district[rows[0]]) if rows.size else 0
    employed = (w.filled == 1) & (w.home < 0) & (w.district == d)
    skill = float(w.skill[employed].mean()) if employed.any() else 1.0
    wage = t.districts.agency_wage[d] / 100.0
    price = wage * (1.0 + p.social_insurance) / ((p.h_w / 12.0) * (1.0 - p.o_c))
    return np.full(rows.size, (skill if skill > 0.0 else 1.0) / price)
