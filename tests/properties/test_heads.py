"""Every need, person and organisation is in one state, and every change of state is counted once."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import rule_names
from sansheng.world.schema import HUB, STATION
from sansheng.world.world import World

HARSH = {
    "owed_limit": 1.0,
    "cash_months": 0.5,
    "n_e": 0.3,
    "n_x": 0.12,
    "grassroots_churn": 0.15,
    "move_share": 1.0,
    "w_incumbent": 0.0,
    "station_share": 0.2,
    "known_months": 3.0,
    "ladder": 1.0,
    "ladder_months": 24.0,
    "hold_months": 0.0,
    "p_aud": 0.5,
    "lapse": 0.1,
    "m_a": 5.0,
    "registration": 1.0,
    "g_R": 2.0,
    "seed_cash": 100_000.0,
}
"""A world in which agencies fail and are founded, lots change hands and audits find much."""


@pytest.fixture(params=rule_names())
def rule(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[{}, HARSH], ids=["default", "harsh"])
def world(request: pytest.FixtureRequest, small: ModuleType) -> World:
    made: World = small.world(small.place(small.district(agencies=9)), request.param)
    return made


def test_a_need_that_arose_is_latent_open_closed_on_paper_resolved_or_gone(
    world: World, rule: str, small: ModuleType
) -> None:
    cases = world.tables.cases

    def stock() -> np.ndarray:  # type: ignore[type-arg]
        return cases.latent + cases.open.sum(axis=1) + cases.paper

    before = stock()
    for _ in small.months(world, rule, 26):
        after = stock()
        np.testing.assert_array_equal(
            cases.arisen, after - before + cases.resolved + cases.gone, err_msg="by kind"
        )
        before = after


def test_no_count_of_cases_is_negative_and_waiting_cases_are_open(
    world: World, rule: str, small: ModuleType
) -> None:
    cases = world.tables.cases
    for _ in small.months(world, rule, 26):
        for name, values in zip(cases._fields, cases, strict=True):
            if name != "closed_year":  # net of reopenings of earlier years
                assert (values >= 0).all(), name
        assert (cases.blocked <= cases.open.sum(axis=1)).all()
        assert (cases.papered <= cases.failed).all()
        assert (cases.reported <= cases.arisen).all()


def test_staff_change_by_hires_quits_layoffs_and_transfers_alone(
    world: World, rule: str, small: ModuleType
) -> None:
    w = world.tables.workers
    station = w.employer == STATION
    before = w.filled.copy()
    for _ in small.months(world, rule, 26):
        for kind in (station, ~station):
            change = w.filled[kind].sum(dtype=int) - before[kind].sum(dtype=int)
            flows = w.hired[kind].sum(dtype=int)
            flows -= w.quits[kind].sum(dtype=int) + w.leaves[kind].sum(dtype=int)
            promoted = w.promoted.sum(dtype=int)
            assert change == flows + (promoted if kind is station else -promoted)
        assert not w.moved[station].any()
        assert not w.leaves[station].any()
        assert not w.promoted[~station].any()
        before = w.filled.copy()


def test_a_new_person_sits_down_for_every_hire_and_move(
    world: World, rule: str, small: ModuleType
) -> None:
    w = world.tables.workers
    before = w.generation.copy()
    for _ in small.months(world, rule, 26):
        np.testing.assert_array_equal(w.generation - before, w.hired + w.moved + w.promoted)
        before = w.generation.copy()


def test_whoever_works_has_an_employer_that_exists(
    world: World, rule: str, small: ModuleType
) -> None:
    t = world.tables
    w, a = t.workers, t.providers
    for _ in small.months(world, rule, 26):
        agency = (w.filled == 1) & (w.employer != STATION)
        assert (w.employer[agency] >= 0).all()
        assert (a.alive[w.employer[agency]] == 1).all()
        staff = np.bincount(w.employer[agency], minlength=a.key.shape[0])
        np.testing.assert_array_equal(staff, a.staff)
        station = (w.filled == 1) & (w.employer == STATION)
        at_home = np.bincount(w.community[station], minlength=t.communities.key.shape[0])
        assert (at_home <= t.communities.seats).all()
        assert set(np.unique(w.filled)) <= {0, 1}


def test_organisations_change_by_foundings_and_closings_alone(
    world: World, rule: str, small: ModuleType
) -> None:
    tables = world.tables.providers, world.tables.groups
    before = [a.alive.copy() for a in tables]
    for _ in small.months(world, rule, 26):
        for a, were in zip(tables, before, strict=True):
            np.testing.assert_array_equal(a.alive - were, a.founded - a.closed)
            assert not (a.founded & a.closed).any()
            assert set(np.unique(a.alive)) <= {0, 1}
            were[:] = a.alive
    groups = world.tables.groups
    assert groups.alive[groups.kind == HUB].all()


def test_the_harsh_world_puts_the_counts_to_the_test(small: ModuleType) -> None:
    world = small.world(small.place(small.district(agencies=9)), HARSH)
    t = world.tables
    kinds = ("closed", "founded", "moved", "promoted", "leaves", "reopened", "groups")
    seen = dict.fromkeys(kinds, 0)
    for _ in small.months(world, "task_based", 72):
        seen["closed"] += int(t.providers.closed.sum())
        seen["founded"] += int(t.providers.founded.sum())
        seen["groups"] += int(t.groups.closed.sum())
        seen["moved"] += int(t.workers.moved.sum())
        seen["promoted"] += int(t.workers.promoted.sum())
        seen["leaves"] += int(t.workers.leaves.sum())
        seen["reopened"] += int(t.cases.reopened.sum())
    assert all(seen.values()), seen


def test_a_new_agency_holds_no_contract_and_owes_no_wages(small: ModuleType) -> None:
    world = small.world(small.place(small.district(**small.CHENGHUA)), seed=0)
    t = world.tables
    born = 0
    for _ in small.months(world, "per_household", 60):
        for a in np.flatnonzero(t.providers.founded == 1):
            born += 1
            held = t.contracts.provider[t.communities.lot] == a
            ends = t.contracts.end[t.communities.lot][held]
            assert (ends < world.month).all(), "it inherits a running contract"
            assert t.providers.owed_former[a] == 0, "it inherits wages owed to others' staff"
            assert not t.providers.due[a].any(), "it inherits money others earned"
            assert t.providers.loan[a] == t.providers.insurance_owed[a] == 0, "it inherits debts"
    assert born > 0


def test_no_fewer_than_no_cases_were_closed_last_year(small: ModuleType) -> None:
    tiny = small.district(households=1600, community_workers=40, certified_workers=9)
    quiet = {"p_aud": 0.5, "lam": 0.2, "phi_0": 0.3, "lam_duty": 0.0}
    for seed in range(6):
        world = small.world(small.place(tiny), quiet, seed=seed)
        for _ in small.months(world, "per_household", 62):
            assert (world.tables.cases.closed_last >= 0).all()
