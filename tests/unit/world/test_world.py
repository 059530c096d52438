import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.world.place import Place
from sansheng.world.population import PARAMETERS, build_world
from sansheng.world.world import parameters_tuple, parameters_type

QUANTITIES = {q.name: q for q in PARAMETERS}
Parameters = parameters_type(QUANTITIES, __name__)


def test_parameters_are_the_defaults_except_where_overridden() -> None:
    values = parameters_tuple(Parameters, QUANTITIES, {"psi": 0.25})
    assert values.psi == 0.25
    assert all(
        getattr(values, name) == q.default for name, q in QUANTITIES.items() if name != "psi"
    )


def test_parameters_hold_floats_whatever_the_override_is() -> None:
    values = parameters_tuple(Parameters, QUANTITIES, {"psi": 1})
    assert all(type(value) is float for value in values)


def test_the_parameters_class_is_found_again_by_its_module() -> None:
    values = parameters_tuple(Parameters, QUANTITIES, {})
    assert type(pickle.loads(pickle.dumps(values))) is Parameters  # noqa: S301 - made here


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf])
def test_a_parameter_outside_its_range_is_refused_with_the_range(value: float) -> None:
    with pytest.raises(BadInput, match=r"psi = .*allowed: 0 to 1"):
        parameters_tuple(Parameters, QUANTITIES, {"psi": value})


def test_an_unknown_parameter_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadInput, match="'sigma_h'; did you mean 'sigma_H'"):
        parameters_tuple(Parameters, QUANTITIES, {"sigma_h": 0.8})


def test_a_copy_of_a_world_has_the_same_values_and_its_own_memory(
    chenghua: Place, parameters: Callable[..., Any]
) -> None:
    world = build_world(chenghua, parameters(), 1, 2, 24180)
    branch = world.copy()
    assert (branch.place, branch.key, branch.start, branch.month) == (
        world.place,
        world.key,
        24180,
        24180,
    )
    for table, other in zip(world.tables, branch.tables, strict=True):
        assert type(table) is type(other)
        for array, copied in zip(table, other, strict=True):
            np.testing.assert_array_equal(array, copied)
            assert not np.shares_memory(array, copied)
    branch.month += 1
    branch.tables.communities.volunteers[0] += 1.0
    assert world.month == 24180
    assert world.tables.communities.volunteers[0] + 1.0 == branch.tables.communities.volunteers[0]
