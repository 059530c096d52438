"""Whatever a study calls its scenarios and columns, no program that opens an export is led astray."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.study.config import RuleRef, Scenario
from sansheng.study.export import stata
from sansheng.study.export.cells import STARTS, harmless
from sansheng.study.export.exporting import FORMATS, export_study
from sansheng.study.export.to_xlsx import BOOK
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

NAMES = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-1.5",
    "＝1+1",
    "'=1",
    '=HYPERLINK("http://example.org","长")',
    "{=1}",
    "http://example.org",
    'a;=1,"=2"',
    "汉" * 40,
    "0012",
    "1E5",
    "'); DROP TABLE months; --",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "fakes"))
        patch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)
        import fake_model

        scenarios = {name: Scenario(rule=RuleRef(name="per_household")) for name in NAMES}
        study = fake_model.make_study(scenarios=scenarios, baseline=NAMES[0], replicates=1)
        out = tmp_path_factory.mktemp("研究 'x' year=2015") / "out"
        return run_study(study, out, workers=1, model="fake_model")


def test_no_cell_of_a_csv_file_begins_a_formula(folder: Path, tmp_path: Path) -> None:
    out = export_study(open_study(folder), "csv", tmp_path / "out")
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert cell[:1] not in [*STARTS[:-1]] or math.copysign(1, float(cell)) < 0
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row[0] for row in csv.reader(file)][1:]
    assert names == [harmless(name) for name in NAMES]
    assert tuple(name.removeprefix("'") if name[:1] == "'" else name for name in names) == NAMES


def test_a_workbook_has_no_formula_and_no_link(folder: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(export_study(open_study(folder), "xlsx", tmp_path / "out") / BOOK)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in book["summary"]["A"]][1:] == list(NAMES)


def test_stata_and_parquet_give_the_names_back(folder: Path, tmp_path: Path) -> None:
    data = open_study(folder)
    found = pd.read_stata(export_study(data, "dta", tmp_path / "dta") / "summary.dta")
    assert found["scenario"].tolist() == list(NAMES)
    out = export_study(data, "parquet", tmp_path / "parquet")
    found = duckdb.read_parquet(str(out / "summary.parquet")).df()
    assert found["scenario"].tolist() == list(NAMES)


def test_columns_and_texts_of_any_kind_pass_through(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["=1\r\n+2", '"', "a\tb", "汉\u202e字", "\x07", "x" * 5000, None]
    frame = pd.DataFrame({'=a"b,c': texts, "if": [1.5] * 7, "A b": [2.5] * 7, "a_b": [3.5] * 7})
    frame = frame.assign(scenario=NAMES[0], draw=0, replicate=0)
    plain = StudyData.connect

    def with_events(self: StudyData) -> duckdb.DuckDBPyConnection:
        connection = plain(self)
        connection.register("frame", frame)
        connection.execute("CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM frame")
        return connection

    monkeypatch.setattr(StudyData, "connect", with_events)
    data = open_study(folder)
    out = {to: export_study(data, to, tmp_path / to, tables=["events"]) for to in FORMATS}
    with (out["csv"] / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "'=a\"b,c"
    assert [row[0] for row in rows] == ["'=1\r\n+2", *texts[1:-1], ""]
    found = pd.read_stata(out["dta"] / "events.dta")
    assert list(found)[:4] == ["_a_b_c", "_if", "A_b", "a_b"]
    assert found["_a_b_c"].tolist() == [*texts[:5], "x" * stata.LONGEST_TEXT, ""]
    with (out["dta"] / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        renamed = {row["column"]: row["stored_as"] for row in csv.DictReader(file)}
    assert renamed["if"] == "_if"
    found = duckdb.read_parquet(str(out["parquet"] / "events.parquet")).df()
    assert found['=a"b,c'].tolist()[:-1] == texts[:-1]


@given(st.lists(st.text(max_size=40), unique=True, max_size=20))
def test_any_names_become_different_names_that_stata_takes(names: list[str]) -> None:
    found = stata.variable_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    for name in found.values():
        assert name.isascii()
        assert name.isidentifier()
        assert len(name) <= 32


@given(st.text())
def test_a_text_cell_of_stata_ends_with_a_whole_character(text: str) -> None:
    whole = text.encode(errors="replace").decode() * 50
    (cell,) = stata.text_cells([whole])
    assert len(cell) <= stata.LONGEST_TEXT
    assert whole.replace("\0", " ").startswith(cell.decode())


SCRIPT = """
import resource, sys
from sansheng.cli.main import main

resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
for to in ("csv", "xlsx", "dta", "parquet"):
    print(main(["export", sys.argv[1], "--to", to, "--out", f"{sys.argv[2]}/{to}", "--lang", "en"]))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits are those of POSIX")
def test_a_disk_that_takes_no_more_leaves_one_line_and_no_folder(
    folder: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.split() == ["1"] * 4
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    for line in lines:
        assert line.startswith(f"cannot write results to {tmp_path}")
        assert line.endswith("nothing of the export is kept")
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="locales are those of POSIX")
def test_a_chinese_folder_is_written_in_any_locale(folder: Path, tmp_path: Path) -> None:
    for to in FORMATS:
        words = ["export", str(folder), "--to", to, "--out", str(tmp_path / f"导出-{to}")]
        done = subprocess.run(
            [sys.executable, "-m", "sansheng", *words],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"导出-{to}" / "README.txt").is_file()
