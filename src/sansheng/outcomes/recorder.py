"""The last step of the month: write down what happened, into arrays made beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, disjoint, inlined, kernel
from sansheng.core.references import refer
from sansheng.core.rows import add, total
from sansheng.core.tables import F64, I32, I64, allocate
from sansheng.core.views import flat
from sansheng.outcomes.flows import Monthly, Spread, Yearly
from sansheng.processes.premises import meets_standard
from sansheng.processes.residents import reported_satisfaction
from sansheng.world.accounts import community_account, provider_account
from sansheng.world.place_file import MOST_CATEGORIES
from sansheng.world.plan import MOST_SEATS
from sansheng.world.schema import (
    AGENCY_PRO,
    AGES,
    BASE_GENERAL,
    BASE_PRO,
    GROUPS,
    STATION,
    VULNERABLE,
    Cases,
    Categories,
    Communities,
    Contracts,
    Districts,
    Groups,
    Money,
    Providers,
    Workers,
)

VULNERABLE_GROUPS = tuple(GROUPS.index(group) for group in VULNERABLE)
"""Columns of vulnerable groups."""


@dataclass(slots=True)
class Recorder:
    """Preallocated records of a run.

    Parameters
    ----------
    monthly
        One row a month.
    yearly
        Shape ``(year, community)`` or ``(year, provider)`` from the calendar year of ``start``.
    spread
        One row a month of agencies.
    start
        Index of the first month recorded.
    """

    monthly: Monthly
    yearly: Yearly
    spread: Spread
    start: int
    _references: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def references(self) -> tuple[Monthly, Yearly, Spread]:
        """All rows, as kernels take them."""
        if self._references is None:
            self._references = refer(self.monthly), refer(self.yearly), refer(self.spread)
        monthly, yearly, spread = self._references
        return monthly, yearly, spread

    @property
    def months(self) -> int:
        """Months there is room for."""
        return int(self.monthly.arisen.shape[0])

    def note_envelope(self, month: int, months: int, yearly: int) -> None:
        """Note a twelfth of the ``yearly`` envelope, fen, in each of ``months`` months from ``month`` on."""
        t = month - self.start
        self.monthly.envelope[t : t + months] = yearly / 12.0

    def note_levers(self, month: int, spent: Mapping[str, int]) -> None:
        """Note what levers cost in a month, fen by the line that paid."""
        t = month - self.start
        self.monthly.lever_base[t] += spent["base"]
        self.monthly.lever_envelope[t] += spent["envelope"]
        self.monthly.lever_capital[t] += spent["capital"]


def make_recorder(start: int, months: int, communities: int, providers: int = 0) -> Recorder:
    """Return an empty recorder for ``months`` months from ``start``.

    ``providers`` are rows of agencies whose income is kept; without, none is.
    """
    years = (start + months - 1) // 12 - start // 12 + 1
    return Recorder(
        allocate(Monthly, {"month": months}),
        allocate(Yearly, {"year": years, "community": communities, "provider": providers}),
        allocate(Spread, {"month": months, "category": MOST_CATEGORIES, "size": MOST_SEATS + 1}),
        start,
    )


@kernel
def _cases(
    m: Monthly,
    y: Yearly,
    t: int,
    year: int,
    months: int,
    norm: int,
    cases: Cases,
    vulnerable_need: F64,
    work: I64,
) -> None:
    """Count needs and cases; ``months`` of this calendar year have begun.

    ``work`` is minutes a case, by kind.
    """
    arisen_vulnerable = resolved_vulnerable = 0.0
    minutes = 0
    for c in range(cases.arisen.shape[0]):
        came, met = flat(cases.arisen[c]), flat(cases.resolved[c])
        for j in range(work.shape[0]):
            minutes += met[j] * work[j]
        arisen_easy = arisen_hard = resolved_easy = resolved_hard = 0
        arisen_here = resolved_here = 0.0
        for k in range(vulnerable_need.shape[1]):
            easy, hard = 2 * k, 2 * k + 1
            arisen_easy += came[easy]
            arisen_hard += came[hard]
            resolved_easy += met[easy]
            resolved_hard += met[hard]
            arisen_vulnerable += vulnerable_need[c, k] * (came[easy] + came[hard])
            resolved_vulnerable += vulnerable_need[c, k] * (met[easy] + met[hard])
            arisen_here += vulnerable_need[c, k] * (came[easy] + came[hard])
            resolved_here += vulnerable_need[c, k] * (met[easy] + met[hard])
        y.arisen_vulnerable[year, c] += arisen_here
        y.resolved_vulnerable[year, c] += resolved_here
        y.arisen[year, c] += arisen_easy + arisen_hard
        y.arisen_hard[year, c] += arisen_hard
        y.resolved[year, c] += resolved_easy + resolved_hard
        y.resolved_hard[year, c] += resolved_hard
        m.arisen[t] += arisen_easy + arisen_hard
        m.arisen_hard[t] += arisen_hard
        m.resolved[t] += resolved_easy + resolved_hard
        m.resolved_hard[t] += resolved_hard
    m.arisen_vulnerable[t] = arisen_vulnerable
    m.resolved_vulnerable[t] = resolved_vulnerable
    m.hours_met[t] = minutes / 60.0
    m.opened[t] = total(flat(cases.reported)) + total(flat(cases.found))
    m.grid_cases[t] = total(flat(cases.by_grid))
    m.lapsed[t] = total(flat(cases.lapsed))
    m.papered[t] = total(flat(cases.papered))
    m.reopened[t] = total(flat(cases.reopened))
    m.latent[t] = total(flat(cases.latent))
    m.paper[t] = total(flat(cases.paper))
    _waiting(m, t, months, norm, cases.open)


@kernel
def _vulnerable(m: Monthly, t: int, group_share: F64, need: F64, homes: I64, cases: Cases) -> None:
    """Count needs that wait by the expected part of vulnerable groups, ``need`` by community and category.

    ``group_share`` are shares of residents by community and group.
    """
    unmet = latent = households = 0.0
    for c in range(need.shape[0]):
        unknown, untrue = flat(cases.latent[c]), flat(cases.paper[c])
        waiting = flat(cases.waiting[c])
        for j in range(waiting.shape[0]):
            unmet += need[c, j // 2] * (waiting[j] + untrue[j] + unknown[j])
            latent += need[c, j // 2] * unknown[j]
        for g in VULNERABLE_GROUPS:
            households += homes[c] * group_share[c, g]
    m.unmet_vulnerable[t] = unmet
    m.latent_vulnerable[t] = latent
    m.households_vulnerable[t] = households


@allocating
def _waiting(m: Monthly, t: int, months: int, norm: int, open_: I32) -> None:
    """Count open cases by age."""
    cells = open_[0].size
    counts = np.zeros(cells, np.int32)
    for c in range(open_.shape[0]):
        add(counts, flat(open_[c]))
    waiting = ages = this_year = overdue = 0
    kinds = cells // AGES
    for age in range(AGES):
        n = total(counts[age * kinds : (age + 1) * kinds])
        waiting += n
        ages += n * age
        this_year += n if age < months else 0
        overdue += n if age >= norm else 0
    m.open[t] = waiting
    m.open_ages[t] = ages
    m.open_this_year[t] = this_year
    m.overdue[t] = overdue


@disjoint
def _calls(
    reported: I32,
    by_grid: I32,
    on_spot: I32,
    resolved: I32,
    failed: I32,
    lapsed: I32,
    papered: I32,
    opened_year: I32,
    grid_year: I32,
    ended_of: F64,
    closed_of: F64,
) -> tuple[int, float, float]:
    """Count a community's cases that no grid staff found: opened, ended and reported closed; all by kind.

    Cases of one kind are alike, so of what ends the part that is theirs is their part of what was opened
    since January. ``ended_of`` and ``closed_of`` are for work in between: all kinds are worked out side by side.
    """
    opened = 0
    for j in range(reported.shape[0]):
        opened += reported[j] - by_grid[j]
        met = resolved[j] - on_spot[j]
        out = met + failed[j] + lapsed[j]
        part = 1.0 - grid_year[j] / opened_year[j] if opened_year[j] > 0 else 1.0
        ended_of[j] = part * out if out > 0 else 0.0
        closed_of[j] = part * (met + papered[j]) if out > 0 else 0.0
    ended = closed = 0.0
    for j in range(reported.shape[0]):
        ended += ended_of[j]
        closed += closed_of[j]
    return opened, ended, closed


@allocating
def _people(
    m: Monthly,
    y: Yearly,
    t: int,
    year: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    workers: Workers,
    cases: Cases,
    money: Money,
) -> None:
    """Count people and what communities live through."""
    staff = np.empty(communities.key.shape[0], dtype=np.int64)
    kinds = cases.reported[0].size
    _workforce(m, t, districts, communities, workers, staff)
    _residents(m, t, p, communities)
    _hours(m, t, p, communities, staff)
    _count_calls(m, t, p, communities, cases, np.empty(kinds), np.empty(kinds))
    _accounts(m, t, districts, money)
    _year(y, year, p, communities, staff, money)


@kernel
def _residents(m: Monthly, t: int, p: Any, communities: Communities) -> None:
    """Add up what residents live through."""
    c = communities
    households = served = grids = units = at_standard = 0
    satisfaction = appearance = participation = harmony = safety = 0.0
    idle_space = idle_used = units_active = 0.0
    for i in range(c.key.shape[0]):
        homes = c.households[i]
        households += homes
        served += homes if c.hours_paid[i] > 0.0 else 0
        satisfaction += homes * c.satisfaction[i]
        seen = reported_satisfaction(c.satisfaction[i], c.show[i], p.g)
        appearance += homes * (seen - c.satisfaction[i])
        participation += homes * c.participation[i]
        harmony += homes * c.harmony[i]
        safety += homes * c.safety[i]
        grids += c.grids[i]
        idle_space += c.idle_space[i]
        idle_used += c.idle_used[i]
        units_active += c.units_active[i] * c.units[i]
        units += c.units[i]
        at_standard += 1 if meets_standard(c.premises[i], c.kind[i], p) else 0
    m.communities[t] = c.key.shape[0]
    m.households[t] = households
    m.households_served[t] = served
    m.satisfaction[t] = satisfaction
    m.appearance[t] = appearance
    m.participation[t] = participation
    m.harmony[t] = harmony
    m.safety[t] = safety
    m.grids[t] = grids
    m.idle_space[t] = idle_space
    m.idle_used[t] = idle_used
    m.units_active[t] = units_active
    m.units[t] = units
    m.at_standard[t] = at_standard


@kernel
def _hours(m: Monthly, t: int, p: Any, communities: Communities, staff: I64) -> None:
    """Add up hours; ``staff`` is of each community's station."""
    c = communities
    able, idle = c.pool_hours, c.pool_idle
    all_hours = utilisation = station = admin = bought = 0.0
    able_agency = used_agency = able_pro = used_pro = able_general = used_general = 0.0
    for i in range(c.key.shape[0]):
        hours = staff[i] * p.h_w / 12.0
        at_hand = hours - c.hours_lost_admin[i] + c.hours_paid[i]
        all_hours += at_hand
        utilisation += at_hand * c.utilisation[i]
        able_agency += able[i, AGENCY_PRO]
        used_agency += able[i, AGENCY_PRO] - idle[i, AGENCY_PRO]
        able_pro += able[i, BASE_PRO]
        used_pro += able[i, BASE_PRO] - idle[i, BASE_PRO]
        able_general += able[i, BASE_GENERAL]
        used_general += able[i, BASE_GENERAL] - idle[i, BASE_GENERAL]
        station += hours
        admin += c.hours_lost_admin[i]
        bought += c.hours_paid[i]
    m.hours[t] = all_hours
    m.utilisation[t] = utilisation
    m.able_agency[t] = able_agency
    m.used_agency[t] = used_agency
    m.able_pro[t] = able_pro
    m.used_pro[t] = used_pro
    m.able_general[t] = able_general
    m.used_general[t] = used_general
    m.hours_station[t] = station
    m.hours_admin[t] = admin
    m.hours_bought[t] = bought


@kernel
def _count_calls(
    m: Monthly,
    t: int,
    p: Any,
    communities: Communities,
    cases: Cases,
    ended_of: F64,
    closed_of: F64,
) -> None:
    """Count what residents called about; the last two are for work in between, by kind."""
    c = communities
    calls = 0
    all_ended = all_closed = satisfaction = 0.0
    for i in range(c.key.shape[0]):
        opened, ended, closed = _calls(
            flat(cases.reported[i]),
            flat(cases.by_grid[i]),
            flat(cases.on_spot[i]),
            flat(cases.resolved[i]),
            flat(cases.failed[i]),
            flat(cases.lapsed[i]),
            flat(cases.papered[i]),
            flat(cases.opened_year[i]),
            flat(cases.grid_year[i]),
            ended_of,
            closed_of,
        )
        calls += opened
        all_ended += ended
        all_closed += closed
        satisfaction += opened * reported_satisfaction(c.satisfaction[i], c.show[i], p.g)
    m.calls[t] = calls
    m.calls_ended[t] = all_ended
    m.calls_closed[t] = all_closed
    m.calls_satisfaction[t] = satisfaction


@kernel
def _accounts(m: Monthly, t: int, districts: Districts, money: Money) -> None:
    """Add up communities' money."""
    first = community_account(districts.key.shape[0], 0)
    granted = bought = returned = held = 0
    for i in range(money.granted.shape[0]):
        granted += money.granted[i]
        bought += money.bought[i]
        returned += money.returned[i] + money.clawed[i]
        held += money.balance[first + i]
    m.granted[t] = granted
    m.bought[t] = bought
    m.returned[t] = returned
    m.held[t] = held
    m.base_cost[t] = districts.wage_bill_base.sum()


@kernel
def _year(y: Yearly, year: int, p: Any, communities: Communities, staff: I64, money: Money) -> None:
    """Add the month to the year of each community; ``staff`` is of its station."""
    c = communities
    add(y.granted[year], money.granted)
    add(y.bought[year], money.bought)
    add(y.ventured[year], money.ventured)
    add(y.hours_bought[year], c.hours_paid)
    add(y.load[year], c.load)
    add(y.utilisation[year], c.utilisation)
    add(y.satisfaction[year], c.satisfaction)
    add(y.staff[year], staff)
    for i in range(c.key.shape[0]):
        y.months[year, i] += 1.0
        y.hours_asked_admin[year, i] += c.hours_lost_admin[i] + c.overdue_admin[i]
        y.hours_station[year, i] += staff[i] * p.h_w / 12.0


@kernel
def _workforce(
    m: Monthly,
    t: int,
    districts: Districts,
    communities: Communities,
    workers: Workers,
    staff: I64,
) -> None:
    """Count people; ``staff`` receives those of each station, shape ``(community,)``.

    All seats are gone through in one row, where several are counted at once; what is not a station's is an agency's.
    """
    w = workers
    station = agency = quits = agency_quits = layoffs = moves = 0
    newcomers = newcomers_quit = first_year = first_quits = certified = holders = 0
    for i in range(w.key.shape[0]):
        of_station = 1 if w.employer[i] == STATION else 0
        holds = int(w.filled[i]) if w.tier[i] > 0 else 0
        new, leaving = int(w.first_year[i]), int(w.first_year[i] * w.quits[i])
        station += of_station * int(w.filled[i])
        agency += int(w.filled[i])
        quits += of_station * w.quits[i]
        agency_quits += w.quits[i]
        newcomers += of_station * new
        first_year += new
        newcomers_quit += of_station * leaving
        first_quits += leaving
        certified += of_station * holds
        holders += holds
        layoffs += w.leaves[i]
        moves += w.moved[i] + w.promoted[i]
    tenure_quit = tenure_left = served_station = served_agency = bill = owed = 0
    for i in range(w.key.shape[0]):
        of_station = 1 if w.employer[i] == STATION else 0
        served = w.tenure[i] * w.filled[i]
        tenure_quit += of_station * w.left_after[i]
        tenure_left += w.left_after[i]
        served_station += of_station * served
        served_agency += served
        bill += (1 - of_station) * w.wage[i]
        owed += (1 - of_station) * w.owed[i]
    burnout_station = burnout_agency = 0.0
    for i in range(w.key.shape[0]):
        if w.filled[i] == 1:
            if w.employer[i] == STATION:
                burnout_station += w.burnout[i]
            else:
                burnout_agency += w.burnout[i]
    for c in range(staff.shape[0]):
        first = communities.first_seat[c]
        here = 0
        for i in range(first, first + communities.seats[c]):
            here += int(w.filled[i])
        staff[c] = here
    agency, agency_quits, first_year = (
        agency - station,
        agency_quits - quits,
        first_year - newcomers,
    )
    first_quits, tenure_left = first_quits - newcomers_quit, tenure_left - tenure_quit
    served_agency -= served_station
    m.certified_people[t] = holders
    m.moves_agency[t] = moves
    m.staff_base[t] = station
    m.quits_base[t] = quits
    m.first_year_exposure_base[t] = newcomers
    m.first_year_quits_base[t] = newcomers_quit
    m.tenure_left_base[t] = tenure_quit
    m.served_base[t] = served_station
    m.served_agency[t] = served_agency
    m.certified[t] = certified
    m.burnout_base[t] = burnout_station
    m.staff_agency[t] = agency
    m.quits_agency[t] = agency_quits
    m.layoffs_agency[t] = layoffs
    m.first_year_exposure[t] = first_year
    m.first_year_quits[t] = first_quits
    m.tenure_left[t] = tenure_left
    m.burnout_agency[t] = burnout_agency
    m.bill[t] = bill
    m.owed[t] = owed
    m.left_agency[t] = agency_quits + moves + layoffs
    m.support[t] = districts.allowances.sum() + districts.training_cost.sum()
    m.support[t] += districts.bonuses.sum() + districts.awards.sum()


@kernel
def _lots(m: Monthly, t: int, contracts: Contracts, lot: I32, hours_by: F64, visible: F64) -> None:
    """Count projects, and the hours that communities, each of its ``lot``, bought by project."""
    shown = 0
    for k in range(visible.shape[0]):
        shown = k if visible[k] > visible[shown] else shown
    for i in range(lot.shape[0]):
        for s in range(hours_by.shape[1]):
            if contracts.focus[lot[i], s] == shown:
                m.hours_shown[t] += hours_by[i, s]
    switched = tendered = empty = 0
    for c in range(contracts.provider.shape[0]):
        for s in range(contracts.provider.shape[1]):
            switched += contracts.switched[c, s]
            tendered += contracts.opened[c, s]
            empty += 1 if contracts.opened[c, s] == 1 and contracts.provider[c, s] < 0 else 0
    m.switched[t] = switched
    m.tendered[t] = tendered
    m.empty[t] = empty


@kernel
def median(values: F64, n: int) -> float:
    """Return the median of the first ``n`` values, which are put in order; 0 if there are none."""
    for i in range(1, n):
        value = values[i]
        j = i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value
    return 0.5 * (values[(n - 1) // 2] + values[n // 2]) if n > 0 else 0.0


@allocating
def _organisations(
    m: Monthly,
    y: Yearly,
    spread: Spread,
    t: int,
    year: int,
    now: int,
    first: int,
    providers: Providers,
    money: Money,
) -> None:
    """Count organisations; ``first`` is the account of the first provider."""
    o = providers
    offers = np.zeros(o.strength.shape[1])
    staff = np.zeros(o.key.shape[0])
    working = 0
    sold = 0.0
    squared = 0.0
    for a in range(o.key.shape[0]):
        m.founded[t] += o.founded[a]
        m.closed[t] += o.closed[a]
        m.rescued[t] += o.rescued[a]
        if o.closed[a] == 1 and o.age[a] > now % 12:
            m.closed_old[t] += 1.0
        if o.alive[a] == 0:
            continue
        if a < y.income.shape[1] and o.age[a] > t:  # it was there when the record began
            y.income[year, a] += o.income_month[a]
        m.owed[t] += o.owed_former[a]
        m.loans[t] += o.loan[a]
        m.agencies[t] += 1.0
        m.agencies_grown[t] += 1.0 if o.age[a] >= 12 else 0.0
        m.agency_cash[t] += money.balance[first + a]
        m.capacity[t] += o.capacity[a]
        m.rating[t] += o.rating[a]
        offers[o.offer[a]] += 1.0
        sold += o.hours_sold[a]
        squared += o.hours_sold[a] ** 2
        if o.staff[a] > 0:
            staff[working] = o.staff[a]
            working += 1
            spread.sizes[t, min(int(o.staff[a]), spread.sizes.shape[1] - 1)] += 1.0
            m.agency_income[t] += o.income_month[a]
    m.agencies_working[t] = working
    m.agency_median[t] = median(staff, working)
    spread.sold[t] = sold
    spread.sold_squared[t] = squared
    m.hours_squared[t] = squared / sold**2 if sold > 0.0 else 0.0
    for k in range(offers.shape[0]):
        spread.offers[t, k] = offers[k]
        if m.agencies[t] > 0.0:
            m.offers_squared[t] += (offers[k] / m.agencies[t]) ** 2


@kernel
def _dues(m: Monthly, t: int, money: Money, in_kind: I64) -> None:
    """Note what was paid late, lost, passed on, and given to others than communities."""
    for d in range(money.settled.shape[0]):
        m.settled[t] += money.settled[d]
        m.settled_late[t] += money.settled_late[d]
        m.lost[t] += money.wages_lost[d] + money.insurance_lost[d] + money.written_off[d]
        m.incubation[t] += money.incubation[d]
        m.premises_paid[t] += money.capital[d]
        m.development[t] += money.development[d]
    for c in range(in_kind.shape[0]):
        m.passed_on[t] += money.passed_on[c]
        m.in_kind[t] += in_kind[c]
        m.ventured[t] += money.ventured[c]
        m.transferred[t] += money.transferred[c]


@inlined
def step(
    now: int,
    p: Any,
    districts: Districts,
    communities: Communities,
    contracts: Contracts,
    providers: Providers,
    groups: Groups,
    workers: Workers,
    categories: Categories,
    cases: Cases,
    money: Money,
    start: int,
    m: Monthly,
    y: Yearly,
    spread: Spread,
) -> None:
    """Write month ``now`` down in a record that begins at ``start``.

    Raises
    ------
    IndexError
        If the record has no room for the month.
    """
    t, year = now - start, now // 12 - start // 12
    if t < 0 or t >= m.arisen.shape[0]:
        raise IndexError("the record has no room for the month")
    n = districts.key.shape[0]
    _cases(
        m,
        y,
        t,
        year,
        now % 12 + 1,
        int(p.norm_months),
        cases,
        communities.vulnerable_need,
        flat(categories.minutes),
    )
    _vulnerable(
        m, t, communities.group_share, communities.vulnerable_need, communities.households, cases
    )
    _people(m, y, t, year, p, districts, communities, workers, cases, money)
    first = provider_account(n, communities.key.shape[0], 0)
    _organisations(m, y, spread, t, year, now, first, providers, money)
    m.ventures_funded[t] = groups.funded.sum()
    m.ventures_done[t] = groups.completed.sum()
    _lots(m, t, contracts, communities.lot, communities.hours_by, categories.visible)
    _dues(m, t, money, communities.in_kind)
