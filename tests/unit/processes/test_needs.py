from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import F64
from sansheng.month import PARAMETERS, open_world, run_steps
from sansheng.processes.needs import (
    MOST_FOUND,
    call_probability,
    found_by_grid,
    hard_share,
    logistic,
    next_shock,
    report_probability,
    shock_factor,
)
from sansheng.world.place import Place, load_place
from sansheng.world.schema import HARD
from sansheng.world.world import World

Make = Callable[..., World]
JANUARY = 2015 * 12

SHARE = st.floats(0.0, 1.0)
ERRS = 4.9
"""Standard errors that a fair draw exceeds about once in a million seeds."""


def expected(world: World) -> F64:
    """Mean of this month's needs where no shock has struck, shape ``(community, category, 2)``."""
    p, c, kinds = world.parameters, world.tables.communities, world.tables.categories
    resident = p.lam / 12.0 * c.households[:, None] * kinds.rate
    resident = resident * (c.group_share @ kinds.group_rate.T) * kinds.season[:, world.month % 12]
    duty = p.lam_duty / 12.0 * c.duties_service[:, None] * kinds.duty_rate
    hard = [hard_share(p.p_hard, p.b_v, v, p.v_ref) for v in c.vulnerable]
    shares = np.stack([1.0 - np.array(hard), np.array(hard)], axis=1)
    mean: F64 = (resident + duty)[:, :, None] * shares[:, None, :]
    return mean


def test_the_logistic_curve_is_known_at_zero_and_symmetric() -> None:
    assert logistic(0.0) == 0.5
    assert logistic(math.log(3.0)) == pytest.approx(0.75)
    assert logistic(1.7) + logistic(-1.7) == pytest.approx(1.0)


def test_a_quarter_found_and_half_of_the_rest_called_in_are_five_eighths() -> None:
    assert report_probability(0.25, 0.5) == pytest.approx(0.625)
    # perceived odds of 3 and an elasticity of 2 make odds of 9
    assert call_probability(0.75, 0.0, 2.0) == pytest.approx(0.9)


@given(SHARE, st.floats(-1.0, 1.5))
def test_where_the_grid_finds_all_all_is_reported(perceived: float, base: float) -> None:
    assert report_probability(1.0, call_probability(perceived, base, 1.0)) == 1.0


@given(SHARE, st.floats(-1.0, 1.5))
def test_without_elasticity_nobody_minds_what_is_solved(perceived: float, base: float) -> None:
    assert call_probability(perceived, base, 0.0) == pytest.approx(logistic(base))


@given(SHARE, SHARE, SHARE, st.floats(-1.0, 1.5), st.floats(0.3, 2.0))
def test_a_community_that_solves_more_is_asked_more(
    one: float, two: float, grid: float, base: float, elasticity: float
) -> None:
    less, more = sorted((one, two))
    low = report_probability(grid, call_probability(less, base, elasticity))
    high = report_probability(grid, call_probability(more, base, elasticity))
    assert grid - 1e-12 <= low <= high <= 1.0


def test_perception_saturates_at_both_ends() -> None:
    assert call_probability(0.0, 0.1, 1.0) == call_probability(0.05, 0.1, 1.0)
    assert call_probability(1.0, 0.1, 1.0) == call_probability(0.95, 0.1, 1.0)


def test_grid_staff_find_the_default_share_at_the_reference_density() -> None:
    assert found_by_grid(0.29, 1000, 0.09, 0.29) == pytest.approx(0.09)
    assert found_by_grid(0.58, 1000, 0.09, 0.29) == pytest.approx(1.0 - 0.91**2)
    assert found_by_grid(0.0, 1000, 0.09, 0.29) == 0.0
    assert found_by_grid(5.0, 0, 0.09, 0.29) <= 1.0


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.integers(0, 10**5), st.floats(0.02, 0.4))
def test_more_grid_staff_never_find_less(
    one: float, two: float, households: int, find: float
) -> None:
    few, many = sorted((one, two))
    low = found_by_grid(few, households, find, 0.29)
    assert 0.0 <= low <= found_by_grid(many, households, find, 0.29) <= 1.0


@pytest.mark.parametrize(
    ("staff", "lam_duty"), [(0.0, 3.0), (105.0, 0.0), (105.0, 3.0), (3000.0, 3.0)]
)
def test_cases_found_by_the_grids_are_their_share_of_those_reported(
    opened: Make, staff: float, lam_duty: float
) -> None:
    world = opened(shock_sd=0.0, lam_duty=lam_duty, grid_hard=1.0)
    world.tables.categories.visible[:] = 0.5
    p, c, cases = world.parameters, world.tables.communities, world.tables.cases
    c.grid_staff[:] = staff * c.grids / c.grids.sum()
    found = [
        min(MOST_FOUND, found_by_grid(force, homes, p.grid_find, p.grid_ref))
        for force, homes in zip(c.grid_staff, c.households, strict=True)
    ]
    count, mean = 0, 0.0
    for _ in range(24):
        duty = p.lam_duty / 12.0 * c.duties_service
        mean += float(np.array(found) @ (expected(world).sum(axis=(1, 2)) - duty))
        run_steps(world, "needs")
        assert (cases.by_grid <= cases.reported).all()
        count += int(cases.by_grid.sum())
        world.month += 1
    assert abs(count - mean) <= ERRS * mean**0.5


def test_grid_staff_find_what_shows_and_hard_needs_less_often(opened: Make) -> None:
    world = opened(lam_duty=0.0, grid_hard=0.25, call_base=-1.0)
    t = world.tables
    t.categories.visible[:] = np.where(np.arange(10) % 2 == 0, 0.2, 0.6)
    found, arisen = np.zeros((10, 2)), np.zeros((10, 2))
    for _ in range(12):
        run_steps(world, "needs")
        found += t.cases.by_grid.sum(axis=0)
        arisen += t.cases.arisen.sum(axis=0)
        world.month += 1
    rates = found / arisen
    assert rates[1::2, 0].mean() / rates[::2, 0].mean() == pytest.approx(3.0, rel=0.1)
    assert rates[:, HARD].mean() / rates[:, 0].mean() == pytest.approx(0.25, rel=0.15)


def test_duties_are_never_found_by_the_grids(opened: Make) -> None:
    world = opened(lam_duty=20.0)
    world.tables.communities.households[:] = 0
    run_steps(world, "needs")
    assert world.tables.cases.reported.sum() > 0
    assert not world.tables.cases.by_grid.any()


@pytest.mark.parametrize("name", ["chenghua-2015", "tongzhou-2013"])
def test_a_grid_finds_about_as_many_cases_a_year_as_tongzhou_s_did(name: str) -> None:
    """28,172 cases of 1,809 grids [S-T04, S-T06]; 15.6 a grid and year, give or take an eighth."""
    world = open_world(load_place(name, PARAMETERS), {}, 5, 0, JANUARY)
    found = 0
    for _ in range(12):
        run_steps(world, "needs")
        found += int(world.tables.cases.by_grid.sum())
        world.month += 1
    assert found / world.tables.communities.grids.sum() == pytest.approx(15.6, rel=0.125)


def test_the_hard_share_is_the_mean_s_where_vulnerability_is_and_rises_by_half() -> None:
    assert hard_share(0.2, 0.5, 0.1, 0.1) == 0.2
    assert hard_share(0.2, 0.5, 0.2, 0.1) == pytest.approx(0.3)
    assert hard_share(0.2, 1.0, 0.0, 0.1) == 0.02
    assert hard_share(0.3, 1.0, 0.9, 0.1) == 0.6


def test_twice_as_much_complex_need_everywhere_makes_half_as_many_more_hard_cases(
    opened: Make,
) -> None:
    """The level of complex need counts, not only who has more of it than others."""
    world = opened(p_hard=0.2, b_v=0.5)
    found = []
    for share in (0.03, 0.06):
        world.tables.communities.vulnerable[:] = share
        found.append(expected(world))
    usual, needier = found
    # 0.2 at the reference of 0.03, and 0.2 x (1 + 0.5 x (0.06 / 0.03 - 1)) = 0.3 at twice as much
    assert usual[..., HARD].sum() / usual.sum() == pytest.approx(0.2)
    assert needier[..., HARD].sum() / needier.sum() == pytest.approx(0.3)
    np.testing.assert_allclose(needier.sum(axis=2), usual.sum(axis=2))


def test_a_district_with_more_complex_need_has_more_hard_cases(chenghua: Place) -> None:
    shares = []
    for v in (0.01, 0.03, 0.06):
        world = open_world(chenghua, {"v": v}, 20150101, 3, JANUARY)
        run_steps(world, "needs")
        arisen = world.tables.cases.arisen
        shares.append(arisen[..., HARD].sum() / arisen.sum())
    low, usual, high = shares
    # 0.2 x (1 + 0.5 x (v / 0.03 - 1)), up to clipping and luck
    assert low == pytest.approx(0.2 * (1.0 - 0.5 * 2.0 / 3.0), rel=0.05)
    assert usual == pytest.approx(0.2, rel=0.05)
    assert high == pytest.approx(0.3, rel=0.05)


@given(SHARE, SHARE, st.floats(0.1, 0.3), st.floats(0.0, 1.0))
def test_more_vulnerable_households_never_make_for_easier_cases(
    one: float, two: float, p_hard: float, slope: float
) -> None:
    less, more = sorted((one, two))
    low, high = hard_share(p_hard, slope, less, 0.1), hard_share(p_hard, slope, more, 0.1)
    assert 0.02 <= low <= high <= 0.6


def test_a_shock_of_middling_luck_decays() -> None:
    assert next_shock(0.4, 0.7, 0.12, 0.5) == pytest.approx(0.28)
    assert next_shock(0.0, 0.7, 0.12, 0.9) > next_shock(0.0, 0.7, 0.12, 0.6) > 0.0


def test_innovations_have_the_standard_deviation_given() -> None:
    cells = 20_000
    u = (np.arange(cells) + 0.5) / cells
    drawn = np.array([next_shock(0.0, 0.7, 0.12, x) for x in u])
    assert drawn.mean() == pytest.approx(0.0, abs=1e-12)
    assert drawn.std() == pytest.approx(0.12, rel=2e-3)


def test_a_shock_of_half_its_long_run_variance_changes_nothing() -> None:
    variance = 0.12**2 / (1.0 - 0.7**2)
    assert shock_factor(variance / 2.0, 0.7, 0.12) == pytest.approx(1.0)
    assert shock_factor(0.0, 0.0, 0.0) == 1.0
    assert shock_factor(0.2, 0.7, 0.12) > shock_factor(0.1, 0.7, 0.12)


def test_shocks_have_a_mean_factor_of_about_one_in_the_long_run() -> None:
    cells = 999
    # an AR(1) of logistic innovations, by quadrature of independent draws
    rng = np.random.default_rng(5)
    shock = np.zeros(cells)
    factors = []
    for _ in range(60):
        u = (rng.permutation(cells) + 0.5) / cells
        shock = np.array([next_shock(s, 0.7, 0.12, x) for s, x in zip(shock, u, strict=True)])
        factors.append(np.mean([shock_factor(s, 0.7, 0.12) for s in shock]))
    assert np.mean(factors[20:]) == pytest.approx(1.0, abs=0.01)


def test_without_shocks_needs_are_poisson_with_the_mean_of_the_equations(opened: Make) -> None:
    world = opened(shock_sd=0.0)
    counts, means = [], []
    for _ in range(48):
        means.append(expected(world))
        run_steps(world, "needs")
        counts.append(world.tables.cases.arisen.copy())
        world.month += 1
    count, mean = np.array(counts), np.array(means)
    assert abs(count.sum() - mean.sum()) < ERRS * mean.sum() ** 0.5
    # each cell's squared deviation over its mean has mean 1 and variance 2 + 1/mean
    some = mean > 0.0
    scores = (count[some] - mean[some]) ** 2 / mean[some]
    error = (2.0 + 1.0 / mean[some]).sum() ** 0.5
    assert abs(scores.sum() - scores.size) < ERRS * error
    # neighbouring months of a cell are independent
    z = (count - mean) / np.sqrt(np.maximum(mean, 1e-12)) * some
    assert abs((z[1:] * z[:-1]).sum()) < ERRS * z[1:].size ** 0.5


def test_shocks_make_needs_vary_more_than_poisson(opened: Make) -> None:
    world = opened(shock_sd=0.3)
    excess = 0.0
    for _ in range(24):
        mean = expected(world).sum(axis=(1, 2))
        run_steps(world, "needs")
        excess += ((world.tables.cases.arisen.sum(axis=(1, 2)) - mean) ** 2 / mean - 1.0).mean()
        world.month += 1
    assert excess / 24 > 1.0


def test_duties_bring_cases_whatever_the_households(opened: Make) -> None:
    world = opened(lam_duty=20.0)
    t = world.tables
    t.communities.households[:] = 0
    arisen, mean = 0, 0.0
    for _ in range(24):
        mean += expected(world).sum()
        run_steps(world, "needs")
        np.testing.assert_array_equal(t.cases.reported, t.cases.arisen)
        arisen += int(t.cases.arisen.sum())
        world.month += 1
    assert abs(arisen - mean) < ERRS * mean**0.5
    assert not t.cases.arisen[t.communities.duties_service == 0].any()


def test_every_need_that_arose_is_open_latent_on_paper_or_gone(lived: Make) -> None:
    world = lived("task_based")
    cases = world.tables.cases
    for _ in range(6):
        before = cases.open.sum(axis=1) + cases.latent + cases.paper
        run_steps(world, "needs")
        after = cases.open.sum(axis=1) + cases.latent + cases.paper
        np.testing.assert_array_equal(after, before + cases.arisen - cases.gone)
        assert (cases.reported <= cases.arisen).all()
        assert min(cases.latent.min(), cases.open.min(), cases.paper.min()) >= 0
        assert (cases.blocked <= cases.open.sum(axis=1)).all()
        world.month += 1
    assert cases.lapsed.sum() > 0


def test_residents_who_see_more_solved_report_more_of_the_same_needs(lived: Make) -> None:
    reported = []
    for perceived in (0.1, 0.5, 0.9):
        world = lived()
        world.tables.communities.perceived[:] = perceived
        run_steps(world, "needs")
        reported.append(int(world.tables.cases.reported.sum()))
        assert world.tables.cases.arisen.sum() > reported[-1]
    assert reported == sorted(set(reported))


@pytest.mark.parametrize("lapse", [0.0, 1.0])
def test_none_or_all_overdue_cases_lapse_at_the_limits(lived: Make, lapse: float) -> None:
    world = lived(lapse=lapse, norm_months=2.0)
    cases = world.tables.cases
    overdue = cases.open[:, 1:].sum(axis=1)
    run_steps(world, "needs")
    np.testing.assert_array_equal(cases.lapsed, overdue * lapse)
    np.testing.assert_array_equal(cases.open[:, 2:].sum(axis=1), overdue * (1.0 - lapse))


def test_half_of_what_lapses_turns_latent(lived: Make) -> None:
    world = lived(lapse=1.0, latent_exit=0.0, paper_return=0.0, lam=0.0, lam_duty=0.0)
    cases = world.tables.cases
    latent = cases.latent.sum()
    run_steps(world, "needs")
    lapsed = int(cases.lapsed.sum())
    assert lapsed > 500
    assert abs(cases.latent.sum() - latent - lapsed / 2) < ERRS * (lapsed / 4) ** 0.5


def test_what_is_closed_on_paper_comes_back_as_a_latent_need(lived: Make) -> None:
    world = lived(lapse=0.0, latent_exit=0.0, paper_return=1.0, lam=0.0, lam_duty=0.0)
    cases = world.tables.cases
    paper, latent = cases.paper.copy(), cases.latent.copy()
    assert paper.sum() > 0
    run_steps(world, "needs")
    np.testing.assert_array_equal(cases.latent, latent + paper)
    assert not cases.paper.any()


def test_grid_staff_find_their_share_of_residents_needs(opened: Make) -> None:
    world = opened(lam_duty=0.0, grid_hard=1.0)
    world.tables.categories.visible[:] = 0.5
    p = world.parameters
    found = arisen = 0
    for _ in range(24):
        run_steps(world, "needs")
        cases = world.tables.cases
        assert (cases.by_grid <= cases.reported).all()
        found += int(cases.by_grid.sum())
        arisen += int(cases.arisen.sum())
        world.month += 1
    error = math.sqrt(p.grid_find * (1.0 - p.grid_find) / arisen)
    assert abs(found / arisen - p.grid_find) < ERRS * error


def test_without_grid_staff_every_case_is_a_call(opened: Make) -> None:
    world = opened(grid_find=0.0)
    run_steps(world, "needs")
    assert world.tables.cases.reported.sum() > 0
    assert world.tables.cases.by_grid.sum() == 0
