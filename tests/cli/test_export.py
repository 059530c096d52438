from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Command = Callable[..., Any]


def test_an_export_lies_in_the_study_unless_told_otherwise(
    command: Command, results: Path, tmp_path: Path
) -> None:
    answer = command("export", results, "--to", "csv", "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"Exported: {results / 'export-csv'}\n"
    assert (results / "export-csv" / "months.csv").is_file()
    answer = command("export", results, "--to", "parquet", "--out", tmp_path / "elsewhere")
    assert answer.out == f"已导出：{tmp_path / 'elsewhere'}\n"
    assert (tmp_path / "elsewhere" / "months.parquet").is_file()


def test_a_study_with_an_export_in_it_is_still_that_study(command: Command, results: Path) -> None:
    before = command("hash", results).out
    command("export", results, "--to", "dta")
    assert command("hash", results).out == before


def test_some_tables_may_be_asked_for(command: Command, results: Path, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    words = ("--to", "dta", "--tables", "summary,runs", "--out", out)
    assert command("export", results, *words).code == 0
    assert {path.name for path in out.glob("*.dta")} == {"summary.dta", "runs.dta"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "sav"), "(valid: csv, xlsx, dta, parquet)"),
        (("--to", "cvs"), "did you mean 'csv'?"),
        (("--to", "csv", "--tables", "month"), "unknown table 'month'; did you mean 'months'?"),
        (("--to", "csv", "--tables", ""), "unknown table ''"),
        (("--to", "csv", "--tables", "events"), "has no events"),
        ((), "--to"),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_one_line(
    words: tuple[str, ...], said: str, command: Command, results: Path
) -> None:
    answer = command("export", results, *words)
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_folder_that_is_no_study_is_refused(command: Command, tmp_path: Path) -> None:
    answer = command("export", tmp_path, "--to", "csv")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_a_partial_study_is_exported_only_if_that_is_asked_for(
    fake_model: ModuleType,
    study: Path,
    tmp_path: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fails = fake_model.in_scenarios(fake_model.fails_at_1)
    monkeypatch.setattr(fake_model, "simulate_scenarios", fails)
    out = tmp_path / "out"
    assert command("run", study, "--out", out, "--workers", 1).code == 1
    refused = command("export", out, "--to", "csv")
    assert refused.code == 2
    assert "--allow-partial" in refused.err
    assert not (out / "export-csv").exists()
    answer = command("export", out, "--to", "csv", "--allow-partial", "--lang", "en")
    assert answer.code == 0
    assert answer.out.startswith("partial: 4 of 6 runs")


def test_a_full_folder_in_the_way_stays_as_it_is(
    command: Command, results: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    answer = command("export", results, "--to", "csv", "--out", tmp_path / "mine")
    assert answer.code == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
