"""Put a rule into force: show it what officials see, check what it says, write the incentives table."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.scale import unscaled
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.policy import indicators
from sansheng.policy.rule import Allocation, Rule, Tariff
from sansheng.policy.view import View
from sansheng.world.accounts import envelope_account
from sansheng.world.schema import GRASSROOTS, LAGS, VILLAGE, Tables
from sansheng.world.world import World

DEAREST_TASK = 10**12
"""Largest tariff of a task, fen; beyond it claims could overflow."""

MOST_PAPERWORK = 600.0
"""Most paperwork of a task, minutes."""

AnyArray = TypeVar("AnyArray", bound=np.ndarray[Any, Any])


def enact(world: World, rule: Rule) -> None:
    """Let ``rule`` decide the allocation period that begins in the world's month, in every district.

    The budget is what the district's envelope account holds, so a rule that takes over within a year
    divides what its predecessor left. Where spending is scaled (``world.scale``), the rule is shown money as if
    it were not, and all that it says is multiplied: rules with fixed amounts then scale like any other.

    Raises
    ------
    RunFailed
        If the rule returns something that is not an allocation within the budget.
    """
    months = 12 - world.month % 12
    for d in range(world.tables.districts.key.shape[0]):
        rows = np.flatnonzero(world.tables.communities.district == d)
        view = _view(world, d, rows, months)
        allocation = rule.allocate(view)
        _check(rule, allocation, view)
        _write(world, allocation, d, rows, months)


def _view(world: World, d: int, rows: I64, months: int) -> View:
    """Return what officials of district ``d``, whose communities are ``rows``, can see."""
    t, c = world.tables, world.tables.communities
    return View(
        budget=unscaled(int(t.money.balance[envelope_account(d)]), world.scale),
        months=months,
        households=_frozen(c.households[rows]),
        duties_service=_frozen(c.duties_service[rows]),
        duties_admin=_frozen(c.duties_admin[rows]),
        staff=_frozen(c.seats[rows]),
        closed_last=_frozen(t.cases.closed_last[rows]),
        standard_minutes=_frozen(t.categories.minutes.astype(np.float64)),
        granted_last=_frozen(t.incentives.said[rows]),
        months_last=int(t.incentives.period_months[d]),
        residents_by_group=_frozen(_residents(world, d, rows)),
        premises_missing=_frozen(_premises_missing(world, rows)),
        groups=_frozen(_groups(t)[rows]),
        estate_age=_frozen(c.estate_age[rows]),
        need_seen=_frozen(indicators.need_seen(world, rows)),
        gap_seen=_frozen(indicators.gap_seen(world, rows)),
    )


def _residents(world: World, d: int, rows: I64) -> I64:
    """Return registered residents by community and need group, whole people."""
    c = world.tables.communities
    persons = world.place.parts[d].persons_per_household.value * c.households[rows]
    return np.rint(persons[:, None] * c.group_share[rows]).astype(np.int64)


def _premises_missing(world: World, rows: I64) -> F64:
    """Return square metres below the standard, what is being built counted as there."""
    c, p = world.tables.communities, world.parameters
    standard = np.where(c.kind[rows] == VILLAGE, p.m2_village, p.m2_urban)
    area = c.premises[rows]
    missing = np.maximum(0.0, standard - area - c.building[rows])
    return np.where(area >= (1.0 - p.m2_slack) * standard, 0.0, missing)


def _groups(tables: Tables) -> I64:
    """Return living grassroots groups of every community."""
    o = tables.groups
    living = (o.kind == GRASSROOTS) & (o.alive == 1)
    communities = tables.communities.key.shape[0]
    return np.bincount(o.community[living], minlength=communities).astype(np.int64)


def _frozen(array: AnyArray) -> AnyArray:
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def _check(rule: Rule, allocation: Allocation, view: View) -> None:
    complaint = _complaint(allocation, view)
    if complaint is not None:
        raise RunFailed(
            Problem(Text(f"rule {rule.name}: {complaint.en}", f"规则 {rule.name}：{complaint.zh}"))
        )


def _complaint(allocation: object, view: View) -> Text | None:
    """Say what is wrong with an allocation, None if nothing is."""
    if not isinstance(allocation, Allocation):
        return Text("it must return an Allocation", "须返回 Allocation")
    if not _whole_fen(allocation.grants, (view.communities,)):
        return Text(
            f"grants must be an int64 array of {view.communities} amounts of whole fen, not negative",
            f"拨款须为 {view.communities} 项非负整分（int64 数组）",
        )
    if not 0.0 <= allocation.earmarked <= 1.0:
        return Text("the earmarked share must be 0 to 1", "专款比例须为 0 至 1")
    promised = sum(allocation.grants.tolist())
    if allocation.tariff is not None:
        complaint = _tariff_complaint(allocation.tariff, view)
        if complaint is not None:
            return complaint
        promised += allocation.tariff.pot
    if promised > view.budget:
        return Text(
            f"it promises {promised / 100:.2f} yuan of a budget of {view.budget / 100:.2f}",
            f"承诺 {promised / 100:.2f} 元，超出预算 {view.budget / 100:.2f} 元",
        )
    return None


def _tariff_complaint(tariff: Tariff, view: View) -> Text | None:
    shape = (view.communities, *view.standard_minutes.shape)
    if not _whole_fen(tariff.pay, shape) or int(tariff.pay.max(initial=0)) > DEAREST_TASK:
        return Text(
            f"tariffs must be an int64 array of shape {shape}, whole fen from 0 to {DEAREST_TASK}",
            f"任务单价须为形状 {shape} 的 int64 数组，0 至 {DEAREST_TASK} 分",
        )
    whole = isinstance(tariff.pot, int) and isinstance(tariff.delay, int)
    if not whole or tariff.pot < 0 or not 0 <= tariff.delay < LAGS:
        return Text(
            f"a tariff needs a pot of whole fen, at least 0, and a delay of 0 to {LAGS - 1} whole months",
            f"任务经费须为非负整分，滞后须为 0 至 {LAGS - 1} 个整月",
        )
    if not 0.0 <= tariff.pass_through <= 1.0 or not 0.0 <= tariff.paperwork <= MOST_PAPERWORK:
        return Text(
            f"a tariff needs a pass-through of 0 to 1 and paperwork of 0 to {MOST_PAPERWORK:g} minutes",
            f"传导比例须为 0 至 1，表单时间须为 0 至 {MOST_PAPERWORK:g} 分钟",
        )
    return None


def _whole_fen(amounts: object, shape: tuple[int, ...]) -> bool:
    """Whether these are amounts of whole fen of that shape, none negative."""
    return (
        isinstance(amounts, np.ndarray)
        and amounts.dtype == np.int64
        and amounts.shape == shape
        and not (amounts < 0).any()
    )


def _write(world: World, said: Allocation, d: int, rows: I64, months: int) -> None:
    table = world.tables.incentives
    allocation = said.times(world.scale)
    tariff = allocation.tariff
    table.said[rows] = said.grants
    table.grant[rows] = allocation.grants
    table.period_start[d] = world.month
    table.period_months[d] = months
    table.earmarked[d] = allocation.earmarked
    table.pay[rows] = np.minimum(tariff.pay, DEAREST_TASK) if tariff else 0
    table.pot[d] = tariff.pot if tariff else 0
    table.delay[d] = tariff.delay if tariff else 0
    table.paperwork[d] = tariff.paperwork if tariff else 0.0
    table.pass_through[d] = tariff.pass_through if tariff else 0.0
