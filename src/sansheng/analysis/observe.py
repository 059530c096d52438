"""Run the model under many conditions and parameter values, and keep only what was measured.

A sweep is conditions times points: every condition (a place, a time, a rule) at every point (parameter
values), some replicates each. Numbers depend on the sweep and on those indices alone, so they are the same
for any number of worker processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sansheng.analysis.patterns import MeasureRef, Pattern
from sansheng.core.tables import F64
from sansheng.study.config import RuleRef
from sansheng.study.engine import Block, run_blocks
from sansheng.study.progress import Progress
from sansheng.study.run import MODEL, compile_model, process_count

if TYPE_CHECKING:
    from sansheng.analysis.moments import Seen

FUNCTION = "sansheng.analysis.observe:observe_block"


@dataclass(frozen=True)
class Condition:
    """A run that something is measured on.

    Parameters
    ----------
    place, start, months, warm_up, rule, settings
        The run; ``start`` is a month index, and ``settings`` are parameter values in force whatever the
        point says.
    measures
        What is measured on it, in order; without any, the structure of the run is checked.
    """

    place: str
    start: int
    months: int
    warm_up: int
    rule: RuleRef
    settings: Mapping[str, float]
    measures: tuple[MeasureRef, ...]

    @property
    def width(self) -> int:
        """How many numbers a run gives."""
        from sansheng.analysis.structure import CHECKS

        return len(self.measures) or len(CHECKS)


@dataclass(frozen=True)
class Sweep:
    """Conditions at points; a point is parameter values by name."""

    conditions: tuple[Condition, ...]
    points: tuple[Mapping[str, float], ...]
    seed: int


def conditions_of(patterns: Sequence[Pattern]) -> list[tuple[Condition, list[int]]]:
    """Return the runs that patterns need, each with the positions of the patterns it serves.

    Patterns of the same place, months, rule and settings share one run.
    """
    groups: dict[Any, list[int]] = {}
    for position, p in enumerate(patterns):
        settings = tuple(sorted(p.settings.items()))
        rule = (
            p.rule.name,
            str(sorted(p.rule.options.items())),
            str(p.rule.parts),
            str(p.rule.own),
        )
        key = (p.place, p.start.index, p.months, p.warm_up, rule, settings)
        groups.setdefault(key, []).append(position)
    found = []
    for members in groups.values():
        p = patterns[members[0]]
        condition = Condition(
            p.place,
            p.start.index,
            p.months,
            p.warm_up,
            p.rule,
            p.settings,
            tuple(patterns[i].measure for i in members),
        )
        found.append((condition, members))
    return found


def observe(
    sweep: Sweep,
    replicates: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[F64]:
    """Run a sweep.

    Parameters
    ----------
    sweep
        What to run.
    replicates
        Runs of each condition at each point.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.

    Returns
    -------
    One array a condition, ``float64[point, replicate, number]``, NaN where nothing can be measured.

    Raises
    ------
    RunFailed
        If a run fails.
    BadInput
        If a place, rule or parameter value proves wrong.
    """
    conditions, points = sweep.conditions, len(sweep.points)
    values = [np.full((points, replicates, c.width), np.nan) for c in conditions]

    def keep(block: Block, numbers: Any) -> None:
        point, condition = divmod(block.draw, len(conditions))
        values[condition][point, block.replicate] = numbers

    draws = range(points * len(conditions))
    blocks = [Block(draw, replicate) for draw in draws for replicate in range(replicates)]
    run_in_pool(sweep, blocks, keep, FUNCTION, workers=workers, progress=progress)
    return values


def run_in_pool(
    plan: object,
    blocks: Sequence[Block],
    deliver: Any,
    function: str,
    *,
    workers: int | None,
    progress: Progress | None,
) -> None:
    """Run ``function(plan, draw, replicate)`` for every block; see :func:`run_blocks`."""
    progress = progress or Progress(quiet=True)

    def told(block: Block, result: Any) -> None:
        deliver(block, result)
        progress.advance(1)

    compile_model(MODEL, progress)
    progress.start(len(blocks))
    try:
        # The pool runs whatever plan it is given; studies are only the first kind.
        run_blocks(
            cast(Any, plan),
            blocks,
            told,
            workers=process_count(workers, len(blocks)),
            function=function,
        )
    finally:
        progress.stop()


def observe_block(sweep: Sweep, draw: int, replicate: int) -> list[float]:
    """Run one condition at one point and return what was measured.

    Parameters
    ----------
    sweep
        What to run.
    draw
        Point times the number of conditions, plus the condition.
    replicate
        Which of the repetitions, from 0.
    """
    from sansheng.analysis.moments import MEASURES
    from sansheng.analysis.structure import check_structure

    point, position = divmod(draw, len(sweep.conditions))
    condition = sweep.conditions[position]
    parameters = {**sweep.points[point], **condition.settings}
    if not condition.measures:
        return check_structure(condition, parameters, sweep.seed, replicate)
    seen = run_condition(condition, parameters, sweep.seed, replicate)
    return [MEASURES[m.name].compute(seen, m.options) for m in condition.measures]


def run_condition(
    condition: Condition, parameters: Mapping[str, float], seed: int, replicate: int
) -> Seen:
    """Run a condition once; return what it left."""
    from sansheng.analysis.moments import Seen
    from sansheng.month import open_world, pass_months
    from sansheng.outcomes.measures import Record, fixed_of
    from sansheng.outcomes.recorder import make_recorder
    from sansheng.study.simulate import place_named

    rule = condition.rule.make()
    first = condition.start - condition.warm_up
    world = open_world(place_named(condition.place), parameters, seed, replicate, first)
    communities = world.tables.communities.key.shape[0]
    pass_months(
        world, rule, make_recorder(first, max(1, condition.warm_up), communities), condition.warm_up
    )
    record = make_recorder(condition.start, condition.months, communities)
    pass_months(world, rule, record, condition.months)
    fixed = fixed_of(world.tables)
    return Seen(Record(record.monthly, record.yearly, fixed, condition.start), world)
