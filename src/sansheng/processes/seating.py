"""Seats are emptied and filled in one way, whatever the reason."""

from __future__ import annotations

import numpy as np

from sansheng.core.kernels import allocating, disjoint, kernel
from sansheng.core.rows import rows_of
from sansheng.core.tables import I8, I32, I64
from sansheng.world.schema import NOBODY, STATION, Workers


@allocating
def vacant_posts(workers: Workers, posts: I64) -> int:
    """Write the rows of stations' vacant posts, those kept empty too, and return how many; shape ``(worker,)``."""
    vacant = np.empty(posts.shape[0], dtype=np.int8)
    _mark_vacant(workers.employer, workers.filled, vacant)
    return rows_of(vacant, posts)


@disjoint
def _mark_vacant(employer: I32, filled: I8, vacant: I8) -> None:
    for i in range(vacant.shape[0]):
        vacant[i] = 1 - filled[i] if employer[i] == STATION else 0


@kernel
def vacate(workers: Workers, i: int, owed_former: I64) -> None:
    """Empty seat ``i``; an agency keeps owing what it owes (``owed_former``, by provider, fen)."""
    w = workers
    if w.employer[i] >= 0:
        owed_former[w.employer[i]] += w.owed[i]
    w.owed[i] = 0
    w.filled[i] = 0
    w.community[i] = NOBODY
    w.award[i] = 0
    w.left_after[i] += w.tenure[i]


@kernel
def sit_down(workers: Workers, i: int, community: int, subdistrict: int, tier: int) -> None:
    """Put a new person on vacant seat ``i``, posted to a community (or nowhere, -1) of a subdistrict."""
    w = workers
    w.generation[i] += 1
    w.filled[i] = 1
    w.community[i] = community
    w.subdistrict[i] = subdistrict
    w.tier[i] = tier
    w.tenure[i] = 0
    w.service[i] = 0
    w.local_tenure[i] = 0
    w.credit[i] = 0
    w.step[i] = 0
    w.burnout[i] = 0.0


@kernel
def transfer(
    workers: Workers, i: int, j: int, community: int, kept: float, owed_former: I64
) -> None:
    """Move whoever sits on ``i`` to the vacant seat ``j`` of another employer in the same subdistrict.

    Pay there recognises the share ``kept`` of the service that was recognised here.
    """
    w = workers
    sit_down(w, j, community, w.subdistrict[i], w.tier[i])
    w.service[j] = w.service[i]
    w.local_tenure[j] = w.local_tenure[i]
    w.credit[j] = int(kept * w.credit[i])
    w.step[j] = w.credit[j] // 12
    w.burnout[j] = w.burnout[i]
    w.award[j] = w.award[i]
    vacate(w, i, owed_former)
