from __future__ import annotations

import re
from pathlib import Path

import pytest

from sansheng.analysis.patterns import (
    Pattern,
    held_out,
    load_patterns,
    pattern_places,
    patterns_of,
)
from sansheng.core.errors import BadInput
from sansheng.month import PARAMETERS
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.world.place import place_names

GOOD = """\
patterns:
  - id: P1
    title: {en: a, zh: 甲}
    place: classroom
    start: 2015-01
    months: 12
    rule: {name: task_based, hardness_tariff: 0.5}
    settings: {psi: 0.5}
    measure: {name: hours_per_money, amount: 154000}
    target: 2.0
    low: 1.0
    high: 4.0
    unit: hours
    split: heldout
    core: true
    sources: [B20, assumed]
"""


def told(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_patterns(path)
    return [problem.line().removeprefix(f"{path}:") for problem in caught.value.problems]


def read(tmp_path: Path, text: str = GOOD) -> Pattern:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    (pattern,) = load_patterns(path)
    return pattern


def test_a_pattern_is_read_as_it_is_written(tmp_path: Path) -> None:
    pattern = read(tmp_path)
    assert (pattern.id, pattern.place, str(pattern.start)) == ("P1", "classroom", "2015-01")
    assert (pattern.months, pattern.warm_up) == (12, 0)
    assert (pattern.rule.name, pattern.rule.options) == ("task_based", {"hardness_tariff": 0.5})
    assert (pattern.measure.name, pattern.measure.options) == (
        "hours_per_money",
        {"amount": 154000},
    )
    assert pattern.settings == {"psi": 0.5}
    assert not pattern.calibrated


def test_a_pattern_is_met_inside_its_tolerance_and_told_in_half_widths_outside(
    tmp_path: Path,
) -> None:
    pattern = read(tmp_path)
    assert [pattern.hit(value) for value in (0.9, 1.0, 4.0, 4.1)] == [False, True, True, False]
    assert [pattern.distance(value) for value in (-0.5, 2.0, 5.5)] == [1.0, 0.0, 1.0]
    assert not pattern.hit(float("nan"))
    assert pattern.distance(float("nan")) == float("inf")


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("place: classroom", "place: clasroom", "4:12: unknown place 'clasroom'; did you mean"),
        ("start: 2015-01", "start: 2015-13", "5:12: start '2015-13' is not a month"),
        ("months: 12", "months: 0", "6:13: patterns[0].months must be a whole number from 1"),
        ("name: task_based", "name: task_basd", "7:18: unknown rule 'task_basd'; did you mean"),
        ("{psi: 0.5}", "{psi: 1.5}", "8:21: psi 1.5 is outside 0..1"),
        ("{psi: 0.5}", "{phsi: 0.5}", "8:16: unknown parameter 'phsi'; did you mean 'psi'?"),
        ("hours_per_money", "hours_for_money", "9:14: unknown measure 'hours_for_money'; did"),
        ("amount: 154000", "amount: much", "9:46: measure hours_per_money needs amount: a number"),
        ("amount: 154000", "amout: 154000", "9:38: unknown option 'amout' of measure hours"),
        ("{name: hours_per_money, amount: 154000}", "work_share", "9:14: measure work_share needs"),
        ("target: 2.0", "target: 5.0", "10:13: target 5 and tolerance 1 to 4 contradict"),
        ("high: 4.0", "high: .inf", "12:11: "),
        ("split: heldout", "split: testing", "14:12: patterns[0].split must be one of"),
        ("[B20, assumed]", "[B2, assumed]", "16:15: unknown source 'B2'"),
        ("core: true", "core: true\n    cor: 1", "16:5: unknown key 'cor'; did you mean 'core'?"),
        ("    unit: hours\n", "", "2:5: key 'unit' is missing"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, was: str, becomes: str, line: str) -> None:
    assert was in GOOD
    lines = told(tmp_path, GOOD.replace(was, becomes))
    assert any(found.startswith(line) for found in lines), lines


def test_a_pattern_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    text = GOOD + GOOD.removeprefix("patterns:\n")
    assert told(tmp_path, text) == ["17:9: pattern 'P1' is there twice"]


def test_a_measure_of_a_calendar_year_needs_a_run_that_ends_in_december(tmp_path: Path) -> None:
    text = GOOD.replace("{name: hours_per_money, amount: 154000}", "grid_closure")
    assert read(tmp_path, text).measure.name == "grid_closure"
    lines = told(tmp_path, text.replace("months: 12", "months: 11"))
    assert lines[0].startswith("6:13: measure grid_closure reads the last calendar year")


@pytest.mark.parametrize("place", [p for p in pattern_places() if p in place_names()])
def test_the_patterns_of_the_package_are_sound(place: str) -> None:
    for pattern in patterns_of(place):
        assert pattern.place == place
        assert pattern.title.en
        assert any("\u4e00" <= char <= "\u9fff" for char in pattern.title.zh)


def test_chenghua_has_the_eight_logged_classes_of_work_and_every_category_is_in_one() -> None:
    from sansheng.world.place import load_place

    mix = [p for p in patterns_of("chenghua-2015") if p.measure.name == "work_share"]
    named = [c for p in mix for c in p.measure.options["categories"]]
    assert len(mix) == 8
    assert sorted(named) == sorted(load_place("chenghua-2015").category_ids)


def test_a_place_without_patterns_names_those_that_have_some() -> None:
    with pytest.raises(BadInput, match="no patterns come with the package for place 'nowhere'"):
        patterns_of("nowhere")


SHARED = {"H3": {"B03"}, "H4": {"B02"}, "H6": {"S-B10"}}
"""Rows of which another figure was used; the note of the pattern says so."""


def used_sources(project: Path) -> set[str]:
    """Sources of numbers of the model, of options, of places and categories and of fitted patterns."""
    kinds = [*map(rule_class, rule_names()), *map(lever_class, lever_names())]
    declared = [*PARAMETERS.values(), *(option for kind in kinds for option in kind.quantities)]
    found = {source for quantity in declared for source in quantity.source}
    for folder in ("places", "categories"):
        for file in (project / "configs" / folder).glob("*.yaml"):
            for cited in re.findall(r"source: \[?([^\]\n}]*)", file.read_text(encoding="utf-8")):
                found |= set(re.findall(r"(?:S-)?[A-Z]\d{2}", cited))
    for place in pattern_places():
        fitted = [pattern for pattern in patterns_of(place) if pattern.calibrated]
        found |= {source for pattern in fitted for source in pattern.sources}
    return found


def test_no_number_of_the_model_comes_from_a_figure_that_is_held_out(project: Path) -> None:
    used = used_sources(project)
    assert {"S-C01", "B62", "B45", "S-B10"} <= used
    assert len(held_out()) >= 6
    for pattern in held_out():
        assert not pattern.calibrated
        assert pattern.note is not None
        assert set(pattern.sources) & used == SHARED.get(pattern.id, set()), pattern.id


def test_what_is_held_out_is_shown_with_its_place() -> None:
    for place in pattern_places():
        held = [pattern.id for pattern in patterns_of(place) if not pattern.calibrated]
        assert held == [pattern.id for pattern in held_out() if pattern.place == place]
    assert "beijing-2018" in pattern_places()
    assert "heldout" not in pattern_places()
