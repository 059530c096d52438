"""What a way of paying changes against the baseline, replicate by replicate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sansheng.analysis.answers import as_json
from sansheng.analysis.comparisons import ALL, Comparison, Comparisons, Family
from sansheng.analysis.over_draws import pairs_over_draws
from sansheng.analysis.replications import (
    LEVEL,
    Pairs,
    pairs_of,
    require_replicates,
    share_interval,
)
from sansheng.analysis.runs import Runs, runs_of
from sansheng.analysis.simultaneous import independent_level, joint_level
from sansheng.analysis.verdicts import direction, verdict
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.tables import F64
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.analysis.runs import Source
    from sansheng.outcomes.measures import Outcome
    from sansheng.study.reading import StudyData


def compare(
    study: Source,
    baseline: str | None = None,
    draw: int | Literal["all"] | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    indifference: Mapping[str, float] | None = None,
    allow_partial: bool = False,
    words: Sequence[str] | None = None,
) -> Comparisons:
    """Compare every other scenario with the baseline on every outcome, replicate by replicate.

    In each draw the intervals of a family hold together: all scenarios on the chosen outcomes.

    Parameters
    ----------
    study
        Opened results, their folder, or a table; see :func:`sansheng.analysis.runs.runs_of`.
    baseline
        Scenario to compare with; left out, the study's own. A table needs one.
    draw
        Parameter draw; left out, every draw in turn. ``"all"`` gives the mean over draws that are a sample (not a grid
        or a list: those are different assumptions), uncertain by draws and by luck.
    outcomes
        The family's outcomes, and the only ones compared; left out, all are, and the family is that of the true
        headline outcomes.
    indifference
        By outcome, up to what difference, in its unit, either way, does not matter, instead of what is declared.
    allow_partial
        Whether runs may be missing; pairs without one are then left out.
    words
        The command that gives the answer again, without the program's name; left out, it is put together.

    Returns
    -------
    Comparisons
        Sorted by draw, then outcome and scenario in the order of the study.

    Raises
    ------
    BadInput
        If the baseline, the draw or an outcome does not exist, there is only one replicate, an outcome that was asked
        for is defined nowhere, or runs are missing.
    """
    runs = runs_of(study, baseline, allow_partial=allow_partial)
    asked = None if outcomes is None else runs.chosen(outcomes)
    if words is None:
        words = command_of(
            runs, draw, outcomes=asked, indifference=indifference, allow_partial=allow_partial
        )
    work = _Work(runs, asked, _zones(runs, indifference), draw)
    return Comparisons(
        tuple(work.rows()), lambda: runs.find_origin(words), tuple(work.families.values())
    )


def headlines(runs: Runs) -> tuple[str, ...]:
    """Return the outcomes that a comparison is about unless others are chosen: true ones of the short table."""
    from sansheng.outcomes.measures import OUTCOMES

    return tuple(
        name
        for name in runs.outcomes
        if name in OUTCOMES and OUTCOMES[name].headline and OUTCOMES[name].kind == "true"
    )


def command_of(
    runs: Runs,
    draw: int | Literal["all"] | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    indifference: Mapping[str, float] | None = None,
    allow_partial: bool = False,
    rank: str | None = None,
) -> list[str]:
    """Return the words of the command ``compare`` that says the same as a call in Python."""
    words = ["compare", runs.name, "--baseline", runs.baseline]
    if draw is not None:
        words += ["--draw", str(draw)]
    if outcomes is not None:
        words += ["--outcomes", ",".join(outcomes)]
    if indifference:
        words += ["--indifference", ",".join(f"{k}={v!r}" for k, v in indifference.items())]
    if rank is not None:
        words += ["--rank", rank]
    return words + ["--allow-partial"] * allow_partial + ["--json"]


def _zones(runs: Runs, given: Mapping[str, float] | None) -> dict[str, float]:
    """Return the indifference zone of each outcome that has one."""
    from sansheng.outcomes.measures import OUTCOMES

    declared = {name: OUTCOMES[name].indifference for name in runs.outcomes if name in OUTCOMES}
    zones = {name: zone.half for name, zone in declared.items() if zone is not None}
    for name, half in (given or {}).items():
        runs.chosen([name])
        if not (math.isfinite(half) and half >= 0.0):
            raise BadInput(
                Problem(
                    Text(
                        f"the indifference zone of {name} must be a number of at least 0, not {half}",
                        f"{name} 的无差异区间须为不小于 0 的数，而不是 {half}",
                    )
                )
            )
        zones[name] = float(half)
    return zones


class _Found(NamedTuple):
    """The numbers of one outcome, arrays of shape ``(scenario, draw)``."""

    pairs: Pairs
    reported: Pairs | None
    gap: Pairs | None


class _Work:
    """One comparison while it is worked out."""

    def __init__(
        self,
        runs: Runs,
        asked: tuple[str, ...] | None,
        zones: Mapping[str, float],
        draw: int | Literal["all"] | None,
    ) -> None:
        from sansheng.outcomes.measures import OUTCOMES

        self.runs = runs
        self.asked = asked
        self.zones = zones
        self.base = runs.base
        self.others = [i for i in range(len(runs.scenarios)) if i != self.base]
        self.pooled = draw == ALL
        if draw == ALL:
            runs.require_sampled()
        self.draws: list[int | Literal["all"]] = [ALL] if draw == ALL else [*runs.each_draw(draw)]
        if self.others:
            require_replicates(runs.replicates)
        self.outcomes = runs.outcomes if asked is None else asked
        for name in self.outcomes:
            if name not in OUTCOMES:
                raise _of_another_version(runs.name, name)
        self.declared: Mapping[str, Outcome] = OUTCOMES
        self.together = headlines(runs) if asked is None else asked

    def rows(self) -> list[Comparison]:
        """Return the rows in their order."""
        if not self.others:
            return []
        found = {name: self._found(name) for name in self.outcomes}
        by_outcome = {name: self._rows(name, found[name]) for name in self.outcomes}
        return [
            row for i in range(len(self.draws)) for rows in by_outcome.values() for row in rows[i]
        ]

    @cached_property
    def families(self) -> dict[int | Literal["all"], Family]:
        """The family of each draw."""
        if not (self.others and self.together):
            return {}
        # One matrix a draw, a column for each scenario on each outcome; all draws are worked out at once.
        changes = np.stack([self._changes(name) for name in self.together])
        by_draw = np.moveaxis(changes.reshape(-1, *changes.shape[2:]), 0, -1)
        if self.pooled:
            return {ALL: self._family(ALL, by_draw.mean(axis=0))}  # NaN where a draw lacks it
        chosen = by_draw[[draw for draw in self.draws if draw != ALL]]
        levels = joint_level(chosen, LEVEL)
        return {
            draw: self._family(draw, members, float(each))
            for draw, members, each in zip(self.draws, chosen, levels, strict=True)
        }

    def _family(
        self, draw: int | Literal["all"], members: F64, each: float | None = None
    ) -> Family:
        """Return a family of ``float64[replicate, member]``; without a level as if members were not alike."""
        varying = members[:, _varies(members)]
        count = varying.shape[1]
        return Family(
            draw=draw,
            outcomes=self.together,
            scenarios=tuple(self.runs.scenarios[i] for i in self.others),
            members=count,
            level=LEVEL,
            each=independent_level(count, LEVEL) if each is None else each,
            method="sidak" if each is None else "rotation",
            skewness=_skewness(varying),
        )

    def _changes(self, name: str) -> F64:
        values = self.runs.values(name)
        changes: F64 = values[self.others] - values[self.base]
        return changes

    def _found(self, name: str) -> _Found:
        values = self.runs.values(name)
        pairs = self._pairs(values)
        if self.asked is not None and not pairs.number.any():
            raise _undefined(self.runs.name, name)
        twin = self.declared[name].reported_as
        if twin is None or twin not in self.runs.outcomes:
            return _Found(pairs, None, None)
        reported = self.runs.values(twin)
        return _Found(pairs, self._pairs(reported), self._pairs(reported - values))

    def _pairs(self, values: F64) -> Pairs:
        others, base = values[self.others], values[self.base][None]
        if self.pooled:
            return pairs_over_draws(others, base)
        numbers = [draw for draw in self.draws if draw != ALL]
        return pairs_of(others[:, numbers], np.broadcast_to(base, others.shape)[:, numbers])

    def _rows(self, name: str, found: _Found) -> list[list[Comparison]]:
        """Return the rows of one outcome by draw, those of a draw by scenario."""
        better = direction(self.declared[name])
        zone = self.zones.get(name, math.nan)
        columns = self._columns(found, better, name in self.together)
        runs, base = self.runs, self.runs.baseline
        planned = runs.replicates * (runs.draws if self.pooled else 1)
        rows: list[list[Comparison]] = []
        for j, draw in enumerate(self.draws):
            rows.append([])
            for i, scenario in enumerate(runs.scenarios[k] for k in self.others):
                numbers: dict[str, Any] = {key: values[i][j] for key, values in columns.items()}
                row = Comparison(
                    outcome=name,
                    scenario=scenario,
                    baseline=base,
                    draw=draw,
                    planned=planned,
                    spending=_together(runs.status[scenario], runs.status[base]),
                    zone=zone,
                    verdict="unknown",
                    **numbers,
                )
                said = verdict(row.difference, *row.bounds, better, zone)
                rows[-1].append(replace(row, verdict=said))
        return rows

    def _columns(self, found: _Found, better: str, together: bool) -> dict[str, list[Any]]:
        """Return the numbers of rows by field, as lists by scenario and draw."""
        pairs = found.pairs
        alone = pairs.interval()
        if together:
            each = np.array([self.families[draw].each for draw in self.draws])
            joint = pairs.interval(each)
        nothing = np.full(pairs.difference.shape, np.nan)
        wins, likely = pairs.higher, pairs.probability_higher()
        if better == "lower":
            wins, likely = 1.0 - wins, 1.0 - likely
        share = share_interval(wins, pairs.number)
        gap = found.gap.interval() if found.gap is not None else None
        columns = {
            "mean": pairs.mean,
            "baseline_mean": pairs.other_mean,
            "difference": pairs.difference,
            "low": alone.low,
            "high": alone.high,
            "replicates": pairs.number,
            "low_all": joint.low if together else nothing,
            "high_all": joint.high if together else nothing,
            "standard_error": pairs.error,
            "wins": wins,
            # Over draws, pairs of one replicate go together.
            "wins_low": nothing if self.pooled else share.low,
            "wins_high": nothing if self.pooled else share.high,
            "probability_better": likely,
            "variance_reduction": pairs.reduction,
            "reported_difference": nothing if found.reported is None else found.reported.difference,
            "gap": nothing if gap is None else gap.mean,
            "gap_low": nothing if gap is None else gap.low,
            "gap_high": nothing if gap is None else gap.high,
        }
        return {name: values.tolist() for name, values in columns.items()}


def _varies(members: F64) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which columns have two values that differ; the others have no interval, or one that is a point."""
    there = ~np.isnan(members)
    least = np.where(there, members, np.inf).min(axis=0)
    varies: np.ndarray[Any, np.dtype[np.bool_]] = (
        np.where(there, members, -np.inf).max(axis=0) > least
    )
    return varies


def _skewness(members: F64) -> float:
    """Return the skewness that half of the columns, all of which vary, exceed either way; NaN if there are none."""
    if not members.size:
        return math.nan
    centred = members - np.nanmean(members, axis=0)
    third = np.nanmean(centred**3, axis=0)
    return float(np.median(np.abs(third) / np.nanmean(centred**2, axis=0) ** 1.5))


def _of_another_version(where: str, outcome: str) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"outcome {quoted(outcome)} of {where} is unknown to this version",
                f"本版本不认识 {where} 中的指标 {quoted(outcome)}",
            )
        )
    )


def _undefined(where: str, outcome: str) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"outcome {outcome} is defined in no pair of runs of {where}: there is nothing to compare",
                f"{where} 中没有任何一对运行定义指标 {outcome}，无从比较",
            )
        )
    )


@dataclass(frozen=True)
class Spend:
    """What a scenario really spent: means over replicates, 万元 (10,000 yuan) per year.

    Parameters
    ----------
    scenario, draw
        Which.
    granted, bought, returned
        To communities, by them, and by them to the public purse.
    lever_cost
        What levers cost on all lines.
    spent
        What scenarios are made to spend alike: service bought and levers, each yuan once.
    scale
        What the scenario's money was multiplied by to bring that about.
    status
        ``matched``, ``capped``, ``exempt`` or ``off``.
    """

    scenario: str
    draw: int
    granted: float
    bought: float
    returned: float
    lever_cost: float
    spent: float
    scale: float
    status: str

    def as_dict(self) -> dict[str, str | int | float | None]:
        """Return the fields as JSON can hold them: an undefined number is None."""
        return as_json(self)


def spend_table(data: StudyData, draw: int | None = None) -> list[Spend]:
    """Return realised spend of every scenario, the baseline included.

    Parameters
    ----------
    data
        A complete study.
    draw
        Parameter draw; left out, every draw in turn.

    Raises
    ------
    BadInput
        If the draw does not exist.
    """
    draws = draws_of(data, draw)
    names = ("granted", "bought", "returned", "lever_cost", "spent")
    money = {name: per_replicate(data, name) for name in names}
    return [
        Spend(
            scenario,
            d,
            **{name: _mean(values[i, d]) for name, values in money.items()},
            scale=data.scale(scenario),
            status=data.status(scenario),
        )
        for d in draws
        for i, scenario in enumerate(data.scenarios)
    ]


def _mean(values: F64) -> float:
    """Return the mean of the runs that are there."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if there.size else math.nan


def _together(one: str, other: str) -> str:
    """Return what is said of two scenarios' spending: what stands in the way of comparing them, if anything."""
    return next(
        status for status in ("off", "exempt", "capped", "matched") if status in (one, other)
    )


def per_replicate(data: StudyData, outcome: str) -> F64:
    """Return one number a run, ``float64[scenario, draw, replicate]``, as the outcome declares.

    ``mean``: over the reported months that define it. ``last``: of the last month that does.

    Raises
    ------
    BadInput
        If this version does not know the outcome.
    """
    from sansheng.outcomes.measures import OUTCOMES

    if outcome not in OUTCOMES:
        raise _of_another_version(str(data.folder), outcome)
    return data.per_run(outcome)


def scenario_index(data: StudyData, name: str) -> int:
    """Return where a scenario stands in the study.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    return runs_of(data, name, allow_partial=True).base


def draws_of(data: StudyData, draw: int | None) -> range:
    """Return the draw asked for, or all of them.

    Raises
    ------
    BadInput
        If the study has no such draw.
    """
    return runs_of(data, None, allow_partial=True).each_draw(draw)
