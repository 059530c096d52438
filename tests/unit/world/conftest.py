"""What tests of the world share: parameters and places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sansheng.core.quantities import Quantity
from sansheng.processes import costs, payroll
from sansheng.world.place import Place, load_place
from sansheng.world.place_file import District
from sansheng.world.population import PARAMETERS
from sansheng.world.world import parameters_tuple, parameters_type

QUANTITIES: dict[str, Quantity] = {
    q.name: q for q in (*PARAMETERS, *costs.PARAMETERS, *payroll.PARAMETERS)
}
Parameters = parameters_type(QUANTITIES, __name__)


@pytest.fixture(scope="session")
def parameters() -> Callable[..., Any]:
    """Return a function that makes parameters from overrides."""

    def make(**overrides: float) -> Any:
        return parameters_tuple(Parameters, QUANTITIES, overrides)

    return make


@pytest.fixture(scope="session")
def chenghua() -> Place:
    return load_place("chenghua-2015")


@pytest.fixture(scope="session")
def changed() -> Callable[..., District]:
    """Return a function that gives a district other numbers."""

    def change(district: District, **values: float) -> District:
        parts = {
            name: getattr(district, name).model_copy(update={"value": value})
            for name, value in values.items()
        }
        return district.model_copy(update=parts)

    return change
