"""Studies that earlier versions stored: read as they are, never written to.

Layout 2 had one file for all months and one for all communities, and no ledger: it held complete studies only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Text
from sansheng.outcomes.aggregate import of_run
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.ledger import RunRow
from sansheng.study.naming import run_id
from sansheng.study.parquet import TableError, read_tables
from sansheng.study.shards import (
    COMMUNITIES,
    EVENTS,
    MONTH_KEY,
    MONTHS,
    ORGANISATIONS,
    SUMMARY,
    WORKERS,
    Layout,
    RunNumbers,
    checksum,
    unpack,
)

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData

_FILES = {MONTHS: "months.parquet", COMMUNITIES: "communities.parquet"}


def open_layout_2(folder: Path, manifest: Mapping[str, Any]) -> StudyData:
    """Read a study that lies in layout 2 as if it lay in today's.

    Raises
    ------
    BadInput
        If a file is missing, changed or cut short, or lacks a run.
    """
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS
    from sansheng.study.reading import StudyData, checked

    whole = [c.id for c in COMMUNITY_COLUMNS if c.integer and c.id in manifest["community_columns"]]
    today = {**manifest, "whole_columns": whole, "precision": None, "ledger": None}
    for name, facts in manifest["files"].items():
        with checked(folder, name, facts):
            pass
    from sansheng.study.layout import layout_in

    tables = WholeTables(folder, layout_in(today), manifest["files"])
    left_out = {lost["scenario"] for lost in manifest.get("left_out", ())}
    assert not left_out & set(tables.layout.scenarios)
    rows = [
        RunRow(
            run_id(number, draw, replicate),
            key="",
            scenario=scenario,
            draw=draw,
            replicate=replicate,
            status="done",
            attempts=1,
            shard=1,
            checksum=tables.checksums.get((scenario, draw, replicate)),
        )
        for number, scenario in enumerate(tables.layout.scenarios)
        for draw in range(manifest["draws"])
        for replicate in range(manifest["replicates"])
    ]
    if {(row.scenario, row.draw, row.replicate) for row in rows} != set(tables.checksums):
        from sansheng.study.manifest import damaged

        what = Text(
            "some run is missing, or not of this study", "缺少某次运行，或含有其他研究的运行"
        )
        raise damaged(folder, _FILES[MONTHS], what)
    return StudyData(folder, today, rows, tables)


@dataclass(frozen=True)
class WholeTables:
    """The tables of a folder in layout 2."""

    folder: Path
    layout: Layout
    files: Mapping[str, Mapping[str, Any]]

    @cached_property
    def _numbers(self) -> list[RunNumbers]:
        from sansheng.study.manifest import damaged

        with ExitStack() as stack:
            opened = {content: stack.enter_context(self._open(content)) for content in _FILES}
            try:
                return list(unpack(opened, self.layout))
            except TableError as error:
                raise damaged(self.folder, _FILES[MONTHS], Text(str(error), str(error))) from error

    @cached_property
    def checksums(self) -> dict[tuple[str, int, int], str]:
        """Checksums of all runs."""
        return {run.key: checksum(run) for run in self._numbers}

    def numbers(self) -> Iterator[RunNumbers]:
        """Yield the numbers of every run."""
        yield from self._numbers

    def summaries(self) -> Mapping[str, NDArray[Any]]:
        """Return one row a run, worked out from its months.

        Raises
        ------
        BadInput
            If this version does not know one of the outcomes, and so not how its months add up.
        """
        known = []
        for outcome in self.layout.outcomes:
            if outcome not in OUTCOMES:
                raise BadInput(
                    Problem(
                        Text(
                            f"outcome {quoted(outcome)} of {self.folder} is unknown to this version",
                            f"本版本不认识 {self.folder} 中的指标 {quoted(outcome)}",
                        )
                    )
                )
            known.append(OUTCOMES[outcome].aggregate)
        months = np.array([run.months for run in self._numbers])
        by_outcome = np.ascontiguousarray(months.transpose(0, 2, 1))
        last = np.array([aggregate == "last" for aggregate in known])
        values = np.where(last, of_run(by_outcome, "last"), of_run(by_outcome, "mean"))
        number = {name: i for i, name in enumerate(self.layout.scenarios)}
        return {
            "scenario": np.array([number[run.scenario] for run in self._numbers]),
            "draw": np.array([run.draw for run in self._numbers]),
            "replicate": np.array([run.replicate for run in self._numbers]),
            **dict(zip(self.layout.outcomes, values.T, strict=True)),
        }

    def months(self, outcomes: Sequence[str]) -> Mapping[str, NDArray[Any]]:
        """Return one row a run and month."""
        with self._open(MONTHS) as file:
            codes = {"scenario": self.layout.scenarios}
            return read_tables([file], (*MONTH_KEY, *outcomes), codes)

    def sources(self) -> Mapping[str, Sequence[Path]]:
        """Return the files of each kind of table; of most kinds there is none."""
        return {
            **{content: [self.folder / name] for content, name in _FILES.items()},
            **dict.fromkeys((ORGANISATIONS, WORKERS, SUMMARY, EVENTS), ()),
            "draws": [self.folder / "draws.parquet"],
        }

    @contextmanager
    def _open(self, content: str) -> Iterator[IO[bytes]]:
        from sansheng.study.reading import checked

        name = _FILES[content]
        with checked(self.folder, name, self.files[name]) as file:
            yield file
