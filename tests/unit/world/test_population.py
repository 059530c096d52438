from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import columns
from sansheng.world.accounts import OTHER_PAYERS, provider_account
from sansheng.world.place import Place, load_place
from sansheng.world.place_file import LEAST_HOUSEHOLDS, LEAST_STAFF, District
from sansheng.world.plan import FIRST_PROVIDER, apportion
from sansheng.world.population import FEWEST_DUTIES, MOST_DUTIES, build_world
from sansheng.world.schema import (
    GRASSROOTS,
    GROUPS,
    HUB,
    OUTSIDE,
    STATION,
    URBAN,
    VILLAGE,
    Tables,
)
from sansheng.world.world import World

Make = Callable[..., Any]
Change = Callable[..., District]

MIXES = [
    {"psi": 0.0, "rho_FH": 0.0},
    {"psi": 0.5, "rho_FH": 0.3, "sigma_H": 1.0},
    {"psi": 1.0, "rho_FH": 0.8, "sigma_F": 0.5},
]
SEEDS = [(0, 0), (1, 7), (2**32 - 1, 2**32 - 1)]


def same_values(one: Tables, other: Tables) -> bool:
    return all(
        np.array_equal(a, b)
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )


@pytest.fixture(scope="module")
def world(chenghua: Place, parameters: Make) -> World:
    return build_world(chenghua, parameters(), 42, 0, 2015 * 12)


@pytest.fixture(scope="module")
def worlds(chenghua: Place, parameters: Make) -> list[World]:
    return [build_world(chenghua, parameters(), 42, r, 2015 * 12) for r in range(60)]


@given(
    st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=40),
    st.integers(0, 20),
    st.integers(0, 10**7),
)
def test_apportioned_parts_add_up_and_nobody_gets_less_than_the_least(
    weights: list[float], least: int, extra: int
) -> None:
    total = least * len(weights) + extra
    parts = apportion(total, np.array(weights), least)
    assert parts.sum() == total
    assert parts.min() >= least


@given(st.lists(st.floats(0.5, 2.0), min_size=2, max_size=40), st.integers(10**4, 10**6))
def test_apportioned_parts_are_within_one_of_their_share_where_no_least_binds(
    weights: list[float], total: int
) -> None:
    shares = total * np.array(weights) / np.sum(weights)
    assert np.abs(apportion(total, np.array(weights), 1) - shares).max() < 1.0


@given(st.lists(st.floats(0.01, 100.0), min_size=2, max_size=40), st.integers(0, 3000))
def test_apportioned_parts_never_favour_a_smaller_weight(weights: list[float], extra: int) -> None:
    parts = apportion(4 * len(weights) + extra, np.array(weights), 4)
    assert np.all(np.diff(parts[np.argsort(weights, kind="stable")]) >= -1)


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize(("seed", "replicate"), SEEDS)
def test_counts_that_a_source_gives_are_met_exactly(
    chenghua: Place, parameters: Make, mix: dict[str, float], seed: int, replicate: int
) -> None:
    t = build_world(chenghua, parameters(**mix), seed, replicate, 2015 * 12).tables
    station = t.workers.employer == STATION
    kinds = t.groups.kind[t.groups.alive == 1]
    assert t.subdistricts.key.size == 14
    assert t.communities.key.size == 108
    assert t.communities.households.sum() == 400_000
    assert t.communities.seats.sum() == station.sum() == t.workers.filled[station].sum() == 1700
    assert (t.workers.tier[station] > 0).sum() == 551
    assert t.providers.alive.sum() == 30
    assert kinds.size == 1217
    assert (kinds == HUB).sum() == 46
    assert (kinds == GRASSROOTS).sum() == 1171
    assert t.communities.volunteers.sum() == 3000
    assert t.districts.envelope.tolist() == [1_500_000_000]


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize(("seed", "replicate"), SEEDS)
def test_no_community_is_below_the_least_staff_households_or_duties(
    chenghua: Place, parameters: Make, mix: dict[str, float], seed: int, replicate: int
) -> None:
    t = build_world(chenghua, parameters(**mix), seed, replicate, 2015 * 12).tables.communities
    duties = t.duties_service + t.duties_admin
    assert t.seats.min() >= LEAST_STAFF
    assert t.households.min() >= LEAST_HOUSEHOLDS
    assert duties.min() >= FEWEST_DUTIES
    assert duties.max() <= MOST_DUTIES
    assert t.duties_service.min() > 0
    assert t.duties_admin.min() > 0


def test_staff_are_equal_per_community_where_none_follow_households(
    chenghua: Place, parameters: Make
) -> None:
    t = build_world(chenghua, parameters(psi=0.0), 3, 0, 2015 * 12).tables.communities
    assert set(t.seats.tolist()) == {15, 16}


def test_staff_are_proportional_to_households_where_all_follow_them(
    chenghua: Place, parameters: Make
) -> None:
    t = build_world(chenghua, parameters(psi=1.0), 3, 0, 2015 * 12).tables.communities
    above = t.seats > LEAST_STAFF
    per_household = t.seats[above].sum() / t.households[above].sum()
    assert np.abs(t.seats[above] - per_household * t.households[above]).max() < 1.0
    assert (t.households[~above] * per_household).max() < LEAST_STAFF + 1.0


def test_staff_follow_households_by_half_at_the_default(world: World) -> None:
    t = world.tables.communities
    formula = 1700 * (0.5 / 108 + 0.5 * t.households / 400_000)
    assert np.abs(t.seats - formula).max() < 1.0


def test_functions_correlate_with_households_as_asked(chenghua: Place, parameters: Make) -> None:
    for rho in (0.0, 0.3, 0.8):
        found = []
        for replicate in range(60):
            world = build_world(chenghua, parameters(rho_FH=rho), 9, replicate, 0)
            t = world.tables.communities
            duties = np.log(t.duties_service + t.duties_admin)
            found.append(np.corrcoef(duties, np.log(t.households))[0, 1])
        # One correlation of 108 pairs has a standard error of about 0.1, their mean of 0.012.
        assert abs(np.mean(found) - rho) < 0.045


def test_functions_borne_keep_their_mean_and_spread(worlds: list[World]) -> None:
    duties = np.array(
        [w.tables.communities.duties_service + w.tables.communities.duties_admin for w in worlds]
    )
    np.testing.assert_array_equal(duties.sum(axis=1), 108 * 110)
    assert np.log(duties).std(axis=1).mean() == pytest.approx(0.25, abs=0.03)


def test_community_sizes_are_lognormal_and_skewed(worlds: list[World]) -> None:
    households = np.array([w.tables.communities.households for w in worlds])
    assert np.log(households).std(axis=1).mean() == pytest.approx(0.8, abs=0.03)
    assert np.median(households.max(axis=1)) > 12_000
    assert np.mean(np.median(households, axis=1)) < 0.8 * 400_000 / 108


def test_communities_spread_evenly_over_subdistricts_in_neighbouring_rows(world: World) -> None:
    home = world.tables.communities.subdistrict
    assert np.all(np.diff(home) >= 0)
    assert set(np.bincount(home).tolist()) == {7, 8}


def test_administration_asks_for_the_given_share_of_all_base_hours(
    chenghua: Place, parameters: Make
) -> None:
    t = build_world(chenghua, parameters(a_adm=0.6, h_w=1500.0), 5, 0, 0).tables.communities
    assert t.admin_hours.sum() == pytest.approx(0.6 * 125.0 * 1700)
    np.testing.assert_allclose(t.admin_hours / t.duties_admin, t.admin_hours[0] / t.duties_admin[0])


def test_the_vulnerable_share_of_all_households_is_as_given(
    chenghua: Place, parameters: Make
) -> None:
    for v, v_sd in ((0.01, 0.1), (0.03, 0.5), (0.06, 0.8)):
        t = build_world(chenghua, parameters(v=v, v_sd=v_sd), 5, 1, 0).tables.communities
        assert t.vulnerable @ t.households / 400_000 == pytest.approx(v, rel=1e-9)
        assert t.vulnerable.min() > 0.0
        assert t.vulnerable.max() <= 0.5


def test_old_estates_have_more_families_with_complex_need(worlds: list[World]) -> None:
    found = [
        np.corrcoef(np.log(w.tables.communities.vulnerable), w.tables.communities.estate_age)[0, 1]
        for w in worlds
    ]
    assert np.mean(found) == pytest.approx(0.4, abs=0.05)


def test_group_shares_sum_to_one_and_keep_the_district_s_shares(
    world: World, chenghua: Place
) -> None:
    t = world.tables.communities
    np.testing.assert_allclose(t.group_share.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(
        t.households @ t.group_share / 400_000,
        chenghua.districts[0].need_groups.shares(),
        rtol=1e-6,
    )
    assert t.group_share.min() > 0.0


def test_hardship_groups_gather_where_need_is_complex(worlds: list[World]) -> None:
    for name, sign in (("low_income", 1), ("disabled", 1), ("other", -1)):
        g = GROUPS.index(name)
        found = [
            np.corrcoef(
                np.log(w.tables.communities.vulnerable),
                np.log(w.tables.communities.group_share[:, g]),
            )[0, 1]
            for w in worlds
        ]
        assert sign * np.mean(found) > 0.15


def test_the_reference_population_has_the_average_need_in_every_category(
    world: World, chenghua: Place
) -> None:
    t = world.tables.categories
    shares = chenghua.reference_population.shares()
    np.testing.assert_allclose(t.group_rate @ shares, 1.0)
    np.testing.assert_allclose(t.season.mean(axis=1), 1.0)
    assert t.rate.sum() == pytest.approx(1.0)
    assert t.duty_rate.sum() == pytest.approx(1.0)


def test_the_mean_easy_case_takes_the_hours_given(chenghua: Place, parameters: Make) -> None:
    t = build_world(chenghua, parameters(h_easy=5.0, c_hard=4.0), 0, 0, 0).tables.categories
    assert t.rate @ t.minutes[:, 0] == pytest.approx(300.0, abs=0.5)
    np.testing.assert_allclose(t.minutes[:, 1], 4 * t.minutes[:, 0], atol=2.5)


def test_certified_people_spread_over_stations_like_staff(world: World) -> None:
    t = world.tables
    station = t.workers.employer == STATION
    certified = np.bincount(t.workers.community[station], t.workers.tier[station] > 0)
    assert np.abs(certified - t.communities.seats * 551 / 1700).max() < 1.0


def test_certificates_follow_the_shares_of_the_place(worlds: list[World]) -> None:
    station = np.concatenate(
        [w.tables.workers.tier[w.tables.workers.employer == STATION] for w in worlds]
    )
    tiers = np.bincount(station, minlength=5)[1:] / (station > 0).sum()
    np.testing.assert_allclose(tiers, [0.35, 0.45, 0.18, 0.02], atol=0.01)
    agency = np.concatenate(
        [
            w.tables.workers.tier[(w.tables.workers.employer >= 0) & (w.tables.workers.filled == 1)]
            for w in worlds
        ]
    )
    shares = np.bincount(agency, minlength=5) / agency.size
    np.testing.assert_allclose(shares, [0.3, 0.1, 0.42, 0.16, 0.02], atol=0.015)


def test_seats_of_an_employer_are_neighbours_and_belong_to_nobody_else(world: World) -> None:
    t = world.tables
    owner = np.full(t.workers.key.size, -1)
    for c, (first, seats) in enumerate(
        zip(t.communities.first_seat, t.communities.seats, strict=True)
    ):
        assert np.all(owner[first : first + seats] == -1)
        owner[first : first + seats] = 1
        assert np.all(t.workers.community[first : first + seats] == c)
        assert np.all(t.workers.employer[first : first + seats] == STATION)
    for p in range(t.providers.key.size):
        first, seats = t.providers.first_seat[p], t.providers.seats[p]
        assert seats >= 20
        assert np.all(owner[first : first + seats] == -1)
        owner[first : first + seats] = 1
        assert np.all(t.workers.employer[first : first + seats] == p)
        assert t.workers.filled[first : first + seats].sum() == t.providers.staff[p]
    assert np.all(owner == 1)


def test_vacant_seats_carry_nothing_of_a_person(world: World) -> None:
    t = world.tables.workers
    vacant = t.filled == 0
    assert vacant.any()
    for name in ("tier", "tenure", "local_tenure", "step", "wage", "owed", "burnout", "skill"):
        assert not getattr(t, name)[vacant].any(), name


def test_wages_are_the_base_wage_and_fifty_yuan_for_each_year(world: World) -> None:
    t = world.tables
    filled = t.workers.filled == 1
    assert t.districts.base_wage[0] == round(0.65 * 6_130_000 / 12)
    np.testing.assert_array_equal(
        t.workers.wage[filled], t.districts.base_wage[0] + 5000 * t.workers.step[filled]
    )
    np.testing.assert_array_equal(t.workers.step, t.workers.tenure // 12)


def test_a_purchased_hour_costs_about_thirty_six_yuan(world: World) -> None:
    hour = world.tables.districts.agency_wage[0] * 12 * 1.3 / (1600 * 0.9) / 100
    assert hour == pytest.approx(36.0, abs=0.5)


def test_tenures_have_the_means_given_and_never_exceed_the_agency_s_age(
    worlds: list[World],
) -> None:
    station, agency = [], []
    for w in worlds:
        t = w.tables
        station.append(t.workers.tenure[t.workers.employer == STATION])
        posts = np.flatnonzero((t.workers.employer >= 0) & (t.workers.filled == 1))
        assert np.all(t.workers.tenure[posts] <= t.providers.age[t.workers.employer[posts]])
        agency.append(t.workers.tenure[posts])
    assert np.concatenate(station).mean() / 12 == pytest.approx(4.0, rel=0.03)
    assert 0.9 < np.concatenate(agency).mean() / 12 < 1.7


def test_agency_sizes_have_the_median_that_sources_give(worlds: list[World]) -> None:
    staff = np.concatenate(
        [w.tables.providers.staff[w.tables.providers.alive == 1] for w in worlds]
    )
    assert 6.5 <= np.median(staff) <= 8.5
    # nobody has fewer than two people or more than a hundred
    assert np.log(staff).std() == pytest.approx(1.0, abs=0.1)


def test_grassroots_groups_live_in_communities_and_hubs_do_not(world: World) -> None:
    t = world.tables
    grassroots = t.groups.kind == GRASSROOTS
    assert t.groups.community[grassroots].min() >= 0
    assert np.all(t.groups.community[~grassroots] == -1)
    groups = np.bincount(t.groups.community[grassroots & (t.groups.alive == 1)], minlength=108)
    share = np.sqrt(t.communities.households)
    assert np.abs(groups - 1171 * share / share.sum()).max() < 1.0


def test_agencies_spread_evenly_over_subdistricts(world: World) -> None:
    t = world.tables.providers
    home = t.subdistrict[t.alive == 1]
    assert home.size == 30
    assert max(np.bincount(home[home != OUTSIDE], minlength=14)) <= 3
    assert set(home[home == OUTSIDE].tolist()) <= {OUTSIDE}


def test_some_agencies_are_enterprises_and_some_come_from_outside(
    chenghua: Place, parameters: Make
) -> None:
    seen = []
    for share in (0.0, 0.2, 0.4):
        made = parameters(enterprise_share=share, external_share=share)
        t = build_world(chenghua, made, 8, 0, 0).tables.providers
        outside = t.subdistrict == OUTSIDE
        firms = t.alive == 1
        assert not outside[~firms].any()
        assert not t.enterprise[~firms].any()
        seen.append((int(outside.sum()), int(t.enterprise.sum())))
    assert seen[0] == (0, 0)
    assert seen == sorted(set(seen))


def test_agencies_offer_what_they_are_best_at(world: World) -> None:
    t = world.tables.providers
    firms = t.alive == 1
    assert ((t.strength >= 0.0) & (t.strength <= 1.0)).all()
    assert t.strength[firms].min(axis=1).max() > 0.0
    assert not t.strength[~firms].any()
    np.testing.assert_array_equal(t.offer[firms], np.argmax(t.strength[firms], axis=1))


def test_hubs_link_everybody_where_they_are_many_and_nobody_where_they_have_no_time(
    chenghua: Place, parameters: Make
) -> None:
    for span, share in ((0.0, 0.0), (154.0, 1.0)):
        t = build_world(chenghua, parameters(hub_span=span), 8, 0, 0).tables.providers
        assert t.linked[t.alive == 1].mean() == share
        assert not t.linked[t.alive == 0].any()


def test_there_are_empty_rows_for_organisations_to_come(world: World) -> None:
    t = world.tables.providers
    empty = t.alive == 0
    assert empty.sum() == 30
    assert not t.staff[empty].any()
    assert not t.age[empty].any()
    assert not t.rating[empty].any()
    assert t.rating[~empty].min() >= 1.0
    assert t.rating[~empty].max() <= 5.0
    assert t.age[~empty].min() >= 6
    groups = world.tables.groups
    assert (groups.kind[groups.alive == 0] == GRASSROOTS).all()
    assert (groups.alive == 0).sum() == 293


def test_keys_count_agencies_then_hubs_then_groups(world: World) -> None:
    t = world.tables
    keys = np.concatenate([t.providers.key, t.groups.key])
    np.testing.assert_array_equal(keys, FIRST_PROVIDER + np.arange(60 + 46 + 1464))
    np.testing.assert_array_equal(t.groups.kind, [HUB] * 46 + [GRASSROOTS] * 1464)


def test_books_balance_and_agencies_hold_the_months_of_wages_given(
    chenghua: Place, parameters: Make
) -> None:
    t = build_world(chenghua, parameters(cash_months=3.0), 8, 0, 0).tables
    assert t.money.balance.sum() == 0
    assert not t.money.received.any()
    assert not t.money.paid.any()
    for p in range(t.providers.key.size):
        first = t.providers.first_seat[p]
        bill = t.workers.wage[first : first + t.providers.seats[p]].sum()
        assert t.money.balance[provider_account(1, 108, p)] == 3 * bill
    others = np.delete(
        t.money.balance,
        [OTHER_PAYERS, *(provider_account(1, 108, p) for p in range(t.providers.key.size))],
    )
    assert not others.any()


def test_other_payers_finance_their_share_of_staff_at_full_cost(
    chenghua: Place, parameters: Make
) -> None:
    t = build_world(chenghua, parameters(y_other=0.5, o_c=0.15), 8, 0, 0).tables
    assert t.providers.staff_other.sum() == pytest.approx(0.5 * t.providers.staff.sum(), abs=15)
    np.testing.assert_allclose(
        t.providers.other_income,
        t.providers.staff_other * t.districts.agency_wage[0] * 1.3 / 0.85,
        atol=1.0,
    )


def test_the_run_starts_without_cases_contracts_ties_or_incentives(world: World) -> None:
    t = world.tables
    assert not any(array.any() for array in t.cases)
    assert not any(array.any() for array in t.incentives)
    assert np.all(t.contracts.provider == -1)
    assert np.all(t.ties.provider == -1)
    assert not t.providers.due.any()
    np.testing.assert_array_equal(t.communities.lot, np.arange(108))


def test_grids_and_helpers_are_all_there_and_follow_households(world: World) -> None:
    t = world.tables.communities
    assert t.grids.sum() == 648
    assert t.grids.min() >= 1
    assert t.grid_staff.sum() == pytest.approx(105 + 0.01 * 1174)
    np.testing.assert_allclose(t.grid_staff / t.grids, t.grid_staff[0] / t.grids[0])
    assert t.mobilised.sum() == pytest.approx(8000 * 4.0 / 120.0)
    np.testing.assert_array_equal(t.helpers, t.volunteers + t.mobilised)


def test_shares_of_communities_are_met_to_the_nearest_community(world: World) -> None:
    t = world.tables.communities
    assert t.kind.sum() == 0
    assert t.hall.sum() == 54
    assert t.standing.sum() == 0
    assert (t.premises == 350.0).sum() == round(0.4 * 108)
    assert t.circle.sum() == round(0.6 * 108)
    assert t.units.sum() == 435
    assert t.units_open.sum() == 345
    assert (t.units_open <= t.units).all()


def test_premises_below_the_standard_have_the_mean_given(world: World) -> None:
    area = world.tables.communities.premises
    short = area[area < 350.0]
    assert short.mean() == pytest.approx(200.0)
    assert short.min() >= 20.0
    assert short.max() <= 0.9 * 350.0


def test_villages_have_smaller_premises_and_get_halls_last(
    chenghua: Place, parameters: Make, changed: Change
) -> None:
    rural = changed(chenghua.districts[0], villages=60, halls=0.6)
    place = chenghua.model_copy(update={"districts": (rural,)})
    t = build_world(place, parameters(), 4, 0, 0).tables.communities
    assert t.kind.sum() == 60
    assert t.hall.sum() == 65
    assert (t.hall[t.kind == URBAN] == 1).all()
    assert t.premises[t.kind == VILLAGE].max() == 300.0
    assert t.premises[t.kind == URBAN].max() == 350.0


def test_the_share_of_old_estates_rises_with_the_age_of_housing(world: World) -> None:
    t = world.tables.communities
    order = np.argsort(t.estate_age)
    assert np.all(np.diff(t.estates_old[order]) >= 0.0)
    middle = np.argmin(np.abs(t.estate_age - 20.0))
    assert t.estates_old[middle] == pytest.approx(0.5, abs=0.05)


def test_equal_districts_of_one_total_are_made_one_by_one(parameters: Make) -> None:
    city = load_place("beijing-2018")
    t = build_world(city, parameters(), 4, 0, 0).tables
    assert t.districts.key.size == 16
    assert t.communities.key.size == 7014
    assert t.communities.kind.sum() == 3837
    assert t.communities.grids.sum() == 41_800
    assert t.communities.households.sum() == 8_200_000
    assert (t.workers.employer == STATION).sum() == 35_000


def test_the_labour_pool_is_the_given_share_of_those_employed(world: World) -> None:
    t = world.tables
    assert t.districts.pool[0] == round(0.25 * t.workers.filled.sum())


def test_the_same_seed_makes_the_same_world_to_the_bit(chenghua: Place, parameters: Make) -> None:
    one, other = (build_world(chenghua, parameters(), 11, 5, 24180) for _ in range(2))
    assert same_values(one.tables, other.tables)


def test_the_same_people_are_there_whenever_the_run_starts(
    chenghua: Place, parameters: Make
) -> None:
    one, other = (build_world(chenghua, parameters(), 11, 5, start) for start in (24180, 24192))
    assert same_values(one.tables, other.tables)
    assert (one.month, other.month) == (24180, 24192)


@pytest.mark.parametrize(("seed", "replicate"), [(12, 5), (11, 6)])
def test_another_seed_or_replicate_makes_another_world(
    chenghua: Place, parameters: Make, seed: int, replicate: int
) -> None:
    one = build_world(chenghua, parameters(), 11, 5, 0).tables.communities
    other = build_world(chenghua, parameters(), seed, replicate, 0).tables.communities
    assert not np.array_equal(one.households, other.households)
    assert not np.array_equal(one.estate_age, other.estate_age)


def test_keys_are_unique_and_fit_a_draw(chenghua: Place, parameters: Make) -> None:
    city = chenghua.model_copy(update={"districts": chenghua.districts * 3})
    t = build_world(city, parameters(), 0, 0, 0).tables
    for table in (t.districts, t.subdistricts, t.communities, t.workers, t.providers, t.groups):
        assert np.unique(table.key).size == table.key.size
        assert table.key.min() >= 0
        assert table.key.max() < 2**40


_REFERENCES = {
    "district": "districts",
    "subdistrict": "subdistricts",
    "community": "communities",
    "lot": "communities",
    "home": "communities",
    "first_seat": "workers",
    "employer": "providers",
}
"""Columns that hold a row of another table, and that table."""


def _rows_of(t: Tables, district: int) -> dict[str, slice]:
    """Return the rows of a district in each table that has such rows."""
    rows = {"districts": slice(district, district + 1)}
    for name in ("subdistricts", "communities", "workers", "providers", "groups"):
        mine = np.flatnonzero(getattr(t, name).district == district)
        rows[name] = slice(int(mine[0]), int(mine[-1]) + 1)
        assert mine.size == rows[name].stop - rows[name].start
    return rows


def _district_columns(t: Tables, district: int) -> dict[tuple[str, str], Any]:
    """Return all columns of a district's rows, with rows of other tables counted from its first."""
    rows = _rows_of(t, district)
    found = {}
    for name, own in rows.items():
        for info in columns(type(getattr(t, name))):
            values = getattr(getattr(t, name), info.name)[own].copy()
            if info.name in _REFERENCES:
                values[values >= 0] -= rows[_REFERENCES[info.name]].start
            found[name, info.name] = values
    accounts = provider_account(len(t.districts.key), len(t.communities.key), 0)
    own = rows["providers"]
    found["money", "cash"] = t.money.balance[accounts + own.start : accounts + own.stop].copy()
    return found


@pytest.mark.parametrize(
    "values",
    [
        {"households": 300_000, "envelope": 1, "volunteers": 7, "certified_workers": 3},
        {"communities": 90, "subdistricts": 5},
        {"community_workers": 2500, "organisations": 900, "agencies": 17, "hubs": 2},
        {"mean_wage": 90_000},
    ],
)
def test_changing_one_district_leaves_the_rows_of_another_as_they_are(
    chenghua: Place, parameters: Make, changed: Change, values: dict[str, float]
) -> None:
    first, second = chenghua.districts[0], changed(chenghua.districts[0], households=250_000)
    before = chenghua.model_copy(update={"districts": (first, second)})
    after = chenghua.model_copy(update={"districts": (changed(first, **values), second)})
    one = _district_columns(build_world(before, parameters(), 4, 2, 0).tables, 1)
    other = _district_columns(build_world(after, parameters(), 4, 2, 0).tables, 1)
    assert one.keys() == other.keys()
    for column, held in one.items():
        np.testing.assert_array_equal(held, other[column], err_msg=str(column))


def test_the_first_district_of_a_city_is_what_it_would_be_alone(
    chenghua: Place, parameters: Make
) -> None:
    city = chenghua.model_copy(update={"districts": chenghua.districts * 2})
    together = _district_columns(build_world(city, parameters(), 4, 2, 0).tables, 0)
    alone = _district_columns(build_world(chenghua, parameters(), 4, 2, 0).tables, 0)
    for column, held in alone.items():
        np.testing.assert_array_equal(held, together[column], err_msg=str(column))


def test_two_districts_of_one_description_differ_in_their_luck(
    chenghua: Place, parameters: Make
) -> None:
    city = chenghua.model_copy(update={"districts": chenghua.districts * 2})
    t = build_world(city, parameters(), 4, 2, 0).tables.communities
    assert not np.array_equal(t.households[:108], t.households[108:])


def test_a_small_place_with_few_of_everything_can_be_made(
    chenghua: Place, parameters: Make, changed: Change
) -> None:
    small = changed(
        chenghua.districts[0],
        subdistricts=1,
        communities=1,
        households=200,
        community_workers=4,
        certified_workers=0,
        organisations=0,
        agencies=0,
        hubs=0,
        volunteers=0,
        envelope=0,
    )
    t = build_world(
        chenghua.model_copy(update={"districts": (small,)}), parameters(), 0, 0, 0
    ).tables
    assert t.workers.filled.sum() == 4
    assert t.providers.alive.sum() == t.groups.key.size == 0
    assert t.money.balance.sum() == 0
    assert all(np.isfinite(array).all() for table in t for array in table)
