"""The month: what happens, in which order, and the world it happens to.

:data:`MONTH` is the order: :func:`pass_month` runs it from top to bottom, and people can print it. Each step
stands in a file of its own under :mod:`sansheng.processes`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sansheng.core.calls import Addresses, addresses, call, run
from sansheng.core.kernels import kernel
from sansheng.core.ledger import open_month
from sansheng.core.quantities import Quantity
from sansheng.core.references import refer
from sansheng.core.streams import Key
from sansheng.core.text import Text
from sansheng.outcomes import recorder
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.flows import Monthly, Spread, Yearly
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy import indicators
from sansheng.policy.enact import enact
from sansheng.policy.programme import Programme
from sansheng.policy.rule import Rule
from sansheng.processes import (
    appraise,
    appropriate,
    awards,
    channels,
    costs,
    deliver,
    dispatch,
    effort,
    needs,
    premises,
    providers,
    purchases,
    residents,
    settle,
    tender,
    ventures,
    verify,
    workforce,
)
from sansheng.processes.trace import Trace, open_channels
from sansheng.world import population
from sansheng.world.place import Place
from sansheng.world.schema import CONSTANT, Money, Tables
from sansheng.world.world import World, constants, parameters_tuple, parameters_type


class Scene(NamedTuple):
    """What a step of the month may see and change.

    Parameters
    ----------
    key
        What all draws are tied to.
    start, month
        The world's first month, and now.
    p, t
        Parameters and tables.
    first, m, y, spread
        First month of the record, and its rows.
    h
        What passes the channels.
    """

    key: Key
    start: int
    month: int
    p: Any
    t: Tables
    first: int
    m: Monthly
    y: Yearly
    spread: Spread
    h: Trace


@kernel
def _appropriate(s: Scene) -> None:
    t = s.t
    appropriate.step(s.start, s.month, s.p, t.communities, t.incentives, t.money)
    channels.pass_money(s.h, s.month, t.communities, t.incentives, t.terms, t.money)


@kernel
def _tender(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, k = t.providers, t.workers, t.categories
    tender.step(s.key, s.month, s.p, d, c, n, t.ties, o, w, k, t.terms, t.cases, t.money, s.h)


@kernel
def _ventures(s: Scene) -> None:
    t = s.t
    ventures.step(s.key, s.month, s.p, t.communities, t.incentives, t.groups, t.money)


@kernel
def _needs(s: Scene) -> None:
    needs.step(s.key, s.month, s.p, s.t.communities, s.t.cases, s.t.categories)


@kernel
def _dispatch(s: Scene) -> None:
    t = s.t
    dispatch.step(s.key, s.month, s.p, t.subdistricts, t.communities, t.cases, t.categories)


@kernel
def _effort(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, k, i = t.providers, t.workers, t.categories, t.incentives
    effort.step(s.month, s.p, d, c, n, t.ties, o, w, k, i, t.terms, t.cases, s.h)


@kernel
def _deliver(s: Scene) -> None:
    t = s.t
    deliver.step(s.p, t.communities, t.contracts, t.ties, t.categories, t.cases)


@kernel
def _verify(s: Scene) -> None:
    t = s.t
    c, i = t.communities, t.incentives
    verify.step(s.key, s.month, s.p, t.subdistricts, c, i, t.cases, t.money, s.h)


@kernel
def _settle(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, k, i = t.providers, t.workers, t.categories, t.incentives
    settle.step(s.key, s.month, s.p, d, c, n, o, w, k, i, t.terms, t.cases, t.money)
    channels.pass_arrears(s.h, s.month, o)


@kernel
def _premises(s: Scene) -> None:
    t = s.t
    premises.step(s.month, s.p, t.districts, t.communities, t.incentives, t.money)


@kernel
def _residents(s: Scene) -> None:
    residents.step(s.p, s.t.communities, s.t.groups, s.t.categories, s.t.cases)


@kernel
def _appraise(s: Scene) -> None:
    t = s.t
    appraise.step(s.month, s.p, t.districts, t.subdistricts, t.communities, t.cases)


@kernel
def _awards(s: Scene) -> None:
    t = s.t
    awards.step(s.month, s.p, t.communities, t.incentives, t.cases, t.money)


@kernel
def _workforce(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, places = t.providers, t.workers, t.subdistricts
    workforce.step(s.key, s.month, s.p, d, places, c, n, t.ties, o, w, t.money, s.h)


@kernel
def _providers(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, k = t.providers, t.workers, t.categories
    providers.step(s.key, s.month, s.p, d, c, n, t.ties, o, t.groups, w, k, t.cases, t.money, s.h)


@kernel
def _record(s: Scene) -> None:
    t, d, c, n = s.t, s.t.districts, s.t.communities, s.t.contracts
    o, w, k = t.providers, t.workers, t.categories
    recorder.step(
        s.month, s.p, d, c, n, o, t.groups, w, k, t.cases, t.money, s.first, s.m, s.y, s.spread
    )


class Step(NamedTuple):
    """A step of the month: how it runs, its file, and what it does."""

    run: Callable[[Scene], None]
    name: str
    text: Text


MONTH = (
    Step(_appropriate, "appropriate", Text("pay instalments, plan spending", "拨付经费、安排支出")),
    Step(_tender, "tender", Text("tender lots, sign contracts", "招标、签约")),
    Step(
        _ventures,
        "ventures",
        Text("call for and pay projects of grassroots groups", "微创投征集与资助"),
    ),
    Step(_needs, "needs", Text("needs arise, are reported or stay latent", "需求产生、上报或潜伏")),
    Step(
        _dispatch,
        "dispatch",
        Text("dispatch, coordinate departments, visit", "派单、部门协调、走访"),
    ),
    Step(_effort, "effort", Text("hours at hand, and what they are spent on", "工时及其投向")),
    Step(_deliver, "deliver", Text("work adds up to finished attempts", "办理事项")),
    Step(
        _verify,
        "verify",
        Text("true, failed and paper closures; audit", "核实办结、虚假办结与核查"),
    ),
    Step(
        _settle,
        "settle",
        Text("tariffs, service, clawback, wages, loans", "结算任务款、服务款，追回，工资与还款"),
    ),
    Step(
        _premises,
        "premises",
        Text("keep premises up, build them; service circles", "用房维护与建设、服务圈"),
    ),
    Step(
        _residents,
        "residents",
        Text("satisfaction, trust, participation", "居民满意、信任与参与"),
    ),
    Step(
        _appraise,
        "appraise",
        Text("rankings, targets, what cadres learn", "排名、目标与干部能力"),
    ),
    Step(_awards, "awards", Text("awards by reported results", "以奖代补")),
    Step(
        _workforce,
        "workforce",
        Text("burnout, quits, moves, hires, exam", "倦怠、离职、转岗、招聘、考证"),
    ),
    Step(
        _providers,
        "providers",
        Text("organisations plan, choose, close, are founded", "社会组织规划、择项、退出与新设"),
    ),
)
"""The steps of a month in the order they happen; each stands in a file of that name. Then it is recorded."""


_RUNS = {**{step.name: step.run for step in MONTH}, "record": _record}


SUBMODELS = {
    "population": population.PARAMETERS,
    "costs": costs.PARAMETERS,
    "appropriate": appropriate.PARAMETERS,
    "purchases": purchases.PARAMETERS,
    "tender": tender.PARAMETERS,
    "ventures": ventures.PARAMETERS,
    "needs": needs.PARAMETERS,
    "dispatch": dispatch.PARAMETERS,
    "effort": effort.PARAMETERS,
    "deliver": deliver.PARAMETERS,
    "verify": verify.PARAMETERS,
    "settle": settle.PARAMETERS,
    "premises": premises.PARAMETERS,
    "residents": residents.PARAMETERS,
    "appraise": appraise.PARAMETERS,
    "awards": awards.PARAMETERS,
    "workforce": workforce.PARAMETERS,
    "providers": providers.PARAMETERS,
    "indicators": indicators.PARAMETERS,
}
"""What each part of the model declares: steps of the month, what they have in common, what officials see."""


def _by_name(groups: Iterable[tuple[Quantity, ...]]) -> dict[str, Quantity]:
    """Return quantities by name; a name declared twice is an error."""
    found: dict[str, Quantity] = {}
    for declared in groups:
        for q in declared:
            if q.name in found:
                raise ValueError(f"parameter {q.name} is declared twice")
            found[q.name] = q
    return found


PARAMETERS = _by_name(SUBMODELS.values())
"""Every number of the model that a study may change, by name."""

Parameters = parameters_type(PARAMETERS, __name__)


def open_world(
    place: Place, parameters: Mapping[str, float], seed: int, replicate: int, start: int
) -> World:
    """Return the world of one replicate before its first month.

    Parameters
    ----------
    place
        Where.
    parameters
        Values that a study sets, by name; they go before the settings of the place, and these before the
        defaults.
    seed, replicate
        What all draws are tied to.
    start
        Index of the first month (year × 12 + month − 1).

    Raises
    ------
    BadInput
        If a parameter is unknown or outside its range.
    """
    settings = {name: setting.value for name, setting in place.settings.items()}
    values = parameters_tuple(Parameters, PARAMETERS, {**settings, **parameters})
    world = population.build_world(place, values, seed, replicate, start)
    world.scale = appropriate.scale_of(values)
    return world


@kernel
def _open_books(money: Money) -> None:
    """Start counting a month's payments, and what communities return, from nothing."""
    open_month(money)
    money.returned[:] = 0


@kernel
def _run(
    steps: Addresses,
    months: int,
    key: Key,
    start: int,
    now: int,
    p: Any,
    t: Tables,
    first: int,
    m: Monthly,
    y: Yearly,
    spread: Spread,
    h: Trace,
) -> None:
    """Run ``steps`` in their order, in each of ``months`` months from ``now``; the rest is a :class:`Scene`."""
    for month in range(now, now + months):
        if month > now:
            _open_books(t.money)
        for step in steps:
            call(step, Scene(key, start, month, p, t, first, m, y, spread, h))


def run_steps(world: World, *names: str) -> None:
    """Run some steps of the month, in the order given, without opening, recording or ending it.

    Parameters
    ----------
    world
        Changed in place; its month stays.
    names
        Of steps in :data:`MONTH`.
    """
    unused = make_recorder(world.month, 1, world.tables.communities.key.shape[0])
    _call(world, [_RUNS[name] for name in names], 1, unused)


def compile_step(name: str, place: Place) -> None:
    """Compile a step of the month by its name, or ``"record"``, without a world: any is taken by the same code."""
    tables = Tables._make(refer(table, CONSTANT) for table in population.empty_tables(place))
    p = constants(parameters_tuple(Parameters, PARAMETERS, {}))
    record = make_recorder(0, 1, 1).references
    scene = Scene(Key(0, 0), 0, 0, p, tables, 0, *record, _open_channels())
    addresses([_RUNS[name]], scene)


def pass_month(world: World, rule: Rule, record: Recorder, *, new_rule: bool = False) -> None:
    """Let a month pass in ``world`` under ``rule`` and record it; see :func:`pass_months`."""
    pass_months(world, rule, record, 1, new_rule=new_rule)


def pass_months(
    world: World,
    rule: Rule,
    record: Recorder,
    months: int,
    *,
    new_rule: bool = False,
    programme: Programme | None = None,
    scale: int | None = None,
    log: EventLog | None = None,
    trace: Trace | None = None,
) -> None:
    """Let months pass in ``world`` under ``rule`` and record them.

    Parameters
    ----------
    world
        Changed in place.
    rule
        The rule in force.
    record
        Where the months are written; it must have room for them.
    months
        How many.
    new_rule
        Whether the rule takes over in the first of them; otherwise it is asked in January only.
    programme
        Levers in force, and those that come into force in the first of the months.
    scale
        What envelopes and all money that rules speak of are multiplied by from the first of the months on, beside
        ``envelope_factor``, millionths; left out, it stays.
    log
        Told after every month, where the world's events are wanted.
    trace
        What passes the channels, and what is done with each (:mod:`sansheng.processes.channels`), as kernels
        take it; left out, all are open.

    Raises
    ------
    IndexError
        If the record has no room for a month.
    RunFailed
        If a line does not hold what levers cost.
    """
    levers = Programme() if programme is None else programme
    end = world.month + months
    steps = [*(step.run for step in MONTH), _record]
    while world.month < end:
        _open_month(world, rule, levers, new_rule=new_rule, scale=scale)
        new_rule, scale = False, None
        until_january = 12 - world.month % 12
        one_by_one = bool(levers) or log is not None
        batch = 1 if one_by_one else min(end - world.month, until_january)
        record.note_envelope(world.month, batch, appropriate.envelope(world))
        _call(world, steps, batch, record, trace)
        if levers:  # they are charged for every month when it has passed
            record.note_levers(world.month, levers.charge(world))
        world.month += batch
        if log is not None:
            log.note(world)


def _open_month(
    world: World, rule: Rule, levers: Programme, *, new_rule: bool, scale: int | None
) -> None:
    """Open the month's accounts, in January the year's; ask the rule if it is its turn."""
    new_year = world.month % 12 == 0 or world.month == world.start
    run(_open_books, world.references.money)
    money = world.scale if scale is None else appropriate.scale_of(world.parameters, scale)
    if money != world.scale:
        appropriate.rescale(world, money)
        new_rule = True  # there is more or less to divide
    if new_year:
        appropriate.open_year(world)
    less = levers.open_month(world, new_year=new_year)
    asked = less | (new_year or new_rule)
    if asked.any():
        enact(world, rule, asked)
        appropriate.open_period(world, asked)


@functools.cache
def _open_channels() -> Trace:
    return refer(open_channels())


def _call(
    world: World,
    steps: Sequence[Callable[[Scene], None]],
    months: int,
    record: Recorder,
    trace: Trace | None = None,
) -> None:
    scene = Scene(
        world.key,
        world.start,
        world.month,
        constants(world.parameters),
        world.references,
        record.start,
        *record.references,
        _open_channels() if trace is None else trace,
    )
    run(_run, addresses(steps, scene), months, *scene)
