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

from sansheng.core.kernels import inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.streams import Key, decision, uniform
from sansheng.core.tables import I64
from sansheng.processes.posting import serves, successor
from sansheng.processes.seating import transfer
from sansheng.processes.tender import tie_slot
from sansheng.world.schema import (
    NOBODY,
    STATION,
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
def count_posted(ties: Ties, providers: Providers, workers: Workers, posted: I64) -> None:
    """Count the people that each known agency has posted to a community, shape ``(community, tie)``."""
    posted[:] = 0
    o, w = providers, workers
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        for i in range(o.first_seat[a], o.first_seat[a] + o.seats[a]):
            c = w.community[i]
            if c >= 0:
                s = tie_slot(ties.provider[c], a)
                if s >= 0:
                    posted[c, s] += 1


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
    posted: I64,
) -> None:
    """People whose agency no longer serves where they are posted follow the post, or stay with it.

    ``posted`` is by community and tie, from before anybody left.
    """
    w, o = workers, providers
    w.moved[:] = 0
    for former in range(o.key.shape[0]):
        for i in range(o.first_seat[former], o.first_seat[former] + o.seats[former]):
            c = w.community[i]
            if c < 0 or serves(contracts, communities, c, former):
                continue
            w.community[i] = NOBODY
            new = successor(contracts, communities, c)
            if new < 0 or uniform(key, _FOLLOW, now, w.key[i], w.generation[i]) >= p.move_share:
                continue
            j = _free_seat(o.first_seat[new], o.seats[new], w)
            if j < 0:
                continue
            transfer(w, i, j, c, p.k_sen, o.owed_former)
            w.moved[j] = 1
            theirs, ours = tie_slot(ties.provider[c], former), tie_slot(ties.provider[c], new)
            if theirs >= 0 and ours >= 0 and posted[c, theirs] > 0:
                part = ties.capital[c, theirs] / posted[c, theirs]
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


@kernel
def take_community_posts(
    key: Key, now: int, p: Any, communities: Communities, workers: Workers, owed_former: I64
) -> None:
    """Let agency staff who know the subdistrict take some of the stations' vacancies."""
    w = workers
    w.promoted[:] = 0
    known, ladder = p.hire_rate * p.station_share, p.hire_rate * p.ladder
    for i in range(w.key.shape[0]):
        if w.employer[i] != STATION or w.filled[i] == 1 or w.kept[i] == 1:
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


@kernel
def fray_ties(
    d_r: float,
    communities: Communities,
    contracts: Contracts,
    ties: Ties,
    before: I64,
    after: I64,
) -> None:
    """Ties lose the part of those who left; ``before`` and ``after`` count people posted, by tie."""
    for c in range(before.shape[0]):
        for s in range(before.shape[1]):
            gone = before[c, s] - after[c, s]
            if gone > 0 and serves(contracts, communities, c, ties.provider[c, s]):
                ties.capital[c, s] *= 1.0 - d_r * gone / before[c, s]
