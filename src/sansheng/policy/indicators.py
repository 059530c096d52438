r"""What officials know of need and of its gaps: indicators with error.

A rule that saw need itself would win by construction. Officials of a district read an indicator :math:`I` of a
quantity :math:`T` that they cannot see,

.. math:: \ln I_c = \ln T_c + \varepsilon_{cy},\qquad
          \mathrm{var}\,\varepsilon = \mathrm{var}_c(\ln T)\,\frac{1-\rho}{\rho},

with the variance over the district's communities: of the differences that the indicator shows the part
:math:`\rho` is real, and it correlates with the truth at :math:`\sqrt\rho` (in logarithms). Errors are logistic.
They belong to a community and a calendar year, so that all rules are misled alike. The quantities are

- need: residents' needs and duties' cases expected for a household in a year,
  :math:`\lambda \sum_k m_{ck} + \lambda_F F_c/H_c`, see :mod:`sansheng.processes.needs`;
- gap: needs that arose last calendar year less those truly met, for a household.

What is not positive, such as the gap of a community that worked off old cases, is seen as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sansheng.core.quantities import quantity
from sansheng.core.streams import LOGISTIC_SCALE, decision, fill_uniform
from sansheng.core.tables import F64, I64
from sansheng.world.world import World

PARAMETERS = (
    quantity(
        "reliability",
        0.5,
        unit="share",
        low=0.3,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="share of the variance of officials' indicators of need and gap, in logarithms, that is real",
        zh="主管部门需求与缺口指标（对数）方差中的真实部分",
    ),
)

_NEED = decision("indicators.need")
_GAP = decision("indicators.gap")


def need_seen(world: World, rows: I64) -> F64:
    """Return officials' indicator of need, cases a household and year.

    Parameters
    ----------
    world
        Its month says which year's error it is.
    rows
        The communities of one district.
    """
    return need_reading(world, rows)()


def gap_seen(world: World, rows: I64) -> F64:
    """Return officials' indicator of last year's unmet need, cases a household; as :func:`need_seen`."""
    return gap_reading(world, rows)()


Reading = Callable[[], F64]
"""Works out what is seen in a month, then or later: whatever may have changed by then was kept."""


def need_reading(world: World, rows: I64) -> Reading:
    """Return what works out :func:`need_seen` of this month."""
    return _reading(world, rows, _NEED, _expecting(world, rows))


def gap_reading(world: World, rows: I64) -> Reading:
    """Return what works out :func:`gap_seen` of this month."""
    unmet = world.tables.communities.unmet_last[rows]
    return _reading(world, rows, _GAP, lambda: unmet.astype(np.float64))


def _reading(world: World, rows: I64, kind: int, cases: Reading) -> Reading:
    c, key, reliability = world.tables.communities, world.key, world.parameters.reliability
    keys, households = c.key, c.households  # these never change
    january = world.month - world.month % 12

    def read() -> F64:
        luck = fill_uniform(key, kind, january, keys[rows], 0)
        return blurred(_each(cases(), households[rows]), reliability, luck)

    return read


def blurred(truth: F64, reliability: float, luck: F64) -> F64:
    """Return what is seen of a quantity.

    Parameters
    ----------
    truth
        By community; of what is not positive 0 is seen.
    reliability
        Part of the variance of the logarithm of what is seen that is real, above 0 and at most 1.
    luck
        A draw in (0, 1) for each community.
    """
    seen = np.zeros(truth.shape)
    known = truth > 0.0
    if not known.any():
        return seen
    logs = np.log(truth[known])
    error_sd = logs.std() * math.sqrt((1.0 - reliability) / reliability)
    u = luck[known]
    seen[known] = np.exp(logs + error_sd * LOGISTIC_SCALE * np.log(u / (1.0 - u)))
    return seen


def expected_cases(world: World, rows: I64) -> F64:
    """Return cases of residents and duties expected in a year, by community of ``rows``."""
    return _expecting(world, rows)()


def _expecting(world: World, rows: I64) -> Reading:
    t, p = world.tables, world.parameters
    households, need_mix = t.communities.households, t.communities.need_mix  # these never change
    duty_rate = t.categories.duty_rate
    duties_service = t.communities.duties_service[rows]

    def expect() -> F64:
        residents: F64 = p.lam * households[rows] * need_mix[rows].sum(axis=1)
        duties = p.lam_duty * duties_service * duty_rate.sum()
        cases: F64 = residents + duties
        return cases

    return expect


def _each(cases: F64, households: I64) -> F64:
    """Return cases a household; none where nobody lives."""
    return np.where(households > 0, cases / np.maximum(1, households), 0.0)
