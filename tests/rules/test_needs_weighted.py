"""按需加权: households weighted by the need that officials see."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.enact import enact
from sansheng.policy.load import make_rule
from sansheng.policy.rules.needs_weighted import NeedsWeighted
from sansheng.policy.view import View
from sansheng.processes.appropriate import open_year

Views = Callable[..., View]


def test_twice_the_need_is_twice_the_money_for_a_household(view: Views) -> None:
    seen = view(
        budget=1_000_000,
        households=np.array([100, 100, 200, 0, 400]),
        need_seen=np.array([0.2, 0.4, 0.2, 0.0, 0.4]),
    )
    # Weights 20, 40, 40, 0, 160 of 260.
    assert NeedsWeighted().allocate(seen).grants.tolist() == [76_923, 153_846, 153_846, 0, 615_385]


@pytest.mark.parametrize("elasticity", [0.0, 0.7, 1.0, 2.0])
def test_money_for_a_household_is_a_power_of_the_need_seen(elasticity: float, view: Views) -> None:
    seen = view(budget=10**12)
    grants = NeedsWeighted({"elasticity": elasticity}).allocate(seen).grants
    per_household = grants / seen.households / seen.need_seen**elasticity
    np.testing.assert_allclose(per_household, per_household[0], rtol=1e-6)
    assert grants.sum() == seen.budget


def test_where_no_need_is_seen_money_goes_by_household(view: Views) -> None:
    blind = view(need_seen=np.zeros(5))
    flat = NeedsWeighted({"elasticity": 0.0}).allocate(blind).grants
    assert NeedsWeighted().allocate(blind).grants.tolist() == flat.tolist()


def test_officials_who_see_less_reliably_spread_money_more_and_hit_need_less(
    small: ModuleType,
) -> None:
    spread, hit = [], []
    for reliability in (0.3, 0.8):
        world = small.chenghua({"reliability": reliability})
        open_year(world)
        enact(world, make_rule("needs_weighted"))
        c, p = world.tables.communities, world.parameters
        each = np.log(world.tables.incentives.grant / c.households)
        need = np.log(p.lam * c.need_mix.sum(axis=1) + p.lam_duty * c.duties_service / c.households)
        spread.append(each.std() / need.std())
        hit.append(np.corrcoef(each, need)[0, 1])
    np.testing.assert_allclose(spread, np.array([0.3, 0.8]) ** -0.5, rtol=0.15)
    np.testing.assert_allclose(hit, np.array([0.3, 0.8]) ** 0.5, rtol=0.15)
