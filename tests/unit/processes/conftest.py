"""What tests of the processes share: parameters, a world before its first month and one with a past."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from sansheng.core.references import refer
from sansheng.core.tables import allocate
from sansheng.month import PARAMETERS, Parameters, open_world, pass_month
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.accounts import account_count
from sansheng.world.place import Place, load_place
from sansheng.world.schema import (
    AGES,
    GROUPS,
    LAGS,
    POOLS,
    SLOTS,
    TABLES,
    TIES,
    Tables,
)
from sansheng.world.world import World, constants

JANUARY = 2015 * 12

FEW = {
    "district": 1,
    "subdistrict": 1,
    "community": 2,
    "provider": 2,
    "association": 2,
    "worker": 12,
    "category": 2,
    "hardness": 2,
    "group": len(GROUPS),
    "age": AGES,
    "pool": POOLS,
    "lag": LAGS,
    "slot": SLOTS,
    "tie": TIES,
    "month": 12,
}
"""Rows and axes of a world that fits on a sheet of paper."""


@pytest.fixture(scope="session")
def parameters() -> Callable[..., Any]:
    """Return a function that makes parameters; limiting cases may lie outside the plausible range."""
    defaults = Parameters(**{name: q.default for name, q in PARAMETERS.items()})
    make: Callable[..., Any] = defaults._replace
    return make


@pytest.fixture(scope="session")
def record(parameters: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes parameters as kernels take them."""
    return lambda **values: constants(parameters(**values))


@pytest.fixture(scope="session")
def blank() -> Callable[..., Tables]:
    """Return a function that makes tables of zeros of a few rows, to be filled in by hand.

    They are references, as kernels take them in a run: a kernel that makes views of its arrays must not own them.
    """

    def make(**sizes: int) -> Tables:
        n = FEW | sizes
        n["account"] = account_count(n["district"], n["community"], n["provider"])
        return Tables._make(refer(allocate(table, n)) for table in TABLES)

    return make


@pytest.fixture(scope="session")
def chenghua() -> Place:
    return load_place("chenghua-2015")


@pytest.fixture(scope="session")
def opened(chenghua: Place, parameters: Callable[..., Any]) -> Callable[..., World]:
    """Return a function that makes a world before its first month."""

    def make(start: int = JANUARY, **values: float) -> World:
        world = open_world(chenghua, {}, 20150101, 3, start)
        world.parameters = parameters(**values)
        return world

    return make


@pytest.fixture(scope="session")
def lived(opened: Callable[..., World], parameters: Callable[..., Any]) -> Callable[..., World]:
    """Return a function that makes a world some months old; ``values`` hold from then on."""

    @functools.cache
    def past(rule: str, months: int) -> World:
        world = opened()
        record = make_recorder(world.start, months, world.tables.communities.key.shape[0])
        for _ in range(months):
            pass_month(world, make_rule(rule), record)
        return world

    def make(rule: str = "per_household", months: int = 14, **values: float) -> World:
        world = past(rule, months).copy()
        world.parameters = parameters(**values)
        return world

    return make
