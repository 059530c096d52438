"""More money is more of the same money: the envelope and what rules fix, in the past as well."""

from __future__ import annotations

import numpy as np
import pytest

from sansheng.core.scale import ONE
from sansheng.month import PARAMETERS, open_world, pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.world import World

MONTHS = 18
RULES = ("per_household", "task_based", "posts", "targeted_relief")


def lived(factor: float, rule: str, scale: int | None = None) -> World:
    world = open_world(
        load_place("classroom", PARAMETERS), {"envelope_factor": factor}, 7, 0, 2015 * 12
    )
    record = make_recorder(world.month, MONTHS, world.tables.communities.key.shape[0])
    pass_months(world, make_rule(rule), record, MONTHS, scale=scale)
    return world


@pytest.mark.parametrize("rule", RULES)
def test_a_factor_is_what_a_scale_from_the_first_month_on_is(rule: str) -> None:
    factor, scale = lived(2.5, rule), lived(1.0, rule, scale=5 * ONE // 2)
    for one, other in zip(factor.tables, scale.tables, strict=True):
        for name, mine, theirs in zip(one._fields, one, other, strict=True):
            np.testing.assert_array_equal(mine, theirs, err_msg=name)


def test_factor_and_scale_multiply_each_other() -> None:
    both, one = lived(2.0, "per_household", scale=3 * ONE // 2), lived(3.0, "per_household")
    assert both.scale == one.scale == 3 * ONE
    np.testing.assert_array_equal(both.tables.money.balance, one.tables.money.balance)


def test_twice_the_envelope_grants_each_community_twice_as_much() -> None:
    once, twice = lived(1.0, "per_household"), lived(2.0, "per_household")
    np.testing.assert_array_equal(2 * once.tables.incentives.grant, twice.tables.incentives.grant)
