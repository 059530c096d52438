"""How often each ranking of rules holds across all points that fit.

No point of an ensemble is *the* calibrated one. A ranking that holds in most of them rests on what was
measured; one that holds in few rests on a guess. Where the study wants equal spend, every point has scales of its own:
what a rule spends depends on the assumptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sansheng.analysis.trials import at_points, equal_spending, run_trials
from sansheng.core.errors import Problem, RunFailed
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import Study
from sansheng.study.progress import Progress


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
class Pair:
    """Two scenarios, and the share of points in which the first does better."""

    better: str
    worse: str
    points: int
    share: float


def rank_rules(
    study: Study,
    points: Sequence[Mapping[str, float]],
    *,
    replicates: int,
    outcome: str = "need_met",
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Ranking], list[Pair]]:
    """Return every ranking of a study's scenarios that occurs, the most frequent first, and all pairs.

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
    studies = equal_spending(at_points(study, points), workers=workers, progress=progress)
    values = run_trials(studies, replicates, [outcome], workers=workers, progress=progress)
    means, names = values[..., 0].mean(axis=1), tuple(study.scenarios)
    return rankings(means, names, outcome), pairs(means, names, outcome)


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
    counted = Counter(
        tuple(scenarios[i] for i in order)
        for order in np.argsort(-_worth(means, outcome), axis=1, kind="stable")
    )
    return [
        Ranking(order, count, count / len(means))
        for order, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def pairs(means: F64, scenarios: Sequence[str], outcome: str) -> list[Pair]:
    """Return, of every two scenarios, the one that does better in more points first.

    Parameters
    ----------
    means, scenarios, outcome
        As in :func:`rankings`.
    """
    worth, found = _worth(means, outcome), []
    for i, one in enumerate(scenarios):
        for j, other in enumerate(scenarios[i + 1 :], i + 1):
            ahead = int((worth[:, i] > worth[:, j]).sum())
            behind = int((worth[:, i] < worth[:, j]).sum())
            better, worse = (one, other) if ahead >= behind else (other, one)
            most = max(ahead, behind)
            found.append(Pair(better, worse, most, most / len(means)))
    return found


def write_rankings(folder: Path, found: Sequence[Ranking], compared: Sequence[Pair]) -> None:
    """Write ``rankings.csv`` (whole orders, best first) and ``pairs.csv`` into a folder.

    Raises
    ------
    RunFailed
        If they cannot be written.
    """
    import csv

    orders = [(" > ".join(row.order), row.points, row.share) for row in found]
    duels = [(row.better, row.worse, row.points, row.share) for row in compared]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, head, rows in (
            ("rankings.csv", ("order", "points", "share"), orders),
            ("pairs.csv", ("better", "worse", "points", "share"), duels),
        ):
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(head)
                writer.writerows(rows)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFailed(
            Problem(Text(f"cannot write {folder}: {reason}", f"无法写入 {folder}：{reason}"))
        ) from error


def _worth(means: F64, outcome: str) -> F64:
    """Return means so that more is better."""
    from sansheng.outcomes.measures import OUTCOMES

    return -means if OUTCOMES[outcome].better == "lower" else means
