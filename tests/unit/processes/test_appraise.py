from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.appraise import next_skill, next_target, places_in_line, rate
from sansheng.world.schema import EASY
from sansheng.world.world import World, constants

Make = Callable[..., World]
SHARE = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def ratchet(parameters: Callable[..., Any]) -> Any:
    return constants(parameters(lam_r=0.5, ratchet_up=0.01))


def test_half_of_last_years_result_goes_into_the_target(ratchet: Any) -> None:
    assert next_target(0.9, 0.8, 0.7, 0.0, ratchet) == pytest.approx(0.86)
    assert next_target(0.9, 0.8, 0.7, 1.0, ratchet) == pytest.approx(0.81)
    assert next_target(0.98, 1.0, 1.0, 0.0, ratchet) == 0.99


def test_under_a_ratchet_good_work_raises_the_bar_and_a_benchmark_on_peers_does_not(
    ratchet: Any,
) -> None:
    assert next_target(0.8, 0.9, 0.7, 0.0, ratchet) > next_target(0.8, 0.8, 0.7, 0.0, ratchet)
    assert next_target(0.8, 0.9, 0.7, 1.0, ratchet) == next_target(0.8, 0.8, 0.7, 1.0, ratchet)


def test_skill_under_constant_pressure_follows_its_closed_form() -> None:
    skill, learn = 0.3, 0.4
    for _ in range(36):
        skill = next_skill(skill, 0.3, 1.5, learn, 0.0)
    assert skill == pytest.approx(1.0 - 0.7 * (1.0 - 0.4 * 1.5 / 12.0) ** 36)


def test_skill_without_ranking_slips_back_to_what_it_was() -> None:
    skill = 0.9
    for _ in range(24):
        skill = next_skill(skill, 0.4, 0.0, 0.5, 0.3)
    assert skill == pytest.approx(0.4 + 0.5 * (1.0 - 0.3 / 12.0) ** 24)


@given(SHARE, SHARE, st.floats(0.0, 2.0), st.floats(0.0, 1.5), st.floats(0.0, 0.5))
def test_skill_stays_a_share_and_more_pressure_never_teaches_less(
    skill: float, base: float, pressure: float, learn: float, forget: float
) -> None:
    after = next_skill(skill, base, pressure, learn, forget)
    assert 0.0 <= after <= 1.0
    assert after >= next_skill(skill, base, 0.0, learn, forget) - 1e-12


def test_places_run_from_nothing_for_the_best_to_one_for_the_last_of_each_district() -> None:
    score = np.array([0.5, 0.9, 0.1, 0.7, 0.2])
    district = np.array([0, 0, 0, 1, 1], np.int32)
    assert places_in_line(score, district, 2).tolist() == [0.5, 0.0, 1.0, 0.0, 1.0]
    assert places_in_line(score[:1], district[:1], 1).tolist() == [0.0]


@given(st.lists(SHARE, min_size=2, max_size=20, unique=True), st.randoms(use_true_random=False))
def test_places_follow_scores_and_not_rows(scores: list[float], random: Any) -> None:
    shuffled = scores.copy()
    random.shuffle(shuffled)
    zero = np.zeros(len(scores), np.int32)
    one = dict(zip(scores, places_in_line(np.array(scores), zero, 1), strict=True))
    other = dict(zip(shuffled, places_in_line(np.array(shuffled), zero, 1), strict=True))
    assert one == other


def test_where_nothing_happened_nothing_went_wrong() -> None:
    assert rate(0.0, 0.0) == 1.0
    assert rate(3.0, 1.0) == 0.75


def test_a_known_score(opened: Make) -> None:
    world = opened()
    t = world.tables
    t.cases.open[0, 0, 2, EASY], t.cases.open[0, 5, 2, EASY] = 6, 2
    t.cases.resolved[0, 1, EASY], t.cases.papered[0, 1, EASY] = 5, 1
    t.cases.returned[0, 1, EASY], t.cases.lapsed[0, 3, EASY] = 3, 1
    t.communities.satisfaction[0] = 70.0
    run_steps(world, "appraise")
    assert t.communities.score[0] == pytest.approx(0.3 * 0.75 + 0.35 * 0.6 + 0.35 * 0.7)


def test_effort_spent_on_appearances_scores(opened: Make) -> None:
    world = opened(g=0.4)
    c = world.tables.communities
    c.satisfaction[:] = 70.0
    c.show[:3] = (0.0, 0.1, 1.0)
    run_steps(world, "appraise")
    plain = c.score[0]
    assert c.score[1] - plain == pytest.approx(0.35 * 0.04)
    assert c.score[2] - plain == pytest.approx(0.35 * 0.3), "nobody reports more than 100"


@pytest.mark.parametrize("ranking", [0.0, 1.0])
def test_pressure_comes_from_ranking_and_from_missing_the_target(
    opened: Make, ranking: float
) -> None:
    world = opened(start=2015 * 12 + 3, ranking=ranking, target_weight=2.0)
    t = world.tables
    t.communities.target[:] = 0.9
    t.cases.resolved[:, 0, EASY] = 8
    t.cases.returned[:, 0, EASY] = 2
    t.communities.satisfaction[:] = np.linspace(90.0, 50.0, 108)
    run_steps(world, "appraise")
    np.testing.assert_allclose(t.communities.pressure, 0.2 + ranking * np.arange(108) / 107.0)


def test_targets_are_set_in_january_and_the_year_counts_anew(opened: Make) -> None:
    world = opened(start=2015 * 12, lam_r=0.5, ratchet_up=0.0)
    c = world.tables.communities
    c.target[:], c.good_year[:], c.bad_year[:] = 0.9, 70.0, 30.0
    run_steps(world, "appraise")
    np.testing.assert_allclose(c.target, 0.8)
    assert not c.good_year.any()
    world.month += 1
    run_steps(world, "appraise")
    np.testing.assert_allclose(c.target, 0.8)


def test_ranked_cadres_learn_and_those_ranked_last_learn_most(opened: Make) -> None:
    grown = []
    for ranking in (0.0, 0.5, 1.0):
        world = opened(ranking=ranking, learn=0.5)
        t = world.tables
        t.subdistricts.skill[:] = t.subdistricts.skill_base[:] = 0.4
        t.communities.satisfaction[:] = 90.0 - t.communities.subdistrict
        run_steps(world, "appraise")
        grown.append(t.subdistricts.skill.mean())
        if ranking:
            assert t.subdistricts.skill[-1] > t.subdistricts.skill[0] > 0.4
    assert grown == sorted(set(grown))


def test_targets_pressure_and_skill_stay_in_range_for_ten_years(lived: Make) -> None:
    for ranking in (0.0, 1.0):
        world = lived(ranking=ranking, ratchet_up=0.05)
        t = world.tables
        for _ in range(120):
            run_steps(world, "needs", "effort", "deliver", "verify", "residents", "appraise")
            world.month += 1
        assert t.communities.target.min() > 0.2
        assert t.communities.target.max() <= 0.99
        assert 0.0 <= t.communities.pressure.min() <= t.communities.pressure.max() <= 5.0
        assert t.communities.pressure.max() > 0.01, "targets and rankings press nobody"
        assert t.subdistricts.skill.max() <= 1.0
