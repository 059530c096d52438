"""The results of a study, read from its folder and checked.

Whatever is read is hashed first and compared with the ledger, the ledger with the manifest, and the runs that a
file holds with those that the ledger names. A folder that is damaged is refused; one that lacks runs is refused
unless partial results are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem, did_you_mean, printable, quoted
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.durable import facts_of
from sansheng.study.layout import layout_in
from sansheng.study.ledger import LEDGER, FileRow, RunRow, digest, read_ledger
from sansheng.study.manifest import (
    CHANGED,
    WITHOUT_LEDGER,
    damaged,
    read_manifest,
    unreadable,
)
from sansheng.study.parquet import TableError, read_table, read_tables, view_tables
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
    Layout,
    RunNumbers,
    checksum,
    unpack,
)
from sansheng.study.store import DRAWS, STUDY

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from sansheng.study.config import Study


class Tables(Protocol):
    """Where the numbers of a study lie."""

    def summaries(self) -> Mapping[str, NDArray[Any]]:
        """Return one row a run: the run's key, the scenario by number, and one column an outcome."""

    def numbers(self) -> Iterator[RunNumbers]:
        """Yield the numbers of every run, shard by shard."""

    def months(self, outcomes: Sequence[str]) -> Mapping[str, NDArray[Any]]:
        """Return one row a run and month: the keys, and the outcomes asked for."""

    def sources(self) -> Mapping[str, Sequence[Path]]:
        """Return the Parquet files of each kind of table, all of them checked."""


@dataclass(frozen=True)
class StudyData:
    """The results of a study.

    Parameters
    ----------
    folder
        Where they lie.
    manifest
        What ran; see the manifest of any study folder.
    ledger
        The runs that the study has, done or failed, in the order of their ids.
    tables
        Where the numbers lie.
    """

    folder: Path
    manifest: Mapping[str, Any]
    ledger: Sequence[RunRow]
    tables: Tables = field(repr=False)

    @property
    def layout(self) -> Layout:
        """What the tables look like."""
        return layout_in(self.manifest)

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios that have a run, in the order of the study."""
        named = [str(scenario["name"]) for scenario in self.manifest["scenarios"]]
        have = {row.scenario for row in self.ledger if row.status == "done"}
        return tuple(name for name in named if name in have)

    @property
    def of_districts(self) -> bool:
        """Whether rows of the table of communities are of districts (:mod:`sansheng.study.kept`)."""
        return "communities" in self.manifest["community_columns"]

    @property
    def baseline(self) -> str:
        """The scenario that the study names for comparison."""
        return str(self.manifest["baseline"])

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids of the monthly outcomes."""
        return tuple(self.manifest["outcomes"])

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of scenarios that have a run, draws, replicates and months."""
        m = self.manifest
        return len(self.scenarios), m["draws"], m["replicates"], m["months"]

    @property
    def planned(self) -> int:
        """Runs that the study asks for."""
        m = self.manifest
        return len(m["scenarios"]) * int(m["draws"]) * int(m["replicates"])

    @cached_property
    def done(self) -> int:
        """Runs that have numbers."""
        return sum(row.status == "done" for row in self.ledger)

    @property
    def failures(self) -> list[RunRow]:
        """Runs that failed."""
        return [row for row in self.ledger if row.status == "failed"]

    @property
    def partial(self) -> bool:
        """Whether a run is missing or failed."""
        return self.done != self.planned

    def status(self, scenario: str) -> str:
        """Return whether a scenario spends as much as the others: ``matched``, ``capped``, ``exempt`` or ``off``."""
        return str(self._spending(scenario)["status"])

    def scale(self, scenario: str) -> float:
        """Return what a scenario's money was multiplied by to make it spend as much as the others."""
        return float(self._spending(scenario)["scale"])

    def _spending(self, scenario: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(
            said for said in self.manifest["scenarios"] if said["name"] == scenario
        )["spending"]
        return found

    @cached_property
    def _summaries(self) -> dict[str, F64]:
        rows = self.tables.summaries()
        names = [scenario["name"] for scenario in self.manifest["scenarios"]]
        numbers = np.array(
            [self.scenarios.index(name) if name in self.scenarios else -1 for name in names]
        )
        slot = numbers[rows["scenario"]], rows["draw"], rows["replicate"]
        found = {}
        for outcome in self.outcomes:
            values = np.full(self.shape[:3], np.nan)
            values[slot] = rows[outcome]
            found[outcome] = values
        return found

    def per_run(self, outcome: str) -> F64:
        """Return one number a run, ``float64[scenario, draw, replicate]``, as the outcome declares.

        NaN where it is undefined, and where a run is missing.

        Raises
        ------
        BadInput
            If the study has no such outcome.
        """
        self._require(outcome)
        return self._summaries[outcome]

    def by_month(self, outcome: str) -> F64:
        """Return one outcome as ``float64[scenario, draw, replicate, month]``; NaN as in :meth:`per_run`.

        Raises
        ------
        BadInput
            If the study has no such outcome.
        """
        return self.months_of([outcome])[outcome]

    def months_of(self, outcomes: Sequence[str]) -> dict[str, F64]:
        """Return several outcomes as :meth:`by_month` does, in one reading of the files.

        Raises
        ------
        BadInput
            If the study lacks one of them.
        """
        for outcome in outcomes:
            self._require(outcome)
        rows = self.tables.months(outcomes)
        names = [scenario["name"] for scenario in self.manifest["scenarios"]]
        numbers = np.array(
            [self.scenarios.index(name) if name in self.scenarios else -1 for name in names]
        )
        month = rows["year"].astype(np.int64) * 12 + rows["month"] - 1 - self.layout.start
        slot = numbers[rows["scenario"]], rows["draw"], rows["replicate"], month
        found = {}
        for outcome in outcomes:
            values = np.full(self.shape, np.nan)
            values[slot] = rows[outcome]
            found[outcome] = values
        return found

    def _require(self, outcome: str) -> None:
        if outcome not in self.outcomes:
            hint = did_you_mean(outcome, self.outcomes)
            raise BadInput(
                Problem(
                    Text(
                        f"{self.folder} has no outcome {quoted(outcome)}{hint.en}",
                        f"{self.folder} 中没有指标 {quoted(outcome)}{hint.zh}",
                    )
                )
            )

    @property
    def runs(self) -> pd.DataFrame:
        """The ledger: one row a run, with its status, attempts, seconds, and why it failed if it did."""
        import pandas as pd

        return pd.DataFrame(list(self.ledger), columns=list(RunRow._fields))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row a scenario, draw and replicate, one column an outcome."""
        import pandas as pd

        rows = self.tables.summaries()
        names = np.array([said["name"] for said in self.manifest["scenarios"]], dtype=object)
        frame = pd.DataFrame({name: rows[name] for name in (*RUN_KEY, *self.outcomes)})
        frame = frame.sort_values(list(RUN_KEY), ignore_index=True)
        return frame.assign(scenario=names[frame["scenario"].to_numpy()])

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a scenario, draw, replicate and month, one column an outcome."""
        return self._frame(MONTHS, MONTH_KEY)

    @cached_property
    def communities(self) -> pd.DataFrame:
        """One row a scenario, draw, replicate, year and community."""
        return self._frame(COMMUNITIES, COMMUNITY_KEY)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """One row a scenario, draw, replicate and agency; empty if an earlier version stored the study."""
        return self._frame(ORGANISATIONS, ORGANISATION_KEY)

    @cached_property
    def workers(self) -> pd.DataFrame:
        """One row a scenario, draw, replicate and group; empty if an earlier version stored the study."""
        return self._frame(WORKERS, WORKER_KEY)

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened in the replicates whose events were recorded, in the order it did; empty if none were."""
        return self._frame(EVENTS, ())

    @cached_property
    def draws(self) -> pd.DataFrame:
        """One row a draw, one column a parameter that varies."""
        import pandas as pd

        with checked(self.folder, DRAWS, self.manifest["files"][DRAWS]) as file:
            table = read_table(file, ("draw", *self.manifest["parameters_varied"]), {})
            if sorted(table["draw"].tolist()) != list(range(self.manifest["draws"])):
                raise TableError("some draw is missing, or there twice")
            return pd.DataFrame(table).sort_values("draw", ignore_index=True)

    def _frame(self, content: str, key: Sequence[str]) -> pd.DataFrame:
        """Return a table, rows sorted by key and scenarios in the order of the study."""
        import pandas as pd

        with self.connect() as connection:
            frame = connection.execute(f"SELECT * FROM {content}").df()
        if frame.empty:
            return frame
        names = [scenario["name"] for scenario in self.manifest["scenarios"]]
        order = pd.Categorical(frame["scenario"], categories=names).codes
        keys = [order if name == "scenario" else frame[name].to_numpy() for name in key]
        if not keys:  # within a run in the order in which it was written
            keys = [order, frame["draw"].to_numpy(), frame["replicate"].to_numpy()]
        return frame.iloc[np.lexsort(keys[::-1])].reset_index(drop=True)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB database with a view for each kind of table, and ``draws``.

        Every file they read has been checked. Close the connection when done.
        """
        sources = self.tables.sources()
        connection = view_tables(
            {name: paths for name, paths in sources.items() if name != SUMMARY}
        )
        connection.register(SUMMARY, self.summary)
        return connection

    @cached_property
    def study(self) -> Study:
        """The study as it ran, read when first asked for."""
        from sansheng.study.config import load_study

        return load_study(self.folder / STUDY)


@dataclass(frozen=True)
class ShardTables:
    """The shards of a study folder.

    Parameters
    ----------
    folder
        Of the study.
    layout
        Of the tables.
    files, runs
        What the ledger names; runs that are done.
    draws
        Facts of the table of draws.
    """

    folder: Path
    layout: Layout
    files: Sequence[FileRow]
    runs: Sequence[RunRow]
    draws: Mapping[str, Any]

    def summaries(self) -> Mapping[str, NDArray[Any]]:
        """Return one row a run, after comparing them with the ledger."""
        return self._rows(SUMMARY, self.layout.columns(SUMMARY), 1)

    def months(self, outcomes: Sequence[str]) -> Mapping[str, NDArray[Any]]:
        """Return one row a run and month, after comparing them with the ledger."""
        return self._rows(MONTHS, (*MONTH_KEY, *outcomes), self.layout.months)

    def _rows(self, content: str, columns: Sequence[str], each: int) -> Mapping[str, NDArray[Any]]:
        """Return rows of all shards, as many of each run as there must be."""
        with ExitStack() as stack:
            files = [stack.enter_context(self._open(row)) for row in self._of(content)]
            codes = {"scenario": self.layout.scenarios}
            try:
                rows = read_tables(files, columns, codes)
            except TableError as error:
                raise damaged(self.folder, content, Text(str(error), str(error))) from error
        number = {name: i for i, name in enumerate(self.layout.scenarios)}
        expected = np.array(
            [(number[r.scenario], r.draw, r.replicate) for r in self.runs], dtype=np.int64
        ).reshape(-1, 3)
        found = np.stack([rows[name].astype(np.int64) for name in RUN_KEY], axis=1)
        if not np.array_equal(_sorted(found), np.repeat(_sorted(expected), each, axis=0)):
            what = Text(
                "its rows are not those of the runs that the ledger names",
                "其中各行与账本所列运行不符",
            )
            raise damaged(self.folder, content, what)
        return rows

    def numbers(self) -> Iterator[RunNumbers]:
        """Yield the numbers of every run, shard by shard, each compared with its checksum."""
        known = {(row.scenario, row.draw, row.replicate): row.checksum for row in self.runs}
        expected_in, files_of = (
            defaultdict[int | None, set[Any]](set),
            defaultdict[int, dict[str, FileRow]](dict),
        )
        for row in self.runs:
            expected_in[row.shard].add((row.scenario, row.draw, row.replicate))
        for file in self.files:
            files_of[file.shard][file.content] = file
        for shard, mine in sorted(files_of.items()):
            expected = expected_in[shard]
            with ExitStack() as stack:
                opened = {
                    content: stack.enter_context(self._open(mine[content]))
                    for content in (MONTHS, COMMUNITIES, *self._more)
                }
                name = mine[MONTHS].name
                try:
                    runs = list(unpack(opened, self.layout))
                except TableError as error:
                    raise damaged(self.folder, name, Text(str(error), str(error))) from error
            if {run.key for run in runs} != expected:
                what = Text(
                    "its runs are not those that the ledger names", "其中的运行与账本所列不符"
                )
                raise damaged(self.folder, name, what)
            for run in runs:
                if checksum(run) != known[run.key]:
                    raise damaged(self.folder, name, CHANGED)
                yield run

    def sources(self) -> Mapping[str, Sequence[Path]]:
        """Return the files of each kind of table, after checking all."""
        found: dict[str, Sequence[Path]] = {}
        for content in (MONTHS, COMMUNITIES, ORGANISATIONS, WORKERS, SUMMARY, EVENTS):
            rows = self._of(content)
            for row in rows:
                with self._open(row):
                    pass
            found[content] = [self.folder / row.name for row in rows]
        with checked(self.folder, DRAWS, self.draws):
            found["draws"] = [self.folder / DRAWS]
        return found

    @property
    def _more(self) -> list[str]:
        return [shape.content for shape in self.layout.incumbents]

    def _of(self, content: str) -> list[FileRow]:
        return [row for row in self.files if row.content == content]

    @contextmanager
    def _open(self, row: FileRow) -> Iterator[IO[bytes]]:
        with checked(self.folder, row.name, {"sha256": row.sha256, "bytes": row.bytes}) as file:
            yield file


def _sorted(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.lexsort(keys.T[::-1])
    found: NDArray[np.int64] = keys[order]
    return found


def open_study(folder: Path | str, *, allow_partial: bool = False) -> StudyData:
    """Read a study folder after checking what it reads.

    Parameters
    ----------
    folder
        Of results.
    allow_partial
        Whether results may lack runs; whoever shows them then says how many there are.

    Raises
    ------
    BadInput
        If it is no study folder, was written by another version, any file is missing, changed or cut short, or
        a run is missing or failed and partial results were not asked for.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    if manifest["schema_version"] == WITHOUT_LEDGER:
        from sansheng.study.old_layouts import open_layout_2

        return open_layout_2(folder, manifest)
    for name, facts in manifest["files"].items():
        if name != DRAWS:  # which is read later, and checked then
            with checked(folder, name, facts):
                pass
    runs, files = _ledger(folder, manifest)
    done = [row for row in runs if row.status == "done"]
    layout = layout_in(manifest)
    tables = ShardTables(folder, layout, files, done, manifest["files"][DRAWS])
    data = StudyData(folder, manifest, runs, tables)
    if not allow_partial:
        refuse_partial(data)
    elif not data.done:
        raise BadInput(Problem(Text(f"{folder} holds no run yet", f"{folder} 尚无任何运行结果")))
    return data


def refuse_partial(data: StudyData) -> None:
    """Refuse results that lack runs.

    Raises
    ------
    BadInput
        Saying how many are missing and how many failed.
    """
    if not data.partial:
        return
    failed = data.failures
    missing = data.planned - data.done - len(failed)
    why = Text("", "")
    if failed:
        name = printable(failed[0].scenario)
        why = Text(
            f"; first: {name}, draw {failed[0].draw}, replicate {failed[0].replicate}: "
            f"{failed[0].error_en}",
            f"；首个：{name}，参数组 {failed[0].draw}、重复 {failed[0].replicate}：{failed[0].error_zh}",
        )
    raise BadInput(
        Problem(
            Text(
                f"{data.folder} is not complete: of {data.planned} runs {missing} are missing and "
                f"{len(failed)} failed{why.en}; run the study again to go on, or use --allow-partial",
                f"{data.folder} 不完整：{data.planned} 次运行中缺 {missing} 次、失败 {len(failed)} 次{why.zh}；"
                "请再次运行以续跑，或使用 --allow-partial",
            )
        )
    )


def _ledger(
    folder: Path, manifest: Mapping[str, Any]
) -> tuple[Sequence[RunRow], Sequence[FileRow]]:
    sealed = manifest["ledger"]
    if sealed is None and not (folder / LEDGER).exists():
        return [], []
    try:
        runs, files = read_ledger(folder / LEDGER)
    except OSError as error:
        raise damaged(folder, LEDGER, unreadable(error)) from error
    if sealed is not None and digest(runs, files) != sealed:
        raise damaged(folder, LEDGER, CHANGED)
    _require_known(folder, manifest, runs)
    return runs, files


def _require_known(folder: Path, manifest: Mapping[str, Any], runs: Sequence[RunRow]) -> None:
    """Refuse a ledger with runs that the study does not ask for."""
    names = {scenario["name"] for scenario in manifest["scenarios"]}
    for row in runs:
        inside = 0 <= row.draw < manifest["draws"] and 0 <= row.replicate < manifest["replicates"]
        if row.scenario not in names or not inside:
            what = Text(f"run {row.run} is not of this study", f"运行 {row.run} 不属于本研究")
            raise damaged(folder, LEDGER, what)


@contextmanager
def checked(folder: Path, name: str, recorded: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """Yield a file of a study folder, open for reading, after comparing it with what was recorded of it.

    One that was about to be replaced may still be the one before.

    Raises
    ------
    BadInput
        If it is missing or differs.
    """
    try:
        with (folder / name).open("rb") as file:
            facts = facts_of(file)._asdict()
            known = (recorded, recorded.get("before", recorded))
            if not any(all(one[key] == facts[key] for key in facts) for one in known):
                raise damaged(folder, name, CHANGED)
            yield file
    except FileNotFoundError:
        raise damaged(folder, name, Text("it is missing", "文件缺失")) from None
    except OSError as error:
        raise damaged(folder, name, unreadable(error)) from error
    except TableError as error:
        raise damaged(folder, name, Text(str(error), str(error))) from error
