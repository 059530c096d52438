from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from sansheng.month import run_steps
from sansheng.processes.moving import fray_ties
from sansheng.processes.seating import sit_down, transfer, vacate
from sansheng.processes.tender import tie_slot
from sansheng.world.schema import NOBODY, STATION, TIES, Tables
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"q0": 0.0, "q0_org": 0.0, "hire_rate": 0.0, "exam_pass": 0.0}


def settled(world: World) -> World:
    """Let agencies want exactly the staff they have, in lots that stay."""
    t = world.tables
    t.providers.target[:] = t.providers.staff
    t.contracts.switched[:] = 0
    return world


def busiest(world: World) -> tuple[int, int, np.ndarray]:  # type: ignore[type-arg]
    """Return the community with most people posted by its agency, the agency, and their seats."""
    t = world.tables
    holder = t.contracts.provider[t.communities.lot, 0]
    w = t.workers
    best: tuple[int, int, np.ndarray] = (0, 0, np.array([], int))  # type: ignore[type-arg]
    for c in range(t.communities.key.size):
        there = np.flatnonzero((w.filled == 1) & (w.community == c) & (w.employer == holder[c]))
        if holder[c] >= 0 and there.size > best[2].size:
            best = c, int(holder[c]), there
    assert best[2].size > 1
    return best


def tie(world: World, c: int, agency: int) -> float:
    ties = world.tables.ties
    return float(ties.capital[c, tie_slot(ties.provider[c], agency)])


def set_tie(world: World, c: int, agency: int, value: float) -> None:
    ties = world.tables.ties
    ties.capital[c, tie_slot(ties.provider[c], agency)] = value


def change_hands(world: World) -> tuple[int, int, int, np.ndarray]:  # type: ignore[type-arg]
    """Give the lot of the busiest community, where one agency works, to another with most room."""
    t = world.tables
    c, former, there = busiest(world)
    lot = int(t.communities.lot[c])
    alive = np.flatnonzero(t.providers.alive == 1)
    room = t.providers.seats[alive] - t.providers.staff[alive]
    new = int(alive[np.argmax(np.where(alive == former, -1, room))])
    elsewhere = (t.workers.community >= 0) & (t.workers.employer >= 0)
    elsewhere &= (t.communities.lot[t.workers.community] == lot) & (t.workers.employer != former)
    t.workers.community[elsewhere] = NOBODY
    t.contracts.projects[lot] = 1
    t.contracts.provider[lot, 0] = new
    t.contracts.switched[lot, 0] = 1
    t.providers.target[new] += 50
    for m in np.flatnonzero(t.communities.lot == lot):
        if tie_slot(t.ties.provider[m], new) < 0:
            free = [s for s in range(TIES) if t.ties.provider[m, s] != former]
            t.ties.provider[m, free[-1]] = new
            t.ties.capital[m, free[-1]] = 0.0
    return c, former, new, there


def test_who_leaves_is_still_owed_by_the_agency(lived: Make) -> None:
    world = lived()
    w = world.tables.workers
    former = np.zeros(world.tables.providers.key.size, np.int64)
    station = int(np.flatnonzero((w.employer == STATION) & (w.filled == 1))[0])
    agency = int(np.flatnonzero((w.employer >= 0) & (w.filled == 1))[0])
    w.left_after[:] = 0
    for seat, owed in ((station, 0), (agency, 300)):
        w.owed[seat], w.tenure[seat] = owed, 7
        vacate(w, seat, former)
        assert not w.filled[seat]
        assert w.community[seat] == NOBODY
        assert w.left_after[seat] == 7
        assert w.owed[seat] == 0
    assert former[w.employer[agency]] == former.sum() == 300


def test_whoever_sits_down_anew_brings_nothing(lived: Make) -> None:
    w = lived().tables.workers
    nth = int(w.generation[0])
    sit_down(w, 0, 5, 1, 2)
    assert (w.generation[0], w.filled[0], w.community[0], w.subdistrict[0], w.tier[0]) == (
        nth + 1, 1, 5, 1, 2,
    )  # fmt: skip
    brought = (w.tenure, w.service, w.local_tenure, w.credit, w.step, w.burnout)
    assert all(column[0] == 0 for column in brought)


@pytest.mark.parametrize(("kept", "credit", "step"), [(0.0, 0, 0), (0.5, 20, 1), (1.0, 41, 3)])
def test_a_transfer_keeps_the_person_and_a_share_of_seniority(
    lived: Make, kept: float, credit: int, step: int
) -> None:
    world = lived()
    w, o = world.tables.workers, world.tables.providers
    i = int(np.flatnonzero((w.employer >= 0) & (w.filled == 1))[0])
    j = int(np.flatnonzero((w.employer >= 0) & (w.filled == 0) & (w.employer != w.employer[i]))[0])
    w.tier[i], w.tenure[i], w.service[i], w.local_tenure[i], w.credit[i] = 3, 30, 50, 40, 41
    w.burnout[i] = 1.25
    transfer(w, i, j, 4, kept, o.owed_former)
    assert (w.tier[j], w.tenure[j], w.service[j], w.local_tenure[j]) == (3, 0, 50, 40)
    assert (w.credit[j], w.step[j]) == (credit, step)
    assert w.burnout[j] == 1.25
    assert w.subdistrict[j] == w.subdistrict[i]
    assert (w.filled[i], w.filled[j]) == (0, 1)
    assert w.left_after[i] == 30


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_or_all_follow_the_post_when_a_lot_changes_hands(lived: Make, share: float) -> None:
    world = settled(lived(move_share=share, **STILL))
    w = world.tables.workers
    _, former, new, there = change_hands(world)
    lot = world.tables.communities.lot[w.community[there[0]]]
    posted = (w.employer == former) & (w.community >= 0)
    posted &= world.tables.communities.lot[np.maximum(0, w.community)] == lot
    w.local_tenure[there[0]] = 70
    run_steps(world, "workforce")
    moved = w.moved == 1
    assert moved.sum() == share * posted.sum()
    if share:
        assert (w.employer[moved] == new).all()
        assert not w.tenure[moved].any()
        assert w.local_tenure[moved].max() == 71
        assert not w.filled[posted].any()
    else:
        assert w.filled[posted].all()


def test_a_tie_loses_the_part_of_those_who_leave(lived: Make) -> None:
    world = settled(lived(d_R=0.5, **STILL))
    c, agency, there = busiest(world)
    set_tie(world, c, agency, 0.8)
    others = world.tables.ties.capital.copy()
    # one of those posted is the shortest-serving of an agency that lets one go
    world.tables.workers.tenure[there[0]] = -1
    world.tables.providers.target[agency] -= 1
    world.parameters = world.parameters._replace(hold_months=0.0)
    run_steps(world, "workforce")
    assert world.tables.workers.leaves[there[0]] == 1
    assert tie(world, c, agency) == pytest.approx(0.8 * (1.0 - 0.5 / there.size))
    changed = np.argwhere(world.tables.ties.capital != others)
    assert {int(row) for row, _ in changed} == {c}


def test_a_tie_loses_d_r_when_all_leave_and_nothing_when_nobody_does(lived: Make) -> None:
    for hazard, left in ((0.0, 1.0), (1e9, 0.6)):
        values = {**STILL, "q0_org": hazard, "m_first": 1.0, "d_R": 0.4, "station_share": 0.0}
        world = settled(lived(**values))
        c, agency, _ = busiest(world)
        set_tie(world, c, agency, 0.5)
        run_steps(world, "workforce")
        assert tie(world, c, agency) == pytest.approx(0.5 * left)


def test_those_who_follow_bring_their_part_of_the_tie(lived: Make) -> None:
    world = settled(lived(move_share=1.0, **STILL))
    c, former, new, there = change_hands(world)
    set_tie(world, c, former, 0.6)  # what the change of agency has left of it
    set_tie(world, c, new, 0.1)
    # of those posted, one leaves for good in the same month
    world.tables.workers.tenure[there[0]] = -1
    world.tables.providers.target[former] -= 1
    world.parameters = world.parameters._replace(hold_months=0.0)
    run_steps(world, "workforce")
    followed = there.size - 1
    assert (world.tables.workers.community[world.tables.workers.moved == 1] == c).sum() == followed
    assert tie(world, c, new) == pytest.approx(0.1 + 0.6 * followed / there.size)
    assert tie(world, c, former) == pytest.approx(0.6)


def test_no_tie_exceeds_one(lived: Make) -> None:
    world = settled(lived(move_share=1.0, **STILL))
    c, former, new, _ = change_hands(world)
    set_tie(world, c, former, 0.9)
    set_tie(world, c, new, 0.8)
    run_steps(world, "workforce")
    assert tie(world, c, new) == 1.0


def vacancy(world: World) -> tuple[int, int]:
    """Empty one seat of the station of the busiest community; return it and its subdistrict."""
    t = world.tables
    c, _, _ = busiest(world)
    t.workers.filled[t.workers.employer == STATION] = 1
    seat = int(t.communities.first_seat[c])
    t.workers.filled[seat] = 0
    t.workers.community[seat] = NOBODY
    t.workers.leaves[:] = 0  # nobody looks for work
    return seat, int(t.communities.subdistrict[c])


def here(world: World, place: int) -> np.ndarray:  # type: ignore[type-arg]
    """Seats of agency staff posted in a subdistrict."""
    w = world.tables.workers
    posted = (w.filled == 1) & (w.employer >= 0) & (w.community >= 0)
    return np.flatnonzero(posted & (w.subdistrict == place))


CERTAIN = {"q0": 0.0, "q0_org": 0.0, "exam_pass": 0.0, "move_share": 0.0, "hire_rate": 1.0}


@pytest.mark.parametrize(("ladder", "months", "goes"), [(1, 60, 1), (1, 58, 0), (0, 60, 0)])
def test_the_ladder_opens_after_sixty_months_in_one_subdistrict(
    lived: Make, ladder: int, months: int, goes: int
) -> None:
    world = settled(lived(ladder=float(ladder), station_share=0.0, **CERTAIN))
    world.tables.districts.pool[:] = 0
    seat, place = vacancy(world)
    w = world.tables.workers
    w.local_tenure[w.employer >= 0] = 3
    longest = here(world, place)[0]
    w.local_tenure[longest] = months - 1 + (months == 60)  # a month is added before
    before = (int(w.tier[longest]), int(w.service[longest]))
    run_steps(world, "workforce")
    assert w.promoted.sum() == w.promoted[seat] == w.filled[seat] == goes
    if goes:
        assert (w.tier[seat], w.service[seat]) == (before[0], before[1] + 1)
        assert (w.employer[seat], w.community[seat]) == (STATION, w.home[seat])
        assert w.filled[longest] == 0
    assert w.hired.sum() == 0


def test_without_a_ladder_a_station_may_take_whom_it_knows(lived: Make) -> None:
    for known, goes in ((11, 0), (12, 1)):
        world = settled(lived(station_share=1.0, **CERTAIN))
        world.tables.districts.pool[:] = 0
        seat, place = vacancy(world)
        w = world.tables.workers
        w.local_tenure[w.employer >= 0] = 3
        people = here(world, place)
        w.local_tenure[people[:2]] = known - 1, known - 2
        run_steps(world, "workforce")
        assert w.promoted[seat] == goes
        assert w.filled[people[0]] == 1 - goes, "who has served longest goes"
        assert w.filled[people[1]] == 1


def test_nobody_leaves_an_agency_for_a_station_that_never_asks(lived: Make) -> None:
    world = settled(lived(station_share=0.0, **CERTAIN))
    vacancy(world)
    run_steps(world, "workforce")
    assert not world.tables.workers.promoted.any()


def test_people_come_from_the_subdistrict_of_the_vacancy(lived: Make) -> None:
    world = settled(lived(station_share=1.0, known_months=0.0, **(CERTAIN | {"q0": 3.0})))
    world.tables.districts.pool[:] = 0
    world.tables.workers.leaves[:] = 0
    w = world.tables.workers
    before = w.filled.copy()
    was = w.subdistrict.copy()
    run_steps(world, "workforce")
    came = np.flatnonzero(w.promoted)
    assert came.size > 5
    place = world.tables.communities.subdistrict[w.home[came]]
    np.testing.assert_array_equal(w.subdistrict[came], place)
    gone = np.flatnonzero((before == 1) & (w.filled == 0) & (w.employer >= 0) & (w.quits == 0))
    assert sorted(was[gone]) == sorted(place)


def test_a_higher_chance_to_follow_the_post_keeps_nobody_back(lived: Make) -> None:
    followed = []
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        world = settled(lived(move_share=share, **STILL))
        change_hands(world)
        before = world.tables.workers.filled.copy()
        run_steps(world, "workforce")
        followed.append(set(np.flatnonzero((before == 1) & (world.tables.workers.filled == 0))))
    for fewer, more in itertools.pairwise(followed):
        assert fewer <= more
    assert len(followed[0]) < len(followed[2]) < len(followed[-1])


def test_the_more_stations_take_from_agencies_the_more_posts_are_filled_so(lived: Make) -> None:
    promoted = []
    for share in (0.0, 0.1, 0.4, 1.0):
        world = settled(lived(station_share=share, known_months=0.0, **(CERTAIN | {"q0": 3.0})))
        world.tables.districts.pool[:] = 0
        run_steps(world, "workforce")
        promoted.append(int(world.tables.workers.promoted.sum()))
    assert promoted[0] == 0
    assert (np.diff(promoted) > 0).all()


@pytest.mark.parametrize("kind", ["those who leave", "what each carries"])
def test_a_tie_loses_more_the_more_leave_and_the_more_each_of_them_carries(
    blank: Callable[..., Tables], kind: str
) -> None:
    left = []
    for step in range(6):
        t = blank(community=1, provider=1, worker=5)
        t.contracts.projects[0] = 1
        t.ties.provider[:] = NOBODY
        t.ties.provider[0, 2] = 0
        t.ties.capital[0, 2] = 0.8
        t.providers.seats[0] = 5
        before = np.zeros(5, np.int32)
        gone = step if kind == "those who leave" else 2
        t.workers.community[:gone] = NOBODY
        loss = 0.5 if kind == "those who leave" else step / 5.0
        fray_ties(loss, t.communities, t.contracts, t.ties, t.providers, t.workers, before)
        left.append(float(t.ties.capital[0, 2]))
    assert left[0] == 0.8
    assert (np.diff(left) < 0.0).all()


def test_a_tie_is_frayed_once_by_all_who_left_and_none_by_those_who_came(
    blank: Callable[..., Tables],
) -> None:
    rng = np.random.default_rng(11)
    homes, agencies, seats = 6, 3, 12
    for _ in range(30):
        t = blank(community=homes, provider=agencies, worker=agencies * seats)
        o, w = t.providers, t.workers
        o.first_seat[:] = seats * np.arange(agencies)
        o.seats[:] = seats
        w.employer[:] = np.repeat(np.arange(agencies), seats)
        t.communities.lot[:] = np.arange(homes)
        t.contracts.projects[:] = 2
        t.contracts.provider[:, :2] = rng.permuted(
            np.tile(np.arange(agencies), (homes, 1)), axis=1
        )[:, :2]
        t.ties.provider[:] = NOBODY
        t.ties.provider[:, 1 : 1 + agencies] = np.arange(agencies)
        t.ties.capital[:] = rng.random((homes, TIES))
        before, w.community[:] = rng.integers(-1, homes, (2, w.key.size), dtype=np.int32)
        wanted = t.ties.capital.copy()
        for c in range(homes):
            for a in t.contracts.provider[c, :2]:
                there = (before[w.employer == a] == c).sum()
                gone = there - (w.community[w.employer == a] == c).sum()
                if gone > 0:
                    wanted[c, 1 + a] *= 1.0 - 0.4 * gone / there
        fray_ties(0.4, t.communities, t.contracts, t.ties, o, w, before)
        np.testing.assert_array_equal(t.ties.capital, wanted)
