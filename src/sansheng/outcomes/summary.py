"""One number a run for each outcome: what its months come to, as the outcome declares."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64
from sansheng.outcomes.measures import OUTCOMES


def summarise(months: F64) -> F64:
    """Return what the months of a run come to, shape ``(outcome,)``, NaN where nothing is defined.

    Parameters
    ----------
    months
        Outcomes by month, shape ``(month, outcome)``, NaN where undefined; see
        :func:`sansheng.outcomes.measures.outcome_matrix`.
    """
    by_outcome = np.ascontiguousarray(months.T)  # a fixed order of summation
    means, lasts = mean_of_defined(by_outcome), last_defined(by_outcome)
    last = np.array([outcome.aggregate == "last" for outcome in OUTCOMES.values()])
    return np.where(last, lasts, means)


def mean_of_defined(values: F64) -> F64:
    """Return the mean over the last axis without NaN; NaN where nothing is defined."""
    defined = ~np.isnan(values)
    count = defined.sum(axis=-1)
    total = np.where(defined, values, 0.0).sum(axis=-1)
    mean: F64 = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def last_defined(values: F64) -> F64:
    """Return the last value on the last axis that is not NaN; NaN where nothing is defined."""
    from_the_end = np.argmax(~np.isnan(values[..., ::-1]), axis=-1, keepdims=True)
    last: F64 = np.take_along_axis(values[..., ::-1], from_the_end, axis=-1)[..., 0]
    return last
