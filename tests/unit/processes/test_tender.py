from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sansheng.core.tables import F64, I32, I64
from sansheng.month import run_steps
from sansheng.processes.costs import hour_price
from sansheng.processes.tender import JULY, form_lots, introduce, score, tie_slot
from sansheng.world.accounts import provider_account
from sansheng.world.schema import NOBODY, SLOTS, TIES
from sansheng.world.world import World, constants

Make = Callable[..., World]

SHARE = st.floats(0.0, 1.0)


def known(*agencies: int) -> I32:
    return np.array(agencies, np.int32)


def lots(
    now: int,
    least: float,
    subdistrict: list[int],
    lot: list[int],
    until: list[int],
    plan: list[int],
) -> tuple[list[int], list[int]]:
    members, value = np.zeros(len(lot), np.int64), np.zeros(len(lot), np.int64)
    form_lots(
        now,
        least,
        np.array(subdistrict, np.int32),
        np.array(lot, np.int32),
        np.array(until, np.int32),
        np.array(plan, np.int64),
        members,
        value,
    )
    return members.tolist(), value.tolist()


def ready(world: World) -> I64:
    """Let every agency be able to carry and willing to bid for anything; return their rows."""
    t = world.tables
    t.communities.plan[:] = 1_200_000
    t.contracts.until[:] = world.month
    agencies: I64 = np.flatnonzero(t.providers.alive == 1)
    t.providers.seats[agencies] = 100_000
    t.money.balance[provider_account(1, 108, 0) + agencies] = 10**14
    return agencies


def test_an_agency_is_found_in_its_slot() -> None:
    assert tie_slot(known(4, 9, NOBODY, NOBODY), 9) == 1
    assert tie_slot(known(4, 9, NOBODY, NOBODY), 5) == -1


@pytest.mark.parametrize(
    ("before", "capital", "after", "kept"),
    [
        ((4, 9, -1, -1), (0.5, 0.1, 0.0, 0.0), (4, 9, 7, -1), (0.5, 0.1, 0.0, 0.0)),
        ((4, 9, 3, 2), (0.5, 0.1, 0.3, 0.2), (4, 7, 3, 2), (0.5, 0.0, 0.3, 0.2)),
        ((4, 7, 3, 2), (0.5, 0.1, 0.3, 0.2), (4, 7, 3, 2), (0.5, 0.1, 0.3, 0.2)),
    ],
)
def test_a_new_agency_takes_a_free_slot_or_that_of_the_weakest_acquaintance(
    before: tuple[int, ...],
    capital: tuple[float, ...],
    after: tuple[int, ...],
    kept: tuple[float, ...],
) -> None:
    agencies, ties = known(*before), np.array(capital)
    introduce(agencies, ties, 7, known(NOBODY))
    assert agencies.tolist() == list(after)
    assert ties.tolist() == list(kept)


@given(
    st.permutations(range(4)).map(lambda order: known(*order)),
    st.lists(SHARE, min_size=4, max_size=4, unique=True).map(np.array),
)
def test_whoever_is_introduced_is_known_and_at_most_one_other_is_forgotten(
    agencies: I32, capital: F64
) -> None:
    before, strongest = set(agencies.tolist()), int(agencies[np.argmax(capital)])
    introduce(agencies, capital, 8, known(NOBODY))
    assert tie_slot(agencies, 8) >= 0
    assert len(before - set(agencies.tolist())) == 1
    assert strongest in agencies


def test_who_holds_a_project_is_not_forgotten_for_a_stronger_acquaintance() -> None:
    agencies, ties = known(4, 9, 3, 2), np.array([0.5, 0.0, 0.3, 0.2])
    introduce(agencies, ties, 7, known(9, 2, NOBODY))
    assert agencies.tolist() == [4, 9, 7, 2]
    assert ties.tolist() == [0.5, 0.0, 0.0, 0.2]


def test_communities_know_all_who_serve_them(opened: Make) -> None:
    world = opened(bid_base=1.0, w_known=0.0, w_incumbent=0.0)
    agencies = ready(world)
    t = world.tables
    t.communities.plan[:] = 6_000_000
    for month in range(3):  # acquaintances with old ties leave no free slot
        t.contracts.until[:] = world.month
        t.ties.provider[:] = agencies[month : month + TIES]
        t.ties.capital[:] = np.linspace(0.1, 0.9, TIES)
        run_steps(world, "tender")
        for c in range(108):
            lot = t.communities.lot[c]
            serving = t.contracts.provider[lot, : t.contracts.projects[lot]]
            assert set(serving.tolist()) <= set(t.ties.provider[c].tolist())
        world.month += 12


def test_neighbours_join_until_there_is_enough_money() -> None:
    subdistrict = [0, 0, 0, 0, 0, 1, 1]
    members, value = lots(
        5, 1200.0, subdistrict, list(range(7)), [5] * 7, [60, 40, 10, 20, 30, 100, 9]
    )
    assert members == [2, 0, 3, 0, 0, 1, 1]
    assert value == [1200, 0, 720, 0, 0, 1200, 108]


def test_a_running_lot_keeps_its_communities_and_parts_its_neighbours() -> None:
    members, _ = lots(5, 1e9, [0] * 4, [0, 1, 1, 3], [5, 9, 0, 5], [10] * 4)
    assert members == [1, 0, 0, 1]


def test_communities_without_money_make_a_lot_worth_nothing() -> None:
    members, value = lots(5, 1200.0, [0, 0, 1], [0, 1, 2], [0] * 3, [0, 0, 5])
    assert members == [2, 0, 1]
    assert value == [0, 0, 60]


COMMUNITIES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 200), st.booleans()), min_size=1, max_size=30
)


@given(COMMUNITIES, st.floats(0.0, 10_000.0))
def test_a_lot_never_mixes_subdistricts_nor_exceeds_three_communities(
    rows: list[tuple[int, int, bool]], least: float
) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    subdistrict, plan, ended = ([row[i] for row in rows] for i in range(3))
    end = [5 if over else 6 for over in ended]
    members, value = lots(5, least, subdistrict, list(range(len(rows))), end, plan)
    seen = np.zeros(len(rows), int)
    for c, size in enumerate(members):
        assert 0 <= size <= 3
        block = slice(c, c + size)
        seen[block] += 1
        assert value[c] == 12 * sum(plan[block])
        if size:
            assert len(set(subdistrict[block])) == 1
            assert all(ended[block])
            assert size == 1 or value[c] - 12 * plan[c + size - 1] < least
    np.testing.assert_array_equal(seen, np.array(ended).astype(int))


@given(COMMUNITIES, st.floats(0.0, 10_000.0), st.floats(0.0, 10_000.0))
def test_a_higher_threshold_never_makes_for_more_lots(
    rows: list[tuple[int, int, bool]], one: float, two: float
) -> None:
    low, high = sorted((one, two))
    n = len(rows)
    plan = [row[1] + 1 for row in rows]
    counts = [
        np.count_nonzero(lots(5, least, [0] * n, list(range(n)), [0] * n, plan)[0])
        for least in (low, high)
    ]
    assert counts[1] <= counts[0]


@pytest.fixture(scope="module")
def weights(parameters: Callable[..., Any]) -> Any:
    return constants(parameters())


def test_a_known_score(weights: Any) -> None:
    said = (0.3, 0.2, 0.2, weights)
    assert score(0.5, 0.8, 0.3, 0.6, 1.0, 0.0, 0.03, *said) == pytest.approx(
        0.15 + 0.16 + 0.06 + 0.12 + 0.1 + 0.03
    )
    assert score(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, *said) == pytest.approx(0.2)
    assert score(1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, *said) == pytest.approx(1.0)
    assert score(1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.4, 0.6, 0.2, weights) == pytest.approx(0.8)


@pytest.mark.parametrize("which", range(6))
def test_every_merit_counts(weights: Any, which: int) -> None:
    merits, said = [0.5, 0.6, 0.7, 0.4, 0.0, 0.0], (0.3, 0.2, 0.2, weights)
    raised = [x + (0.1 if i == which else 0.0) for i, x in enumerate(merits)]
    assert score(*raised, 0.0, *said) > score(*merits, 0.0, *said)


def let(world: World) -> NDArray[np.bool_]:
    """Return which projects were let this month, shape ``(community, slot)``."""
    n = world.tables.contracts
    return (n.opened == 1) & (n.provider >= 0)


def test_every_project_of_an_able_market_is_let_and_follows_the_rules(opened: Make) -> None:
    world = opened(start=2015 * 12 + 6, bid_base=1.0, discount=0.1, T_c=24.0)
    ready(world)
    t = world.tables
    t.communities.plan[::7] = 6_000_000
    run_steps(world, "tender")
    n, leader = t.contracts, t.communities.lot
    leads = np.unique(leader)
    expected = np.zeros((108, SLOTS), bool)
    for row in leads:
        expected[row, : n.projects[row]] = True
    np.testing.assert_array_equal(let(world), expected)
    assert set(n.projects[leads]) >= {1, 4}
    sizes = np.bincount(leader, minlength=108)
    np.testing.assert_array_equal(sizes[leads], n.members[leads])
    assert sizes.max() <= 3
    np.testing.assert_array_equal(t.communities.subdistrict, t.communities.subdistrict[leader])
    reference = hour_price(int(t.districts.agency_wage[0]), 0.1, world.parameters)
    price, enterprise = n.price[expected], t.providers.enterprise[n.provider[expected]]
    assert price[enterprise == 0].min() >= round(0.9 * reference)
    assert price.min() >= round(0.8 * reference)
    assert price.max() <= reference
    assert (n.end[expected] == world.month + 24).all()
    assert (n.until[leads] == world.month + 24).all()
    assert (n.start[expected] == world.month).all()
    assert (n.bids[expected] == 30).all()
    assert not n.switched.any()
    for c in (0, 40, 107):
        assert tie_slot(t.ties.provider[c], int(n.provider[leader[c], 0])) >= 0


def test_a_lot_is_divided_into_projects_that_are_worth_tendering(opened: Make) -> None:
    world = opened(bid_base=1.0)
    ready(world)
    t = world.tables
    t.communities.plan[:] = np.linspace(100_000, 9_000_000, 108).astype(np.int64)
    run_steps(world, "tender")
    n = t.contracts
    for row in np.unique(t.communities.lot):
        money = 12 * int(t.communities.plan[t.communities.lot == row].sum())
        projects = n.projects[row]
        assert (n.value[row, :projects] == money // projects).all()
        assert projects == 1 or n.value[row, 0] >= 12_300_000
        assert projects == SLOTS or money // (projects + 1) < 12_300_000
        assert len(set(n.focus[row, :projects].tolist())) == projects, "one category, two projects"
        assert (n.provider[row, projects:] == NOBODY).all()


@pytest.mark.parametrize(("month", "length"), [(0, 6), (5, 1), (7, 11), (JULY, 12)])
def test_contracts_end_in_july(opened: Make, month: int, length: int) -> None:
    world = opened(start=2015 * 12 + month, bid_base=1.0, T_c=12.0)
    ready(world)
    run_steps(world, "tender")
    assert (world.tables.contracts.end[let(world)] == world.month + length).all()


def test_the_incumbent_with_enough_weight_always_wins(opened: Make) -> None:
    for weight, rival_wins in ((10.0, False), (0.0, True)):
        world = opened(w_incumbent=weight, bid_base=1.0)
        agencies = ready(world)
        t = world.tables
        t.contracts.provider[:, 0] = agencies[np.arange(108) % agencies.size]
        former = t.contracts.provider.copy()
        run_steps(world, "tender")
        won = let(world)
        assert t.contracts.switched[won].any() == rival_wins
        same = t.contracts.provider[won] == former[won]
        np.testing.assert_array_equal(t.contracts.switched[won] == 0, same)


def test_without_noise_the_best_bid_wins(opened: Make) -> None:
    world = opened(jury_noise=0.0, bid_base=1.0, undercut=1.0)
    agencies = ready(world)
    t = world.tables
    t.providers.rating[:], t.providers.capacity[:] = 1.0, 0.0
    t.providers.strength[:], t.providers.linked[:] = 0.5, 0
    best = int(agencies[11])
    t.providers.rating[best], t.providers.capacity[best] = 5.0, 0.8
    t.providers.subdistrict[best] = -5
    t.ties.provider[:, 0] = best
    t.ties.capital[:, 0] = 1.0
    run_steps(world, "tender")  # 0.36 ahead, and the price brings others at most 0.3 and home 0.1
    holder = t.contracts.provider
    home = t.providers.subdistrict[holder] == t.communities.subdistrict[:, None]
    others = let(world) & (holder != best)
    assert home[others].all()
    t.contracts.until[:] = world.month
    t.providers.subdistrict[agencies] = -5
    holder[:] = NOBODY
    run_steps(world, "tender")
    assert (holder[let(world)] == best).all()


def test_a_new_holder_starts_late_and_old_ties_are_partly_lost(opened: Make) -> None:
    world = opened(bid_base=1.0, start_lag=2.0, d_R=0.4)
    agencies = ready(world)
    t = world.tables
    gone = int(agencies[0])
    t.providers.alive[gone] = 0
    t.contracts.provider[:, 0] = gone
    t.ties.provider[:, 0] = gone
    t.ties.capital[:, 0] = 0.5
    run_steps(world, "tender")
    won = let(world)
    assert (t.contracts.switched[won] == 1).all()
    assert (t.contracts.start[won] == world.month + 2).all()
    np.testing.assert_allclose(t.ties.capital[:, 0], 0.3)


def test_who_keeps_another_project_of_the_lot_is_not_forgotten(opened: Make) -> None:
    world = opened(bid_base=1.0, w_incumbent=0.0, w_price=0.0, d_R=0.4)
    agencies = ready(world)
    t = world.tables
    here = int(agencies[0])
    t.communities.plan[:] = 2_200_000  # two projects each
    t.contracts.provider[:, 0] = here
    t.contracts.provider[:, 1] = here
    t.ties.provider[:, 0] = here
    t.ties.capital[:, 0] = 0.5
    run_steps(world, "tender")
    assert (t.contracts.projects == 2).all()
    keeps = (t.contracts.provider[:, :2] == here).any(axis=1)
    assert 0 < keeps.sum() < 108
    np.testing.assert_allclose(t.ties.capital[keeps, 0], 0.5)
    np.testing.assert_allclose(t.ties.capital[~keeps, 0], 0.3)


def test_a_project_without_an_able_bidder_stays_empty_until_it_is_tendered_again(
    opened: Make,
) -> None:
    world = opened()
    ready(world)
    t = world.tables
    t.providers.alive[:] = 0
    held = t.money.balance.copy()
    run_steps(world, "tender")
    empty = t.contracts.opened == 1
    assert empty.any()
    assert (t.contracts.provider[empty] == NOBODY).all()
    assert not t.contracts.price[empty].any()
    assert not t.contracts.bids[empty].any()
    assert (t.contracts.end[empty] == world.month + 3).all()
    np.testing.assert_array_equal(t.money.balance, held)
    world.month += 2
    run_steps(world, "tender")
    assert not t.contracts.opened.any()
    world.month += 1
    run_steps(world, "tender")
    np.testing.assert_array_equal(t.contracts.opened == 1, empty)


@pytest.mark.parametrize("lack", ["seats", "cash"])
def test_who_cannot_carry_a_project_does_not_win_it(opened: Make, lack: str) -> None:
    world = opened(bid_base=1.0, pay_lag=2.0)
    agencies = ready(world)
    t = world.tables
    if lack == "seats":
        t.providers.seats[agencies] = t.providers.staff_other[agencies]
    else:
        t.providers.staff[agencies] = t.providers.staff_other[agencies]
        t.money.balance[provider_account(1, 108, 0) + agencies] = 0
    run_steps(world, "tender")
    assert t.contracts.opened.any()
    assert not let(world).any()


def test_nobody_wins_more_than_its_seats_can_carry(opened: Make) -> None:
    world = opened(bid_base=1.0, discount=0.0)
    agencies = ready(world)
    t = world.tables
    t.providers.seats[agencies] = t.providers.staff_other[agencies] + 6
    run_steps(world, "tender")
    won = np.bincount(
        t.contracts.provider[let(world)], weights=t.contracts.value[let(world)] / 12.0
    )
    price = hour_price(int(t.districts.agency_wage[0]), 0.1, world.parameters)
    assert 0.0 < won.max() <= 6 * world.parameters.h_w / 12.0 * price + 1e-6


def test_more_willing_agencies_make_for_more_bids(opened: Make) -> None:
    bids = []
    for base in (0.0, 0.2, 0.6):
        world = opened(bid_base=base)
        ready(world)
        run_steps(world, "tender")
        bids.append(int(world.tables.contracts.bids.sum()))
    assert bids == sorted(set(bids))


def blind(**weights: float) -> dict[str, float]:
    """A jury that looks at nothing but what ``weights`` say."""
    merits = ("w_price", "w_rating", "w_fit", "w_known", "w_local", "w_incumbent")
    return {"bid_base": 1.0, "jury_noise": 0.0} | dict.fromkeys(merits, 0.0) | weights


def test_enterprises_may_undercut_and_only_they(opened: Make) -> None:
    low = {}
    for undercut in (1.0, 2.0):
        world = opened(discount=0.1, undercut=undercut, **blind(w_price=0.3))
        agencies = ready(world)
        t = world.tables
        for enterprise in (0, 1):
            t.providers.enterprise[agencies] = enterprise
            t.contracts.provider[:] = NOBODY
            t.contracts.until[:] = world.month
            run_steps(world, "tender")
            low[undercut, enterprise] = int(t.contracts.price[let(world)].min())
    floor = 0.9 * hour_price(int(t.districts.agency_wage[0]), 0.1, world.parameters)
    assert low[1.0, 0] == low[2.0, 0] == low[1.0, 1] >= round(floor)
    assert low[2.0, 1] < 0.95 * floor


def test_the_undercutting_of_enterprises_wins_them_projects(opened: Make) -> None:
    won = []
    for undercut in (1.0, 2.0, 4.0):
        world = opened(undercut=undercut, **blind(w_price=0.3))
        agencies = ready(world)
        world.tables.providers.enterprise[:] = 0
        world.tables.providers.enterprise[agencies[::4]] = 1
        run_steps(world, "tender")
        holder = world.tables.contracts.provider[let(world)]
        won.append(int(world.tables.providers.enterprise[holder].sum()))
    assert won == sorted(set(won))


@pytest.mark.parametrize("merit", ["strength", "hub"])
def test_strength_in_the_category_and_a_link_to_a_hub_win(opened: Make, merit: str) -> None:
    world = opened(hub_fit=0.2, **blind(w_fit=0.2))
    agencies = ready(world)
    o = world.tables.providers
    o.linked[:], o.strength[:] = 0, 0.5
    best = int(agencies[11])
    if merit == "hub":
        o.linked[best] = 1
    else:
        o.strength[best, 3] = 0.51
    run_steps(world, "tender")
    n = world.tables.contracts
    won = let(world) & ((merit == "hub") | (n.focus == 3))
    assert won.any()
    assert (n.provider[won] == best).all()
    assert merit == "hub" or (n.provider[let(world) & (n.focus != 3)] != best).all()


def test_a_hub_takes_nobody_beyond_full_strength(opened: Make) -> None:
    world = opened(hub_fit=0.5, **blind(w_fit=0.2))
    agencies = ready(world)
    o = world.tables.providers
    o.linked[:], o.strength[:] = 0, 1.0
    o.linked[agencies[11]] = 1
    run_steps(world, "tender")
    assert (world.tables.contracts.provider[let(world)] == agencies[0]).all(), "the first of equals"


def bids_for(world: World) -> I32:
    """Tender everything to an able market and return the bids, shape ``(community, slot)``."""
    ready(world)
    run_steps(world, "tender")
    found: I32 = world.tables.contracts.bids
    return found


def test_what_an_agency_offers_raises_its_bids_and_no_others(opened: Make) -> None:
    nobody = {"bid_base": 0.0, "bid_home": 0.0, "bid_known": 0.0}
    counts = [bids_for(opened(bid_fit=fit, **nobody)).copy() for fit in (0.0, 0.2, 0.4, 0.6)]
    assert not counts[0].any()
    for fewer, more in itertools.pairwise(counts):
        assert (fewer <= more).all(), "one luck for each bid, whatever its chance"
        assert fewer.sum() < more.sum()
    world = opened(bid_fit=1.0, **nobody)
    bids, n = bids_for(world), world.tables.contracts
    o = world.tables.providers
    alive = o.alive == 1
    offers = np.bincount(o.offer[alive], minlength=10)
    np.testing.assert_array_equal(bids[n.opened == 1], offers[n.focus[n.opened == 1]])


@pytest.mark.parametrize(
    ("lag", "late", "advance", "months"),
    [(1.0, 0.0, 0.0, 1.0), (1.0, 0.5, 0.0, 2.0), (2.0, 0.5, 0.5, 1.5), (1.0, 0.0, 0.8, 0.2)],
)
def test_a_bidder_needs_the_wages_of_new_people_until_it_is_paid(
    opened: Make, lag: float, late: float, advance: float, months: float
) -> None:
    """Twelve thousand yuan a month, of which ``lot_value`` says how much must start at once."""
    for spare, lets in ((-1, False), (1, True)):
        world = opened(pay_lag=lag, p_late=late, advance=advance, lot_value=120_000.0, bid_base=1.0)
        agencies = ready(world)
        t = world.tables
        t.providers.staff[agencies] = t.providers.staff_other[agencies]
        cash = round(months * 1_000_000) + spare
        t.money.balance[provider_account(1, 108, 0) + agencies] = cash
        run_steps(world, "tender")
        holders = t.contracts.provider[let(world)]
        assert (holders.size > 0) == lets
        assert np.unique(holders).size == holders.size, "a second one would need as much again"


def test_who_holds_no_project_of_the_new_lot_is_partly_forgotten_by_all_it_served(
    lived: Make,
) -> None:
    world = lived(d_R=0.4)
    t = world.tables
    c, n, ties = t.communities, t.contracts, t.ties
    held = [set(n.provider[lot, : n.projects[lot]].tolist()) - {-1} for lot in c.lot]
    known, capital = ties.provider.copy(), ties.capital.copy()
    capital[:] = ties.capital[:] = 0.5
    n.until[:] = world.month
    n.end[:] = world.month
    c.plan[:] //= 4  # fewer projects, larger lots
    run_steps(world, "tender")
    lost = 0
    for i in range(c.key.size):
        holders = set(n.provider[c.lot[i], : n.projects[c.lot[i]]].tolist())
        for s in np.flatnonzero((known[i] >= 0) & (known[i] == ties.provider[i])):
            gone = int(known[i, s]) in held[i] - holders
            assert ties.capital[i, s] == pytest.approx(0.3 if gone else 0.5)
            lost += gone
    assert lost > 20


def able(world: World) -> World:
    """Let everybody be willing to bid and rich, with the seats they have."""
    seats = world.tables.providers.seats.copy()
    ready(world)
    world.tables.providers.seats[:] = seats
    return world


def tendered(world: World) -> tuple[int, int]:
    """Tender everything once; return how many projects were let, and how many were opened."""
    n = world.tables.contracts
    run_steps(world, "tender")
    opened_ = n.opened == 1
    return int((n.provider[opened_] >= 0).sum()), int(opened_.sum())


@pytest.mark.parametrize("step", [0, 1])
def test_whose_people_cost_more_than_the_cap_stay_away(opened: Make, step: int) -> None:
    """People at starting wages cost nine tenths of an hour with overhead, others more."""
    won = []
    for cap in (0.89, 0.905, 1.2):
        world = able(opened(bid_base=1.0))
        w, d = world.tables.workers, world.tables.districts
        w.wage[:] = d.agency_wage[0] * (100 + step) // 100
        world.tables.terms.price_cap[:] = cap
        won.append(tendered(world)[0])
    assert [held > 0 for held in won] == [False, step == 0, True]


@pytest.mark.parametrize(("cap", "can"), [(0.91, True), (0.89, False)])
@pytest.mark.parametrize("people", [0, 1])
def test_nobody_costs_less_than_starting_wages(
    opened: Make, cap: float, can: bool, people: int
) -> None:
    """Whoever employs nobody yet would hire, and whoever has not been paid yet will be."""
    world = able(opened(bid_base=1.0))
    w = world.tables.workers
    w.filled[w.home < 0] *= people
    w.wage[:] = 0
    world.tables.terms.price_cap[:] = cap
    assert bool(tendered(world)[0]) == can


def test_a_cap_is_the_highest_price(opened: Make) -> None:
    world = able(opened(bid_base=1.0, discount=0.1))
    t = world.tables
    t.workers.wage[:] = 0
    t.terms.price_cap[:] = 0.95
    tendered(world)
    reference = hour_price(int(t.districts.agency_wage[0]), 0.1, world.parameters)
    paid = t.contracts.price[t.contracts.provider >= 0]
    assert paid.max() == round(0.95 * reference)
    assert paid.min() < paid.max()  # whoever offers less is taken at their word


@pytest.mark.parametrize("months", [12, 18, 36])
def test_contracts_last_as_long_as_the_rule_says_from_july(opened: Make, months: int) -> None:
    world = opened(bid_base=1.0)
    ready(world)
    world.month += JULY
    world.tables.contracts.until[:] = world.month
    world.tables.terms.months[:] = months
    tendered(world)
    n = world.tables.contracts
    assert (n.end[n.provider >= 0] == world.month + months).all()


def test_overhead_that_is_agreed_is_in_the_price(opened: Make) -> None:
    world = opened(bid_base=1.0, discount=0.0)
    ready(world)
    t = world.tables
    t.terms.overhead[:] = 0.2
    tendered(world)
    price = hour_price(int(t.districts.agency_wage[0]), 0.2, world.parameters)
    assert set(t.contracts.price[t.contracts.provider >= 0].tolist()) == {price}


def test_where_only_price_counts_the_cheapest_bidder_wins(opened: Make) -> None:
    prices = []
    for weight in (0.0, 1e3):
        world = opened(bid_base=1.0, jury_noise=0.0, discount=0.1)
        ready(world)
        t = world.tables
        t.terms.w_price[:], t.terms.w_rating[:], t.terms.w_fit[:] = weight, 0.0, 0.0
        tendered(world)
        prices.append(float(t.contracts.price[t.contracts.provider >= 0].mean()))
    assert prices[1] < prices[0]


def test_posts_are_for_no_category(opened: Make) -> None:
    for focused in (0, 1, -1):
        world = opened(bid_base=1.0)
        ready(world)
        world.tables.terms.focused[:] = focused
        tendered(world)
        n = world.tables.contracts
        held = n.provider >= 0
        assert held.any()
        assert ((n.focus[held] == -1) == (focused == 0)).all()
