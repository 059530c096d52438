"""Whatever a user's rule does when a study runs, the answer is results or one plain line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sansheng.cli.main import main
from sansheng.core import kernels
from sansheng.study.reading import open_study

HEAD = "import numpy as np\nfrom sansheng import Allocation, Rule, split_fen\n\n\n"
MINE = "class Mine(Rule):\n    def allocate(self, view):\n"
STUDY = """\
place: classroom
start: 2015-12
months: 2
replicates: {replicates}
seed: 1
equal_spend: false
baseline: flat
scenarios:
  flat:
    rule: per_household
  mine:
    rule: my_rule.py:Mine
"""
EVEN = "        return Allocation(split_fen(view.budget, view.households))\n"
BODIES = {
    "a division by zero": ("        return 1 / 0\n", 7, "ZeroDivisionError"),
    "a missing field": ("        return view.secret\n", 7, "AttributeError"),
    "nothing": ("        pass\n", 6, "must return an Allocation, not NoneType"),
    "floats": ("        return Allocation(view.need_seen)\n", 6, "split_fen"),
    "no number": (
        "        return Allocation(view.need_seen * np.nan)\n",
        6,
        "grants[0] = nan (community 0",
    ),
    "too much": (EVEN.replace("budget,", "budget + 1,"), 6, "it promises"),
    "a write": ("        view.staff[0] = 1\n" + EVEN, 7, "read-only"),
    "an exit": ("        raise SystemExit(0)\n", 7, "SystemExit"),
    "no bottom": ("        return self.allocate(view)\n", 7, "RecursionError"),
    "a message of many lines": ("        raise ValueError('a\\nb\\x1b[2J')\n", 7, "ValueError: a"),
    "an undeclared option": ("        return self.option('flor')\n", 7, "no quantity 'flor'"),
    "january alone": (
        "        if view.months == 12:\n            raise KeyError('jan')\n" + EVEN,
        8,
        "2016-01: rule Mine: KeyError: 'jan'",
    ),
}


def run(folder: Path, body: str, *words: str, replicates: int = 1) -> int:
    (folder / "my_rule.py").write_text(HEAD + MINE + body, encoding="utf-8")
    study = STUDY.replace("{replicates}", str(replicates))
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    out = str(folder / "out")
    return main(["run", str(folder / "study.yaml"), "--out", out, "--lang", "en", *words])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


def test_the_other_scenarios_are_stored_as_if_a_failing_one_had_not_been_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, beside = tmp_path / "alone", tmp_path / "beside"
    for folder in (alone, beside):
        folder.mkdir()
        assert run(folder, BODIES["january alone"][0], "--quiet", replicates=2) == 1
    study = (alone / "study.yaml").read_text(encoding="utf-8").partition("  mine:")[0]
    (alone / "study.yaml").write_text(study, encoding="utf-8")
    capsys.readouterr()
    out = str(alone / "without")
    assert main(["run", str(alone / "study.yaml"), "--out", out, "--lang", "en", "--quiet"]) == 0
    without = {row.checksum for row in open_study(out).ledger}
    data = open_study(beside / "out", allow_partial=True)
    assert data.scenarios == ("flat",)
    assert {row.checksum for row in data.ledger if row.status == "done"} == without
    assert {(row.scenario, row.stage) for row in data.failures} == {("mine", "simulation")}
    capsys.readouterr()
    assert main(["compare", str(beside / "out"), "--lang", "en"]) == 2
    main(["compare", str(beside / "out"), "--lang", "en", "--allow-partial"])
    told = capsys.readouterr().out
    assert "WARNING: partial results, 2 of 4 runs (2 failed, 0 missing)." in told
    assert "WARNING: scenario mine: 2 runs failed, the first: mine: 2016-01: rule Mine: " in told


def test_a_baseline_that_fails_leaves_the_others_and_nothing_to_compare_them_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my_rule.py").write_text(HEAD + MINE + "        return 1 / 0\n", encoding="utf-8")
    study = STUDY.replace("{replicates}", "1").replace("baseline: flat", "baseline: mine")
    (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
    words = ["run", str(tmp_path / "study.yaml"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*words, "--lang", "en"]) == 1
    capsys.readouterr()
    assert main(["compare", str(tmp_path / "out"), "--allow-partial", "--lang", "en"]) == 2
    assert "no scenario 'mine'; allowed: flat" in capsys.readouterr().err


@pytest.mark.parametrize("what", BODIES)
def test_a_fault_of_a_rule_is_one_line_with_its_place_scenario_and_month(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body, line, says = BODIES[what]
    assert run(tmp_path, body, "--workers", "1", "--quiet") == 1
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert re.match(rf"my_rule\.py:{line}:\d+: 1 of 2 runs failed \(mine\); first ", told.err)
    assert says in told.err
    assert "draw 0, replicate 0: mine: " in told.err
    assert re.search(r"mine: (2015-12|2016-01): rule Mine: ", told.err)
    assert told.err.strip().isprintable()
    assert open_study(tmp_path / "out", allow_partial=True).scenarios == ("flat",)


def test_workers_of_their_own_find_the_rule_and_agree_with_one_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansheng.cli import figures
    from sansheng.study.canonical import study_hash

    monkeypatch.setattr(figures, "draw_figures", lambda *_: [])
    hashes = set()
    for workers in ("1", "2"):
        folder = tmp_path / workers
        folder.mkdir()
        assert run(folder, EVEN, "--workers", workers, "--quiet", replicates=2) == 0
        hashes.add(study_hash(folder / "out"))
    assert len(hashes) == 1
    assert open_study(tmp_path / "2" / "out").scenarios == ("flat", "mine")
    assert "Mine" in capsys.readouterr().out


def test_a_fault_in_a_worker_is_told_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "        return 1 / 0\n", "--workers", "2", "--quiet", replicates=2) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert re.match(r"my_rule\.py:7:\d+: .*mine: 2015-12: rule Mine: ZeroDivisionError", told)
