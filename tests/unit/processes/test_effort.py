from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import F64, I64
from sansheng.month import run_steps
from sansheng.processes.effort import (
    learn,
    looking_good,
    output,
    spread,
    urgency,
    volunteer_factor,
)
from sansheng.world.schema import AGENCY_PRO, EASY, HARD, SLOTS, STATION
from sansheng.world.world import World

Make = Callable[..., World]

KINDS = 20
BACKLOG = st.lists(
    st.one_of(st.just(0.0), st.floats(1.0, 1e5)), min_size=KINDS, max_size=KINDS
).map(np.array)
APPEAL = st.lists(st.floats(-5.0, 5.0), min_size=KINDS, max_size=KINDS).map(np.array)
MINUTES = st.floats(0.0, 1e6)


def worth(tier: int = 0, tenure: int = 0, burnout: float = 0.0) -> float:
    reached = np.empty(tenure + 1)
    learn(reached, 0.6, 1.5)
    return output(tier, reached[tenure], burnout, 0.05, 0.06)


def given_minutes(minutes: float, backlog: F64, appeal: F64) -> tuple[F64, F64, float]:
    """Return the minutes given, the backlog left and the minutes left."""
    work, out = backlog.copy(), np.zeros(backlog.size)
    left = spread(minutes, work, np.exp(np.clip(appeal, -3.0, 3.0)), out)
    return out, work, left


def by_kind(world: World) -> I64:
    """Minutes worked this month by category and hardness."""
    minutes: I64 = world.tables.cases.worked.sum(axis=(0, 1))
    return minutes


def busy(world: World) -> World:
    """Give every community more work than it has hours, and nothing at stake."""
    t = world.tables
    t.cases.open[:] *= 8
    t.cases.resolved[:] = 0
    t.cases.papered[:] = 0
    t.communities.at_risk[:] = 0.0
    t.communities.pressure[:] = 0.0
    t.incentives.pay[:] = 0
    t.incentives.paperwork[:] = 0.0
    t.incentives.pass_through[:] = 0.0
    return world


def test_a_novice_starts_low_and_learns() -> None:
    assert worth() == pytest.approx(0.6)
    assert worth(tenure=18) == pytest.approx(1.0 - 0.4 / math.e)
    assert worth(tenure=10_000) == pytest.approx(1.0)
    assert worth(tier=2, tenure=10_000, burnout=1.0) == pytest.approx(1.1 * 0.94)


@given(st.integers(0, 4), st.integers(0, 500), st.integers(0, 500), st.floats(-2.0, 3.0))
def test_service_and_certificates_help_and_burnout_does_not(
    tier: int, one: int, two: int, burnout: float
) -> None:
    new, old = sorted((one, two))
    assert worth(tier, new, burnout) <= worth(tier, old, burnout)
    assert worth(tier, old, burnout) < worth(tier + 1, old, burnout)
    assert worth(tier, old, burnout) <= worth(tier, old, -1.0) == worth(tier, old, 0.0)


def test_volunteers_are_neutral_at_the_mean_and_without_a_share() -> None:
    assert volunteer_factor(0.01, 0.01, 0.15, 0.5) == pytest.approx(1.0)
    assert volunteer_factor(0.02, 0.01, 0.0, 0.5) == pytest.approx(1.0)
    assert volunteer_factor(0.02, 0.0, 0.15, 0.5) == 1.0
    assert volunteer_factor(0.0, 0.01, 0.15, 0.5) == pytest.approx(0.85**2)
    assert volunteer_factor(0.04, 0.01, 0.15, 0.5) == pytest.approx(1.15**2)


@given(st.floats(0.0, 0.1), st.floats(0.0, 0.1), st.floats(0.0, 0.3), st.floats(0.2, 0.9))
def test_more_volunteers_never_hinder(one: float, two: float, phi: float, r: float) -> None:
    few, many = sorted((one, two))
    low, high = (volunteer_factor(x, 0.01, phi, r) for x in (few, many))
    assert low <= high * (1.0 + 1e-12)


def test_half_the_appearances_come_when_a_month_s_wages_are_at_stake() -> None:
    assert looking_good(0.0, 0.2) == 0.0
    assert looking_good(1.0, 0.2) == pytest.approx(0.1)
    assert looking_good(1e9, 0.2) == pytest.approx(0.2)


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 0.4))
def test_higher_stakes_never_make_for_fewer_appearances(
    one: float, two: float, most: float
) -> None:
    low, high = sorted((one, two))
    assert looking_good(low, most) <= looking_good(high, most) <= most


def test_urgency_is_nothing_when_new_and_never_more_than_two() -> None:
    assert urgency(0.0, 2.0) == 0.0
    assert urgency(2.0, 2.0) == pytest.approx(math.log(2.0))
    assert urgency(100.0, 2.0) == 2.0


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(1.0, 4.0))
def test_older_cases_are_never_less_urgent(one: float, two: float, norm: float) -> None:
    young, old = sorted((one, two))
    assert urgency(young, norm) <= urgency(old, norm)


def test_a_known_spread() -> None:
    backlog, appeal = np.array([100.0, 100.0, 50.0]), np.array([math.log(2.0), 0.0, 0.0])
    out, work, left = given_minutes(70.0, backlog, appeal)
    assert out == pytest.approx([40.0, 20.0, 10.0])
    assert work == pytest.approx([60.0, 80.0, 40.0])
    assert left == 0.0


def test_a_kind_whose_backlog_is_used_up_passes_its_hours_on() -> None:
    backlog, appeal = np.array([10.0, 100.0]), np.array([3.0, 0.0])
    out, work, left = given_minutes(60.0, backlog, appeal)
    assert out == pytest.approx([10.0, 50.0])
    assert work == pytest.approx([0.0, 50.0])
    assert left == 0.0


@given(MINUTES, BACKLOG, APPEAL)
def test_minutes_are_given_or_left_and_never_beyond_the_backlog(
    minutes: float, backlog: F64, appeal: F64
) -> None:
    out, work, left = given_minutes(minutes, backlog, appeal)
    assert out.sum() + left == pytest.approx(minutes, abs=1e-6)
    assert out.min() >= 0.0
    assert work.min() >= 0.0
    np.testing.assert_allclose(out + work, backlog, atol=1e-6)


@given(st.floats(0.0, 2.0), BACKLOG, APPEAL)
def test_nobody_is_idle_while_there_is_work(share: float, backlog: F64, appeal: F64) -> None:
    minutes = share * float(backlog.sum())
    _, work, left = given_minutes(minutes, backlog, appeal)
    assert min(left, float(work.sum())) <= 1e-6 + 1e-9 * minutes
    assert left == pytest.approx(max(0.0, minutes - float(backlog.sum())), abs=1e-3)


@given(st.floats(0.0, 1.0), BACKLOG, st.floats(-5.0, 5.0))
def test_equal_appeal_spreads_in_proportion_to_backlog(
    share: float, backlog: F64, appeal: float
) -> None:
    minutes = share * float(backlog.sum())
    out, _, _ = given_minutes(minutes, backlog, np.full(KINDS, appeal))
    np.testing.assert_allclose(out, share * backlog, atol=1e-6)


@given(st.floats(0.01, 0.99), APPEAL, st.floats(1.0, 1e4))
def test_of_equal_backlogs_the_more_appealing_gets_no_less(
    share: float, appeal: F64, backlog: float
) -> None:
    work = np.full(KINDS, backlog)
    out, _, _ = given_minutes(share * backlog * KINDS, work, appeal)
    assert (np.diff(out[np.argsort(appeal, kind="stable")]) >= -1e-9 * backlog).all()


@given(st.floats(0.0, 1.0), BACKLOG, APPEAL, st.floats(0.0, 2.0))
def test_what_gains_appeal_never_loses_minutes(
    share: float, backlog: F64, appeal: F64, more: float
) -> None:
    minutes = share * float(backlog.sum())
    before, _, _ = given_minutes(minutes, backlog, appeal)
    raised = appeal.copy()
    raised[0] += more
    after, _, _ = given_minutes(minutes, backlog, raised)
    assert after[0] >= before[0] - 1e-6


def test_a_stationed_hour_is_sixty_minutes_of_work_or_idle(opened: Make) -> None:
    world = opened(h_w=1600.0, burnout_loss=0.0, tier_gain=0.0, A0=1.0)
    t = world.tables
    t.communities.admin_hours[:] = 0.0
    t.categories.volunteer[:] = 0.0
    t.cases.open[:, 0] = 3
    run_steps(world, "effort")
    staff = np.bincount(
        t.workers.community[(t.workers.employer == STATION) & (t.workers.filled == 1)],
        minlength=108,
    )
    minutes = t.cases.worked.sum(axis=(1, 2, 3)) + 60.0 * t.communities.hours_idle
    whole = 3 * 2 * 10  # each pool rounds each kind down to whole minutes
    assert (minutes <= staff * 8000.0 + 1e-6).all()
    assert (minutes >= staff * 8000.0 - whole).all()
    np.testing.assert_allclose(
        t.communities.utilisation, 1.0 - t.communities.hours_idle * 60.0 / (staff * 8000.0)
    )
    demand = np.zeros(108)  # nothing was opened this month, so nothing is asked for
    np.testing.assert_array_equal(t.communities.load, demand)


def test_no_kind_gets_more_work_than_it_has_left(lived: Make) -> None:
    world = lived()
    t = world.tables
    t.categories.volunteer[:] = 0.0
    run_steps(world, "effort")
    need = t.categories.minutes
    open_ = t.cases.open.sum(axis=1) - t.cases.blocked
    room = np.maximum(0, open_ * need - t.cases.minutes.sum(axis=1))
    assert (t.cases.worked.sum(axis=1) <= room + 1e-6).all()
    assert (t.cases.worked_expert <= t.cases.worked.sum(axis=1)).all()


def test_administration_takes_what_it_asks_for_up_to_its_cap(opened: Make) -> None:
    world = opened(admin_cap=0.8, h_w=1200.0)
    t = world.tables
    staff = np.zeros(108)
    here = (t.workers.employer == STATION) & (t.workers.filled == 1)
    np.add.at(staff, t.workers.community[here], 1.0)
    t.communities.admin_hours[:] = 7.0
    t.communities.admin_hours[0] = 1e4
    run_steps(world, "effort")
    cap = 0.8 * 100.0 * staff[0]
    assert t.communities.hours_lost_admin[:2].tolist() == pytest.approx([cap, 7.0])
    assert t.communities.overdue_admin[:2].tolist() == pytest.approx([1e4 - cap, 0.0])


def test_paperwork_and_coordination_take_their_hours(lived: Make) -> None:
    world = busy(lived())
    t = world.tables
    run_steps(world, "effort")
    before = t.communities.hours_lost_admin.copy()
    t.cases.resolved[:, 0, 0], t.cases.papered[:, 1, 1] = 4, 2
    t.incentives.pay[:, 0, 0], t.incentives.pay[:, 1, 1] = 1, 1
    t.incentives.paperwork[:] = 5.0
    t.communities.coordination_hours[:] += 3.0
    run_steps(world, "effort")
    taken = t.communities.hours_lost_admin - before
    assert np.median(taken) == pytest.approx(3.0 + 6 * 5.0 / 60.0)


def test_agencies_sell_what_is_ordered_as_far_as_they_have_people(lived: Make) -> None:
    world = lived("per_household", 14, h_w=1200.0)
    t = world.tables
    t.communities.plan[:] *= 6
    run_steps(world, "effort")
    lot = t.communities.lot
    holder = t.contracts.provider[lot]
    held = (holder >= 0) & (np.arange(SLOTS) < t.contracts.projects[lot][:, None])
    part = (t.communities.plan / np.maximum(1, t.contracts.projects[lot]))[:, None]
    ordered = np.where(held, part / np.maximum(1, t.contracts.price[lot]), 0.0)
    asked = t.communities.hours_paid + t.communities.hours_short
    np.testing.assert_allclose(asked, ordered.sum(axis=1))
    np.testing.assert_allclose(t.communities.hours_by.sum(axis=1), t.communities.hours_paid)
    sold = np.bincount(
        holder[held], weights=t.communities.hours_by[held], minlength=t.providers.key.size
    )
    np.testing.assert_allclose(sold, t.providers.hours_sold)
    capacity = np.maximum(0, t.providers.staff - t.providers.staff_other) * 100.0
    assert (sold <= capacity + 1e-9).all()
    assert t.communities.hours_short.sum() > 0.0
    assert t.communities.hours_paid.sum() > 0.0
    over = (t.providers.load > 1.0) & (capacity > 0)
    np.testing.assert_allclose(sold[over], capacity[over])


@pytest.mark.parametrize("why", ["gone", "not begun", "ended", "no money"])
def test_an_agency_that_does_not_serve_sells_nothing(lived: Make, why: str) -> None:
    world = lived()
    t = world.tables
    if why == "gone":
        t.providers.alive[:] = 0
    elif why == "not begun":
        t.contracts.start[:] = world.month + 1
    elif why == "ended":
        t.contracts.end[:] = world.month
    else:
        t.communities.plan[:] = 0
    run_steps(world, "effort")
    assert not t.communities.hours_paid.any()
    assert not t.cases.worked[:, AGENCY_PRO].any()


def test_a_flat_tariff_shifts_effort_to_easy_cases_and_equal_pay_does_not(lived: Make) -> None:
    none, flat, equal = (busy(lived()) for _ in range(3))
    flat.tables.incentives.pay[:] = 3_000
    kinds = none.tables.categories
    equal.tables.incentives.pay[:, :, EASY] = 40 * kinds.minutes[:, 0]
    equal.tables.incentives.pay[:, :, HARD] = 40 * kinds.minutes[:, 1]
    for world in (none, flat, equal):
        world.tables.incentives.pass_through[:] = 0.0
        run_steps(world, "effort")
    easy = [by_kind(w)[:, EASY].sum() / by_kind(w).sum() for w in (none, flat)]
    assert easy[1] > easy[0] + 0.02
    # the same pay for every hour changes nobody's mind, to the minute that rounding takes
    gap = none.tables.cases.worked - equal.tables.cases.worked
    assert np.abs(gap).max() <= 1


def test_creaming_grows_with_the_weight_of_pay(lived: Make) -> None:
    shares = []
    for weight in (0.0, 1.0, 3.0):
        world = busy(lived(beta_p=weight))
        world.tables.incentives.pay[:] = 3_000
        run_steps(world, "effort")
        minutes = by_kind(world)
        shares.append(minutes[:, EASY].sum() / minutes.sum())
    assert shares == sorted(set(shares))


def test_agencies_follow_the_tariff_only_as_far_as_it_is_passed_on(lived: Make) -> None:
    shares = []
    for passed in (0.0, 0.3, 1.0):
        world = busy(lived(beta_v=0.0))
        world.tables.incentives.pay[:] = 3_000
        world.tables.incentives.pass_through[:] = passed
        run_steps(world, "effort")
        minutes = world.tables.cases.worked[:, AGENCY_PRO].sum(axis=(0, 1))
        shares.append(minutes[EASY] / minutes.sum())
    assert shares == sorted(set(shares))


def test_money_at_risk_shifts_effort_to_what_is_seen(lived: Make) -> None:
    shares, gamed = [], []
    for risk in (0.0, 2e5, 2e6):
        world = busy(lived(beta_v=4.0))
        world.tables.communities.at_risk[:] = risk
        run_steps(world, "effort")
        seen = world.tables.categories.visible > np.median(world.tables.categories.visible)
        minutes = by_kind(world)
        shares.append(minutes[seen].sum() / minutes.sum())
        gamed.append(world.tables.communities.hours_lost_gaming.sum())
    assert shares == sorted(set(shares))
    assert gamed[0] == 0.0
    assert gamed == sorted(set(gamed))


def test_without_weight_on_visibility_stakes_change_the_amount_and_not_the_mix(
    lived: Make,
) -> None:
    mix = []
    for risk in (0.0, 2e6):
        world = busy(lived(beta_v=0.0))
        world.tables.communities.at_risk[:] = risk
        world.tables.communities.plan[:] = 0
        world.tables.workers.tier[world.tables.workers.employer == STATION] = 0
        run_steps(world, "effort")
        minutes = world.tables.cases.worked[0].sum(axis=0)
        mix.append((minutes / minutes.sum(), minutes.sum()))
    assert mix[1][1] < mix[0][1]
    np.testing.assert_allclose(mix[0][0], mix[1][0], atol=0.02)


def test_whole_minutes_add_up_to_the_work_there_is(lived: Make) -> None:
    """A case that has had all its time must not lack a minute."""
    world = lived()
    t = world.tables
    t.communities.admin_hours[:] = 0.0
    t.cases.open[:] = 0
    t.cases.open[:, 0] = 1
    t.cases.blocked[:] = 0
    run_steps(world, "effort", "deliver")
    idle = t.communities.hours_idle > 0.0
    assert idle.sum() > 50
    np.testing.assert_array_equal(t.cases.finished[idle], t.cases.open.sum(axis=1)[idle])


def test_pressure_is_felt_as_a_stake_by_stations_alone(lived: Make) -> None:
    calm, pressed = busy(lived(rank_stake=0.3)), busy(lived(rank_stake=0.3))
    pressed.tables.communities.pressure[:] = 0.5
    for world in (calm, pressed):
        run_steps(world, "effort")
    assert not calm.tables.communities.stake_station.any()
    np.testing.assert_allclose(pressed.tables.communities.stake_station, 0.15)
    assert not pressed.tables.communities.stake_agency.any()


def test_staff_of_a_project_lean_towards_what_it_is_for(lived: Make) -> None:
    shares = []
    for weight in (0.0, 1.0, 2.0):
        world = busy(lived(beta_f=weight))
        world.tables.contracts.focus[:] = 3
        run_steps(world, "effort")
        minutes = world.tables.cases.worked[:, AGENCY_PRO].sum(axis=(0, 2))
        shares.append(minutes[3] / minutes.sum())
    assert shares == sorted(set(shares))


@pytest.mark.parametrize(("earmarked", "rate"), [(0.0, 0.02), (0.5, 0.05), (1.0, 0.08)])
def test_accounting_for_money_takes_hours_and_more_where_it_is_earmarked(
    lived: Make, earmarked: float, rate: float
) -> None:
    world = busy(lived(admin_cap=0.7))
    t = world.tables
    t.communities.coordination_hours[:] = 0.0
    t.communities.admin_hours[:] = 0.0
    t.incentives.earmarked[:] = earmarked
    run_steps(world, "effort")
    hour = t.districts.base_wage[0] / (1600.0 / 12.0)
    np.testing.assert_allclose(t.communities.hours_lost_admin, rate * t.communities.plan / hour)


def test_what_grid_staff_settled_is_no_load_for_anybody_else(lived: Make) -> None:
    loads = []
    for settled in (0, 3):
        world = lived()
        t = world.tables
        t.cases.reported[:, 2, EASY] = 3 + settled
        t.cases.on_spot[:] = 0
        t.cases.on_spot[:, 2, EASY] = settled
        run_steps(world, "effort")
        loads.append(t.communities.load.copy())
    np.testing.assert_array_equal(loads[0], loads[1])


def test_what_an_award_hangs_on_is_at_stake_like_tariffs(lived: Make) -> None:
    stakes = []
    for tariffs, awards in ((0.0, 0.0), (3e5, 0.0), (0.0, 3e5), (2e5, 1e5)):
        world = busy(lived())
        c = world.tables.communities
        c.at_risk[:], c.award_stake[:] = tariffs, awards
        run_steps(world, "effort")
        stakes.append(c.stake_station.copy())
    assert not stakes[0].any()
    for other in stakes[2:]:
        np.testing.assert_allclose(other, stakes[1])
    assert (stakes[1] > 0.0).all()


def test_more_helpers_than_at_the_start_mean_more_done_everywhere(lived: Make) -> None:
    """The district as a whole gains: it is not measured against its own mean of the month."""
    done = []
    for factor in (0.5, 1.0, 2.0):
        world = busy(lived())
        t = world.tables
        t.communities.helpers[:] *= factor
        run_steps(world, "effort")
        done.append(by_kind(world).sum())
    assert done == sorted(set(done))


def test_staff_of_posts_lean_towards_no_category(lived: Make) -> None:
    given_to = []
    for focus, beta in ((-1, 0.0), (-1, 3.0), (4, 0.0), (4, 3.0)):
        world = busy(lived(beta_f=beta))
        world.tables.contracts.focus[:] = focus
        run_steps(world, "effort")
        given_to.append(world.tables.cases.worked[:, AGENCY_PRO].sum(axis=(0, 2)))
    for same in given_to[1:3]:
        np.testing.assert_array_equal(same, given_to[0])
    assert given_to[3][4] > given_to[0][4]
