"""The numbers of a study while it runs: one slot for every run, filled in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sansheng.core.tables import F64

if TYPE_CHECKING:
    from sansheng.study.simulate import ScenarioRun


@dataclass
class Results:
    """Arrays for every scenario, draw and replicate; the order of arrival cannot matter.

    Parameters
    ----------
    scenarios
        Names, in the order of the study.
    draws, replicates, month_count
        Sizes.
    outcomes
        Ids of the monthly outcomes.
    community_columns
        Ids of the columns of a community's year; the first two are the year and the community.
    whole_columns
        Those of them that hold whole numbers.

    Attributes
    ----------
    months
        ``float64[scenario, draw, replicate, month, outcome]``; NaN where an outcome is undefined.
    communities
        ``float64[scenario, draw, replicate, row, column]``; the first block settles the rows.
    """

    scenarios: tuple[str, ...]
    draws: int
    replicates: int
    month_count: int
    outcomes: tuple[str, ...]
    community_columns: tuple[str, ...]
    whole_columns: tuple[str, ...]
    months: F64 = field(init=False)
    communities: F64 | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        runs = self._runs
        self.months = np.full((*runs, self.month_count, len(self.outcomes)), np.nan)
        self._filled = np.zeros(runs, dtype=np.bool_)

    @property
    def _runs(self) -> tuple[int, int, int]:
        return len(self.scenarios), self.draws, self.replicates

    @property
    def complete(self) -> bool:
        """Whether every run has arrived."""
        return bool(self._filled.all())

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers held."""
        return self.months.nbytes + (0 if self.communities is None else self.communities.nbytes)

    def put(self, draw: int, replicate: int, block: Sequence[ScenarioRun]) -> None:
        """Store a block, which holds every scenario of the study once.

        Raises
        ------
        ValueError
            If a scenario is missing or double, an array has the wrong shape, a value is infinite or
            not whole where it must be, or the block is already there. Nothing of such a block is kept.
        """
        names = sorted(run.scenario for run in block)
        if names != sorted(self.scenarios):
            raise ValueError(f"a block holds the scenarios {names}, not {sorted(self.scenarios)}")
        if self._filled[:, draw, replicate].any():
            raise ValueError(f"draw {draw}, replicate {replicate} arrived twice")
        for run in block:
            self._check(run, draw, replicate)
        for run in block:
            slot = self.scenarios.index(run.scenario), draw, replicate
            self.months[slot] = run.months
            order = np.lexsort((run.communities[:, 1], run.communities[:, 0]))
            self._community_array(order.size)[slot] = run.communities[order]
            self._filled[slot] = True

    def _community_array(self, rows: int) -> F64:
        if self.communities is None:
            columns = len(self.community_columns)
            self.communities = np.full((*self._runs, rows, columns), np.nan)
        return self.communities

    def _check(self, run: ScenarioRun, draw: int, replicate: int) -> None:
        if (run.draw, run.replicate) != (draw, replicate):
            raise ValueError(
                f"asked for draw {draw}, replicate {replicate}, "
                f"got draw {run.draw}, replicate {run.replicate}"
            )
        if run.months.shape != self.months.shape[3:]:
            raise ValueError(f"months have shape {run.months.shape}, not {self.months.shape[3:]}")
        rows = run.communities.shape[0] if self.communities is None else self.communities.shape[3]
        if run.communities.shape != (rows, len(self.community_columns)):
            raise ValueError(
                f"communities have shape {run.communities.shape}, "
                f"not {(rows, len(self.community_columns))}"
            )
        for name, values in (("months", run.months), ("communities", run.communities)):
            if np.isinf(values).any():
                raise ValueError(f"{name} of scenario {run.scenario!r} hold an infinite value")
        for name in self.whole_columns:
            values = run.communities[:, self.community_columns.index(name)]
            if (np.isnan(values) | (values != np.trunc(values))).any():
                raise ValueError(f"{name} of scenario {run.scenario!r} is not a whole number")
