"""How many replicates give a mean the precision that a study asks for.

The rule has two parts, and neither looks at the mean.

1. A first stage of ``min`` replicates says how many are needed in all (Stein 1945 [1]_): with the standard deviation
   ``s0`` of ``n0`` first values, at least ``(t[n0 - 1] * s0 / h)**2`` for a half-width ``h``, where ``t`` is Student's
   quantile for 95%. For normal values ``s0`` is independent of the mean of all of them, so the interval mean ± h covers
   the truth with at least 95% whatever the variance is.
2. When these have run, the interval that will be printed is held against ``h`` too. If it is wider, because the first
   stage saw too little variance, the number is projected again from all there is (Law 2015 [2]_; Hoad, Robinson and
   Davies 2010 [3]_). This can only extend the run.

A rule that stops as soon as the interval is narrow enough covers less than it says: it stops most readily when luck
makes the variance look small. Here nothing stops a run before the number that its first stage set. What comes later can
but add to it, and does so by standard deviations, of which the mean of normal values is independent at any number: so
mean ± h keeps its 95%. The printed interval is narrower than that and rests on all values, whose standard deviation
decided a little: with a first stage of 30 it covers 94.4 to 94.7% of normal means, where stopping at the first narrow
interval covers 92 to 93%. A run that is cut off at ``max`` has a wider interval, which says so.

Of all scenarios and draws the one that needs most decides. The number depends on values by their position alone, so
it is the same for any number of workers.

.. [1] C. Stein (1945). A two-sample test for a linear hypothesis whose power is independent of the variance. Annals of
   Mathematical Statistics 16(3). doi:10.1214/aoms/1177731088
.. [2] A. M. Law (2015). Simulation Modeling and Analysis, 5th ed., McGraw-Hill, section 9.4.1.
.. [3] K. Hoad, S. Robinson, R. Davies (2010). Automated selection of the number of replications for a discrete-event
   simulation. Journal of the Operational Research Society 61(11). doi:10.1057/jors.2009.121
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from sansheng.core.tables import F64, I64
from sansheng.study.strict import Strict

LEVEL = 0.95
MOST_REPLICATES = 100_000


class Precision(Strict):
    """What a study asks of its intervals.

    Parameters
    ----------
    half_width
        Half of the width of the 95% interval, in the outcome's unit.
    on
        Id of an outcome.
    paired
        Whether it is the interval of the difference from the baseline, instead of the mean itself.
    min, max
        Replicates of the first stage, and at most.
    """

    half_width: float = Field(gt=0.0)
    on: str
    paired: bool = True
    min: int = Field(default=30, ge=10, le=MOST_REPLICATES)
    max: int = Field(ge=10, le=MOST_REPLICATES)


def needed(values: F64, baseline: int, precision: Precision) -> int:
    """Return how many replicates are needed in all, given those there are.

    Ask first with ``precision.min`` replicates, run as many as it says, and ask again until it says no more.

    Parameters
    ----------
    values
        One value a run of the outcome that precision is asked on, ``float64[scenario, draw, replicate]``; NaN where it
        is undefined. Replicates are in order, none left out.
    baseline
        Row of the baseline.
    precision
        What is asked for.

    Returns
    -------
    int
        The number of those there are if they are enough or the most allowed; else more.
    """
    there: int = values.shape[2]
    if there < precision.min:
        return precision.min
    samples = samples_of(values, baseline, precision)
    asked = values_needed(samples, precision)
    found = _count(samples)
    lacking = asked > found
    if not lacking.any():
        return there
    # Where some replicates are undefined, more are run than values are needed.
    replicates = np.ceil(asked[lacking] * there / found[lacking])
    return max(there, int(min(replicates.max(), precision.max)))


def half_widths(values: F64, baseline: int, precision: Precision) -> F64:
    """Return half-widths of the 95% intervals that precision is asked of, in the outcome's unit.

    Parameters
    ----------
    values, baseline, precision
        See :func:`needed`.

    Returns
    -------
    ``float64[scenario, draw]``; NaN for the baseline itself if differences from it are meant, and where fewer than two
    replicates define the outcome.
    """
    samples = samples_of(values, baseline, precision)
    count = _count(samples)
    widths = np.full(count.shape, np.nan)
    known = count > 1
    widths[known] = (_quantile(count) * _deviation(samples))[known] / np.sqrt(count[known])
    return widths


def samples_of(values: F64, baseline: int, precision: Precision) -> F64:
    """Return the values whose mean is meant: differences from the baseline, NaN for itself, or values as they are."""
    if not precision.paired:
        return values
    differences: F64 = values - values[baseline]
    differences[baseline] = np.nan
    return differences


def values_needed(samples: F64, precision: Precision) -> F64:
    """Return how many values each mean needs, given those there are.

    Parameters
    ----------
    samples
        ``float64[..., replicate]``, NaN where undefined; of the first ``precision.min`` replicates is the first stage.

    Returns
    -------
    Whole numbers of the leading shape. 0 where fewer than two values are defined: these tell nothing of their spread,
    and an outcome that a scenario never defines must not run a study to its end.
    """
    first = _projected(samples[..., : precision.min], precision)
    # What came later is looked at only when there are as many as the first stage asked for.
    again = np.where(_count(samples) >= first, _projected(samples, precision), 0.0)
    return np.maximum(first, again)


def _projected(samples: F64, precision: Precision) -> F64:
    """Return the number of values at which the half-width is as asked if their spread stays what it is."""
    count = _count(samples)
    with np.errstate(
        over="ignore"
    ):  # a number beyond all numbers is more than the most, and that is all that matters
        number = np.ceil((_quantile(count) * _deviation(samples) / precision.half_width) ** 2)
    return np.where(count > 1, number, 0.0)


def _count(samples: F64) -> I64:
    count: I64 = np.count_nonzero(~np.isnan(samples), axis=-1)
    return count


def _deviation(samples: F64) -> F64:
    """Return the standard deviation of the values that are defined; 0 where there are fewer than two."""
    defined = ~np.isnan(samples)
    count = np.maximum(1, defined.sum(axis=-1, keepdims=True))
    mean = np.where(defined, samples, 0.0).sum(axis=-1, keepdims=True) / count
    squares = np.where(defined, samples - mean, 0.0) ** 2
    deviation: F64 = np.sqrt(squares.sum(axis=-1) / np.maximum(1, count[..., 0] - 1))
    return deviation


def _quantile(count: I64) -> F64:
    """Return Student's quantile of so many values, by which a standard error becomes a half-width."""
    from scipy.special import stdtrit

    quantile: F64 = stdtrit(np.maximum(1, count - 1), (1.0 + LEVEL) / 2.0)
    return quantile
