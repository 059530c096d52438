"""The tables of a study as an export reads them: in order, in pieces, whatever their size."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sansheng.core.errors import printable
from sansheng.study.parquet import os_error
from sansheng.study.shards import (
    COMMUNITIES,
    COMMUNITY_KEY,
    EVENTS,
    MONTH_KEY,
    MONTHS,
    ORGANISATION_KEY,
    ORGANISATIONS,
    RUN_KEY,
    SUMMARY,
    WORKER_KEY,
    WORKERS,
)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from sansheng.study.reading import StudyData

DRAWS, RUNS = "draws", "runs"

TABLES = (SUMMARY, MONTHS, COMMUNITIES, ORGANISATIONS, WORKERS, DRAWS, RUNS, EVENTS)
"""Tables that can be exported, in the order in which they are."""

MEMORY = "1GB"
"""What sorting may hold in memory; the rest waits on the disk beside the export."""

EXACT = 2**53
"""Whole numbers up to here are the same as a float64; larger ones become text where there is nothing else."""

_ROWS = 20_480
_KEYS = {
    SUMMARY: RUN_KEY,
    MONTHS: MONTH_KEY,
    COMMUNITIES: COMMUNITY_KEY,
    ORGANISATIONS: ORGANISATION_KEY,
    WORKERS: WORKER_KEY,
    DRAWS: ("draw",),
    RUNS: RUN_KEY,
    EVENTS: (*RUN_KEY, "_row"),  # within a run in the order in which things happened
}
_SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_WHOLE = ("BOOLEAN", *_SIGNED, *(f"U{type_}" for type_ in _SIGNED))
_NUMBERS = ("DOUBLE", "FLOAT")


class Column(NamedTuple):
    """A column of a table.

    Parameters
    ----------
    name
        In the study.
    kind
        What it holds, missing values apart.
    type
        What the database calls that.
    """

    name: str
    kind: Literal["whole", "number", "text"]
    type: str

    @property
    def quoted(self) -> str:
        """The name as SQL takes it."""
        return '"' + self.name.replace('"', '""') + '"'


class Source:
    """The tables of a study, behind a database that spills to the disk; made by :func:`open_source`.

    Parameters
    ----------
    data
        The study.
    connection
        With a view for each table.
    """

    def __init__(self, data: StudyData, connection: duckdb.DuckDBPyConnection) -> None:
        self.data = data
        self.connection = connection
        self.scenarios = data.layout.scenarios
        self._columns = {table: self._look_at(table) for table in TABLES}

    @property
    def names_in_sql(self) -> str:
        """The names of the scenarios in the order of the study, as SQL writes them."""
        return ", ".join(literal(name) for name in self.scenarios)

    def columns(self, table: str) -> Sequence[Column]:
        """Return the columns of a table."""
        return self._columns[table]

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self._one(f"SELECT count(*) FROM ({self._plain(table)})")[0])

    def extremes(self, table: str, column: Column) -> tuple[int, int]:
        """Return the least and the greatest of a column of whole numbers; zero where there is none."""
        low, high = self._one(
            f"SELECT min({column.quoted}), max({column.quoted}) FROM ({self._plain(table)})"
        )
        return int(low or 0), int(high or 0)

    def longest(self, table: str, column: Column) -> int:
        """Return the bytes of the longest text of a column, in UTF-8."""
        found = self._one(f"SELECT max(strlen({column.quoted})) FROM ({self._plain(table)})")[0]
        return int(found or 0)

    def in_order(self, table: str, cells: Iterable[str] = ("* EXCLUDE (_row)",)) -> str:
        """Return a query of a table, its rows in the order of the study.

        Parameters
        ----------
        table
            Which.
        cells
            What to ask for, of columns that hold whole numbers, float64 or text alone, NULL where undefined.
        """
        keys = ", ".join(
            f"list_position([{self.names_in_sql}], t.scenario)" if key == "scenario" else f"t.{key}"
            for key in _KEYS[table]
        )
        # Sorted last: of what is done to sorted rows, pieces may come in any order.
        return f"SELECT {', '.join(cells)} FROM ({self._plain(table)}) AS t ORDER BY {keys}"

    def _plain(self, table: str) -> str:
        chosen = ", ".join(
            f"{_plain(column)} AS {column.quoted}" for column in self._columns[table]
        )
        row = "row_number() OVER ()" if table == EVENTS else "0"
        return f"SELECT {chosen}, {row} AS _row FROM {_VIEWS.get(table, table)}"

    def tuples(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query in pieces."""
        with _as_os_error():
            found = self.connection.execute(query)
            while piece := found.fetchmany(_ROWS):
                yield piece

    def frames(self, query: str) -> Iterator[pd.DataFrame]:
        """Yield the rows of a query in pieces, column by column."""
        with _as_os_error():
            found = self.connection.execute(query)
            while len(piece := found.fetch_df_chunk(_ROWS // 2048)):
                yield piece

    def run(self, statement: str) -> None:
        """Run a statement that gives nothing back."""
        with _as_os_error():
            self.connection.execute(statement)

    def _one(self, query: str) -> tuple[Any, ...]:
        with _as_os_error():
            row = self.connection.execute(query).fetchone()
        assert row is not None  # an aggregate has one
        return row

    def _look_at(self, table: str) -> Sequence[Column]:
        found = self.connection.execute(f"DESCRIBE {_VIEWS.get(table, table)}").fetchall()
        return [Column(name, _kind(type_), type_) for name, type_, *_ in found]


_LEDGER_NUMBERS = ("draw", "replicate", "attempts", "seconds", "shard")

# The ledger is not among the views of a study.
_VIEWS = {RUNS: "_ledger"}


@contextmanager
def open_source(data: StudyData, spill: Path) -> Iterator[Source]:
    """Yield the tables of a study.

    Parameters
    ----------
    data
        The study.
    spill
        Folder for what does not fit into memory.

    Raises
    ------
    BadInput
        If a file of the study is damaged.
    OSError
        From every method, if the disk or the memory does not suffice.
    """
    connection = data.connect()
    try:
        connection.execute(f"SET temp_directory = {path_literal(spill)}")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        ledger = _ledger(data)
        connection.register("_runs", ledger)
        texts = [name for name in ledger if name not in _LEDGER_NUMBERS]
        plain = {
            "attempts": "attempts::BIGINT",
            "seconds": "seconds::DOUBLE",
            "shard": "shard::BIGINT",
            **{name: f"nullif({name}::VARCHAR, '')" for name in texts},
        }
        replaced = ", ".join(f"{cell} AS {name}" for name, cell in plain.items())
        connection.execute(f"CREATE TEMP VIEW _ledger AS SELECT * REPLACE ({replaced}) FROM _runs")
        yield Source(data, connection)
    finally:
        connection.close()


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """Return a path as SQL writes it: DuckDB takes paths as UTF-8, whatever Python thinks of the file system."""
    return literal(os.fsencode(path.absolute()).decode())


def _ledger(data: StudyData) -> pd.DataFrame:
    """Return the ledger without tracebacks, every text on one line.

    DuckDB looks at some rows to tell the type of a column, and few runs fail: so texts are there in every row.
    """
    frame = data.runs.drop(columns="trace")
    for name in frame.columns.difference(_LEDGER_NUMBERS):
        frame[name] = [printable(text) if isinstance(text, str) else "" for text in frame[name]]
    for name in ("seconds", "shard"):
        frame[name] = frame[name].astype("float64")
    return frame


def _kind(type_: str) -> Literal["whole", "number", "text"]:
    if type_ in _WHOLE:
        return "whole"
    return "number" if type_ in _NUMBERS else "text"


def _plain(column: Column) -> str:
    name = column.quoted
    if column.kind == "whole":
        return f"{name}::INTEGER" if column.type == "BOOLEAN" else name
    if column.kind == "number":
        return f"nullif({name}::DOUBLE, 'nan'::DOUBLE)"
    return f"{name}::VARCHAR"


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Let DuckDB's errors look like those of the disk they come from."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise os_error(error) from error
