"""How far replicates pin a mean down."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text

LEVEL = 0.95


class Interval(NamedTuple):
    """Means and their confidence bounds, arrays of one shape, in the unit of the values."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Pairs(NamedTuple):
    """Scenarios against another, replicate by replicate; arrays of one shape, NaN where too few pairs define them.

    Parameters
    ----------
    number
        Pairs that both scenarios define.
    mean, other_mean, difference
        Over those pairs, in the unit of the values; the difference is the first minus the other.
    error
        Standard error of the difference: what is left of chance (Monte Carlo error).
    freedom
        Degrees of freedom of that error.
    higher
        Share of pairs in which the first is higher, ties by half.
    reduction
        What pairing saves: the variance of a difference of independent runs over that of pairs. Infinite if no pair
        differs from another while runs do.
    """

    number: NDArray[np.int64]
    mean: F64
    other_mean: F64
    difference: F64
    error: F64
    freedom: F64
    higher: F64
    reduction: F64

    def interval(self, level: Any = LEVEL) -> Interval:
        """Return Student's t interval of the difference; levels may differ, an array of the shape or one that fits."""
        from scipy.special import stdtrit

        quantile = stdtrit(np.maximum(1.0, self.freedom), 0.5 + np.asarray(level) / 2)
        half = np.where(self.error == 0.0, 0.0, quantile * self.error)
        return Interval(self.difference, self.difference - half, self.difference + half)

    def probability_higher(self) -> F64:
        """Return how probable it is that the first has the higher mean: Student's t, nothing known before."""
        from scipy.special import stdtr

        with np.errstate(divide="ignore", invalid="ignore"):
            moved = self.difference / self.error
        even = (self.error == 0.0) & (self.difference == 0.0)
        found: F64 = np.where(even, 0.5, stdtr(np.maximum(1.0, self.freedom), moved))
        return found


def pairs_of(values: F64, others: F64) -> Pairs:
    """Compare values with others of the same replicates.

    Parameters
    ----------
    values, others
        ``float64[..., replicate]``, NaN where undefined; a pair counts if both are defined.

    Returns
    -------
    Arrays of the leading shape. Where all differences are equal their mean is exactly that and its error zero.
    """
    there = ~(np.isnan(values) | np.isnan(others))
    count = there.sum(axis=-1)
    changes = np.where(there, values - others, 0.0)
    least = np.where(there, changes, np.inf).min(axis=-1, initial=np.inf)
    constant = least == np.where(there, changes, -np.inf).max(axis=-1, initial=-np.inf)
    difference = np.where(constant, least, _mean(changes, count))
    variance = np.where(constant, 0.0, _variance(changes, there, count))
    apart = _variance(values, there, count) + _variance(others, there, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        reduction = apart / variance
    return Pairs(
        count,
        _mean(np.where(there, values, 0.0), count),
        _mean(np.where(there, others, 0.0), count),
        difference,
        np.sqrt(np.where(count > 1, variance, np.nan) / np.maximum(1, count)),
        count - 1.0,
        _mean(np.where(there, (1.0 + np.sign(changes)) / 2.0, 0.0), count),
        reduction,
    )


def paired_interval(differences: F64, level: float = LEVEL) -> Interval:
    """Return Student's t interval for the mean of paired differences.

    Two scenarios of one replicate share their luck, so their difference varies less than either;
    differences of different replicates are independent.

    Parameters
    ----------
    differences
        ``float64[..., replicate]``, finite.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Arrays of the leading shape. Where all differences are equal the interval is that single point.

    Raises
    ------
    BadInput
        If there are fewer than two replicates.
    """
    require_replicates(differences.shape[-1])
    return pairs_of(differences, np.zeros(differences.shape)).interval(level)


def require_replicates(count: int) -> None:
    """Refuse to compare what was run once.

    Raises
    ------
    BadInput
        If there are fewer than two replicates.
    """
    if count < 2:
        raise BadInput(
            Problem(
                Text(
                    f"{count} replicate gives no interval; a comparison needs at least 2 replicates",
                    f"只有 {count} 次重复，无法给出区间；比较至少需要 2 次重复",
                )
            )
        )


def interval_of_defined(differences: F64) -> tuple[float, float, float]:
    """Return mean and bounds over the replicates that define a difference; NaN where fewer than two do.

    Parameters
    ----------
    differences
        ``float64[replicate]``, NaN where undefined.
    """
    defined = differences[~np.isnan(differences)]
    if defined.size < 2:
        return np.nan, np.nan, np.nan
    found = paired_interval(defined)
    return float(found.mean), float(found.low), float(found.high)


def share_interval(share: F64, count: NDArray[np.int64], level: float = LEVEL) -> Interval:
    """Return Wilson's interval of a share of independent cases; NaN where there is none."""
    from scipy.special import ndtri

    cases = np.where(count > 0, count, np.nan)
    z = ndtri(0.5 + level / 2)
    middle = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z * np.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / (1 + z**2 / cases)
    low = np.where(share == 0.0, 0.0, middle - half)
    return Interval(share, low, np.where(share == 1.0, 1.0, middle + half))


def _mean(sums_to: F64, count: NDArray[np.int64]) -> F64:
    """Return means of values in which what is not there is zero."""
    total = sums_to.sum(axis=-1)
    mean: F64 = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def _variance(values: F64, there: NDArray[np.bool_], count: NDArray[np.int64]) -> F64:
    kept = np.where(there, values, 0.0)
    deviations = np.where(there, kept - _mean(kept, count)[..., None], 0.0)
    squares = (deviations**2).sum(axis=-1)
    found: F64 = np.divide(squares, count - 1, out=np.full(count.shape, np.nan), where=count > 1)
    return found
