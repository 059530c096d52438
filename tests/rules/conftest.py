"""What tests of rules share."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.policy.view import View


@pytest.fixture(scope="session")
def small(project: Path) -> Iterator[ModuleType]:
    """The module that makes small worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "properties"))
        yield importlib.import_module("small_world")


@pytest.fixture
def view() -> Callable[..., View]:
    """Makes what an official sees of five unequal communities."""

    def make(**changes: Any) -> View:
        seen: dict[str, Any] = {
            "budget": 1_234_567,
            "months": 12,
            "households": np.array([200, 1000, 3333, 7, 5460], np.int64),
            "duties_service": np.array([40, 55, 70, 20, 61], np.int32),
            "duties_admin": np.array([50, 45, 33, 20, 9], np.int32),
            "staff": np.array([4, 6, 11, 4, 20], np.int32),
            "closed_last": np.arange(5 * 3 * 2, dtype=np.int32).reshape(5, 3, 2),
            "standard_minutes": np.array([[300.0, 900.0], [420.0, 1260.0], [60.0, 180.0]]),
            "granted_last": np.array([80_000, 210_000, 310_500, 4_321, 600_000], np.int64),
            "months_last": 12,
            "residents_by_group": np.arange(100, 130, dtype=np.int64).reshape(5, 6),
            "premises_missing": np.array([150.0, 0.0, 33.3, 350.0, 0.0]),
            "groups": np.array([4, 9, 31, 0, 20], np.int64),
            "estate_age": np.array([31.0, 12.0, 25.5, 3.0, 18.0]),
            "need_seen": np.array([0.71, 0.38, 0.44, 0.9, 0.29]),
            "gap_seen": np.array([0.2, 0.05, 0.0, 0.31, 0.11]),
        }
        return View(**{**seen, **changes})

    return make
