"""Where nobody's behaviour follows money and all get the same grants, rules cannot differ."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.world.world import World

NO_BEHAVIOUR = {"beta_p": 0.0, "beta_v": 0.0, "g_max": 0.0, "phi_max": 0.0}
ADVANCE_ONLY = {"floor": 1.0, "paperwork": 0.0}


def alike(small: ModuleType, parameters: dict[str, float]) -> World:
    """A world whose communities have equal households and duties; other things differ."""
    world: World = small.world(parameters=parameters)
    c = world.tables.communities
    c.households[:] = small.SIZES["households"] // c.key.shape[0]
    c.duties_service[:] = 60
    c.duties_admin[:] = 50
    return world


@pytest.fixture
def rules() -> list[Rule]:
    return [
        make_rule("per_household"),
        make_rule("functions_borne"),
        make_rule("task_based", ADVANCE_ONLY),
    ]


def test_with_behaviour_at_zero_and_equal_grants_all_rules_give_the_same_bits(
    small: ModuleType, rules: list[Rule]
) -> None:
    worlds = [alike(small, NO_BEHAVIOUR) for _ in rules]
    records = [small.live(world, rule, 26) for world, rule in zip(worlds, rules, strict=True)]
    first = small.outcomes(worlds[0], records[0]).tobytes()
    for world, record in zip(worlds, records, strict=True):
        assert small.outcomes(world, record).tobytes() == first
        # What a rule says may differ, and what follows from it alone: the agency's share of a stake.
        differing = set(small.differing(worlds[0], world))
        assert differing <= {
            "Incentives.delay",
            "Incentives.pass_through",
            "Communities.stake_agency",
        }
    assert records[0].monthly.bought.any()


@pytest.mark.parametrize(
    "option", [{"floor": 0.9}, {"floor": 1.0, "pass_through": 1.0, "paperwork": 60.0}]
)
def test_terms_of_a_tariff_matter_only_where_there_is_money_on_tasks(
    small: ModuleType, option: dict[str, float]
) -> None:
    household, task = alike(small, NO_BEHAVIOUR), alike(small, NO_BEHAVIOUR)
    one = small.live(household, "per_household", 26)
    other = small.live(task, make_rule("task_based", {**ADVANCE_ONLY, **option}), 26)
    same = np.array_equal(one.monthly.resolved, other.monthly.resolved)
    assert same == (option["floor"] == 1.0)


def test_behaviour_alone_makes_a_rule_matter(small: ModuleType) -> None:
    """The same grants, but agencies' pay follows the task: who answers to it works on other things."""
    placebo, real = alike(small, NO_BEHAVIOUR), alike(small, {})
    option = {"floor": 0.5, "paperwork": 0.0}
    one = small.live(placebo, make_rule("task_based", option), 26)
    other = small.live(real, make_rule("task_based", option), 26)
    assert other.monthly.papered.sum() > one.monthly.papered.sum()
