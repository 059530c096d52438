from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

PATTERNS = """\
patterns:
  - id: A
    title: {en: need met, zh: 需求满足}
    place: classroom
    start: 2015-01
    months: 12
    measure: {name: outcome, id: need_met}
    target: 75.0
    low: 1.0
    high: 100.0
    unit: "%"
    split: heldout
    core: false
    sources: [assumed]
  - id: B
    title: {en: grid cases, zh: 网格事项}
    place: classroom
    start: 2015-01
    months: 36
    measure: {name: resolution_path, first: 1, last: 2, over: 60}
    target: 5.0
    low: 1.0
    high: 9.0
    unit: cases
    split: calibration
    core: false
    sources: [assumed]
"""
FIELDS = {
    "id", "target", "tolerance_low", "tolerance_high", "simulated", "low", "high", "hit", "calibrated",
}  # fmt: skip


@pytest.fixture
def patterns(tmp_path: Path) -> Path:
    path = tmp_path / "patterns.yaml"
    path.write_text(PATTERNS, encoding="utf-8")
    return path


def test_json_is_a_list_of_patterns_with_the_documented_fields(
    command: Command, patterns: Path
) -> None:
    words = ["validate", "classroom", "--patterns", patterns, "--replicates", "2", "--json"]
    answer = command(*words, "--quiet", "--workers", "1")
    assert (answer.code, answer.err) == (0, "")
    rows = json.loads(answer.out)
    assert [row["id"] for row in rows] == ["A", "B"]
    assert all(set(row) == FIELDS for row in rows)
    met, missing = rows
    assert met["hit"] is True
    assert met["calibrated"] is False
    assert met["low"] <= met["simulated"] <= met["high"]
    assert (missing["simulated"], missing["hit"], missing["calibrated"]) == (None, False, True)
    again = command(*words, "--quiet", "--workers", "2")
    assert again.out == answer.out


def test_the_table_counts_hits_and_names_what_is_held_out(command: Command, patterns: Path) -> None:
    answer = command(
        "validate", "classroom", "--patterns", patterns, "--replicates", "1",
        "--workers", "1", "--quiet", "--lang", "en",
    )  # fmt: skip
    assert answer.code == 0
    assert "hits 1/2; of those held out 1/1" in answer.out
    assert "not measurable yet" in answer.out
    assert "Structure of a run" in answer.out


def test_structure_alone_as_json(command: Command) -> None:
    answer = command(
        "validate", "classroom", "--structure", "--replicates", "1", "--workers", "1",
        "--json", "--quiet",
    )  # fmt: skip
    assert answer.code == 0
    rows = {row["id"]: row for row in json.loads(answer.out)}
    assert rows["money"]["value"] == 0.0
    assert rows["money"]["ok"] is True
    assert set(rows["cases"]) == {"id", "bound_low", "bound_high", "value", "low", "high", "ok"}


def test_faults_are_one_line_each(command: Command, patterns: Path, project: Path) -> None:
    wrong = patterns.with_name("wrong.yaml")
    wrong.write_text(PATTERNS.replace("id: need_met", "id: need_mat"), encoding="utf-8")
    study = project / "experiments/classroom/study.yaml"
    for words, says in (
        (["classrom"], "unknown place 'classrom'; did you mean 'classroom'?"),
        (["classroom", "--patterns", wrong], f"{wrong}:7:34: measure outcome needs id"),
        (["chenghua-2015", "--patterns", patterns], "has no pattern of place chenghua-2015"),
        (["classroom", "--study", study], "--ensemble is needed too"),
        (["chenghua-2015", "--study", study, "--ensemble", patterns], "is a study of classroom"),
    ):
        answer = command("validate", *words, "--lang", "en")
        assert (answer.code, answer.out) == (2, "")
        (line,) = answer.err.splitlines()
        assert says in line


def test_rankings_across_an_ensemble(command: Command, tmp_path: Path, project: Path) -> None:
    (tmp_path / "ensemble.csv").write_text("parameter:psi\n0.0\n1.0\n", encoding="utf-8")
    study = tmp_path / "study.yaml"
    text = (project / "experiments/classroom/study.yaml").read_text(encoding="utf-8")
    study.write_text(text.replace("months: 36", "months: 12"), encoding="utf-8")
    tables = tmp_path / "tables"
    words = ["validate", "classroom", "--ensemble", tmp_path, "--study", study]
    answer = command(*words, "--replicates", "1", "--workers", "1", "--json", "--quiet")
    assert answer.code == 0
    rows = json.loads(answer.out)
    assert sum(row["points"] for row in rows) == 2
    assert all(set(row["order"]) == {"per_household", "functions", "tasks"} for row in rows)
    assert not (tmp_path / "tables").exists()
    answer = command(*words, "--replicates", "1", "--workers", "1", "--quiet", "--out", tables)
    assert answer.code == 0
    assert (tables / "rankings.csv").read_text(encoding="utf-8").startswith("order,points,share\n")
    assert (tables / "pairs.csv").read_text(encoding="utf-8").count("\n") == 4


def test_calibrate_says_what_it_found_and_where(
    command: Command, patterns: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "fit.yaml"
    spec.write_text(
        "patterns: [patterns.yaml]\nfit: [A]\nparameters: {psi: {scale: uniform}}\n"
        "draws: 4\nrounds: 0\nreplicates: 1\nseed: 1\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    words = ["calibrate", spec, "--out", out, "--workers", "1", "--quiet", "--lang", "en"]
    answer = command(*words)
    assert answer.code == 2
    assert "pattern 'A' is held out; nothing may be fitted to it" in answer.err
    patterns.write_text(PATTERNS.replace("heldout", "calibration"), encoding="utf-8")
    answer = command(*words)
    assert (answer.code, answer.err) == (0, "")
    assert "4 of 4 points meet all 1 fitted patterns" in answer.out
    assert answer.out.endswith(f"Results: {out}\n")
    assert (out / "ensemble.csv").is_file()


OWN = "my_place.yaml"


@pytest.fixture
def own_place(tmp_path: Path, project: Path) -> Path:
    path = tmp_path / "deep" / OWN
    path.parent.mkdir()
    path.write_bytes((project / "configs/places/classroom.yaml").read_bytes())
    return path


def test_the_structure_of_a_place_of_one_s_own_is_checked(
    command: Command, own_place: Path
) -> None:
    words = ("--structure", "--replicates", "1", "--workers", "1", "--quiet", "--json")
    own, packaged = (command("validate", place, *words) for place in (own_place, "classroom"))
    assert (own.code, own.err) == (0, "")
    assert own.out == packaged.out


def test_patterns_of_a_place_of_one_s_own_name_its_file(
    command: Command, own_place: Path, tmp_path: Path
) -> None:
    patterns = tmp_path / "patterns.yaml"
    text = PATTERNS.replace("place: classroom", f"place: deep/{OWN}", 1)
    patterns.write_text(text, encoding="utf-8")
    words = ("--patterns", patterns, "--replicates", "1", "--workers", "1", "--quiet", "--json")
    answer = command("validate", own_place, *words)
    assert answer.code == 0
    assert [row["id"] for row in json.loads(answer.out)] == ["A"]
    assert [row["id"] for row in json.loads(command("validate", "classroom", *words).out)] == ["B"]


def test_a_fault_of_a_place_of_one_s_own_is_told_in_one_line_where_it_is(
    command: Command, own_place: Path
) -> None:
    text = own_place.read_text(encoding="utf-8")
    own_place.write_text(
        text.replace("villages: {value: 0", "villages: {value: 9"), encoding="utf-8"
    )
    answer = command("validate", own_place, "--lang", "en")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    line = 1 + text[: text.index("villages:")].count("\n")
    assert f"{OWN}:{line}:" in answer.err
    assert "9 villages; allowed: 0 to 8" in answer.err
    assert command("validate", own_place.parent / "nowhere.yaml").err.count("\n") == 1
