import copy
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest

from sansheng.world.agents import (
    CommunityAgent,
    GroupAgent,
    ProviderAgent,
    Roster,
    WorkerAgent,
    agents_of,
)
from sansheng.world.place import Place
from sansheng.world.population import build_world
from sansheng.world.schema import HUB
from sansheng.world.world import World


@pytest.fixture
def world(chenghua: Place, parameters: Callable[..., Any]) -> World:
    return build_world(chenghua, parameters(), 1, 0, 24180)


@pytest.fixture
def model() -> mesa.Model:
    return mesa.Model(rng=1)


@pytest.fixture
def roster(model: mesa.Model, world: World) -> Roster:
    return agents_of(model, world)


def the(model: mesa.Model, kind: type[mesa.Agent], row: int) -> Any:
    return next(agent for agent in model.agents_by_type[kind] if agent.row == row)


def test_there_is_an_agent_for_every_community_living_organisation_and_person(
    model: mesa.Model, world: World, roster: Roster
) -> None:
    t = world.tables
    counts = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    assert counts == {
        CommunityAgent: 108,
        ProviderAgent: 30,
        GroupAgent: 1217,
        WorkerAgent: int(t.workers.filled.sum()),
    }
    assert len(roster) == len(model.agents)


@pytest.mark.usefixtures("roster")
def test_an_agent_reads_its_row_of_every_column(model: mesa.Model, world: World) -> None:
    for kind, table in (
        (CommunityAgent, world.tables.communities),
        (ProviderAgent, world.tables.providers),
        (GroupAgent, world.tables.groups),
        (WorkerAgent, world.tables.workers),
    ):
        agent = the(model, kind, 3)
        for name in table._fields:
            np.testing.assert_array_equal(agent.column(name), getattr(table, name)[3])
    assert the(model, CommunityAgent, 3).households == world.tables.communities.households[3]


@pytest.mark.usefixtures("roster")
def test_values_are_plain_numbers_and_shares_cannot_be_written(model: mesa.Model) -> None:
    community = the(model, CommunityAgent, 0)
    assert type(community.households) is int
    assert type(community.satisfaction) is float
    assert community.group_share.shape == (6,)
    with pytest.raises(ValueError, match="read-only"):
        community.group_share[0] = 1.0


@pytest.mark.usefixtures("roster")
def test_an_agent_shows_what_the_columns_hold_now(model: mesa.Model, world: World) -> None:
    community = the(model, CommunityAgent, 5)
    world.tables.communities.satisfaction[5] = 12.5
    assert community.satisfaction == 12.5


@pytest.mark.usefixtures("roster")
def test_a_column_cannot_be_written_through_an_agent(model: mesa.Model, world: World) -> None:
    before = world.tables.workers.wage[0]
    with pytest.raises(AttributeError, match="'wage' is a column"):
        the(model, WorkerAgent, 0).wage = 1
    assert world.tables.workers.wage[0] == before


@pytest.mark.usefixtures("roster")
def test_an_unknown_name_is_an_error_with_the_nearest_one(model: mesa.Model) -> None:
    with pytest.raises(AttributeError, match="a worker has no 'burnt_out'; did you mean 'burnout'"):
        _ = the(model, WorkerAgent, 0).burnt_out
    assert not hasattr(the(model, WorkerAgent, 0), "__array__")


@pytest.mark.usefixtures("roster")
def test_mesa_can_select_and_group_by_columns(model: mesa.Model, world: World) -> None:
    workers = model.agents_by_type[WorkerAgent]
    t = world.tables.workers
    certified = workers.select(lambda worker: worker.tier > 0)
    assert len(certified) == int(((t.filled == 1) & (t.tier > 0)).sum())
    assert workers.agg("wage", sum) == int(t.wage.sum())
    sizes = workers.groupby("community", result_type="list").count()
    assert sizes[0] == world.tables.communities.seats[0]


@pytest.mark.usefixtures("roster")
def test_the_seniority_step_is_read_beside_mesa_s_own_step(model: mesa.Model, world: World) -> None:
    worker = the(model, WorkerAgent, 2)
    assert worker.seniority == world.tables.workers.step[2]
    assert worker.step() is None


@pytest.mark.usefixtures("roster")
def test_agents_have_a_kind_a_row_a_key_and_words_of_their_own(
    model: mesa.Model, world: World
) -> None:
    worker = the(model, WorkerAgent, 7)
    assert (worker.kind, worker.row, worker.key) == ("worker", 7, world.tables.workers.key[7])
    assert worker.person == (worker.key, 0)
    assert repr(worker).startswith(f"WorkerAgent(row=7, key={worker.key}, employer=-2, ")
    assert the(model, ProviderAgent, 0).kind == "provider"
    hub = the(model, GroupAgent, 0)
    assert (hub.kind, hub.column("kind")) == ("group", HUB)


def test_a_refresh_removes_who_has_gone_and_makes_who_has_come(
    model: mesa.Model, world: World, roster: Roster
) -> None:
    t = world.tables
    stays, leaves, moves = (the(model, WorkerAgent, row) for row in (0, 1, 2))
    vacant = int(np.flatnonzero(t.workers.filled == 0)[0])
    closed, stands = the(model, ProviderAgent, 0), the(model, ProviderAgent, 1)
    group = the(model, GroupAgent, 100)
    before = len(roster)
    t.workers.filled[1] = 0
    t.workers.generation[2] += 1
    t.workers.filled[vacant] = 1
    t.providers.alive[0] = 0
    t.groups.alive[100] = 0
    roster.refresh(world)
    assert len(roster) == len(model.agents) == before - 2
    assert the(model, WorkerAgent, 0) is stays
    assert the(model, ProviderAgent, 1) is stands
    assert leaves not in model.agents
    assert moves not in model.agents
    assert closed not in model.agents
    assert group not in model.agents
    assert the(model, WorkerAgent, 2).person == (moves.key, 1)
    assert the(model, WorkerAgent, vacant).row == vacant


def test_who_has_gone_does_not_show_the_successor_s_values(
    model: mesa.Model, world: World, roster: Roster
) -> None:
    worker = the(model, WorkerAgent, 0)
    world.tables.workers.generation[0] += 1
    with pytest.raises(AttributeError, match="this worker has gone"):
        _ = worker.burnout
    assert repr(worker).endswith("gone)")


def test_a_refresh_without_change_keeps_every_object(
    model: mesa.Model, world: World, roster: Roster
) -> None:
    before = list(model.agents)
    roster.refresh(world)
    assert all(one is other for one, other in zip(before, model.agents, strict=True))


def test_agents_look_at_the_world_of_the_last_refresh(
    model: mesa.Model, world: World, roster: Roster
) -> None:
    branch = world.copy()
    branch.tables.communities.volunteers[0] = 99.0
    roster.refresh(branch)
    assert the(model, CommunityAgent, 0).volunteers == 99.0


@pytest.mark.usefixtures("roster")
def test_an_agent_can_be_copied(model: mesa.Model) -> None:
    community = the(model, CommunityAgent, 1)
    assert copy.copy(community).households == community.households
