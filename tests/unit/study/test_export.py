from __future__ import annotations

import csv
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from sansheng.core.errors import BadInput, RunFailed
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study import run as run_module
from sansheng.study.config import RuleRef, Scenario
from sansheng.study.export import exporting, to_xlsx
from sansheng.study.export.cells import STARTS, harmless
from sansheng.study.export.place import RECORD
from sansheng.study.export.source import TABLES, open_source
from sansheng.study.progress import Progress
from sansheng.study.reading import StudyData, open_study

NAMES = ("每百户", "=1+1", "@SUM(1)", "a, 'b'", "长" * 40)
KINDS = ("csv", "dta", "parquet", "xlsx")
WHOLE = ("draw", "replicate", "year", "month")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """A study of scenarios with names that other programs might stumble over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "fakes"))
        patch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)
        import fake_model

        scenarios = {name: Scenario(rule=RuleRef(name="per_household")) for name in NAMES}
        study = fake_model.make_study(scenarios=scenarios)
        out = tmp_path_factory.mktemp("study") / "out"
        return run_module.run_study(study, out, workers=1, model="fake_model")


@pytest.fixture
def data(folder: Path) -> StudyData:
    return open_study(folder)


Export = Callable[..., Path]


@pytest.fixture
def export(data: StudyData, tmp_path: Path) -> Export:
    def call(to: str, **settings: Any) -> Path:
        return exporting.export_study(data, to, tmp_path / f"as-{to}", **settings)

    return call


def same_bits(found: float, expected: float) -> bool:
    if math.isnan(expected):
        return math.isnan(found)
    return struct.pack("<d", found) == struct.pack("<d", expected)


def rows_of(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(text.splitlines(keepends=True)))


def test_csv_gives_every_bit_of_every_number_back_in_the_fewest_digits(
    export: Export, data: StudyData
) -> None:
    out = export("csv")
    for table in ("summary", "months", "communities", "organisations", "workers"):
        frame = getattr(data, table)
        header, *rows = rows_of(out / f"{table}.csv")
        assert header == list(frame)
        assert len(rows) == len(frame)
        for number, name in enumerate(header):
            cells = [row[number] for row in rows]
            if name == "scenario":
                assert cells == [harmless(text) for text in frame[name]]
            elif frame[name].dtype.kind == "i":
                assert cells == [str(value) for value in frame[name]]
            else:
                expected = [
                    "" if math.isnan(value) else repr(value) for value in frame[name].tolist()
                ]
                assert cells == expected


def test_csv_is_what_a_spreadsheet_opens(export: Export) -> None:
    content = (export("csv") / "months.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfscenario,")
    assert content.count(b"\n") == content.count(b"\r\n") == 5 * 3 * 4 + 1


def test_csv_neutralises_formulas_and_leaves_numbers_alone(export: Export) -> None:
    header, *rows = rows_of(export("csv", tables=["months"]) / "months.csv")
    names = {row[0] for row in rows}
    assert names == {"每百户", "'=1+1", "'@SUM(1)", "a, 'b'", "长" * 40}
    numbers = [cell for row in rows for cell in row[1:]]
    assert any(cell.startswith("-") for cell in numbers)
    assert not any(cell.startswith("'") for cell in numbers)
    assert all(cell == "" or math.isfinite(float(cell)) for cell in numbers)
    assert header[-1] == "satisfaction_gap"


def test_formulas_are_told_alike_in_python_and_in_the_database() -> None:
    from sansheng.study.export.cells import harmless_in_sql

    texts = [*(start + "x" for start in STARTS), *STARTS, "", "x=", "长", " =1", "\u2007", "-1.5"]
    connection = duckdb.connect()
    connection.register("texts", pd.DataFrame({"x": texts}))
    found = connection.execute(f"SELECT {harmless_in_sql('x')} FROM texts").fetchall()
    assert [text for (text,) in found] == [harmless(text) for text in texts]
    assert len(set(map(harmless, texts))) == len(texts)  # nothing is lost


@pytest.mark.parametrize(
    "value", [5e-324, -0.0, 1e16, 1.5e300, -1.5, 0.1, 1 / 3, 2.0**53, 1e-5, 123456789.123456789]
)
def test_the_database_writes_floats_as_python_does(value: float) -> None:
    connection = duckdb.connect()
    connection.register("numbers", {"x": np.array([value])})
    assert connection.execute("SELECT x::VARCHAR FROM numbers").fetchall() == [(repr(value),)]


def test_parquet_gives_every_bit_back_in_the_order_of_the_study(
    export: Export, data: StudyData
) -> None:
    out = export("parquet")
    for table in ("summary", "months", "communities", "organisations", "workers", "draws"):
        expected = getattr(data, table)
        found = duckdb.read_parquet(str(out / f"{table}.parquet")).df()
        assert list(found) == list(expected)
        for name in expected:
            if name == "scenario":
                assert found[name].tolist() == expected[name].tolist()
            else:
                assert found[name].dtype == expected[name].dtype
                assert found[name].to_numpy().tobytes() == expected[name].to_numpy().tobytes()


@pytest.mark.parametrize("table", ["summary", "months", "communities", "organisations", "workers"])
def test_stata_gives_every_bit_back(table: str, export: Export, data: StudyData) -> None:
    out = export("dta")
    expected = getattr(data, table)
    found = pd.read_stata(out / f"{table}.dta")
    assert list(found) == list(expected)
    assert found["scenario"].tolist() == expected["scenario"].tolist()
    for name in expected.columns.drop("scenario"):
        pairs = zip(found[name].tolist(), expected[name].tolist(), strict=True)
        assert all(same_bits(float(a), float(b)) for a, b in pairs), name
        assert (found[name].dtype.kind == "i") == (expected[name].dtype.kind == "i")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_stata_labels_say_name_and_unit_in_the_language(lang: str, export: Export) -> None:
    with pd.io.stata.StataReader(export("dta", lang=lang) / "months.dta") as reader:
        labels = reader.variable_labels()
        values = reader.value_labels()
        about = reader.data_label
    expected = {"zh": "需求满足率（%）", "en": "Need met (%)"}
    assert labels["need_met"] == expected[lang]
    assert labels["unmet"] in ("未满足需求（件/千户）", "Unmet need (needs/1,000 households)")
    assert all(0 < len(label) <= 80 for label in labels.values())
    assert values == {"scenario": dict(enumerate(NAMES, start=1))}
    assert about.startswith("sansheng ")


def test_another_reader_of_stata_files_finds_the_same(export: Export, data: StudyData) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    path = export("dta") / "months.dta"
    found, about = pyreadstat.read_dta(str(path), apply_value_formats=True)
    assert about.column_names_to_labels["need_met"] == "需求满足率（%）"
    assert found["scenario"].astype(str).tolist() == data.months["scenario"].tolist()
    np.testing.assert_array_equal(found["need_met"], data.months["need_met"])


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text(
    export: Export, data: StudyData
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(export("xlsx", lang="en") / to_xlsx.BOOK)
    assert book.sheetnames == [
        "summary",
        "months",
        "communities",
        "organisations",
        "workers",
        "draws",
        "runs",
        "dictionary",
        "about",
    ]
    sheet = book["months"]
    assert sheet.freeze_panes == "A2"
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == list(data.months)
    for row, expected in zip(rows, data.months.itertuples(index=False), strict=True):
        for cell, value in zip(row, expected, strict=True):
            if isinstance(value, str):
                assert (cell.data_type, cell.value) == ("s", value)
            elif math.isnan(value):
                assert cell.value is None
            else:
                assert cell.data_type == "n"
                assert cell.value == pytest.approx(value, rel=1e-15)
    assert all(cell.data_type == "s" for cell in book["months"]["A"])
    entries = {(row[0], row[1]): row for row in book["dictionary"].iter_rows(values_only=True)}
    assert entries["months", "need_met"][3:5] == ("%", "Need met")


@pytest.mark.parametrize("to", KINDS)
def test_beside_the_data_lies_what_they_mean_and_where_they_come_from(
    to: str, export: Export, data: StudyData
) -> None:
    out = export(to, lang="zh")
    entries = {(row[0], row[1]): row for row in rows_of(out / "dictionary.csv")}
    assert entries["months", "need_met"][2:5] == ["need_met", "%", "需求满足率"]
    assert entries["communities", "granted"][3:5] == ["元", "核拨经费"]
    assert entries["runs", "seconds"][3] == "秒"
    assert entries["summary", "need_met"][5].endswith("每次运行取各月平均。")
    assert {column for table, column in entries if table == "months"} == set(data.months)
    assert (out / "study.yaml").read_bytes() == (data.folder / "study.yaml").read_bytes()
    manifest = (data.folder / "manifest.json").read_bytes()
    assert (out / "study-manifest.json").read_bytes() == manifest
    from sansheng.study.canonical import hash_of

    about = (out / "README.txt").read_text("utf-8")
    assert hash_of(data) in about
    assert "全部 15 次运行" in about
    assert f"--to {to}" in about
    record = json.loads((out / RECORD).read_text("utf-8"))
    assert record["hash"] == hash_of(data)
    assert {*record["files"], RECORD} == {path.name for path in out.iterdir()}


def test_the_ledger_is_a_table_without_tracebacks(export: Export, data: StudyData) -> None:
    found = duckdb.read_parquet(str(export("parquet") / "runs.parquet")).df()
    assert list(found) == [name for name in data.runs if name != "trace"]
    assert found["checksum"].tolist() == data.runs["checksum"].tolist()
    assert found["error_en"].isna().all()


def test_only_the_tables_asked_for_are_written(export: Export) -> None:
    out = export("csv", tables=["draws", "summary", "draws"])
    tables = {path.stem for path in out.glob("*.csv")}
    assert tables == {"draws", "summary", "dictionary"}


def test_events_that_were_not_recorded_are_not_there(export: Export) -> None:
    assert not (export("csv") / "events.csv").exists()
    with pytest.raises(BadInput, match="has no events"):
        export("parquet", tables=["events"])


def test_recorded_events_are_exported_with_what_their_codes_mean(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS

    def logged(study: Any, draw: int, replicate: int) -> list[Any]:
        texts = ("event", "actor_kind", "other_kind", "category")
        log = {
            column.id: np.array([EVENTS[0].code, ""], dtype=object)
            if column.id in texts
            else np.array([2015, -1], dtype=np.float64 if column.id == "amount" else np.int64)
            for column in EVENT_COLUMNS
        }
        runs = fake_model.simulate_block(study, draw, replicate)
        return [run._replace(events=log if replicate in study.events else None) for run in runs]

    monkeypatch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)
    monkeypatch.setattr(fake_model, "simulate_scenarios", fake_model.in_scenarios(logged))
    study = fake_model.make_study(events=(1,))
    run_module.run_study(study, tmp_path / "in", workers=1, model="fake_model")
    data = open_study(tmp_path / "in")
    for to in KINDS:
        exporting.export_study(data, to, tmp_path / to, lang="en")
    found = duckdb.read_parquet(str(tmp_path / "parquet" / "events.parquet")).df()
    pd.testing.assert_frame_equal(found, data.events, check_dtype=False)
    assert found["replicate"].tolist() == [1] * 4
    entries = {(row[0], row[1]): row for row in rows_of(tmp_path / "csv" / "dictionary.csv")}
    assert entries["event", EVENTS[0].code][4] == EVENTS[0].text.en
    assert entries["events", "amount"][3] == "yuan"


def test_events_stay_in_the_order_in_which_they_happened(
    data: StudyData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = StudyData.connect

    def with_events(self: StudyData) -> duckdb.DuckDBPyConnection:
        connection = plain(self)
        connection.execute(
            "CREATE OR REPLACE VIEW events AS SELECT unnest(['=1+1', '每百户', '=1+1', '每百户']) AS scenario,"
            " 0 AS draw, 0 AS replicate, unnest([9, 7, 1, 8]) AS month, unnest(['-a', 'b', 'c', 'd']) AS what,"
            " unnest([true, false, NULL, true]) AS seen, 9007199254740993 AS who"
        )
        return connection

    monkeypatch.setattr(StudyData, "connect", with_events)
    for to in KINDS:
        exporting.export_study(data, to, tmp_path / to, tables=["events"], lang="en")
    rows = rows_of(tmp_path / "csv" / "events.csv")[1:]
    assert [row[3:] for row in rows] == [
        ["7", "b", "0", "9007199254740993"],
        ["8", "d", "1", "9007199254740993"],
        ["9", "'-a", "1", "9007199254740993"],
        ["1", "c", "", "9007199254740993"],
    ]
    stata = pd.read_stata(tmp_path / "dta" / "events.dta")
    assert stata["month"].tolist() == [7, 8, 9, 1]
    assert stata["seen"].isna().tolist() == [False, False, False, True]
    assert stata["who"].tolist() == ["9007199254740993"] * 4  # more than a float holds


def test_rows_are_in_the_order_of_the_study(data: StudyData, tmp_path: Path) -> None:
    with open_source(data, tmp_path / "spill") as source:
        for table in ("summary", "months", "communities", "organisations", "workers"):
            rows = [row for piece in source.tuples(source.in_order(table)) for row in piece]
            assert [row[0] for row in rows] == getattr(data, table)["scenario"].tolist()
            assert [row[2] for row in rows] == getattr(data, table)["replicate"].tolist()


def test_rows_stay_in_order_however_many_there_are(
    data: StudyData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = StudyData.connect
    rows = 250_000

    def with_events(self: StudyData) -> duckdb.DuckDBPyConnection:
        connection = plain(self)
        floats = ", ".join(f"sin(i + {number}) AS x{number}" for number in range(8))
        connection.execute(
            f"CREATE OR REPLACE VIEW events AS SELECT '每百户' AS scenario, (i * 7919) % {rows} AS draw,"
            f" 0 AS replicate, {floats} FROM range({rows}) AS numbers(i)"
        )
        return connection

    monkeypatch.setattr(StudyData, "connect", with_events)
    for to in ("csv", "parquet", "dta"):
        exporting.export_study(data, to, tmp_path / to, tables=["events"])
    expected = list(range(rows))
    lines = (tmp_path / "csv" / "events.csv").read_text("utf-8").splitlines()[1:]
    assert [int(line.split(",")[1]) for line in lines] == expected
    assert pd.read_stata(tmp_path / "dta" / "events.dta")["draw"].tolist() == expected
    stored = duckdb.read_parquet(str(tmp_path / "parquet" / "events.parquet"))
    assert [draw for (draw,) in stored.project("draw").fetchall()] == expected


def test_equal_exports_are_equal_to_the_bit(data: StudyData, tmp_path: Path) -> None:
    for to in KINDS:
        (tmp_path / to).mkdir()
        one, two = (
            exporting.export_study(data, to, tmp_path / to / name, lang="en") for name in "ab"
        )
        assert (one / RECORD).read_bytes() == (two / RECORD).read_bytes()


def test_a_sheet_that_would_be_too_long_is_refused_with_a_way_out(
    export: Export, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(to_xlsx, "MOST_ROWS", 50)
    with pytest.raises(BadInput) as caught:
        export("xlsx")
    (problem,) = caught.value.problems
    assert problem.line("en") == (
        f"months has 60 rows of {5 + len(OUTCOMES)}, communities has 90 rows of 27,"
        " organisations has 60 rows of 12, workers has 60 rows of 12 cells;"
        " a sheet of Excel holds 50 rows and 20,000,000 cells; use --to csv, dta or parquet,"
        " or only --tables summary,draws,runs"
    )
    assert not any(tmp_path.iterdir())
    export("xlsx", tables=["summary"])
    monkeypatch.setattr(to_xlsx, "MOST_CELLS", 15 * (3 + len(OUTCOMES)) - 1)
    with pytest.raises(BadInput, match=f"summary has 15 rows of {3 + len(OUTCOMES)} cells"):
        export("xlsx", tables=["summary", "draws"])


def test_a_missing_package_is_named_in_one_line(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(BadInput, match=r'pip install "sansheng\[export\]"'):
        export("xlsx")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "partial: 4 of 6 runs (2 failed, 0 missing)"),
        ("zh", "不完整：6 次运行中的 4 次（失败 2 次、缺 0 次）"),
    ],
)
def test_a_partial_study_says_of_how_many_runs_it_is(
    lang: Any, said: str, fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)
    fails = fake_model.in_scenarios(fake_model.fails_at_1)
    monkeypatch.setattr(fake_model, "simulate_scenarios", fails)
    with pytest.raises(RunFailed):
        run_module.run_study(
            fake_model.make_study(), tmp_path / "in", workers=1, model="fake_model"
        )
    data = open_study(tmp_path / "in", allow_partial=True)
    for to in KINDS:
        out = exporting.export_study(data, to, tmp_path / to, lang=lang)
        about = (out / "README.txt").read_text("utf-8")
        assert said in about
        assert "--allow-partial" in about
    with pd.io.stata.StataReader(tmp_path / "dta" / "summary.dta") as reader:
        assert said in reader.data_label
        assert len(reader.read()) == 4
    runs = pd.read_stata(tmp_path / "dta" / "runs.dta")
    assert runs["status"].value_counts().to_dict() == {"done": 4, "failed": 2}
    assert "no households" in runs["error_en"][1]
    assert runs["shard"].isna().sum() == 2


@pytest.mark.parametrize("to", KINDS)
def test_an_export_goes_only_where_nothing_else_is(
    to: str, export: Export, data: StudyData, tmp_path: Path
) -> None:
    out = export(to)
    before = (out / RECORD).read_bytes()
    assert export(to) == out  # an export replaces an export
    assert (out / RECORD).read_bytes() == before
    with (out / "dictionary.csv").open("a", encoding="utf-8") as file:
        file.write("a note\n")
    with pytest.raises(BadInput, match="is not an export as it was written"):
        export(to)
    with pytest.raises(BadInput, match="is not an export as it was written"):
        exporting.export_study(data, to, data.folder)
    file_there = tmp_path / "file"
    file_there.touch()
    with pytest.raises(BadInput, match="is not an export as it was written"):
        exporting.export_study(data, to, file_there)
    assert not list(tmp_path.glob("*.unfinished"))


def test_an_empty_folder_is_taken(data: StudyData, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert exporting.export_study(data, "parquet", tmp_path / "empty") == tmp_path / "empty"


@pytest.mark.parametrize("to", KINDS)
def test_a_folder_that_cannot_be_written_is_told_in_one_line(
    to: str, data: StudyData, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFailed) as caught:
        exporting.export_study(data, to, tmp_path / "file" / "out")
    assert caught.value.problem.line().count("\n") == 0
    assert "nothing of the export is kept" in caught.value.problem.line()


def test_what_a_killed_export_left_is_removed_and_other_things_are_not(
    data: StudyData, tmp_path: Path
) -> None:
    aside = tmp_path / "out.unfinished"
    aside.mkdir()
    (aside / "months.csv").touch()
    with pytest.raises(BadInput, match="unfinished"):
        exporting.export_study(data, "parquet", tmp_path / "out")
    (aside / ".sansheng-lock").touch()
    exporting.export_study(data, "parquet", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_long_exports_tell_how_far_they_are(
    data: StudyData,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sansheng.study.export.telling.LONG", 1000)
    exporting.export_study(data, "csv", tmp_path / "out", progress=Progress(lang="en"))
    assert "months: 60 rows…" in capsys.readouterr().err


def test_the_tables_of_the_command_are_those_there_are() -> None:
    from sansheng.cli import export as verb

    assert verb.TABLES == TABLES
    assert verb.FORMATS == exporting.FORMATS
