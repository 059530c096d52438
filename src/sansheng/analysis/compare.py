"""What a way of paying changes against the baseline, replicate by replicate."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sansheng.analysis.replications import paired_interval
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.tables import F64
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData


@dataclass(frozen=True)
class Comparison:
    """One outcome of one scenario against the baseline, in the outcome's unit.

    Parameters
    ----------
    outcome, scenario, baseline, draw
        What is compared.
    mean, baseline_mean
        Means over the replicates in which both scenarios define the outcome.
    difference
        Mean of the paired differences, scenario minus baseline.
    low, high
        Bounds of the 95% interval of the difference; NaN where fewer than two pairs define it.
    replicates, planned
        Number of those pairs, and of those that the study asks for.
    spending
        Whether both spend alike: ``matched``, or ``capped``, ``exempt`` or ``off`` if one of them does not.
    """

    outcome: str
    scenario: str
    baseline: str
    draw: int
    mean: float
    baseline_mean: float
    difference: float
    low: float
    high: float
    replicates: int
    planned: int
    spending: str = "matched"

    def as_dict(self) -> dict[str, str | int | float | None]:
        """Return the fields as JSON can hold them: an undefined number is None."""
        return {name: _json(value) for name, value in asdict(self).items()}


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
        return {name: _json(value) for name, value in asdict(self).items()}


def compare(
    data: StudyData, baseline: str | None = None, draw: int | None = None
) -> list[Comparison]:
    """Compare every other scenario with the baseline on every outcome.

    Parameters
    ----------
    data
        A complete study.
    baseline
        Scenario to compare with; left out, the study's own.
    draw
        Parameter draw; left out, every draw in turn. Draws are never averaged: they are different
        assumptions, not repetitions.

    Returns
    -------
    Sorted by draw, then outcome and scenario in the order of the study.

    Raises
    ------
    BadInput
        If the baseline or the draw does not exist, or there is only one replicate.
    """
    name = data.baseline if baseline is None else baseline
    base = scenario_index(data, name)
    draws = draws_of(data, draw)
    values = {outcome: per_replicate(data, outcome) for outcome in data.outcomes}
    return [
        replace(
            _compared(outcome, scenario, name, d, values[outcome][i, d], values[outcome][base, d]),
            spending=_together(data.status(scenario), data.status(name)),
        )
        for d in draws
        for outcome in data.outcomes
        for i, scenario in enumerate(data.scenarios)
        if i != base
    ]


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
        raise BadInput(
            Problem(
                Text(
                    f"outcome {quoted(outcome)} of {data.folder} is unknown to this version",
                    f"本版本不认识 {data.folder} 中的指标 {quoted(outcome)}",
                )
            )
        )
    return data.per_run(outcome)


def _compared(
    outcome: str, scenario: str, baseline: str, draw: int, values: F64, base: F64
) -> Comparison:
    paired = ~np.isnan(values) & ~np.isnan(base)
    pairs = int(paired.sum())
    mean = baseline_mean = difference = low = high = math.nan
    if pairs:
        mean, baseline_mean = float(values[paired].mean()), float(base[paired].mean())
        difference = float((values[paired] - base[paired]).mean())
    if pairs > 1 or values.size < 2:
        interval = paired_interval(values[paired] - base[paired])
        low, high = float(interval.low), float(interval.high)
    return Comparison(
        outcome,
        scenario,
        baseline,
        draw,
        mean,
        baseline_mean,
        difference,
        low,
        high,
        pairs,
        values.size,
    )


def scenario_index(data: StudyData, name: str) -> int:
    """Return where a scenario stands in the study.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    if name not in data.scenarios:
        hint = did_you_mean(name, data.scenarios)
        raise BadInput(
            Problem(
                Text(
                    f"no scenario {quoted(name)}; allowed: {', '.join(data.scenarios)}{hint.en}",
                    f"没有方案 {quoted(name)}；可用：{'、'.join(data.scenarios)}{hint.zh}",
                )
            )
        )
    return data.scenarios.index(name)


def draws_of(data: StudyData, draw: int | None) -> range:
    """Return the draw asked for, or all of them.

    Raises
    ------
    BadInput
        If the study has no such draw.
    """
    count = data.shape[1]
    if draw is None:
        return range(count)
    if not 0 <= draw < count:
        raise BadInput(
            Problem(
                Text(
                    f"no draw {draw}; allowed: 0..{count - 1}",
                    f"没有参数组 {draw}；可用：0..{count - 1}",
                )
            )
        )
    return range(draw, draw + 1)


def _json(value: str | int | float) -> str | int | float | None:
    return None if isinstance(value, float) and math.isnan(value) else value
