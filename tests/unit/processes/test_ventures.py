from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.ventures import asked, brought, shortlisted
from sansheng.world.accounts import FINANCE, SUPPLIERS, claims_account, envelope_account
from sansheng.world.schema import GRASSROOTS
from sansheng.world.world import World

Make = Callable[..., World]
FEN = st.integers(0, 10**8)
ENVELOPE, CLAIMS = envelope_account(0), claims_account(1, 0)
SURE = {"venture_call": 0.0, "venture_apply": 1.0, "venture_late": 0.0, "venture_done": 1.0}


def test_groups_ask_for_whole_yuan_between_the_ends() -> None:
    assert [asked(u, 500_000, 5_000_000) for u in (0.0, 0.5, 0.99999999)] == [
        500_000,
        2_750_000,
        4_999_900,
    ]


@given(st.floats(0.0, 1.0, exclude_max=True), FEN, FEN)
def test_nobody_asks_for_more_than_the_most(u: float, one: int, two: int) -> None:
    least, most = sorted((one, two))
    amount = asked(u, least, most)
    assert least - 100 < amount <= most
    assert amount % 100 == 0


def test_an_ordinary_project_of_ordinary_size_brings_its_members() -> None:
    assert brought(2_500_000, 0.5, 12.0, 25_000.0) == pytest.approx(12.0)
    assert brought(5_000_000, 0.5, 12.0, 25_000.0) == pytest.approx(24.0)
    assert brought(2_500_000, 1.0, 12.0, 25_000.0) == pytest.approx(18.0)
    assert brought(0, 1.0, 12.0, 25_000.0) == 0.0


def test_so_many_are_shortlisted_for_every_grant_the_pot_could_pay() -> None:
    assert shortlisted(1_000, 100.0, 2.0) == 20
    assert shortlisted(1_050, 100.0, 1.0) == 11
    assert shortlisted(0, 100.0, 2.0) == 0


@given(
    st.tuples(FEN, FEN),
    st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    st.tuples(st.floats(1.0, 6.0), st.floats(1.0, 6.0)),
)
def test_more_money_a_better_idea_and_a_longer_list_never_bring_less(
    fen: tuple[int, int], ideas: tuple[float, float], lists: tuple[float, float]
) -> None:
    (less, more), (worse, better), (short, long) = sorted(fen), sorted(ideas), sorted(lists)
    assert brought(less, worse, 12.0, 25_000.0) <= brought(more, worse, 12.0, 25_000.0)
    assert brought(less, worse, 12.0, 25_000.0) <= brought(less, better, 12.0, 25_000.0)
    assert shortlisted(less, 1e5, short) <= shortlisted(more, 1e5, short)
    assert shortlisted(less, 1e5, short) <= shortlisted(less, 1e5, long)
    assert asked(worse, less, more) <= asked(better, less, more)


def test_the_more_groups_answer_the_more_are_paid_and_none_of_them_loses_by_it(
    opened: Make,
) -> None:
    grants = [
        call(
            opened(**{**SURE, "venture_apply": share}), 10**12, shortlist=100.0
        ).tables.groups.grant
        for share in (0.1, 0.3, 0.6, 1.0)
    ]
    for fewer, more in itertools.pairwise(grants):
        assert (more[fewer > 0] == fewer[fewer > 0]).all()
        assert (more > 0).sum() > (fewer > 0).sum()


def call(world: World, pot: int, *, shortlist: float = 2.0) -> World:
    """Call for projects this month with a pot, fen."""
    t = world.tables
    i = t.incentives
    i.venture_pot[:], i.shortlist[:] = pot, shortlist
    i.venture_least[:], i.venture_most[:] = 500_000, 5_000_000
    i.period_start[:], i.period_months[:] = world.month, 12
    t.money.balance[ENVELOPE] = pot
    run_steps(world, "ventures")
    return world


def test_the_odd_fen_is_paid_at_the_start(opened: Make) -> None:
    world = call(opened(**SURE), 10**8)
    t = world.tables
    grants = t.groups.grant[t.groups.grant > 0]
    assert grants.size > 10
    assert t.money.balance[CLAIMS] == (grants // 2).sum()
    assert t.money.balance[SUPPLIERS] == (grants - grants // 2).sum()
    assert t.money.balance[ENVELOPE] == 10**8 - grants.sum()
    assert t.money.ventured.sum() == grants.sum()


def test_a_completed_project_is_paid_in_full_and_a_part_of_its_members_stay(opened: Make) -> None:
    world = call(opened(**SURE, venture_months=4.0, venture_stay=0.25), 10**8)
    t = world.tables
    members, grants = float(t.groups.members.sum()), int(t.groups.grant.sum())
    t.incentives.venture_pot[:] = 0
    for month in range(1, 6):
        world.month += 1
        run_steps(world, "ventures")
        running = month < 4
        assert t.communities.ventured.sum() == pytest.approx(members if running else 0.0)
        assert t.communities.joining.sum() == pytest.approx(0.25 * members * (month == 4))
        assert not t.money.ventured.any()
    assert t.money.balance[CLAIMS] == 0
    assert t.money.balance[SUPPLIERS] == grants


@pytest.mark.parametrize("dies", [False, True])
def test_what_is_not_completed_gives_the_rest_back(opened: Make, dies: bool) -> None:
    world = call(opened(**{**SURE, "venture_done": float(dies)}, venture_months=3.0), 10**8)
    t = world.tables
    grants, halves = int(t.groups.grant.sum()), int((t.groups.grant // 2).sum())
    t.incentives.venture_pot[:] = 0
    if dies:
        t.groups.alive[:] = 0
    world.month += 1 if dies else 3
    finance = int(t.money.balance[FINANCE])
    run_steps(world, "ventures")
    assert t.money.ventured.sum() == -halves
    assert t.money.balance[FINANCE] - finance == halves
    assert t.money.balance[SUPPLIERS] == grants - halves
    assert t.money.balance[CLAIMS] == 0
    assert not t.groups.grant.any()
    assert not t.communities.joining.any()


@settings(max_examples=20)
@given(pot=st.integers(0, 10**8), more=st.integers(0, 10**8))
def test_grants_never_exceed_the_pot(opened: Make, pot: int, more: int) -> None:
    for size in (pot, pot + more):
        world = call(opened(**SURE), size)
        granted = int(world.tables.groups.grant.sum())
        assert granted <= size
        assert world.tables.money.balance[ENVELOPE] == size - granted


def test_who_has_a_project_and_who_is_gone_do_not_apply(opened: Make) -> None:
    world = opened(**SURE)
    o = world.tables.groups
    rows = np.flatnonzero((o.kind == GRASSROOTS) & (o.alive == 1))
    o.alive[rows[::3]] = 0
    o.grant[rows[1::3]], o.until[rows[1::3]] = 77, world.month + 5
    call(world, 10**12, shortlist=10.0)
    assert not o.grant[rows[::3]].any()
    assert (o.grant[rows[1::3]] == 77).all()
    assert (o.grant[rows[2::3]] > 77).all()
    assert not o.grant[o.kind != GRASSROOTS].any()


def test_nobody_answers_a_call_that_is_not_made(opened: Make) -> None:
    world = opened(**{**SURE, "venture_call": 2.0})
    o = world.tables.groups
    call(world, 10**8)
    for month in range(1, 4):
        assert bool(o.grant.any()) == (month > 2)
        world.month += 1
        run_steps(world, "ventures")


def test_a_period_shorter_than_the_wait_has_its_call_in_the_last_month(opened: Make) -> None:
    world = opened(**{**SURE, "venture_call": 6.0})
    t = world.tables
    call(world, 10**8)
    t.incentives.period_months[:] = 3
    for month in (1, 2):
        world.month += 1
        run_steps(world, "ventures")
        assert bool(t.groups.grant.any()) == (month == 2)


def test_the_jury_pays_the_best_ideas_that_the_pot_has_room_for(opened: Make) -> None:
    def few() -> World:
        world = opened(**SURE)
        groups = world.tables.groups
        groups.alive[np.flatnonzero((groups.kind == GRASSROOTS) & (groups.alive == 1))[30:]] = 0
        return world

    o = call(few(), 10**12, shortlist=10.0).tables.groups
    amounts, ideas = o.grant.copy(), o.members / np.maximum(1, o.grant)
    assert (amounts > 0).sum() > 20
    paid = call(few(), 10**7, shortlist=10.0).tables.groups.grant
    left, expected = 10**7, np.zeros_like(amounts)
    for g in np.argsort(-ideas):
        if 0 < amounts[g] <= left:
            left -= amounts[g]
            expected[g] = amounts[g]
    assert 0 < (expected > 0).sum() < (amounts > 0).sum()
    np.testing.assert_array_equal(paid, expected)


def test_who_gets_what_does_not_depend_on_rows(opened: Make) -> None:
    one, other = opened(**SURE), opened(**SURE)
    o = other.tables.groups
    order = np.arange(o.key.size)[::-1]
    for column in o:
        column[:] = column[order].copy()
    call(one, 10**8)
    call(other, 10**8)
    np.testing.assert_array_equal(o.grant[order], one.tables.groups.grant)
    np.testing.assert_array_equal(o.until[order], one.tables.groups.until)
