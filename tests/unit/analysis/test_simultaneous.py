from __future__ import annotations

import numpy as np
import pytest

from sansheng.analysis.simultaneous import independent_level, joint_level

RNG = np.random.default_rng(11)
FAMILY = RNG.standard_normal((25, 6)) + RNG.standard_normal((25, 1))


def test_one_member_stands_at_the_level_itself() -> None:
    assert joint_level(FAMILY[:, :1], 0.95) == 0.95


def test_members_that_are_all_alike_count_as_one() -> None:
    # Within the Monte Carlo error of the directions.
    alike = joint_level(np.repeat(FAMILY[:, :1], 9, axis=1) * np.arange(1.0, 10.0), 0.95)
    assert alike == pytest.approx(0.95, abs=0.005)


def test_members_with_nothing_in_common_cost_as_much_as_independence() -> None:
    apart = RNG.standard_normal((2_000, 10))
    assert joint_level(apart, 0.95) == pytest.approx(independent_level(10, 0.95), abs=5e-4)


def test_what_is_in_common_is_not_paid_for() -> None:
    strong = 0.3 * RNG.standard_normal((60, 10)) + RNG.standard_normal((60, 1))
    assert 0.95 < joint_level(strong, 0.95) < independent_level(10, 0.95) - 0.005


def test_units_signs_effects_and_order_do_not_matter() -> None:
    level = joint_level(FAMILY, 0.95)
    turned = FAMILY[:, ::-1] * np.array([1e-9, -3.0, 1.0, -1e6, 2.0, 0.1]) + np.arange(6.0)
    assert joint_level(turned, 0.95) == pytest.approx(float(level), abs=1e-5)


def test_the_same_family_gives_the_same_bits_alone_and_among_others() -> None:
    level = joint_level(FAMILY, 0.95)
    assert joint_level(FAMILY, 0.95) == level
    many = joint_level(np.stack([FAMILY, FAMILY**3, FAMILY]), 0.95)
    assert many.shape == (3,)
    assert many[0] == many[2] == level


def test_members_that_do_not_vary_do_not_count() -> None:
    constant = np.full((25, 2), 0.1)
    assert joint_level(np.hstack([FAMILY, constant]), 0.95) == joint_level(FAMILY, 0.95)
    assert joint_level(constant, 0.95) == 0.95
    assert joint_level(np.zeros((25, 0)), 0.95) == 0.95


def test_a_member_that_lacks_pairs_still_counts() -> None:
    lacking = FAMILY.copy()
    lacking[:5, 0] = np.nan
    level = joint_level(lacking, 0.95)
    assert joint_level(FAMILY[:, 1:], 0.95) < level < independent_level(6, 0.95) + 5e-4


def test_a_higher_level_costs_more() -> None:
    assert joint_level(FAMILY, 0.99) > joint_level(FAMILY, 0.95) > 0.95
