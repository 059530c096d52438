"""A part of the month in NumPy columns: everybody burns out, thinks of quitting and serves a month more.

It is the first half of the step ``workforce`` (``docs/odd.md``, 14), as somebody would write it who works with whole
columns and no compiler.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansheng.world.schema import STATION
from sansheng.world.world import World

Column = NDArray[Any]


def burn_out_and_quit(world: World, luck: Column) -> None:
    """Let everybody burn out, think of quitting and serve a month more.

    Parameters
    ----------
    world
        Changed in place.
    luck
        A draw in (0, 1) for each seat, shape ``(worker,)``.
    """
    w = world.tables.workers
    filled, station = w.filled == 1, w.employer == STATION
    burn_out(world, filled, station)
    hazard = quit_hazard(world, station)
    w.quits[:] = filled & (luck < 1 - np.exp(-hazard / 12))
    w.first_year[:] = filled & (w.service < 12)
    w.tenure[:] += filled
    w.service[:] += filled
    w.local_tenure[:] += filled & (w.community >= 0)
    w.credit[:] += filled
    w.step[:] = np.where(filled, w.credit // 12, w.step)


def burn_out(world: World, filled: Column, station: Column) -> None:
    """Let burnout go a part of the way to where load and resources lead."""
    p, t = world.parameters, world.tables
    w, c, o = t.workers, t.communities, t.providers
    overflow = c.overdue_admin / (c.seats * p.h_w / 12)
    at_station = (
        c.load[w.home],
        t.subdistricts.coordination[c.subdistrict[w.home]] - overflow[w.home],
    )
    districts = np.bincount(t.subdistricts.district, t.subdistricts.coordination)
    mean = districts / np.bincount(t.subdistricts.district)
    office = np.where(w.community >= 0, c.subdistrict[w.community], o.subdistrict[w.employer])
    coordination = np.where(office >= 0, t.subdistricts.coordination[office], mean[w.district])
    kept = o.supervision - np.minimum(1, o.owed_months)
    load = np.where(station, at_station[0], o.load[w.employer])
    resources = np.where(
        station, at_station[1] - p.R_ref_base, kept[w.employer] + coordination - p.R_ref
    )
    strain = p.w_JD * np.clip(load - p.load_norm, -0.5, 0.6) + p.w_JR * resources
    target = np.clip(strain / 0.30, -2, 3)
    w.burnout[:] += np.where(filled, p.burnout_speed * (target - w.burnout), 0)


def quit_hazard(world: World, station: Column) -> Column:
    """Return everybody's yearly hazard of quitting, shape ``(worker,)``."""
    p, w = world.parameters, world.tables.workers
    q0 = np.where(station, p.q0, p.q0_org)
    newcomers = 1 - np.exp(-(q0 + np.where(station, 0, p.l_org)))
    reference = p.w_ref * world.tables.districts.mean_wage[w.district]
    paid = w.wage > 0
    pay = np.where(paid, w.wage + w.allowance + w.bonus + w.award / 12, reference) / reference
    owed = np.where(paid, w.owed / np.maximum(1, w.wage), 0)
    near = np.where(station, 0, np.minimum(1, w.local_tenure / p.ladder_months))
    hazard = q0 * pay**-p.eta * np.exp(p.b_B * w.burnout) * np.where(w.service < 12, p.m_first, 1)
    hazard *= (1 + p.m_owed * owed) * (1 - p.ladder_pull * p.ladder * near)
    return hazard / (1 + (p.m_first - 1) * newcomers)
