"""The verb that tries what must change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sansheng.study import matching

Command = Callable[..., Any]

STUDY = """\
place: classroom
start: 2015-01
months: 3
replicates: 1
seed: 1
baseline: flat
equal_spend: false
scenarios:
  flat: {rule: per_household}
  own: {rule: "rule.py:Mine"}
"""

RULE = """\
from sansheng import Allocation, Rule, split_fen


class Mine(Rule):
    def allocate(self, view):
        weights = view.households.astype(float)
        weights[0] *= FACTOR
        return Allocation(split_fen(view.budget, weights))
"""


@pytest.fixture(autouse=True)
def _few_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_PILOTS", 8)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[float], Path]:
    def write(factor: float) -> Path:
        (tmp_path / "rule.py").write_text(RULE.replace("FACTOR", str(factor)), encoding="utf-8")
        file = tmp_path / "study.yaml"
        file.write_text(STUDY, encoding="utf-8")
        return file

    return write


def test_a_sound_study_is_told_in_both_languages_and_ends_well(
    command: Command, written: Callable[[float], Path]
) -> None:
    file = written(1.0)
    told = command("placebo", file, "--replicates", 1, "--workers", 1, "--lang", "en")
    assert told.code == 0
    assert "violated 0" in told.out
    assert "VIOLATED" not in told.out
    zh = command("placebo", file, "--replicates", 1, "--workers", 1)
    assert "违反 0" in zh.out
    assert "来源：sansheng placebo" in zh.out


def test_a_violation_is_told_and_ends_with_one(
    command: Command, written: Callable[[float], Path], tmp_path: Path
) -> None:
    table = tmp_path / "found.csv"
    words = ("placebo", written(2.0), "--replicates", 1, "--workers", 1)
    told = command(*words, "--json", "--out", table)
    assert told.code == 1
    answer = json.loads(told.out)
    assert answer["passed"] is False
    assert answer["origin"]["command"].startswith("sansheng placebo ")
    (finding,) = [f for f in answer["findings"] if f["status"] == "violated"]
    assert (finding["check"], finding["scenario"]) == ("row_order", "own")
    assert (finding["replicate"], finding["month"]) == (0, "2015-01")
    assert finding["what"].startswith("grants[")
    assert finding["difference"] != 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(table.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(answer["findings"])


def test_a_study_that_does_not_exist_is_bad_input(command: Command, tmp_path: Path) -> None:
    assert command("placebo", tmp_path / "none.yaml").code in (1, 2)
