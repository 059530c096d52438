"""组合: several rules, each on its share of the envelope."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sansheng.core.errors import BadInput, Problem
from sansheng.core.ledger import split_fen
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Instrument
from sansheng.policy.rule import Rule
from sansheng.policy.rules.functions_borne import FunctionsBorne
from sansheng.policy.rules.per_household import PerHousehold
from sansheng.policy.view import View

_DOES: dict[Instrument, Text] = {
    "tariff": Text("pays by the task", "按任务付费"),
    "award": Text("pays awards", "以奖代补"),
    "venture": Text("calls for grassroots projects", "征集微创投项目"),
    "terms": Text("fixes terms with organisations", "约定购买条件"),
}

ROUNDING = 1e-9
"""How far from one the sum of weights may be."""


@dataclass(frozen=True)
class Hybrid(Rule):
    """Let each of several rules divide its share of the budget.

    Parameters
    ----------
    parts
        Rules and their weights; left out, half per household and half by duties. Their order does not
        matter: they are kept sorted, so that hybrids of the same parts are one rule.

    Raises
    ------
    BadInput
        If a part is a hybrid or sees the truth, two parts use one instrument, or weights do not sum to one.
    """

    parts: tuple[tuple[Rule, float], ...] = ()

    name = "hybrid"
    title = Text("Hybrid", "组合分配")
    about = Text(
        "The envelope is cut into weighted parts and each part is divided by a rule of its own; money of all parts "
        "adds up, and one part at most may pay by the task, pay awards, call for projects or fix terms. A study "
        "lists the parts with their weights; without a list it is half per household and half by the functions "
        "borne.",
        "经费总额按权重分块，每块各按一项规则分配，各块经费相加；按任务付费、以奖代补、微创投征集、约定购买条件各至多用于一块。"
        "各块及其权重由研究文件列出；未列出时一半按户、一半按职责。",
    )
    institution = Text(
        "Funds that guarantee a basic sum and let the rest follow duties or results; Chenghua's sum per household "
        "next to its plan of money that turns with the task.",
        "基本保障加按职责或按结果拨付的做法；成华区每百户定额与“费随事转”设想并行。",
    )
    source = ("S-C01", "S-C17")
    combines = True

    def __post_init__(self) -> None:
        super().__post_init__()
        parts = self.parts or ((PerHousehold(), 0.5), (FunctionsBorne(), 0.5))
        found = faults([type(rule) for rule, _ in parts], [weight for _, weight in parts])
        problems = [Problem(text) for _, text in found]
        if problems:
            raise BadInput(problems)
        object.__setattr__(self, "parts", tuple(sorted(parts, key=_place_in_order)))

    def settings(self) -> dict[str, Any]:
        """Return the parts with all their settings."""
        return {
            "parts": [
                {"rule": rule.name, "options": rule.settings(), "weight": weight}
                for rule, weight in self.parts
            ]
        }

    def fixed(self) -> frozenset[str]:
        """Return the parameters that terms of a part go before."""
        return frozenset().union(*(rule.fixed() for rule, _ in self.parts))

    def identity(self) -> tuple[Any, ...]:
        """Return the parts with all their settings, told apart by class."""
        return type(self), [(rule.identity(), weight) for rule, weight in self.parts]

    def allocate(self, view: View) -> Allocation:
        """Ask each part what it makes of its share; each sees its share of last period's grants."""
        from sansheng.policy.enact import decide

        total = Allocation(np.zeros(view.communities, np.int64))
        shares = split_fen(view.budget, np.array([weight for _, weight in self.parts]))
        for (rule, weight), share in zip(self.parts, shares.tolist(), strict=True):
            last = (view.granted_last * weight).astype(np.int64)
            last.setflags(write=False)
            said = decide(rule, replace(view, budget=share, granted_last=last))
            total = Allocation(
                grants=total.grants + said.grants,
                tariff=said.tariff or total.tariff,
                earmarked=min(1.0, total.earmarked + weight * said.earmarked),
                award=said.award or total.award,
                venture=said.venture or total.venture,
                capital=total.capital + said.capital,
                development=total.development + said.development,
                first=max(total.first, said.first),
                terms=said.terms or total.terms,
            )
        return total


def faults(
    kinds: Sequence[type[Rule] | None], weights: Sequence[float | None]
) -> Iterator[tuple[int | None, Text]]:
    """Yield what is wrong with parts, each with the number of the part, or None if it is all of them.

    Parameters
    ----------
    kinds
        Rules of the parts; None where that is not known.
    weights
        Likewise.
    """
    users: dict[Instrument, str] = {}
    for number, kind in enumerate(kinds):
        if kind is None:
            continue
        if kind.combines:
            yield (
                number,
                Text(
                    f"part {number + 1} is itself a {kind.name}; list its parts here instead",
                    f"第 {number + 1} 块本身是组合（{kind.name}）；请直接列出其各块",
                ),
            )
        if kind.sees_truth:
            yield (
                number,
                Text(
                    f"part {number + 1}, {kind.name}, is a point of reference that knows what nobody does; no part",
                    f"第 {number + 1} 块 {kind.name} 是掌握全部信息的参照点，不能作为组合的一块",
                ),
            )
        for instrument in sorted(kind.uses):
            if instrument in users:
                en, zh = _DOES[instrument]
                yield (
                    number,
                    Text(
                        f"{kind.name} {en}, as {users[instrument]} does; one part at most may",
                        f"{kind.name} 与 {users[instrument]} 都{zh}；至多一块可以如此",
                    ),
                )
            users[instrument] = kind.name
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        return
    for number, weight in enumerate(known):
        if not 0.0 < weight <= 1.0:
            yield (
                number,
                Text(
                    f"weight {weight} is not above 0 and at most 1",
                    f"权重 {weight} 须大于 0 且不大于 1",
                ),
            )
    total = math.fsum(known)
    if not abs(total - 1.0) <= ROUNDING:
        yield (
            None,
            Text(f"weights sum to {total:.10g}, not to 1", f"各块权重之和为 {total:.10g}，应为 1"),
        )


def _place_in_order(part: tuple[Rule, float]) -> tuple[Any, ...]:
    rule, weight = part
    return rule.name, sorted(rule.settings().items()), weight
