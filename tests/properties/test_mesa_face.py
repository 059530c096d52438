"""The model as Mesa users hold it is the model that studies run."""

from __future__ import annotations

import warnings
from types import ModuleType

import mesa
import numpy as np
import pytest

from sansheng.model import SanshengModel
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import make_rule, rule_names
from sansheng.world.agents import CommunityAgent, GroupAgent, ProviderAgent, WorkerAgent
from sansheng.world.schema import HUB


@pytest.mark.parametrize("rule", rule_names())
@pytest.mark.parametrize("looked_at", [False, True])
def test_stepping_the_model_gives_the_bits_of_a_study(
    rule: str, looked_at: bool, small: ModuleType
) -> None:
    world = small.world(seed=7, replicate=2)
    small.live(world, rule, 14)
    model = SanshengModel(small.place(), rule, rng=7, replicate=2)
    for _ in range(14):
        model.step()
        if looked_at:
            assert len(model.agents) > 0
    assert small.digest(model.world) == small.digest(world)
    assert model.steps == 14
    assert str(model.date) == "2016-03"


def test_outcomes_of_a_step_are_those_of_the_record(small: ModuleType) -> None:
    world = small.world()
    values = small.outcomes(world, small.live(world, "per_household", 3))
    model = SanshengModel(small.place(), rng=1)
    assert np.isnan(model.outcome("need_met"))
    for _ in range(3):
        model.step()
    names = list(OUTCOMES)
    for name in ("need_met", "satisfaction", "turnover_base", "backlog"):
        assert model.outcome(name) == values[2, names.index(name)]


def test_agents_are_selected_and_data_collected_without_a_warning(small: ModuleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = SanshengModel(small.place(), make_rule("task_based"), rng=1)
        collector = mesa.DataCollector(
            model_reporters={
                "met": lambda m: m.outcome("need_met"),
                "month": lambda m: str(m.date),
            },
            agenttype_reporters={WorkerAgent: {"burnout": "burnout", "tenure": "tenure"}},
            agent_reporters={"row": "row"},
        )
        for _ in range(3):
            model.step()
            collector.collect(model)
        t = model.world.tables
        sizes = {kind: len(model.agents_by_type[kind]) for kind in model.agent_types}
        assert sizes == {
            CommunityAgent: 8,
            ProviderAgent: int(t.providers.alive.sum()),
            GroupAgent: int(t.groups.alive.sum()),
            WorkerAgent: int(t.workers.filled.sum()),
        }
        tired = model.agents.select(lambda a: a.kind == "worker" and a.burnout > 0.5)
        chosen = (t.workers.filled == 1) & (t.workers.burnout > 0.5)
        assert sorted(agent.row for agent in tired) == np.flatnonzero(chosen).tolist()
        hubs = model.agents_by_type[GroupAgent].select(lambda a: a.column("kind") == HUB)
        assert [agent.community for agent in hubs] == [-1, -1]
        homes = model.agents_by_type[CommunityAgent].agg("households", sum)
        assert homes == t.communities.households.sum()
        frame = collector.get_model_vars_dataframe()
        assert frame["month"].tolist() == ["2015-02", "2015-03", "2015-04"]
        assert frame["met"].iloc[-1] == model.outcome("need_met")
        people = collector.get_agenttype_vars_dataframe(WorkerAgent)
        assert people.loc[3, "tenure"].sum() == t.workers.tenure[t.workers.filled == 1].sum()
        assert len(collector.get_agent_vars_dataframe().loc[3]) == len(model.agents)


def test_any_generator_seeds_a_model_and_none_a_fresh_one(small: ModuleType) -> None:
    made = [SanshengModel(small.place(), rng=np.random.default_rng(5)).world.key for _ in range(2)]
    assert made[0] == made[1]
    assert SanshengModel(small.place()).world.key != SanshengModel(small.place()).world.key


def test_a_hybrid_is_written_as_in_a_study(small: ModuleType) -> None:
    parts = [
        {"rule": "equal_split", "weight": 0.5},
        {"rule": {"name": "task_based", "delay": 1.0}, "weight": 0.5},
    ]
    model = SanshengModel(small.place(), {"name": "hybrid", "parts": parts}, rng=1)
    made = make_rule(
        "hybrid",
        parts=[(make_rule("task_based", {"delay": 1.0}), 0.5), (make_rule("equal_split"), 0.5)],
    )
    assert model.rule == made
