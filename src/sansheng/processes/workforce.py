"""Who burns out, leaves, moves, comes and learns: the order of a month in the labour market.

Each part stands in a file of its own: :mod:`~sansheng.processes.burnout`,
:mod:`~sansheng.processes.quitting`, :mod:`~sansheng.processes.layoffs`,
:mod:`~sansheng.processes.moving`, :mod:`~sansheng.processes.hiring`,
:mod:`~sansheng.processes.posting`, :mod:`~sansheng.processes.exam`, :mod:`~sansheng.processes.merit` and
:mod:`~sansheng.processes.transfer`. Quits, dismissals and the two kinds
of transfer are counted apart. A seat keeps until the next month what happened on it in this one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.rows import add, copy, rows_of
from sansheng.core.streams import Key
from sansheng.core.tables import I64
from sansheng.processes import burnout, exam, hiring, layoffs, merit, moving, quitting, transfer
from sansheng.processes.burnout import burn
from sansheng.processes.channels import pass_cash, pass_quits, row_of
from sansheng.processes.exam import pay_allowances, sit_exam
from sansheng.processes.hiring import dismissed, hire
from sansheng.processes.layoffs import lay_off
from sansheng.processes.merit import award_staff, pay_projects
from sansheng.processes.moving import follow_posts, fray_ties, take_community_posts
from sansheng.processes.posting import post
from sansheng.processes.quitting import give_notice
from sansheng.processes.seating import vacate
from sansheng.processes.trace import CASH, Trace
from sansheng.processes.transfer import keep_empty
from sansheng.world.accounts import provider_account
from sansheng.world.schema import (
    Communities,
    Contracts,
    Districts,
    Money,
    Providers,
    Subdistricts,
    Ties,
    Workers,
)

PARAMETERS = (
    *burnout.PARAMETERS,
    *quitting.PARAMETERS,
    *layoffs.PARAMETERS,
    *moving.PARAMETERS,
    *hiring.PARAMETERS,
    *exam.PARAMETERS,
    *merit.PARAMETERS,
    *transfer.PARAMETERS,
)


@allocating
def _leave(workers: Workers, owed_former: I64) -> None:
    """Empty the seats of those who quit."""
    workers.leaves[:] = 0
    workers.left_after[:] = 0
    seats = np.empty(workers.key.shape[0], dtype=np.int64)
    for j in range(rows_of(workers.quits, seats)):
        vacate(workers, seats[j], owed_former)


@kernel
def _count_staff(providers: Providers, workers: Workers) -> None:
    o = providers
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        staff = 0
        for filled in workers.filled[o.first_seat[a] : o.first_seat[a] + o.seats[a]]:
            staff += filled
        o.staff[a] = staff


@allocating
def _change_seats(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    own_cash: I64,
    h: Trace,
) -> None:
    """Let people leave, move and come; ``own_cash`` is by provider, fen."""
    c, o, w = communities, providers, workers
    cash = np.empty(o.key.shape[0], dtype=np.int64)
    pass_cash(h.mode[CASH], h.cash_dismisses[row_of(h, now)], o, own_cash, cash)
    before = np.empty(w.key.shape[0], dtype=np.int32)
    copy(before, w.community)
    add(districts.pool, dismissed(districts.key.shape[0], w))
    _leave(w, o.owed_former)
    lay_off(p, districts, o, w, cash)
    keep_empty(p.outsourced, c, w)
    follow_posts(key, now, p, c, contracts, ties, o, w, before)
    take_community_posts(key, now, p, c, w, o.owed_former)
    fray_ties(p.d_R, c, contracts, ties, o, w, before)
    _count_staff(o, w)
    hire(key, now, p, districts, c, o, w)
    _count_staff(o, w)


@inlined
def step(
    key: Key,
    now: int,
    p: Any,
    districts: Districts,
    subdistricts: Subdistricts,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    money: Money,
    h: Trace,
) -> None:
    """Pay allowances, project pay and awards, then let people burn out, leave, move, come and learn."""
    first = provider_account(districts.key.shape[0], communities.key.shape[0], 0)
    pay_allowances(p, districts, workers, money)
    pay_projects(p, districts, communities, workers, money)
    award_staff(key, now, p, districts, communities, workers, money)
    burn(p, districts.key.shape[0], subdistricts, communities, providers, workers)
    give_notice(key, now, p, districts, workers, h)
    pass_quits(h, now, workers)
    _change_seats(
        key,
        now,
        p,
        districts,
        communities,
        contracts,
        ties,
        providers,
        workers,
        money.balance[first:],
        h,
    )
    post(p.h_w / 12.0, communities, contracts, providers, workers)
    sit_exam(key, now, p, districts, workers, money)
