from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from sansheng.study.export.stata import (
    DOUBLE_MISSING,
    GREATEST_LONG,
    LEAST_LONG,
    LONG_MISSING,
    Variable,
    row_type,
    shortened,
    variable_names,
    write_stata,
)

VARIABLES = [
    Variable("place", "int", "地点", "place"),
    Variable("cases", "long", "x" * 200),
    Variable("share", "double", "占" * 200),
    Variable("note", 12, "note"),
]
ROWS = [
    (1, LEAST_LONG, -0.0, "成华".encode()),
    (2, GREATEST_LONG, 8.9e307, b""),
    (2, LONG_MISSING, DOUBLE_MISSING, b"123456789012"),
]


def written(pieces: list[list[tuple[int, int, float, bytes]]]) -> io.BytesIO:
    file = io.BytesIO()
    arrays = (np.array(rows, dtype=row_type(VARIABLES)) for rows in pieces)
    labels = {"place": {1: "每百户", 2: '"; drop'}}
    assert write_stata(file, VARIABLES, arrays, "关于" * 100, labels) == sum(map(len, pieces))
    file.seek(0)
    return file


def test_the_greatest_and_the_least_come_back_and_missing_is_missing() -> None:
    found = pd.read_stata(written([ROWS[:2], [], ROWS[2:]]))
    assert found["place"].tolist() == ["每百户", '"; drop', '"; drop']
    assert found["cases"].tolist()[:2] == [LEAST_LONG, GREATEST_LONG]
    assert found["share"].tolist()[:2] == [0.0, 8.9e307]
    assert np.signbit(found["share"][0])
    assert found["note"].tolist() == ["成华", "", "123456789012"]
    assert found.loc[2, ["cases", "share"]].isna().all()


def test_pieces_do_not_matter() -> None:
    assert written([ROWS]).getvalue() == written([[row] for row in ROWS]).getvalue()


def test_a_table_may_be_empty() -> None:
    assert pd.read_stata(written([])).shape == (0, 4)


def test_labels_have_at_most_80_characters() -> None:
    with pd.io.stata.StataReader(written([ROWS])) as reader:
        assert reader.variable_labels()["share"] == "占" * 79 + "…"
        assert reader.data_label == ("关于" * 100)[:79] + "…"
    assert shortened("x" * 80) == "x" * 80


def test_pandas_would_have_written_the_same_data() -> None:
    frame = pd.DataFrame({"cases": np.array([1, -5], "int32"), "share": [0.5, np.nan]})
    theirs, ours = io.BytesIO(), io.BytesIO()
    frame.to_stata(theirs, version=118, write_index=False)
    variables = [Variable("cases", "long", ""), Variable("share", "double", "")]
    rows = np.array([(1, 0.5), (-5, DOUBLE_MISSING)], dtype=row_type(variables))
    write_stata(ours, variables, [rows])

    def data(file: io.BytesIO) -> bytes:
        return file.getvalue().partition(b"<data>")[2].partition(b"</data>")[0]

    assert data(theirs) == data(ours)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("need_met", "need_met"), ("if", "_if"), ("str12", "_str12"), ("2nd", "_2nd"), ("积压", "__")],
)
def test_a_name_that_stata_takes_stays_and_another_is_changed(name: str, taken: str) -> None:
    assert variable_names([name]) == {name: taken}


def test_long_names_stay_different() -> None:
    found = variable_names(["a" * 40 + "1", "a" * 40 + "2"])
    assert list(found.values()) == ["a" * 32, "a" * 30 + "_2"]
