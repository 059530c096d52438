"""What tests of levers share: a small world with and without the lever, under the same luck."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.month import pass_months
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.levers.lever import LINES, Lever
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme, column
from sansheng.world.accounts import BASE_LINE
from sansheng.world.world import World

SOME_MONTH = 3
"""Months before the lever comes into force, unless a test says otherwise."""


@pytest.fixture(scope="session")
def small(project: Path) -> Iterator[ModuleType]:
    """The module that makes small worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "properties"))
        yield importlib.import_module("small_world")


@dataclass
class Trial:
    """Two worlds that differ in one lever, month by month.

    ``columns`` maps a column's name to its values without and with the lever, one pair a month; ``cost``
    a line to what it paid, fen a month.
    """

    lever: Lever
    start: int
    without: World
    reformed: World
    columns: dict[str, list[tuple[Any, Any]]]
    outcomes: tuple[Any, Any]
    cost: dict[str, Any]

    def rise(self, name: str) -> Any:
        """Sum of a column with the lever less that without, by month."""
        return np.array([float(b.sum()) - float(a.sum()) for a, b in self.columns[name]])

    def first(self, name: str) -> int:
        """First month in which a column differs; the number of months if it never does."""
        for month, (a, b) in enumerate(self.columns[name]):
            if a.tobytes() != b.tobytes():
                return month
        return len(self.columns[name])

    def first_outcome(self) -> int:
        """First month in which an outcome differs that is no cost of levers."""
        costs = ("lever_cost", "spent")  # what a lever costs is told by them at once
        own = [i for i, name in enumerate(OUTCOMES) if not name.startswith(costs)]
        one, other = (values[:, own] for values in self.outcomes)
        differ = ~((one == other) | (np.isnan(one) & np.isnan(other)))
        return int(np.argmax(differ.any(axis=1))) if differ.any() else one.shape[0]

    @property
    def spent(self) -> Any:
        """What all lines paid, fen a month."""
        return sum(self.cost.values())


def station_bill(world: World) -> int:
    """What the base line pays in a month by itself: wages, insurance, allowances, project pay, training, and
    communities in place of posts kept empty."""
    t = world.tables
    bill = t.districts.wage_bill_base
    insured = np.rint(bill * world.parameters.social_insurance).astype(np.int64)
    allowances = t.workers.allowance[t.workers.home >= 0].sum()
    beside = t.districts.training_cost + t.districts.bonuses
    return int((bill + insured + beside).sum() + allowances + t.money.transferred.sum())


@pytest.fixture
def trial(small: ModuleType) -> Callable[..., Trial]:
    """Lets two worlds live, one with a lever, and checks what holds for every lever."""

    def run(
        name: str,
        options: Mapping[str, float] | None = None,
        *,
        months: int = 12,
        start: int = SOME_MONTH,
        parameters: Mapping[str, float] | None = None,
        rule: str = "per_household",
        watch: tuple[str, ...] = (),
        line: Any = None,
        **sizes: int,
    ) -> Trial:
        lever = make_lever(name, options, line)
        law = make_rule(rule)
        place = small.place(small.district(**sizes))
        one = small.world(place, parameters or {})
        other = one.copy()
        n = one.tables.communities.key.size
        first, second = (make_recorder(one.month, months, n) for _ in range(2))
        fixed = fixed_of(one.tables)
        programme = Programme()
        columns: dict[str, list[tuple[Any, Any]]] = {
            name: [] for name in (*lever.channel, *lever.writes, *watch)
        }
        for month in range(months):
            if month == start:
                assert small.digest(one) == small.digest(other)
                programme.expect([lever])
            before = other.tables.money.balance.copy()
            pass_months(one, law, first, 1)
            pass_months(other, law, second, 1, programme=programme)
            money = other.tables.money
            np.testing.assert_array_equal(before + money.received - money.paid, money.balance)
            assert money.balance.sum() == money.balance[BASE_LINE] == 0
            row = second.monthly
            extra = row.lever_base[month] + row.lever_envelope[month]
            paid = 0 if lever.booked else extra
            assert money.paid[BASE_LINE] == station_bill(other) + paid
            for watched, pairs in columns.items():
                a, b = (column(world.tables, watched).copy() for world in (one, other))
                pairs.append((a, b))
        outcomes = (
            outcome_matrix(Record(first.monthly, first.yearly, fixed, first.start)),
            outcome_matrix(Record(second.monthly, second.yearly, fixed, second.start)),
        )
        cost = {line: getattr(second.monthly, f"lever_{line}") for line in LINES}
        found = Trial(lever, start, one, other, columns, outcomes, cost)
        assert not any(first.monthly.lever_base)
        for paid_by, amounts in cost.items():
            assert not amounts[:start].any()
            if paid_by not in {lever.payer, "base"}:
                assert not amounts.any(), paid_by
        assert start <= found.first(lever.channel[0]) <= found.first_outcome()
        assert found.first(lever.channel[0]) < months, "the channel never moved"
        return found

    return run
