"""The numbers that a run counts with: one for each outcome."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import F64
from sansheng.outcomes.aggregate import of_run
from sansheng.outcomes.measures import OUTCOMES


def summarise(months: F64) -> F64:
    """Return what the months of runs come to, as each outcome declares it; shape ``(..., outcome)``.

    Parameters
    ----------
    months
        All outcomes by month, shape ``(..., month, outcome)``, NaN where undefined; see
        :func:`sansheng.outcomes.measures.outcome_matrix`.
    """
    by_outcome = np.ascontiguousarray(np.swapaxes(months, -1, -2))  # a fixed order of summation
    last = np.array([outcome.aggregate == "last" for outcome in OUTCOMES.values()])
    return np.where(last, of_run(by_outcome, "last"), of_run(by_outcome, "mean"))
