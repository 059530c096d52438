"""The folder of an export: written aside and put in its place whole, never over anything else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.study.durable import facts_of, flush_folder
from sansheng.study.lock import LOCK, only_writer

UNFINISHED, REPLACED = ".unfinished", ".replaced"
RECORD = "export.json"
"""What an export consists of; by it an earlier one is known."""


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """Yield an empty folder, which becomes ``out`` at the end; after a failure there is nothing new.

    Parameters
    ----------
    out
        Absent, empty, or an earlier export in which nothing was changed.

    Raises
    ------
    BadInput
        If something else is there.
    RunFailed
        If another export is writing there.
    OSError
        If the disk does not take it.
    """
    refuse_other_things(out)
    aside = out.with_name(out.name + UNFINISHED)
    if os.path.lexists(aside) and not (aside / LOCK).is_file():
        raise _refusal(aside)
    aside.mkdir(parents=True, exist_ok=True)
    try:
        with only_writer(aside):
            _empty(aside)  # of what a killed export left
            try:
                yield aside
            except BaseException:
                _empty(aside)
                raise
        (aside / LOCK).unlink()  # after it was let go of: Windows removes no open file
    except BaseException:
        if {path.name for path in aside.iterdir()} == {LOCK}:
            shutil.rmtree(aside)
        raise
    refuse_other_things(out)  # it may have come meanwhile
    old = out.with_name(out.name + REPLACED)
    if out.exists():
        out.rename(old)
    aside.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    flush_folder(out.parent)


def record(folder: Path, facts: dict[str, Any]) -> None:
    """Write down what an export consists of, and where it comes from."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name != LOCK:
            with path.open("rb") as file:
                files[path.name] = facts_of(file)._asdict()
    text = json.dumps({**facts, "files": files}, ensure_ascii=False, indent=2)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def refuse_other_things(out: Path) -> None:
    """Refuse to write where something lies that is no unchanged export.

    Raises
    ------
    BadInput
        If so.
    """
    if os.path.lexists(out) and (out.is_symlink() or not out.is_dir() or not _ours(out)):
        raise _refusal(out)


def _ours(out: Path) -> bool:
    names = {path.name for path in out.iterdir()}
    if not names:
        return True
    try:
        files = json.loads((out / RECORD).read_bytes())["files"]
        if names != {*files, RECORD}:
            return False
        for name, facts in files.items():
            with (out / name).open("rb") as file:
                if facts_of(file)._asdict() != facts:
                    return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _refusal(path: Path) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"{path} exists and is not an export as it was written; name another folder or remove it",
                f"{path} 已存在，且不是未经改动的导出结果；请另选文件夹或先将其移除",
            )
        )
    )
