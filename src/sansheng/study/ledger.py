"""The ledger of a study's runs: which are done, which failed and why, and which file holds what.

It is an SQLite database that only the coordinating process opens for writing. Every batch is one transaction,
after its files are on the disk; what the ledger does not name does not count.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

LEDGER = "runs.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    run TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    scenario TEXT NOT NULL,
    draw INTEGER NOT NULL,
    replicate INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    attempts INTEGER NOT NULL,
    seconds REAL,
    shard INTEGER,
    checksum TEXT,
    stage TEXT,
    error_en TEXT,
    error_zh TEXT,
    place TEXT,
    trace TEXT,
    UNIQUE (scenario, draw, replicate)
);
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY,
    shard INTEGER NOT NULL,
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL
);
"""

NETWORK_FILE_SYSTEMS = (
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse",
    "gpfs",
    "lustre",
    "nfs",
    "smb",
    "vboxsf",
    "virtiofs",
)
"""Beginnings of the names of file systems on which SQLite's write-ahead log is not supported."""


_WHOLE = {"draw", "replicate", "attempts", "bytes"}


class RunRow(NamedTuple):
    """A run as the ledger knows it.

    Parameters
    ----------
    run
        Scenario's number, draw and replicate, in digits that sort.
    key
        What its numbers depend on, as a hash: equal keys, equal numbers.
    scenario, draw, replicate
        Which.
    status
        ``done`` or ``failed``.
    attempts
        How often it was started.
    seconds
        What the successful attempt took.
    shard
        Which files hold it.
    checksum
        SHA-256 of its numbers, see :func:`sansheng.study.shards.checksum`.
    stage, error_en, error_zh, place, trace
        Of a failure: where in the work, why, at which place of which file, and the traceback.
    """

    run: str
    key: str
    scenario: str
    draw: int
    replicate: int
    status: str
    attempts: int
    seconds: float | None = None
    shard: int | None = None
    checksum: str | None = None
    stage: str | None = None
    error_en: str | None = None
    error_zh: str | None = None
    place: str | None = None
    trace: str | None = None


class FileRow(NamedTuple):
    """A file of a shard: its name in the folder, what it holds, and its facts."""

    name: str
    shard: int
    content: str
    sha256: str
    bytes: int


class Ledger:
    """The ledger, open for writing.

    Parameters
    ----------
    path
        Of the database; made if it is absent.

    Raises
    ------
    OSError
        From every method, if the database cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        with _as_os_error(path):
            self._connection = sqlite3.connect(path, isolation_level=None)
            mode = "DELETE" if on_network(path) else "WAL"
            self._connection.execute(f"PRAGMA journal_mode={mode}")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_TABLES)
        self._path = path

    def runs(self) -> list[RunRow]:
        """Return all runs in the order of their ids."""
        with _as_os_error(self._path):
            return _rows(self._connection, RunRow, "runs", "run")

    def files(self) -> list[FileRow]:
        """Return all files of shards in the order of their names."""
        with _as_os_error(self._path):
            return _rows(self._connection, FileRow, "files", "name")

    def commit(self, runs: Iterable[RunRow], files: Iterable[FileRow] = ()) -> None:
        """Add a batch, or replace what was known of its runs, in one transaction."""
        with _as_os_error(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._insert("runs", runs)
                self._insert("files", files)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            marks = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)

    def settle(self) -> None:
        """Bring everything into the one file, which can then be moved, or read where nothing can be written."""
        with _as_os_error(self._path):
            self._connection.execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Let go of the database; what was committed stays."""
        self._connection.close()


def read_ledger(path: Path) -> tuple[list[RunRow], list[FileRow]]:
    """Return the runs and files that a ledger names, without writing anything.

    Raises
    ------
    OSError
        If it is missing, cannot be read, or is no such database.
    """
    path.open("rb").close()  # a missing file would be made
    uri = f"{path.resolve().as_uri()}?mode=ro"
    if not path.with_name(path.name + "-wal").exists():
        uri += "&immutable=1"  # so that a folder that cannot be written can be read
    with _as_os_error(path), closing(sqlite3.connect(uri, uri=True)) as connection:
        return _rows(connection, RunRow, "runs", "run"), _rows(connection, FileRow, "files", "name")


def digest(runs: Iterable[RunRow], files: Iterable[FileRow]) -> str:
    """Return the SHA-256 of what a ledger says, whatever the layout of its pages."""
    lines = [*(list(row) for row in runs), *(list(row) for row in files)]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def on_network(path: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether a path lies on a file system of the network, as far as the system tells."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    where = path.resolve()
    best, kind = -1, ""
    for line in table:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode().decode("unicode_escape"))
        if where.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind.startswith(NETWORK_FILE_SYSTEMS)


def _rows(connection: sqlite3.Connection, row: Any, table: str, order: str) -> list[Any]:
    names = ", ".join(row._fields)
    found = [
        row(*values)
        for values in connection.execute(f"SELECT {names} FROM {table} ORDER BY {order}")
    ]
    whole = [column for column in row._fields if column in _WHOLE]
    for one in found:
        # SQLite puts into a column whatever it is given, or finds on a damaged page.
        sound = all(isinstance(getattr(one, column), int) for column in whole)
        if not sound or any(isinstance(value, bytes) for value in one):
            raise OSError(None, f"{table} hold something that nobody wrote")
    return found


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    """Let SQLite's errors look like those of the files they come from."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(None, f"{path.name}: {error}") from error
