"""Which agency works in which community, and where agencies post their people.

How contracts stand is read through three small functions, so that nothing else depends on it.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.kernels import allocating, inlined
from sansheng.world.schema import AGENCY, NOBODY, Communities, Contracts, Providers, Workers


@inlined
def serves(contracts: Contracts, communities: Communities, c: int, agency: int) -> bool:
    """Whether an agency holds a project to work on in community ``c``."""
    lot = communities.lot[c]
    found = False
    for s in range(contracts.projects[lot]):
        found = found or contracts.provider[lot, s] == agency
    return found


@inlined
def hours_served(contracts: Contracts, communities: Communities, c: int, agency: int) -> float:
    """Hours that community ``c`` buys from an agency this month."""
    lot = communities.lot[c]
    hours = 0.0
    for s in range(contracts.projects[lot]):
        if contracts.provider[lot, s] == agency:
            hours += communities.hours_by[c, s]
    return hours


@inlined
def successor(contracts: Contracts, communities: Communities, c: int) -> int:
    """Agency that won a project of community ``c`` from another this month, or -1."""
    lot = communities.lot[c]
    winner = NOBODY
    for s in range(contracts.projects[lot]):
        if contracts.switched[lot, s] == 1:
            winner = contracts.provider[lot, s]
    return int(winner)


@allocating
def post(
    month: float,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    workers: Workers,
) -> None:
    """Post agencies' free people where most of the contracted hours are not yet covered.

    Service in a subdistrict counts anew when somebody is posted to another. ``month`` is the hours of a
    full-time month.
    """
    o, w = providers, workers
    need = np.zeros(communities.key.shape[0])
    for a in range(o.key.shape[0]):
        if o.kind[a] != AGENCY or o.alive[a] == 0:
            continue
        seats = range(o.first_seat[a], o.first_seat[a] + o.seats[a])
        posted = 0
        for i in seats:
            posted += 1 if w.filled[i] == 1 and w.community[i] >= 0 else 0
        free = o.staff[a] - o.staff_other[a] - posted
        if free <= 0:
            continue
        for c in range(need.shape[0]):
            need[c] = hours_served(contracts, communities, c, a) / month
        for i in seats:
            if w.filled[i] == 1 and w.community[i] >= 0:
                need[w.community[i]] -= 1.0
        for i in seats:
            if w.filled[i] == 0 or w.community[i] >= 0:
                continue
            c = int(np.argmax(need))
            if free <= 0 or need[c] <= 0.0:
                break
            w.community[i] = c
            if w.subdistrict[i] != communities.subdistrict[c]:
                if w.subdistrict[i] != NOBODY:
                    w.local_tenure[i] = 0
                w.subdistrict[i] = communities.subdistrict[c]
            need[c] -= 1.0
            free -= 1
