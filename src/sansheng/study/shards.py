"""Shards: the numbers of some runs as Parquet files, which never change once they are written.

A shard has a file for each kind of table: outcomes by month, communities by year, what became of organisations and of
groups of workers, one summary row a run, and events where they were asked for. A worker makes the files in its memory,
so that the numbers are packed where they arise; the coordinator puts them on the disk.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import F64, I64
from sansheng.study.parquet import Table, TableError, table_reader, table_writer

if TYPE_CHECKING:
    from sansheng.study.simulate import ScenarioRun

SHARDS = "shards"
"""Folder of the shards in that of the study."""

MOST_RUNS = 50
"""Runs of one shard: what a kill can cost a process at most."""

MONTHS, COMMUNITIES, SUMMARY, EVENTS = "months", "communities", "summary", "events"
ORGANISATIONS, WORKERS = "organisations", "workers"

RUN_KEY = ("scenario", "draw", "replicate")
MONTH_KEY = (*RUN_KEY, "year", "month")
COMMUNITY_KEY = (*RUN_KEY, "year", "community")
ORGANISATION_KEY = (*RUN_KEY, "organisation")
WORKER_KEY = (*RUN_KEY, "group")


class Shape(NamedTuple):
    """What a table of those who were there at the start looks like.

    Parameters
    ----------
    content
        What it holds.
    columns
        Ids; the first is whom a row is about, once a run.
    whole
        Those of them that hold whole numbers.
    """

    content: str
    columns: tuple[str, ...]
    whole: tuple[str, ...]


class Layout(NamedTuple):
    """What the tables of a study look like.

    Parameters
    ----------
    scenarios
        Names, in the order of the study.
    start
        Index of the first reported month.
    months
        Reported months.
    outcomes
        Ids of the outcomes.
    community_columns
        Ids of the columns of a community's year; the first two are the year and the community.
    whole_columns
        Those of them that hold whole numbers.
    incumbents
        Tables of those who were there at the start; none in what earlier versions stored.
    """

    scenarios: tuple[str, ...]
    start: int
    months: int
    outcomes: tuple[str, ...]
    community_columns: tuple[str, ...]
    whole_columns: tuple[str, ...]
    incumbents: tuple[Shape, ...] = ()

    def columns(self, content: str) -> tuple[str, ...]:
        """Return the names that a table of a shard must have."""
        if content == MONTHS:
            return (*MONTH_KEY, *self.outcomes)
        if content == COMMUNITIES:
            return (*RUN_KEY, *self.community_columns)
        for shape in self.incumbents:
            if content == shape.content:
                return (*RUN_KEY, *shape.columns)
        return (*RUN_KEY, *self.outcomes)


class RunNumbers(NamedTuple):
    """The numbers of a run, as they are hashed and compared.

    Parameters
    ----------
    scenario, draw, replicate
        Which run.
    months
        Outcomes, shape ``(month, outcome)``.
    communities
        Shape ``(row, column)``, sorted by year and community.
    incumbents
        Of each table of the layout's, shape ``(row, column)``, sorted by the first column.
    """

    scenario: str
    draw: int
    replicate: int
    months: F64
    communities: F64
    incumbents: tuple[F64, ...] = ()

    @property
    def key(self) -> tuple[str, int, int]:
        """Which run it is."""
        return self.scenario, self.draw, self.replicate


def numbers_of(run: ScenarioRun, layout: Layout) -> RunNumbers:
    """Return a run's numbers, communities sorted.

    Raises
    ------
    ValueError
        If an array has the wrong shape, or a value is infinite or not whole where it must be.
    """
    _require_shape("months", run.months, (layout.months, len(layout.outcomes)))
    rows = run.communities.shape[0]
    _require_shape("communities", run.communities, (rows, len(layout.community_columns)))
    _require_numbers("months", run.months, (), ())
    _require_numbers("communities", run.communities, layout.community_columns, layout.whole_columns)
    order = np.lexsort((run.communities[:, 1], run.communities[:, 0]))
    found = []
    for shape in layout.incumbents:
        values: F64 = getattr(run, shape.content)
        _require_shape(shape.content, values, (values.shape[0], len(shape.columns)))
        _require_numbers(shape.content, values, shape.columns, shape.whole)
        found.append(values[np.argsort(values[:, 0], kind="stable")])
    return RunNumbers(
        run.scenario, run.draw, run.replicate, run.months, run.communities[order], tuple(found)
    )


def _require_numbers(name: str, values: F64, columns: Sequence[str], whole: Sequence[str]) -> None:
    if np.isinf(values).any():
        raise ValueError(f"{name} hold an infinite value")
    for column in whole:
        numbers = values[:, columns.index(column)]
        if (np.isnan(numbers) | (numbers != np.trunc(numbers))).any():
            raise ValueError(f"{column} of {name} is not a whole number")


def _require_shape(name: str, values: F64, shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise ValueError(f"{name} have shape {values.shape}, not {shape}")


def checksum(run: RunNumbers) -> str:
    """Return the SHA-256 of a run's decoded numbers, whatever file and order they lay in."""
    digest = hashlib.sha256()
    for values in (run.months, run.communities, *run.incumbents):
        floats = np.array(values, dtype="<f8")  # a copy, in one order
        floats[np.isnan(floats)] = np.nan  # many bit patterns say "undefined"
        digest.update(f"{floats.shape}\n".encode())
        digest.update(floats.tobytes())
    return digest.hexdigest()


def pack(
    runs: Sequence[RunNumbers],
    summaries: F64,
    events: Mapping[tuple[str, int, int], Table],
    layout: Layout,
) -> dict[str, bytes]:
    """Return the files of a shard by what they hold.

    Parameters
    ----------
    runs
        At least one.
    summaries
        One row a run, shape ``(run, outcome)``.
    events
        Event tables of some of the runs.
    layout
        Of the study.
    """
    tables = {
        MONTHS: _months(runs, layout),
        COMMUNITIES: _rows(
            runs, [run.communities for run in runs], layout.community_columns, layout.whole_columns
        ),
        **{
            shape.content: _rows(
                runs, [run.incumbents[i] for run in runs], shape.columns, shape.whole
            )
            for i, shape in enumerate(layout.incumbents)
        },
        SUMMARY: {
            **_keys(runs, [1] * len(runs)),
            **_by_column(summaries, layout.outcomes),
        },
    }
    if events:
        tables[EVENTS] = _events(runs, events)
    with table_writer() as write:
        packed = {}
        for content, table in tables.items():
            with in_memory() as file:
                write(file, table)
                file.seek(0)
                packed[content] = file.read()
    return packed


def in_memory() -> IO[bytes]:
    """Return an open file that DuckDB finds too and that needs no disk, where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sansheng"), "w+b")
    return tempfile.NamedTemporaryFile("w+b")


def _keys(runs: Sequence[RunNumbers], rows: Sequence[int]) -> dict[str, NDArray[Any]]:
    return {
        "scenario": np.repeat(np.array([run.scenario for run in runs], dtype=object), rows),
        "draw": np.repeat(np.array([run.draw for run in runs], dtype=np.int32), rows),
        "replicate": np.repeat(np.array([run.replicate for run in runs], dtype=np.int32), rows),
    }


def _by_column(values: F64, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    return dict(zip(names, np.ascontiguousarray(values.T), strict=True))


def _months(runs: Sequence[RunNumbers], layout: Layout) -> dict[str, NDArray[Any]]:
    index = np.tile(layout.start + np.arange(layout.months, dtype=np.int32), len(runs))
    values = np.concatenate([run.months for run in runs])
    return {
        **_keys(runs, [layout.months] * len(runs)),
        "year": index // 12,
        "month": index % 12 + 1,
        **_by_column(values, layout.outcomes),
    }


def _rows(
    runs: Sequence[RunNumbers], values: Sequence[F64], names: Sequence[str], whole: Sequence[str]
) -> dict[str, NDArray[Any]]:
    columns = _by_column(np.concatenate(values), names)
    for name in whole:
        columns[name] = columns[name].astype(np.int64)
    return {**_keys(runs, [rows.shape[0] for rows in values]), **columns}


def _events(
    runs: Sequence[RunNumbers], events: Mapping[tuple[str, int, int], Table]
) -> dict[str, NDArray[Any]]:
    kept = [run for run in runs if run.key in events]
    tables = [events[run.key] for run in kept]
    rows = [next(iter(table.values())).size for table in tables]
    joined = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    return {**_keys(kept, rows), **joined}


def unpack(content: Mapping[str, IO[bytes]], layout: Layout) -> Iterator[RunNumbers]:
    """Yield the runs of a shard, by scenario, draw and replicate.

    Parameters
    ----------
    content
        Open files of all but summaries and events.
    layout
        Of the study.

    Raises
    ------
    TableError
        If a file is no such table, or a run lacks a row or has one twice.
    """
    names = [MONTHS, COMMUNITIES, *(shape.content for shape in layout.incumbents)]
    codes = {"scenario": layout.scenarios}
    with table_reader() as read:
        tables = {name: read(content[name], layout.columns(name), codes) for name in names}
    months, homes = tables[MONTHS], tables[COMMUNITIES]
    month = months["year"].astype(np.int64) * 12 + months["month"] - 1 - layout.start
    rows = _split(months, month)
    of_homes = _split(homes, homes["year"].astype(np.int64), homes["community"])
    if rows.keys() != of_homes.keys():
        raise TableError("its tables do not hold the same runs")
    values = np.stack([months[name] for name in layout.outcomes], axis=1)
    lived = _numbers(homes, layout.community_columns)
    others = [_incumbents(tables[shape.content], shape) for shape in layout.incumbents]
    if any(set(rows) != set(of_runs) for of_runs in others):
        raise TableError("its tables do not hold the same runs")
    every = np.arange(layout.months)
    for (scenario, draw, replicate), at in sorted(rows.items()):
        if not np.array_equal(month[at], every):
            raise TableError("some run lacks a month, or has one twice")
        where = of_homes[scenario, draw, replicate]
        pairs = lived[where, :2]
        if (pairs[1:] == pairs[:-1]).all(axis=1).any():
            raise TableError("some run has a community's year twice")
        name = layout.scenarios[scenario]
        found = tuple(of_runs[scenario, draw, replicate] for of_runs in others)
        yield RunNumbers(name, draw, replicate, values[at], lived[where], found)


def _incumbents(table: Table, shape: Shape) -> dict[tuple[int, int, int], F64]:
    """Return the rows of each run, sorted by whom they are about."""
    whom = table[shape.columns[0]].astype(np.int64)
    values = _numbers(table, shape.columns)
    found = {}
    for run, at in _split(table, whom).items():
        if (whom[at][1:] == whom[at][:-1]).any():
            raise TableError(f"some run has a row of {shape.content} twice")
        found[run] = values[at]
    return found


def _numbers(table: Table, columns: Sequence[str]) -> F64:
    return np.stack([table[name].astype(np.float64) for name in columns], axis=1)


def _split(table: Table, *then_by: I64) -> dict[tuple[int, int, int], I64]:
    """Return the rows of each run, in the order of further columns."""
    keys = [table[name].astype(np.int64) for name in RUN_KEY]
    order = np.lexsort((*then_by[::-1], *keys[::-1]))
    runs = np.stack(keys, axis=1)[order]
    starts = np.flatnonzero(np.append(True, (runs[1:] != runs[:-1]).any(axis=1)))[: len(runs)]
    ends = np.append(starts[1:], len(runs))
    return {
        (int(runs[a, 0]), int(runs[a, 1]), int(runs[a, 2])): order[a:b]
        for a, b in zip(starts, ends, strict=True)
    }
