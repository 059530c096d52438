"""Every column is written by its owner and by those it declares beside it, and by nobody else.

What the source says (:mod:`writers`) is compared with what columns declare; that it says so rightly is seen by
letting steps run and looking which columns have changed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.core.tables import columns
from sansheng.month import MONTH, PARAMETERS, Parameters, open_world, pass_month, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.schema import TABLES, Tables
from sansheng.world.world import World

COLUMNS = {f"{table.__name__}.{info.name}": info for table in TABLES for info in columns(table)}
MADE_ONLY = {"population"}
"""Owners of what nobody writes once the world is made."""

NOT_OF_A_STEP = {*MADE_ONLY, "policy"}

IN_FORCE = {
    "outsourced": 0.3,
    "project_pay": 300.0,
    "award": 2000.0,
    "allowance": 400.0,
    "training": 0.5,
    "split": 0.5,
    "unit_tasks": 2.0,
    "price_index": 1.0,
    "ladder": 1.0,
    "ranking": 1.0,
    "incubation": 0.5,
    "p_aud": 0.5,
    "p_late": 0.3,
    "n_x": 0.3,
    "q0_org": 1.0,
    "move_share": 0.8,
    "owed_limit": 0.3,
}
"""Parameters that put what is off by default into force, so that every part of a step has something to do."""


@pytest.fixture(scope="module")
def tool(project: Path) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tools"))
        yield importlib.import_module("writers")


@pytest.fixture(scope="module")
def functions(tool: ModuleType) -> Mapping[tuple[str, str], object]:
    read: Mapping[tuple[str, str], object] = tool.read_package()
    return read


@pytest.fixture(scope="module")
def found(tool: ModuleType, functions: object) -> Mapping[str, set[str]]:
    writers: Mapping[str, set[str]] = tool.writers(functions)
    return writers


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_written_by_its_owner_and_its_declared_co_writers_alone(
    name: str, found: Mapping[str, set[str]]
) -> None:
    column = COLUMNS[name].column
    assert column.owner not in column.also
    assert list(column.also) == sorted(set(column.also))
    assert {column.owner, *column.also} - MADE_ONLY == found.get(name, set())


def changed(before: Tables, after: Tables) -> set[str]:
    return {
        f"{type(old).__name__}.{name}"
        for old, new in zip(before, after, strict=True)
        for name in old._fields
        if getattr(old, name).tobytes() != getattr(new, name).tobytes()
    }


@pytest.fixture(scope="module")
def busy() -> Callable[[], World]:
    """A function that makes a small world in which everything that can happen does."""
    place = load_place("classroom", PARAMETERS)

    def make() -> World:
        world = open_world(place, {}, 7, 0, 2015 * 12)
        defaults = {name: q.default for name, q in PARAMETERS.items()}
        world.parameters = Parameters(**(defaults | IN_FORCE))
        return world

    return make


def test_a_step_that_runs_changes_no_column_that_its_source_does_not_write(
    busy: Callable[[], World], tool: ModuleType, functions: object
) -> None:
    seen: dict[str, set[str]] = {step.name: set() for step in MONTH}
    for rule in ("task_based", "special_fund", "performance_award"):
        world = busy()
        record = make_recorder(world.month, 30, world.tables.communities.key.size)
        for _ in range(30):
            pass_month(world, make_rule(rule), record)
            trial = world.copy()
            for step in MONTH:
                before = trial.copy().tables
                run_steps(trial, step.name)
                seen[step.name] |= changed(before, trial.tables)
    for step, names in seen.items():
        assert names, step
        assert names <= set(tool.written_by(functions, f"processes.{step}")), step
    owned = {name for name, info in COLUMNS.items() if info.column.owner not in NOT_OF_A_STEP}
    assert len(set().union(*seen.values())) > 0.9 * len(owned), "most have moved"


def test_what_nobody_owns_after_the_start_stays_through_a_year(busy: Callable[[], World]) -> None:
    world = busy()
    before = world.copy().tables
    record = make_recorder(world.month, 13, world.tables.communities.key.size)
    for _ in range(13):
        pass_month(world, make_rule("per_household"), record)
    made = {name for name, info in COLUMNS.items() if info.column.owner in MADE_ONLY}
    assert len(made) > 40
    assert changed(before, world.tables) & made == set()


SAMPLE = """
from sansheng.core.views import flat
from sansheng.world.schema import Cases, Communities, Money, Workers
from sansheng.world.world import World

def by_name(workers: Workers) -> None:
    workers.owed[0] = 1
    workers.tenure[:] += 1

def by_another_name(communities: Communities, cases: Cases) -> None:
    c, (open_, seen) = communities, (flat(cases.open[0]), cases.found)
    c.plan[:], c.lot[0] = 0, 1
    open_[0] -= 1

def helper(row, other) -> None:
    row[0] = other[0]

def by_handing_on(cases: Cases) -> None:
    helper(other=cases.arisen, row=flat(cases.latent[0]))

def for_a_world(world: World) -> None:
    t = world.tables
    by_handing_on(t.cases)
    for name, column in t.terms._asdict().items():
        column[0] = 0

def reads_only(money: Money) -> int:
    total = 0
    total += money.balance[0]
    return total
"""

EXPECTED = {
    "by_name": {"Workers.owed", "Workers.tenure"},
    "by_another_name": {"Communities.plan", "Communities.lot", "Cases.open"},
    "helper": set(),
    "by_handing_on": {"Cases.latent"},
    "reads_only": set(),
}


def test_a_write_is_seen_by_any_name_and_through_whoever_is_handed_the_column(
    tool: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "sample.py").write_text(SAMPLE, encoding="utf-8")
    read = tool.read_package(tmp_path)
    writes = {name: {write.column for write in read["sample", name].writes} for name in EXPECTED}
    assert writes == EXPECTED
    terms = {name for name in COLUMNS if name.startswith("Terms.")}
    assert {w.column for w in read["sample", "for_a_world"].writes} == terms | {"Cases.latent"}
