"""Seats of a district at the start, and who sits there."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import kernel
from sansheng.core.ledger import open_month, pay, split_fen
from sansheng.core.streams import Key, decision
from sansheng.core.tables import F64, I8, I64
from sansheng.world.accounts import OTHER_PAYERS, provider_account
from sansheng.world.place_file import AgencyTiers, StationTiers
from sansheng.world.plan import (
    Plan,
    Start,
    home_subdistricts,
    monthly_wage,
    normals,
    rows_before,
    uniforms,
)
from sansheng.world.schema import NOBODY, STATION, Tables

_CERTIFIED = decision("population.certified")
_TIER = decision("population.tier")
_TENURE = decision("population.tenure")
_BURNOUT = decision("population.burnout")

EMPLOYER_SEATS = 4096
"""Keys of one employer's seats."""

# Assumed: standard deviations and months.
_BURNOUT_SD = 0.5
_LONGEST_TENURE = 360


def fill_station(tables: Tables, plan: Plan, first: Start, p: Any, key: Key) -> None:
    """Fill the seats of the stations: all are taken, and exactly the certified people hold certificates."""
    t, d = tables.workers, plan.district
    n = int(plan.staff.sum())
    rows = slice(first.seat, first.seat + n)
    keys = _seat_keys(plan, plan.communities, plan.staff)
    community = np.repeat(np.arange(plan.communities.size), plan.staff)

    # Each community's share of the certified, then those of its people whose number comes first.
    certified = split_fen(d.certified_workers.value, plan.staff.astype(float))
    order = np.lexsort((uniforms(key, _CERTIFIED, keys), community))
    place_in_line = np.empty(n, np.int64)
    place_in_line[order] = np.arange(n) - np.repeat(rows_before(plan.staff), plan.staff)
    tier = _tiers(uniforms(key, _TIER, keys), d.station_tiers)

    t.filled[rows] = 1
    t.employer[rows] = STATION
    t.community[rows] = first.community + community
    t.home[rows] = first.community + community
    t.subdistrict[rows] = first.subdistrict + home_subdistricts(plan)[community]
    t.tier[rows] = np.where(place_in_line < certified[community], tier, 0)
    tenure = _months(uniforms(key, _TENURE, keys), p.tenure_base)
    _fill_people(tables, plan, first, rows, keys, tenure, p, key)


def fill_agencies(tables: Tables, plan: Plan, first: Start, p: Any, key: Key) -> None:
    """Fill the seats of agencies, some of them vacant, and give each agency its opening cash."""
    t, providers = tables.workers, tables.providers
    n = int(plan.seats.sum())
    start = first.seat + int(plan.staff.sum())
    rows = slice(start, start + n)
    seats = plan.seats
    keys = _seat_keys(plan, plan.providers, seats)
    number = np.arange(n) - np.repeat(rows_before(seats), seats)
    employer = first.provider + np.repeat(np.arange(seats.size), seats)
    filled = (number < np.repeat(plan.agency_staff, seats)).astype(np.int8)

    t.filled[rows] = filled
    t.employer[rows] = employer
    t.community[rows] = NOBODY
    t.home[rows] = NOBODY
    t.subdistrict[rows] = NOBODY
    t.tier[rows] = filled * _tiers(uniforms(key, _TIER, keys), plan.district.agency_tiers)
    tenure = _months(uniforms(key, _TENURE, keys), p.tenure_agency)
    tenure = np.minimum(tenure, providers.age[employer])
    _fill_people(tables, plan, first, rows, keys, tenure, p, key)

    cash = np.rint(p.cash_months * np.add.reduceat(t.wage[rows], rows_before(seats)))
    districts, communities = tables.districts.key.size, tables.communities.key.size
    account = provider_account(districts, communities, first.provider)
    _pay_in(tables.money, account + np.arange(seats.size), cash.astype(np.int64))


@kernel
def _pay_in(money: Any, accounts: I64, amounts: I64) -> None:
    """Book what other payers have paid before the first month, whose own flows start from nothing."""
    for i in range(accounts.size):
        pay(money, OTHER_PAYERS, accounts[i], amounts[i])
    open_month(money)


def _fill_people(
    tables: Tables,
    plan: Plan,
    first: Start,
    rows: slice,
    keys: I64,
    tenure: I64,
    p: Any,
    key: Key,
) -> None:
    """Fill what stations and agencies have in common; the people's seats are told by ``filled``."""
    t = tables.workers
    filled = t.filled[rows]
    step = tenure // 12
    wage = monthly_wage(plan.district, p) + step * round(p.step_pay * 100.0)
    t.key[rows] = keys
    t.district[rows] = first.district
    for months in (t.tenure, t.service, t.local_tenure, t.credit):
        months[rows] = filled * tenure
    t.step[rows] = filled * step
    t.wage[rows] = filled * wage
    t.burnout[rows] = filled * np.clip(_BURNOUT_SD * normals(key, _BURNOUT, keys), -2.0, 3.0)
    t.skill[rows] = filled


def _seat_keys(plan: Plan, employers: I64, seats: I64) -> I64:
    """Return keys of the seats of some employers, each employer's in one block."""
    number = np.arange(seats.sum()) - np.repeat(rows_before(seats), seats)
    own = np.repeat(employers - plan.first_key, seats)
    keys: I64 = plan.first_key + own * EMPLOYER_SEATS + number
    return keys


def _tiers(u: F64, tiers: StationTiers) -> I8:
    """Return certificates drawn from their shares; without ``none`` among them they start at one."""
    shares = [tiers.assistant, tiers.junior, tiers.middle, tiers.senior]
    least = 1
    if isinstance(tiers, AgencyTiers):
        shares, least = [tiers.none, *shares], 0
    return (least + np.searchsorted(np.cumsum(shares[:-1]), u)).astype(np.int8)


def _months(u: F64, mean_years: float) -> I64:
    """Return exponential tenures in whole months."""
    return np.minimum(-12.0 * mean_years * np.log(u), _LONGEST_TENURE).astype(np.int64)
