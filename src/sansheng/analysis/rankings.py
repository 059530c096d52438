"""How often each ranking of rules holds across all points that fit.

No point of an ensemble is *the* calibrated one. A ranking that holds in most of them rests on what was
measured; one that holds in few rests on a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sansheng.analysis.observe import run_in_pool
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import Study
from sansheng.study.engine import Block
from sansheng.study.progress import Progress

FUNCTION = "sansheng.analysis.rankings:rank_block"


@dataclass(frozen=True)
class Ranking:
    """An order of scenarios, best first, and the share of points in which it holds."""

    order: tuple[str, ...]
    points: int
    share: float

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON can hold it."""
        return {**asdict(self), "order": list(self.order)}


@dataclass(frozen=True)
class Plan:
    """A study at points of an ensemble, judged by one outcome."""

    study: Study
    points: tuple[Mapping[str, float], ...]
    outcome: str


def rank_rules(
    study: Study,
    points: Sequence[Mapping[str, float]],
    *,
    replicates: int,
    outcome: str = "need_met",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Ranking]:
    """Return every ranking of a study's scenarios that occurs, the most frequent first.

    Scenarios share the draws of a replicate, so a point's ranking is that of paired means.

    Parameters
    ----------
    study
        Its scenarios are ranked; points take the place of its own parameter values.
    points
        Parameter values by name.
    replicates
        Paired repetitions at each point.
    outcome
        Id of a true outcome; higher is better unless it says otherwise.
    workers, progress
        See :func:`sansheng.analysis.observe.observe`.

    Raises
    ------
    BadInput
        If the study has draws of its own.
    """
    if study.varied:
        raise BadInput(
            Problem(
                Text(
                    "the study varies parameters itself; rank a study without a grid or draws",
                    "该研究自带参数组；请使用没有 grid 和 draws 的研究",
                )
            )
        )
    values = np.full((len(points), replicates, len(study.scenarios)), np.nan)

    def keep(block: Block, numbers: Any) -> None:
        values[block.draw, block.replicate] = numbers

    plan = Plan(study, tuple(points), outcome)
    blocks = [
        Block(draw, replicate) for draw in range(len(points)) for replicate in range(replicates)
    ]
    run_in_pool(plan, blocks, keep, FUNCTION, workers=workers, progress=progress)
    return rankings(values.mean(axis=1), tuple(study.scenarios), outcome)


def rankings(means: F64, scenarios: Sequence[str], outcome: str) -> list[Ranking]:
    """Count the orders of scenarios.

    Parameters
    ----------
    means
        Shape ``(point, scenario)``; equal values keep the order of the study.
    scenarios
        Names.
    outcome
        Says whether more or less is better.
    """
    from sansheng.outcomes.measures import OUTCOMES

    sign = 1.0 if OUTCOMES[outcome].better == "lower" else -1.0
    orders = np.argsort(sign * means, axis=1, kind="stable")
    counted = Counter(tuple(scenarios[i] for i in order) for order in orders)
    return [
        Ranking(order, count, count / len(means))
        for order, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def rank_block(plan: Plan, draw: int, replicate: int) -> list[float]:
    """Run every scenario at one point and return the outcome of each."""
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.study.simulate import simulate_block

    here = {**plan.study.parameters, **plan.points[draw]}
    study = plan.study.model_copy(update={"parameters": here})
    column = list(OUTCOMES).index(plan.outcome)
    return [float(np.nanmean(run.months[:, column])) for run in simulate_block(study, 0, replicate)]
