from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.verify import false_closure, success, well_handled
from sansheng.world.schema import EASY, HARD
from sansheng.world.world import World

Make = Callable[..., World]

SHARE = st.floats(0.0, 1.0)


def count(world: World) -> None:
    """Count the open cases as staff do when they choose their work."""
    cases, norm = world.tables.cases, int(world.parameters.norm_months)
    cases.waiting[:] = cases.open.sum(axis=1)
    cases.overdue[:] = cases.open[:, norm:].sum(axis=1)


def attempts(world: World) -> World:
    """Let every open case that is not blocked have been attempted."""
    cases = world.tables.cases
    count(world)
    cases.finished[:] = cases.open.sum(axis=1) - cases.blocked
    cases.expert[:] = 0.5
    cases.by_agency[:] = 0.5
    cases.on_spot[:] = 0
    assert cases.finished.sum() > 1000
    return world


def test_half_professional_work_succeeds_half_way_between() -> None:
    assert success(HARD, 0.5, 1.0, 0.96, 0.45, 0.85) == pytest.approx(0.65)
    assert success(HARD, 1.0, 1.0, 0.96, 0.45, 0.85) == 0.85
    assert success(HARD, 0.0, 1.0, 0.96, 0.45, 0.85) == 0.45
    assert success(EASY, 0.0, 0.5, 0.96, 0.45, 0.85) == 0.48


@given(SHARE, SHARE, st.floats(0.3, 0.6), st.floats(0.75, 0.95))
def test_more_professional_work_never_does_worse(
    one: float, two: float, q_gen: float, q_pro: float
) -> None:
    less, more = sorted((one, two))
    low, high = (success(HARD, x, 1.0, 0.96, q_gen, q_pro) for x in (less, more))
    assert q_gen - 1e-12 <= low <= high + 1e-12
    assert high <= q_pro + 1e-12


def test_the_skill_of_cadres_decides_how_many_attempts_fail_for_want_of_it() -> None:
    assert well_handled(1.0, 0.5) == 1.0
    assert well_handled(0.4, 0.5) == pytest.approx(0.7)
    assert well_handled(0.0, 0.5) == 0.5


def test_what_fails_is_sent_back_unless_it_is_closed_on_paper(lived: Make) -> None:
    world = attempts(lived())
    cases = world.tables.cases
    run_steps(world, "verify")
    assert (cases.returned >= 0).all()
    assert 0 < cases.returned.sum() < cases.failed.sum()
    np.testing.assert_array_equal(
        cases.finished - cases.resolved - cases.returned >= 0, np.ones(cases.finished.shape, bool)
    )


def test_unskilled_cadres_meet_fewer_needs(lived: Make) -> None:
    met = []
    for skill in (0.0, 0.5, 1.0):
        world = attempts(lived())
        world.tables.subdistricts.skill[:] = skill
        run_steps(world, "verify")
        met.append(int(world.tables.cases.resolved.sum()))
    assert met == sorted(set(met))


def test_what_grid_staff_settled_is_met_and_closed(lived: Make) -> None:
    plain, helped = (attempts(lived()) for _ in range(2))
    helped.tables.cases.on_spot[:, 3, EASY] = 2
    for world in (plain, helped):
        run_steps(world, "verify")
    more = np.zeros(plain.tables.cases.resolved.shape, int)
    more[:, 3, EASY] = 2
    a, b = plain.tables.cases, helped.tables.cases
    np.testing.assert_array_equal(b.resolved - a.resolved, more)
    np.testing.assert_array_equal(b.closed_year - a.closed_year, more)
    np.testing.assert_array_equal(b.open, a.open)


def test_a_known_temptation() -> None:
    # half of what high stakes would bring, half of that deterred, and the floor
    assert false_closure(math.log(2.0), 0.1, 0.4, 1.0, math.log(2.0)) == pytest.approx(0.2)


@given(SHARE, SHARE, st.floats(0.0, 9.0))
def test_without_stakes_false_closure_is_its_floor(
    floor: float, most: float, deterrence: float
) -> None:
    assert false_closure(0.0, floor, most, 2.0, deterrence) == floor


def test_false_closure_saturates_and_is_a_probability() -> None:
    assert false_closure(1e6, 0.2, 0.4, 2.0, 0.0) == pytest.approx(0.6)
    assert false_closure(1e6, 0.7, 0.7, 2.0, 0.0) == 1.0
    assert false_closure(1e6, 0.2, 0.4, 2.0, 1e6) == pytest.approx(0.2)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_stakes_tempt_and_audits_deter(one: float, two: float, few: float, many: float) -> None:
    low, high = sorted((one, two))
    rare, often = sorted((few, many))
    assert false_closure(low, 0.2, 0.4, 2.0, rare) <= false_closure(high, 0.2, 0.4, 2.0, rare)
    assert false_closure(high, 0.2, 0.4, 2.0, often) <= false_closure(high, 0.2, 0.4, 2.0, rare)


def test_where_every_attempt_succeeds_all_of_them_are_resolved(lived: Make) -> None:
    world = attempts(
        lived(q_easy=1.0, q_gen=1.0, q_pro=1.0, skill_gain=0.0, phi_0=0.0, phi_max=0.0, p_aud=0.0)
    )
    cases = world.tables.cases
    waiting = cases.blocked.copy()
    run_steps(world, "verify")
    np.testing.assert_array_equal(cases.resolved, cases.finished)
    np.testing.assert_array_equal(cases.open.sum(axis=1), waiting)
    assert not cases.failed.any()
    assert not cases.papered.any()


def test_where_no_attempt_succeeds_and_nobody_cheats_nothing_is_closed(lived: Make) -> None:
    world = attempts(lived(q_easy=0.0, q_gen=0.0, q_pro=0.0, phi_0=0.0, phi_max=0.0, p_aud=0.0))
    cases = world.tables.cases
    open_ = cases.open.copy()
    run_steps(world, "verify")
    np.testing.assert_array_equal(cases.open, open_)
    np.testing.assert_array_equal(cases.failed, cases.finished)
    assert not cases.resolved.any()
    assert not cases.papered.any()


def test_where_everybody_cheats_failures_and_overdue_cases_are_closed_on_paper(
    lived: Make,
) -> None:
    world = attempts(lived(q_easy=0.0, q_gen=0.0, q_pro=0.0, phi_0=1.0, p_aud=0.0))
    cases = world.tables.cases
    paper, open_ = cases.paper.copy(), cases.open.sum(axis=1)
    run_steps(world, "verify")
    np.testing.assert_array_equal(cases.paper, paper + cases.papered)
    np.testing.assert_array_equal(cases.open.sum(axis=1), open_ - cases.papered)
    assert (cases.papered >= cases.finished).all()
    assert not cases.open[:, 2:].any()
    assert not cases.resolved.any()


def test_every_case_is_open_resolved_or_on_paper(lived: Make) -> None:
    world = attempts(lived("task_based"))
    cases = world.tables.cases
    before, paper, closed = cases.open.sum(axis=1), cases.paper.copy(), cases.closed_year.copy()
    run_steps(world, "verify")
    went = cases.resolved + cases.papered - cases.reopened
    np.testing.assert_array_equal(cases.open.sum(axis=1), before - went)
    np.testing.assert_array_equal(cases.paper, paper + cases.papered - cases.reopened)
    np.testing.assert_array_equal(cases.closed_year, closed + went)
    assert (cases.resolved + cases.failed >= cases.finished).all()
    assert (cases.papered <= cases.failed).all()
    assert (cases.blocked <= cases.open.sum(axis=1)).all()
    assert cases.open.min() >= 0


def test_the_counts_of_open_and_overdue_cases_are_kept_up(lived: Make) -> None:
    world = lived("task_based", norm_months=2.0, phi_0=0.3, p_aud=0.5)
    cases = world.tables.cases
    for _ in range(6):
        run_steps(world, "needs", "dispatch", "effort", "deliver", "verify")
        np.testing.assert_array_equal(cases.waiting, cases.open.sum(axis=1))
        np.testing.assert_array_equal(cases.overdue, cases.open[:, 2:].sum(axis=1))
        assert cases.reopened.any()
        assert cases.papered.any()
        world.month += 1


def test_attempts_succeed_as_often_as_the_probability_says(lived: Make) -> None:
    world = attempts(lived(q_easy=0.9, q_gen=0.4, q_pro=0.8, skill_gain=0.0))
    cases = world.tables.cases
    run_steps(world, "verify")
    for h, q in ((EASY, 0.9), (HARD, 0.6)):
        n = int(cases.finished[:, :, h].sum())
        # errs about once in a million seeds
        assert abs(cases.resolved[:, :, h].sum() - n * q) < 4.9 * (n * q * (1.0 - q)) ** 0.5


def test_more_money_at_risk_closes_more_on_paper_and_audits_fewer(lived: Make) -> None:
    papered = []
    for stake, audit in ((0.0, 0.2), (0.2, 0.2), (2.0, 0.2), (2.0, 0.9)):
        world = attempts(lived(q_gen=0.0, q_pro=0.0, phi_0=0.0, p_aud=audit, alpha=3.0))
        world.tables.communities.stake_agency[:] = stake
        world.tables.communities.stake_station[:] = stake
        run_steps(world, "verify")
        papered.append(int(world.tables.cases.papered.sum()))
    assert papered[0] == 0
    assert papered[0] < papered[1] < papered[2]
    assert papered[3] < papered[2]


def test_the_stake_is_that_of_who_did_the_work(lived: Make) -> None:
    papered = []
    for by_agency in (1.0, 0.0):
        world = attempts(lived(q_gen=0.0, q_pro=0.0, q_easy=0.0, phi_0=0.0, norm_months=4.0))
        cases = world.tables.cases
        cases.open[:, 4:] = 0
        count(world)
        cases.blocked[:] = 0
        cases.finished[:] = cases.open.sum(axis=1)
        cases.by_agency[:] = by_agency
        world.tables.communities.stake_agency[:] = 0.0
        world.tables.communities.stake_station[:] = 3.0
        run_steps(world, "verify")
        papered.append(int(cases.papered.sum()))
    assert papered[0] == 0
    assert papered[1] > 0


def test_a_certain_audit_reopens_every_paper_closure_as_overdue(lived: Make) -> None:
    world = lived(p_aud=1.0, phi_0=0.0, phi_max=0.0, norm_months=3.0)
    cases = world.tables.cases
    cases.finished[:] = 0
    paper, overdue = cases.paper.copy(), cases.open[:, 3].copy()
    assert paper.sum() > 0
    run_steps(world, "verify")
    np.testing.assert_array_equal(cases.reopened, paper)
    np.testing.assert_array_equal(cases.open[:, 3], overdue + paper)
    assert not cases.paper.any()


def test_a_year_of_audits_finds_the_yearly_share(lived: Make) -> None:
    world = lived(p_aud=0.3, phi_0=0.0, phi_max=0.0)
    cases = world.tables.cases
    cases.finished[:] = 0
    cases.paper[:] = 10
    found = 0
    for _ in range(12):
        run_steps(world, "verify")
        found += int(cases.reopened.sum())
        world.month += 1
    n = 10 * cases.paper.size
    assert abs(found - 0.3 * n) < 4.9 * (n * 0.3 * 0.7) ** 0.5  # errs once in a million seeds


def test_money_at_risk_is_a_moving_mean_of_claims(lived: Make) -> None:
    world = attempts(lived(risk_memory=0.75))
    t = world.tables
    t.incentives.pay[:] = 300
    t.incentives.pot[:] = 1
    before = t.communities.at_risk.copy()
    run_steps(world, "verify")
    claims = 300 * (t.cases.resolved + t.cases.papered).sum(axis=(1, 2))
    np.testing.assert_allclose(t.communities.at_risk, 0.75 * before + 0.25 * claims)


def test_the_share_of_paper_closures_that_were_claimed_for_is_kept(lived: Make) -> None:
    world = attempts(lived(q_easy=0.0, q_gen=0.0, q_pro=0.0, phi_0=0.5, p_aud=0.0))
    cases = world.tables.cases
    cases.paper[:] = 8
    cases.claimed_share[:] = 0.25
    world.tables.incentives.pay[:] = 0
    world.tables.incentives.pay[:, 2] = 100
    world.tables.incentives.pot[:] = 1
    run_steps(world, "verify")
    claimed = np.full(cases.paper.shape, 2)
    claimed[:, 2] += cases.papered[:, 2]
    np.testing.assert_allclose(cases.claimed_share, claimed / (8 + cases.papered))
    assert cases.papered.sum() > 0


def test_a_share_of_claims_is_a_share_whatever_audits_find(lived: Make) -> None:
    world = lived("task_based", p_aud=0.9, phi_0=0.9)
    shares = world.tables.cases.claimed_share
    for _ in range(6):
        run_steps(attempts(world), "verify")
        world.tables.cases.open[:, 0] += 4
        assert shares.min() >= 0.0
        assert shares.max() <= 1.0
        world.month += 1


def test_cases_are_counted_since_january(opened: Make) -> None:
    world = opened()
    cases = world.tables.cases
    total = np.zeros_like(cases.opened_year)
    grid = np.zeros_like(total)
    for month in range(14):
        run_steps(world, "needs", "dispatch", "effort", "verify")
        if month % 12 == 0:
            total[:], grid[:] = 0, 0
        total += cases.reported + cases.found - cases.on_spot
        grid += cases.by_grid - cases.on_spot
        np.testing.assert_array_equal(cases.opened_year, total)
        np.testing.assert_array_equal(cases.grid_year, grid)
        world.month += 1
    assert grid.sum() > 0
