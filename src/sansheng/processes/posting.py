"""Which agency works in which community, and where agencies post their people.

How contracts stand is read through three small functions, so that nothing else depends on it.
"""

from __future__ import annotations

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.tables import F64, I64
from sansheng.world.schema import NOBODY, Communities, Contracts, Providers, Workers


@inlined
def serves(contracts: Contracts, communities: Communities, c: int, agency: int) -> bool:
    """Whether an agency holds a project to work on in community ``c``."""
    lot = communities.lot[c]
    found = False
    for s in range(contracts.provider.shape[1]):  # all slots: how many are used cannot be guessed
        found = found | (contracts.provider[lot, s] == agency) & (s < contracts.projects[lot])
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


@kernel
def _list_projects(
    communities: Communities, contracts: Contracts, first: I64, following: I64
) -> None:
    """Chain the projects of each agency, so that none has to look for its own among all.

    A project of a community is numbered ``slots * community + slot``. ``first`` receives one of each
    agency's, ``following`` what comes after each; -1 where there is none.
    """
    slots = communities.hours_by.shape[1]
    first[:] = -1
    for c in range(communities.key.shape[0]):
        lot = communities.lot[c]
        for s in range(contracts.projects[lot]):
            a = contracts.provider[lot, s]
            if a >= 0:
                following[slots * c + s] = first[a]
                first[a] = slots * c + s


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
    first = np.empty(o.key.shape[0], dtype=np.int64)
    following = np.empty(communities.hours_by.size, dtype=np.int64)
    _list_projects(communities, contracts, first, following)
    for a in range(o.key.shape[0]):
        if o.alive[a] == 0:
            continue
        seats = slice(o.first_seat[a], o.first_seat[a] + o.seats[a])
        filled, community, subdistrict = w.filled[seats], w.community[seats], w.subdistrict[seats]
        local_tenure = w.local_tenure[seats]
        posted = 0
        for i in range(community.shape[0]):
            posted += 1 if community[i] >= 0 else 0
        free = o.staff[a] - o.staff_other[a] - posted
        if free <= 0:
            continue
        project = first[a]
        while project >= 0:
            c = project // communities.hours_by.shape[1]
            need[c] = hours_served(contracts, communities, c, a) / month
            project = following[project]
        for i in range(community.shape[0]):
            if community[i] >= 0:
                need[community[i]] -= 1.0
        for i in range(community.shape[0]):
            if filled[i] == 0 or community[i] >= 0:
                continue
            c = _neediest(need, first[a], following, communities.hours_by.shape[1])
            if free <= 0 or c < 0:
                break
            community[i] = c
            if subdistrict[i] != communities.subdistrict[c]:
                if subdistrict[i] != NOBODY:
                    local_tenure[i] = 0
                subdistrict[i] = communities.subdistrict[c]
            need[c] -= 1.0
            free -= 1
        for i in range(community.shape[0]):
            if community[i] >= 0:
                need[community[i]] = 0.0
        project = first[a]
        while project >= 0:
            need[project // communities.hours_by.shape[1]] = 0.0
            project = following[project]


@kernel
def _neediest(need: F64, project: int, following: I64, slots: int) -> int:
    """Community with the most uncovered hours among a chain of projects, the first of equals; -1 if none has any."""
    best, most = -1, 0.0
    while project >= 0:
        c = project // slots
        if need[c] > 0.0 and need[c] >= most:  # the chain runs from the last to the first
            best, most = c, need[c]
        project = following[project]
    return best
