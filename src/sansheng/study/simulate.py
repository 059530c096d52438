"""Run one block of a study: every scenario of one draw and one replicate, on one shared past.

The warm-up is run once under the baseline's first rule, without levers; each scenario then continues a copy of
that world through its own dated changes. So scenarios differ from the first month on in which they say something
else, and in nothing before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem, RunFailed, ScenarioFailed
from sansheng.core.references import refer
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.month import PARAMETERS, open_world, pass_months
from sansheng.outcomes.communities import community_rows
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.incumbents import organisation_rows, those_there, worker_rows
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.allocation import Allocation
from sansheng.policy.programme import LineTooSmall, Programme
from sansheng.policy.rule import Rule
from sansheng.policy.view import View
from sansheng.processes.trace import Trace, empty_trace
from sansheng.study.compiling import compile_all
from sansheng.study.config import Scaling, Study
from sansheng.study.failures import SIMULATION, WARM_UP, LostRun, Reason, TracebackError, reason_of
from sansheng.study.matching import Spending
from sansheng.study.own_place import place_of
from sansheng.study.schedule import Change, schedule
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


def _warmed_up(study: Study, rule: Rule, draw: int, replicate: int) -> World:
    parameters = {**study.parameters, **study.draws()[draw]}
    start = study.start.index - study.warm_up
    world = open_world(place_of(study), parameters, study.seed, replicate, start)
    record = make_recorder(start, max(1, study.warm_up), world.tables.communities.key.shape[0])
    pass_months(world, rule, record, study.warm_up)
    return world


def _continue(
    world: World,
    changes: Sequence[Change],
    months: int,
    log: EventLog | None = None,
    trace: Trace | None = None,
) -> Record:
    start = world.month
    tables = world.tables
    rows = tables.communities.key.shape[0], tables.providers.key.shape[0]
    record = make_recorder(start, months, *rows)
    fixed = fixed_of(world.tables)
    programme = Programme()
    ends = [*(change.month for change in changes[1:]), start + months]
    for change, end in zip(changes, ends, strict=True):
        programme.expect(change.levers)
        pass_months(
            world,
            change.rule,
            record,
            end - change.month,
            new_rule=change.new_rule,
            programme=programme,
            scale=change.scale,
            log=log,
            trace=trace,
        )
    return Record(record.monthly, record.yearly, fixed, start)


def simulate_scenarios(
    study: Study, draw: int, replicate: int, scenarios: Sequence[str]
) -> Iterator[ScenarioRun | LostRun]:
    """Run scenarios of one draw and replicate, one after the other; each run or why it failed.

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

    Raises
    ------
    BadInput
        If the study proves wrong.
    """
    first = study.scenarios[study.baseline].rule.make()
    try:
        past = _warmed_up(study, first, draw, replicate)
    except BadInput:
        raise
    except (Exception, SystemExit) as error:  # which is everybody's past
        during = "warm-up" if study.warm_up else study.baseline
        reason = _during(during, error)
        yield from (LostRun(name, draw, replicate, WARM_UP, reason) for name in scenarios)
        return
    for name in scenarios:
        try:
            scenario = study.scenarios[name]
            changes = schedule(scenario, study.start, first, study.scales.get(name))
            world = past.copy()
            there = those_there(world.tables)
            log = EventLog(world) if replicate in study.events else None
            record = _continue(world, changes, study.months, log)
        except BadInput:
            raise
        except (Exception, SystemExit) as error:
            yield LostRun(name, draw, replicate, SIMULATION, _during(name, error))
            continue
        yield ScenarioRun(
            name,
            draw,
            replicate,
            outcome_matrix(record),
            community_rows(record),
            organisation_rows(there, world.tables, record),
            worker_rows(there, world.tables),
            log.table() if log is not None else None,
        )


def _during(what: str, error: BaseException) -> Reason:
    reason = reason_of(error)
    text = Text(f"{what}: {reason.text.en}", f"{what}：{reason.text.zh}")
    return reason._replace(text=text)


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
        self._world = _warmed_up(study, self._first, draw, replicate)

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
            return _continue(self._world.copy(), changes, study.months, trace=kernels)
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
    world = _warmed_up(study, first, 0, replicate)
    heard: list[Question] = []
    for rule in {id(change.rule): change.rule for change in changes}.values():
        _listen(rule, world, heard)
    return Heard(_continue(world, changes, study.months), heard)


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
        self._first = study.scenarios[study.baseline].rule.make()
        self._pasts = [_warmed_up(study, self._first, draw, replicate) for draw, replicate in keys]

    def spending(self, name: str, scaling: Scaling | None) -> Spending | None:
        """Return what a scenario spends; None if levers take more than is left of the envelope when it is scaled.

        Raises
        ------
        LineTooSmall
            If they do when it is not.
        """
        scenario = self._study.scenarios[name]
        changes = schedule(scenario, self._study.start, self._first, scaling)
        try:
            records = [_continue(past.copy(), changes, self._study.months) for past in self._pasts]
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


def warm_up() -> None:
    """Compile the model, as :func:`sansheng.study.run.run_study` asks of one."""
    compile_all()
