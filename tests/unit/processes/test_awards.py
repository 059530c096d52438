from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.month import run_steps
from sansheng.processes.awards import place_won, won
from sansheng.world.accounts import claims_account, community_account, envelope_account
from sansheng.world.world import World

Make = Callable[..., World]
SHARE = st.floats(0.0, 1.0)
RESULTS = st.lists(SHARE, min_size=1, max_size=9).map(np.array)
ENVELOPE, CLAIMS = envelope_account(0), claims_account(1, 0)


def place(result: float, own: int, results: object, district: object) -> float:
    return float(
        place_won(result, own, np.array(results, np.float64), np.array(district, np.int32))
    )


def test_a_known_result_wins_its_part_of_the_span() -> None:
    assert won(0.85, 0.8, 0.2) == pytest.approx(0.25)
    assert [won(s, 0.8, 0.2) for s in (0.0, 0.8, 1.0)] == pytest.approx([0.0, 0.0, 1.0])


def test_a_span_of_nothing_is_a_cliff() -> None:
    assert [won(s, 0.8, 0.0) for s in (0.0, 0.7999, 0.8, 1.0)] == [0.0, 0.0, 1.0, 1.0]


@given(SHARE, SHARE, SHARE, st.just(0.0) | st.floats(1e-6, 1.0))
def test_a_better_result_never_wins_less(one: float, two: float, mark: float, span: float) -> None:
    low, high = sorted((one, two))
    assert 0.0 <= won(low, mark, span) <= won(high, mark, span) <= 1.0


@given(SHARE, SHARE, SHARE, st.floats(1e-3, 1.0))
def test_a_higher_mark_never_wins_more(result: float, one: float, two: float, span: float) -> None:
    low, high = sorted((one, two))
    assert won(result, high, span) <= won(result, low, span)


def test_places_count_neighbours_below_and_half_of_equals() -> None:
    results, district = [0.9, 0.1, 0.5, 0.5, 0.7], [0, 1, 1, 1, 1]
    assert [place(results[c], c, results, district) for c in range(5)] == pytest.approx(
        [1.0, 0.0, 0.5, 0.5, 1.0]
    )
    assert place(0.8, 1, results, district) == 1.0  # what it could be


@given(RESULTS, st.data())
def test_places_do_not_depend_on_rows_and_average_to_a_half(
    results: np.ndarray,  # type: ignore[type-arg]
    data: st.DataObject,
) -> None:
    n = results.size
    district = np.zeros(n, np.int32)
    order = data.draw(st.permutations(range(n)))
    places = [place(results[c], c, results, district) for c in range(n)]
    moved = results[order]
    assert [place(moved[i], i, moved, district) for i in range(n)] == pytest.approx(
        [places[c] for c in order]
    )
    assert np.mean(places) == pytest.approx(0.5 if n > 1 else 1.0)


def award(world: World, *, worth: int = 1_200_000, elapsed: int = 0, **terms: float) -> World:
    """Put an award in force ``elapsed`` months ago, with a score of a half in each of them."""
    t = world.tables
    i = t.incentives
    said = {"pass_": 0.4, "span": 0.4, "floor": 0.0, "ranked": 0.0, "delay": 0.0, **terms}
    i.award[:] = worth
    for name, value in said.items():
        getattr(i, f"award_{name.rstrip('_')}")[:] = value
    i.period_start[:], i.period_months[:] = world.month - elapsed, 12
    t.communities.score_sum[:] = 0.5 * elapsed
    t.communities.score[:] = 0.5
    for cases in (t.cases.resolved, t.cases.papered, t.cases.reopened):
        cases[:] = 0
    t.money.balance[ENVELOPE] = 108 * worth
    return world


def test_what_audits_reopen_is_taken_off_the_score(opened: Make) -> None:
    world = award(opened())
    t = world.tables
    t.cases.resolved[3, 0, 0], t.cases.papered[3, 1, 1], t.cases.reopened[3, 0, 1] = 6, 4, 3
    t.cases.reopened[5, 0, 1] = 7  # nothing closed: the score cannot fall below nothing
    run_steps(world, "awards")
    assert t.communities.score_sum[[2, 3, 5]] == pytest.approx([0.5, 0.2, 0.0])


def test_an_award_is_booked_in_the_last_month_and_paid_after_its_delay(opened: Make) -> None:
    # A mean of 0.5 is a quarter of the span; a fifth is safe: 0.2 + 0.8 / 4 of the worth.
    world = award(opened(), elapsed=10, floor=0.2, delay=2.0)
    t = world.tables
    account = community_account(1, 4)
    before = int(t.money.balance[account])
    for month in range(5):
        t.money.granted[:] = 0
        run_steps(world, "awards")
        booked = month == 1
        assert t.money.granted[4] == (480_000 if booked else 0)
        waiting = 1 <= month < 3
        assert t.money.balance[CLAIMS] == (108 * 480_000 if waiting else 0)
        assert t.money.balance[account] - before == (480_000 if month >= 3 else 0)
        world.month += 1
        t.incentives.award[:] *= month < 1
    assert t.money.balance[ENVELOPE] == 108 * 720_000
    assert t.communities.received_year[4] == t.communities.expected_year[4] == 480_000


def test_what_little_more_or_less_would_change_is_at_stake(opened: Make) -> None:
    # A twentieth up or down is an eighth of the span: a quarter of 80,000 fen a month.
    world = award(opened(award_reach=0.05), floor=0.2)
    run_steps(world, "awards")
    assert world.tables.communities.award_stake[0] == pytest.approx(100_000 * 0.8 * 0.25)


@pytest.mark.parametrize(
    "terms",
    [
        {"pass_": 0.0, "span": 0.0},
        {"pass_": 1.0, "span": 0.0},
        {"pass_": 0.1, "span": 0.2},
        {"floor": 1.0},
        {"ranked": 1.0, "floor": 1.0},
    ],
)
def test_nothing_is_at_stake_where_little_changes_nothing(
    opened: Make, terms: dict[str, float]
) -> None:
    world = award(opened(), **terms)
    run_steps(world, "awards")
    assert not world.tables.communities.award_stake.any()


def test_among_equals_places_put_everything_at_stake(opened: Make) -> None:
    world = award(opened(), ranked=1.0)
    run_steps(world, "awards")
    assert world.tables.communities.award_stake[0] == pytest.approx(100_000)


def test_stakes_grow_with_the_award_and_shrink_with_the_floor(opened: Make) -> None:
    stakes = []
    for worth, floor in ((1_200_000, 0.5), (1_200_000, 0.0), (2_400_000, 0.0)):
        world = award(opened(), worth=worth, floor=floor)
        run_steps(world, "awards")
        stakes.append(float(world.tables.communities.award_stake.sum()))
    assert stakes == sorted(set(stakes))


@given(floor=SHARE, data=st.data())
def test_ranked_awards_share_out_everything(
    opened: Make, floor: float, data: st.DataObject
) -> None:
    world = award(opened(), elapsed=11, ranked=1.0, floor=floor)
    t = world.tables
    t.communities.score[:] = np.roll(np.linspace(0.2, 0.9, 108), data.draw(st.integers(0, 107)))
    t.money.granted[:] = 0
    run_steps(world, "awards")
    assert t.money.granted.sum() == t.incentives.award.sum()
    assert t.money.balance[ENVELOPE] == 0
    order = np.argsort(t.communities.score)
    assert (np.diff(t.money.granted[order]) >= -1).all()
