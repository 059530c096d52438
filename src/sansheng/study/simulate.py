"""Run one block of a study: every scenario of one draw and one replicate, on one shared past, market by market.

The warm-up of a market is run once under the baseline's first rule, without levers; each scenario then continues a
copy of that world through its own dated changes. So scenarios differ from the first month on in which they say
something else, and in nothing before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import Problem, RunFailed, ScenarioFailed
from sansheng.core.references import refer
from sansheng.core.tables import F64
from sansheng.month import PARAMETERS
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of
from sansheng.outcomes.together import Left, Months, Whole
from sansheng.policy.allocation import Allocation
from sansheng.policy.programme import LineTooSmall
from sansheng.policy.rule import Rule
from sansheng.policy.view import View
from sansheng.processes.trace import Trace, empty_trace
from sansheng.study.compiling import compile_all
from sansheng.study.config import Scaling, Study
from sansheng.study.failures import LostRun, TracebackError
from sansheng.study.kept import keeps_communities, refuse_too_large, scenarios_at_once, years_of
from sansheng.study.lives import continued, recorded, warmed_up
from sansheng.study.markets import in_order, live
from sansheng.study.matching import Spending
from sansheng.study.own_place import place_of
from sansheng.study.schedule import schedule
from sansheng.study.watched import tell_part
from sansheng.world.place import Place, load_place
from sansheng.world.world import World


class ScenarioRun(NamedTuple):
    """What one run left behind.

    Parameters
    ----------
    scenario, draw, replicate
        Which run.
    months
        Outcomes by reported month, shape ``(month, outcome)``.
    communities
        Rows by calendar year and community, see :mod:`sansheng.outcomes.communities`.
    organisations, workers
        Rows of what became of those who were there, see :mod:`sansheng.outcomes.incumbents`.
    events
        Columns of what happened, see :mod:`sansheng.outcomes.events.declared`, if the study asks for this replicate's.
    """

    scenario: str
    draw: int
    replicate: int
    months: F64
    communities: F64
    organisations: F64
    workers: F64
    events: dict[str, NDArray[Any]] | None = None


@lru_cache(maxsize=8)
def place_named(name: str) -> Place:
    """Return a place, read once in a process."""
    return load_place(name, PARAMETERS)


def _whole(study: Study, rule: Rule, draw: int, replicate: int) -> World:
    """Return the one world of a study's place, all its markets side by side, at the first reported month."""
    refuse_too_large(place_of(study))
    return warmed_up(study, place_of(study), rule, study.draws()[draw], replicate)


def simulate_scenarios(
    study: Study,
    draw: int,
    replicate: int,
    scenarios: Sequence[str],
    *,
    threads: int = 1,
    markets: int | None = None,
) -> Iterator[ScenarioRun | LostRun]:
    """Run scenarios of one draw and replicate; each run or why it failed.

    A place is lived through market by market (:mod:`sansheng.study.markets`); the numbers do not depend on
    ``threads``.

    Parameters
    ----------
    study
        What to run.
    draw
        Index into ``study.draws()``.
    replicate
        Which of the paired repetitions, from 0.
    scenarios
        Names.
    threads
        Markets that are lived through at a time.
    markets
        Only so many of them, the first ones; left out, all.

    Raises
    ------
    BadInput
        If the study proves wrong.
    """
    if replicate in study.events:
        refuse_too_large(place_of(study))
    places = place_of(study).markets[:markets]
    each = keeps_communities(study)
    communities = sum(place.communities for place in places)
    lives = partial(live, study, study.draws()[draw], draw, replicate)
    if len(places) == 1:  # no scenario has to wait for another
        for name, left in zip(scenarios, lives(scenarios, places[0]), strict=True):
            whole = Whole(communities, each=each)
            if isinstance(left, LostRun):
                yield left
                continue
            whole.add(left)
            yield _run(whole, name, draw, replicate)
        return
    most = scenarios_at_once(communities, years_of(study), each=each)
    _make_rules(study)
    for begin in range(0, len(scenarios), most):
        names = scenarios[begin : begin + most]
        wholes = [Whole(communities, each=each) for _ in names]
        lost: dict[str, LostRun] = {}
        for market in in_order(partial(_all, lives, names), places, threads):
            for name, whole, left in zip(names, wholes, market, strict=True):
                if isinstance(left, LostRun):
                    lost.setdefault(name, left)
                else:
                    whole.add(left)
            tell_part(len(names) / len(places))
        for i, name in enumerate(names):
            yield lost.get(name) or _run(wholes[i], name, draw, replicate)


def _make_rules(study: Study) -> None:
    """Run the code of rules that are not of the package once, before threads could run it side by side."""
    for rule in study.rules():
        with suppress(Exception, SystemExit):  # told where the rule is needed
            rule.make()


def _all(
    lives: Callable[[Sequence[str], Place], Iterator[Left | LostRun]],
    names: Sequence[str],
    place: Place,
) -> list[Left | LostRun]:
    return list(lives(names, place))


def _run(whole: Whole, name: str, draw: int, replicate: int) -> ScenarioRun:
    return ScenarioRun(
        name,
        draw,
        replicate,
        whole.months(),
        whole.communities(),
        whole.organisations(),
        whole.workers(),
        whole.events(),
    )


def simulate_block(study: Study, draw: int, replicate: int) -> list[ScenarioRun]:
    """Run every scenario of one draw and replicate.

    Raises
    ------
    RunFailed
        If a rule fails or a line cannot pay; with the scenario.
    """
    runs = []
    for run in simulate_scenarios(study, draw, replicate, tuple(study.scenarios)):
        if isinstance(run, LostRun):
            problem = Problem(run.reason.text, run.reason.place)
            cause = TracebackError(run.reason.trace)
            raise ScenarioFailed(problem, run.scenario, problem.text) from cause
        runs.append(run)
    return runs


class Past:
    """What the scenarios of a replicate have in common, from which each goes on as often as is asked.

    Parameters
    ----------
    study
        Of which the scenarios are.
    draw
        Index into ``study.draws()``.
    replicate
        Which of the paired repetitions, from 0.
    """

    def __init__(self, study: Study, draw: int, replicate: int) -> None:
        self._study = study
        self._first = study.scenarios[study.baseline].rule.make()
        self._world = _whole(study, self._first, draw, replicate)

    def trace(self) -> Trace:
        """Return a trace that has room for the months reported; a run writes down all in it."""
        return empty_trace(self._world.tables, self._world.month, self._study.months)

    def run(self, name: str, trace: Trace | None = None) -> Record:
        """Return the record of a scenario's run.

        Parameters
        ----------
        name
            Of the scenario.
        trace
            What passes the channels (:mod:`sansheng.processes.channels`); left out, all are open.

        Raises
        ------
        RunFailed
            If a rule fails or a line cannot pay.
        """
        study = self._study
        changes = schedule(study.scenarios[name], study.start, self._first, study.scales.get(name))
        kernels = refer(trace) if trace is not None else None
        try:
            return recorded(self._world.copy(), changes, study.months, trace=kernels)
        except RunFailed as failed:
            raise failed.during(name) from failed.__cause__


class Question(NamedTuple):
    """What a rule was asked in a run, and what it said.

    Parameters
    ----------
    month
        Index of the month.
    district
        Number of the district.
    rule, view, answer
        Who was asked, what it was shown, what it said.
    scale
        What all money that it said was multiplied by, millionths.
    """

    month: int
    district: int
    rule: Rule
    view: View
    answer: Allocation
    scale: int


class Heard(NamedTuple):
    """What was recorded of a run, and all that its rules were asked since the first reported month."""

    record: Record
    questions: list[Question]


def listen(study: Study, scenario: str, replicate: int) -> Heard:
    """Run a scenario of the first draw once, and note what its rules are asked.

    Raises
    ------
    RunFailed
        If a rule fails or a line cannot pay.
    """
    first = study.scenarios[study.baseline].rule.make()
    said = study.scenarios[scenario]
    changes = schedule(said, study.start, first, study.scales.get(scenario))
    world = _whole(study, first, 0, replicate)
    heard: list[Question] = []
    for rule in {id(change.rule): change.rule for change in changes}.values():
        _listen(rule, world, heard)
    return Heard(recorded(world, changes, study.months), heard)


def _listen(rule: Rule, world: World, heard: list[Question]) -> None:
    """Let an instance that nobody else has note what it is asked."""
    answers = rule.allocate

    def noted(view: View) -> Allocation:
        answer = answers(view)
        district = sum(question.month == world.month for question in heard)
        heard.append(Question(world.month, district, rule, view, answer, world.scale))
        return answer

    object.__setattr__(rule, "allocate", noted)


class Pilot:
    """Runs aside of the study, from which is learnt what its scenarios spend.

    Parameters
    ----------
    study
        What is to be run.
    keys
        Draws and replicates of the runs.
    """

    def __init__(self, study: Study, keys: Sequence[tuple[int, int]]) -> None:
        self._study = study
        self._keys = keys
        self._pasts: list[list[World]] | None = None
        if keeps_communities(study):  # worlds that are small enough to be kept
            self._pasts = [[*self._opened(*key)] for key in keys]

    def _opened(self, draw: int, replicate: int) -> Iterator[World]:
        study = self._study
        parameters = study.draws()[draw]
        for market in place_of(study).markets:
            first = study.scenarios[study.baseline].rule.make()
            yield warmed_up(study, market, first, parameters, replicate)

    def spending(self, name: str, scaling: Scaling | None) -> Spending | None:
        """Return what a scenario spends; None if levers take more than is left of the envelope when it is scaled.

        Raises
        ------
        LineTooSmall
            If they do when it is not.
        """
        pasts = self._pasts or (self._opened(*key) for key in self._keys)
        try:
            records = [self._record(past, name, scaling) for past in pasts]
        except LineTooSmall:
            if scaling is None:
                raise
            return None
        except RunFailed as failed:
            problem = failed.during(name).problem
            raise ScenarioFailed(problem, name, problem.text) from failed.__cause__
        total, levers, inside = (
            np.stack([OUTCOMES[part].compute(record) for record in records])
            for part in ("spent", "lever_cost", "lever_cost_envelope")
        )
        return Spending(total, levers, levers - inside)

    def _record(self, past: Iterable[World], name: str, scaling: Scaling | None) -> Record:
        """Return what is recorded of all markets by month, and by community of the last: nobody asks for these."""
        study = self._study
        months = Months()
        for world in past:
            first = study.scenarios[study.baseline].rule.make()
            changes = schedule(study.scenarios[name], study.start, first, scaling)
            last = continued(world.copy(), changes, study.months)
            months.add(last.monthly, last.spread)
        return Record(months.monthly(), last.yearly, fixed_of(world.tables), last.start)


def warm_up() -> None:
    """Compile the model, as :func:`sansheng.study.run.run_study` asks of one."""
    compile_all()
