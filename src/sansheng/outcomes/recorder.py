"""The last step of the month: write down what happened, into arrays made beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sansheng.core.tables import allocate
from sansheng.outcomes.flows import Monthly, Yearly
from sansheng.world.accounts import community_account, provider_account
from sansheng.world.schema import AGENCY, STATION
from sansheng.world.world import World


@dataclass(slots=True)
class Recorder:
    """Preallocated records of a run.

    Parameters
    ----------
    monthly
        One row a month.
    yearly
        Shape ``(year, community)`` from the calendar year of ``start``.
    start
        Index of the first month recorded.
    """

    monthly: Monthly
    yearly: Yearly
    start: int

    @property
    def months(self) -> int:
        """Months there is room for."""
        return int(self.monthly.arisen.shape[0])


def make_recorder(start: int, months: int, communities: int) -> Recorder:
    """Return an empty recorder for ``months`` months from ``start``."""
    years = (start + months - 1) // 12 - start // 12 + 1
    return Recorder(
        allocate(Monthly, {"month": months}),
        allocate(Yearly, {"year": years, "community": communities}),
        start,
    )


def step(world: World, record: Recorder) -> None:
    """Write the month down.

    Raises
    ------
    IndexError
        If the record has no room for the month.
    """
    t = world.month - record.start
    if t < 0:
        raise IndexError(f"the record starts {-t} months after the month of the world")
    year = world.month // 12 - record.start // 12
    _cases(world, record, t, year)
    _communities(world, record, t, year)
    _workforce(world, record, t)
    _organisations(world, record, t)


def _cases(world: World, record: Recorder, t: int, year: int) -> None:
    m, y, w = record.monthly, record.yearly, world.tables
    cases = w.cases
    arisen, resolved = cases.arisen.sum(axis=1), cases.resolved.sum(axis=1)
    m.arisen[t] = arisen.sum()
    m.arisen_hard[t] = arisen[:, 1].sum()
    m.resolved[t] = resolved.sum()
    m.resolved_hard[t] = resolved[:, 1].sum()
    y.arisen[year] += arisen.sum(axis=1)
    y.arisen_hard[year] += arisen[:, 1]
    y.resolved[year] += resolved.sum(axis=1)
    y.resolved_hard[year] += resolved[:, 1]
    minutes = np.stack([w.categories.easy_minutes, w.categories.hard_minutes], axis=1)
    m.hours_met[t] = (cases.resolved.sum(axis=0) * minutes).sum() / 60.0
    m.opened[t] = cases.reported.sum() + cases.found.sum()
    m.lapsed[t] = cases.lapsed.sum()
    m.papered[t] = cases.papered.sum()
    m.reopened[t] = cases.reopened.sum()
    m.latent[t] = cases.latent.sum()
    by_age = cases.open.sum(axis=(0, 1, 2))
    m.open[t] = by_age.sum()
    m.open_this_year[t] = by_age[: world.month % 12 + 1].sum()
    m.open_ages[t] = (by_age * np.arange(by_age.shape[0])).sum()
    m.overdue[t] = by_age[int(world.parameters.norm_months) :].sum()


def _communities(world: World, record: Recorder, t: int, year: int) -> None:
    m, y, w, p = record.monthly, record.yearly, world.tables, world.parameters
    c, money = w.communities, w.money
    homes = c.households
    m.households[t] = homes.sum()
    m.satisfaction[t] = homes @ c.satisfaction
    m.participation[t] = homes @ c.participation
    m.harmony[t] = homes @ c.harmony
    m.safety[t] = homes @ c.safety
    staff = np.bincount(
        w.workers.community[(w.workers.filled == 1) & (w.workers.employer == STATION)],
        minlength=homes.shape[0],
    )
    total = staff * p.h_w / 12.0
    at_hand = total - c.hours_lost_admin + c.hours_paid
    m.hours[t] = at_hand.sum()
    m.utilisation[t] = at_hand @ c.utilisation
    m.hours_station[t] = total.sum()
    m.hours_admin[t] = c.hours_lost_admin.sum()
    m.hours_bought[t] = c.hours_paid.sum()
    gamed = np.divide(c.hours_lost_gaming, at_hand, out=np.zeros_like(at_hand), where=at_hand > 0)
    m.appearance[t] = homes @ np.minimum(100.0 - c.satisfaction, 100.0 * p.g * gamed)
    m.granted[t] = money.granted.sum()
    m.bought[t] = money.bought.sum()
    m.returned[t] = money.returned.sum() + money.clawed.sum()
    first = community_account(w.districts.key.shape[0], 0)
    m.held[t] = money.balance[first : first + homes.shape[0]].sum()
    m.base_cost[t] = w.districts.wage_bill_base.sum()
    y.months[year] += 1.0
    y.granted[year] += money.granted
    y.bought[year] += money.bought
    y.hours_bought[year] += c.hours_paid
    y.load[year] += c.load
    y.utilisation[year] += c.utilisation
    y.satisfaction[year] += c.satisfaction
    y.staff[year] += staff


def _workforce(world: World, record: Recorder, t: int) -> None:
    m, workers = record.monthly, world.tables.workers
    base = workers.employer == STATION
    filled = workers.filled == 1
    m.staff_base[t] = (base & filled).sum()
    m.quits_base[t] = workers.quits[base].sum()
    m.certified[t] = (base & filled & (workers.tier > 0)).sum()
    m.burnout_base[t] = workers.burnout[base & filled].sum()
    m.staff_agency[t] = (~base & filled).sum()
    m.quits_agency[t] = workers.quits[~base].sum() + workers.moved.sum()
    m.bill[t] = workers.wage[~base].sum()


def _organisations(world: World, record: Recorder, t: int) -> None:
    m, w = record.monthly, world.tables
    alive = (w.providers.kind == AGENCY) & (w.providers.alive == 1)
    first = provider_account(w.districts.key.shape[0], w.communities.key.shape[0], 0)
    m.owed[t] = w.workers.owed.sum() + w.providers.owed_former.sum()
    m.agencies[t] = alive.sum()
    m.agency_cash[t] = w.money.balance[first:][alive].sum()
    m.switched[t] = w.contracts.switched.sum()
    m.tendered[t] = w.contracts.opened.sum()
    m.empty[t] = ((w.contracts.opened == 1) & (w.contracts.provider < 0)).sum()
