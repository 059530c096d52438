"""A place lived through market by market is the place lived through at once, whoever lives through what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core.months import Month
from sansheng.month import pass_months
from sansheng.outcomes.communities import community_rows
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.incumbents import organisation_rows, those_there, worker_rows, worker_sums
from sansheng.outcomes.measures import Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.outcomes.together import rows_in
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme
from sansheng.study.config import LeverRef, Scenario, Study
from sansheng.study.failures import LostRun
from sansheng.study.kept import scenario_bytes
from sansheng.study.markets import AHEAD, in_order
from sansheng.study.simulate import Pilot, ScenarioRun, simulate_scenarios
from sansheng.study.watched import watched
from sansheng.world.place import Place
from sansheng.world.world import World

MONTHS = 40
SIZES: tuple[dict[str, int], ...] = (
    {},
    {"communities": 11, "agencies": 7, "households": 21_000, "community_workers": 90},
    {"communities": 6, "households": 10_000, "community_workers": 50, "envelope": 300_000},
)
RULES = ("per_household", "task_based", "tender", "posts", "micro_venture", "performance_award")
LEVERS: dict[str, tuple[str, ...]] = {
    "per_household": (),
    "task_based": ("wage_parity", "coordination"),
    "tender": ("five_year_ladder", "incubation"),
    "posts": ("outsourcing_share", "registration_ease"),
    "micro_venture": ("hubs", "certificate_allowance"),
    "performance_award": ("burden_cut", "hotline_ranking"),
}


@pytest.fixture
def three(small: ModuleType) -> Place:
    """Three districts of different sizes."""
    return small.place(*(small.district(f"d{i}", **size) for i, size in enumerate(SIZES)))


@pytest.fixture
def file(small: ModuleType, tmp_path: Path) -> str:
    """The file of such a place."""
    path = tmp_path / "three.yaml"
    path.write_text(small.place_text(*SIZES[1:]), encoding="utf-8")
    return str(path)


def lived(small: ModuleType, where: Place, rule: str) -> tuple[World, Recorder]:
    world = small.world(where)
    rows = rows_in(world.tables)
    record = make_recorder(world.month, MONTHS, rows.community, rows.provider)
    programme = Programme()
    pass_months(world, make_rule(rule), record, 5, programme=programme)
    programme.expect([make_lever(name) for name in LEVERS[rule]])
    pass_months(world, make_rule(rule), record, MONTHS - 5, programme=programme)
    return world, record


@pytest.mark.parametrize("rule", RULES)
def test_one_world_and_its_markets_one_by_one_have_the_same_bits(
    small: ModuleType, three: Place, rule: str
) -> None:
    whole, _ = lived(small, three, rule)
    for d, market in enumerate(three.markets):
        alone, _ = lived(small, market, rule)
        found, expected = (
            small.bits_of_district(world, i) for world, i in ((alone, 0), (whole, d))
        )
        assert {name for name in expected if found[name] != expected[name]} == set()


def test_a_lever_that_takes_from_one_envelope_leaves_the_rule_of_another_unasked(
    small: ModuleType,
) -> None:
    """Legal standing costs a district that has none, and nothing one whose committees all have it."""

    def after(where: Place) -> World:
        world = small.world(where)
        record = make_recorder(world.month, 30, rows_in(world.tables).community)
        programme, rule = Programme(), make_rule("task_based")
        pass_months(world, rule, record, 17, programme=programme)
        programme.expect([make_lever("legal_standing", {}, "envelope")])
        pass_months(world, rule, record, 13, programme=programme)
        return world

    without, having = small.district("without"), small.district("having")
    standing = having.standing.model_copy(update={"value": 1.0})
    place = small.place(without, having.model_copy(update={"standing": standing}))
    whole = after(place)
    for d, market in enumerate(place.markets):
        assert small.bits_of_district(after(market), 0) == small.bits_of_district(whole, d)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_blocks_of_any_number_of_markets_have_the_same_bits(
    small: ModuleType, three: Place, size: int
) -> None:
    whole, _ = lived(small, three, "tender")
    for first in range(0, 3, size):
        districts = three.districts[first : first + size]
        block = three.model_copy(update={"districts": districts, "first_district": first})
        world, _ = lived(small, block, "tender")
        for d in range(len(districts)):
            assert small.bits_of_district(world, d) == small.bits_of_district(whole, first + d)


@pytest.mark.parametrize("rule", RULES)
def test_what_markets_leave_adds_up_to_what_one_world_leaves(
    study: Callable[..., Study], file: str, small: ModuleType, rule: str
) -> None:
    (run,) = runs(study({"a": (rule, {})}, place=file, months=MONTHS, events=(0,)))
    world = small.world(small.load_place(file))
    there, fixed, log = those_there(world.tables), fixed_of(world.tables), EventLog(world)
    rows = rows_in(world.tables)
    kept = make_recorder(world.month, MONTHS, rows.community, rows.provider)
    pass_months(world, make_rule(rule), kept, MONTHS, log=log)
    record = Record(kept.monthly, kept.yearly, fixed, kept.start)

    np.testing.assert_allclose(run.months, outcome_matrix(record), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(run.communities, community_rows(record))
    organisations = organisation_rows(there, world.tables, record)
    np.testing.assert_allclose(run.organisations, organisations, rtol=1e-12)
    people = worker_rows(worker_sums(there, world.tables))
    np.testing.assert_allclose(run.workers, people, rtol=1e-9)
    told = log.table()
    assert run.events is not None
    order = [np.lexsort([_sortable(t[name]) for name in reversed(t)]) for t in (run.events, told)]
    for name in told:
        np.testing.assert_array_equal(run.events[name][order[0]], told[name][order[1]])


def _sortable(values: Any) -> Any:
    return values.astype(str) if values.dtype == object else values


def runs(study: Study, **how: Any) -> list[ScenarioRun]:
    found = list(simulate_scenarios(study, 0, 0, tuple(study.scenarios), **how))
    assert all(isinstance(run, ScenarioRun) for run in found)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("districts_kept", [False, True])
def test_any_number_of_threads_gives_the_same_bits(
    study: Callable[..., Study], file: str, districts_kept: bool
) -> None:
    rules = {"a": ("per_household", {}), "b": ("tender", {})}
    asked = study(rules, place=file, warm_up=7, events=(0,), keep_communities=not districts_kept)
    one = runs(asked)
    for threads in (2, 3, 5):
        for run, expected in zip(runs(asked, threads=threads), one, strict=True):
            assert run[:3] == expected[:3]
            for values, others in zip(run[3:7], expected[3:7], strict=True):
                assert values.tobytes() == others.tobytes()
            assert run.events is not None
            assert expected.events is not None
            for name, values in expected.events.items():
                np.testing.assert_array_equal(run.events[name], values)


@pytest.mark.parametrize("threads", [1, 2])
def test_whoever_watches_hears_of_each_district_until_all_runs_are_there(
    study: Callable[..., Study], file: str, threads: int
) -> None:
    asked = study({"a": ("per_household", {}), "b": ("equal_split", {})}, place=file)
    heard: list[float] = []
    with watched(heard.append):
        runs(asked, threads=threads)
    assert heard == pytest.approx([2.0 / 3.0] * 3)
    runs(asked)
    assert len(heard) == 3


def test_scenarios_that_wait_for_each_other_s_memory_are_those_that_do_not(
    study: Callable[..., Study], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = study({"a": ("per_household", {}), "b": ("equal_split", {})}, place=file, warm_up=3)
    together = runs(asked)
    monkeypatch.setattr("sansheng.study.simulate.scenarios_at_once", lambda *_, **__: 1)
    for run, expected in zip(runs(asked), together, strict=True):
        assert run.months.tobytes() == expected.months.tobytes()
        assert run.communities.tobytes() == expected.communities.tobytes()


def test_a_run_that_fails_in_a_market_is_lost_alone_and_for_the_same_reason_in_any_thread(
    study: Callable[..., Study], small: ModuleType, tmp_path: Path
) -> None:
    poor = tmp_path / "poor.yaml"
    poor.write_text(small.place_text({"capital": 1000}, {"capital": 2000}), encoding="utf-8")
    asked = study({"a": ("per_household", {}), "b": ("per_household", {})}, place=str(poor))
    dear = LeverRef(name="service_circle", start=Month(2015, 2))
    scenarios = {**asked.scenarios, "b": Scenario(rule=asked.scenarios["b"].rule, levers=(dear,))}
    asked = asked.model_copy(update={"scenarios": scenarios})
    told = []
    for threads in (1, 2):
        kept, lost = simulate_scenarios(asked, 0, 0, ("a", "b"), threads=threads)
        assert isinstance(kept, ScenarioRun)
        assert isinstance(lost, LostRun)
        told.append((lost.scenario, lost.stage, lost.reason.text))
    assert told[0] == told[1]
    assert "1,000.00" in told[0][2].en, "the first market that fails"


def test_pilots_spend_what_the_study_spends(study: Callable[..., Study], file: str) -> None:
    from sansheng.outcomes.measures import OUTCOMES

    asked = study({"a": ("per_household", {})}, place=file, warm_up=3)
    kept, districts = (
        Pilot(asked.model_copy(update={"keep_communities": each}), [(0, 0)]).spending("a", None)
        for each in (True, False)
    )
    assert kept is not None
    assert districts is not None
    assert kept.total.tobytes() == districts.total.tobytes()
    (run,) = runs(asked)
    assert kept.total[0].tobytes() == run.months[:, list(OUTCOMES).index("spent")].tobytes()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_answers_come_in_order_and_few_wait(threads: int) -> None:
    lock, made, taken, most = threading.Lock(), 0, 0, 0

    def answer(item: int) -> int:
        nonlocal made, most
        with lock:
            made += 1
            most = max(most, made - taken)
        return item

    for item, found in enumerate(in_order(answer, range(40), threads)):
        assert found == item
        with lock:
            taken += 1
    assert made == 40
    assert most <= AHEAD * threads + 1


def test_nothing_is_begun_that_nobody_will_take() -> None:
    begun = []
    answers = in_order(lambda item: begun.append(item) or item, range(1000), 2)  # type: ignore[func-returns-value]
    next(answers)
    answers.close()
    assert len(begun) <= 2 * AHEAD * 2


def test_a_large_place_holds_no_more_of_its_communities_than_is_reckoned(
    study: Callable[..., Study], file: str
) -> None:
    from sansheng.outcomes.together import Whole
    from sansheng.study.markets import live
    from sansheng.study.own_place import place_of

    for each in (True, False):
        asked = study({"a": ("per_household", {})}, place=file, keep_communities=each)
        place = place_of(asked)
        whole = Whole(place.communities, each=each)
        for market in place.markets:
            (left,) = live(asked, {}, 0, 0, ("a",), market)
            assert not isinstance(left, LostRun)
            whole.add(left)
        record = whole.record()
        arrays = [*record.yearly, *(getattr(record.fixed, n) for n in record.fixed.__slots__)]
        held = sum(array.nbytes for array in arrays)
        assert held <= scenario_bytes(place.communities, 2, each=each)
        assert held > 0.5 * scenario_bytes(place.communities, 2, each=each)


def test_a_rule_that_counts_its_questions_hears_of_one_district_alone(
    study: Callable[..., Study], file: str, tmp_path: Path
) -> None:
    """What a rule of a user keeps in mind is of one market, so that no thread can tell another's of it."""
    from sansheng.study.config import OwnCode, RuleRef

    code = """
import numpy as np
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule


class Counting(Rule):
    name = "counting"
    title = Text("counting", "计数")
    about = Text("grants more every time it is asked", "逐次增加")
    institution = Text("none", "无")
    source = ("assumed",)

    def allocate(self, view):
        asked = getattr(self, "asked", 0) + 1
        object.__setattr__(self, "asked", asked)
        each = min(asked * 100_000, view.budget // view.communities)
        return Allocation(np.full(view.communities, each, np.int64))
"""
    own = OwnCode(file="counting.py", text=code)
    rule = RuleRef(name="counting.py:Counting", own=own)
    asked = study({"a": ("per_household", {})}, place=file)
    asked = asked.model_copy(update={"scenarios": {"a": Scenario(rule=rule)}})
    (one,), (two,) = runs(asked), runs(asked, threads=2)
    assert one.communities.tobytes() == two.communities.tobytes()
    granted = one.communities[:, 14].reshape(2, -1)
    assert (granted[0] == 1000.0).all(), "the first question of every district"
    assert (granted[1] == 2000.0).all()
