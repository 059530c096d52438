"""The suite that examines rules passes every sound one and finds what is wrong with the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sansheng.policy.allocation import Allocation, Tariff
from sansheng.policy.conformance import CHECKS, examine, views, watched
from sansheng.policy.load import rule_class, rule_names
from sansheng.policy.rule import Rule
from sansheng.policy.shares import split_fen
from sansheng.policy.view import View


def of(decide: Callable[[View], Any]) -> type[Rule]:
    class Tried(Rule):
        def allocate(self, view: View) -> Allocation:
            said: Allocation = decide(view)
            return said

    return Tried


def failed(kind: type[Rule]) -> set[str]:
    return {verdict.check for verdict in examine(kind) if not verdict.passed}


@pytest.mark.parametrize("name", rule_names())
def test_every_rule_of_the_package_passes(name: str) -> None:
    assert [v.fault for v in examine(rule_class(name)) if not v.passed] == []


def even(view: View) -> Any:
    return split_fen(view.budget, np.ones(view.communities))


def leftover_to_the_first(view: View) -> Allocation:
    grants = np.full(view.communities, view.budget // view.communities)
    grants[0] += view.budget - grants.sum()
    return Allocation(grants)


def favours_a_row(view: View) -> Allocation:
    return Allocation(split_fen(view.budget, np.arange(view.communities) + 1.0))


def writes_into_the_view(view: View) -> Allocation:
    view.households.setflags(write=True)
    view.households[0] += 1
    return Allocation(even(view))


def raises_the_budget(view: View) -> Allocation:
    object.__setattr__(view, "budget", view.budget + 100)
    return Allocation(even(view))


def negative(view: View) -> Allocation:
    grants = even(view)
    grants[0] -= view.budget
    return Allocation(grants)


def in_yuan(view: View) -> Allocation:
    return Allocation(view.budget * view.households / max(1, view.households.sum()))


def reads_a_file(view: View) -> Allocation:
    Path(__file__).read_bytes()
    return Allocation(even(view))


def by_the_clock(view: View) -> Allocation:
    return Allocation(split_fen(view.budget, np.ones(view.communities)) // (1 + time.time_ns()))


def by_chance(view: View) -> Allocation:
    weights = np.random.default_rng().random(view.communities)
    return Allocation(split_fen(view.budget, weights))


def with_a_tariff(view: View) -> Allocation:
    pay = np.ones((view.communities, *view.standard_minutes.shape), np.int64)
    grants = np.zeros(view.communities, np.int64)
    return Allocation(grants, Tariff(pay, view.budget, 3, 10.0, 0.3))


DEFECTS: dict[str, tuple[Callable[[View], Any], str]] = {
    "returns nothing": (lambda view: None, "answers"),
    "raises": (lambda view: view.households / 0 + view.nothing, "answers"),
    "divides by zero where nobody lives": (
        lambda view: Allocation(np.array([view.budget // int(view.households.sum())] * 0)),
        "answers",
    ),
    "asks for what it may not see": (lambda view: view.true_need, "answers"),
    "writes into its view": (writes_into_the_view, "answers"),
    "raises its own budget": (raises_the_budget, "answers"),
    "leaves the program": (lambda view: exit(0), "answers"),
    "is one community short": (lambda view: Allocation(even(view)[1:]), "whole_fen"),
    "grants in fractions": (in_yuan, "whole_fen"),
    "grants what is no number": (
        lambda view: Allocation(np.full(view.communities, np.nan)),
        "whole_fen",
    ),
    "takes from one to give to others": (negative, "whole_fen"),
    "earmarks more than all": (lambda view: Allocation(even(view), None, 1.5), "sound"),
    "pays a tariff unannounced": (with_a_tariff, "sound"),
    "spends a fen too much": (lambda view: Allocation(even(view) + 1), "within_budget"),
    "goes by chance": (by_chance, "same_twice"),
    "favours a row": (favours_a_row, "same_in_any_order"),
    "gives the first what is left over": (leftover_to_the_first, "same_in_any_order"),
    "reads a file": (reads_a_file, "asks_nobody"),
}


@pytest.mark.parametrize("what", DEFECTS)
def test_a_defect_is_found_by_the_check_that_is_for_it(what: str) -> None:
    decide, check = DEFECTS[what]
    assert check in failed(of(decide))


def test_a_rule_that_remembers_is_found() -> None:
    class Remembers(Rule):
        calls = [0]  # noqa: RUF012 - the fault that is to be found

        def allocate(self, view: View) -> Allocation:
            self.calls[0] += 1
            return Allocation(even(view) // self.calls[0])

    assert "same_twice" in failed(Remembers)


def test_a_rule_that_fails_only_the_second_time_is_told_and_not_thrown() -> None:
    class Tires(Rule):
        calls = [0]  # noqa: RUF012 - the fault that is to be found

        def allocate(self, view: View) -> Allocation:
            self.calls[0] += 1
            if self.calls[0] > 1:
                raise RuntimeError("tired")
            return Allocation(even(view))

    assert failed(Tires) != set()


def test_an_option_is_tried_at_both_ends() -> None:
    from sansheng import quantity

    class BadAtOne(Rule):
        quantities = (
            quantity(
                "cut",
                0.5,
                unit="share",
                low=0.0,
                high=1.0,
                source="assumed",
                role="lever",
                en="cut",
                zh="比例",
            ),
        )

        def allocate(self, view: View) -> Allocation:
            return Allocation(
                split_fen(round(view.budget / (1.0 - self.option("cut")) / 2), even(view) + 1.0)
            )

    [fault] = [v.fault for v in examine(BadAtOne) if v.check == "answers"]
    assert fault is not None
    assert "cut = 1" in fault.input.en
    assert "ZeroDivisionError" in fault.problem.text.en


def test_a_fault_says_on_what_and_where() -> None:
    [fault] = [v.fault for v in examine(of(in_yuan)) if v.check == "whole_fen"]
    assert fault is not None
    assert "twelve ordinary communities" in fault.input.en
    assert "split_fen" in fault.problem.text.en
    assert fault.problem.where is not None
    assert Path(fault.problem.where.file).name == Path(__file__).name


def test_what_rests_on_an_answer_is_not_tried_without_one() -> None:
    tried = {verdict.check: verdict.inputs for verdict in examine(of(lambda view: None))}
    assert tried.pop("answers") > 0
    assert set(tried.values()) == {0}


def test_views_are_the_same_every_time_and_refuse_to_be_written_to() -> None:
    for (_, one), (_, other) in zip(views(), views(), strict=True):
        assert one.budget == other.budget
        assert one.need_seen.tolist() == other.need_seen.tolist()
        assert not one.households.flags.writeable


def test_views_hold_the_extremes() -> None:
    seen = [view for _, view in views()]
    assert {1, 12, 100} <= {view.communities for view in seen}
    assert min(view.budget for view in seen) == 0
    assert max(view.budget for view in seen) == 10**15
    assert any(not view.need_seen.any() for view in seen)


def test_nothing_is_watched_after_the_watch_ends() -> None:
    with watched() as seen:
        pass
    Path(__file__).read_bytes()
    assert seen == []


def test_every_check_can_fail() -> None:
    assert {check for _, check in DEFECTS.values()} == set(CHECKS)


def test_the_communities_of_an_ordinary_district_all_differ() -> None:
    _, view = next(iter(views()))
    for name in ("households", "granted_last", "need_seen", "gap_seen", "estate_age"):
        assert len(set(getattr(view, name).tolist())) == view.communities
