from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import run_steps
from sansheng.processes.costs import insurance
from sansheng.processes.providers import entry_rate, mean_load, wanted_staff
from sansheng.world.accounts import OTHER_PAYERS, WAGES, provider_account
from sansheng.world.schema import AGENCY, GRASSROOTS, HUB, NOBODY
from sansheng.world.world import World

Make = Callable[..., World]

STILL = {"n_e": 0.0, "n_x": 0.0, "grassroots_churn": 0.0}


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero((p.kind == AGENCY) & (p.alive == 1))
    return rows


def cash(world: World, a: int) -> int:
    return int(world.tables.money.balance[provider_account(1, 108, a)])


def test_known_foundings() -> None:
    assert entry_rate(0.2, 1.0) == pytest.approx(0.2)
    assert entry_rate(0.2, 0.5) == pytest.approx(0.05)
    assert entry_rate(0.2, 0.0) == entry_rate(0.2, -1.0) == 0.0
    assert entry_rate(0.2, 2.0) == entry_rate(0.2, 9.0) == pytest.approx(0.8)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_more_demand_never_founds_fewer(one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert entry_rate(0.2, low) <= entry_rate(0.2, high)


def test_known_staff() -> None:
    assert wanted_staff(3, 400.0, 1600.0 / 12.0) == 6
    assert wanted_staff(3, 60.0, 1600.0 / 12.0) == 3
    assert wanted_staff(0, 0.0, 1600.0 / 12.0) == 0


@given(st.integers(0, 50), st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_more_orders_never_ask_for_fewer_people(other: int, one: float, two: float) -> None:
    few, many = sorted((one, two))
    assert other <= wanted_staff(other, few, 100.0) <= wanted_staff(other, many, 100.0)
    assert abs(wanted_staff(other, many, 100.0) - other - many / 100.0) <= 0.5


def test_without_hazards_nobody_comes_or_goes(lived: Make) -> None:
    world = lived(owed_limit=1e9, **STILL)
    p = world.tables.providers
    p.hours_wanted[:] = 1e4
    before = p.alive.copy()
    for _ in range(6):
        run_steps(world, "providers")
        world.month += 1
    np.testing.assert_array_equal(p.alive, before)
    assert not p.founded.any()
    assert not p.closed.any()


def test_agencies_and_groups_close_at_their_yearly_rates(opened: Make) -> None:
    world = opened(n_e=0.0, n_x=0.5, grassroots_churn=0.15, owed_limit=1e9)
    p = world.tables.providers
    p.hours_wanted[:] = 1e4
    p.district[:] = 0
    groups = (p.kind == GRASSROOTS) & (p.alive == 1)
    firms = (p.kind == AGENCY) & (p.alive == 1)
    closed = np.zeros(p.alive.size, int)
    for _ in range(12):
        run_steps(world, "providers")
        closed += p.closed * (closed == 0)
        world.month += 1
    for rows, rate in ((groups, 0.15), (firms, 0.5)):
        n = int(rows.sum())
        # errs about once in ten thousand seeds
        assert abs(closed[rows].sum() - rate * n) < 3.9 * (n * rate * (1.0 - rate)) ** 0.5
    assert not closed[p.kind == HUB].any()


def test_groups_are_founded_as_often_as_they_close(opened: Make) -> None:
    world = opened(grassroots_churn=0.15)
    p = world.tables.providers
    groups = p.kind == GRASSROOTS
    came = went = 0
    for _ in range(60):
        run_steps(world, "providers")
        came += int(p.founded[groups].sum())
        went += int(p.closed[groups].sum())
        world.month += 1
    assert came > 500
    assert abs(came - went) < 4.9 * (came + went) ** 0.5  # errs once in a million seeds


@pytest.mark.parametrize(
    ("held", "wages", "members"), [(500, 500, 0), (700, 700, 0), (1_500, 1_000, 500)]
)
def test_a_closing_agency_pays_wages_owed_before_its_members(
    lived: Make, held: int, wages: int, members: int
) -> None:
    world = lived(owed_limit=2.0, **STILL)
    t = world.tables
    firm = int(agencies(world)[0])
    t.workers.owed[:] = 0
    seats = slice(
        int(t.providers.first_seat[firm]),
        int(t.providers.first_seat[firm] + t.providers.seats[firm]),
    )
    seat = seats.start + int(np.flatnonzero(t.workers.filled[seats])[0])
    t.workers.owed[seat] = 700
    t.providers.owed_former[firm] = 300
    t.providers.owed_months[:] = 0.0
    t.providers.owed_months[firm] = 2.0
    t.providers.hours_wanted[:] = 1e4
    t.money.balance[provider_account(1, 108, firm)] = held
    before = t.money.balance.copy()
    staff = int(t.workers.filled[seats].sum())
    run_steps(world, "providers")
    assert np.flatnonzero(t.providers.closed).tolist() == [firm]
    assert t.money.balance[WAGES] - before[WAGES] == wages
    assert t.money.balance[OTHER_PAYERS] - before[OTHER_PAYERS] == members
    assert t.providers.owed_former[firm] == 1_000 - wages
    assert cash(world, firm) == 0
    assert not t.workers.filled[seats].any()
    assert t.workers.leaves[seats].sum() >= staff
    assert t.providers.alive[firm] == t.providers.staff[firm] == t.providers.target[firm] == 0


def test_an_agency_that_owes_less_than_the_limit_goes_on(lived: Make) -> None:
    for owed, closes in ((1.99, False), (2.0, True)):
        world = lived(owed_limit=2.0, **STILL)
        p = world.tables.providers
        p.hours_wanted[:] = 1e4
        p.owed_months[:] = owed
        run_steps(world, "providers")
        assert p.closed.any() == closes


def test_an_agency_nobody_pays_closes_after_its_first_year(opened: Make) -> None:
    world = opened(**STILL)
    p = world.tables.providers
    rows = agencies(world)
    p.hours_wanted[:] = 0.0
    p.staff_other[rows] = 0
    p.age[rows] = np.arange(rows.size)
    run_steps(world, "providers")
    np.testing.assert_array_equal(p.closed[rows] == 1, np.arange(rows.size) + 1 >= 12)


def test_communities_forget_agencies_that_have_closed(lived: Make) -> None:
    world = lived(owed_limit=2.0, **STILL)
    t = world.tables
    t.providers.hours_wanted[:] = 1e4
    met = np.unique(t.ties.provider[t.ties.provider >= 0])
    t.providers.owed_months[met[0]] = 9.0
    run_steps(world, "providers")
    assert t.providers.closed[met[0]] == 1
    assert met[0] not in t.ties.provider
    assert not t.ties.capital[t.ties.provider == NOBODY].any()
    assert np.isin(met[1:], t.ties.provider).all()


def test_an_agency_wants_what_is_ordered_as_far_as_cash_and_seats_go(lived: Make) -> None:
    world = lived(h_w=1200.0, owed_limit=1e9, **STILL)
    t, p = world.tables, world.parameters
    rows = agencies(world)[:4]
    wage = int(t.districts.agency_wage[0])
    per_head = wage + insurance(wage, p)
    t.providers.staff_other[rows] = 1
    t.providers.staff[rows] = 4
    t.providers.seats[rows] = (50, 50, 6, 50)
    t.providers.hours_wanted[rows] = 1_000.0
    account = provider_account(1, 108, 0)
    t.money.balance[account + rows] = (10**12, 3 * per_head, 10**12, 0)
    run_steps(world, "providers")
    assert t.providers.target[rows].tolist() == [11, 7, 6, 4]


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_ratings_converge_to_what_is_delivered(lived: Make, load: float) -> None:
    world = lived(owed_limit=1e9, **STILL)
    p = world.tables.providers
    p.hours_wanted[:] = 1e4
    p.hours_sold[:] = 1.0
    p.load[:] = load
    firm = int(agencies(world)[0])
    p.rating[firm] = 2.0
    for _ in range(36):
        run_steps(world, "providers")
    aim = 1.0 + 4.0 / max(1.0, load)
    assert p.rating[firm] == pytest.approx(aim + (2.0 - aim) * (35 / 36) ** 36)


def test_a_rating_stays_where_nothing_is_sold(lived: Make) -> None:
    world = lived(owed_limit=1e9, **STILL)
    p = world.tables.providers
    p.hours_wanted[:] = 1e4
    p.hours_sold[:] = 0.0
    before = p.rating.copy()
    run_steps(world, "providers")
    np.testing.assert_array_equal(p.rating, before)


def test_demand_short_of_capacity_is_the_mean_load(lived: Make) -> None:
    world = lived(h_w=1200.0)
    t = world.tables
    rows = agencies(world)
    t.providers.staff[:] = 0
    t.providers.staff[rows[0]] = 12
    t.providers.staff_other[:] = 0
    t.providers.staff_other[rows[0]] = 2
    t.communities.hours_paid[:] = 0.0
    t.communities.hours_short[:] = 0.0
    t.communities.hours_paid[0], t.communities.hours_short[5] = 700.0, 800.0
    assert mean_load(world.parameters, 1, t.communities, t.providers).tolist() == [1.5]
    t.providers.staff[:] = 0
    assert mean_load(world.parameters, 1, t.communities, t.providers).tolist() == [0.0]


def test_demand_founds_agencies_and_founders_bring_their_cash(opened: Make) -> None:
    founded = []
    for asked in (0.0, 0.7, 1.4):
        world = opened(n_e=0.15, n_x=0.0, grassroots_churn=0.0, owed_limit=1e9, seed_cash=1_234.5)
        t = world.tables
        t.providers.hours_wanted[:] = 1e4
        count, mean = 0, 0.0
        people = np.maximum(0, t.providers.staff - t.providers.staff_other)
        capacity = people[agencies(world)].sum() * world.parameters.h_w / 12.0
        t.communities.hours_short[:] = 0.0
        t.communities.hours_paid[:] = asked * capacity / 108
        for _ in range(18):
            t.providers.age[:] = 0  # nobody is old enough to close for want of orders
            before = t.money.balance.copy()
            mean += entry_rate(0.15, asked) / 12.0 * agencies(world).size
            run_steps(world, "providers")
            new = np.flatnonzero(t.providers.founded)
            assert (t.providers.kind[new] == AGENCY).all()
            gained = t.money.balance - before
            assert (gained[provider_account(1, 108, 0) + new] == 123_450).all()
            assert gained[OTHER_PAYERS] == -123_450 * new.size
            assert not t.providers.age[new].any()
            count += new.size
            world.month += 1
        assert abs(count - mean) <= 3.9 * mean**0.5
        founded.append(count)
    assert founded[0] == 0
    assert founded == sorted(set(founded))


def test_nobody_inherits_the_lots_claims_and_debts_of_an_agency_that_has_closed(
    lived: Make,
) -> None:
    world = lived(owed_limit=2.0, n_e=100.0, n_x=0.0, grassroots_churn=0.0)
    t = world.tables
    holders = np.unique(t.contracts.provider[t.communities.lot])
    gone = int(holders[holders >= 0][0])
    t.providers.hours_wanted[:] = 1e4
    t.providers.owed_months[:] = 0.0
    t.providers.owed_months[gone] = 9.0
    t.providers.owed_former[:] = 0
    t.workers.owed[:] = 0
    t.money.payee[7, 2] = gone
    held = t.contracts.provider == gone
    t.communities.hours_short[:] = 1e6
    run_steps(world, "providers")
    assert t.providers.closed[gone] == 1
    assert gone not in t.contracts.provider
    assert (t.contracts.end[held] == world.month + 1).all()
    assert gone not in t.money.payee
    for debt, taken in ((500, 0), (0, 1)):
        world.month += 1
        t.providers.owed_former[gone] = debt
        t.providers.owed_months[:] = 0.0
        run_steps(world, "providers")
        assert t.providers.founded[gone] == taken
