"""Studies that a visitor brings along as files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sansheng.lab.limits import MOST_BYTES
from tools.lab_driver import Door, Visitor

STUDY = """\
title: {en: Mine, zh: 我的}
place: PLACE
start: 2015-01
months: 12
warm_up: 12
replicates: 10
seed: 7
baseline: flat
scenarios:
  flat: {rule: per_household}
  other: RULE
"""


def study(rule: str = "{rule: functions_borne}", place: str = "classroom") -> str:
    return STUDY.replace("PLACE", place).replace("RULE", rule)


def bring(visitor: Visitor, text: str) -> None:
    """Paste a study and use it."""
    visitor.page.locator("summary").last.click()
    visitor.see("brought").fill(text)
    visitor.see("use-study").click()


def choose_file(visitor: Visitor, content: bytes) -> None:
    visitor.page.locator("summary").last.click()
    file = {"name": "study.yaml", "mimeType": "application/yaml", "buffer": content}
    visitor.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def complaint(visitor: Visitor) -> str:
    found = visitor.page.locator("[role=alert] p").first
    found.wait_for()
    return found.inner_text()


@pytest.mark.parametrize(
    ("lang", "name"),
    [("zh", "rule-unknown"), ("en", "bracket-left-open"), ("en", "option-out-of-range")],
)
def test_a_fault_is_told_with_its_line_and_column(
    lang: str, name: str, door: Door, project: Path
) -> None:
    visitor = door.host(lang)
    choose_file(visitor, (project / f"configs/broken/{name}.yaml").read_bytes())
    said = complaint(visitor)
    assert re.match(r"study\.yaml:[1-9]\d*:[1-9]\d*: ", said)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (study(place="../x.yaml"), "study.yaml:2:8"),
        (study("{rule: 'x.py:Rule'}"), "study.yaml:11:17"),
        (study("{rule: {name: './x.py:Rule'}}"), "study.yaml:11:24"),
    ],
)
def test_a_study_that_names_a_file_or_code_is_refused(text: str, where: str, door: Door) -> None:
    visitor = door.host("en")
    bring(visitor, text)
    said = complaint(visitor)
    assert said.startswith(f"{where}:")
    assert "reads no files and runs no code" in said


def test_a_file_that_is_too_large_is_refused(door: Door) -> None:
    visitor = door.host("en")
    choose_file(visitor, b"#" * (MOST_BYTES + 1))
    assert f"{MOST_BYTES + 1:,}" in complaint(visitor)


def test_the_controls_say_what_a_file_says_if_they_can(door: Door) -> None:
    visitor = door.host()
    choose_file(visitor, study("{rule: {name: task_based, hardness_tariff: 0.9}}").encode())
    visitor.page.wait_for_function("document.getElementById('seed').value === '7'")
    assert visitor.see("rule-1").input_value() == "task_based"
    assert visitor.see("years").input_value() == "1"
    assert visitor.see("replicates").input_value() == "10"
    shown = visitor.page.locator("output[for=option-1-hardness_tariff]").inner_text()
    assert shown.startswith("90%")
    visitor.finish()
    visitor.look("share")
    assert "hardness_tariff: 0.9" in visitor.by_id("study-text").inner_text()


GRID = "grid:\n  psi: [0, 1]\n"
DATED = "{rule: [{name: per_household}, {name: functions_borne, from: 2015-07}]}"


@pytest.mark.parametrize("text", [study() + GRID, study(DATED)], ids=["a grid", "two dated rules"])
def test_what_the_controls_cannot_say_runs_all_the_same(text: str, door: Door) -> None:
    visitor = door.host()
    bring(visitor, text)
    visitor.page.wait_for_selector(".warning")
    visitor.finish()
    visitor.look("share")
    assert visitor.by_id("study-text").inner_text().strip() == text.strip()
    visitor.page.locator("button.small").first.click()
    visitor.see("rule-1")
