"""全信息参照: whoever knew everything would put the next yuan where it meets most need."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.ledger import split_fen
from sansheng.policy.enact import _view
from sansheng.policy.load import make_rule, rule_class, rule_names
from sansheng.policy.rules.full_information import FullInformation, best, value
from sansheng.policy.truth import truth
from sansheng.policy.view import Truth, View
from sansheng.processes.appropriate import open_year

Views = Callable[..., View]
GRAIN = 10_000


def known(needed: object, hand: object, buys: object, most: object) -> Truth:
    return Truth(
        np.array(needed, np.float64),
        np.array(hand, np.float64),
        np.array(buys, np.float64),
        np.array(most, np.int64),
    )


@st.composite
def truths(draw: st.DrawFn, most: int = 8) -> Truth:
    """Anything that may be true of some communities."""
    n = draw(st.integers(1, most))

    def each(one: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(one, min_size=n, max_size=n))

    return known(
        each(st.just(0.0) | st.floats(0.5, 1e5)),
        each(st.floats(0.0, 1e5)),
        each(st.floats(1e-3, 1.0)),
        each(st.just(0) | st.integers(0, 10**9)),
    )


def met(fen: object, true: Truth) -> float:
    return value(np.asarray(fen, np.float64) / 100.0, true)


def test_between_alike_communities_money_is_shared_equally() -> None:
    true = known([1000.0] * 3, [200.0] * 3, [0.03] * 3, [10**9] * 3)
    assert best(300_000, true).tolist() == [100_000] * 3


def test_hours_at_hand_are_made_up_for_first_by_hand() -> None:
    # An hour costs 10 yuan. The second lacks 50 hours more; levelling takes 500 yuan, the rest is shared.
    true = known([1000.0, 1000.0], [100.0, 50.0], [0.1, 0.1], [10**9] * 2)
    assert best(50_000, true).tolist() == [0, 50_000]
    assert best(90_000, true).tolist() == [20_000, 70_000]
    assert best(20_000, true).tolist() == [0, 20_000]


def test_money_stops_where_stations_cannot_spend_it() -> None:
    true = known([1000.0, 1000.0], [0.0, 0.0], [0.1, 0.1], [29, 10**9])
    assert best(100_000, true).tolist() == [29, 99_971]
    assert best(10**10, true).tolist() == [29, 10**9]


def test_where_nothing_is_needed_nothing_goes() -> None:
    true = known([0.0, 10.0], [0.0, 0.0], [0.1, 0.1], [10**6, 10**6])
    assert best(500, true).tolist() == [0, 500]
    assert best(10**9, true).tolist() == [0, 10**6]
    assert not best(0, true).any()


@given(truths(), st.integers(0, 10**10))
def test_it_spends_what_can_be_spent_and_no_more(true: Truth, budget: int) -> None:
    grants = best(budget, true)
    useful = true.hours_needed > 0
    assert (grants >= 0).all()
    assert (grants <= true.most).all()
    assert not grants[~useful].any()
    spendable = min(budget, int(true.most[useful].sum()))
    assert spendable - len(grants) <= grants.sum() <= spendable


@given(truths(most=3), st.integers(0, 10**8))
def test_no_allocation_on_a_grid_meets_more_need(true: Truth, budget: int) -> None:
    found = met(best(budget, true), true)
    steps = np.linspace(0.0, 1.0, 13)
    slack = float((true.hours_per_yuan * 0.01).max()) * true.most.size  # worth of the odd fen
    for shares in itertools.product(steps, repeat=true.most.size):
        if sum(shares) <= 1.0:
            other = np.minimum(np.floor(np.array(shares) * budget), true.most)
            assert met(other, true) <= found + slack + 1e-9 * found


@given(truths(), st.integers(GRAIN, 10**9), st.data())
def test_no_yuan_moved_meets_more_need(true: Truth, budget: int, data: st.DataObject) -> None:
    grants = best(budget, true)
    n = grants.size
    giver, taker = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
    moved = grants.copy()
    part = min(int(grants[giver]), int(true.most[taker] - grants[taker]), GRAIN)
    if giver == taker or part <= 0:
        return
    moved[giver] -= part
    moved[taker] += part
    slack = float((true.hours_per_yuan * 0.01).max()) * n
    assert met(moved, true) <= met(grants, true) * (1 + 1e-12) + slack


@given(truths(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_money_never_meets_less_need(true: Truth, one: int, two: int) -> None:
    less, more = sorted((one, two))
    slack = float((true.hours_per_yuan * 0.01).max()) * true.most.size
    assert met(best(less, true), true) <= met(best(more, true), true) + slack


def test_without_the_truth_it_has_nothing_to_say(view: Views) -> None:
    with pytest.raises(ValueError, match="shown the truth"):
        FullInformation().allocate(view())


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("months", [0, 14, 24])
def test_no_rule_meets_more_need_by_its_own_measure(
    months: int, seed: int, small: ModuleType
) -> None:
    world = small.world(seed=seed)
    if months:
        small.live(world, "functions_borne", months)
    open_year(world)
    rows = np.arange(8)
    true = truth(world, rows, 12)
    view = _view(world, 0, rows, 12)
    money = int(best(view.budget, true).sum())
    found = met(best(view.budget, true), true)
    assert money > 0
    for name in rule_names():
        if rule_class(name).sees_truth:
            continue
        grants = make_rule(name).allocate(view).grants
        scaled = split_fen(min(money, view.budget), grants.astype(np.float64))
        assert met(np.minimum(scaled, true.most), true) <= found + 0.01, name


def test_it_alone_is_shown_the_truth(small: ModuleType) -> None:
    assert [name for name in rule_names() if rule_class(name).sees_truth] == ["full_information"]
    world = small.world()
    record = small.live(world, "full_information", 24)
    envelope = world.tables.districts.envelope[0]
    assert (record.yearly.granted.sum(axis=1) <= envelope).all()
    assert (record.yearly.granted.sum(axis=1) > 0.5 * envelope).all()
