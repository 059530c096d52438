"""From the months of a run to the one number that it counts with."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sansheng.core.tables import F64

Aggregate = Literal["mean", "last"]


def of_run(months: F64, aggregate: Aggregate) -> F64:
    """Return one number a run, without the last axis; NaN where no month defines the outcome.

    Parameters
    ----------
    months
        ``float64[..., month]``, NaN where undefined.
    aggregate
        As the outcome declares it. ``mean``: over the months that define it. ``last``: of the last month that does.
    """
    match aggregate:
        case "mean":
            return _mean_of_defined(months)
        case "last":
            return _last_defined(months)


def _mean_of_defined(values: F64) -> F64:
    """Return the mean over the last axis without NaN; NaN where nothing is defined."""
    defined = ~np.isnan(values)
    count = defined.sum(axis=-1)
    total = np.where(defined, values, 0.0).sum(axis=-1)
    mean: F64 = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def _last_defined(values: F64) -> F64:
    """Return the last value on the last axis that is not NaN; NaN where nothing is defined."""
    from_the_end = np.argmax(~np.isnan(values[..., ::-1]), axis=-1, keepdims=True)
    last: F64 = np.take_along_axis(values[..., ::-1], from_the_end, axis=-1)[..., 0]
    return last
