"""Files that are there whole or not at all, also after a power loss."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Text

ASIDE = ".partial"
"""End of the names of files that are being written."""


class FileFacts(NamedTuple):
    """What tells whether a file is the one that was written."""

    sha256: str
    bytes: int


def write_whole(path: Path, content: bytes) -> FileFacts:
    """Put a file in its place: written aside, flushed to the disk and renamed, as the folder's entry is.

    Whoever looks sees the old file or the new one. What is left of an attempt that was killed ends in
    :data:`ASIDE`.

    Raises
    ------
    OSError
        If the disk does not take it; what was there before then still is.
    """
    aside = path.with_name(path.name + ASIDE)
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)
    return facts_of_bytes(content)


def flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power loss, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def facts_of_bytes(content: bytes) -> FileFacts:
    """Return the facts of what a file holds."""
    return FileFacts(hashlib.sha256(content).hexdigest(), len(content))


def facts_of(file: IO[bytes]) -> FileFacts:
    """Return the facts of an open file, which is left at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # opened "rb"
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return FileFacts(digest, size)


@contextmanager
def failing_on(folder: Path, state: Text) -> Iterator[None]:
    """Turn an error of the system into one line that names the folder and says what became of it.

    Raises
    ------
    RunFailed
        Instead of ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise cannot_write(folder, error, state) from error


def cannot_write(folder: Path, error: OSError, state: Text) -> RunFailed:
    """Return the failure to write into a folder."""
    reason = error.strerror or str(error)
    return RunFailed(
        Problem(
            Text(
                f"cannot write results to {folder}: {reason}; {state.en}",
                f"无法将结果写入 {folder}：{reason}；{state.zh}",
            )
        )
    )
