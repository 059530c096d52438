from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sansheng.core.errors import BadInput, Where
from sansheng.study.ensembles import Points, parse_ensemble, read_ensemble

ROOT = Path(__file__).parents[3]

TABLE = "point,round,parameter:psi,parameter:q0,simulated:K1,distance:K1\n" + "".join(
    f"{i},0,{i / 10},0.2,0.19,0.0\n" for i in range(10)
)


def told(text: str) -> list[tuple[Where | None, str]]:
    with pytest.raises(BadInput) as caught:
        parse_ensemble(text, "e.csv")
    return [(problem.where, problem.text.en) for problem in caught.value.problems]


def test_points_are_spread_over_the_rows_of_an_ensemble(tmp_path: Path) -> None:
    (tmp_path / "ensemble.csv").write_text(TABLE, encoding="utf-8")
    points = read_ensemble(tmp_path, most=4)
    assert [point["psi"] for point in points] == [0.0, 0.3, 0.6, 0.9]
    assert points[0] == {"psi": 0.0, "q0": 0.2}
    assert len(read_ensemble(tmp_path / "ensemble.csv", most=99)) == 10


@pytest.mark.parametrize("most", range(1, 12))
def test_a_spread_has_as_many_points_as_asked_all_different_from_the_first_to_the_last(
    most: int,
) -> None:
    rows = tuple((float(i),) for i in range(9))
    found = Points(("psi",), rows).spread(most).rows
    assert len(set(found)) == min(most, 9)
    assert found[0] == rows[0]
    assert most == 1 or found[-1] == rows[-1]
    assert list(found) == sorted(found)


def test_the_shipped_ensemble_is_read_to_the_last_digit() -> None:
    file = ROOT / "experiments" / "calibration" / "joint" / "ensemble.csv"
    points = read_ensemble(file, most=1000)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(points) == len(rows) > 1
    assert [point["lam"] for point in points] == [float(row["parameter:lam"]) for row in rows]
    assert list(points[0]) == sorted(points[0])


@pytest.mark.parametrize(
    "text", ["", "\n\n", "point,round\n0,0\n", "parameter:psi\n", "parameter:psi\n\n"]
)
def test_a_table_without_points_is_refused(text: str) -> None:
    ((where, said),) = told(text)
    assert where == Where("e.csv", 1, 1)
    assert said.startswith("no point of an ensemble")


@pytest.mark.parametrize(
    ("rows", "at", "said"),
    [
        ("parameter:psi,parameter:lam\n0.5,high\n", (2, 5), "lam must be a number, got 'high'"),
        ("parameter:psi\n\n0.5\nnan\n", (4, 1), "psi must be a number, got 'nan'"),
        ("parameter:psi\n1_0\n", (2, 1), "psi must be a number, got '1_0'"),
        (
            "point,parameter:psi\n0,0.5\n1,1.5\n",
            (3, 3),
            "psi 1.5 is outside 0..1 share (source: assumed)",
        ),
        ("a,parameter:phsi\n0,0.5\n", (1, 3), "unknown parameter 'phsi'; did you mean 'psi'?"),
        ("parameter:psi,parameter:psi\n0,0\n", (1, 15), "column 'parameter:psi' is given twice"),
        ("parameter:psi,b\n0.5\n", (2, 1), "1 values under 2 columns"),
        ('parameter:psi\n"0.5\n', (2, 1), "no table of values: unexpected end"),
        ("parameter:psi\n" + "1" * 200_000, (2, 1), "no table of values: field larger than"),
    ],
)
def test_what_is_wrong_is_told_at_its_place_in_the_table(
    rows: str, at: tuple[int, int], said: str
) -> None:
    ((where, text),) = told(rows)
    assert where == Where("e.csv", *at)
    assert text.startswith(said)


def test_a_table_that_is_all_wrong_is_told_in_few_lines() -> None:
    assert len(told("parameter:psi\n" + "7\n" * 5000)) == 20


def test_a_missing_ensemble_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_ensemble(tmp_path / "none.csv", most=4)
