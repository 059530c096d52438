"""以奖代补: part of the money is won by reported results and paid when the year is over."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.allocation import Award
from sansheng.policy.load import make_rule
from sansheng.policy.rules.performance_award import PerformanceAward
from sansheng.policy.view import View
from sansheng.world.accounts import claims_account, community_account, envelope_account
from sansheng.world.world import World

Views = Callable[..., View]
HOMES = slice(community_account(1, 0), community_account(1, 8))


def award(seen: View, **options: float) -> Award:
    found = PerformanceAward(options).allocate(seen).award
    assert found is not None
    return found


def test_advance_and_award_go_by_household_by_hand(view: Views) -> None:
    seen = view(budget=1_000_000, households=np.array([100, 100, 200, 0, 600]))
    said = PerformanceAward({"advance_part": 0.7}).allocate(seen)
    assert said.award is not None
    assert said.grants.tolist() == [70_000, 70_000, 140_000, 0, 420_000]
    assert said.award.worth.tolist() == [30_000, 30_000, 60_000, 0, 180_000]


@pytest.mark.parametrize("part", [0.0, 0.333, 0.6, 1.0])
def test_advance_and_award_are_the_budget_to_the_fen(part: float, view: Views) -> None:
    seen = view()
    said = PerformanceAward({"advance_part": part}).allocate(seen)
    assert said.award is not None
    assert said.grants.sum() == round(part * seen.budget)
    assert said.grants.sum() + said.award.worth.sum() == said.promised == seen.budget


@pytest.mark.parametrize("seen", [{"budget": 0}, {"households": np.zeros(5, np.int64)}])
def test_where_there_is_no_money_or_nobody_lives_nothing_is_promised(
    seen: dict[str, object], view: Views
) -> None:
    assert PerformanceAward().allocate(view(**seen)).promised == 0


def test_options_are_the_terms_of_the_award(view: Views) -> None:
    said = award(view(), pass_mark=0.7, span=0.1, floor=0.3, delay=5.0)
    assert (said.pass_mark, said.span, said.floor, said.delay) == (0.7, 0.1, 0.3, 5)
    assert not said.ranked
    assert award(view(), ranked=0.5).ranked


def arrivals(world: World) -> list[int]:
    return world.tables.money.received[HOMES].tolist()


@pytest.mark.parametrize("delay", [0, 1, 3, 6])
def test_what_a_year_won_arrives_after_its_delay_and_nothing_before(
    delay: int, small: ModuleType
) -> None:
    world = small.world()
    t = world.tables
    rule = make_rule(
        "performance_award", {"delay": float(delay), "pass_mark": 0.7, "span": 0.3, "floor": 0.25}
    )
    won: list[int] = []
    for n, _ in enumerate(small.months(world, rule, 20)):
        grants = t.incentives.grant
        due = (grants // 4 if n % 3 == 0 else 0 * grants).tolist()
        if n == 11:
            share = np.clip((t.communities.score_sum / 12.0 - 0.7) / 0.3, 0.0, 1.0)
            won = np.rint(t.incentives.award * (0.25 + 0.75 * share)).astype(np.int64).tolist()
            assert len(set(share.tolist())) == 8
            assert t.money.granted.tolist() == won
            assert t.money.balance[claims_account(1, 0)] == (0 if delay == 0 else sum(won))
        if n == 11 + delay:
            due = [quarter + prize for quarter, prize in zip(due, won, strict=True)]
        assert np.abs(np.array(arrivals(world)) - due).max() <= 1, n
    assert not t.money.award_due.any()


def test_what_is_not_won_stays_in_the_envelope_until_it_returns(small: ModuleType) -> None:
    world = small.world()
    rule = make_rule("performance_award", {"pass_mark": 1.0, "floor": 0.0})
    record = small.live(world, rule, 12)
    money = world.tables.money
    held = money.balance[envelope_account(0)]
    assert held == world.tables.districts.envelope[0] - record.monthly.granted.sum() > 0


def test_where_places_decide_all_is_shared_out(small: ModuleType) -> None:
    world = small.world()
    record = small.live(world, make_rule("performance_award", {"ranked": 1.0}), 24)
    assert record.yearly.granted.sum(axis=1).tolist() == [world.tables.districts.envelope[0]] * 2


def gamed(small: ModuleType, **options: float) -> tuple[float, float, float]:
    """Hours for show, cases closed on paper and effort for what shows, in a first year."""
    world = small.world()
    t = world.tables
    show = papered = visible = 0.0
    rule = make_rule("performance_award", {"advance_part": 0.2, "floor": 0.0, **options})
    for _ in small.months(world, rule, 12):
        show += float(t.communities.hours_lost_gaming.sum())
        papered += float(t.cases.papered.sum())
        worked = t.cases.worked.sum(axis=(0, 1, 3))
        visible += float(worked @ t.categories.visible) / worked.sum()
    return show, papered, visible


def test_the_more_hangs_on_results_the_more_goes_into_show_and_paper(small: ModuleType) -> None:
    sums = [gamed(small, pass_mark=0.8, span=span) for span in (0.5, 0.1)]
    calm = gamed(small, floor=1.0)
    for safe, loose, tight in list(zip(calm, *sums, strict=True))[:2]:
        assert safe < loose < tight
    assert calm[2] < sums[1][2]


@pytest.mark.parametrize("mark", [0.0, 1.0])
def test_a_mark_that_all_clear_or_nobody_moves_nobody(mark: float, small: ModuleType) -> None:
    one = small.world()
    other = one.copy()
    cliff = {"pass_mark": mark, "span": 0.0, "floor": 0.0}
    for world, options in ((one, cliff), (other, {"floor": 1.0})):
        for _ in small.months(world, make_rule("performance_award", options), 11):
            assert not world.tables.communities.award_stake.any()
    assert {name.split(".")[0] for name in small.differing(one, other)} == {"Incentives"}


def test_a_rule_without_awards_leaves_nothing_at_stake(small: ModuleType) -> None:
    world = small.world()
    small.live(world, "performance_award", 12)
    assert world.tables.communities.award_stake.any()
    small.live(world, "per_household", 1)
    assert not world.tables.communities.award_stake.any()
    assert world.tables.money.award_due.any()  # what was won is still paid
