"""每百户: so much money for so many households."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.policy.rules.per_household import PerHousehold
from sansheng.policy.view import View

Views = Callable[..., View]
RICH = 10**12


def test_chenghua_grants_37_yuan_50_a_household(view: Views) -> None:
    grants = PerHousehold().allocate(view(budget=RICH)).grants
    assert grants.tolist() == [750_000, 3_750_000, 12_498_750, 26_250, 20_475_000]


def test_100_households_or_one_is_a_way_of_saying_it(view: Views) -> None:
    for months in range(1, 13):
        seen = view(budget=RICH, months=months)
        hundred = PerHousehold({"yuan": 3750.0, "per": 100.0}).allocate(seen)
        each = PerHousehold({"yuan": 37.5, "per": 1.0}).allocate(seen)
        assert hundred.grants.tolist() == each.grants.tolist()


def test_what_does_not_divide_is_left_in_the_envelope(view: Views) -> None:
    grants = PerHousehold({"yuan": 0.01, "per": 3.0}).allocate(view(budget=RICH)).grants
    assert grants.tolist() == [66, 333, 1111, 2, 1820]


def test_half_a_year_is_half_the_money(view: Views) -> None:
    whole = PerHousehold().allocate(view(budget=RICH)).grants
    half = PerHousehold().allocate(view(budget=RICH, months=6)).grants
    assert half.tolist() == (whole // 2).tolist()


def test_an_envelope_too_small_is_divided_in_proportion_to_the_fen(view: Views) -> None:
    seen = view()
    grants = PerHousehold().allocate(seen).grants
    exact = seen.budget * seen.households / seen.households.sum()
    assert grants.sum() == seen.budget
    assert (np.abs(grants - exact) < 1.0).all()
    # 24691.34, 123456.7, 411481.1811, 864.1969, 674073.582: two fen are left, for .8 and .7.
    assert grants.tolist() == [24691, 123457, 411481, 864, 674074]


def test_an_envelope_that_just_suffices_is_not_cut(view: Views) -> None:
    needed = int(PerHousehold().allocate(view(budget=RICH)).grants.sum())
    assert PerHousehold().allocate(view(budget=needed)).grants.sum() == needed
    assert PerHousehold().allocate(view(budget=needed - 1)).grants.sum() == needed - 1


def test_no_money_is_granted_where_none_is_asked_or_none_is_there(view: Views) -> None:
    assert not PerHousehold({"yuan": 0.0}).allocate(view()).grants.any()
    assert not PerHousehold().allocate(view(budget=0)).grants.any()


def test_nothing_is_paid_by_the_task(view: Views) -> None:
    assert PerHousehold().allocate(view()).tariff is None


@pytest.mark.parametrize("options", [{"yuan": -1.0}, {"per": 0.0}, {"yuan": np.nan}, {"yuam": 1.0}])
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        PerHousehold(options)


def test_a_year_of_it_pays_every_community_its_due(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, "per_household", 12)
    due = world.tables.communities.households * 3750
    assert record.yearly.granted[0].astype(np.int64).tolist() == due.tolist()
    paid = record.monthly.granted
    assert np.flatnonzero(paid).tolist() == [0, 3, 6, 9]
