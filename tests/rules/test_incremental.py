"""基数增长: what a community got last, and a little more."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rules.incremental import Incremental
from sansheng.policy.view import View

Views = Callable[..., View]
RICH = 10**9


def test_the_first_base_is_the_envelope_per_household(view: Views) -> None:
    first = view(granted_last=np.zeros(5, np.int64), months_last=0)
    per_household = make_rule("per_household").allocate(first).grants
    assert Incremental().allocate(first).grants.tolist() == per_household.tolist()


def test_a_base_grows_by_its_rate_where_there_is_money(view: Views) -> None:
    grants = Incremental().allocate(view(budget=RICH)).grants
    # 80,000, 210,000, 310,500, 4,321 and 600,000 by 1.05; half a fen of 4,537.05 is not paid.
    assert grants.tolist() == [84_000, 220_500, 326_025, 4_537, 630_000]


def test_without_growth_nothing_moves(view: Views) -> None:
    seen = view(budget=RICH)
    assert Incremental({"growth": 0.0}).allocate(seen).grants.tolist() == seen.granted_last.tolist()


def test_what_asks_for_too_much_is_cut_in_proportion(view: Views) -> None:
    seen = view(budget=1_000_000)
    grants = Incremental().allocate(seen).grants
    assert grants.sum() == 1_000_000
    exact = 1_000_000 * seen.granted_last / seen.granted_last.sum()
    assert (np.abs(grants - exact) < 1.0).all()


def test_an_envelope_that_does_not_grow_freezes_the_base_to_the_fen(view: Views) -> None:
    seen = view(budget=int(view().granted_last.sum()))
    for _ in range(5):
        grants = Incremental().allocate(seen).grants
        assert grants.tolist() == view().granted_last.tolist()
        seen = view(budget=seen.budget, granted_last=grants)


@pytest.mark.parametrize(("months", "last", "factor"), [(6, 12, 0.5), (12, 6, 2.0), (3, 12, 0.25)])
def test_a_base_is_money_for_a_month(months: int, last: int, factor: float, view: Views) -> None:
    seen = view(budget=RICH, months=months, months_last=last)
    grants = Incremental({"growth": 0.0}).allocate(seen).grants
    assert grants.tolist() == np.floor(seen.granted_last * factor).tolist()


def test_it_keeps_what_another_rule_has_granted(small: ModuleType) -> None:
    world = small.world()
    small.live(world, "functions_borne", 12)
    before = world.tables.incentives.grant.copy()
    small.live(world, "incremental", 25)
    assert world.tables.incentives.grant.tolist() == before.tolist()
    assert before.any()
