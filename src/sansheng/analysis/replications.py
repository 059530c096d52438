"""How far replicates pin a mean down."""

from __future__ import annotations

from typing import NamedTuple

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
    from scipy.special import stdtrit

    count = differences.shape[-1]
    if count < 2:
        raise BadInput(
            Problem(
                Text(
                    f"{count} replicate gives no interval; a comparison needs at least 2 replicates",
                    f"只有 {count} 次重复，无法给出区间；比较至少需要 2 次重复",
                )
            )
        )
    mean = differences.mean(axis=-1)
    standard_error = differences.std(axis=-1, ddof=1) / np.sqrt(count)
    half = stdtrit(count - 1, 0.5 + level / 2) * standard_error
    return Interval(mean, mean - half, mean + half)


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
