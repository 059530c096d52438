from __future__ import annotations

from collections.abc import Callable
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import run_steps
from sansheng.processes.costs import hour_price
from sansheng.processes.entry import entry_rate, room_for_agencies
from sansheng.world.accounts import FINANCE, OTHER_PAYERS, provider_account
from sansheng.world.schema import HUB, OUTSIDE
from sansheng.world.world import World

Make = Callable[..., World]
STILL = {"n_x": 0.0, "owed_limit": 1e9, "inspect": 0.0}


def agencies(world: World) -> I64:
    p = world.tables.providers
    rows: I64 = np.flatnonzero(p.alive == 1)
    return rows


def give_room(world: World, room: float) -> None:
    """Let money be planned that could feed ``room`` times the agencies at work."""
    t, p = world.tables, world.parameters
    size = p.m_a * exp(0.5 * p.m_a_sd**2) * p.h_w / 12.0
    working = int((t.providers.staff[agencies(world)] > 0).sum())
    fen = room * working * size * hour_price(int(t.districts.agency_wage[0]), p.o_c, p)
    t.communities.plan[:] = round(fen / 108)


def test_known_foundings() -> None:
    assert entry_rate(0.2, 1.0, 1.0) == pytest.approx(0.2)
    assert entry_rate(0.2, 0.5, 1.0) == pytest.approx(0.05)
    assert entry_rate(0.2, 0.5, 2.0) == pytest.approx(0.1)
    assert entry_rate(0.2, 0.0, 1.0) == entry_rate(0.2, -1.0, 1.0) == 0.0
    assert entry_rate(0.2, 2.0, 1.0) == entry_rate(0.2, 9.0, 1.0) == pytest.approx(0.8)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_more_room_never_founds_fewer(one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert entry_rate(0.2, low, 1.0) <= entry_rate(0.2, high, 1.0)


@pytest.mark.parametrize("room", [0.3, 1.0, 1.7])
def test_room_is_what_money_feeds_over_who_works(opened: Make, room: float) -> None:
    world = opened()
    give_room(world, room)
    t = world.tables
    found = room_for_agencies(world.parameters, t.districts, t.communities, t.providers)
    assert found == pytest.approx([room], rel=1e-6)
    t.providers.staff[agencies(world)[:15]] = 0
    found = room_for_agencies(world.parameters, t.districts, t.communities, t.providers)
    assert found == pytest.approx([2.0 * room], rel=1e-6)


def test_births_and_deaths_settle_where_they_are_equal(opened: Make) -> None:
    """Without idleness and debts, agencies number what money feeds times sqrt(n_e / n_x)."""
    n_e, n_x = 0.3, 0.12
    world = opened(n_e=n_e, n_x=n_x, young_risk=1.0, x_C=0.0, owed_limit=1e9, inspect=0.0)
    t = world.tables
    give_room(world, 1.0)
    fed = agencies(world).size
    counts = []
    for month in range(12 * 120):
        t.providers.staff[agencies(world)] = 1  # who is founded is at work at once
        run_steps(world, "providers")
        world.month += 1
        if month >= 240:
            counts.append(agencies(world).size)
    yearly = 1.0 - (1.0 - n_x) ** (1.0 / 12.0)
    expected = fed * sqrt(n_e / (12.0 * yearly))
    assert np.mean(counts) == pytest.approx(expected, rel=0.08)


def test_room_founds_agencies_and_founders_bring_their_cash(opened: Make) -> None:
    founded = []
    for room in (0.0, 0.7, 1.4):
        world = opened(n_e=0.15, seed_cash=1_234.5, **STILL)
        t = world.tables
        give_room(world, room)
        count, mean = 0, 0.0
        for _ in range(18):
            before = t.money.balance.copy()
            mean += entry_rate(0.15, room, 1.0) / 12.0 * 30
            run_steps(world, "providers")
            new = np.flatnonzero(t.providers.founded)
            gained = t.money.balance - before
            assert (gained[provider_account(1, 108, 0) + new] == 123_450).all()
            assert gained[OTHER_PAYERS] == -123_450 * new.size
            assert not t.providers.age[new].any()
            assert not t.providers.staff[new].any()
            count += new.size
            world.month += 1
        assert abs(count - mean) <= 3.9 * mean**0.5
        founded.append(count)
    assert founded[0] == 0
    assert founded == sorted(set(founded))


def test_ease_of_registration_founds_more(opened: Make) -> None:
    founded = []
    for ease in (0.0, 1.0):
        world = opened(n_e=0.3, registration=ease, g_R=2.0, **STILL)
        give_room(world, 1.0)
        for _ in range(12):
            run_steps(world, "providers")
            founded.append((ease, int(world.tables.providers.founded.sum())))
            world.month += 1
    few, many = (sum(n for e, n in founded if e == ease) for ease in (0.0, 1.0))
    assert many > 1.5 * few > 0


def test_an_incubator_gives_cash_that_is_booked(opened: Make) -> None:
    world = opened(
        n_e=0.3,
        incubation=1.0,
        incubation_cash=500.0,
        seed_cash=1_000.0,
        external_share=0.0,
        **STILL,
    )
    t = world.tables
    give_room(world, 2.0)
    given = 0
    for _ in range(12):
        finance = int(t.money.balance[FINANCE])
        run_steps(world, "providers")
        new = np.flatnonzero(t.providers.founded)
        assert t.providers.incubated[new].all()
        assert t.money.incubation[0] == 50_000 * new.size == finance - t.money.balance[FINANCE]
        assert (t.money.balance[provider_account(1, 108, 0) + new] == 150_000).all()
        assert (t.providers.subdistrict[new] != OUTSIDE).all()
        given += int(t.money.incubation[0])
        world.month += 1
    assert given > 0


def test_steered_founders_offer_what_is_missing(opened: Make) -> None:
    missing = []
    for steer in (0.0, 5.0):
        world = opened(n_e=0.3, steer=steer, s_diff=0.0, s_pay=0.0, **STILL)
        t = world.tables
        give_room(world, 2.0)
        old = agencies(world)
        t.providers.offer[old] = np.arange(old.size) % 5  # nobody offers the other five
        for _ in range(14):
            run_steps(world, "providers")
            t.providers.offer[old] = np.arange(old.size) % 5
            world.month += 12
        new = np.setdiff1d(agencies(world), old)
        assert new.size > 10
        missing.append(float(np.mean(t.providers.offer[new] >= 5)))
    assert missing[1] > missing[0]


def test_outsiders_have_no_home_and_both_kinds_keep_their_shares(opened: Make) -> None:
    outside = enterprises = n = 0
    for start in range(8):
        world = opened(
            2015 * 12 + start, n_e=0.3, external_share=0.4, enterprise_share=0.3, **STILL
        )
        t = world.tables
        give_room(world, 2.0)
        old = agencies(world)
        for _ in range(6):
            run_steps(world, "providers")
            world.month += 1
        new = np.setdiff1d(agencies(world), old)
        outside += int((t.providers.subdistrict[new] == OUTSIDE).sum())
        enterprises += int(t.providers.enterprise[new].sum())
        n += new.size
        assert ((t.providers.subdistrict[new] >= 0) | (t.providers.subdistrict[new] == -1)).all()
        assert (t.providers.subdistrict[new] < 14).all()
    assert n > 60
    assert abs(outside - 0.4 * n) < 3.9 * (n * 0.24) ** 0.5
    assert abs(enterprises - 0.3 * n) < 3.9 * (n * 0.21) ** 0.5


def test_hubs_reach_as_many_as_they_can(opened: Make) -> None:
    linked = []
    for span in (0.0, 10.0, 300.0):
        world = opened(hub_span=span, n_e=0.0, **STILL)
        t = world.tables
        t.providers.alive[:-1] = 1  # a crowd, so that chance is small
        t.providers.linked[:] = 1
        run_steps(world, "providers")
        hubs = int((t.groups.kind == HUB).sum())
        n = int(t.providers.alive.sum())
        share = min(1.0, span * hubs / (n + t.groups.alive.sum() - hubs))
        linked.append(t.providers.linked.copy())
        assert abs(t.providers.linked.sum() - share * n) <= 3.9 * (n * share * (1.0 - share)) ** 0.5
        assert not t.providers.linked[-1]
    assert not linked[0].any()
    assert linked[2][:-1].all()
    assert (linked[0] <= linked[1]).all()
    assert (linked[1] <= linked[2]).all()


@pytest.mark.parametrize("lost", ["groups", "hubs"])
def test_hubs_have_more_time_for_agencies_where_there_are_fewer_groups(
    opened: Make, lost: str
) -> None:
    world = opened(hub_span=5.0, n_e=0.0, grassroots_churn=0.0, **STILL)
    t = world.tables
    run_steps(world, "providers")
    before = t.providers.linked.copy()
    t.groups.alive[(t.groups.kind == HUB) == (lost == "hubs")] = 0
    run_steps(world, "providers")
    assert t.providers.linked.sum() == (0 if lost == "hubs" else agencies(world).size)
    assert 0 < before.sum() < agencies(world).size


def test_links_are_told_anew_in_january_alone(opened: Make) -> None:
    world = opened(2015 * 12 + 1, hub_span=300.0, n_e=0.0, **STILL)
    o = world.tables.providers
    o.linked[:] = 0
    for _ in range(11):
        run_steps(world, "providers")
        assert not o.linked.any()
        world.month += 1
    run_steps(world, "providers")
    np.testing.assert_array_equal(o.linked, o.alive)
