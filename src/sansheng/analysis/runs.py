"""Runs to compare, from a study's results or from a table of one's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sansheng.analysis.origin import Origin, origin_of_results
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.reading import StudyData, open_study

if TYPE_CHECKING:
    import pandas as pd

    Source: TypeAlias = StudyData | "pd.DataFrame" | Path | str

KEY = ("scenario", "draw", "replicate")
MONTH = ("year", "month")

_FEW = 20
"""Up to this many names an error lists them all."""

NOT_SAMPLED = ("grid", "list")
"""Designs whose points were chosen by somebody: their mean is the mean of a choice."""


@dataclass(frozen=True)
class Runs:
    """Runs of several scenarios on common draws.

    Parameters
    ----------
    name
        What they are called in errors.
    scenarios, outcomes
        Names and ids, in order.
    baseline
        The scenario that the others are compared with; empty if nobody has said so.
    draws, replicates
        How many.
    values
        Returns one outcome, ``float64[scenario, draw, replicate]``, NaN where undefined.
    status
        By scenario, how it spends: ``matched``, ``capped``, ``exempt`` or ``off``.
    design
        How draws came about, as the study's manifest says it.
    find_origin
        Returns the origin, given the command's words.
    """

    name: str
    scenarios: tuple[str, ...]
    outcomes: tuple[str, ...]
    baseline: str
    draws: int
    replicates: int
    values: Callable[[str], F64]
    status: Mapping[str, str]
    design: str
    find_origin: Callable[[Sequence[str]], Origin]

    @property
    def base(self) -> int:
        """The baseline's number.

        Raises
        ------
        BadInput
            If there is no such scenario, or nobody has said which it is.
        """
        if not self.baseline:
            raise _refused("needs a baseline", "需要指定基线方案")
        return self.scenarios.index(
            self._one(self.baseline, self.scenarios, Text("scenario", "方案"))
        )

    def chosen(self, outcomes: Iterable[str]) -> tuple[str, ...]:
        """Return outcomes that are there, each once.

        Raises
        ------
        BadInput
            If one is not.
        """
        what = Text("outcome", "指标")
        return tuple(dict.fromkeys(self._one(name, self.outcomes, what) for name in outcomes))

    def each_draw(self, draw: int | None) -> range:
        """Return the number of a draw, or of all.

        Raises
        ------
        BadInput
            If there is none of that number.
        """
        if draw is None:
            return range(self.draws)
        if not 0 <= draw < self.draws:
            raise BadInput(
                Problem(
                    Text(
                        f"no draw {draw}; allowed: 0..{self.draws - 1}",
                        f"没有参数组 {draw}；可用：0..{self.draws - 1}",
                    )
                )
            )
        return range(draw, draw + 1)

    def require_sampled(self) -> None:
        """Refuse to average over points that are no sample.

        Raises
        ------
        BadInput
            If draws form a grid or a list, or there is one alone.
        """
        if self.draws > 1 and self.design not in NOT_SAMPLED:
            return
        why = (
            Text("it has one draw", "只有一个参数组")
            if self.draws < 2
            else Text(
                f"its draws are a {self.design}, different assumptions and not a sample of them",
                f"其参数组为 {self.design}，是不同的假设，并非抽样",
            )
        )
        raise BadInput(
            Problem(
                Text(
                    f"{self.name} has no mean over draws: {why.en}; ask for one draw, 0..{self.draws - 1}",
                    f"{self.name} 没有各参数组的均值：{why.zh}；请指定参数组 0..{self.draws - 1}",
                )
            )
        )

    @staticmethod
    def _one(name: str, known: Sequence[str], what: Text) -> str:
        if name in known:
            return name
        hint = did_you_mean(name, known)
        few = len(known) <= _FEW
        listed = Text(f"; allowed: {', '.join(known)}", f"；可用：{'、'.join(known)}")
        allowed = listed if few else Text("", "")
        raise BadInput(
            Problem(
                Text(
                    f"no {what.en} {quoted(name)}{allowed.en}{hint.en}",
                    f"没有{what.zh} {quoted(name)}{allowed.zh}{hint.zh}",
                )
            )
        )


def runs_of(source: Source, baseline: str | None, *, allow_partial: bool) -> Runs:
    """Return the runs of a study.

    Parameters
    ----------
    source
        Opened results, their folder, or a table with the columns ``scenario``, ``replicate``, ``draw`` if there are
        several, ``year`` and ``month`` if rows are months, and an outcome each.
    baseline
        Scenario to compare with; left out, the study's own. A table needs one.
    allow_partial
        Whether some runs may be missing.

    Raises
    ------
    BadInput
        If it cannot be read, or runs are missing that should be there.
    """
    if isinstance(source, StudyData):
        return _of_study(source, baseline)
    if isinstance(source, str | Path):
        return _of_study(open_study(source, allow_partial=allow_partial), baseline)
    return _of_frame(source, baseline, allow_partial)


def _of_study(data: StudyData, baseline: str | None) -> Runs:
    return Runs(
        name=str(data.folder),
        scenarios=data.scenarios,
        outcomes=data.outcomes,
        baseline=data.baseline if baseline is None else baseline,
        draws=data.shape[1],
        replicates=data.shape[2],
        values=data.per_run,
        status={name: data.status(name) for name in data.scenarios},
        # Results that do not say what their draws are were made when all were grids.
        design=str(data.manifest.get("design", "grid")),
        find_origin=lambda words: origin_of_results(data, words),
    )


def _of_frame(frame: pd.DataFrame, baseline: str | None, allow_partial: bool) -> Runs:
    table = _Frame(frame)
    table.require_one_row_a_run()
    if not allow_partial:
        table.require_pairs()
    return Runs(
        name="the table",
        scenarios=table.scenarios,
        outcomes=table.outcomes,
        baseline=baseline or "",
        draws=table.shape[1],
        replicates=table.shape[2],
        values=table.values,
        status=dict.fromkeys(table.scenarios, "off"),
        design="table",
        find_origin=lambda _: table.origin(baseline or ""),
    )


def _refused(en: str, zh: str) -> BadInput:
    return BadInput(Problem(Text(f"the table {en}", f"数据表{zh}")))


class _Frame:
    """A table of runs or of their months."""

    def __init__(self, frame: pd.DataFrame) -> None:
        from sansheng.outcomes.measures import OUTCOMES

        names = [str(name) for name in frame.columns]
        for needed in ("scenario", "replicate"):
            if needed not in names:
                hint = did_you_mean(needed, names)
                raise _refused(f"has no column {needed}{hint.en}", f"缺少列 {needed}{hint.zh}")
        self.outcomes = tuple(name for name in names if name in OUTCOMES)
        if not self.outcomes:
            raise _refused(
                "has no column that is an outcome; see sansheng list outcomes",
                "没有任何指标列；可用 sansheng list outcomes 查看",
            )
        self.frame = frame if "draw" in names else frame.assign(draw=0)
        self.monthly = set(MONTH) <= set(names)
        levels = [self.frame[name].unique() for name in KEY]
        self.scenarios = tuple(str(name) for name in levels[0])
        codes = [dict(zip(levels[0], range(len(levels[0])), strict=True))]
        codes += [{value: i for i, value in enumerate(sorted(found))} for found in levels[1:]]
        self.shape = tuple(len(found) for found in codes)
        self.slots = tuple(
            self.frame[name].map(code).to_numpy() for name, code in zip(KEY, codes, strict=True)
        )

    @cached_property
    def _months(self) -> np.ndarray[Any, Any]:
        """The month of each row, counted from the first."""
        if not self.monthly:
            return np.zeros(len(self.frame), np.int64)
        index = self.frame["year"].to_numpy() * 12 + self.frame["month"].to_numpy()
        found: np.ndarray[Any, Any] = index - index.min()
        return found

    @cached_property
    def _rows(self) -> np.ndarray[Any, Any]:
        """How many rows there are of each run and month."""
        rows = np.zeros((*self.shape, int(self._months.max()) + 1), np.int64)
        np.add.at(rows, (*self.slots, self._months), 1)
        return rows

    def require_one_row_a_run(self) -> None:
        """Refuse rows that come twice, and runs of other months than the rest."""
        if (self._rows > 1).any():
            scenario, draw, replicate, _ = np.argwhere(self._rows > 1)[0]
            name = self.scenarios[scenario]
            raise _refused(
                f"has two rows of scenario {quoted(name)}, draw {draw}, replicate {replicate}",
                f"中方案 {quoted(name)}、参数组 {draw}、重复 {replicate} 出现两次",
            )
        there = self._rows.any(axis=-1)
        months = self._rows[there]
        differs = np.flatnonzero((months != months[0]).any(axis=1))
        if differs.size:
            scenario = np.argwhere(there)[differs[0]][0]
            counts = int(months[0].sum()), int(months[differs[0]].sum())
            names = self.scenarios[int(np.argwhere(there)[0][0])], self.scenarios[int(scenario)]
            raise _refused(
                f"holds different months: {counts[0]} of scenario {quoted(names[0])}, {counts[1]} of a run of scenario "
                f"{quoted(names[1])}, not the same ones; compare the months that all have",
                f"各运行的月份不同：方案 {quoted(names[0])} 有 {counts[0]} 个月，方案 {quoted(names[1])} 的某次运行有"
                f" {counts[1]} 个月，且不一致；请只比较共有的月份",
            )

    def require_pairs(self) -> None:
        """Refuse runs that have no counterpart in another scenario."""
        there = self._rows.max(axis=-1) > 0
        if not there.all():
            scenario, draw, replicate = np.argwhere(~there)[0]
            paired, all_ = int(there.all(axis=0).sum()), there[0].size
            name = self.scenarios[scenario]
            raise _refused(
                f"is not paired: {paired} of {all_} pairs are complete, scenario {quoted(name)} lacks draw {draw}, "
                f"replicate {replicate}; drop the others, or allow partial results",
                f"未配对：{all_} 对中仅 {paired} 对完整，方案 {quoted(name)} 缺参数组 {draw}、重复 {replicate}；"
                "请删去其余，或允许不完整结果",
            )

    def values(self, outcome: str) -> F64:
        from sansheng.outcomes.aggregate import of_run
        from sansheng.outcomes.measures import OUTCOMES

        months = np.full(self._rows.shape, np.nan)
        months[(*self.slots, self._months)] = self.frame[outcome].to_numpy(dtype=np.float64)
        if not self.monthly:
            found: F64 = months[..., 0]
            return found
        return of_run(months, OUTCOMES[outcome].aggregate)

    def origin(self, baseline: str) -> Origin:
        digest = hashlib.sha256("\0".join(self.scenarios).encode())
        columns = [*self.slots, self._months, *(self.frame[name] for name in self.outcomes)]
        for name, values in zip((*KEY, "month", *self.outcomes), columns, strict=True):
            digest.update(f"\0{name}\0".encode() + np.asarray(values, dtype="<f8").tobytes())
        return Origin("table", digest.hexdigest(), f"sansheng.compare(table, {baseline!r})")
