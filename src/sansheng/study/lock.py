"""One writer a folder: whoever holds the lock, which the system takes back when the process ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Text

LOCK = ".sansheng-lock"
"""Name of the file in a folder that is being written."""


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold a folder against other runs.

    The lock is the system's, so that none is left when a process is killed.

    Raises
    ------
    RunFailed
        If another run holds it.
    OSError
        If the folder cannot be written.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _take(handle):
            raise RunFailed(
                Problem(
                    Text(
                        f"{folder} is in use by another run; wait for it, or name another folder",
                        f"{folder} 正被另一次运行使用；请等其结束，或另选文件夹",
                    )
                )
            )
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks: nothing can be held there
    return True
