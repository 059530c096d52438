"""The folder that a finished study leaves: written whole or not at all, and checked before it is read.

========================  ==============================================================
``study.yaml``            the study as it ran
``manifest.json``         what ran, with which versions, and the SHA-256 of every file
``months.parquet``        one row a scenario, draw, replicate and month; one column an outcome
``communities.parquet``   one row a scenario, draw, replicate, year and community
``draws.parquet``         the parameter values of each draw
``dictionary.csv``        every column: unit, English and Chinese
``*.py``                  the code of rules that are not of the package
========================  ==============================================================

Everything is written into a folder aside, flushed to the disk and renamed, so that a folder which has a
manifest is complete. Reading recomputes every checksum and counts every run: a damaged or patched
folder is refused, never averaged.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.months import Month
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.study.parquet import Table, TableError, read_table, write_table

if TYPE_CHECKING:
    from sansheng.study.config import Study

SCHEMA_VERSION = 2
MANIFEST = "manifest.json"
STUDY, MONTHS, COMMUNITIES, DRAWS, DICTIONARY = (
    "study.yaml",
    "months.parquet",
    "communities.parquet",
    "draws.parquet",
    "dictionary.csv",
)
FILES = (STUDY, MONTHS, COMMUNITIES, DRAWS, DICTIONARY)

RUN_KEY = ("scenario", "draw", "replicate")
MONTH_KEY = (*RUN_KEY, "year", "month")
COMMUNITY_KEY = (*RUN_KEY, "year", "community")


@dataclass(frozen=True)
class StudyData:
    """The results of a complete study.

    Parameters
    ----------
    folder
        Where they were read from.
    manifest
        What ran; see the manifest of any study folder.
    months
        Columns of equal length: the keys ``scenario``, ``draw``, ``replicate``, ``year`` and ``month``
        (1 to 12), and one float64 column an outcome, NaN where undefined. Rows are sorted by key,
        scenarios in the order of the study.
    draws
        Column ``draw`` and one float64 column a parameter of the grid.
    """

    folder: Path
    manifest: Mapping[str, Any]
    months: dict[str, NDArray[Any]]
    draws: dict[str, NDArray[Any]]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names in the order of the study."""
        return tuple(scenario["name"] for scenario in self.manifest["scenarios"])

    @property
    def baseline(self) -> str:
        """The scenario that the study names for comparison."""
        return str(self.manifest["baseline"])

    def status(self, scenario: str) -> str:
        """Return whether a scenario spends as much as the others: ``matched``, ``capped``, ``exempt`` or ``off``."""
        return str(self._spending(scenario)["status"])

    def scale(self, scenario: str) -> float:
        """Return what a scenario's money was multiplied by to make it spend as much as the others."""
        return float(self._spending(scenario)["scale"])

    def _spending(self, scenario: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.manifest["scenarios"][self.scenarios.index(scenario)][
            "spending"
        ]
        return found

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids of the monthly outcomes."""
        return tuple(self.manifest["outcomes"])

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of scenarios, draws, replicates and months."""
        return _shape(self.manifest)

    def by_month(self, outcome: str) -> F64:
        """Return one outcome as ``float64[scenario, draw, replicate, month]``."""
        values: F64 = self.months[outcome].reshape(self.shape)
        return values

    @cached_property
    def communities(self) -> dict[str, NDArray[Any]]:
        """Columns of the communities' years, read when first asked for; rows are sorted by key."""
        with _reading(self.folder, COMMUNITIES, self.manifest) as file:
            columns = (*RUN_KEY, *self.manifest["community_columns"])
            table = read_table(file, columns, {"scenario": self.scenarios})
            return _sorted_communities(table, self.manifest)

    @cached_property
    def study(self) -> Study:
        """The study as it ran, read when first asked for."""
        from sansheng.study.config import load_study

        return load_study(self.folder / STUDY)


def open_study(folder: Path | str) -> StudyData:
    """Read a study folder after checking that it is whole.

    Raises
    ------
    BadInput
        If it is no study folder, was written by a newer version, or any file is missing, changed,
        cut short, or lacks or repeats a run.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    for name in dict.fromkeys((*FILES, *manifest["files"])):
        with _reading(folder, name, manifest):
            pass
    scenarios = {"scenario": [scenario["name"] for scenario in manifest["scenarios"]]}
    with _reading(folder, MONTHS, manifest) as file:
        months = read_table(file, (*MONTH_KEY, *manifest["outcomes"]), scenarios)
        months = _sorted_months(months, manifest)
    with _reading(folder, DRAWS, manifest) as file:
        draws = read_table(file, ("draw", *manifest["parameters_varied"]), {})
        draws = _sorted_draws(draws, manifest)
    return StudyData(folder, manifest, months, draws)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a study folder.

    Raises
    ------
    BadInput
        If there is none, it does not match its own checksum, or its layout is not known here.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(
            Problem(
                Text(
                    f"{folder} is not the folder of a finished study: it has no {MANIFEST}",
                    f"{folder} 不是已完成研究的文件夹：缺少 {MANIFEST}",
                )
            )
        ) from None
    except OSError as error:
        raise _damaged(folder, MANIFEST, _unreadable(error)) from error
    except ValueError as error:
        raise _damaged(folder, MANIFEST, _CHANGED) from error
    if not isinstance(manifest, dict) or manifest.pop("checksum", None) != _checksum(manifest):
        raise _damaged(folder, MANIFEST, _CHANGED)
    if manifest["schema_version"] != SCHEMA_VERSION:
        raise BadInput(
            Problem(
                Text(
                    f"{folder} was written with layout {manifest['schema_version']}; "
                    f"this version reads layout {SCHEMA_VERSION}",
                    f"{folder} 的存储格式为 {manifest['schema_version']}；"
                    f"本版本只能读取格式 {SCHEMA_VERSION}",
                )
            )
        )
    return manifest


def check_destination(out: Path, inputs: str) -> None:
    """Refuse a place where results of these inputs must not or cannot go.

    Parameters
    ----------
    out
        The folder to be made. It may be absent, empty, or hold earlier results of the same inputs.
    inputs
        Hash of the study and its place, as the manifest records it.

    Raises
    ------
    BadInput
        If something else is there.
    RunFailed
        If nothing can be written beside it.
    """
    with _failing_on(out):
        if os.path.lexists(out) and not _may_replace(out, inputs):
            raise BadInput(
                Problem(
                    Text(
                        f"{out} exists and does not hold earlier results of this same study; "
                        "name another folder or remove it",
                        f"{out} 已存在，且不是本研究先前的结果；请另选文件夹或先将其移除",
                    )
                )
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        probe = _beside(out, "probe")
        probe.mkdir()
        probe.rmdir()


def require_space(out: Path, needed: int) -> None:
    """Refuse to go on if the disk cannot hold ``needed`` bytes beside ``out``.

    Results are close to incompressible, so it is better to say so before the run than after it.

    Raises
    ------
    RunFailed
        Naming both numbers.
    """
    with _failing_on(out):
        free = shutil.disk_usage(out.parent).free
    if free < needed:
        raise RunFailed(
            Problem(
                Text(
                    f"the results need up to {needed / 1e6:.0f} MB and the disk of {out} has "
                    f"{free / 1e6:.0f} MB free",
                    f"结果最多需要 {needed / 1e6:.0f} MB，而 {out} 所在磁盘仅剩 {free / 1e6:.0f} MB",
                )
            )
        )


def write_study(
    out: Path,
    *,
    manifest: Mapping[str, Any],
    texts: Mapping[str, str],
    tables: Mapping[str, Table],
) -> None:
    """Write a study folder, whole or not at all, after reading back what was written.

    Parameters
    ----------
    out
        The folder; earlier results of the same inputs are replaced in one step, and files in it that
        are not a study's own are kept.
    manifest
        What ran; the layout's version, the files' checksums and its own are added here.
    texts, tables
        Contents by file name; together they are :data:`FILES`, and texts may hold more.

    Raises
    ------
    RunFailed
        If the disk is full, read-only or failing, or the results do not read back as a complete
        study. What was at ``out`` is then untouched.
    BadInput
        If other results have appeared there meanwhile.
    """
    check_destination(out, manifest["inputs_sha256"])
    aside = _beside(out, "partial")
    try:
        with _failing_on(out):
            write_files(aside, manifest, texts, tables)
            _read_back(aside)
            earlier = _put_in_place(aside, out, manifest["inputs_sha256"])
    finally:
        # Gone already if all went well; nothing else may hide the error that stopped us.
        shutil.rmtree(aside, ignore_errors=True)
    with _failing_on(out, _IN_PLACE):
        if earlier is not None:
            before = read_manifest(earlier)["files"]
            for path in list(earlier.iterdir()):
                if path.name not in (*FILES, MANIFEST, *before):
                    path.rename(out / path.name)
            _flush_folder(out)
        _flush_folder(out.parent)
    if earlier is not None:
        shutil.rmtree(earlier, ignore_errors=True)  # the new results stand, whatever happens here


def write_files(
    folder: Path,
    manifest: Mapping[str, Any],
    texts: Mapping[str, str],
    tables: Mapping[str, Table],
) -> None:
    """Make a folder and write a study's files into it, flushed to the disk, the manifest last."""
    folder.mkdir()
    files = {}
    for name in (*FILES, *sorted(set(texts) - set(FILES))):
        with (folder / name).open("x+b") as file:
            if name in texts:
                file.write(texts[name].encode())
            else:
                write_table(file, tables[name])
            file.flush()
            os.fsync(file.fileno())
            files[name] = _facts(file)
    for name, table in tables.items():
        files[name]["rows"] = next(iter(table.values())).size
    whole = {**manifest, "schema_version": SCHEMA_VERSION, "files": files}
    whole["checksum"] = _checksum(whole)
    with (folder / MANIFEST).open("x", encoding="utf-8", newline="\n") as text:
        json.dump(whole, text, ensure_ascii=False, indent=2, sort_keys=True)
        text.write("\n")
        text.flush()
        os.fsync(text.fileno())
    _flush_folder(folder)


def _read_back(folder: Path) -> None:
    """Refuse to let results take the place of others unless they can be read."""
    try:
        _ = open_study(folder).communities
    except BadInput as error:
        what = error.problems[0].text
        raise RunFailed(
            Problem(
                Text(
                    f"the results were written and could not be read back: {what.en}",
                    f"结果写入后无法读回：{what.zh}",
                )
            )
        ) from error


def _put_in_place(aside: Path, out: Path, inputs: str) -> Path | None:
    """Rename the folder aside to ``out``; return the folder that now holds what was there."""
    if not _holds_something(out):
        if out.is_dir():
            out.rmdir()
        aside.rename(out)  # fails if something was put there meanwhile
        return None
    check_destination(out, inputs)
    earlier = _beside(out, "replaced")
    try:
        out.rename(earlier)
        aside.rename(out)
    except BaseException:
        if earlier.exists() and not out.exists():
            earlier.rename(out)
        raise
    return earlier


def _may_replace(out: Path, inputs: str) -> bool:
    if not out.is_dir() or os.path.ismount(out):
        return False
    if not _holds_something(out):
        return True
    try:
        return bool(read_manifest(out)["inputs_sha256"] == inputs)
    except BadInput:
        return False


def _holds_something(out: Path) -> bool:
    return out.is_dir() and any(out.iterdir())


def _beside(out: Path, purpose: str) -> Path:
    """Return an unused name on the same disk; a temporary folder of Python's would be private."""
    return out.parent / f".sansheng-{purpose}-{secrets.token_hex(8)}"


def _flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power loss, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _facts(file: IO[bytes]) -> dict[str, Any]:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # opened "x+b"
    return {"sha256": digest, "bytes": file.seek(0, os.SEEK_END)}


def _checksum(manifest: Mapping[str, Any]) -> str:
    from sansheng.study.provenance import content_hash

    return content_hash(manifest)


_UNCHANGED = Text("what was there is unchanged", "原有内容未变")
_IN_PLACE = Text(
    "the new results are there, but a power loss may still undo them",
    "新结果已就位，但断电仍可能使其丢失",
)


@contextmanager
def _failing_on(out: Path, state: Text = _UNCHANGED) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFailed(
            Problem(
                Text(
                    f"cannot write results to {out}: {reason}; {state.en}",
                    f"无法将结果写入 {out}：{reason}；{state.zh}",
                )
            )
        ) from error


@contextmanager
def _reading(folder: Path, name: str, manifest: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """Yield a file of a study folder after comparing it with the manifest."""
    try:
        with (folder / name).open("rb") as file:
            facts = _facts(file)
            recorded = manifest["files"][name]
            if facts != {key: recorded[key] for key in facts}:
                raise _damaged(folder, name, _CHANGED)
            file.seek(0)
            yield file
    except FileNotFoundError:
        raise _damaged(folder, name, Text("it is missing", "文件缺失")) from None
    except OSError as error:
        raise _damaged(folder, name, _unreadable(error)) from error
    except TableError as error:
        raise _damaged(folder, name, Text(str(error), str(error))) from error


_CHANGED = Text(
    "it is not what the run wrote (changed, cut short or replaced)",
    "内容与运行时写入的不一致（被修改、截断或替换）",
)


def _unreadable(error: OSError) -> Text:
    reason = error.strerror or str(error)
    return Text(f"it cannot be read: {reason}", f"无法读取：{reason}")


def _damaged(folder: Path, name: str, what: Text) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"{folder / name} cannot be trusted: {what.en}; run the study again",
                f"{folder / name} 不可信：{what.zh}；请重新运行该研究",
            )
        )
    )


def _shape(manifest: Mapping[str, Any]) -> tuple[int, int, int, int]:
    return (
        len(manifest["scenarios"]),
        manifest["draws"],
        manifest["replicates"],
        manifest["months"],
    )


def _run_index(table: Table, shape: Sequence[int]) -> I64:
    keys = tuple(table[key] for key in RUN_KEY)
    for name, values, size in zip(RUN_KEY, keys, shape, strict=False):
        if ((values < 0) | (values >= size)).any():
            raise TableError(f"column {name} holds {values.max()}, beyond the {size} of the study")
    index: I64 = np.ravel_multi_index(keys, tuple(shape[:3])).astype(np.int64)
    return index


def _in_order(table: Table, order: I64) -> dict[str, NDArray[Any]]:
    if (order == np.arange(order.size)).all():
        return dict(table)  # as they were written
    return {name: values[order] for name, values in table.items()}


def _with_names(
    table: dict[str, NDArray[Any]], manifest: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    names = np.array([scenario["name"] for scenario in manifest["scenarios"]], dtype=object)
    return {**table, "scenario": names[table["scenario"]]}


def _sorted_months(
    table: dict[str, NDArray[Any]], manifest: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    shape = _shape(manifest)
    first = Month.parse(manifest["start"]).index
    month = table["year"].astype(np.int64) * 12 + table["month"] - 1 - first
    if ((month < 0) | (month >= shape[3])).any():
        raise TableError("it holds a month that the study does not report")
    index = _run_index(table, shape) * shape[3] + month
    _require_each_once(index, int(np.prod(shape)))
    return _with_names(_in_order(table, np.argsort(index)), manifest)


def _sorted_communities(
    table: dict[str, NDArray[Any]], manifest: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    shape = _shape(manifest)
    runs = int(np.prod(shape[:3]))
    run = _run_index(table, shape)
    order = np.lexsort((table["community"], table["year"], run))
    table, run = _in_order(table, order), run[order]
    each = run.size // runs
    pairs = np.stack([table["year"], table["community"]], axis=1)
    if each == 0 or run.size != runs * each or (run.reshape(runs, each) != run[::each, None]).any():
        raise TableError("some run lacks a community's year, or has one twice")
    by_run = pairs.reshape(runs, each, 2)
    repeated = (by_run[0, 1:] == by_run[0, :-1]).all(axis=1).any()
    if repeated or (by_run != by_run[0]).any():
        raise TableError("some run lacks a community's year, or has one twice")
    return _with_names(table, manifest)


def _sorted_draws(
    table: dict[str, NDArray[Any]], manifest: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    _require_each_once(table["draw"].astype(np.int64), manifest["draws"])
    return _in_order(table, np.argsort(table["draw"]))


def _require_each_once(index: I64, count: int) -> None:
    """Refuse an index that is not every number below ``count`` exactly once, in any order."""
    present, times = np.unique(index, return_counts=True)
    missing = count - int(np.isin(present, np.arange(count)).sum())
    doubled = int((times > 1).sum())
    if missing or doubled or present.size > count:
        raise TableError(f"of {count} rows {missing} are missing and {doubled} occur twice")
