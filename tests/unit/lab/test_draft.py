"""What the controls say, and the study file that says the same."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from sansheng.core.errors import BadInput
from sansheng.lab.brought import read_brought
from sansheng.lab.draft import (
    OFFERED_RULES,
    Choice,
    Draft,
    check_choice,
    draft_of,
    study_text,
)
from sansheng.policy.load import lever_class, lever_names, rule_names

LEVERED = Draft(
    place="chenghua-2015",
    rules=(
        Choice("tender", {"months": 12.0}),
        Choice("task_based", {"floor": 0.35}),
        Choice("posts"),
    ),
    levers=((), (Choice("burden_cut"),), ()),
    years=5,
    replicates=20,
    seed=7,
    money=1.5,
)


@pytest.mark.parametrize("draft", [Draft(), LEVERED])
def test_the_file_says_what_the_controls_say(draft: Draft) -> None:
    assert draft_of(read_brought(study_text(draft))) == draft


@pytest.mark.parametrize("name", OFFERED_RULES)
def test_every_rule_that_is_offered_makes_a_right_study(name: str) -> None:
    draft = Draft(rules=(Choice("per_household"), Choice(name)))
    study = read_brought(study_text(draft))
    assert study.scenarios[draft.names()[1]].rule.name == name


def test_nearly_every_lever_can_be_tried_in_the_classroom() -> None:
    found = []
    for name in lever_names():
        # One costs more than this place has, or does nothing beside this rule.
        with contextlib.suppress(BadInput):
            study = read_brought(study_text(Draft(levers=((), (Choice(name),)))))
            found += [lever.name for lever in study.scenarios["task_based"].levers]
    assert len(found) >= len(lever_names()) - 4


def test_all_rules_but_one_made_of_others_are_offered() -> None:
    assert set(rule_names()) - set(OFFERED_RULES) == {"hybrid"}


def test_a_rule_that_is_there_twice_has_two_scenarios() -> None:
    draft = Draft(rules=(Choice("posts"), Choice("posts", {"overhead": 0.2})))
    assert draft.names() == ("posts", "posts_2")
    assert read_brought(study_text(draft)).baseline == "posts"


def test_an_option_at_its_default_is_not_written() -> None:
    choice = Choice("task_based").with_option("floor", 0.1, 0.4)
    assert choice.options == {"floor": 0.1}
    assert choice.with_option("floor", 0.4, 0.4).options == {}


def test_a_rule_is_added_and_taken_away_with_its_levers() -> None:
    more = LEVERED.with_one_more()
    assert len(more.rules) == len(more.levers) == 4
    assert more.without(3) == LEVERED
    assert LEVERED.without(1).levers == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        "grid: {psi: [0.2, 0.8]}",
        "record: {events: [0]}",
        "equal_spend: false",
        "parameters: {psi: 0.3}",
    ],
)
def test_a_study_that_says_more_has_no_controls(change: str) -> None:
    assert draft_of(read_brought(study_text(Draft()) + change + "\n")) is None


def test_a_study_of_another_start_has_no_controls() -> None:
    text = study_text(Draft()).replace("2015-01", "2016-01")
    assert draft_of(read_brought(text)) is None


@pytest.mark.parametrize(
    ("kind", "choice"),
    [
        ("rule", Choice("no_such_rule")),
        ("rule", Choice("task_based", {"floor": 2.0})),
        ("rule", Choice("task_based", {"flor": 0.2})),
        ("lever", Choice("../../etc/passwd")),
        ("lever", Choice("wage_parity", {"none": 1.0})),
    ],
)
def test_what_no_control_offers_is_refused(kind: str, choice: Choice) -> None:
    with pytest.raises(BadInput):
        check_choice(kind, choice)


def test_the_levers_of_the_package_are_what_is_offered() -> None:
    assert all(lever_class(name).title.zh for name in lever_names())


def test_the_file_can_be_kept_and_run_as_any_other(tmp_path: Path) -> None:
    from sansheng.study.config import load_study

    path = tmp_path / "study.yaml"
    path.write_text(study_text(replace(LEVERED, money=0.25)), encoding="utf-8")
    assert load_study(path).parameters == {"envelope_factor": 0.25}
