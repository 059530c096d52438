"""What is said about equal spend: once it is solved, where it cannot be, and where nobody wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.cli import figures
from sansheng.pictures import comparison as comparison_figure
from sansheng.pictures.conditions import Conditions
from sansheng.study import run as run_module
from sansheng.study.matching import OFF
from sansheng.study.reading import open_study

Command = Callable[..., Any]

CLASSROOM = """\
place: classroom
start: 2015-01
months: 3
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  raise:
    rule: per_household
    levers:
      - name: wage_parity
"""


@pytest.fixture
def off(study: Path) -> Path:
    """The small study without equal spend."""
    study.write_text(study.read_text(encoding="utf-8") + "equal_spend: false\n", encoding="utf-8")
    return study


def test_a_run_tells_scales_and_statuses(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    words = ["run", study, "--out", tmp_path / "out", "--workers", "1"]
    answer = command(*words, "--lang", "en")
    assert "matching spending (16 pilot runs of each scenario)" in answer.err
    assert "duties: scale 1.0000, matched" in answer.err
    assert "WARNING" not in answer.out
    again = command("run", study, "--out", tmp_path / "zh", "--workers", "1")
    assert "正在使各方案支出相等" in again.err
    manifest = open_study(tmp_path / "out").manifest
    assert manifest["equal_spend"] is True
    assert manifest["pilot"] == {"first_replicate": 2**30, "tolerance": 0.005}
    told = manifest["scenarios"][1]["spending"]
    assert (told["status"], told["scale"], told["from"]) == ("matched", 1.0, "2015-01")
    assert told["pilot_spent"] == told["pilot_target"] == 1500.0


def test_one_that_cannot_spend_is_flagged_in_every_table(
    command: Command,
    fake_model: ModuleType,
    study: Path,
    tmp_path: Path,
    without_pictures: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = fake_model.Pilot.spending

    def half(self: Any, name: str, scaling: object) -> Any:
        found = real(self, name, scaling)
        return found._replace(total=found.total * (0.5 if name == "duties" else 1.0))

    monkeypatch.setattr(fake_model.Pilot, "spending", half)
    out = tmp_path / "out"
    run = command("run", study, "--out", out, "--workers", "1", "--lang", "en")
    compared = command("compare", out, "--lang", "en")
    for answer in (run, compared):
        assert answer.code == 0
        assert "Functions borne (capped)" in answer.out
        assert "capped: cannot spend or absorb" in answer.out
    rows = json.loads(command("compare", out, "--json").out)["comparisons"]
    assert {row["spending"] for row in rows} == {"capped"}
    assert "（未达等额）" in command("compare", out).out


def test_off_is_said_in_every_output(
    command: Command,
    fake_model: ModuleType,
    off: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Conditions] = []
    monkeypatch.setattr(
        comparison_figure,
        "draw_comparison",
        lambda *_, conditions, **__: told.append(conditions) or [],
    )
    out = tmp_path / "out"
    run = command("run", off, "--out", out, "--workers", "1", "--lang", "en")
    assert OFF.en in run.out
    assert "matching spending" not in run.err
    assert OFF.en in command("check", off, "--lang", "en").out
    assert OFF.en in command("compare", out, "--lang", "en").out
    assert OFF.zh in command("compare", out).out
    assert {
        row["spending"] for row in json.loads(command("compare", out, "--json").out)["comparisons"]
    } == {"off"}
    manifest = open_study(out).manifest
    assert manifest["equal_spend"] is False
    assert {scenario["spending"]["status"] for scenario in manifest["scenarios"]} == {"off"}
    dictionary = (out / "dictionary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert dictionary[1].startswith("study,equal_spend,-,-,")
    assert OFF.zh in dictionary[1]
    assert told[0].parts("en")[0].startswith("UNEQUAL MONEY")
    assert "支出不等" in told[0].line("zh")


def test_a_matched_study_has_no_warning_in_its_dictionary_or_figure(results: Path) -> None:
    data = open_study(results)
    assert "equal_spend" not in (results / "dictionary.csv").read_text(encoding="utf-8-sig")
    assert figures._conditions(data, {}, []).equal_spend


@pytest.mark.parametrize("fault", [ZeroDivisionError("no households"), SystemExit(0)])
def test_a_rule_that_breaks_in_a_pilot_run_fails_the_run_in_one_line(
    command: Command,
    fake_model: ModuleType,
    study: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: BaseException,
) -> None:
    def breaks(*_: object) -> None:
        raise fault

    monkeypatch.setattr(fake_model.Pilot, "spending", breaks)
    answer = command("run", study, "--out", tmp_path / "out", "--workers", "1", "--quiet")
    assert answer.code == 1
    (line,) = answer.err.splitlines()
    assert line.startswith("a pilot run failed; nothing was stored: ")
    assert type(fault).__name__ in line
    assert not (tmp_path / "out").exists()


def test_extra_money_without_equal_spend_is_refused_in_its_place(
    command: Command, off: Path
) -> None:
    off.write_text(off.read_text(encoding="utf-8") + "match_extra: true\n", encoding="utf-8")
    answer = command("check", off)
    assert answer.code == 2
    assert answer.err.startswith(f"{off}:13:1: match_extra: true")


def test_checking_solves_nothing(
    command: Command, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solving(*_: object) -> None:
        raise AssertionError("a check solves nothing")

    monkeypatch.setattr(run_module, "match_spending", solving)
    assert command("check", study, "--lang", "en").code == 0


def test_a_wage_rise_beyond_the_budget_exits_2_and_states_both_amounts(
    command: Command, tmp_path: Path
) -> None:
    study, out = tmp_path / "raise.yaml", tmp_path / "out"
    study.write_text(CLASSROOM, encoding="utf-8")
    answer = command("run", study, "--out", out, "--workers", "1", "--quiet")
    assert answer.code == 2
    assert not out.exists()
    (line,) = answer.err.splitlines()
    assert line.startswith(f"{study}:13:15: wage_parity: costs ")
    amounts = [word for word in line.replace(";", " ").split() if "," in word and word[0].isdigit()]
    assert len(amounts) >= 2
