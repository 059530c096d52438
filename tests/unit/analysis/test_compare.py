from __future__ import annotations

import json
import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from sansheng.analysis.compare import compare, per_replicate, spend_table
from sansheng.core.errors import BadInput
from sansheng.outcomes import measures
from sansheng.study.reading import StudyData

Make = Callable[..., StudyData]
NAMES = ("每百户", "职责")


@pytest.fixture(autouse=True)
def _outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {
        "met": "mean",
        "stock": "last",
        "granted": "mean",
        "bought": "mean",
        "returned": "mean",
        "lever_cost": "mean",
        "spent": "mean",
    }
    outcomes = {name: declared(kind) for name, kind in kinds.items()}
    monkeypatch.setattr(measures, "OUTCOMES", outcomes)


def declared(aggregate: str = "mean", **changes: object) -> SimpleNamespace:
    plain = {"better": "higher", "kind": "true", "headline": False}
    nothing = {"indifference": None, "reported_as": None}
    return SimpleNamespace(aggregate=aggregate, **{**plain, **nothing, **changes})


def values(base: list[list[float]], other: list[list[float]]) -> np.ndarray:
    """Return ``[scenario, draw, replicate, month]`` of one draw from lists by replicate."""
    return np.array([[base], [other]])


def test_a_difference_is_the_mean_of_paired_differences(study_data: Make) -> None:
    met = values([[1.0, 3.0], [10.0, 10.0], [5.0, 5.0]], [[3.0, 5.0], [11.0, 11.0], [8.0, 8.0]])
    (found,) = compare(study_data({"met": met}, NAMES, "每百户"))
    assert (found.outcome, found.scenario, found.baseline, found.draw) == (
        "met",
        "职责",
        "每百户",
        0,
    )
    assert found.baseline_mean == pytest.approx(17 / 3)
    assert found.mean == pytest.approx(23 / 3)
    assert found.difference == 2.0
    half = 4.30265273 / np.sqrt(3.0)
    assert (found.low, found.high) == pytest.approx((2.0 - half, 2.0 + half))
    assert found.replicates == 3


def test_pairing_matters(study_data: Make) -> None:
    level = np.array([0.0, 100.0, 200.0, 300.0])
    met = values([[x] for x in level], [[x + 1.0] for x in level])
    (found,) = compare(study_data({"met": met}, NAMES, "每百户"))
    assert (found.low, found.high) == (1.0, 1.0)


def test_another_baseline_turns_the_sign(study_data: Make) -> None:
    met = values([[1.0], [2.0]], [[3.0], [5.0]])
    data = study_data({"met": met}, NAMES, "每百户")
    (one,), (other,) = compare(data), compare(data, "职责")
    assert other.scenario == "每百户"
    assert (other.difference, other.low, other.high) == (-one.difference, -one.high, -one.low)


def test_equal_numbers_under_two_names_differ_by_exactly_nothing(study_data: Make) -> None:
    rng = np.random.default_rng(3)
    same = rng.normal(size=(1, 2, 20, 12)) * 10.0 ** rng.integers(-8, 8, size=(1, 2, 20, 12))
    same[0, :, 4, 3:] = np.nan
    data = study_data(
        {"met": np.concatenate([same] * 3), "stock": np.concatenate([same] * 3)},
        ("a", "b", "c"),
        "b",
    )
    found = compare(data)
    assert len(found) == 2 * 2 * 2
    for comparison in found:
        assert (comparison.difference, comparison.low, comparison.high) == (0.0, 0.0, 0.0)
        assert comparison.mean == comparison.baseline_mean


def test_months_that_do_not_define_an_outcome_are_left_out(study_data: Make) -> None:
    nan = math.nan
    met = values([[nan, 2.0], [4.0, 6.0]], [[1.0, nan], [nan, 9.0]])
    data = study_data({"met": met, "stock": met}, NAMES, "每百户")
    np.testing.assert_array_equal(per_replicate(data, "met")[:, 0], [[2.0, 5.0], [1.0, 9.0]])
    np.testing.assert_array_equal(per_replicate(data, "stock")[:, 0], [[2.0, 6.0], [1.0, 9.0]])


def test_a_replicate_without_a_value_leaves_its_pair_out(study_data: Make) -> None:
    nan = math.nan
    met = values([[1.0], [nan], [3.0], [900.0]], [[2.0], [100.0], [6.0], [nan]])
    (found,) = compare(study_data({"met": met}, NAMES, "每百户"))
    assert found.replicates == 2
    assert (found.baseline_mean, found.mean, found.difference) == (2.0, 4.0, 2.0)


@pytest.mark.parametrize(("pairs", "known"), [(0, False), (1, True)])
def test_too_few_pairs_give_no_interval_and_json_says_null(
    pairs: int, known: bool, study_data: Make
) -> None:
    met = values([[1.0], [2.0]], [[2.0], [4.0]])
    met[1, 0, pairs:] = math.nan
    (found,) = compare(study_data({"met": met, "stock": met}, NAMES, "每百户"))[:1]
    text = json.dumps(found.as_dict(), allow_nan=False, ensure_ascii=False)
    told = {
        "outcome": "met",
        "scenario": "职责",
        "baseline": "每百户",
        "draw": 0,
        "mean": 2.0 if known else None,
        "baseline_mean": 1.0 if known else None,
        "difference": 1.0 if known else None,
        "low": None,
        "high": None,
        "replicates": pairs,
        "planned": 2,
        "spending": "matched",
        "verdict": "unknown",
        "standard_error": None,
    }
    assert {name: json.loads(text)[name] for name in told} == told


def test_draws_are_compared_each_for_itself(study_data: Make) -> None:
    met = np.zeros((2, 2, 3, 1))
    met[1, 0], met[1, 1] = 1.0, 5.0
    data = study_data({"met": met}, NAMES, "每百户")
    assert [(c.draw, c.difference) for c in compare(data)] == [(0, 1.0), (1, 5.0)]
    assert [(c.draw, c.difference) for c in compare(data, draw=1)] == [(1, 5.0)]


def test_the_order_is_that_of_the_study(study_data: Make) -> None:
    met = np.zeros((3, 1, 2, 1))
    data = study_data({"stock": met, "met": met}, ("c", "a", "b"), "a")
    assert [(c.outcome, c.scenario) for c in compare(data)] == [
        ("stock", "c"),
        ("stock", "b"),
        ("met", "c"),
        ("met", "b"),
    ]


def test_a_single_scenario_has_nothing_to_compare(study_data: Make) -> None:
    assert list(compare(study_data({"met": np.zeros((1, 1, 2, 1))}, ("a",), "a"))) == []


def test_one_replicate_is_refused_in_words(study_data: Make) -> None:
    data = study_data({"met": np.zeros((2, 1, 1, 3))}, NAMES, "每百户")
    with pytest.raises(BadInput, match="at least 2 replicates"):
        compare(data)


def test_an_unknown_baseline_names_the_nearest(study_data: Make) -> None:
    data = study_data({"met": np.zeros((2, 1, 2, 1))}, ("flat", "tasks"), "flat")
    with pytest.raises(
        BadInput, match="no scenario 'task'; allowed: flat, tasks; did you mean 'tasks'"
    ):
        compare(data, "task")


@pytest.mark.parametrize("draw", [-1, 2])
def test_an_unknown_draw_names_the_range(draw: int, study_data: Make) -> None:
    data = study_data({"met": np.zeros((2, 2, 2, 1))}, NAMES, "每百户")
    with pytest.raises(BadInput, match=f"no draw {draw}; allowed: 0..1"):
        compare(data, draw=draw)
    with pytest.raises(BadInput, match=f"no draw {draw}; allowed: 0..1"):
        spend_table(data, draw=draw)


def test_an_outcome_of_another_version_is_refused(study_data: Make) -> None:
    with pytest.raises(BadInput, match="outcome 'joy' of results is unknown"):
        compare(study_data({"joy": np.zeros((2, 1, 2, 1))}, NAMES, "每百户"))


def test_spend_is_shown_for_every_scenario_and_draw(study_data: Make) -> None:
    granted = np.arange(16.0).reshape(2, 2, 2, 2)
    money = {
        "granted": granted,
        "bought": granted / 2.0,
        "returned": granted * 0.0,
        "lever_cost": granted / 4.0,
        "spent": granted * 0.75,
    }
    data = study_data(money, NAMES, "每百户")
    table = spend_table(data)
    assert [(row.draw, row.scenario) for row in table] == [
        (0, "每百户"),
        (0, "职责"),
        (1, "每百户"),
        (1, "职责"),
    ]
    assert table[1].as_dict() == {
        "scenario": "职责",
        "draw": 0,
        "granted": 9.5,
        "bought": 4.75,
        "returned": 0.0,
        "lever_cost": 2.375,
        "spent": 7.125,
        "scale": 1.0,
        "status": "matched",
    }
    assert spend_table(data, draw=1) == table[2:]


HEADLINES = {
    "met": declared(headline=True, indifference=SimpleNamespace(half=0.5)),
    "stock": declared("last", headline=True, better="lower", reported_as="told"),
    "told": declared("last", kind="reported", headline=True),
    "spent": declared(kind="money", better="neither"),
}


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch, study_data: Make) -> StudyData:
    """Two true headline outcomes, one of them reported too, and money."""
    monkeypatch.setattr(measures, "OUTCOMES", HEADLINES)
    rng = np.random.default_rng(7)
    luck = rng.normal(50.0, 5.0, (1, 1, 30, 1))
    values = {name: luck + rng.normal(0.0, 0.5, (3, 1, 30, 1)) for name in HEADLINES}
    values["met"][1] += 4.0
    values["stock"][1] += 4.0
    return study_data(values, ("base", "one", "two"), "base")


def test_the_family_is_the_true_headlines_and_only_it_has_bounds_that_hold_together(
    family: StudyData,
) -> None:
    found = compare(family)
    (told,) = found.families
    assert (told.outcomes, told.scenarios, told.members) == (("met", "stock"), ("one", "two"), 4)
    assert told.level == 0.95 < told.each < 0.99
    for row in found:
        assert row.together == (row.outcome in ("met", "stock"))
        if row.together:
            assert row.low_all < row.low < row.high < row.high_all


def test_chosen_outcomes_are_the_family_and_all_that_is_compared(family: StudyData) -> None:
    found = compare(family, outcomes=["spent"])
    assert {row.outcome for row in found} == {"spent"}
    assert found.families[0].members == 2
    assert all(row.together for row in found)


def test_a_larger_family_widens_its_intervals(family: StudyData) -> None:
    few = compare(family, outcomes=["met"])
    many = compare(family, outcomes=["met", "stock", "told", "spent"])
    assert few.families[0].each < many.families[0].each
    assert few[0].high_all < many[0].high_all
    assert few[0].high == many[0].high


def test_better_follows_the_direction(family: StudyData) -> None:
    said = {(row.outcome, row.scenario): row for row in compare(family)}
    met, stock = said["met", "one"], said["stock", "one"]
    assert (met.verdict, stock.verdict) == ("better", "worse")
    assert (met.wins, stock.wins) == (1.0, 0.0)
    assert met.wins_low < met.wins == met.wins_high
    assert met.probability_better > 0.999 > 0.001 > stock.probability_better


def test_a_difference_within_the_zone_makes_no_practical_difference(family: StudyData) -> None:
    wide = {
        row.scenario: row for row in compare(family, indifference={"met": 10.0}, outcomes=["met"])
    }
    assert wide["one"].verdict == wide["two"].verdict == "no_practical_difference"
    assert wide["one"].zone == 10.0
    none = {
        row.scenario: row for row in compare(family, indifference={"met": 0.0}, outcomes=["met"])
    }
    assert none["one"].verdict == "better"


@pytest.mark.parametrize("half", [-1.0, math.nan, math.inf])
def test_a_zone_that_is_none_is_refused(half: float, family: StudyData) -> None:
    with pytest.raises(BadInput, match="indifference zone of met must be a number of at least 0"):
        compare(family, indifference={"met": half})


def test_the_reported_figure_stands_beside_the_true_one_with_the_gap(family: StudyData) -> None:
    rows = {(row.outcome, row.scenario): row for row in compare(family)}
    true, told = rows["stock", "one"], rows["told", "one"]
    assert true.reported_difference == told.difference
    assert true.gap == pytest.approx(told.difference - true.difference)
    assert true.gap_low < true.gap < true.gap_high
    assert math.isnan(rows["met", "one"].gap)


def test_common_draws_save_what_the_variances_say(family: StudyData) -> None:
    row = compare(family)[0]
    values = family.per_run("met")[:, 0]
    apart = values[0].var(ddof=1) + values[1].var(ddof=1)
    assert row.variance_reduction == pytest.approx(apart / (values[1] - values[0]).var(ddof=1))
    assert row.standard_error == pytest.approx((values[1] - values[0]).std(ddof=1) / np.sqrt(30))


def test_identical_rules_give_exactly_nothing_everywhere(
    monkeypatch: pytest.MonkeyPatch, study_data: Make
) -> None:
    monkeypatch.setattr(measures, "OUTCOMES", HEADLINES)
    same = np.random.default_rng(2).normal(size=(1, 1, 9, 4))
    data = study_data(dict.fromkeys(HEADLINES, np.concatenate([same] * 2)), ("a", "b"), "a")
    for row in compare(data):
        assert (row.difference, row.low, row.high, row.standard_error) == (0.0, 0.0, 0.0, 0.0)
        assert row.verdict == "identical"
        assert (row.wins, row.probability_better) == (0.5, 0.5)
        if row.together:
            assert (row.low_all, row.high_all) == (0.0, 0.0)
        if row.outcome == "stock":
            assert (row.reported_difference, row.gap, row.gap_low, row.gap_high) == (0, 0, 0, 0)
    assert compare(data).families[0].members == 0


def test_equal_differences_are_an_exact_point(study_data: Make) -> None:
    met = values([[1.0], [2.5], [7.0]], [[1.25], [2.75], [7.25]])
    (row,) = compare(study_data({"met": met}, NAMES, "每百户"))
    assert row.low == row.high == row.difference
    assert row.probability_better == 1.0
    assert row.as_dict()["variance_reduction"] is None


def test_the_same_answer_comes_to_the_bit(family: StudyData) -> None:
    assert compare(family).as_dicts() == compare(family).as_dicts()


def test_an_outcome_that_is_not_there_or_nowhere_defined_is_named(
    family: StudyData, study_data: Make
) -> None:
    with pytest.raises(BadInput, match=r"no outcome 'mett'; .*did you mean 'met'"):
        compare(family, outcomes=["mett"])
    with pytest.raises(BadInput, match="no outcome 'stok'"):
        compare(family, indifference={"stok": 1.0})
    nothing = study_data({"met": np.full((2, 1, 3, 1), math.nan)}, NAMES, "每百户")
    with pytest.raises(BadInput, match="met is defined in no pair of runs of results"):
        compare(nothing, outcomes=["met"])
    assert compare(nothing)[0].verdict == "unknown"
