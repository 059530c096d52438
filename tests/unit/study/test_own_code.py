"""Results say which code they rest on: it is stored with them, and another code is another study."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput
from sansheng.pictures.titles import scenario_titles
from sansheng.policy import references
from sansheng.study.config import load_study
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.schedule import schedule

RULE = """\
import numpy as np
from sansheng import Allocation, Rule, Text, quantity


class Nothing(Rule):
    title = Text("Nothing", "不拨付")
    quantities = (
        quantity("much", 0.5, unit="share", low=0.0, high=1.0, source="assumed", role="lever",
                 en="how much", zh="多少"),
    )

    def allocate(self, view):
        return Allocation(np.zeros(view.communities, np.int64))
"""
STUDY = """\
place: classroom
start: 2015-01
months: 4
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  mine: # a comment
    rule: {reference}
"""
Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a study beside a file with a rule."""

    def write(reference: str = "my_rule.py:Nothing", rule: str = RULE, folder: str = "a") -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / "my_rule.py").write_text(rule, encoding="utf-8")
        study = place / "study.yaml"
        study.write_text(STUDY.replace("{reference}", reference), encoding="utf-8")
        return study

    return write


def run(study: Path, out: Path, workers: int = 1) -> Path:
    return run_study(load_study(study), out, model="fake_model", workers=workers)


def mine(folder: Path) -> dict[str, Any]:
    scenario: dict[str, Any] = open_study(folder).manifest["scenarios"][1]
    return scenario


def test_the_folder_of_results_holds_the_code_and_its_checksum(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(make(), tmp_path / "out")
    assert (out / "my_rule.py").read_text(encoding="utf-8") == RULE
    digest = hashlib.sha256(RULE.encode()).hexdigest()
    assert mine(out)["code"] == {"file": "my_rule.py", "module": None, "sha256": digest}
    assert mine(out)["options"] == {"much": 0.5}
    assert "code" not in open_study(out).manifest["scenarios"][0]


def test_code_that_was_changed_afterwards_is_found(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(make(), tmp_path / "out")
    (out / "my_rule.py").write_text(RULE.replace("zeros", "ones"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"my_rule\.py cannot be trusted"):
        open_study(out)


def test_another_text_of_the_rule_is_another_study(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(make(), tmp_path / "out")
    run(make(), out)
    with pytest.raises(BadInput, match="does not hold earlier results of this same study"):
        run(make(rule=RULE + "# edited\n"), out)


def test_a_folder_that_moved_is_the_same_study(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(make(), tmp_path / "out")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    run(make(folder="b"), out)
    assert (out / "notes.txt").exists()
    assert (out / "my_rule.py").read_text(encoding="utf-8") == RULE


def test_results_can_be_run_again_from_their_own_folder(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    study = make("../a/my_rule.py:Nothing")
    out = run(study, tmp_path / "out")
    shutil.rmtree(study.parent)
    stored = (out / "study.yaml").read_text(encoding="utf-8")
    assert "rule: my_rule.py:Nothing" in stored
    assert "# a comment" in stored
    again = run(out / "study.yaml", tmp_path / "again")
    first, second = open_study(out).manifest, open_study(again).manifest
    assert first["inputs_sha256"] == second["inputs_sha256"]


def test_reading_results_does_not_run_the_code_they_hold(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    out = run(
        make(rule=RULE + f"__import__('pathlib').Path({str(mark)!r}).touch()\n"), tmp_path / "out"
    )
    mark.unlink()
    references._run.cache_clear()
    assert scenario_titles(open_study(out))["mine"].zh == "不拨付"
    assert not mark.exists()


def test_an_edit_during_a_run_reaches_nobody(make: Make) -> None:
    path = make()
    study = load_study(path)
    (path.parent / "my_rule.py").write_text("broken (", encoding="utf-8")
    assert study.scenarios["mine"].rule.make().option("much") == 0.5


def test_files_of_one_name_and_different_content_are_refused_in_one_line(
    make: Make, tmp_path: Path
) -> None:
    make(rule=RULE + "# other\n", folder="b")
    path = make("[{name: my_rule.py:Nothing}, {name: ../b/my_rule.py:Nothing, from: 2015-03}]")
    with pytest.raises(BadInput, match=r"two different files with rules are called 'my_rule\.py'"):
        load_study(path)


def test_the_same_file_may_be_named_twice(make: Make) -> None:
    path = make(
        "[{name: my_rule.py:Nothing}, {name: ../a/my_rule.py:Nothing, from: 2015-03, much: 1}]"
    )
    study = load_study(path)
    scenario = study.scenarios["mine"]
    first, second = schedule(scenario, study.start, scenario.rule.make())
    assert (first.new_rule, second.new_rule) == (False, True)


def test_parts_of_a_hybrid_may_be_own_rules(
    make: Make, fake_model: ModuleType, tmp_path: Path
) -> None:
    parts = [
        {"rule": "equal_split", "weight": 0.5},
        {"rule": {"name": "my_rule.py:Nothing", "much": 0.25}, "weight": 0.5},
    ]
    out = run(make(json.dumps({"name": "hybrid", "parts": parts})), tmp_path / "out")
    told = mine(out)["parts"]
    assert [part["rule"] for part in told] == ["equal_split", "my_rule.py:Nothing"]
    assert told[1]["options"] == {"much": 0.25}
    assert len(told[1]["code"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("my_rul.py:Nothing", "there is no file 'my_rul.py'; did you mean 'my_rule.py'?"),
        ("my_rule.py:Nothin", "has no class 'Nothin'; did you mean 'Nothing'?"),
        ("{name: my_rule.py:Nothing, much: 2}", "much 2 is outside 0..1 share"),
        ("{name: my_rule.py:Nothing, mich: 1}", "unknown option 'mich' of rule my_rule.py:Nothing"),
        ("my_rule.py:quantity", "not a rule"),
    ],
)
def test_what_is_wrong_with_an_own_rule_is_told_at_its_place_in_the_study(
    reference: str, says: str, make: Make
) -> None:
    path = make(reference)
    with pytest.raises(BadInput) as caught:
        load_study(path)
    [problem] = caught.value.problems
    assert says in problem.text.en
    assert problem.where is not None
    assert (problem.where.file, problem.where.line) == (str(path), 11)


def test_a_fault_in_the_file_is_told_at_its_place_in_the_file(make: Make) -> None:
    path = make(rule="x = 1\nclass Nothing(:\n")
    with pytest.raises(BadInput) as caught:
        load_study(path)
    [problem] = caught.value.problems
    assert problem.where is not None
    assert (Path(problem.where.file).name, problem.where.line) == ("my_rule.py", 2)
