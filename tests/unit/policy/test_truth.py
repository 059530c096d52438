"""What is true of a district, as nobody but the reference point sees it."""

from __future__ import annotations

import numpy as np
import pytest

from sansheng.core.tables import I64
from sansheng.month import PARAMETERS, open_world, pass_month
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.policy.truth import truth
from sansheng.processes.costs import hour_price
from sansheng.world.accounts import community_account
from sansheng.world.place import load_place
from sansheng.world.world import World

JANUARY = 2015 * 12


def classroom(months: int = 0) -> World:
    world = open_world(load_place("classroom", PARAMETERS), {}, 1, 0, JANUARY)
    n = world.tables.communities.key.size
    record = make_recorder(world.month, max(1, months), n)
    for _ in range(months):
        pass_month(world, make_rule("per_household"), record)
    return world


def rows(world: World) -> I64:
    return np.arange(world.tables.communities.key.size)


def test_before_the_first_month_needs_are_expected_all_the_same() -> None:
    true = truth(classroom(), rows(classroom()), 12)
    assert (true.hours_needed > 0.0).all()
    assert (true.hours_at_hand > 0.0).all()
    half = truth(classroom(), rows(classroom()), 6)
    np.testing.assert_allclose(half.hours_needed, true.hours_needed / 2.0)
    np.testing.assert_allclose(half.hours_at_hand, true.hours_at_hand / 2.0)


def test_what_waits_and_what_arises_by_hand() -> None:
    world = classroom(1)
    t, p = world.tables, world.parameters
    for cases in (t.cases.open, t.cases.latent, t.cases.arisen):
        cases[:] = 0
    t.cases.open[0, 2, 1, 0], t.cases.latent[0, 1, 1] = 3, 1
    minutes = t.categories.minutes[1]
    true = truth(world, rows(world), 12)
    waits = (3 * minutes[0] + minutes[1]) / 60.0
    c = t.communities
    cases = p.lam * c.households[0] * c.need_mix[0].sum()
    cases += p.lam_duty * c.duties_service[0] * t.categories.duty_rate.sum()
    assert true.hours_needed[0] == pytest.approx(waits + cases * waits / 4.0)


def test_hours_at_hand_are_those_of_the_skilled_less_administration() -> None:
    world = classroom(3)
    t, p = world.tables, world.parameters
    w, c = t.workers, t.communities
    here = (w.filled == 1) & (w.home == 0)
    c.hours_lost_admin[0] = 0.25 * here.sum() * p.h_w / 12.0
    true = truth(world, rows(world), 6)
    assert true.hours_at_hand[0] == pytest.approx(w.skill[here].sum() * p.h_w / 2.0 * 0.75)
    c.hours_lost_admin[0] = 1e9
    assert truth(world, rows(world), 6).hours_at_hand[0] == 0.0


def test_a_yuan_buys_hours_at_the_price_times_what_they_are_worth() -> None:
    world = classroom(3)
    t, p = world.tables, world.parameters
    w = t.workers
    agency = (w.filled == 1) & (w.home < 0)
    assert agency.any()
    w.skill[agency] = 0.8
    price = hour_price(int(t.districts.agency_wage[0]), p.o_c, p) / 100.0
    np.testing.assert_allclose(truth(world, rows(world), 12).hours_per_yuan, 0.8 / price, rtol=1e-3)


def test_what_a_community_holds_already_is_taken_off_what_it_can_spend() -> None:
    world = classroom()
    t, p = world.tables, world.parameters
    first = community_account(t.districts.key.size, 0)
    t.money.balance[first] = 12_345
    t.money.balance[first + 1] = 10**12
    most = truth(world, rows(world), 12).most
    assert most[0] == int(p.absorb * 100) * t.communities.seats[0] * 12 - 12_345
    assert most[1] == 0


def test_another_order_of_rows_is_the_same_truth() -> None:
    world = classroom(5)
    one = truth(world, rows(world), 12)
    back = truth(world, rows(world)[::-1], 12)
    for name in ("hours_needed", "hours_at_hand", "hours_per_yuan", "most"):
        np.testing.assert_allclose(getattr(back, name)[::-1], getattr(one, name))
