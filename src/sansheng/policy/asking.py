"""Ask a rule, and say plainly what went wrong if it cannot answer.

A rule may be anybody's. Whatever it raises or returns ends as one :class:`~sansheng.core.errors.RunFailed` that
points at a line of the rule, and what it was shown stays what it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.errors import Problem, RunFailed, Where
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.references import describe, place_of, shown
from sansheng.policy.rule import Rule
from sansheng.policy.view import View, given

Content = dict[str, Any]


def ask(rule: Rule, view: View) -> Allocation:
    """Return what a rule decides.

    Raises
    ------
    RunFailed
        If it raises, or changes what it was shown.
    """
    before = content(view)
    try:
        allocation = rule.allocate(view)
    except RunFailed:  # a part of it failed, and says where
        raise
    except (Exception, SystemExit) as error:
        code = getattr(rule.allocate, "__code__", None)
        where = place_of(error, code.co_filename) if code else None
        raise RunFailed(Problem(_of(rule, _raised(error)), where or place_of_rule(rule))) from error
    after = content(view)
    for name, was in before.items():
        if after[name] != was:
            changed = Text(f"it changed view.{name}", f"它改动了 view.{name}")
            raise refusal(rule, changed)
    return allocation


def refusal(rule: Rule, complaint: Text) -> RunFailed:
    """Return the failure of a run whose rule said something unsound, at the rule's ``allocate``."""
    return RunFailed(Problem(_of(rule, complaint), place_of_rule(rule)))


def place_of_rule(rule: Rule) -> Where | None:
    """Return where a rule's ``allocate`` begins."""
    code = getattr(rule.allocate, "__code__", None)
    return Where(shown(code.co_filename), code.co_firstlineno, 1) if code else None


def content(view: View) -> Content:
    """Return all that a view shows, in a form that can be compared."""
    return {
        name: (value.shape, value.dtype, value.tobytes())
        if isinstance(value, np.ndarray)
        else value
        for name, value in given(view).items()
    }


def grants_complaint(grants: object, communities: int) -> Text | None:
    """Say what is wrong with ex-ante grants, and how to make whole fen; None if nothing is."""
    if not isinstance(grants, np.ndarray):
        kind = type(grants).__name__
        return Text(
            f"grants must be an int64 array, not {kind}: np.array(grants, dtype=np.int64)",
            f"拨款须为 int64 数组，而不是 {kind}：np.array(grants, dtype=np.int64)",
        )
    if grants.shape != (communities,):
        return Text(
            f"grants have shape {grants.shape}, not ({communities},): one amount a community",
            f"拨款的形状为 {grants.shape}，应为 ({communities},)：每个社区一项",
        )
    if grants.dtype.kind == "f" and not np.isfinite(grants).all():
        return _at(np.flatnonzero(~np.isfinite(grants))[0], grants, Text("", ""))
    if grants.dtype != np.int64:
        return Text(
            f"grants are {grants.dtype}, and money is whole fen (int64): divide a sum with"
            " split_fen(fen, weights), or drop parts of a fen with grants.astype(np.int64)",
            f"拨款为 {grants.dtype}，而金额须为整分（int64）：用 split_fen(fen, weights) 分配一笔钱，"
            "或用 grants.astype(np.int64) 舍去不足一分的部分",
        )
    if (grants < 0).any():
        never = Text("; a grant is never negative", "；拨款不得为负")
        return _at(np.flatnonzero(grants < 0)[0], grants, never)
    return None


def _at(community: Any, grants: Any, end: Text) -> Text:
    said = f"{int(community)}] = {grants[community]}"
    return Text(
        f"grants[{said}{end.en} (community {int(community)}, counted from 0)",
        f"grants[{said}{end.zh}（第 {int(community)} 号社区，从 0 起数）",
    )


def _of(rule: Rule, what: Text) -> Text:
    return Text(f"rule {rule.name}: {what.en}", f"规则 {rule.name}：{what.zh}")


def _raised(error: BaseException) -> Text:
    said = describe(error)
    if isinstance(error, ValueError) and "read-only" in str(error):
        return Text(
            f"{said}; a view cannot be changed, change a copy: view.households.copy()",
            f"{said}；view 不可改动，请改动其副本：view.households.copy()",
        )
    return Text(said, said)
