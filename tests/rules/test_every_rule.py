"""What holds for every rule: whole fen inside the budget, nobody favoured for the row it stands in."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.policy.allocation import Allocation, Terms
from sansheng.policy.conformance import CHECKS, reordered
from sansheng.policy.load import make_rule, rule_class, rule_names
from sansheng.policy.rule import Rule
from sansheng.policy.view import Truth, View

VAST = 10**15
BUDGETS = st.sampled_from([0, 1, 99, VAST]) | st.integers(0, 10**9)
DIVIDES_ALL = (
    "equal_split",
    "functions_borne",
    "gap_filling",
    "needs_weighted",
    "optimised_index",
    "performance_award",
    "tender",
    "micro_venture",
    "special_fund",
    "general_transfer",
)
SPLITS = {"gap_filling": 3, "hybrid": 2}
"""Divisions that a rule makes; each may put an odd fen elsewhere."""
PLAIN = [name for name in rule_names() if name != "hybrid" and not rule_class(name).sees_truth]
"""What a hybrid may be made of."""


@st.composite
def views(draw: st.DrawFn, budgets: st.SearchStrategy[int] = BUDGETS) -> View:
    """Any district that an official might look at; arrays refuse to be written to."""
    n = draw(st.integers(1, 9))

    def each(most: float, kind: Any = np.float64, least: float = 0) -> Any:
        one = st.integers(int(least), int(most)) if kind != np.float64 else st.floats(least, most)
        return np.array(draw(st.lists(one, min_size=n, max_size=n)), kind)

    households = each(8000, np.int64)
    lived_in = households > 0
    categories = draw(st.integers(1, 4))
    closed = st.integers(0, 900)
    seen: dict[str, Any] = {
        "budget": draw(budgets),
        "months": draw(st.integers(1, 12)),
        "households": households,
        "duties_service": each(90, np.int32),
        "duties_admin": each(90, np.int32),
        "staff": each(40, np.int32, 4),
        "closed_last": np.array(
            draw(st.lists(closed, min_size=n * categories * 2, max_size=n * categories * 2)),
            np.int32,
        ).reshape(n, categories, 2),
        "standard_minutes": np.array([[300.0, 900.0]] * categories),
        "granted_last": each(10**9, np.int64),
        "months_last": draw(st.integers(0, 12)),
        "residents_by_group": np.stack([each(5000, np.int64)] * 6, axis=1),
        "premises_missing": each(350.0),
        "groups": each(30, np.int64),
        "estate_age": each(60.0),
        "need_seen": np.where(lived_in, each(3.0, least=1e-3), 0.0),
        "gap_seen": np.where(lived_in, each(3.0), 0.0),
    }
    needed, at_hand = np.round(each(1e5), 2), np.round(each(1e5), 2)
    true = Truth(needed, at_hand, each(1.0, least=1e-3), each(10**9, np.int64))
    for value in (*seen.values(), *(getattr(true, f.name) for f in fields(Truth))):
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return View(**seen, truth=true)


def odd_fen(name: str, view: View) -> int:
    """How much a community may get more or less where it stands in another row."""
    if name == "posts":  # whose equals get the odd post, the first of them
        return round(100 * 100_000 * view.months / 12)
    return 2 * SPLITS.get(name, 1)


@st.composite
def rules(draw: st.DrawFn, name: str) -> Rule:
    """A rule with some of its options set."""
    if name == "hybrid":
        names = draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4, unique=True))
        plain, taken = [], set[str]()
        for other in names:
            if taken.isdisjoint(rule_class(other).uses):
                plain.append(other)
                taken |= rule_class(other).uses
        counts = draw(st.lists(st.integers(1, 9), min_size=len(plain), max_size=len(plain)))
        made = [draw(rules(other)) for other in plain]
        return make_rule(
            name, parts=[(rule, n / sum(counts)) for rule, n in zip(made, counts, strict=True)]
        )
    options = {
        q.name: draw(st.sampled_from([q.low, q.default, q.high]) | st.floats(q.low, q.high))
        for q in rule_class(name).quantities
        if draw(st.booleans())
    }
    return make_rule(name, options)


def pots(allocation: Allocation) -> list[int]:
    """All sums that an allocation promises."""
    said = [*allocation.grants.tolist(), allocation.capital, allocation.development]
    if allocation.tariff:
        said.append(allocation.tariff.pot)
    if allocation.award:
        said += allocation.award.worth.tolist()
    if allocation.venture:
        said.append(allocation.venture.pot)
    return said


@pytest.mark.parametrize("name", rule_names())
@given(data=st.data())
def test_a_rule_passes_every_check_on_any_district(name: str, data: st.DataObject) -> None:
    view, rule = data.draw(views()), data.draw(rules(name))
    for check in set(CHECKS) - {"same_in_any_order"}:  # its odd fen are those of ordinary districts
        assert CHECKS[check].trial(rule, view) is None
    allocation = rule.allocate(view)
    assert allocation.promised == sum(pots(allocation)) <= view.budget
    assert min(pots(allocation)) >= 0


@pytest.mark.parametrize("name", rule_names())
@given(data=st.data())
def test_a_rule_uses_no_instrument_that_it_does_not_name(name: str, data: st.DataObject) -> None:
    said = data.draw(rules(name)).allocate(data.draw(views()))
    for instrument in ("tariff", "award", "venture", "terms"):
        used = getattr(said, instrument) is not None
        assert not used or rule_class(name).combines or instrument in rule_class(name).uses


@pytest.mark.parametrize("name", rule_names())
@given(data=st.data())
def test_parameters_that_a_rule_fixes_are_those_its_terms_speak_of(
    name: str, data: st.DataObject
) -> None:
    said = data.draw(rules(name)).allocate(data.draw(views())).terms or Terms()
    custom = {"months": "T_c", "overhead": "o_c"}
    spoken = {
        custom.get(f.name, f.name) for f in fields(Terms) if getattr(said, f.name) is not None
    }
    unparametrised = {"price_cap", "focused", "relief"}
    if not rule_class(name).combines:
        assert rule_class(name).fixes == spoken - unparametrised


@pytest.mark.parametrize("name", DIVIDES_ALL)
@given(data=st.data())
def test_all_that_a_rule_means_to_divide_is_divided(name: str, data: st.DataObject) -> None:
    view, rule = data.draw(views()), data.draw(rules(name))
    whole = view.households.any() and view.duties_service.any()
    assert rule.allocate(view).promised == view.budget or not whole


@given(view=views())
def test_floor_and_pot_of_tasks_are_all_there_is(view: View) -> None:
    if view.households.any():
        assert make_rule("task_based").allocate(view).promised == view.budget


@given(data=st.data())
def test_a_hybrid_of_rules_that_divide_everything_divides_everything(data: st.DataObject) -> None:
    plain = [name for name in DIVIDES_ALL if not rule_class(name).uses]
    names = data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=5))
    counts = data.draw(st.lists(st.integers(1, 50), min_size=len(names), max_size=len(names)))
    parts = [(make_rule(n), c / sum(counts)) for n, c in zip(names, counts, strict=True)]
    view = data.draw(views())
    if view.households.any() and view.duties_service.any():
        assert make_rule("hybrid", parts=parts).allocate(view).promised == view.budget


@pytest.mark.parametrize("name", rule_names())
@given(data=st.data())
def test_who_stands_in_another_row_gets_the_same(name: str, data: st.DataObject) -> None:
    view = data.draw(views())
    order = np.array(data.draw(st.permutations(range(view.communities))))
    one = make_rule(name).allocate(view)
    other = make_rule(name).allocate(reordered(view, order))
    spread = view.communities if rule_class(name).sees_truth else 0  # fen lost where all is spent
    assert abs(one.promised - other.promised) <= spread
    odd = np.abs(other.grants - one.grants[order])
    assert odd.max() <= odd_fen(name, view)
    if one.award is not None and other.award is not None:
        assert np.abs(other.award.worth - one.award.worth[order]).max() <= 2
    for same in ("earmarked", "capital", "development", "first", "terms", "venture"):
        assert getattr(one, same) == getattr(other, same)
    if one.tariff is not None and other.tariff is not None:
        assert other.tariff.pay.tolist() == one.tariff.pay[order].tolist()


@pytest.mark.parametrize("name", [*DIVIDES_ALL, "task_based", "incremental"])
@given(data=st.data())
def test_a_vast_budget_keeps_its_last_fen(name: str, data: st.DataObject) -> None:
    view = replace(data.draw(views(st.just(VAST))), months_last=0)
    if view.households.any() and view.duties_service.any():
        assert make_rule(name).allocate(view).promised == VAST


@pytest.mark.parametrize("name", rule_names())
@given(data=st.data())
def test_a_budget_of_nothing_promises_nothing(name: str, data: st.DataObject) -> None:
    view, rule = data.draw(views(st.just(0))), data.draw(rules(name))
    assert rule.allocate(view).promised == 0
