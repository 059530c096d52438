"""岗位购买: whole posts of social workers, with supervisors."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.policy.load import make_rule
from sansheng.policy.rules.posts import Posts, _placed
from sansheng.policy.view import View
from sansheng.world.schema import NOTHING

Views = Callable[..., View]
YUAN = 100


def test_posts_are_one_each_and_then_by_household_by_hand(view: Views) -> None:
    seen = view(budget=1_250_000 * YUAN, households=np.array([100, 100, 200, 0, 600]))
    grants = Posts().allocate(seen).grants
    # Twelve posts: one for each of four communities; of eight by household the odd ones go to the first.
    assert (grants // (100_000 * YUAN)).tolist() == [2, 2, 2, 0, 6]
    assert grants.sum() == 1_200_000 * YUAN


def test_too_few_posts_go_to_the_largest(view: Views) -> None:
    seen = view(budget=350_000 * YUAN, households=np.array([200, 1000, 3333, 7, 5460]))
    grants = Posts().allocate(seen).grants
    assert grants.tolist() == [0, 10**7, 10**7, 0, 10**7]


@pytest.mark.parametrize("budget", [0, 99_999 * YUAN])
def test_less_than_a_post_buys_nothing(budget: int, view: Views) -> None:
    assert not Posts().allocate(view(budget=budget)).grants.any()


def test_a_post_for_half_a_year_costs_half(view: Views) -> None:
    seen = view(budget=350_000 * YUAN, months=6)
    assert set(Posts().allocate(seen).grants.tolist()) <= {0, 50_000 * YUAN, 100_000 * YUAN}
    assert Posts().allocate(seen).grants.sum() == 350_000 * YUAN


@given(
    st.integers(0, 500),
    st.lists(st.integers(0, 9000), min_size=1, max_size=9).map(lambda n: np.array(n, np.int64)),
)
def test_every_post_is_placed_where_somebody_lives(posts: int, households: np.ndarray) -> None:  # type: ignore[type-arg]
    placed = _placed(posts, households)
    assert placed.sum() == (posts if households.any() else 0)
    assert not placed[households == 0].any()
    if posts >= (households > 0).sum():
        assert (placed[households > 0] >= 1).all()
    for a, b in zip(households, placed, strict=True):
        assert (placed[households > a] >= b - 1).all()


def test_supervisors_are_paid_out_of_the_price(view: Views) -> None:
    terms = Posts({"supervised": 4.0, "overhead": 0.0}).allocate(view()).terms
    assert terms is not None
    assert terms.overhead == pytest.approx(1.0 / 5.0)
    terms = Posts({"supervised": 9.0, "overhead": 0.2}).allocate(view()).terms
    assert terms is not None
    # One in ten people supervises, of what is left after a fifth.
    assert terms.overhead == pytest.approx(0.2 + 0.8 / 10.0)
    assert (terms.focused, terms.w_price, terms.relief) == (False, 0.0, None)


def test_posts_are_for_nothing_in_particular_and_their_people_lean_nowhere(
    small: ModuleType,
) -> None:
    world = small.world(small.place(small.district(envelope=3_000_000)))
    t = world.tables
    small.live(world, "posts", 8)
    held = t.contracts.provider >= 0
    assert held.any()
    assert (t.contracts.focus[held] == NOTHING).all()
    other = small.world(small.place(small.district(envelope=3_000_000)))
    small.live(other, "per_household", 8)
    held = other.tables.contracts.provider >= 0
    assert (other.tables.contracts.focus[held] >= 0).all()


def test_a_price_that_pays_supervisors_pays_for_supervision(small: ModuleType) -> None:
    place = small.place(small.district(envelope=3_000_000))

    def supervised(rule: str, **options: float) -> float:
        world = small.world(place)
        small.live(world, make_rule(rule, options), 30)
        o = world.tables.providers
        served = (o.alive == 1) & (o.hours_sold > 0)
        assert served.any()
        return float(o.supervision[served].mean())

    thick = supervised("posts", supervised=4.0, overhead=0.2)
    thin = supervised("posts", supervised=20.0, overhead=0.0)
    assert thick > thin


def test_what_makes_no_post_is_left_in_the_envelope(small: ModuleType) -> None:
    world = small.world()  # 600,000 yuan a year
    record = small.live(world, make_rule("posts", {"price": 70_000.0}), 12)
    assert record.yearly.granted.sum() == 8 * 70_000 * YUAN
    whole = world.tables.incentives.grant / (70_000 * YUAN)
    assert (whole == np.rint(whole)).all()
