from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.residents import calm, satisfaction
from sansheng.world.schema import GRASSROOTS
from sansheng.world.world import World

Make = Callable[..., World]

SHARE = st.floats(0.0, 1.0)


def judge(world: World, performance: float) -> None:
    """Let exactly this share of a community's outcomes have met a need, every month."""
    cases = world.tables.cases
    for array in (cases.resolved, cases.failed, cases.lapsed):
        array[:] = 0
    cases.resolved[:, 0, 0] = round(100 * performance)
    cases.failed[:, 0, 0] = 100 - round(100 * performance)


def test_what_falls_short_of_expectation_disappoints() -> None:
    assert satisfaction(0.6, 0.8, 0.5, 0.5, 0.3) == pytest.approx(58.0)
    assert satisfaction(0.6, 0.6, 0.5, 0.5, 0.3) == pytest.approx(68.0)


def test_satisfaction_stays_on_its_scale() -> None:
    assert satisfaction(1.0, 0.0, 0.8, 0.7, 0.5) == 100.0
    assert satisfaction(0.0, 1.0, 0.5, 0.7, 0.5) == 0.0


@given(SHARE, SHARE, SHARE)
def test_residents_like_performance_and_mind_high_expectations(
    one: float, two: float, other: float
) -> None:
    low, high = sorted((one, two))
    assert satisfaction(low, other, 0.5, 0.5, 0.3) <= satisfaction(high, other, 0.5, 0.5, 0.3)
    assert satisfaction(other, high, 0.5, 0.5, 0.3) <= satisfaction(other, low, 0.5, 0.5, 0.3)


def test_calm_halves_with_every_so_many_unresolved_needs() -> None:
    assert calm(0.0, 1000, 4.0) == 100.0
    assert calm(1000 * math.log(2.0) / 4.0, 1000, 4.0) == pytest.approx(50.0)
    assert calm(0.0, 0, 4.0) == 100.0


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.integers(0, 10**4))
def test_more_unresolved_needs_never_calm(one: float, two: float, households: int) -> None:
    few, many = sorted((one, two))
    assert 0.0 <= calm(many, households, 4.0) <= calm(few, households, 4.0) <= 100.0


def test_performance_weighs_outcomes_by_the_work_they_take(opened: Make) -> None:
    world = opened()
    cases, kinds = world.tables.cases, world.tables.categories
    judge(world, 0.0)
    cases.failed[0] = 0
    cases.resolved[0, 2] = (3, 1)
    cases.failed[0, 2, 1] = 1
    cases.lapsed[0, 5, 0] = 2
    good = 3 * kinds.easy_minutes[2] + kinds.hard_minutes[2]
    bad = kinds.hard_minutes[2] + 2 * kinds.easy_minutes[5]
    run_steps(world, "residents")
    assert world.tables.communities.performance[0] == pytest.approx(good / (good + bad))
    assert world.tables.communities.performance[1] == 0.0


def test_a_month_without_outcomes_leaves_performance_as_it_was(opened: Make) -> None:
    world = opened()
    judge(world, 0.0)
    world.tables.cases.failed[:] = 0
    world.tables.communities.performance[:] = 0.37
    run_steps(world, "residents")
    assert (world.tables.communities.performance == 0.37).all()


@pytest.mark.parametrize("performance", [0.0, 0.4, 1.0])
def test_expectation_trust_and_perception_converge_in_closed_form(
    opened: Make, performance: float
) -> None:
    world = opened(a_E=0.3, a_T=0.12, a_P=2.4)
    c = world.tables.communities
    judge(world, performance)
    start = {name: getattr(c, name).copy() for name in ("expectation", "trust", "perceived")}
    for _ in range(18):
        run_steps(world, "residents")
    for name, yearly in (("expectation", 0.3), ("trust", 0.12), ("perceived", 2.4)):
        left = (1.0 - yearly / 12.0) ** 18
        np.testing.assert_allclose(
            getattr(c, name), performance + (start[name] - performance) * left
        )


def test_satisfaction_is_judged_before_expectations_adapt(opened: Make) -> None:
    world = opened()
    c, p = world.tables.communities, world.parameters
    judge(world, 0.7)
    expected = c.expectation.copy()
    run_steps(world, "residents")
    for row in (0, 50, 107):
        points = satisfaction(c.performance[row], expected[row], p.s0, p.b1, p.b2)
        assert c.satisfaction[row] == points


def test_volunteers_stay_at_the_reference_and_follow_trust(opened: Make) -> None:
    changes = []
    for trust in (0.3, 0.6, 0.9):
        world = opened(a_T=0.0, trust_ref=0.6, a_V=0.6)
        c = world.tables.communities
        judge(world, 0.5)
        c.trust[:] = trust
        c.volunteers[:] = 20.0
        run_steps(world, "residents")
        changes.append(c.volunteers[0] - 20.0)
    assert changes == pytest.approx([-0.3, 0.0, 0.3])


def test_volunteers_never_exceed_one_in_twenty_households(opened: Make) -> None:
    world = opened(a_V=1.0, a_T=0.0)
    c = world.tables.communities
    judge(world, 1.0)
    c.trust[:] = 1.0
    for _ in range(240):
        run_steps(world, "residents")
    assert (c.volunteers <= 0.05 * c.households).all()
    assert c.volunteers[0] == pytest.approx(0.05 * c.households[0])


def test_participation_converges_to_what_trust_and_groups_support(opened: Make) -> None:
    world = opened(a_T=0.0)
    c, providers = world.tables.communities, world.tables.providers
    judge(world, 0.5)
    here = (providers.kind == GRASSROOTS) & (providers.alive == 1) & (providers.community == 0)
    groups = int(here.sum())
    assert groups > 0
    trust, before = float(c.trust[0]), float(c.participation[0])
    for _ in range(12):
        run_steps(world, "residents")
    density = math.log(1.0 + 1000.0 * groups / c.households[0])
    aim = 100.0 * (0.2 + 0.3 * trust + 0.05 * density)
    assert c.participation[0] == pytest.approx(aim + (before - aim) * (11 / 12) ** 12)
    providers.alive[here] = 0
    run_steps(world, "residents")
    assert c.participation[0] < aim


def test_harmony_and_safety_fall_with_unresolved_needs_of_their_categories(lived: Make) -> None:
    world = lived()
    t = world.tables
    run_steps(world, "residents")
    harmony, safety = t.communities.harmony.copy(), t.communities.safety.copy()
    t.categories.harmony[3], t.categories.safety[3] = 1.0, 0.0
    run_steps(world, "residents")
    calmer = t.communities.harmony.copy()
    for array, index in (
        (t.cases.open, (0, 3, 0, 2)),
        (t.cases.latent, (1, 3, 1)),
        (t.cases.paper, (2, 3, 0)),
    ):
        array[index] += 50
    run_steps(world, "residents")
    assert (t.communities.harmony[:3] < calmer[:3]).all()
    np.testing.assert_array_equal(t.communities.harmony[3:], calmer[3:])
    loss = math.exp(-world.parameters.harm * 50 / t.communities.households[1])
    assert t.communities.harmony[1] == pytest.approx(calmer[1] * loss)
    assert (harmony < 100.0).all()
    assert (t.communities.safety >= safety).all()
