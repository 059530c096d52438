"""Screening by elementary effects (Morris 1991): which of many factors move an answer, at few points for each.

A trajectory starts at a random point of a grid of four levels and moves one factor at a time by two thirds of its
range. The change of the answer, divided by the step, is an elementary effect: what moving the factor over its whole
range would do if the answer were a straight line. SALib makes the trajectories and sums them up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text

LEVELS = 4
"""Levels of each factor; the step is two thirds of its range."""

RESAMPLES = 1000
LEVEL = 0.95


class Effect(NamedTuple):
    """Elementary effects of one factor, in the unit of the answer over the factor's whole range.

    Parameters
    ----------
    mu
        Mean.
    mu_star
        Mean of the absolute values: how much the factor moves the answer, whichever way.
    sigma
        Standard deviation: how far that depends on other factors, or bends.
    confidence
        Half-width of the bootstrapped 95% interval of ``mu_star``.
    """

    mu: float
    mu_star: float
    sigma: float
    confidence: float


def screen(
    factors: Sequence[str],
    evaluate: Callable[[F64], F64],
    *,
    trajectories: int,
    seed: int,
) -> dict[str, Effect]:
    """Return the elementary effects of factors.

    Parameters
    ----------
    factors
        Names.
    evaluate
        Takes points ``float64[point, factor]`` between 0 and 1; returns the answer at each, ``float64[point]``.
    trajectories
        How many, at least 2; each takes one point more than there are factors.
    seed
        Of trajectories and of the bootstrap.

    Raises
    ------
    BadInput
        If SALib is not installed.
    """
    sample, analyze = _salib()
    problem = {
        "num_vars": len(factors),
        "names": list(factors),
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    points: F64 = sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    answers = evaluate(points)
    found = analyze(
        problem,
        points,
        np.ascontiguousarray(answers, dtype=np.float64),
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        num_levels=LEVELS,
        seed=seed,
    )
    columns = zip(
        *(found[name] for name in ("mu", "mu_star", "sigma", "mu_star_conf")), strict=True
    )
    return {name: Effect(*map(float, row)) for name, row in zip(factors, columns, strict=True)}


def _salib() -> tuple[Any, Any]:
    """Return how SALib samples and analyses, or say how to install it."""
    try:
        from SALib.analyze.morris import analyze
        from SALib.sample.morris import sample
    except ImportError:
        raise BadInput(
            Problem(
                Text(
                    'sensitivity needs the package SALib: pip install "sansheng[sensitivity]"',
                    '敏感性分析需要软件包 SALib：pip install "sansheng[sensitivity]"',
                )
            )
        ) from None
    return sample, analyze
