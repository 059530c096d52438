"""What a running ensemble shows before it is done: the means and intervals of the pairs that are there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.report.pages import Chart
    from sansheng.study.config import Study
    from sansheng.study.engine import Engine, Failure, Work
    from sansheng.study.work import Batch

FEWEST = 5
"""Pairs from which on an interval is shown."""


BETWEEN = 0.5
"""Seconds between pictures: drawing them takes the machine from the runs."""


@dataclass(frozen=True)
class Watched:
    """An engine that shows what has arrived so far.

    Parameters
    ----------
    engine
        Does the work.
    study
        What is run.
    show
        Told the charts, one a scenario, whenever they have changed.
    """

    engine: Engine
    study: Study
    show: Callable[[Sequence[Chart]], None]

    @property
    def alone(self) -> bool:
        """As the engine that does the work."""
        return self.engine.alone

    def run(self, plan: object, function: str, work: Work) -> None:
        """Run tasks; see :class:`sansheng.study.engine.Engine`."""
        self.engine.run(plan, function, _Overheard(work, self.study, self.show))


class _Overheard:
    """Work of which the answers are looked at as they arrive."""

    def __init__(self, work: Work, study: Study, show: Callable[[Sequence[Chart]], None]) -> None:
        from sansheng.outcomes.measures import OUTCOMES

        self._work, self._study, self._show = work, study, show
        self._number = {name: i for i, name in enumerate(study.scenarios)}
        shape = len(study.scenarios), study.replicates, len(OUTCOMES)
        self._values: F64 = np.full(shape, np.nan)
        self._shown = -math.inf

    def next(self) -> Any | None:
        return self._work.next()

    def split(self, task: Any) -> Sequence[Any]:
        return self._work.split(task)

    def failed(self, task: Any, failure: Failure) -> None:
        self._work.failed(task, failure)

    def done(self, task: Any, answer: Batch) -> None:
        self._work.done(task, answer)
        for run, row in zip(answer.done, answer.summaries, strict=True):
            if run.draw == 0 and run.replicate < self._values.shape[1]:
                self._values[self._number[run.scenario], run.replicate] = row
        there = ~np.isnan(self._values).all(axis=2)
        if time.monotonic() - self._shown < BETWEEN and not there.all():
            return
        charts = partial_charts(self._study, self._values)
        if charts:
            self._show(charts)
            self._shown = time.monotonic()


def partial_charts(study: Study, values: F64) -> list[Chart]:
    """Return a forest for every scenario but the baseline; none while there are too few pairs.

    Parameters
    ----------
    study
        What runs.
    values
        Outcomes of runs, ``float64[scenario, replicate, outcome]``; NaN of those that are not there yet.
    """
    from sansheng.analysis.replications import pairs_of
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.report.forest import Line, forest_height, forest_spec, in_points
    from sansheng.report.pages import Chart

    names = list(study.scenarios)
    base = names.index(study.baseline)
    there = np.asarray(~np.isnan(values).all(axis=2))
    number = int((there & there[base]).sum(axis=1).min())
    if number < FEWEST:
        return []
    shown = [
        (i, outcome.text)
        for i, outcome in enumerate(OUTCOMES.values())
        if outcome.headline and in_points(outcome)
    ]
    chosen = values[:, :, [i for i, _ in shown]].transpose(2, 0, 1)  # outcome, scenario, replicate
    pairs = pairs_of(chosen, np.broadcast_to(chosen[:, base][:, None], chosen.shape))
    interval = pairs.interval()
    charts = []
    for i, name in enumerate(names):
        if i == base:
            continue
        lines = [
            Line(
                text,
                float(pairs.difference[k, i]),
                float(interval.low[k, i]),
                float(interval.high[k, i]),
                math.nan,
                math.nan,
                False,
                _SO_FAR,
            )
            for k, (_, text) in enumerate(shown)
        ]
        title = _title(study, name, number)
        charts.append(
            Chart(f"forest-{name}", title, forest_spec(lines, None), forest_height(lines))
        )
    return charts


_SO_FAR = Text("not all runs are there yet", "运行尚未完成")


def _title(study: Study, name: str, number: int) -> Text:
    title = study.scenarios[name].rule.kind().title
    of = study.replicates
    return Text(
        f"{title.en}: {number} of {of} pairs so far", f"{title.zh}：已有 {number}/{of} 对运行"
    )
