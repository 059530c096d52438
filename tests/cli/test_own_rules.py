"""The commands for somebody who writes a rule: new, check-rule, explain and list."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sansheng.policy.conformance import CHECKS
from sansheng.policy.load import rule_names

Command = Callable[..., Any]
OVERSPENDS = """\
import numpy as np
from sansheng import Allocation, Rule


class Generous(Rule):
    def allocate(self, view):
        return Allocation(np.full(view.communities, view.budget))
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def offer(folder: Path, monkeypatch: pytest.MonkeyPatch, points: str) -> None:
    """Install a package on a temporary path."""
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "generous", raising=False)
    info = folder / "generous-3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: generous\nVersion: 3\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(f"[sansheng.rules]\n{points}\n", encoding="utf-8")
    (folder / "generous.py").write_text(OVERSPENDS, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("my_rule.py", "MyRule"),
        ("need_first.py", "NeedFirst"),
        ("rule.py", "MyRule"),
        ("_.py", "MyRule"),
        ("按需.py", "按需"),
    ],
)
def test_a_new_rule_passes_the_check_that_is_named_next(
    file: str, kind: str, command: Command
) -> None:
    answer = command("new", "rule", file, "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{file}; next: sansheng check-rule {file}:{kind}\n"
    words = answer.out.strip().partition("sansheng ")[2].split()
    checked = command(*words, "--lang", "en")
    assert checked.code == 0
    assert checked.out.count("  ok    ") == len(CHECKS)


def test_a_file_that_is_there_is_not_overwritten(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("precious", encoding="utf-8")
    answer = command("new", "rule", "mine.py")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("path", ["mine.txt", "mine", "1st.py", "my rule.py", "a-b.py", ".py"])
def test_a_file_that_could_not_be_named_in_a_study_is_not_written(
    path: str, command: Command, tmp_path: Path
) -> None:
    assert command("new", "rule", path).code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(command: Command) -> None:
    answer = command("new", "rule", "nowhere/mine.py")
    assert (answer.code, answer.err.count("\n")) == (1, 1)


def test_only_rules_can_be_new(command: Command) -> None:
    assert "did you mean 'rule'?" in command("new", "rul", "a.py").err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_rule_that_fails_is_told_on_what_and_where(
    lang: str, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(OVERSPENDS, encoding="utf-8")
    answer = command("check-rule", "mine.py:Generous", "--lang", lang)
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.count("  FAIL  ") == 1
    assert re.search(r"^        mine\.py:6:1: ", answer.out, re.MULTILINE)
    shown = {"en": "on: twelve ordinary communities", "zh": "情形：十二个普通社区"}
    assert shown[lang] in answer.out


def test_the_check_as_json_holds_every_check_and_the_fault(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(OVERSPENDS, encoding="utf-8")
    answer = command("check-rule", "mine.py:Generous", "--json")
    told = json.loads(answer.out)
    assert (answer.code, told["passed"], told["rule"]) == (1, False, "mine.py:Generous")
    assert [entry["check"] for entry in told["checks"]] == list(CHECKS)
    [fault] = [entry["fault"] for entry in told["checks"] if not entry["passed"]]
    assert fault["where"] == {"file": "mine.py", "line": 6, "column": 1}


@pytest.mark.parametrize("name", ["task_based", "hybrid"])
def test_a_rule_of_the_package_is_checked_by_its_name(name: str, command: Command) -> None:
    assert command("check-rule", name).code == 0


@pytest.mark.parametrize("verb", ["check-rule", "explain"])
def test_a_rule_that_is_not_there_is_bad_input(verb: str, command: Command) -> None:
    answer = command(verb, "nowhere.py:Mine")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "there is no file 'nowhere.py'\n"


def test_an_own_rule_is_explained_with_its_options(command: Command) -> None:
    command("new", "rule", "mine.py")
    answer = command("explain", "mine.py:Mine", "--lang", "en")
    assert answer.code == 0
    assert "from: mine.py" in answer.out
    assert "option: floor = 0.5 (0..1 share)" in answer.out


def test_a_source_of_ones_own_is_shown_as_it_is_written(command: Command, tmp_path: Path) -> None:
    text = OVERSPENDS.replace("    def", '    source = ("Li 2024", "S-C01")\n\n    def')
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    answer = command("explain", "mine.py:Generous", "--lang", "en")
    assert "source: Li 2024\n" in answer.out
    assert "source: S-C01: " in answer.out


def test_rules_of_installed_packages_are_listed_with_their_origin(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(tmp_path, monkeypatch, "generous = generous:Generous")
    entries = json.loads(command("list", "rules", "--json").out)
    assert [entry["id"] for entry in entries] == [*rule_names(), "generous"]
    assert (entries[0]["origin"], entries[-1]["origin"]) == ("sansheng", "generous 3")
    assert "generous 3" in command("list", "rules").out
    assert command("explain", "generous", "--lang", "en").out.startswith("generous (rule)")
    assert command("check-rule", "generous").code == 1


def test_a_broken_offer_is_listed_with_the_reason_and_breaks_nothing(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = "broken = generous:Missing\ngone = no_such:Rule\nper_household = generous:Generous"
    offer(tmp_path, monkeypatch, points)
    entries = json.loads(command("list", "rules", "--json").out)
    told = {entry["id"]: entry["en"] for entry in entries[len(rule_names()) :]}
    assert "has no class 'Missing'" in told["broken"]
    assert "no installed package has a module 'no_such'" in told["gone"]
    assert "a rule of this name" in told["per_household"]
    assert command("list", "rules", "--lang", "zh").code == 0
    assert command("explain", "equal_split").code == 0
