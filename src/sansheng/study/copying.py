"""Runs of finished folders, taken over into a new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sansheng.core.errors import BadInput, Problem, printable
from sansheng.core.text import Text
from sansheng.study import store
from sansheng.study.ledger import FileRow, RunRow
from sansheng.study.manifest import MANIFEST
from sansheng.study.reading import ShardTables, StudyData, checked, open_study
from sansheng.study.shards import MOST_RUNS, RUN_KEY, RunNumbers, pack

_APART = {"part", "created", "finished", "wall_seconds", "ledger", "files", "platform", "pilot"}
"""What manifests of parts of one study may say differently."""


def merge_studies(parts: Sequence[Path], out: Path) -> StudyData:
    """Put the runs of parts of one study into one folder.

    Parameters
    ----------
    parts
        Folders of the parts; at least one.
    out
        The new folder: absent or empty.

    Returns
    -------
    The new folder's data, complete or not.

    Raises
    ------
    BadInput
        If parts are not of one study and program, if a run is in two of them, or if ``out`` holds something.
    RunFailed
        If the new folder cannot be written.
    """
    opened = [open_study(part, allow_partial=True) for part in parts]
    first = opened[0]
    for data in opened:
        if not isinstance(data.tables, ShardTables):
            raise _old(data.folder)
        _require_alike(first, data)
    _require_apart(opened)
    manifest = {**first.manifest, "part": None}
    with store.open_for_writing(out.resolve(), _unused(out, manifest)) as folder:
        _begin(folder, first, manifest)
        for data in opened:
            assert isinstance(data.tables, ShardTables)
            for rows, files in _shards(data, data.tables):
                folder.commit(rows, files)
            failed = [row for row in data.ledger if row.status == "failed"]
            folder.commit(failed, {})
        folder.finish({"merged": [data.manifest["part"] for data in opened]})
    return open_study(out, allow_partial=True)


def migrate_study(old: Path, out: Path) -> StudyData:
    """Store the results of an earlier version as today's does; the old folder stays as it is.

    Parameters
    ----------
    old
        Folder in an earlier layout.
    out
        The new folder: absent or empty.

    Raises
    ------
    BadInput
        If ``old`` is damaged, or ``out`` holds something.
    RunFailed
        If the new folder cannot be written.
    """
    data = open_study(old)
    if isinstance(data.tables, ShardTables):
        text = Text(f"{old} is in today's layout already", f"{old} 已是当前存储格式")
        raise BadInput(Problem(text))
    manifest = {**data.manifest, "part": None, "migrated_from": data.manifest["schema_version"]}
    rows = {(row.scenario, row.draw, row.replicate): row for row in data.ledger}
    summaries = data.summary.set_index(list(RUN_KEY))
    with store.open_for_writing(out.resolve(), _unused(out, manifest)) as folder:
        _begin(folder, data, manifest)
        for runs in _portions(data.tables.numbers()):
            values = summaries.loc[[run.key for run in runs]].to_numpy()
            files = pack(runs, np.asarray(values), {}, data.layout)
            folder.commit([rows[run.key] for run in runs], files)
        folder.finish({})
    return open_study(out)


def _unused(out: Path, manifest: Mapping[str, Any]) -> str:
    """Return the inputs' hash, after refusing a folder that holds anything."""
    if (out / MANIFEST).exists():
        raise BadInput(
            Problem(
                Text(
                    f"{out} holds a study already; name another folder",
                    f"{out} 已有研究结果；请另选文件夹",
                )
            )
        )
    return str(manifest["inputs_sha256"])


def _begin(folder: store.StudyFolder, data: StudyData, manifest: Mapping[str, Any]) -> None:
    texts = {}
    for name, facts in data.manifest["files"].items():
        if name.endswith(".parquet"):
            continue  # draws are written anew, other tables of old layouts become shards
        with checked(data.folder, name, facts) as file:
            texts[name] = file.read().decode()
    frame = data.draws
    draws = {str(name): frame[name].to_numpy() for name in frame.columns}
    draws["draw"] = draws["draw"].astype(np.int32)
    folder.begin(manifest, texts, draws)


def _shards(
    data: StudyData, tables: ShardTables
) -> Iterator[tuple[list[RunRow], dict[str, bytes]]]:
    """Yield the runs and files of each shard, after checking the files."""
    for shard in sorted({row.shard for row in tables.files}):
        files = {}
        for row in tables.files:
            if row.shard == shard:
                files[row.content] = _content(data.folder, row)
        yield [run for run in tables.runs if run.shard == shard], files


def _content(folder: Path, row: FileRow) -> bytes:
    with checked(folder, row.name, {"sha256": row.sha256, "bytes": row.bytes}) as file:
        return file.read()


def _portions(runs: Iterable[RunNumbers]) -> Iterator[list[RunNumbers]]:
    portion: list[RunNumbers] = []
    for run in runs:
        portion.append(run)
        if len(portion) == MOST_RUNS:
            yield portion
            portion = []
    if portion:
        yield portion


def _require_alike(first: StudyData, other: StudyData) -> None:
    """Refuse parts of different studies, or made by different programs."""
    names = sorted({*first.manifest, *other.manifest} - _APART)
    for name in names:
        if first.manifest.get(name) != other.manifest.get(name):
            raise BadInput(
                Problem(
                    Text(
                        f"{first.folder} and {other.folder} are not parts of one study run by one program: their"
                        f" {name} differs",
                        f"{first.folder} 与 {other.folder} 不是同一研究、同一程序的两部分：{name} 不同",
                    )
                )
            )


def _require_apart(parts: Sequence[StudyData]) -> None:
    """Refuse parts that have a run in common."""
    owner: dict[tuple[str, int, int], StudyData] = {}
    for data in parts:
        for row in data.ledger:
            key = (row.scenario, row.draw, row.replicate)
            if row.status == "done" and key in owner:
                name = printable(row.scenario)
                where = f"{owner[key].folder}, {data.folder}"
                raise BadInput(
                    Problem(
                        Text(
                            f"{name}, draw {row.draw}, replicate {row.replicate} is in two of the folders: {where}",
                            f"{name}、参数组 {row.draw}、重复 {row.replicate} 同时出现在两个文件夹：{where}",
                        )
                    )
                )
            if row.status == "done":
                owner[key] = data


def _old(folder: Path) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"{folder} is in an earlier layout; use sansheng migrate first",
                f"{folder} 为旧存储格式；请先用 sansheng migrate 转换",
            )
        )
    )
