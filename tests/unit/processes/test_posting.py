from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sansheng.month import run_steps
from sansheng.processes.posting import hours_served, post, serves, successor
from sansheng.world.schema import NOBODY, Tables
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "exam_pass": 0.0, "move_share": 0.0}


def settled(world: World) -> World:
    t = world.tables
    t.providers.target[:] = t.providers.staff
    t.contracts.switched[:] = 0
    return world


def unposted(world: World) -> World:
    """Call everybody of an agency back."""
    w = world.tables.workers
    w.community[w.employer >= 0] = -1
    return world


def test_contracts_are_read_by_community(lived: Make) -> None:
    t = lived().tables
    c = int(np.argmax(t.communities.hours_paid))
    lot = int(t.communities.lot[c])
    t.contracts.projects[lot] = 1
    agency = int(t.contracts.provider[lot, 0])
    t.communities.hours_by[c] = (t.communities.hours_paid[c], 0.0, 0.0, 0.0)
    assert serves(t.contracts, t.communities, c, agency)
    assert hours_served(t.contracts, t.communities, c, agency) == t.communities.hours_paid[c] > 0
    assert not serves(t.contracts, t.communities, c, agency + 1)
    assert hours_served(t.contracts, t.communities, c, agency + 1) == 0.0
    for switched, new in ((0, -1), (1, agency)):
        t.contracts.switched[lot, 0] = switched
        assert successor(t.contracts, t.communities, c) == new


def test_staff_are_posted_where_their_agency_is_paid(lived: Make) -> None:
    world = lived()
    t = world.tables
    for _ in range(3):
        run_steps(world, "workforce")
        posted = (t.workers.employer >= 0) & (t.workers.community >= 0)
        assert posted.any()
        holders = t.contracts.provider[t.communities.lot[t.workers.community[posted]]]
        assert (holders == t.workers.employer[posted, None]).any(axis=1).all()
        world.month += 1


def test_free_staff_go_where_most_hours_are_uncovered(lived: Make) -> None:
    world = unposted(settled(lived(**STILL)))
    t = world.tables
    month = world.parameters.h_w / 12.0
    run_steps(world, "workforce")
    w = t.workers
    agencies = np.flatnonzero(t.providers.alive == 1)
    looked_at = 0
    for a in agencies:
        parts = t.contracts.provider[t.communities.lot] == a
        mine = parts.any(axis=1)
        posted = np.bincount(
            w.community[(w.employer == a) & (w.community >= 0)], minlength=mine.size
        )
        need = np.where(parts, t.communities.hours_by, 0.0).sum(axis=1) / month
        free = max(0, int(t.providers.staff[a] - t.providers.staff_other[a]))
        assert posted.sum() <= free
        assert not posted[~mine].any()
        if not posted.any():
            continue
        looked_at += 1
        # nobody was sent where less was open than is open anywhere now
        last = need[posted > 0] - posted[posted > 0] + 1.0
        assert last.min() >= (need - posted).max() - 1e-9
        assert last.min() > 0.0
    assert looked_at > 3


def test_other_payers_staff_are_not_posted(lived: Make) -> None:
    world = unposted(settled(lived(**STILL)))
    t = world.tables
    t.providers.staff_other[:] = t.providers.staff
    run_steps(world, "workforce")
    assert (t.workers.community[t.workers.employer >= 0] == -1).all()


def test_service_in_a_subdistrict_counts_anew_in_another(lived: Make) -> None:
    world = unposted(settled(lived(**STILL)))
    w, c = world.tables.workers, world.tables.communities
    w.local_tenure[w.employer >= 0] = 40
    before = w.subdistrict.copy()
    run_steps(world, "workforce")
    posted = (w.employer >= 0) & (w.community >= 0)
    np.testing.assert_array_equal(w.subdistrict[posted], c.subdistrict[w.community[posted]])
    same = posted & (before == w.subdistrict)
    other = posted & (before >= 0) & ~same
    first = posted & (before < 0)
    assert same.any()
    assert other.any()
    assert (w.local_tenure[same | first] == 40).all(), "nobody served a community this month"
    assert not w.local_tenure[other].any()


MONTH = 100.0
"""Hours of a full-time month, for counting by hand."""


def sent(
    blank: Callable[..., Tables], hours: list[float], *, staff: int, other: int = 0
) -> list[int]:
    """People whom one agency posts to communities that buy these hours of it, each a lot of its own."""
    t = blank(community=len(hours), provider=1, worker=12)
    c, n, o, w = t.communities, t.contracts, t.providers, t.workers
    c.lot[:] = np.arange(len(hours))
    n.projects[:] = 1
    n.provider[:] = NOBODY
    n.provider[:, 0] = 0
    c.hours_by[:, 0] = hours
    o.alive[0], o.seats[0], o.staff[0], o.staff_other[0] = 1, 12, staff, other
    w.filled[:staff] = 1
    w.community[:], w.subdistrict[:] = NOBODY, NOBODY
    post(MONTH, c, n, o, w)
    return np.bincount(w.community[w.community >= 0], minlength=len(hours)).tolist()


def test_three_people_go_one_by_one_where_most_is_open(blank: Callable[..., Tables]) -> None:
    # 2.5 people's work and 1.8: the first, then the second, then the first again
    assert sent(blank, [250.0, 180.0], staff=3) == [2, 1]


def test_many_people_cover_all_hours_and_the_rest_stay_free(blank: Callable[..., Tables]) -> None:
    assert sent(blank, [250.0, 180.0, 0.0], staff=12) == [3, 2, 0]


def test_nobody_goes_where_nothing_is_bought_or_nobody_is_free(
    blank: Callable[..., Tables],
) -> None:
    assert sent(blank, [0.0, 0.0], staff=5) == [0, 0]
    assert sent(blank, [250.0, 180.0], staff=0) == [0, 0]
    assert sent(blank, [250.0, 180.0], staff=4, other=4) == [0, 0]


def test_all_go_to_the_only_community_that_buys(blank: Callable[..., Tables]) -> None:
    assert sent(blank, [0.0, 1e6, 0.0], staff=7) == [0, 7, 0]


def test_more_hours_bring_no_fewer_people_and_more_people_reach_no_community_less(
    blank: Callable[..., Tables],
) -> None:
    by_hours = [sent(blank, [h, 320.0, 150.0], staff=6)[0] for h in range(0, 1_500, 75)]
    assert (np.diff(by_hours) >= 0).all()
    assert (by_hours[0], by_hours[-1]) == (0, 6)
    by_staff = [sent(blank, [410.0, 320.0, 150.0], staff=n) for n in range(12)]
    assert (np.diff(by_staff, axis=0) >= 0).all()
    by_others = [sum(sent(blank, [410.0, 320.0], staff=6, other=n)) for n in range(7)]
    assert by_others == [6, 5, 4, 3, 2, 1, 0]
