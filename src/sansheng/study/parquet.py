"""Tables of equally long columns to Parquet files and back, through DuckDB.

DuckDB gets an open file rather than a path: it reads ``year=2015`` in a folder's name as a column, and
takes every path as UTF-8 whatever the file system's encoding.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
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
    import duckdb

    connection = _connect()
    try:
        connection.register(
            "columns", {name: np.ascontiguousarray(values) for name, values in table.items()}
        )
        name = _name(file).replace("'", "''")
        connection.execute(
            f"COPY columns TO '{name}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )
    except duckdb.Error as error:
        raise _os_error(error) from error
    finally:
        connection.close()


def read_table(
    file: IO[bytes], columns: Sequence[str], codes: Mapping[str, Sequence[str]]
) -> dict[str, NDArray[Any]]:
    """Read a table from an open file.

    Parameters
    ----------
    file
        Open for reading.
    columns
        The names the table must have, no more and no fewer.
    codes
        Text columns that come back as the position of the text in this list.

    Returns
    -------
    Columns by name; NULL is NaN in a float64 column.

    Raises
    ------
    TableError
        If the file is no Parquet table, has other columns, holds a text that is not in ``codes``, or
        lacks a value in a column of integers.
    """
    import duckdb

    connection = _connect()
    source = "read_parquet($file, hive_partitioning=false)"
    try:
        found = connection.execute(f"SELECT * FROM {source} LIMIT 0", {"file": _name(file)})
        names = [column[0] for column in found.description or ()]
        if sorted(names) != sorted(columns):
            raise TableError(f"its columns are {names}, not {list(columns)}")
        coded = ", ".join(
            f'list_position($code{i}, "{name}") - 1 AS "{name}"' for i, name in enumerate(codes)
        )
        replace = f"REPLACE ({coded})" if codes else ""
        lists = {f"code{i}": list(texts) for i, texts in enumerate(codes.values())}
        read = connection.execute(
            f"SELECT * {replace} FROM {source}", {"file": _name(file), **lists}
        ).fetchnumpy()
    except duckdb.Error as error:
        raise TableError(str(error).partition("\n")[0]) from error
    finally:
        connection.close()
    return {name: _filled(name, read[name]) for name in columns}


def _connect() -> duckdb.DuckDBPyConnection:
    """Return a database in memory that loads nothing from elsewhere and spills nowhere."""
    import duckdb

    return duckdb.connect(
        config={
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


def _os_error(error: Exception) -> OSError:
    """Return the operating system's error that DuckDB wrapped in words."""
    number = re.search(r'errno"?: ?"?(\d+)', str(error))
    if number is None:
        return OSError(str(error).partition("\n")[0])
    code = int(number[1])
    return OSError(code, os.strerror(code))
