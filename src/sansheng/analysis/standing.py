"""Which scenario comes first, and which places are no more than luck."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sansheng.analysis.answers import Answers, as_json
from sansheng.analysis.compare import command_of
from sansheng.analysis.comparisons import ALL
from sansheng.analysis.over_draws import pairs_over_draws
from sansheng.analysis.replications import LEVEL, pairs_of, require_replicates
from sansheng.analysis.runs import Runs, runs_of
from sansheng.analysis.simultaneous import independent_level, joint_level
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.analysis.runs import Source


@dataclass(frozen=True)
class Place:
    """The place of a scenario on a true outcome.

    Parameters
    ----------
    outcome, draw, scenario
        Which; ``all`` in place of a draw is the mean over a sample of draws.
    place
        From 1; scenarios with the same mean share one.
    mean
        Over all replicates, in the outcome's unit.
    best, worst
        Places that cannot be told from its own: with 95% all scenarios lie within theirs.
    ahead_of
        Scenarios that it does better than beyond luck.
    spending
        ``matched``, ``capped``, ``exempt`` or ``off``.
    """

    outcome: str
    draw: int | Literal["all"]
    scenario: str
    place: int
    mean: float
    best: int
    worst: int
    ahead_of: tuple[str, ...]
    spending: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them: an undefined number is None."""
        return as_json(self)


def rank(
    study: Source,
    outcome: str = "need_met",
    draw: int | Literal["all"] | None = None,
    *,
    allow_partial: bool = False,
    words: Sequence[str] | None = None,
) -> Answers[Place]:
    """Rank all scenarios on a true outcome, the best first.

    Every two scenarios are compared in pairs of replicates, by intervals that hold together: a scenario's best place is
    behind those that are better beyond luck, its worst before those that are worse beyond luck (Al Mohamad, Goeman and
    van Zwet 2022, doi:10.1111/biom.13497).

    Parameters
    ----------
    study, allow_partial, words
        As in :func:`sansheng.analysis.compare.compare`.
    outcome
        Id of a true outcome with a better side.
    draw
        Of several; ``"all"`` is the mean over draws that are a sample.

    Raises
    ------
    BadInput
        If the outcome ranks nothing or is defined nowhere, a draw must be said, or there is only one replicate.
    """
    runs = runs_of(study, None, allow_partial=allow_partial)
    runs.chosen([outcome])
    up = _sign(outcome)
    if words is None:
        words = command_of(runs, draw, allow_partial=allow_partial, rank=outcome)
    require_replicates(runs.replicates)
    values = up * _values(runs, outcome, draw)
    if np.isnan(values).all():
        raise BadInput(
            Problem(
                Text(
                    f"outcome {outcome} is defined in no run of {runs.name}: there is nothing to rank",
                    f"{runs.name} 中没有任何运行定义指标 {outcome}，无从排序",
                )
            )
        )
    ahead = _ahead(values)
    means = [_mean(one) for one in values]
    here = 0 if draw is None else draw
    places = [
        Place(
            outcome,
            here,
            name,
            1 + sum(other > means[i] for other in means),
            up * means[i],
            1 + int(ahead[:, i].sum()),
            len(means) - int(ahead[i].sum()),
            tuple(runs.scenarios[j] for j in np.flatnonzero(ahead[i])),
            runs.status[name],
        )
        for i, name in enumerate(runs.scenarios)
    ]
    places.sort(key=lambda place: (math.isnan(place.mean), place.place))
    return Answers(tuple(places), lambda: runs.find_origin(words))


def _sign(outcome: str) -> float:
    """Return what makes more of an outcome better."""
    from sansheng.outcomes.measures import OUTCOMES

    declared = OUTCOMES[outcome]
    if declared.kind == "true" and declared.better != "neither":
        return -1.0 if declared.better == "lower" else 1.0
    why = (
        Text("it is what is reported, not what happened", "它是上报口径，而非真实情况")
        if declared.kind == "reported"
        else Text("it is not a true outcome with a better side", "它不是有优劣方向的真实指标")
    )
    raise BadInput(
        Problem(
            Text(f"{outcome} cannot rank scenarios: {why.en}", f"{outcome} 不能用于排序：{why.zh}")
        )
    )


def _values(runs: Runs, outcome: str, draw: int | Literal["all"] | None) -> F64:
    """Return the outcome, ``float64[scenario, draw, replicate]``, of one draw or of all."""
    values = runs.values(outcome)
    if draw == ALL:
        runs.require_sampled()
        return values
    if draw is None and runs.draws > 1:
        raise BadInput(
            Problem(
                Text(
                    f"{runs.name} has {runs.draws} draws: say which one ranks",
                    f"{runs.name} 有 {runs.draws} 个参数组：请指定按哪一个排序",
                )
            )
        )
    return values[:, list(runs.each_draw(draw))]


def _mean(values: F64) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else math.nan


def _ahead(values: F64) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which scenario is better than which beyond luck, ``bool[scenario, scenario]``."""
    count = values.shape[0]
    ahead = np.zeros((count, count), dtype=bool)
    duels = np.array(list(itertools.combinations(range(count), 2)), dtype=np.int64).reshape(-1, 2)
    if not duels.size:
        return ahead
    one, other = values[duels[:, 0]], values[duels[:, 1]]
    if values.shape[1] > 1:
        found = pairs_over_draws(one, other)
        interval = found.interval(independent_level(len(duels), LEVEL))
    else:
        found = pairs_of(one, other)
        known = found.number[:, 0] > 1
        interval = found.interval(float(joint_level((one - other)[known, 0].T, LEVEL)))
    for (i, j), low, high in zip(duels, interval.low[:, 0], interval.high[:, 0], strict=True):
        ahead[i, j], ahead[j, i] = low > 0.0, high < 0.0
    return ahead
