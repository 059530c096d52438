from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.month import pass_months
from sansheng.outcomes.incumbents import (
    AGENCY_STAFF,
    ENTERPRISE,
    GRASSROOTS_GROUPS,
    ORGANISATION_COLUMNS,
    SENIORITY,
    STATION_STAFF,
    WORKER_COLUMNS,
    Incumbents,
    group_of,
    organisation_rows,
    those_there,
    worker_rows,
    worker_sums,
)
from sansheng.outcomes.measures import Record, fixed_of
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.accounts import provider_account
from sansheng.world.schema import Tables
from sansheng.world.world import World

MONTHS = 30

ORGANISATION = {c.id: i for i, c in enumerate(ORGANISATION_COLUMNS)}
WORKER = {c.id: i for i, c in enumerate(WORKER_COLUMNS)}


@pytest.fixture(scope="module")
def lived(made_world: Callable[[int], World]) -> tuple[Incumbents, Tables, Tables, Record]:
    """Who was there, the tables before and after, and the record."""
    world = made_world(2015 * 12)
    before = world.copy().tables
    there = those_there(world.tables)
    rows = before.communities.key.size, before.providers.key.size
    kept = make_recorder(world.month, MONTHS, *rows)
    pass_months(world, make_rule("micro_venture"), kept, MONTHS)
    record = Record(kept.monthly, kept.yearly, fixed_of(world.tables), 2015 * 12)
    return there, before, world.tables, record


def column(rows: np.ndarray, name: str, of: dict[str, int]) -> np.ndarray:  # type: ignore[type-arg]
    return rows[:, of[name]]


@pytest.mark.parametrize("columns", [ORGANISATION_COLUMNS, WORKER_COLUMNS])
def test_columns_are_told_in_both_languages(columns: tuple) -> None:  # type: ignore[type-arg]
    assert columns[0].integer
    assert len({c.id for c in columns}) == len(columns)
    for c in columns:
        assert c.text.en.isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in c.text.zh)
        assert c.unit
        assert c.unit_zh


def test_there_is_a_row_for_every_agency_of_the_start_and_one_for_all_grassroots_groups(
    lived: tuple[Incumbents, Tables, Tables, Record],
) -> None:
    there, before, after, record = lived
    rows = organisation_rows(there, after, record)
    alive = np.flatnonzero(before.providers.alive)
    assert column(rows, "organisation", ORGANISATION).tolist() == [0, *(1 + alive)]
    assert (column(rows, "kind", ORGANISATION) == GRASSROOTS_GROUPS).tolist() == [
        True,
        *[False] * alive.size,
    ]
    np.testing.assert_array_equal(
        column(rows, "kind", ORGANISATION)[1:] == ENTERPRISE, before.providers.enterprise[alive]
    )
    np.testing.assert_array_equal(
        column(rows, "staff_start", ORGANISATION)[1:], before.providers.staff[alive]
    )
    grassroots = before.groups.alive[before.groups.kind == 0].sum()
    assert rows[0, ORGANISATION["organisations"]] == grassroots > 1000
    paid = record.monthly.ventured.sum() / 100.0 / MONTHS
    assert rows[0, ORGANISATION["income"]] == pytest.approx(paid)
    assert paid > 0.0


def test_an_agency_that_closed_has_nothing_though_another_may_sit_in_its_row(
    lived: tuple[Incumbents, Tables, Tables, Record],
) -> None:
    there, _, after, record = lived
    rows = organisation_rows(there, after, record)[1:]
    o = after.providers
    young = (o.alive[there.agencies] == 1) & (o.age[there.agencies] < MONTHS)
    gone = column(rows, "alive", ORGANISATION) == 0
    assert gone.any()
    assert (gone == ((o.alive[there.agencies] == 0) | young)).all()
    for name in ("staff", "cash"):
        assert not column(rows, name, ORGANISATION)[gone].any()
    first = provider_account(after.districts.key.size, after.communities.key.size, 0)
    np.testing.assert_allclose(
        column(rows, "cash", ORGANISATION)[~gone],
        after.money.balance[first + there.agencies[~gone]] / 100.0,
    )


def test_income_is_that_of_the_agency_and_not_of_who_comes_after_it(
    made_world: Callable[[int], World],
) -> None:
    world = made_world(2015 * 12)
    there = those_there(world.tables)
    own = np.zeros(world.tables.providers.key.size)
    rows = world.tables.communities.key.size, world.tables.providers.key.size
    kept = make_recorder(world.month, MONTHS, *rows)
    gone = np.zeros(own.size, bool)
    for _ in range(MONTHS):
        pass_months(world, make_rule("per_household"), kept, 1)
        o = world.tables.providers
        gone |= (o.closed == 1) | (o.founded == 1)
        own += np.where(gone | (o.alive == 0), 0, o.income_month)
    assert gone[there.agencies].any()
    record = Record(kept.monthly, kept.yearly, fixed_of(world.tables), 2015 * 12)
    found = organisation_rows(there, world.tables, record)[1:, ORGANISATION["income"]]
    np.testing.assert_allclose(found, own[there.agencies] / 100.0 / MONTHS)


def test_people_are_counted_by_what_they_were_and_followed_only_in_their_own_seat(
    lived: tuple[Incumbents, Tables, Tables, Record],
) -> None:
    there, before, after, _ = lived
    rows = worker_rows(worker_sums(there, after))
    was, now = before.workers, after.workers
    assert column(rows, "people", WORKER).sum() == was.filled.sum()
    for row in rows:
        employer, tier, band = (int(row[WORKER[n]]) for n in ("employer", "tier", "seniority"))
        assert row[WORKER["group"]] == group_of(employer, tier, band)
        ends = [*SENIORITY[1:], 10_000]
        mine = (
            (was.filled == 1)
            & ((was.employer >= 0) == (employer == AGENCY_STAFF))
            & (was.tier == tier)
            & (was.service >= SENIORITY[band])
            & (was.service < ends[band])
        )
        stayed = mine & (now.filled == 1) & (now.generation == was.generation)
        assert row[WORKER["people"]] == mine.sum() > 0
        assert row[WORKER["in_post"]] == stayed.sum()
        if stayed.any():
            pay = (now.wage + now.allowance + now.bonus + now.award / 12.0)[stayed].mean() / 100.0
            assert row[WORKER["pay"]] == pytest.approx(pay)
            assert row[WORKER["burnout"]] == pytest.approx(now.burnout[stayed].mean())
            assert row[WORKER["owed"]] == pytest.approx(now.owed[stayed].mean() / 100.0)
        else:
            assert np.isnan(row[[WORKER["pay"], WORKER["owed"], WORKER["burnout"]]]).all()
    kinds = column(rows, "employer", WORKER)
    assert set(kinds) == {STATION_STAFF, AGENCY_STAFF}
    people, stayed = column(rows, "people", WORKER), column(rows, "in_post", WORKER)
    assert 0.2 < stayed.sum() / people.sum() < 0.9


def test_vulnerable_and_grassroots_columns_of_communities_add_up_to_the_months(
    lived: tuple[Incumbents, Tables, Tables, Record],
) -> None:
    _, _, _, record = lived
    for name in ("arisen_vulnerable", "resolved_vulnerable", "ventured"):
        by_year = getattr(record.yearly, name)
        assert by_year.sum() == pytest.approx(getattr(record.monthly, name).sum())
        assert by_year.sum() > 0.0
    assert (record.yearly.arisen_vulnerable <= record.yearly.arisen).all()


def test_without_rows_for_agencies_nothing_is_kept_of_their_income(
    made_world: Callable[[int], World],
) -> None:
    world, other = made_world(2015 * 12), made_world(2015 * 12)
    with_, without = (
        make_recorder(2015 * 12, 3, 108, world.tables.providers.key.size),
        make_recorder(2015 * 12, 3, 108),
    )
    for its, record in ((world, with_), (other, without)):
        pass_months(its, make_rule("per_household"), record, 3)
    assert with_.yearly.income.any()
    assert without.yearly.income.size == 0
    for name in with_.monthly._fields:
        np.testing.assert_array_equal(getattr(with_.monthly, name), getattr(without.monthly, name))
