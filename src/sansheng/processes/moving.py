r"""People who change employer, and what a community loses when people it knows are gone.

*Follow the post.* Where their agency serves no longer and another has just won a project, people posted there
move to that one with probability ``move_share`` if it has a free seat. *Community posts.* A station's vacancy
goes with the probability ``hire_rate`` times ``station_share`` a month to somebody of an agency who has served
the subdistrict for ``known_months``; under the ladder, with the full probability to whoever has served it for
``ladder_months``. Of several the one who has served there longest goes. Pay recognises the share ``k_sen`` of
former service.

*Ties.* Those posted to a community carry its tie with their agency in equal parts. Of :math:`N` posted,
:math:`n` quit, are dismissed or leave for a community post:

.. math:: Q \leftarrow Q\,(1 - d_R\,n/N).

Of :math:`N` posted to a lot that changes hands, :math:`n` follow the post: the new agency's tie grows by
:math:`n/N` of the former agency's, which the change of agency has already cut by :math:`d_R`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.rows import rows_of
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import I8, I32, I64
from sansheng.processes.posting import serves, successor
from sansheng.processes.seating import transfer, vacant_posts
from sansheng.processes.tender import tie_slot
from sansheng.world.schema import (
    NOBODY,
    Communities,
    Contracts,
    Providers,
    Ties,
    Workers,
)

PARAMETERS = (
    quantity(
        "move_share",
        0.06,
        unit="share",
        low=0.0,
        high=1.0,
        source="B07",
        status="assumed",
        role="uncertainty",
        en="posted staff who follow the post when a lot changes hands",
        zh="标段易主时随岗转入新机构的比例",
    ),
    quantity(
        "k_sen",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="B07",
        status="read",
        role="lever",
        en="service that pay recognises after a change of employer",
        zh="更换单位后工资认可的原有工龄比例",
    ),
    quantity(
        "station_share",
        0.02,
        unit="share",
        low=0.0,
        high=0.2,
        source="assumed",
        role="uncertainty",
        en="vacancies of a station that go to agency staff who know the subdistrict, without a ladder",
        zh="未设通道时由熟悉本街道的机构社工补充的社区岗位空缺比例",
    ),
    quantity(
        "known_months",
        12.0,
        unit="months",
        low=3.0,
        high=36.0,
        source="assumed",
        role="constant",
        en="service in a subdistrict after which its stations know somebody",
        zh="被街道社区熟悉所需的服务月数",
    ),
)

_FOLLOW = decision("workforce.follow_the_post")
_PROMOTE = decision("workforce.community_post")


@inlined
def _free_seat(first: int, n: int, workers: Workers) -> int:
    for i in range(first, first + n):
        if workers.filled[i] == 0:
            return i
    return -1


@kernel
def count_posted(providers: Providers, a: int, c: int, community: I32) -> int:
    """Count the people of agency ``a`` in community ``c``; ``community`` is where everybody is posted, by seat."""
    posted = 0
    for there in community[providers.first_seat[a] : providers.first_seat[a] + providers.seats[a]]:
        posted += 1 if there == c else 0
    return posted


@kernel
def follow_posts(
    key: Key,
    now: int,
    p: Any,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    before: I32,
) -> None:
    """People whose agency no longer serves where they are posted follow the post, or stay with it.

    ``before`` is where everybody was posted before anybody left.
    """
    w, o = workers, providers
    w.moved[:] = 0
    for former in range(o.key.shape[0]):
        if o.alive[former] == 0:
            continue
        first = o.first_seat[former]
        posted = w.community[first : first + o.seats[former]]
        for n in range(posted.shape[0]):
            i, c = first + n, posted[n]
            if c < 0 or serves(contracts, communities, c, former):
                continue
            posted[n] = NOBODY
            new = successor(contracts, communities, c)
            if new < 0 or uniform(key, _FOLLOW, now, w.key[i], w.generation[i]) >= p.move_share:
                continue
            j = _free_seat(o.first_seat[new], o.seats[new], w)
            if j < 0:
                continue
            transfer(w, i, j, c, p.k_sen, o.owed_former)
            w.moved[j] = 1
            theirs, ours = tie_slot(ties.provider[c], former), tie_slot(ties.provider[c], new)
            if theirs >= 0 and ours >= 0:
                part = ties.capital[c, theirs] / count_posted(o, former, c, before)
                ties.capital[c, ours] = min(1.0, ties.capital[c, ours] + part)


@inlined
def _longest_here(workers: Workers, station: int, subdistrict: int, least: float) -> int:
    """Seat of whoever an agency has posted here longest, at least ``least`` months, or -1.

    Agencies' seats follow those of the district's stations, of which ``station`` is one.
    """
    w = workers
    best = -1
    for i in range(station, w.key.shape[0]):
        if w.district[i] != w.district[station]:
            break
        if w.subdistrict[i] != subdistrict or w.employer[i] < 0 or w.community[i] < 0:
            continue
        served = w.local_tenure[i]
        if served < least or (best >= 0 and served < w.local_tenure[best]):
            continue
        if best < 0 or served > w.local_tenure[best] or w.key[i] < w.key[best]:
            best = i
    return best


@allocating
def take_community_posts(
    key: Key, now: int, p: Any, communities: Communities, workers: Workers, owed_former: I64
) -> None:
    """Let agency staff who know the subdistrict take some of the stations' vacancies."""
    w = workers
    w.promoted[:] = 0
    known, ladder = p.hire_rate * p.station_share, p.hire_rate * p.ladder
    posts = np.empty(w.key.shape[0], dtype=np.int64)
    for n in range(vacant_posts(w, posts)):
        i = posts[n]
        if w.kept[i] == 1:
            continue
        u = uniform(key, _PROMOTE, now, w.key[i], w.generation[i])
        if u >= max(known, ladder):
            continue
        place = communities.subdistrict[w.home[i]]
        j = _longest_here(w, i, place, p.ladder_months) if u < ladder else -1
        if j < 0 and u < known:
            j = _longest_here(w, i, place, p.known_months)
        if j >= 0:
            transfer(w, j, i, w.home[i], p.k_sen, owed_former)
            w.promoted[i] = 1


@allocating
def fray_ties(
    d_r: float,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    providers: Providers,
    workers: Workers,
    before: I32,
) -> None:
    """Ties lose the part of those who left; ``before`` is where people were posted before anybody did, by seat."""
    left, seats = np.empty(before.shape[0], np.int8), np.empty(before.shape[0], np.int64)
    _mark_left(workers.employer, before, workers.community, left)
    for j in range(rows_of(left, seats)):
        i = seats[j]
        a, c = workers.employer[i], before[i]
        posted = count_posted(providers, a, c, before)
        gone = posted - count_posted(providers, a, c, workers.community)
        s = tie_slot(ties.provider[c], a)
        if s < 0 or gone <= 0 or not serves(contracts, communities, c, a):
            continue
        if not _left_before(providers.first_seat[a], i, c, before, left):
            ties.capital[c, s] *= 1.0 - d_r * gone / posted


@disjoint
def _mark_left(employer: I32, before: I32, after: I32, left: I8) -> None:
    """Mark agencies' seats of which nobody is posted any more where somebody was ``before``."""
    for i in range(left.shape[0]):
        there = (before[i] != after[i]) & (before[i] >= 0)
        left[i] = 1 if there & (employer[i] >= 0) else 0


@inlined
def _left_before(first: int, i: int, c: int, before: I32, left: I8) -> bool:
    """Whether somebody on the seats from ``first`` to before ``i`` has left community ``c`` as well."""
    found = False
    for j in range(first, i):
        found = found or (left[j] == 1 and before[j] == c)
    return found
