"""A rule is put into force only if what it says is an allocation within the budget."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import RunFailed
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Award, Tariff, Terms, Venture
from sansheng.policy.enact import enact
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.policy.view import View
from sansheng.processes.appropriate import open_year
from sansheng.processes.premises import meets_standard
from sansheng.world.schema import GRASSROOTS
from sansheng.world.world import World

NOTHING = np.zeros(8, np.int64)


def rogue(decide: Callable[[View], Any]) -> Rule:
    """A rule that says whatever it is told to."""

    @dataclass(frozen=True)
    class Rogue(Rule):
        name = "rogue"
        title = about = institution = Text("rogue", "越轨")
        source = ("assumed",)

        def allocate(self, view: View) -> Allocation:
            said: Allocation = decide(view)
            return said

    return Rogue()


def on_tasks(**changes: Any) -> Callable[[View], Allocation]:
    def decide(view: View) -> Allocation:
        shape = (view.communities, *view.standard_minutes.shape)
        sound = {
            "pay": np.ones(shape, np.int64),
            "pot": 100,
            "delay": 3,
            "paperwork": 10.0,
            "pass_through": 0.3,
        }
        return Allocation(NOTHING, Tariff(**{**sound, **changes}))

    return decide


def with_part(kind: type, field: str, sound: dict[str, Any], changes: dict[str, Any]) -> Any:
    return lambda view: Allocation(NOTHING, **{field: kind(**{**sound, **changes})})


def awarding(**changes: Any) -> Callable[[View], Allocation]:
    sound = {
        "worth": np.full(8, 5),
        "pass_mark": 0.8,
        "span": 0.1,
        "floor": 0.2,
        "ranked": False,
        "delay": 3,
    }
    said: Callable[[View], Allocation] = with_part(Award, "award", sound, changes)
    return said


def calling(**changes: Any) -> Callable[[View], Allocation]:
    sound = {"pot": 100, "least": 5, "most": 50, "shortlist": 2.0}
    said: Callable[[View], Allocation] = with_part(Venture, "venture", sound, changes)
    return said


def agreeing(**terms: Any) -> Callable[[View], Allocation]:
    said: Callable[[View], Allocation] = with_part(Terms, "terms", {}, terms)
    return said


def saying(**changes: Any) -> Callable[[View], Allocation]:
    return lambda view: Allocation(NOTHING, **changes)


NAN = float("nan")
PARTS: dict[str, Callable[[View], Any]] = {
    "award of floats": awarding(worth=np.full(8, 5.0)),
    "award not a number": awarding(worth=np.full(8, NAN)),
    "award of a few": awarding(worth=np.full(7, 5)),
    "negative award": awarding(worth=np.full(8, -1)),
    "award beyond the budget": awarding(worth=np.full(8, 10**9)),
    "award that overflows": awarding(worth=np.full(8, 2**62)),
    "pass mark not a number": awarding(pass_mark=NAN),
    "pass mark above one": awarding(pass_mark=1.1),
    "negative span": awarding(span=-0.1),
    "floor above one": awarding(floor=1.1),
    "award too late": awarding(delay=13),
    "award in fractions of a month": awarding(delay=0.5),
    "ranked by a number": awarding(ranked=300),
    "award that is none": saying(award={"worth": 5}),
    "call beyond the budget": calling(pot=10**12),
    "call in fractions of a fen": calling(pot=0.5),
    "negative call": calling(pot=-1),
    "least above the most": calling(least=51),
    "shortlist below one": calling(shortlist=0.5),
    "shortlist not a number": calling(shortlist=NAN),
    "endless shortlist": calling(shortlist=float("inf")),
    "call that is none": saying(venture=100),
    "months not a number": agreeing(months=NAN),
    "no months": agreeing(months=0),
    "endless contracts": agreeing(months=61),
    "advance above one": agreeing(advance=1.01),
    "negative advance": agreeing(advance=-0.5),
    "cap of nothing": agreeing(price_cap=0.0),
    "cap not a number": agreeing(price_cap=NAN),
    "weight not a number": agreeing(w_price=NAN),
    "negative weight": agreeing(w_rating=-1.0),
    "all overhead": agreeing(overhead=1.0),
    "relief above one": agreeing(relief=2.0),
    "half focused": agreeing(focused=0.5),
    "focused in words": agreeing(focused="yes"),
    "terms that are none": saying(terms=np.ones(3)),
    "tariff that is none": saying(tariff=5),
    "open-ended in words": on_tasks(open_ended="yes"),
    "pass-through of nothing": on_tasks(pass_through=None),
    "paperwork in words": on_tasks(paperwork="much"),
    "capital in fractions": saying(capital=0.5),
    "negative capital": saying(capital=-1),
    "capital beyond the budget": saying(capital=10**12),
    "development not a number": saying(development=NAN),
    "development beyond the budget": saying(development=10**30),
    "first instalment next year": saying(first=12),
    "first instalment in fractions": saying(first=0.5),
    "negative first instalment": saying(first=-1),
    "earmarked in words": saying(earmarked="all"),
    "earmarked not a number": saying(earmarked=NAN),
    "all pots together beyond the budget": lambda view: Allocation(
        NOTHING, capital=view.budget, development=1
    ),
}
UNSOUND: dict[str, Callable[[View], Any]] = {
    "negative grant": lambda view: Allocation(np.full(8, -1)),
    "grants in yuan with fractions": lambda view: Allocation(np.full(8, 0.5)),
    "one community short": lambda view: Allocation(np.zeros(7, np.int64)),
    "one fen too much": lambda view: Allocation(np.array([view.budget, 1, 0, 0, 0, 0, 0, 0])),
    "pot beyond the budget": on_tasks(pot=10**9),
    "negative pot": on_tasks(pot=-1),
    "negative tariff": on_tasks(pay=np.full((8, 10, 2), -1)),
    "tariff of the wrong shape": on_tasks(pay=np.ones((8, 2, 10), np.int64)),
    "tariff with fractions": on_tasks(pay=np.full((8, 10, 2), np.nan)),
    "delay too long": on_tasks(delay=13),
    "delay not a number": on_tasks(delay=np.nan),
    "pass-through above one": on_tasks(pass_through=1.5),
    "pass-through not a number": on_tasks(pass_through=np.nan),
}
LET_THROUGH: dict[str, Callable[[View], Any]] = {
    "grants not a number": lambda view: Allocation(np.full(8, np.nan)),
    "no allocation": lambda view: None,
    "grants that overflow when added": lambda view: Allocation(np.full(8, 2**62)),
    "a list of grants": lambda view: Allocation([1] * 8),  # type: ignore[arg-type]
    "pot not a number": on_tasks(pot=np.nan),
    "pot in fractions of a fen": on_tasks(pot=0.5),
    "delay in fractions of a month": on_tasks(delay=2.5),
    "paperwork not a number": on_tasks(paperwork=np.nan),
    "negative paperwork": on_tasks(paperwork=-100.0),
    "tariff beyond all money": on_tasks(pay=np.full((8, 10, 2), 2**62)),
}


def assert_refused(decide: Callable[[View], Any], small: ModuleType) -> None:
    world = small.world()
    before = small.digest(world)
    with pytest.raises(RunFailed) as refused:
        small.live(world, rogue(decide), 1)
    for lang in ("en", "zh"):
        line = refused.value.problem.line(lang)
        assert "rogue" in line
        assert "\n" not in line
    assert before != ""


@pytest.mark.parametrize("what", UNSOUND)
def test_an_unsound_allocation_fails_the_run_in_one_line(what: str, small: ModuleType) -> None:
    assert_refused(UNSOUND[what], small)


@pytest.mark.parametrize("what", PARTS)
def test_an_unsound_part_of_an_allocation_fails_it_too(what: str, small: ModuleType) -> None:
    assert_refused(PARTS[what], small)


def test_parts_that_are_sound_are_written_down_as_they_were_said(small: ModuleType) -> None:
    world = small.world()
    t = world.tables
    open_year(world)
    enact(world, rogue(awarding(ranked=True)))
    i = t.incentives
    assert (i.award == 5).all()
    assert (i.award_pass[0], i.award_span[0], i.award_floor[0]) == (0.8, 0.1, 0.2)
    assert (i.award_ranked[0], i.award_delay[0]) == (1, 3)
    enact(world, rogue(calling()))
    assert not i.award.any()
    assert (i.venture_pot[0], i.venture_least[0], i.venture_most[0]) == (100, 5, 50)
    assert i.shortlist[0] == 2.0
    enact(world, rogue(saying(capital=7, development=8, first=9)))
    assert (i.venture_pot[0], i.capital[0], i.development[0], i.first[0]) == (0, 7, 8, 9)
    enact(world, rogue(agreeing(months=24, advance=0.0, focused=False, relief=1.0)))
    terms = {name: float(column[0]) for name, column in t.terms._asdict().items()}
    said = {"months": 24.0, "advance": 0.0, "focused": 0.0, "relief": 1.0}
    assert terms == {**dict.fromkeys(terms, -1.0), **said}
    enact(world, rogue(saying()))
    assert all((column == -1).all() for column in t.terms)


@pytest.mark.parametrize("what", LET_THROUGH)
def test_an_allocation_that_is_no_allocation_fails_it_too(what: str, small: ModuleType) -> None:
    assert_refused(LET_THROUGH[what], small)


def test_a_refused_rule_leaves_the_incentives_as_they_were(small: ModuleType) -> None:
    world = small.world()
    small.live(world, "task_based", 3)
    before = [column.copy() for column in world.tables.incentives]
    with pytest.raises(RunFailed):
        enact(world, rogue(UNSOUND["one fen too much"]))
    for was, column in zip(before, world.tables.incentives, strict=True):
        np.testing.assert_array_equal(was, column)


def test_a_sound_allocation_is_written_down_as_it_was_said(small: ModuleType) -> None:
    world = small.world()
    small.live(world, rogue(on_tasks()), 1)
    i = world.tables.incentives
    assert (i.pay == 1).all()
    assert (i.pot[0], i.delay[0], i.paperwork[0], i.pass_through[0]) == (100, 3, 10.0, 0.3)
    assert not i.grant.any()


def test_a_rule_cannot_change_what_it_looks_at(small: ModuleType) -> None:
    def meddle(view: View) -> Allocation:
        view.households[0] = 1
        return Allocation(NOTHING)

    world = small.world()
    before = world.tables.communities.households.copy()
    with pytest.raises(RunFailed, match=r"change a copy: view\.households\.copy"):
        small.live(world, rogue(meddle), 1)
    np.testing.assert_array_equal(world.tables.communities.households, before)


def test_a_rule_that_makes_its_view_writable_is_stopped_all_the_same(small: ModuleType) -> None:
    def meddle(view: View) -> Allocation:
        view.households.setflags(write=True)
        view.households[0] += 1
        return Allocation(NOTHING)

    with pytest.raises(RunFailed, match=r"it changed view\.households"):
        small.live(small.world(), rogue(meddle), 1)


def test_a_rule_cannot_raise_its_own_budget(small: ModuleType) -> None:
    def meddle(view: View) -> Allocation:
        object.__setattr__(view, "budget", 10 * view.budget)
        return Allocation(np.full(8, view.budget // 8))

    with pytest.raises(RunFailed, match=r"it changed view\.budget"):
        small.live(small.world(), rogue(meddle), 1)


def test_what_a_rule_raises_is_told_with_its_line_and_the_month(small: ModuleType) -> None:
    with pytest.raises(RunFailed) as refused:
        small.live(small.world(), rogue(decide_badly), 1)
    problem = refused.value.problem
    assert problem.where is not None
    line = Path(__file__).read_text(encoding="utf-8").splitlines()[problem.where.line - 1]
    assert Path(problem.where.file).name == Path(__file__).name
    assert "1 // 0" in line
    assert (
        problem.text.en
        == "2015-01: rule rogue: ZeroDivisionError: integer division or modulo by zero"
    )


def decide_badly(view: View) -> Allocation:
    return Allocation(NOTHING + 1 // 0)


def test_a_rule_that_leaves_the_program_fails_the_run(small: ModuleType) -> None:
    with pytest.raises(RunFailed, match="rule rogue: SystemExit"):
        small.live(small.world(), rogue(lambda view: sys.exit(0)), 1)


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        (np.full(8, 0.5), "split_fen"),
        (np.array([1, 2, 3, np.nan, 5, 6, 7, 8]), "grants[3] = nan (community 3"),
        (np.array([1, 2, 3, 4, 5, -6, 7, 8]), "grants[5] = -6"),
        (np.zeros(7, np.int64), "shape (7,), not (8,)"),
        ([1] * 8, "not list: np.array"),
        (np.full(8, 1, np.int32), "int32"),
        (np.full(8, 2**60), "it promises"),
    ],
)
def test_a_refusal_says_how_to_make_it_right(grants: Any, says: str, small: ModuleType) -> None:
    with pytest.raises(RunFailed) as refused:
        small.live(small.world(), rogue(lambda view: Allocation(grants)), 1)
    assert says in refused.value.problem.text.en


def test_a_part_that_promises_too_much_is_not_hidden_by_the_others(small: ModuleType) -> None:
    greedy = rogue(lambda view: Allocation(np.array([view.budget + 1, *[0] * 7])))
    parts = [(greedy, 0.5), (make_rule("no_fund"), 0.5)]
    with pytest.raises(RunFailed, match="rule rogue: it promises"):
        small.live(small.world(), make_rule("hybrid", parts=parts), 1)


def test_a_rule_that_takes_over_in_july_divides_what_is_left(small: ModuleType) -> None:
    seen: list[View] = []

    def watch(view: View) -> Allocation:
        seen.append(view)
        return Allocation(NOTHING)

    from sansheng.month import pass_month
    from sansheng.outcomes.recorder import make_recorder

    world = small.world()
    small.live(world, "per_household", 6)
    pass_month(world, rogue(watch), make_recorder(world.month, 1, 8), new_rule=True)
    [view] = seen
    assert view.months == 6
    assert view.budget == 60_000_000 // 2


def shown(world: World) -> View:
    """What the officials of the first district are shown now."""
    seen: list[View] = []

    def watch(view: View) -> Allocation:
        seen.append(view)
        return Allocation(np.zeros(view.communities, np.int64))

    enact(world, rogue(watch))
    return seen[0]


def test_all_that_is_shown_is_read_only_and_has_a_row_for_each_community(small: ModuleType) -> None:
    view = shown(small.world(small.place(small.district(), small.district("other"))))
    for field in fields(View):
        value = getattr(view, field.name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable
            assert field.name == "standard_minutes" or value.shape[0] == 8


def test_last_grants_are_shown_and_none_at_the_first(small: ModuleType) -> None:
    world = small.world()
    first = shown(world)
    assert (first.granted_last.any(), first.months_last) == (False, 0)
    small.live(world, "functions_borne", 7)
    grant = world.tables.incentives.grant.tolist()
    second = shown(world)
    assert (second.granted_last.tolist(), second.months_last) == (grant, 12)
    assert shown(world).months_last == 5


def test_registered_residents_are_households_times_their_size(small: ModuleType) -> None:
    world = small.world()
    c = world.tables.communities
    view = shown(world)
    assert view.residents_by_group.dtype == np.int64
    exact = 2.4 * c.households[:, None] * c.group_share
    assert (np.abs(view.residents_by_group - exact) <= 0.5).all()
    assert view.vulnerable.tolist() == view.residents_by_group[:, :3].sum(axis=1).tolist()


def test_premises_are_missing_where_the_standard_is_not_met_and_nothing_is_built(
    small: ModuleType,
) -> None:
    world = small.world()
    c, p = world.tables.communities, world.parameters
    c.premises[:] = [350, 333, 332, 200, 200, 284, 286, 0]
    c.building[:] = [0, 0, 0, 0, 150, 0, 0, 50]
    c.kind[:] = [0, 0, 0, 0, 0, 1, 1, 1]
    missing = shown(world).premises_missing
    np.testing.assert_allclose(missing, [0, 0, 18, 150, 0, 16, 0, 250])
    meets = [meets_standard(a, k, p) for a, k in zip(c.premises, c.kind, strict=True)]
    assert not missing[meets].any()


def test_groups_are_counted_where_they_live(small: ModuleType) -> None:
    world = small.world()
    groups = world.tables.groups
    before = shown(world).groups
    assert before.sum() == ((groups.kind == GRASSROOTS) & (groups.alive == 1)).sum() > 0
    row = np.flatnonzero((groups.kind == GRASSROOTS) & (groups.alive == 1))[0]
    groups.alive[row] = 0
    lost = before - shown(world).groups
    assert lost.sum() == lost[groups.community[row]] == 1


def test_officials_of_two_districts_see_their_own(small: ModuleType) -> None:
    world = small.world(small.place(small.district(), small.district("other", communities=3)))
    seen: list[View] = []

    def watch(view: View) -> Allocation:
        seen.append(view)
        return Allocation(np.zeros(view.communities, np.int64))

    enact(world, rogue(watch))
    one, other = seen
    assert (one.communities, other.communities) == (8, 3)
    c = world.tables.communities
    assert other.households.tolist() == c.households[8:].tolist()
    assert other.estate_age.tolist() == c.estate_age[8:].tolist()
    assert len(other.need_seen) == len(other.gap_seen) == 3


def test_a_view_that_is_kept_shows_the_month_in_which_it_was_shown(small: ModuleType) -> None:
    world = small.world()
    small.live(world, "per_household", 24)
    shown(world)  # the grants of nothing that it was answered are the last ones of the next
    kept, at_once = shown(world), shown(world)
    seen = {field.name: np.copy(getattr(at_once, field.name)) for field in fields(View)[:-1]}
    t = world.tables
    t.communities.duties_service[:] += 5
    t.communities.premises[:] += 70.0
    t.groups.alive[:] = 1 - t.groups.alive
    small.live(world, "per_household", 13)
    for name, column in seen.items():
        np.testing.assert_array_equal(getattr(kept, name), column, err_msg=name)
        np.testing.assert_array_equal(getattr(replace(kept, months=12), name), column)
    after = shown(world)
    for name in ("need_seen", "gap_seen", "groups", "premises_missing", "duties_service"):
        assert not np.array_equal(getattr(after, name), seen[name]), name


def test_what_is_worked_out_when_a_rule_looks_is_worked_out_once_and_nobody_can_write_it(
    small: ModuleType,
) -> None:
    view = shown(small.world())
    for name in ("need_seen", "gap_seen", "groups", "premises_missing", "residents_by_group"):
        column = getattr(view, name)
        assert getattr(view, name) is column
        assert getattr(replace(view, months=1), name) is column
        with pytest.raises(ValueError, match="WRITEABLE"):
            column.setflags(write=True)


@pytest.mark.parametrize("name", ["need_seen", "groups"])
def test_a_rule_cannot_put_another_column_in_the_place_of_one(small: ModuleType, name: str) -> None:
    def meddle(view: View) -> Allocation:
        object.__setattr__(view, name, getattr(view, name) + 1)
        return Allocation(NOTHING)

    with pytest.raises(RunFailed, match=rf"it changed view\.{name}"):
        small.live(small.world(), rogue(meddle), 1)


def test_a_view_survives_a_copy_and_a_journey(small: ModuleType) -> None:
    view = shown(small.world())
    there = pickle.loads(pickle.dumps(view))  # noqa: S301 - its own
    for other in (copy.copy(view), copy.deepcopy(view), there):
        for field in fields(View):
            np.testing.assert_array_equal(getattr(other, field.name), getattr(view, field.name))
