"""Points that a calibration kept, read from its table.

A column ``parameter:NAME`` holds the values of a parameter and a row is a point; other columns are not looked at.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sansheng.core.errors import BadInput, Problem, Where, did_you_mean, quoted
from sansheng.core.located_yaml import read_text
from sansheng.core.text import Text

ENSEMBLE = "ensemble.csv"
PARAMETER = "parameter:"
"""Beginning of the columns of an ensemble that hold parameter values."""

MOST_BYTES = 4_194_304
MOST_PROBLEMS = 20
"""Problems told of one table: whoever exported it wrongly did so in every row."""

Row = tuple[int, list[str]]
"""Number of the last line of a row, and its cells."""


class Points(NamedTuple):
    """Parameter values, shape ``(point, name)``."""

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    def spread(self, most: int | None) -> Points:
        """Return so many points at most, evenly spread over the rows, the first and the last among them."""
        count = len(self.rows)
        if most is None or most >= count:
            return self
        last = (count - 1) / max(1, most - 1)
        return Points(self.names, tuple(self.rows[round(i * last)] for i in range(most)))

    def by_name(self) -> list[dict[str, float]]:
        """Return the points as mappings."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


def read_ensemble(path: Path, most: int) -> list[dict[str, float]]:
    """Return points of an ensemble, evenly spread over its rows.

    Parameters
    ----------
    path
        Its table, or the folder of a calibration.
    most
        How many at most.

    Raises
    ------
    BadInput
        If there is no such table, it holds no point, or a value is no number in its parameter's range.
    """
    file, text = ensemble_text(path)
    return parse_ensemble(text, str(file)).spread(most).by_name()


def ensemble_text(path: Path) -> tuple[Path, str]:
    """Return the table that a path means, which may be the folder of a calibration, and its text.

    Raises
    ------
    BadInput
        If it cannot be read.
    """
    # A name that is no path at all is simply not there.
    file = path / ENSEMBLE if os.path.isdir(path) else path  # noqa: PTH112
    return file, read_text(file, MOST_BYTES)


def parse_ensemble(text: str, file: str) -> Points:
    """Return the points of a table, in its order; columns sorted by name.

    Parameters
    ----------
    text
        Comma-separated values with a header.
    file
        Name that errors show.

    Raises
    ------
    BadInput
        With what is wrong, each in its place in the table.
    """
    table = _table(text, file)
    columns = {
        name.removeprefix(PARAMETER): i
        for i, name in enumerate(table[0][1] if table else ())
        if name.startswith(PARAMETER)
    }
    if not columns or len(table) < 2:
        none = Text(
            f"no point of an ensemble: it has columns '{PARAMETER}NAME' and a row a point",
            f"没有任何参数组；校准参数组须有 {PARAMETER}NAME 列，每行一组",
        )
        raise BadInput(Problem(none, Where(file, 1, 1)))
    if problems := list(islice(_faults(table, columns, file), MOST_PROBLEMS)):
        raise BadInput(problems)
    names = tuple(sorted(columns))
    rows = (tuple(float(row[columns[name]]) for name in names) for _, row in table[1:])
    return Points(names, tuple(rows))


def _table(text: str, file: str) -> list[Row]:
    """Return the rows that are not empty, the header first."""
    # Strict: a quote left open would swallow the points after it.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        said = Text(f"no table of values: {error}", f"不是逗号分隔的表格：{error}")
        raise BadInput(Problem(said, Where(file, max(1, reader.line_num), 1))) from None


def _faults(table: Sequence[Row], columns: dict[str, int], file: str) -> Iterator[Problem]:
    from sansheng.month import PARAMETERS

    header = table[0]
    for i, column in enumerate(header[1]):
        name = column.removeprefix(PARAMETER)
        if not column.startswith(PARAMETER):
            continue
        if name not in PARAMETERS:
            near = did_you_mean(name, PARAMETERS)
            unknown = Text(
                f"unknown parameter {quoted(name)}{near.en}",
                f"没有名为 {quoted(name)} 的参数{near.zh}",
            )
            yield Problem(unknown, _cell(file, header, i))
        elif columns[name] != i:
            twice = Text(f"column {quoted(column)} is given twice", f"列 {quoted(column)} 重复")
            yield Problem(twice, _cell(file, header, columns[name]))
    for row in table[1:]:
        if len(row[1]) != len(header[1]):
            cells = Text(
                f"{len(row[1])} values under {len(header[1])} columns",
                f"表头有 {len(header[1])} 列，此行有 {len(row[1])} 个值",
            )
            yield Problem(cells, _cell(file, row, 0))
            continue
        for name, i in columns.items():
            value = _number(row[1][i])
            if value is None:
                shown = quoted(row[1][i])
                odd = Text(
                    f"{name} must be a number, got {shown}", f"{name} 须为数，实际为 {shown}"
                )
                yield Problem(odd, _cell(file, row, i))
            elif name in PARAMETERS and not PARAMETERS[name].contains(value):
                yield Problem(PARAMETERS[name].refusal(value), _cell(file, row, i))


def _number(written: str) -> float | None:
    """Return a finite number; None for anything else."""
    try:
        value = float(written.replace("_", "?"))  # which Python would read as 1_000
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _cell(file: str, row: Row, i: int) -> Where:
    """Return where a cell begins, as long as none before it is in quotes."""
    return Where(file, row[0], 1 + sum(len(cell) + 1 for cell in row[1][:i]))
