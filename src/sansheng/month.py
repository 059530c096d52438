"""The month: what happens, in which order, and the world it happens to.

:data:`MONTH` is the order: :func:`pass_month` runs it from top to bottom, and people can print it. Each step
stands in a file of its own under :mod:`sansheng.processes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sansheng.core.ledger import open_month
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.outcomes import recorder
from sansheng.outcomes.recorder import Recorder
from sansheng.policy.enact import enact
from sansheng.policy.rule import Rule
from sansheng.processes import (
    appropriate,
    costs,
    deliver,
    dispatch,
    effort,
    needs,
    providers,
    residents,
    settle,
    tender,
    verify,
    workforce,
)
from sansheng.world import population
from sansheng.world.place import Place
from sansheng.world.world import World, parameters_tuple, parameters_type


class Step(NamedTuple):
    """A step of the month: its file, what it does, and the function that does it."""

    name: str
    text: Text
    run: Callable[[World], None]


MONTH = (
    Step(
        "appropriate",
        Text("pay instalments, plan spending", "拨付经费、安排支出"),
        appropriate.step,
    ),
    Step("tender", Text("tender lots, sign contracts", "招标、签约"), tender.step),
    Step(
        "needs",
        Text("needs arise, are reported or stay latent", "需求产生、上报或潜伏"),
        needs.step,
    ),
    Step(
        "dispatch",
        Text("dispatch, coordinate departments, visit", "派单、部门协调、走访"),
        dispatch.step,
    ),
    Step("effort", Text("hours at hand, and what they are spent on", "工时及其投向"), effort.step),
    Step("deliver", Text("work adds up to finished attempts", "办理事项"), deliver.step),
    Step(
        "verify",
        Text("true, failed and paper closures; audit", "核实办结、虚假办结与核查"),
        verify.step,
    ),
    Step(
        "settle",
        Text("tariffs, service, wages, clawback", "结算任务款、服务款与工资，追回"),
        settle.step,
    ),
    Step(
        "residents",
        Text("satisfaction, trust, participation", "居民满意、信任与参与"),
        residents.step,
    ),
    Step(
        "workforce",
        Text("burnout, quits, moves, hires, exam", "倦怠、离职、转岗、招聘、考证"),
        workforce.step,
    ),
    Step(
        "providers",
        Text("organisations plan, close, are founded", "社会组织规划、退出与新设"),
        providers.step,
    ),
)
"""The steps of a month in the order they happen; each stands in a file of that name. Then it is recorded."""


def _by_name(*groups: tuple[Quantity, ...]) -> dict[str, Quantity]:
    """Return quantities by name; a name declared twice is an error."""
    found: dict[str, Quantity] = {}
    for declared in groups:
        for q in declared:
            if q.name in found:
                raise ValueError(f"parameter {q.name} is declared twice")
            found[q.name] = q
    return found


PARAMETERS = _by_name(
    population.PARAMETERS,
    costs.PARAMETERS,
    appropriate.PARAMETERS,
    tender.PARAMETERS,
    needs.PARAMETERS,
    dispatch.PARAMETERS,
    effort.PARAMETERS,
    deliver.PARAMETERS,
    verify.PARAMETERS,
    settle.PARAMETERS,
    residents.PARAMETERS,
    workforce.PARAMETERS,
    providers.PARAMETERS,
)
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
        Values that differ from the defaults, by name.
    seed, replicate
        What all draws are tied to.
    start
        Index of the first month (year × 12 + month − 1).

    Raises
    ------
    BadInput
        If a parameter is unknown or outside its range.
    """
    values = parameters_tuple(Parameters, PARAMETERS, parameters)
    return population.build_world(place, values, seed, replicate, start)


def pass_month(world: World, rule: Rule, record: Recorder, *, new_rule: bool = False) -> None:
    """Let a month pass in ``world`` under ``rule`` and record it.

    Parameters
    ----------
    world
        Changed in place.
    rule
        The rule in force.
    record
        Where the month is written; it must have room for it.
    new_rule
        Whether the rule takes over this month; otherwise it is asked in January only.
    """
    new_year = world.month % 12 == 0 or world.month == world.start
    open_month(world.tables.money)
    world.tables.money.returned[:] = 0
    if new_year:
        appropriate.open_year(world)
    if new_year or new_rule:
        enact(world.tables, rule, world.month)
        appropriate.open_period(world)
    for step in MONTH:
        step.run(world)
    recorder.step(world, record)
    world.month += 1
