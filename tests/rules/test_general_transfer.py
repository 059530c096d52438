"""一般性转移支付: a formula, no strings, and an incentive for results."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rules.general_transfer import GeneralTransfer
from sansheng.policy.view import View

Views = Callable[..., View]
PLAIN = {"w_households": 0.0, "w_vulnerable": 0.0, "w_duties": 0.0}


def people(vulnerable: list[int]) -> np.ndarray:  # type: ignore[type-arg]
    """Residents by group of whom so many are vulnerable, and many others."""
    groups = np.full((len(vulnerable), 6), 0, np.int64)
    groups[:, 0] = vulnerable
    groups[:, 3:] = 1000
    return groups


def test_the_formula_by_hand(view: Views) -> None:
    seen = view(
        budget=1_000_000,
        households=np.array([100, 100, 200, 0, 600]),
        residents_by_group=people([50, 0, 50, 0, 0]),
        duties_service=np.array([10, 10, 10, 10, 10], np.int32),
        duties_admin=np.array([0, 0, 0, 0, 50], np.int32),
    )
    weights = {"w_households": 0.5, "w_vulnerable": 0.3, "w_duties": 0.2, "incentive": 0.1}
    said = GeneralTransfer(weights).allocate(seen)
    assert said.award is not None
    # Households 5, 5, 10, 0 and 30%; vulnerable 15 and 15%; duties 2% each and 12% for the last.
    assert said.grants.tolist() == [198_000, 63_000, 243_000, 18_000, 378_000]
    assert said.award.worth.tolist() == [22_000, 7_000, 27_000, 2_000, 42_000]
    assert said.award.ranked
    assert said.earmarked == 0.0


@pytest.mark.parametrize("incentive", [0.0, 0.1, 0.3])
def test_transfer_and_incentive_are_the_budget(incentive: float, view: Views) -> None:
    seen = view()
    said = GeneralTransfer({"incentive": incentive}).allocate(seen)
    assert said.promised == seen.budget
    assert said.award is not None
    assert said.award.worth.sum() == pytest.approx(incentive * seen.budget, abs=1.0)


def test_a_formula_of_nothing_is_money_by_household(view: Views) -> None:
    said = GeneralTransfer({**PLAIN, "incentive": 0.0}).allocate(view())
    homes = GeneralTransfer({**PLAIN, "w_households": 1.0, "incentive": 0.0}).allocate(view())
    assert said.grants.tolist() == homes.grants.tolist()


def test_only_relative_weights_matter(view: Views) -> None:
    one = GeneralTransfer({"w_households": 0.5, "w_vulnerable": 0.25, "w_duties": 0.0})
    other = GeneralTransfer({"w_households": 1.0, "w_vulnerable": 0.5, "w_duties": 0.0})
    assert one.allocate(view()).grants.tolist() == other.allocate(view()).grants.tolist()


def test_places_in_the_appraisal_share_out_the_incentive(small: ModuleType) -> None:
    world = small.world()
    t = world.tables
    rule = make_rule("general_transfer", {"incentive": 0.3, "delay": 0.0})
    for _ in small.months(world, rule, 12):
        pass
    won = t.money.granted
    assert won.sum() == t.incentives.award.sum() > 0
    each = won / t.incentives.award
    order = np.argsort(t.communities.score_sum)
    assert (np.diff(each[order]) > 0).all()
    assert won[order[0]] == 0  # the last of all
    np.testing.assert_allclose(each[order] / each[order[-1]], np.arange(8) / 7, rtol=1e-4)


def test_the_whole_envelope_is_granted_every_year(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, "general_transfer", 24)
    assert record.yearly.granted.sum(axis=1).tolist() == [world.tables.districts.envelope[0]] * 2


def test_a_higher_stake_in_places_bends_effort_to_what_shows(small: ModuleType) -> None:
    shown = []
    for incentive in (0.0, 0.1, 0.3):
        world = small.world()
        hours = 0.0
        for _ in small.months(world, make_rule("general_transfer", {"incentive": incentive}), 12):
            hours += float(world.tables.communities.hours_lost_gaming.sum())
        shown.append(hours)
    assert shown == sorted(set(shown))
