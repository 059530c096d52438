"""Put a rule into force: show it what officials see, check what it says, write the incentives table."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.rule import Allocation, Rule
from sansheng.policy.view import View
from sansheng.world.accounts import envelope_account
from sansheng.world.schema import Tables

AnyArray = TypeVar("AnyArray", bound=np.ndarray[Any, Any])


def enact(tables: Tables, rule: Rule, now: int) -> None:
    """Let ``rule`` decide the allocation period that begins in month ``now``, in every district.

    The budget is what the district's envelope account holds, so a rule that takes over within a year
    divides what its predecessor left.

    Raises
    ------
    RunFailed
        If the rule returns something that is not an allocation within the budget.
    """
    months = 12 - now % 12
    minutes = np.stack([tables.categories.easy_minutes, tables.categories.hard_minutes], axis=1)
    for d in range(tables.districts.key.shape[0]):
        rows = np.flatnonzero(tables.communities.district == d)
        budget = int(tables.money.balance[envelope_account(d)])
        view = View(
            budget=budget,
            months=months,
            households=_frozen(tables.communities.households[rows]),
            duties_service=_frozen(tables.communities.duties_service[rows]),
            duties_admin=_frozen(tables.communities.duties_admin[rows]),
            staff=_frozen(tables.communities.seats[rows]),
            closed_last=_frozen(tables.cases.closed_last[rows]),
            standard_minutes=_frozen(minutes.astype(np.float64)),
        )
        allocation = rule.allocate(view)
        _check(rule, allocation, view)
        _write(tables, allocation, d, rows, now, months)


def _frozen(array: AnyArray) -> AnyArray:
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def _check(rule: Rule, allocation: Allocation, view: View) -> None:
    grants = np.asarray(allocation.grants)
    shape = (view.communities, *view.standard_minutes.shape)
    promised = int(grants.sum())
    complaint = None
    if grants.shape != (view.communities,) or grants.dtype != np.int64:
        complaint = Text("grants must be whole fen, one per community", "拨款须为整分，每社区一项")
    elif (grants < 0).any():
        complaint = Text("a grant is negative", "拨款为负")
    elif allocation.tariff is not None:
        tariff = allocation.tariff
        promised += tariff.pot
        if tariff.pay.shape != shape or tariff.pay.dtype != np.int64 or (tariff.pay < 0).any():
            complaint = Text(
                f"tariffs must be whole fen of shape {shape}, not negative",
                f"任务单价须为非负整分，形状 {shape}",
            )
        elif tariff.pot < 0 or not 0 <= tariff.delay <= 12 or not 0 <= tariff.pass_through <= 1:
            complaint = Text(
                "a tariff needs a pot of at least 0, a delay of 0 to 12 months, a pass-through of 0 to 1",
                "任务经费须不为负，滞后 0 至 12 个月，传导比例 0 至 1",
            )
    if complaint is None and promised > view.budget:
        complaint = Text(
            f"it promises {promised / 100:.2f} yuan of a budget of {view.budget / 100:.2f}",
            f"承诺 {promised / 100:.2f} 元，超出预算 {view.budget / 100:.2f} 元",
        )
    if complaint is not None:
        raise RunFailed(
            Problem(Text(f"rule {rule.name}: {complaint.en}", f"规则 {rule.name}：{complaint.zh}"))
        )


def _write(
    tables: Tables, allocation: Allocation, d: int, rows: I64, now: int, months: int
) -> None:
    table = tables.incentives
    tariff = allocation.tariff
    table.grant[rows] = allocation.grants
    table.period_start[d] = now
    table.period_months[d] = months
    table.pay[rows] = tariff.pay if tariff else 0
    table.pot[d] = tariff.pot if tariff else 0
    table.delay[d] = tariff.delay if tariff else 0
    table.paperwork[d] = tariff.paperwork if tariff else 0.0
    table.pass_through[d] = tariff.pass_through if tariff else 0.0
