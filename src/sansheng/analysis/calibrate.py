r"""Which parameter values let the model meet published patterns.

A point is a value for every free parameter. Its implausibility is how far the worst of the fitted patterns
lies outside its tolerance, in half widths of that tolerance:

.. math:: I(\theta) = \max_k \frac{\max(0,\; low_k - s_k(\theta),\; s_k(\theta) - high_k)}{(high_k-low_k)/2}

with :math:`s_k` the mean over replicates. The first round covers the prior evenly (Sobol sequence or Latin
hypercube); it tells how often each pattern is met before anything is fitted. Each further round moves
points of least implausibility by normal steps with twice their covariance. *Every* point of
every round with :math:`I = 0` is kept: they are the assumptions that the figures do not tell apart, not a
sample of a posterior distribution.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sansheng.analysis.calibration_file import Bounds, Calibration
from sansheng.analysis.observe import Condition, Sweep, conditions_of, observe
from sansheng.analysis.patterns import MeasureRef, Pattern
from sansheng.core.months import Month
from sansheng.core.streams import Key, decision, fill_run
from sansheng.core.tables import F64, I64
from sansheng.study.config import RuleRef
from sansheng.study.progress import Progress

_SHIFT = decision("calibrate.shift")
_CELL = decision("calibrate.cell")
_PARENT = decision("calibrate.parent")
_STEP = decision("calibrate.step")

PARENTS = 4
"""One in so many of a round's points has descendants."""

LEAST_STEP = 0.02
"""Least standard deviation of a step, as a share of the prior's width: a round never stands still."""


@dataclass(frozen=True)
class Fit:
    """All points that were tried.

    Parameters
    ----------
    calibration
        What was asked.
    round
        Round of each point, shape ``(point,)``; the first is 0.
    values
        Parameter values, shape ``(point, parameter)``.
    simulated
        Patterns, means over replicates, shape ``(point, pattern)``.
    distance
        Distance beyond each tolerance in half widths, same shape.
    """

    calibration: Calibration
    round: I64
    values: F64
    simulated: F64
    distance: F64

    @property
    def implausibility(self) -> F64:
        """Largest distance among the fitted patterns, shape ``(point,)``."""
        return _implausibility(self.calibration, self.distance)

    @property
    def kept(self) -> I64:
        """Positions of the points that meet every fitted pattern."""
        return np.flatnonzero(self.implausibility == 0.0)

    def parameters(self, point: int) -> dict[str, float]:
        """Return the parameter values of a point by name, the fixed ones among them."""
        free = zip(self.calibration.names, self.values[point], strict=True)
        return {**self.calibration.fixed, **{name: float(value) for name, value in free}}


def calibrate(
    calibration: Calibration,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Try points round by round; the result is the same for any number of workers.

    Parameters
    ----------
    calibration
        What to fit.
    workers, progress
        See :func:`sansheng.analysis.observe.observe`.
    """
    n, size = calibration.draws, len(calibration.priors)
    units = np.empty((0, size))
    simulated = np.empty((0, len(calibration.patterns)))
    for number in range(calibration.rounds + 1):
        if number == 0:
            new = first_sample(calibration)
        else:
            distance = _distances(calibration.patterns, simulated)
            new = offspring(
                units, _implausibility(calibration, distance), n, calibration.seed, number
            )
        units = np.concatenate([units, new])
        seen = _simulate(calibration, to_values(new, calibration.priors), workers, progress)
        simulated = np.concatenate([simulated, seen])
    return Fit(
        calibration,
        np.repeat(np.arange(calibration.rounds + 1), n),
        to_values(units, calibration.priors),
        simulated,
        _distances(calibration.patterns, simulated),
    )


def first_sample(calibration: Calibration) -> F64:
    """Return points that cover the unit cube evenly, shape ``(draw, parameter)``."""
    n, size = calibration.draws, len(calibration.priors)
    key = Key(calibration.seed, 0)
    if calibration.sample == "latin_hypercube":
        return np.stack([_strata(key, n, j) for j in range(size)], axis=1)
    from scipy.stats import qmc

    # The sequence itself is not random; a shift that belongs to the seed makes it so.
    sequence = qmc.Sobol(size, scramble=False).random_base2(math.ceil(math.log2(n)))[:n]
    shift = np.empty(size)
    fill_run(key, _SHIFT, 0, 0, shift)
    points: F64 = (sequence + shift) % 1.0
    return points


def _strata(key: Key, n: int, dimension: int) -> F64:
    """Return one value from each of ``n`` equal strata of the unit interval, in random order."""
    order, inside = np.empty(n), np.empty(n)
    fill_run(key, _CELL, 0, dimension, order)
    fill_run(key, _CELL, 1, dimension, inside)
    values: F64 = (np.argsort(order, kind="stable") + inside) / n
    return values


def offspring(units: F64, implausibility: F64, n: int, seed: int, number: int) -> F64:
    """Return points near the least implausible ones so far.

    Parameters
    ----------
    units, implausibility
        Points in the unit cube, and how far each is from meeting all patterns.
    n
        How many.
    seed, number
        Seed and round.
    """
    from scipy.special import ndtri

    chosen = np.argsort(implausibility, kind="stable")[: max(2, n // PARENTS)]
    parents = units[chosen]
    # Steps follow how parents spread together: along a valley of equal fit, not across it.
    shape = 2.0 * np.atleast_2d(np.cov(parents, rowvar=False)) + LEAST_STEP**2 * np.eye(
        units.shape[1]
    )
    spread = np.linalg.cholesky(shape)
    key = Key(seed, 0)
    which, luck = np.empty(n), np.empty(units.shape[1])
    fill_run(key, _PARENT, number, 0, which)
    new = parents[np.minimum((which * len(parents)).astype(np.int64), len(parents) - 1)]
    for i in range(n):
        fill_run(key, _STEP, number, i, luck)
        new[i] += spread @ ndtri(luck)
    # What steps over an edge of the prior comes back from it.
    folded: F64 = np.abs((new + 1.0) % 2.0 - 1.0)
    return folded


def to_values(units: F64, priors: Sequence[Bounds]) -> F64:
    """Return parameter values of points in the unit cube, shape ``(point, parameter)``."""
    values = np.empty_like(units)
    for j, prior in enumerate(priors):
        low, high = prior.low, prior.high
        if prior.scale == "log":
            values[:, j] = low * (high / low) ** units[:, j]
        else:
            values[:, j] = low + (high - low) * units[:, j]
        values[:, j] = np.clip(values[:, j], low, high)
    return values


def _simulate(
    calibration: Calibration, values: F64, workers: int | None, progress: Progress | None
) -> F64:
    grouped = conditions_of(calibration.patterns)
    free = calibration.names
    points = tuple(
        {**calibration.fixed, **dict(zip(free, map(float, row), strict=True))} for row in values
    )
    sweep = Sweep(tuple(condition for condition, _ in grouped), points, calibration.seed)
    found = observe(sweep, calibration.replicates, workers=workers, progress=progress)
    simulated = np.empty((len(points), len(calibration.patterns)))
    for (_, members), array in zip(grouped, found, strict=True):
        simulated[:, members] = array.mean(axis=1)
    return simulated


def _distances(patterns: Sequence[Pattern], simulated: F64) -> F64:
    return np.array(
        [[p.distance(s) for p, s in zip(patterns, row, strict=True)] for row in simulated.tolist()]
    ).reshape(simulated.shape)


def _implausibility(calibration: Calibration, distance: F64) -> F64:
    ids = [pattern.id for pattern in calibration.patterns]
    worst: F64 = distance[:, [ids.index(name) for name in calibration.fit]].max(axis=1)
    return worst


@dataclass(frozen=True)
class PriorHit:
    """How a pattern fares before anything is fitted: hits among the first round's points."""

    pattern: Pattern
    points: int
    hits: int
    low: float
    median: float
    high: float


def prior_predictive(fit: Fit) -> list[PriorHit]:
    """Return how often each pattern is met by the first round, and its 5, 50 and 95% points."""
    first = fit.round == 0
    found = []
    for k, pattern in enumerate(fit.calibration.patterns):
        values = fit.simulated[first, k]
        defined = values[~np.isnan(values)]
        spread = np.quantile(defined, [0.05, 0.5, 0.95]) if defined.size else np.full(3, np.nan)
        hits = int((fit.distance[first, k] == 0.0).sum())
        found.append(PriorHit(pattern, int(first.sum()), hits, *map(float, spread)))
    return found


def profile(
    calibration: Calibration,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Mapping[str, float]], F64]:
    """Return outcomes on the grid that a calibration asks for.

    Returns
    -------
    The points, the last parameter turning fastest, and means over replicates of shape ``(point, outcome)``.
    """
    asked = calibration.profile
    if asked is None:
        return [], np.empty((0, 0))
    grid = asked.grid
    points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    condition = Condition(
        asked.place,
        Month.parse(asked.start).index,
        asked.months,
        asked.warm_up,
        RuleRef(name="per_household"),
        {},
        tuple(MeasureRef(name="outcome", options={"id": name}) for name in asked.outcomes),
    )
    whole = tuple({**calibration.fixed, **point} for point in points)
    sweep = Sweep((condition,), whole, calibration.seed)
    (values,) = observe(sweep, asked.replicates, workers=workers, progress=progress)
    return [dict(point) for point in points], values.mean(axis=1)
