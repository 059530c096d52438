"""The folder of a study while it is being written.

======================  ==============================================================
``study.yaml``          the study as it ran
``manifest.json``       what ran, with which versions, and the SHA-256 of the files beside it
``draws.parquet``       the parameter values of each draw
``dictionary.csv``      every column: unit, English and Chinese
``*.py``, ``*.csv``     code of rules, and ensembles, that are not of the package
``runs.sqlite``         the ledger: every run, and the SHA-256 of every shard's files
``shards/``             the numbers of the runs, some dozens a shard, never changed once written
======================  ==============================================================

A run counts when the ledger names it, and the ledger names it after its numbers are on the disk. So a folder may be
left at any moment, and whoever comes back goes on from what is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Text
from sansheng.study.durable import (
    ASIDE,
    facts_of_bytes,
    failing_on,
    flush_folder,
    write_whole,
)
from sansheng.study.ledger import LEDGER, FileRow, Ledger, RunRow, digest
from sansheng.study.lock import LOCK, only_writer
from sansheng.study.manifest import MANIFEST, SCHEMA_VERSION, read_manifest, write_manifest
from sansheng.study.parquet import Table, write_table
from sansheng.study.shards import SHARDS, in_memory

STUDY, DRAWS, DICTIONARY = "study.yaml", "draws.parquet", "dictionary.csv"

_KEPT = Text(
    "what is there is kept, and the same command goes on from it", "已有结果保留，同一命令可续跑"
)


class StudyFolder:
    """A study's folder, held against other writers; made by :func:`open_for_writing`.

    Parameters
    ----------
    path
        The folder.
    manifest
        What is there already; None in a new folder.
    """

    def __init__(self, path: Path, manifest: dict[str, Any] | None) -> None:
        self.path = path
        self.manifest = manifest
        self._ledger: Ledger | None = None
        self._next_shard = 1

    def begin(
        self, manifest: Mapping[str, Any], texts: Mapping[str, str], draws: Table
    ) -> list[RunRow]:
        """Put everything but runs in its place; return the runs that are there already.

        Parameters
        ----------
        manifest
            What is to run; the facts of the files are added here.
        texts
            Contents by file name.
        draws
            Columns ``draw`` and one a parameter that varies.

        Raises
        ------
        RunFailed
            If the disk does not take it.
        """
        with failing_on(self.path, _KEPT):
            shards = self.path / SHARDS
            shards.mkdir(exist_ok=True)
            for left in (*self.path.glob("*" + ASIDE), *shards.glob("*" + ASIDE)):
                left.unlink()
            contents = {name: text.encode() for name, text in texts.items()}
            contents[DRAWS] = _packed(draws)
            before = (self.manifest or {}).get("files", {})
            files = {name: _facts(content, before.get(name)) for name, content in contents.items()}
            if self.manifest is not None:  # what is there stays readable, whenever a kill comes
                write_manifest(self.path, {**manifest, "files": files, "ledger": None})
            for name, content in sorted(contents.items()):
                write_whole(self.path / name, content)
            # The manifest comes before the ledger: without runs it says truly that there are none yet.
            files = {name: _facts(content, None) for name, content in contents.items()}
            self.manifest = {**manifest, "files": files, "ledger": None}
            write_manifest(self.path, self.manifest)
            ledger = Ledger(self.path / LEDGER)
            self._ledger = ledger
            rows, named = ledger.runs(), ledger.files()
            known = {row.name for row in named}
            for path in shards.iterdir():
                if f"{SHARDS}/{path.name}" not in known and path.suffix == ".parquet":
                    path.unlink()  # on the disk when a kill came, and not yet in the ledger
            self._next_shard = 1 + max((row.shard for row in named), default=0)
        return rows

    def commit(self, runs: Iterable[RunRow], files: Mapping[str, bytes]) -> int:
        """Store what a batch left: its files first, then, at one stroke, its runs.

        Parameters
        ----------
        runs
            Done ones have no shard yet; it is added here.
        files
            Contents by kind.

        Returns
        -------
        Bytes written.

        Raises
        ------
        RunFailed
            If the disk does not take it; nothing of the batch counts then.
        """
        shard = self._next_shard
        rows = []
        with failing_on(self.path, _KEPT):
            for content, packed in files.items():
                name = f"{SHARDS}/{shard:06d}-{content}.parquet"
                facts = write_whole(self.path / name, packed)
                rows.append(FileRow(name, shard, content, *facts))
            placed = [run._replace(shard=shard) if run.status == "done" else run for run in runs]
            self._open_ledger.commit(placed, rows)
        if files:
            self._next_shard += 1
        return sum(row.bytes for row in rows)

    def grow(self, replicates: int, runs: int) -> None:
        """Say that there are going to be more replicates.

        Parameters
        ----------
        replicates, runs
            In all.

        Raises
        ------
        RunFailed
            If the disk does not take it.
        """
        assert self.manifest is not None, "begin() comes first"
        with failing_on(self.path, _KEPT):
            self.manifest = {**self.manifest, "replicates": replicates, "runs": runs}
            write_manifest(self.path, self.manifest)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Seal the ledger with the manifest, and add to it what is known after the run.

        Raises
        ------
        RunFailed
            If the disk does not take it.
        """
        with failing_on(self.path, _KEPT):
            ledger = self._open_ledger
            sealed = digest(ledger.runs(), ledger.files())
            ledger.settle()
            assert self.manifest is not None  # there is a ledger, so there is a manifest
            self.manifest = {**self.manifest, **facts, "ledger": sealed}
            write_manifest(self.path, self.manifest)

    def forget_runs(self) -> None:
        """Remove the ledger, so that the study starts anew; other files stay.

        Raises
        ------
        RunFailed
            If it cannot be removed.
        """
        with failing_on(self.path, _KEPT):
            for path in self.path.glob(LEDGER + "*"):
                path.unlink()
            flush_folder(self.path)

    def require_space(self, needed: int) -> None:
        """Refuse to go on if the disk cannot hold so many bytes more.

        Raises
        ------
        RunFailed
            Naming both numbers.
        """
        with failing_on(self.path, _KEPT):
            free = shutil.disk_usage(self.path).free
        if free < needed:
            raise RunFailed(
                Problem(
                    Text(
                        f"the results need about {needed / 1e6:,.0f} MB and the disk of {self.path} has "
                        f"{free / 1e6:,.0f} MB free; {_KEPT.en}",
                        f"结果约需 {needed / 1e6:,.0f} MB，而 {self.path} 所在磁盘仅剩 "
                        f"{free / 1e6:,.0f} MB；{_KEPT.zh}",
                    )
                )
            )

    @property
    def _open_ledger(self) -> Ledger:
        assert self._ledger is not None, "begin() comes first"
        return self._ledger

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()


@contextmanager
def open_for_writing(path: Path, inputs: str) -> Iterator[StudyFolder]:
    """Hold a folder for a study and let go of it at the end; a new one in which nothing began is removed.

    Parameters
    ----------
    path
        Absent, empty, or holding a study of these inputs.
    inputs
        Hash of what the user gave, as the manifest records it.

    Raises
    ------
    BadInput
        If something else is there.
    RunFailed
        If nothing can be written there, or another run holds it.
    """
    with ExitStack() as held:
        with failing_on(path, Text("nothing was changed", "未作任何更改")):
            if os.path.lexists(path) and not _may_write(path):
                raise _refusal(path)
            path.mkdir(parents=True, exist_ok=True)
            held.enter_context(only_writer(path))
        manifest = read_manifest(path) if (path / MANIFEST).exists() else None
        if manifest is not None and (
            manifest["inputs_sha256"] != inputs or manifest["schema_version"] < SCHEMA_VERSION
        ):
            raise _refusal(path)
        folder = StudyFolder(path, manifest)
        try:
            yield folder
        finally:
            folder.close()
            if folder.manifest is None:
                _remove_if_empty(path)


def _may_write(path: Path) -> bool:
    """Whether a folder is empty, holds a study, or was begun and left before it held one."""
    if not path.is_dir():
        return False
    names = {entry.name for entry in path.iterdir()}
    return not names or MANIFEST in names or (LOCK in names and LEDGER not in names)


def _remove_if_empty(path: Path) -> None:
    if {entry.name for entry in path.iterdir()} == {LOCK}:
        (path / LOCK).unlink()
        if not os.path.ismount(path):
            path.rmdir()


def _refusal(path: Path) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"{path} exists and does not hold earlier results of this same study; "
                "name another folder or remove it",
                f"{path} 已存在，且不是本研究先前的结果；请另选文件夹或先将其移除",
            )
        )
    )


def _facts(content: bytes, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the facts of a file, and of the one that it takes the place of if that differs."""
    facts: dict[str, Any] = dict(facts_of_bytes(content)._asdict())
    if before is not None and before["sha256"] != facts["sha256"]:
        facts["before"] = {name: before[name] for name in facts}
    return facts


def _packed(table: Table) -> bytes:
    with in_memory() as file:
        write_table(file, table)
        file.seek(0)
        return file.read()
