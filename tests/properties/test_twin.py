"""The month written a second time, as objects and from the protocol, says the same to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.mesa_twin import COVERED, MonthModel, give_back, take_over
from benchmarks.mesa_twin.accounts import share_out
from benchmarks.mesa_twin.community import Community
from benchmarks.mesa_twin.handover import read
from benchmarks.mesa_twin.luck import poisson
from sansheng.core import streams
from sansheng.core.ledger import open_month, split_fen
from sansheng.month import MONTH, PARAMETERS, open_world, pass_months, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.enact import enact
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.processes import appropriate
from sansheng.world.place import load_place
from sansheng.world.world import World

JANUARY = 2014 * 12

LEVERS = {
    "allowance": 600.0,
    "training": 0.3,
    "project_pay": 300.0,
    "award": 2000.0,
    "outsourced": 0.2,
    "ladder": 0.5,
    "ladder_months": 24.0,
    "k_sen": 0.5,
    "station_share": 0.2,
    "move_share": 0.3,
    "split": 0.5,
    "ranking": 0.8,
    "peers": 0.5,
    "registration": 0.8,
    "incubation": 0.5,
    "steer": 1.0,
    "hubs_added": 1.0,
    "unit_tasks": 6.0,
    "online_release": 0.3,
    "online_saves": 0.3,
    "app_report": 0.2,
    "volunteer_credit": 0.1,
    "price_index": 0.5,
}
"""Parameters of levers that are nothing by default, so that everything happens."""


def world_of(place: str, months: int, parameters: Mapping[str, float] | None = None) -> World:
    """Return a world after so many months under money per household."""
    world = open_world(load_place(place, PARAMETERS), parameters or {}, 1, 0, JANUARY)
    if months:
        record = make_recorder(JANUARY, months, world.tables.communities.key.size)
        pass_months(world, make_rule("per_household"), record, months)
    return world


def open_the_month(world: World, rule: Rule, *, new_rule: bool) -> None:
    """Open the month's books, in January the year's, and ask the rule if it is its turn."""
    open_month(world.references.money)
    world.tables.money.returned[:] = 0
    new_year = world.month % 12 == 0
    if new_year:
        appropriate.open_year(world)
    if new_year or new_rule:
        enact(world, rule)
        appropriate.open_period(world)


def differences(compiled: World, objects: World) -> list[str]:
    """Return where columns differ: whole numbers at all, others by more than rounding."""
    found = []
    for ours, theirs in zip(compiled.tables, objects.tables, strict=True):
        for name in ours._fields:
            a, b = getattr(ours, name), getattr(theirs, name)
            same = np.isclose(a, b, rtol=1e-9, atol=1e-9) if a.dtype.kind == "f" else a == b
            if not same.all():
                where = f"{type(ours).__name__}.{name}{np.argwhere(~same)[0].tolist()}"
                found.append(f"{where}: {a[~same][0]} compiled, {b[~same][0]} as objects")
    return found


def copy_over(source: World, target: World) -> None:
    """Let a world say what another says."""
    for ours, theirs in zip(source.tables, target.tables, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            b[...] = a
    target.month = source.month


def step_by_step(world: World, rule: str, months: int) -> Iterator[str]:
    """Run months both ways, each step from the same state, and tell where they differ."""
    objects, made = world.copy(), make_rule(rule)
    model = take_over(objects)
    for month in range(months):
        open_the_month(world, made, new_rule=month == 0)
        for name in COVERED:
            copy_over(world, objects)
            read(model, objects)
            model.run(name)
            give_back(model, objects)
            run_steps(world, name)
            yield from (f"month {month}, {name}: {text}" for text in differences(world, objects))
        world.month += 1


def test_every_step_of_the_month_stands_twice() -> None:
    assert tuple(step.name for step in MONTH) == COVERED


@pytest.mark.parametrize("rule", ["per_household", "task_based"])
def test_a_year_is_the_same_step_by_step(rule: str) -> None:
    assert not list(step_by_step(world_of("classroom", 12), rule, 13))


@pytest.mark.parametrize("rule", ["special_fund", "performance_award", "tender", "posts"])
def test_half_a_year_is_the_same_under_rules_that_pay_otherwise(rule: str) -> None:
    assert not list(step_by_step(world_of("classroom", 18), rule, 6))


def test_a_year_is_the_same_with_every_lever_pulled() -> None:
    assert not list(step_by_step(world_of("classroom", 12, LEVERS), "task_based", 13))


def test_the_first_months_of_a_district_are_the_same() -> None:
    assert not list(step_by_step(world_of("chenghua-2015", 0), "task_based", 1))


@pytest.mark.parametrize("rule", ["per_household", "task_based"])
def test_a_year_is_the_same_when_each_goes_its_own_way(rule: str) -> None:
    world = world_of("classroom", 12)
    made = make_rule(rule)
    open_the_month(world, made, new_rule=True)
    objects = world.copy()
    model = take_over(objects)
    for month in range(12):
        if month:
            open_the_month(world, made, new_rule=False)
            model.open_month()
        for name in COVERED:
            model.run(name)
        run_steps(world, *COVERED)
        give_back(model, objects)
        assert not differences(world, objects), f"month {month}"
        world.month += 1
        model.month += 1


def test_a_fault_in_one_of_the_two_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Community.false_closure

    def wrong(self: Community, stake: float) -> float:
        return right(self, stake) * 1.1

    monkeypatch.setattr(Community, "false_closure", wrong)
    found = list(step_by_step(world_of("classroom", 12), "per_household", 1))
    assert found
    assert all(", verify: " in text for text in found)


def test_what_is_taken_over_is_given_back() -> None:
    world = world_of("classroom", 18)
    objects = world.copy()
    for table in objects.tables[:12]:
        for column in table:
            column[...] = 0
    model: MonthModel = take_over(world)
    give_back(model, objects)
    constant = {"Workers.employer"}
    found = [text for text in differences(world, objects) if text.split("[")[0] not in constant]
    assert not found


@given(u=st.floats(1e-9, 1 - 1e-9), mean=st.floats(0.0, 400.0))
def test_counts_come_from_luck_alike(u: float, mean: float) -> None:
    assert poisson(u, mean) == streams.poisson(u, mean)


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_fen_are_shared_alike(total: int, weights: list[int]) -> None:
    shares: Any = split_fen(total, np.array(weights, dtype=np.float64))
    assert share_out(total, weights) == shares.tolist()
