"""Tables as Stata files: labels in one language with units, scenarios as labelled numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.text import Language
from sansheng.study.export import stata
from sansheng.study.export.codebook import Codebook, Entry
from sansheng.study.export.source import EXACT, Column, Source
from sansheng.study.export.stata import Variable, row_type
from sansheng.study.export.telling import Telling

if TYPE_CHECKING:
    import pandas as pd

_SCENARIO = "scenario"


def with_names(book: Codebook) -> Codebook:
    """Return the codebook with the names that Stata takes."""
    found = {}
    for table, entries in book.tables.items():
        names = stata.variable_names(entry.column for entry in entries)
        found[table] = [entry._replace(stored_as=names[entry.column]) for entry in entries]
    return book._replace(tables=found)


def write_tables(
    folder: Path, source: Source, book: Codebook, telling: Telling, about: str, lang: Language
) -> None:
    """Write a file a table.

    Parameters
    ----------
    folder, source, book, telling
        As for any format; the codebook from :func:`with_names`.
    about
        Label of the data.
    lang
        Of the labels.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    labels = {_SCENARIO: dict(enumerate(source.scenarios, start=1))}
    for table, entries in book.tables.items():
        columns = source.columns(table)
        telling.begin(table, source.rows(table), len(columns))
        variables = [
            _variable(source, table, column, entry, lang)
            for column, entry in zip(columns, entries, strict=True)
        ]
        cells = [
            f"{_cell(source, column, variable)} AS c{number}"
            for number, (column, variable) in enumerate(zip(columns, variables, strict=True))
        ]
        used = labels if any(variable.value_label for variable in variables) else {}
        with (folder / f"{table}.dta").open("w+b") as file:
            rows = _rows(source.frames(source.in_order(table, cells)), variables, telling)
            stata.write_stata(file, variables, rows, about, used)


def _variable(source: Source, table: str, column: Column, entry: Entry, lang: Language) -> Variable:
    name, label = entry.stored_as, _label(entry, lang)
    if column.name == _SCENARIO:
        return Variable(name, "int", label, _SCENARIO)
    if column.kind == "number":
        return Variable(name, "double", label)
    if column.kind == "text":
        return Variable(name, min(max(1, source.longest(table, column)), stata.LONGEST_TEXT), label)
    low, high = source.extremes(table, column)
    if low >= stata.LEAST_LONG and high <= stata.GREATEST_LONG:
        return Variable(name, "long", label)
    if max(-low, high) <= EXACT:
        return Variable(name, "double", label)
    return Variable(name, max(len(str(low)), len(str(high))), label)


def _label(entry: Entry, lang: Language) -> str:
    """Return the name and unit of a column, a long name cut before its unit."""
    whole = entry.label(lang)
    over = len(whole) - stata.LONGEST_LABEL
    if over <= 0:
        return whole
    return entry._replace(name=stata.shortened(entry.name, len(entry.name) - over)).label(lang)


def _cell(source: Source, column: Column, variable: Variable) -> str:
    """Return a column as Stata stores it, missing values included."""
    name = column.quoted
    if column.name == _SCENARIO:
        return f"list_position([{source.names_in_sql}], {name})::SMALLINT"
    if variable.kind == "double":
        return f"coalesce({name}::DOUBLE, {stata.DOUBLE_MISSING!r}::DOUBLE)"
    if variable.kind == "long":
        return f"coalesce({name}, {stata.LONG_MISSING})::INTEGER"
    return f"coalesce({name}::VARCHAR, '')"


def _rows(
    frames: Iterator[pd.DataFrame], variables: Sequence[Variable], telling: Telling
) -> Iterator[NDArray[Any]]:
    for frame in frames:
        rows = np.empty(len(frame), dtype=row_type(variables))
        for number, variable in enumerate(variables):
            values = frame[f"c{number}"]
            cells = stata.text_cells(values) if isinstance(variable.kind, int) else values
            rows[variable.name] = cells
        yield rows
        telling.advance(len(rows))
