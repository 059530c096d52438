"""Who would have stayed had no wages been owed: the model's own decision, taken once more without what is owed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sansheng.core.references import refer
from sansheng.core.tables import I64, copy_table
from sansheng.outcomes.events.moment import Moment
from sansheng.processes.burnout import burn
from sansheng.processes.quitting import give_notice
from sansheng.processes.trace import open_channels

_DECEMBER = 11


def quitters_if_owed(m: Moment, owed: I64) -> NDArray[np.bool_]:
    """Return who of those who sat there before the month gives notice in it if they are owed so much.

    Everything else is as it was when they decided: burnout, pay, service and luck.

    Parameters
    ----------
    owed
        Fen, shape ``(worker,)``.
    """
    t, w = m.t, m.t.workers
    then = copy_table(m.before.workers)
    for name in ("wage", "allowance", "bonus"):
        getattr(then, name)[:] = getattr(w, name)
    then.owed[:] = owed
    people = refer(then)
    places = refer(t.subdistricts), refer(t.communities), refer(t.providers)
    burn(m.parameters, m.districts, *places, people)
    unheld = refer(open_channels())
    give_notice(m.key, m.now, m.parameters, refer(t.districts), people, unheld)
    quits: NDArray[np.bool_] = then.quits == 1
    return quits


def quits_over_wages(m: Moment, owed: I64) -> NDArray[np.bool_]:
    """Return who quit an agency, was owed wages, and would not have quit this month without being owed any.

    In the month of the yearly appraisal nobody is told who leaves an award behind, so none is found then if there
    are awards.

    Parameters
    ----------
    owed
        What people are owed when they decide, fen, shape ``(worker,)``.
    """
    w = m.t.workers
    left = (w.quits == 1) & (w.employer >= 0) & (owed > 0)
    unknown = m.now % 12 == _DECEMBER and m.parameters.award > 0.0
    if unknown or not left.any():
        return np.zeros(owed.size, dtype=np.bool_)
    over: NDArray[np.bool_] = left & ~quitters_if_owed(m, np.zeros_like(owed))
    return over
