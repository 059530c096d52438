"""What the READMEs of experiments say stands in the results beside them."""

from __future__ import annotations

import csv
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.config import load_study

FOLDERS = sorted(
    path.parent for path in (Path(__file__).parents[2] / "experiments").glob("*/study.yaml")
)


@pytest.fixture(scope="module")
def tool(project: Path) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tools"))
        yield importlib.import_module("experiments")
    sys.modules.pop("experiments", None)


def test_most_experiments_have_a_place_for_results(tool: ModuleType) -> None:
    assert len(tool.marked_experiments()) >= 7


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_experiment_loads_and_has_a_readme(folder: Path) -> None:
    assert load_study(folder / "study.yaml").scenarios
    assert folder.name == "classroom" or (folder / "README.md").exists()


def test_the_tables_of_a_readme_are_those_of_its_results(tool: ModuleType) -> None:
    for name in tool.marked_experiments():
        folder = tool.EXPERIMENTS / name
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert tool.filled(text, folder) == text


def test_results_are_of_the_scenarios_and_outcomes_that_are_there(tool: ModuleType) -> None:
    for name in tool.marked_experiments():
        folder = tool.EXPERIMENTS / name
        text = (folder / "README.md").read_text(encoding="utf-8")
        for study, outcomes in tool.asked_in(text).items():
            assert set(outcomes) <= set(OUTCOMES)
            with (folder / tool.results_of(study)).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            declared = load_study(folder / f"{study}.yaml")
            assert {row["scenario"] for row in rows} == set(declared.scenarios)
            assert {row["outcome"] for row in rows} == {"", *outcomes}
            by_scenario = {row["scenario"] for row in rows if row["outcome"] == ""}
            assert by_scenario == {declared.baseline}


def test_a_number_that_was_changed_by_hand_is_found(tool: ModuleType) -> None:
    folder = tool.EXPERIMENTS / "burden-cut"
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert tool.filled(text.replace("+4.42", "+5.42"), folder) == text
