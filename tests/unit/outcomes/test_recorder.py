from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.month import pass_month, pass_months
from sansheng.outcomes.flows import Monthly
from sansheng.outcomes.measures import Record
from sansheng.outcomes.recorder import Recorder, make_recorder, median
from sansheng.policy.load import make_rule
from sansheng.world.accounts import community_account, provider_account
from sansheng.world.schema import (
    AGENCY_PRO,
    BASE_GENERAL,
    BASE_PRO,
    GROUPS,
    STATION,
    VULNERABLE,
)
from sansheng.world.world import World


@pytest.fixture(scope="module")
def seen(made_world: Callable[[int], World]) -> tuple[World, Recorder]:
    """A world after eight months, and the record of them."""
    world = made_world(2015 * 12)
    record = make_recorder(2015 * 12, 8, 108)
    for _ in range(8):
        pass_month(world, make_rule("task_based"), record)
    return world, record


def last(record: Recorder, name: str) -> float:
    return float(getattr(record.monthly, name)[-1])


@pytest.mark.parametrize(
    ("start", "months", "years"),
    [(24180, 1, 1), (24180, 12, 1), (24180, 13, 2), (24191, 1, 1), (24191, 2, 2), (24185, 30, 3)],
)
def test_a_record_has_a_row_for_every_month_and_calendar_year(
    start: int, months: int, years: int
) -> None:
    record = make_recorder(start, months, 5)
    assert record.months == months
    assert record.yearly.arisen.shape == (years, 5)
    assert not any(array.any() for array in (*record.monthly, *record.yearly))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("arisen", "arisen"),
        ("resolved", "resolved"),
        ("grid_cases", "by_grid"),
        ("lapsed", "lapsed"),
        ("papered", "papered"),
        ("reopened", "reopened"),
        ("latent", "latent"),
        ("open", "open"),
        ("paper", "paper"),
    ],
)
def test_cases_recorded_are_the_cases_of_the_table(
    seen: tuple[World, Recorder], name: str, table: str
) -> None:
    world, record = seen
    assert last(record, name) == getattr(world.tables.cases, table).sum()


def test_open_cases_are_recorded_by_age(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    ages = world.tables.cases.open.sum(axis=(0, 2, 3))
    assert last(record, "open_ages") == sum(age * n for age, n in enumerate(ages))
    assert last(record, "overdue") == ages[2:].sum()
    assert last(record, "open_this_year") == ages[:8].sum()  # August is the eighth month
    opened = world.tables.cases.reported.sum() + world.tables.cases.found.sum()
    assert last(record, "opened") == opened


def test_hours_met_are_the_standard_hours_of_resolved_needs(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    kinds, resolved = world.tables.categories, world.tables.cases.resolved
    minutes = (resolved[:, :, 0] * kinds.minutes[:, 0]).sum()
    minutes += (resolved[:, :, 1] * kinds.minutes[:, 1]).sum()
    assert last(record, "hours_met") == pytest.approx(minutes / 60.0)
    assert last(record, "resolved_hard") == resolved[:, :, 1].sum()
    assert last(record, "arisen_hard") == world.tables.cases.arisen[:, :, 1].sum()


def test_residents_are_weighted_by_households(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    c = world.tables.communities
    assert last(record, "households") == c.households.sum()
    for name in ("satisfaction", "participation", "harmony", "safety"):
        total = sum(h * v for h, v in zip(c.households, getattr(c, name), strict=True))
        assert last(record, name) == pytest.approx(total)


def test_grids_units_and_premises_are_counted(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    c = world.tables.communities
    assert last(record, "grids") == c.grids.sum() == 648
    assert last(record, "communities") == 108
    assert last(record, "at_standard") == (c.premises >= 0.95 * 350.0).sum()
    assert last(record, "units") == c.units.sum() == 435
    assert last(record, "units_active") == pytest.approx(c.units_active @ c.units)
    assert last(record, "idle_space") == pytest.approx(c.idle_space.sum())
    assert last(record, "idle_used") == pytest.approx(c.idle_used.sum())
    assert 0.0 < last(record, "idle_used") <= last(record, "idle_space")


def test_people_and_organisations_are_counted(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    w, p = world.tables.workers, world.tables.providers
    station, here = w.employer == STATION, w.filled == 1
    assert last(record, "staff_base") == np.count_nonzero(station & here)
    assert last(record, "staff_agency") == p.staff.sum()
    assert last(record, "quits_base") == w.quits[station].sum()
    assert last(record, "quits_agency") == w.quits[~station].sum()
    assert last(record, "moves_agency") == w.moved.sum() + w.promoted.sum()
    assert last(record, "layoffs_agency") == w.leaves.sum()
    assert last(record, "first_year_exposure_base") == w.first_year[station].sum() > 0
    quit_early = (w.first_year * w.quits)[station].sum()
    assert last(record, "first_year_quits_base") == quit_early
    assert last(record, "tenure_left_base") == w.left_after[station].sum() > 0
    assert last(record, "served_base") == w.tenure[station & here].sum() > 0
    assert last(record, "served_agency") == w.tenure[~station & here].sum() > 0
    assert last(record, "first_year_exposure") == w.first_year[~station].sum()
    assert last(record, "first_year_quits") == (w.first_year * w.quits)[~station].sum()
    assert last(record, "tenure_left") == w.left_after[~station].sum()
    gone = ("quits_agency", "moves_agency", "layoffs_agency")
    assert last(record, "left_agency") == sum(last(record, name) for name in gone)
    assert last(record, "certified_people") == np.count_nonzero(here & (w.tier > 0))
    assert last(record, "burnout_agency") == pytest.approx(w.burnout[~station & here].sum())
    assert last(record, "support") == (
        world.tables.districts.allowances.sum() + world.tables.districts.training_cost.sum()
    )
    assert last(record, "certified") == np.count_nonzero(station & here & (w.tier > 0))
    assert last(record, "burnout_base") == pytest.approx(w.burnout[station & here].sum())
    assert last(record, "agencies") == np.count_nonzero(p.alive == 1)
    assert last(record, "bill") == w.wage[~station].sum()
    assert last(record, "owed") == w.owed.sum() + p.owed_former.sum()  # of agencies that live


def test_organisations_are_recorded_with_their_size_income_and_offers(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    o = world.tables.providers
    firms = o.alive == 1
    working = firms & (o.staff > 0)
    assert last(record, "agencies_working") == working.sum()
    assert last(record, "agencies_grown") == (firms & (o.age >= 12)).sum()
    assert last(record, "agency_median") == np.median(o.staff[working])
    assert last(record, "agency_income") == o.income_month[working].sum()
    assert last(record, "capacity") == pytest.approx(o.capacity[firms].sum())
    assert last(record, "rating") == pytest.approx(o.rating[firms].sum())
    share = o.hours_sold[firms] / o.hours_sold[firms].sum()
    assert last(record, "hours_squared") == pytest.approx((share**2).sum())
    offers = np.bincount(o.offer[firms], minlength=10)
    assert last(record, "offers_squared") == pytest.approx(((offers / offers.sum()) ** 2).sum())
    assert last(record, "founded") == o.founded.sum()
    assert last(record, "loans") == o.loan.sum()


@pytest.mark.parametrize("values", [[3.0], [5.0, 1.0], [2.0, 9.0, 4.0], [7.0, 7.0, 1.0, 2.0]])
def test_the_median_is_the_middle_of_the_first_values(values: list[float]) -> None:
    padded = np.array([*values, 100.0, -100.0])
    assert median(padded, len(values)) == np.median(values)
    assert median(padded, 0) == 0.0


def test_dues_recorded_are_those_of_the_books(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    money = world.tables.money
    assert last(record, "settled") == money.settled.sum() > 0
    assert last(record, "settled_late") == money.settled_late.sum()
    lost = money.wages_lost.sum() + money.insurance_lost.sum() + money.written_off.sum()
    assert last(record, "lost") == lost
    assert last(record, "passed_on") == money.passed_on.sum()
    assert last(record, "in_kind") == world.tables.communities.in_kind.sum() > 0
    assert last(record, "incubation") == money.incubation.sum()


def test_money_recorded_is_the_money_of_the_accounts(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    money, t = world.tables.money, world.tables
    first = community_account(1, 0)
    agencies = np.flatnonzero(t.providers.alive == 1)
    assert last(record, "held") == money.balance[first : first + 108].sum()
    assert last(record, "granted") == money.granted.sum() > 0
    assert last(record, "bought") == money.bought.sum() > 0
    assert last(record, "returned") == money.returned.sum() + money.clawed.sum()
    assert last(record, "base_cost") == t.districts.wage_bill_base.sum()
    assert (
        last(record, "agency_cash") == money.balance[provider_account(1, 108, 0) + agencies].sum()
    )


def test_hours_recorded_are_those_of_stations_and_contracts(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c, month = world.tables.communities, world.parameters.h_w / 12.0
    station = last(record, "staff_base") * month
    lost, bought = c.hours_lost_admin.sum(), c.hours_paid.sum()
    assert last(record, "hours_station") == pytest.approx(station)
    assert last(record, "hours_admin") == pytest.approx(lost)
    assert last(record, "hours_bought") == pytest.approx(bought)
    assert last(record, "hours") == pytest.approx(station - lost + bought)
    assert 0.0 < last(record, "utilisation") <= last(record, "hours")


def test_hours_of_each_kind_of_staff_are_recorded_with_what_found_work(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c = world.tables.communities
    for name, pool in (("agency", AGENCY_PRO), ("pro", BASE_PRO), ("general", BASE_GENERAL)):
        able, idle = c.pool_hours[:, pool].sum(), c.pool_idle[:, pool].sum()
        assert last(record, f"able_{name}") == pytest.approx(able)
        assert last(record, f"used_{name}") == pytest.approx(able - idle)
        assert 0.0 < last(record, f"used_{name}") <= last(record, f"able_{name}")


def test_the_kinds_of_staff_add_up_to_the_hours_of_a_community(
    seen: tuple[World, Recorder],
) -> None:
    world, _ = seen
    c = world.tables.communities
    able, idle = c.pool_hours.sum(axis=1), c.pool_idle.sum(axis=1)
    np.testing.assert_allclose(idle, c.hours_idle)
    np.testing.assert_allclose(1.0 - idle / able, c.utilisation)


def test_hours_for_the_showiest_category_are_those_of_its_projects(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c, focus = world.tables.communities, world.tables.contracts.focus
    showiest = np.argmax(world.tables.categories.visible)
    assert world.place.category_ids[showiest] == "culture"
    assert last(record, "hours_shown") == pytest.approx(c.hours_by[focus[c.lot] == showiest].sum())
    assert 0.0 < last(record, "hours_shown") < last(record, "hours_bought")


def test_the_envelope_is_recorded_by_twelfths_as_it_is_scaled(
    made_world: Callable[[int], World],
) -> None:
    world = made_world(2015 * 12)
    record = make_recorder(world.start, 4, 108)
    pass_months(world, make_rule("per_household"), record, 3)
    pass_months(world, make_rule("per_household"), record, 1, scale=500_000)
    # 15 million yuan a year, then half of them
    np.testing.assert_allclose(record.monthly.envelope, [1.25e8, 1.25e8, 1.25e8, 0.625e8])


def test_projects_of_grassroots_groups_are_recorded_when_they_begin_and_end(
    made_world: Callable[[int], World],
) -> None:
    world = made_world(2015 * 12)
    record = make_recorder(world.start, 24, 108)
    rule = make_rule("micro_venture")
    under_way = 0
    for t in range(24):
        pass_month(world, rule, record)
        groups = world.tables.groups
        running = np.count_nonzero(groups.grant > 0)
        ended = under_way + record.monthly.ventures_funded[t] - running
        assert 0 <= record.monthly.ventures_done[t] <= ended  # the others failed
        under_way = running
    funded, done = record.monthly.ventures_funded, record.monthly.ventures_done
    assert np.flatnonzero(funded).tolist() == [2, 14]  # two months after the year begins
    assert 0.5 * funded[2] < done[:14].sum() < funded[2]


def test_tenders_are_recorded_in_the_month_they_happen(
    made_world: Callable[[int], World],
) -> None:
    world = made_world(2015 * 12)
    record = make_recorder(world.start, 7, 108)
    for t in range(7):
        pass_month(world, make_rule("per_household"), record)
        contracts = world.tables.contracts
        empty = (contracts.opened == 1) & (contracts.provider < 0)
        assert record.monthly.tendered[t] == contracts.opened.sum()
        assert record.monthly.empty[t] == empty.sum()
        assert record.monthly.switched[t] == contracts.switched.sum()
    assert record.monthly.tendered[6] > 0


def test_years_are_the_sums_of_their_months(ran: Record) -> None:
    year = (ran.start + np.arange(ran.months)) // 12 - ran.start // 12
    np.testing.assert_array_equal(ran.yearly.months.T, [np.bincount(year)] * 108)
    for name in (
        "arisen", "arisen_hard", "resolved", "resolved_hard", "granted", "bought", "hours_bought",
    ):  # fmt: skip
        monthly = np.bincount(year, weights=getattr(ran.monthly, name))
        np.testing.assert_allclose(getattr(ran.yearly, name).sum(axis=1), monthly)
    staff = np.bincount(year, weights=ran.monthly.staff_base)
    np.testing.assert_allclose(ran.yearly.staff.sum(axis=1), staff)


def test_every_need_recorded_is_accounted_for(ran: Record) -> None:
    m = ran.monthly
    assert (m.resolved <= m.arisen.sum()).all()
    assert m.opened.sum() >= m.open[-1]
    closed = m.resolved + m.papered + m.lapsed - m.reopened
    np.testing.assert_array_equal(np.diff(m.open), (m.opened - closed)[1:])


def test_nothing_recorded_is_missing_or_infinite(ran: Record) -> None:
    for name in Monthly._fields:
        values = getattr(ran.monthly, name)
        assert np.isfinite(values).all(), name
        if name not in ("burnout_base", "burnout_agency"):
            assert values.min() >= 0.0, name


def test_agencies_are_recorded_by_income_and_by_the_staff_of_those_that_employ(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    p = world.tables.providers
    alive = p.alive == 1
    working = alive & (p.staff > 0)
    assert last(record, "agencies_working") == working.sum()
    assert last(record, "agency_income") == p.income_month[working].sum() > 0
    assert last(record, "agency_median") == np.median(p.staff[working])


def test_needs_of_vulnerable_groups_that_wait_are_their_expected_part(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c, cases = world.tables.communities, world.tables.cases
    latent = cases.latent.sum(axis=2)
    waiting = cases.open.sum(axis=(1, 3)) + latent + cases.paper.sum(axis=2)
    part = c.vulnerable_need
    assert last(record, "unmet_vulnerable") == pytest.approx((part * waiting).sum())
    assert last(record, "latent_vulnerable") == pytest.approx((part * latent).sum())
    share = c.group_share[:, [GROUPS.index(group) for group in VULNERABLE]].sum(axis=1)
    assert last(record, "households_vulnerable") == pytest.approx((c.households * share).sum())
    assert last(record, "unmet_vulnerable") < waiting.sum()


def test_vulnerable_groups_have_the_expected_part_of_each_kind_of_need(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c, kinds, cases = world.tables.communities, world.tables.categories, world.tables.cases
    weights = c.group_share[:, :, None] * kinds.group_rate.T
    part = weights[:, :3].sum(axis=1) / weights.sum(axis=1)
    np.testing.assert_allclose(c.vulnerable_need, part)
    for name in ("arisen", "resolved"):
        total = (part * getattr(cases, name).sum(axis=2)).sum()
        assert last(record, f"{name}_vulnerable") == pytest.approx(total)
        assert 0.0 < total < last(record, name)


def test_calls_are_the_cases_that_no_grid_staff_found(seen: tuple[World, Recorder]) -> None:
    world, record = seen
    cases, c = world.tables.cases, world.tables.communities
    calls = cases.reported - cases.by_grid
    assert last(record, "calls") == calls.sum()
    part = 1.0 - cases.grid_year / np.maximum(1, cases.opened_year)
    met = cases.resolved - cases.on_spot
    closed = met + cases.papered
    ended = met + cases.failed + cases.lapsed
    assert last(record, "calls_ended") == pytest.approx((part * ended).sum())
    assert last(record, "calls_closed") == pytest.approx((part * closed).sum())
    told = last(record, "calls_satisfaction") / calls.sum()
    assert c.satisfaction.min() <= told <= 100.0


def test_households_served_are_those_of_communities_with_agency_hours(
    seen: tuple[World, Recorder],
) -> None:
    world, record = seen
    c = world.tables.communities
    assert last(record, "households_served") == c.households[c.hours_paid > 0.0].sum() > 0


def test_a_month_without_room_is_an_error(made_world: Callable[[int], World]) -> None:
    world = made_world(2015 * 12)
    world.month += 3
    with pytest.raises(IndexError):
        pass_months(world, make_rule("per_household"), make_recorder(2015 * 12, 3, 108), 1)
