from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import F64
from sansheng.month import pass_months, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.residents import activity, calm, satisfaction, space_used, watched
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
    good = 3 * kinds.minutes[2, 0] + kinds.minutes[2, 1]
    bad = kinds.minutes[2, 1] + 2 * kinds.minutes[5, 0]
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


def test_helpers_are_volunteers_and_those_who_are_mobilised(opened: Make) -> None:
    world = opened()
    c = world.tables.communities
    judge(world, 0.2)
    c.mobilised[0] = 40.0
    for _ in range(24):
        run_steps(world, "residents")
    np.testing.assert_array_equal(c.helpers, c.volunteers + c.mobilised)
    assert c.helpers[0] > 40.0


def test_participation_converges_to_what_supports_it(opened: Make) -> None:
    world = opened(a_T=0.0, unit_join=0.0, unit_leave=0.0, self_growth=0.0, self_loss=0.0)
    c, groups, p = world.tables.communities, world.tables.groups, world.parameters
    judge(world, 0.5)
    here = (groups.kind == GRASSROOTS) & (groups.alive == 1) & (groups.community == 0)
    near = int(here.sum())
    assert near > 0
    trust, before = float(c.trust[0]), float(c.participation[0])
    for _ in range(12):
        run_steps(world, "residents")
    density = math.log(1.0 + 1000.0 * near / c.households[0])
    own = p.part_self * c.estates_old[0] * c.self_managed[0]
    supported = 0.15 + 0.3 * trust + 0.05 * density + 0.1 * c.activities[0] + own
    aim = 100.0 * supported
    assert c.participation[0] == pytest.approx(aim + (before - aim) * (11 / 12) ** 12)
    groups.alive[here] = 0
    run_steps(world, "residents")
    assert c.participation[0] < aim


def test_activities_need_room_and_a_circle() -> None:
    assert activity(300.0, 1000, 1.0, 30.0, 0.5) == 1.0
    assert activity(150.0, 1000, 1.0, 30.0, 0.5) == 0.5
    assert activity(150.0, 1000, 0.0, 30.0, 0.5) == 0.25
    assert activity(900.0, 1000, 1.0, 30.0, 0.5) == 1.0


@pytest.mark.parametrize(("feedback", "grows"), [(1.0, True), (0.0, False)])
def test_units_join_where_they_get_feedback_and_drop_out_where_they_do_not(
    opened: Make, feedback: float, grows: bool
) -> None:
    world = opened(unit_feedback=feedback)
    c = world.tables.communities
    judge(world, 0.7)
    path = [float(c.units_active[0])]
    for _ in range(120):
        run_steps(world, "residents")
        path.append(float(c.units_active[0]))
        assert 0.0 <= path[-1] <= 1.0
    assert (np.diff(path) > 0.0).all() == grows
    assert (np.diff(path) < 0.0).all() != grows
    speed = 0.6 if grows else 0.4
    left = 0.5 * (1.0 - speed / 12.0) ** 120
    assert path[-1] == pytest.approx(1.0 - left if grows else left)


def test_activities_use_their_own_rooms_first_and_opened_space_as_far_as_they_need_it() -> None:
    # 2,000 households ask for 600 m2 at 30 m2 for 100 households
    assert space_used(500.0, 350.0, 2_000, 30.0) == pytest.approx(250.0)
    assert space_used(100.0, 350.0, 2_000, 30.0) == 100.0
    assert space_used(500.0, 600.0, 2_000, 30.0) == 0.0
    assert space_used(0.0, 0.0, 2_000, 30.0) == 0.0


@given(st.floats(0.0, 5e3), st.floats(0.0, 5e3), st.integers(1, 20_000))
def test_more_space_than_activities_fill_is_not_used(opened: float, own: float, homes: int) -> None:
    used = space_used(opened, own, homes, 30.0)
    assert 0.0 <= used <= opened
    filled = activity(own + used, homes, 1.0, 30.0, 0.0)
    assert filled == pytest.approx(activity(own + opened, homes, 1.0, 30.0, 0.0))


def test_units_that_take_part_open_space_that_makes_room_for_activities(opened: Make) -> None:
    found = []
    for feedback in (0.0, 1.0):
        world = opened(unit_feedback=feedback, unit_space=300.0)
        c = world.tables.communities
        judge(world, 0.7)
        for _ in range(36):
            run_steps(world, "residents")
        np.testing.assert_allclose(c.idle_space, 300.0 * c.units_active * c.units_open)
        found.append((c.idle_space.sum(), c.activities.sum(), c.participation.sum()))
    assert all(low < high for low, high in zip(*found, strict=True))


def test_self_management_spreads_with_participation_and_stays_a_share(opened: Make) -> None:
    ends = []
    for participation in (0.0, 50.0, 100.0):
        world = opened(self_growth=2.0, self_loss=0.1, a_part=0.0)
        c = world.tables.communities
        judge(world, 0.7)
        c.participation[:] = participation
        for _ in range(240):
            run_steps(world, "residents")
        ends.append(float(c.self_managed[0]))
    assert ends[0] < 0.02
    assert ends[1:] == pytest.approx([1.0 / 1.1, 2.0 / 2.1], abs=1e-6)


def test_more_watchful_people_prevent_more_but_never_all() -> None:
    assert watched(0.0, 1000, 0.4, 1.0) == 0.0
    assert watched(1.0, 1000, 0.4, 1.0) == pytest.approx(0.2)
    assert watched(1e9, 1000, 0.4, 1.0) < 0.4 + 1e-9


def test_halls_calm_harmony_grids_and_volunteers_safety_self_management_both(lived: Make) -> None:
    world = lived()
    c = world.tables.communities
    c.hall[:] = 0
    c.self_managed[:] = 0.0
    world.parameters = world.parameters._replace(self_growth=0.0)

    def felt() -> tuple[F64, F64]:
        run_steps(world, "residents")
        return c.harmony.copy(), c.safety.copy()

    harmony, safety = felt()
    c.hall[:] = 1
    talked, same = felt()
    assert (talked > harmony).all()
    np.testing.assert_allclose(same, safety, rtol=1e-3)
    c.grid_staff[:] *= 3.0
    _, watched_over = felt()
    assert (watched_over > same).all()
    c.mobilised[:] += 50.0
    _, helped = felt()
    assert (helped > watched_over).all()
    c.self_managed[:] = 1.0
    calmer, safer = felt()
    assert (calmer > talked).all()
    assert (safer > helped).all()


def test_satisfaction_moves_when_half_of_the_work_is_lost_and_sticks_nowhere(lived: Make) -> None:
    means = []
    for easy in (1.0, 2.0):  # every case takes twice the hours: half of all capacity is gone
        world = lived()
        kinds = world.tables.categories
        kinds.minutes[:, 0] = (kinds.minutes[:, 0] * easy).astype(np.int64)
        kinds.minutes[:, 1] = (kinds.minutes[:, 1] * easy).astype(np.int64)
        record = make_recorder(world.month, 24, world.tables.communities.key.size)
        pass_months(world, make_rule("per_household"), record, 24)
        c = world.tables.communities
        assert np.mean((c.satisfaction > 1.0) & (c.satisfaction < 99.0)) > 0.9
        means.append(record.monthly.satisfaction / record.monthly.households)
    assert 40.0 < means[0].mean() < 90.0
    assert means[1][-12:].mean() < means[0][-12:].mean() - 5.0
    assert means[1].min() > 10.0


def test_ten_years_keep_every_stock_of_residents_inside_its_bounds(lived: Make) -> None:
    world = lived(
        a_V=1.0, a_T=0.4, self_growth=2.0, unit_feedback=1.0, part_activity=0.3, part_self=0.3
    )
    record = make_recorder(world.month, 120, world.tables.communities.key.size)
    c = world.tables.communities
    for _ in range(10):
        pass_months(world, make_rule("per_household"), record, 12)
        for name in ("trust", "perceived", "expectation", "units_active", "self_managed"):
            values = getattr(c, name)
            assert 0.0 <= values.min() <= values.max() <= 1.0, name
        for name in ("participation", "harmony", "safety", "satisfaction"):
            values = getattr(c, name)
            assert 0.0 <= values.min() <= values.max() <= 100.0, name
        assert 0.0 <= c.activities.min() <= c.activities.max() <= 1.0
        assert (c.volunteers <= 0.05 * c.households + 1e-9).all()
        assert (c.idle_space <= 200.0 * c.units_open + 1e-9).all()


def test_harmony_and_safety_fall_with_unresolved_needs_of_their_categories(lived: Make) -> None:
    world = lived()
    t = world.tables
    run_steps(world, "residents")
    harmony, safety = t.communities.harmony.copy(), t.communities.safety.copy()
    t.categories.harmony[3], t.categories.safety[3] = 1.0, 0.0
    run_steps(world, "residents")
    calmer = t.communities.harmony.copy()
    world.parameters = world.parameters._replace(a_part=0.0, self_growth=0.0, self_loss=0.0)
    for array, index in (
        (t.cases.waiting, (0, 3, 0)),
        (t.cases.latent, (1, 3, 1)),
        (t.cases.paper, (2, 3, 0)),
    ):
        array[index] += 50
    run_steps(world, "residents")
    assert (t.communities.harmony[:3] < calmer[:3]).all()
    np.testing.assert_allclose(t.communities.harmony[3:], calmer[3:], rtol=2e-3)
    p, c = world.parameters, t.communities
    talked = p.hall_settle * c.hall[1] * c.participation[1] / 100.0
    settled = p.self_settle * c.estates_old[1] * c.self_managed[1]
    felt = 50 * (1.0 - talked) * (1.0 - settled)
    loss = math.exp(-p.harm * felt / c.households[1])
    assert c.harmony[1] == pytest.approx(calmer[1] * loss, rel=1e-3)
    assert (harmony < 100.0).all()
    assert (t.communities.safety >= safety).all()
