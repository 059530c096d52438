"""Studies that a browser brings along name no file, run no code, and are no larger than the lab can bear."""

from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.core.errors import BadInput
from sansheng.lab.brought import read_brought
from sansheng.lab.draft import Draft, study_text
from sansheng.lab.limits import MOST_BYTES, MOST_RUNS

GOOD = study_text(Draft())


def lines(text: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_brought(text)
    return [problem.line("en") for problem in refused.value.problems]


def test_a_good_study_is_read() -> None:
    assert read_brought(GOOD).scenarios.keys() == {"per_household", "task_based"}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("place: classroom", "place: ../secret.yaml", "study.yaml:2:8: "),
        ("place: classroom", "place: mine.yaml", "study.yaml:2:8: "),
        ("rule: task_based", "rule: evil.py:Rule", "study.yaml:11:22: "),
        ("rule: task_based", "rule: os.path:join", "study.yaml:11:22: "),
        ("rule: task_based", "rule: {name: /etc/passwd}", "study.yaml:11:29: "),
        ("rule: task_based", "rule: {name: '..\\x.yaml'}", "study.yaml:11:29: "),
        ("seed: 1", "draws: {ensemble: table.csv}\nseed: 1", "study.yaml:7:19: "),
    ],
)
def test_a_study_that_names_a_file_or_code_is_refused_where_it_does(
    old: str, new: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    told = lines(GOOD.replace(old, new))
    assert len(told) == 1
    assert told[0].startswith(where)


def test_a_rule_kept_with_the_package_may_be_named() -> None:
    study = read_brought(GOOD.replace("rule: task_based", "rule: task_based_flat.yaml"))
    assert study.scenarios["task_based"].rule.name == "task_based"


def test_faults_are_told_at_their_line_and_column_without_a_folder() -> None:
    told = lines(
        GOOD.replace("months: 36", "months: 36.5").replace("rule: task_based}", "rule: task_basd}")
    )
    assert [line.partition(": ")[0] for line in told] == ["study.yaml:4:9", "study.yaml:11:22"]
    assert "task_based" in told[1]


def test_a_text_that_is_too_long_is_not_read() -> None:
    assert lines("#" * (MOST_BYTES + 1)) == [
        f"study.yaml: {MOST_BYTES + 1:,} bytes; allowed: up to {MOST_BYTES:,}"
    ]


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "- a\n- b", "place: &a classroom\nseed: *a"]
)
def test_whatever_is_brought_is_refused_in_lines(text: str) -> None:
    assert all("\n" not in line for line in lines(text))


def test_a_study_that_is_too_large_is_refused() -> None:
    many = GOOD.replace("replicates: 40", f"replicates: {MOST_RUNS // 2 + 1}")
    assert lines(many)[0].startswith(f"the study has {MOST_RUNS + 2:,} runs")
    long = GOOD.replace("classroom", "beijing-2018").replace("months: 36", "months: 1200")
    assert "months of communities" in lines(long)[0]
