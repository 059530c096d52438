"""Parts of the month that benchmarks write in other ways say the same."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import compiled_part, numpy_columns
from sansheng.month import PARAMETERS, open_world, pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.world import World

START = 2014 * 12


@pytest.fixture(scope="module")
def before() -> World:
    world = open_world(
        load_place("classroom", PARAMETERS), {"ladder": 0.5, "q0": 0.25}, 1, 0, START
    )
    record = make_recorder(START, 33, world.tables.communities.key.size)
    pass_months(world, make_rule("per_household"), record, 33)
    return world


@pytest.fixture(scope="module")
def luck(before: World) -> NDArray[np.float64]:
    return compiled_part.luck_of(before)


@pytest.fixture(scope="module")
def compiled(before: World) -> World:
    world = before.copy()
    compiled_part.burn_out_and_quit(world)
    assert world.tables.workers.quits.any()
    return world


def test_whole_columns_burn_out_and_quit_alike(
    before: World, luck: NDArray[np.float64], compiled: World
) -> None:
    world = before.copy()
    numpy_columns.burn_out_and_quit(world, luck)
    for name in compiled.tables.workers._fields:
        ours, theirs = getattr(compiled.tables.workers, name), getattr(world.tables.workers, name)
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9, err_msg=name)


def test_agents_of_agentpy_burn_out_and_quit_alike(
    before: World, luck: NDArray[np.float64], compiled: World
) -> None:
    pytest.importorskip("agentpy", reason="AgentPy comes with the extra bench")
    from benchmarks import agentpy_version

    model = agentpy_version.take_over(before, luck.tolist())
    model.step()
    workers = compiled.tables.workers
    for name in ("burnout", "quits", "tenure", "service", "local_tenure", "credit", "step"):
        theirs = np.array([getattr(seat, name) for seat in model.seats])
        np.testing.assert_allclose(theirs, getattr(workers, name), 1e-9, 1e-9, err_msg=name)
