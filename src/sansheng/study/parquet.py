"""Tables of equally long columns to Parquet files and back, through DuckDB.

DuckDB gets an open file rather than a path: it reads ``year=2015`` in a folder's name as a column, and
takes every path as UTF-8 whatever the file system's encoding.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import duckdb

Table = Mapping[str, NDArray[Any]]
"""Columns by name: integers, float64 with NaN where undefined, or text as an object array."""


class TableError(Exception):
    """A file is not a table, or not one of the expected columns."""


def write_table(file: IO[bytes], table: Table) -> None:
    """Write ``table`` to an open file, rows in their order; NaN becomes NULL.

    Raises
    ------
    OSError
        If the file cannot take it all.
    """
    with table_writer() as write:
        write(file, table)


@contextmanager
def table_writer() -> Iterator[Callable[[IO[bytes], Table], None]]:
    """Yield a :func:`write_table` for several tables."""
    import duckdb

    # One thread: workers share the cores already.
    connection = _database(threads=1).cursor()

    def write(file: IO[bytes], table: Table) -> None:
        try:
            connection.register(
                "columns", {name: np.ascontiguousarray(values) for name, values in table.items()}
            )
            name = _name(file).replace("'", "''")
            connection.execute(
                f"COPY columns TO '{name}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
            )
        except duckdb.Error as error:
            raise os_error(error) from error

    try:
        yield write
    finally:
        connection.close()


Read = Callable[[IO[bytes], Sequence[str], Mapping[str, Sequence[str]]], "dict[str, NDArray[Any]]"]


def read_table(
    file: IO[bytes], columns: Sequence[str], codes: Mapping[str, Sequence[str]]
) -> dict[str, NDArray[Any]]:
    """Read a table of exactly these columns from an open file; see :func:`read_tables`."""
    with table_reader() as read:
        return read(file, columns, codes)


@contextmanager
def table_reader() -> Iterator[Read]:
    """Yield a :func:`read_table` for several tables."""
    connection = _database().cursor()

    def read(
        file: IO[bytes], columns: Sequence[str], codes: Mapping[str, Sequence[str]]
    ) -> dict[str, NDArray[Any]]:
        return _read(connection, [file], columns, codes, exact=True)

    try:
        yield read
    finally:
        connection.close()


def read_tables(
    files: Sequence[IO[bytes]], columns: Sequence[str], codes: Mapping[str, Sequence[str]]
) -> dict[str, NDArray[Any]]:
    """Read columns of tables in open files, one below the other.

    Parameters
    ----------
    files
        Open for reading; at least one.
    columns
        The names to read.
    codes
        Text columns that come back as the position of the text in this list.

    Returns
    -------
    Columns by name; NULL is NaN in a float64 column.

    Raises
    ------
    TableError
        If a file is no Parquet table, has other columns, holds a text that is not in ``codes``, or
        lacks a value in a column of integers.
    """
    connection = _database().cursor()
    try:
        return _read(connection, files, columns, codes, exact=False)
    finally:
        connection.close()


def _read(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[IO[bytes]],
    columns: Sequence[str],
    codes: Mapping[str, Sequence[str]],
    *,
    exact: bool,
) -> dict[str, NDArray[Any]]:
    """Read tables; ``exact`` ones have no further column."""
    import duckdb

    source = "read_parquet($files, hive_partitioning=false)"
    names = [_name(file) for file in files]
    try:
        found = connection.execute(f"SELECT * FROM {source} LIMIT 0", {"files": names})
        present = [column[0] for column in found.description or ()]
        if set(columns) - set(present) or (exact and len(present) != len(columns)):
            raise TableError(f"its columns are {present}, not {list(columns)}")
        wanted = ", ".join(
            f'list_position($code{list(codes).index(name)}, "{name}") - 1 AS "{name}"'
            if name in codes
            else f'"{name}"'
            for name in columns
        )
        lists = {f"code{i}": list(texts) for i, texts in enumerate(codes.values())}
        read = connection.execute(
            f"SELECT {wanted} FROM {source}", {"files": names, **lists}
        ).fetchnumpy()
    except duckdb.Error as error:
        raise TableError(str(error).partition("\n")[0]) from error
    return {name: _filled(name, read[name]) for name in columns}


def view_tables(sources: Mapping[str, Sequence[Path]]) -> duckdb.DuckDBPyConnection:
    """Return a database with a view for each kind of table.

    Parameters
    ----------
    sources
        Parquet files by the name of the view; where there are none, the view is empty.
    """
    connection = _connect()
    for name, paths in sources.items():
        if paths:
            # DuckDB takes paths as UTF-8, whatever Python thinks of the file system.
            listed = ", ".join(
                "'" + os.fsencode(path.resolve()).decode().replace("'", "''") + "'"
                for path in paths
            )
            source = f"read_parquet([{listed}], hive_partitioning=false)"
        else:
            source = "(SELECT '' AS scenario, 0 AS draw, 0 AS replicate) WHERE false"
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {source}')
    return connection


@functools.cache
def _database(**settings: int) -> duckdb.DuckDBPyConnection:
    """Return this process's database for tables that pass through: opening one takes longer than writing one.

    What is registered with a cursor of it is seen by no other.
    """
    return _connect(**settings)


def _connect(**settings: str | int) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that loads nothing from elsewhere and spills nowhere."""
    import duckdb

    return duckdb.connect(
        config={
            **settings,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": "",
        }
    )


def _filled(name: str, values: NDArray[Any]) -> NDArray[Any]:
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.getmaskarray(values).any() and values.dtype.kind != "f":
            raise TableError(f"column {name} lacks values")
        fill = np.nan if values.dtype.kind == "f" else None
        return np.asarray(values.filled(fill))
    return values


def _name(file: IO[bytes]) -> str:
    """Return a name under which DuckDB opens the same file."""
    if Path("/proc/self/fd").is_dir():
        return f"/proc/self/fd/{file.fileno()}"
    return str(file.name)


def os_error(error: Exception) -> OSError:
    """Return the operating system's error that DuckDB wrapped in words."""
    number = re.search(r'errno"?: ?"?(\d+)', str(error))
    if number is None:
        return OSError(str(error).partition("\n")[0])
    code = int(number[1])
    return OSError(code, os.strerror(code))
