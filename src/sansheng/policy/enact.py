"""Put a rule into force: show it what officials see, check what it says, write the incentives table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import RunFailed
from sansheng.core.months import Month
from sansheng.core.scale import unscaled
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.policy import indicators
from sansheng.policy.allocation import (
    DEAREST_TASK,
    Allocation,
    Award,
    Tariff,
    Terms,
    Venture,
)
from sansheng.policy.asking import ask, grants_complaint, refusal
from sansheng.policy.rule import Rule
from sansheng.policy.truth import truth
from sansheng.policy.view import View, later
from sansheng.world.accounts import envelope_account
from sansheng.world.schema import GRASSROOTS, LAGS, UNSAID, VILLAGE, Tables
from sansheng.world.world import World

MOST_PAPERWORK = 600.0
"""Most paperwork of a task, minutes."""

MOST_SHORTLISTED = 10.0
"""Most applicants shortlisted for a grant."""

TERM_RANGES = {
    "months": (1.0, 60.0),
    "advance": (0.0, 1.0),
    "price_cap": (0.1, 10.0),
    "w_price": (0.0, 10.0),
    "w_rating": (0.0, 10.0),
    "w_fit": (0.0, 10.0),
    "overhead": (0.0, 0.9),
    "relief": (0.0, 1.0),
}
"""What terms can be, in the unit of the table of terms."""

_PARTS = {"tariff": Tariff, "award": Award, "venture": Venture, "terms": Terms}

AnyArray = TypeVar("AnyArray", bound=np.ndarray[Any, Any])


def enact(world: World, rule: Rule, asked: NDArray[np.bool_] | None = None) -> None:
    """Let ``rule`` decide the allocation period that begins in the world's month, district by district.

    Where ``asked`` is false, shape ``(district,)``, the period before goes on; left out, every district is asked.

    The budget is what the district's envelope account holds, so a rule that takes over within a year
    divides what its predecessor left. Where spending is scaled (``world.scale``), the rule is shown money as if
    it were not, and all that it says is multiplied: rules with fixed amounts then scale like any other.

    Raises
    ------
    RunFailed
        If the rule raises, or returns something that is not an allocation within the budget; in one line that
        points at the rule's own and names the month.
    """
    months = 12 - world.month % 12
    for d in range(world.tables.districts.key.shape[0]):
        if asked is not None and not asked[d]:
            continue
        rows = np.flatnonzero(world.tables.communities.district == d)
        view = _view(world, d, rows, months)
        if rule.sees_truth:
            known = truth(world, rows, months)
            read_only = {f.name: _frozen(getattr(known, f.name)) for f in fields(known)}
            view = replace(view, truth=replace(known, **read_only))
        try:
            allocation = decide(rule, view)
        except RunFailed as failed:
            raise failed.during(str(Month.at(world.month))) from failed.__cause__
        _write(world, allocation, d, rows, months)


def _view(world: World, d: int, rows: I64, months: int) -> View:
    """Return what officials of district ``d``, whose communities are ``rows``, can see."""
    t, c = world.tables, world.tables.communities
    households, group_share = c.households, c.group_share  # these never change
    persons = world.place.parts[d].persons_per_household.value
    return View(
        budget=unscaled(int(t.money.balance[envelope_account(d)]), world.scale),
        months=months,
        households=_frozen(households[rows]),
        duties_service=_frozen(c.duties_service[rows]),
        duties_admin=_frozen(c.duties_admin[rows]),
        staff=_frozen(c.seats[rows]),
        closed_last=_frozen(t.cases.closed_last[rows]),
        standard_minutes=_frozen(t.categories.minutes.astype(np.float64)),
        granted_last=_frozen(t.incentives.said[rows]),
        months_last=int(t.incentives.period_months[d]),
        residents_by_group=later(lambda: _residents(persons, households[rows], group_share[rows])),
        premises_missing=later(_premises_missing(world, rows)),
        groups=later(_groups(t, rows)),
        estate_age=_frozen(c.estate_age[rows]),
        need_seen=later(indicators.need_reading(world, rows)),
        gap_seen=later(indicators.gap_reading(world, rows)),
    )


def _residents(persons: float, households: I64, group_share: F64) -> I64:
    """Return registered residents by community and need group, whole people."""
    residents = (persons * households)[:, None] * group_share
    return np.rint(residents).astype(np.int64)


def _premises_missing(world: World, rows: I64) -> Callable[[], F64]:
    """Return what works out square metres below the standard, what is being built counted as there."""
    c, p = world.tables.communities, world.parameters
    kind = c.kind  # it never changes
    area = c.premises[rows] + c.building[rows]

    def missing() -> F64:
        standard = np.where(kind[rows] == VILLAGE, p.m2_village, p.m2_urban)
        return np.where(area >= (1.0 - p.m2_slack) * standard, 0.0, standard - area)

    return missing


def _groups(tables: Tables, rows: I64) -> Callable[[], I64]:
    """Return what counts living grassroots groups of every community."""
    o, communities = tables.groups, tables.communities.key.size
    kind, alive, home = o.kind.copy(), o.alive.copy(), o.community.copy()

    def count() -> I64:
        living = (kind == GRASSROOTS) & (alive == 1)
        return np.bincount(home[living], minlength=communities).astype(np.int64)[rows]

    return count


def _frozen(array: AnyArray) -> AnyArray:
    """Return an array that nobody else has, not to be written to any more."""
    array.setflags(write=False)
    return array


def decide(rule: Rule, view: View) -> Allocation:
    """Return what a rule decides, once it is found sound.

    Raises
    ------
    RunFailed
        If it raises, changes the view, or returns something that is not an allocation within the budget.
    """
    allocation = ask(rule, view)
    if (wrong := complaint(allocation, view)) is not None:
        raise refusal(rule, wrong)
    return allocation


def complaint(allocation: object, view: View) -> Text | None:
    """Say what is wrong with an allocation, None if nothing is."""
    if not isinstance(allocation, Allocation):
        found = type(allocation).__name__
        return Text(
            f"it must return an Allocation, not {found}", f"须返回 Allocation，而不是 {found}"
        )
    for name, kind in _PARTS.items():
        if not isinstance(getattr(allocation, name), kind | None):
            return Text(
                f"its {name} must be a {kind.__name__} or None",
                f"{name} 须为 {kind.__name__} 或 None",
            )
    if (wrong := grants_complaint(allocation.grants, view.communities)) is not None:
        return wrong
    if not _within(allocation.earmarked, 0.0, 1.0):
        return Text("the earmarked share must be 0 to 1", "专款比例须为 0 至 1")
    for asked in (
        _pots_complaint(allocation),
        allocation.tariff and _tariff_complaint(allocation.tariff, view),
        allocation.award and _award_complaint(allocation.award, view),
        allocation.venture and _venture_complaint(allocation.venture),
        allocation.terms and _terms_complaint(allocation.terms),
    ):
        if asked:
            return asked
    promised = allocation.promised
    if promised > view.budget:
        return Text(
            f"it promises {promised / 100:.2f} yuan of a budget of {view.budget / 100:.2f}",
            f"承诺 {promised / 100:.2f} 元，超出预算 {view.budget / 100:.2f} 元",
        )
    return None


def _pots_complaint(allocation: Allocation) -> Text | None:
    if not (_fen(allocation.capital) and _fen(allocation.development)):
        return Text(
            "money for premises and for development must be whole fen (int), not negative",
            "用房建设与社会组织发展经费须为非负整分（int）",
        )
    if not _within(allocation.first, 0, 11) or not isinstance(allocation.first, int):
        return Text(
            "the first instalment must come after 0 to 11 whole months",
            "首次拨付须在 0 至 11 个整月之后",
        )
    return None


def _award_complaint(award: Award, view: View) -> Text | None:
    if not _whole_fen(award.worth, (view.communities,)):
        return Text(
            f"awards must be an int64 array of {view.communities} amounts of whole fen, not negative",
            f"奖补须为 {view.communities} 项非负整分（int64 数组）",
        )
    shares = (award.pass_mark, award.span, award.floor)
    late = isinstance(award.delay, int) and _within(award.delay, 0, LAGS - 1)
    if not _flag(award.ranked):
        return Text("whether places decide is True or False", "是否按名次奖补须为 True 或 False")
    if not all(_within(share, 0.0, 1.0) for share in shares) or not late:
        return Text(
            f"an award needs a pass mark, a span and a floor of 0 to 1 and a delay of 0 to {LAGS - 1} whole months",
            f"奖补的合格线、幅度与保底须为 0 至 1，滞后须为 0 至 {LAGS - 1} 个整月",
        )
    return None


def _venture_complaint(venture: Venture) -> Text | None:
    amounts = (venture.pot, venture.least, venture.most)
    sound = all(_fen(amount) for amount in amounts) and venture.least <= venture.most
    if not sound or not _within(venture.shortlist, 1.0, MOST_SHORTLISTED):
        return Text(
            "a call needs whole fen, the least no more than the most, and a shortlist of "
            f"1 to {MOST_SHORTLISTED:g} applicants a grant",
            f"微创投金额须为非负整分、下限不高于上限，入围比例须为 1 至 {MOST_SHORTLISTED:g}",
        )
    return None


def _terms_complaint(terms: Terms) -> Text | None:
    if terms.focused is not None and not _flag(terms.focused):
        return Text("term focused is True, False or None", "约定 focused 须为 True、False 或 None")
    for name, (low, high) in TERM_RANGES.items():
        said = getattr(terms, name)
        if said is not None and not _within(said, low, high):
            return Text(
                f"term {name} = {said}; allowed: {low:g} to {high:g}",
                f"约定 {name} = {said}；允许范围 {low:g} 至 {high:g}",
            )
    return None


def _within(value: object, low: float, high: float) -> bool:
    """Whether it is a number from ``low`` to ``high``; NaN is not."""
    return isinstance(value, int | float | np.number) and bool(low <= value <= high)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _fen(amount: object) -> bool:
    return isinstance(amount, int) and amount >= 0


def _tariff_complaint(tariff: Tariff, view: View) -> Text | None:
    shape = (view.communities, *view.standard_minutes.shape)
    if not _whole_fen(tariff.pay, shape) or int(tariff.pay.max(initial=0)) > DEAREST_TASK:
        return Text(
            f"tariffs must be an int64 array of shape {shape}, whole fen from 0 to {DEAREST_TASK}",
            f"任务单价须为形状 {shape} 的 int64 数组，0 至 {DEAREST_TASK} 分",
        )
    if not _flag(tariff.open_ended):
        return Text(
            "whether a tariff is open-ended is True or False",
            "任务款是否据实结算须为 True 或 False",
        )
    whole = isinstance(tariff.pot, int) and isinstance(tariff.delay, int)
    if not whole or tariff.pot < 0 or not 0 <= tariff.delay < LAGS:
        return Text(
            f"a tariff needs a pot of whole fen, at least 0, and a delay of 0 to {LAGS - 1} whole months",
            f"任务经费须为非负整分，滞后须为 0 至 {LAGS - 1} 个整月",
        )
    sound = _within(tariff.pass_through, 0.0, 1.0) and _within(
        tariff.paperwork, 0.0, MOST_PAPERWORK
    )
    if not sound:
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
    table.open_ended[d] = tariff.open_ended if tariff else 0
    table.first[d] = allocation.first
    table.capital[d] = allocation.capital
    table.development[d] = allocation.development
    award = allocation.award
    table.award[rows] = award.worth if award else 0
    table.award_pass[d] = award.pass_mark if award else 0.0
    table.award_span[d] = award.span if award else 0.0
    table.award_floor[d] = award.floor if award else 0.0
    table.award_ranked[d] = award.ranked if award else 0
    table.award_delay[d] = award.delay if award else 0
    venture = allocation.venture
    table.venture_pot[d] = venture.pot if venture else 0
    table.venture_least[d] = venture.least if venture else 0
    table.venture_most[d] = venture.most if venture else 0
    table.shortlist[d] = venture.shortlist if venture else 0.0
    terms = allocation.terms or Terms()
    for name, column in world.tables.terms._asdict().items():
        agreed = getattr(terms, name)
        column[d] = UNSAID if agreed is None else agreed
