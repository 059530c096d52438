from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme

Run = Callable[..., Any]

JANUARY = 12


def lived(small: ModuleType, follow: float, months: int, parity: float = 1.0) -> tuple[Any, Any]:
    """A world whose wages rise in its second January, and its record; prices follow so far."""
    world = small.world(parameters={"T_c": 36.0})
    record = make_recorder(world.month, months, world.tables.communities.key.size)
    programme, rule = Programme(), make_rule("per_household")
    programme.expect([make_lever("price_indexation", {"follow": follow})])
    pass_months(world, rule, record, JANUARY, programme=programme)
    programme.expect([make_lever("wage_parity", {"parity": parity})])
    pass_months(world, rule, record, months - JANUARY, programme=programme)
    return world, record


@pytest.mark.parametrize("follow", [0.5, 1.0])
def test_running_contracts_follow_the_wage_to_the_fen(small: ModuleType, follow: float) -> None:
    (without, _), (indexed, record) = (lived(small, share, JANUARY + 1) for share in (0.0, follow))
    before, after = without.tables.contracts, indexed.tables.contracts
    runs = before.end > before.start.max(initial=0)
    runs &= (before.provider >= 0) & (before.wage > 0)
    assert runs.any()
    wage = indexed.tables.districts.agency_wage[0]
    assert (wage > before.wage[runs]).all()
    rise = wage / before.wage[runs] - 1.0
    np.testing.assert_array_equal(
        after.price[runs], np.rint(before.price[runs] * (1.0 + follow * rise))
    )
    assert (after.wage[runs] == wage).all()
    assert not record.monthly.lever_base[:JANUARY].any()


def test_communities_pay_the_same_for_fewer_hours(small: ModuleType) -> None:
    (without, _), (indexed, _) = (lived(small, share, JANUARY + 1) for share in (0.0, 1.0))
    plain, dear = without.tables.communities, indexed.tables.communities
    np.testing.assert_array_equal(plain.plan, dear.plan)
    asked, less = (c.hours_paid + c.hours_short for c in (plain, dear))
    assert (less <= asked).all()
    assert less.sum() < asked.sum()


def test_prices_that_have_followed_follow_no_further(small: ModuleType) -> None:
    world, _ = lived(small, 1.0, JANUARY + 1)
    later, _ = lived(small, 1.0, JANUARY + 6)
    same = world.tables.contracts.start == later.tables.contracts.start
    np.testing.assert_array_equal(
        world.tables.contracts.price[same], later.tables.contracts.price[same]
    )


def test_prices_stay_where_wages_do(trial: Run) -> None:
    with pytest.raises(AssertionError, match="never moved"):
        trial("price_indexation", months=14)
