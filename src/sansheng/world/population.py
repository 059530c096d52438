r"""A world from a place: who lives, works and serves there when a run starts.

Counts that a source gives are met exactly; how they spread over rows is drawn. In district :math:`d`
with :math:`C` communities and :math:`W` community workers

.. math::

    H_c \propto e^{\sigma_H z_c}, \qquad
    F_c \propto e^{\sigma_F(\rho z_c + \sqrt{1-\rho^2}\,\varepsilon_c)}, \qquad
    S_c = W\Big[\frac{1-\psi}{C} + \psi\frac{H_c}{\sum H}\Big],

with households :math:`H`, functions borne :math:`F` (40 to 180) and base staff :math:`S` (at least four),
whole numbers by largest remainder. How staff (:math:`\psi`) and functions (:math:`\rho`) follow households
decides whom a funding rule favours, so both are always swept.

Every draw is tied to the key of a row, and keys count within a district. Nothing is shared between
districts: what one is like leaves the rows of another as they are, to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from sansheng.core.streams import Key, decision
from sansheng.core.tables import F64, I8, I64, allocate
from sansheng.world.accounts import account_count
from sansheng.world.initial import PARAMETERS
from sansheng.world.organisations import fill_groups, fill_providers
from sansheng.world.place import Place
from sansheng.world.place_file import SMALLEST_PREMISES, URBAN_PREMISES, VILLAGE_PREMISES
from sansheng.world.plan import (
    Plan,
    Start,
    apportion,
    home_subdistricts,
    monthly_wage,
    normals,
    plan_district,
    rows_before,
    uniforms,
)
from sansheng.world.schema import (
    AGES,
    EASY,
    GROUPS,
    HARD,
    LAGS,
    NOBODY,
    POOLS,
    SLOTS,
    TABLES,
    TIES,
    UNSAID,
    VILLAGE,
    VULNERABLE,
    Categories,
    Communities,
    Districts,
    Subdistricts,
    Tables,
)
from sansheng.world.seats import fill_agencies, fill_station
from sansheng.world.world import World

_DUTIES = decision("population.duties")
_DUTY_KIND = decision("population.duty_kind")
_VULNERABLE = decision("population.vulnerable")
_ESTATE_AGE = decision("population.estate_age")
_GROUPS = decision("population.groups")
_COORDINATION = decision("population.coordination")
_SKILL = decision("population.skill")
_KIND = decision("population.kind")
_HALL = decision("population.hall")
_STANDING = decision("population.standing")
_PREMISES = decision("population.premises")
_AREA = decision("population.area")
_CIRCLE = decision("population.circle")

FEWEST_DUTIES, MOST_DUTIES = 40, 180
"""Duties that a community can bear; 180 is the whole list [S-T12]."""

_HARDSHIP = np.array([group in ("elderly", "low_income", "disabled") for group in GROUPS], float)

_DUTY_KIND_SD = 0.05
"""Spread of the administrative share of duties between communities (assumed)."""

_SKILL_SD = 0.05
"""Spread of cadres' skill between subdistricts (assumed)."""

_TARGET = 0.95
"""Share of cases that communities are told to close in the first year (assumed)."""
_SHORT_OF = 0.9
"""Premises below the standard lack at least a tenth of it (assumed)."""

_TRUST = 0.69
"""Where trust comes to rest in the default world: it moves over years, longer than a run warms up (assumed)."""

# Assumed, and forgotten within the months that a run warms up.
_SATISFACTION, _PARTICIPATION, _HARMONY, _SAFETY = 75.0, 40.0, 80.0, 80.0


def build_world(place: Place, parameters: Any, seed: int, replicate: int, start: int) -> World:
    """Return the world of a place before its first month.

    Parameters
    ----------
    place
        What is known.
    parameters
        Named tuple of floats with at least :data:`PARAMETERS`, what an hour of service is built up
        from (``social_insurance``, ``o_c``) and what makes and wears the capacity of agencies (``o_n``,
        ``cap_build``, ``cap_wear``); kept in the world for every process to read.
    seed, replicate
        0 to 2**32 - 1 each; they key all draws.
    start
        Index of the first month, see :mod:`sansheng.core.months`.

    Returns
    -------
    World
        All seats of the stations are filled, agencies hold cash that other payers have paid them, and no
        case, contract, tie or incentive exists yet. Books balance: all accounts sum to zero.
    """
    key = Key(seed, replicate)
    plans = [
        plan_district(district, number, parameters, key)
        for number, district in enumerate(place.parts, place.first_district)
    ]
    starts = [Start(0, 0, 0, 0, 0, 0)]
    for plan in plans:
        starts.append(starts[-1].after(plan))
    tables = _allocate(place, starts[-1])
    _fill_categories(tables.categories, place, parameters)
    for plan, first in zip(plans, starts, strict=False):
        _fill_subdistricts(tables.subdistricts, plan, first, parameters, key)
        _fill_communities(tables.communities, plan, first, parameters, key)
        fill_providers(tables, plan, first, parameters, key)
        fill_groups(tables.groups, plan, first)
        fill_station(tables, plan, first, parameters, key)
        fill_agencies(tables, plan, first, parameters, key)
        _fill_district(tables.districts, plan, first, parameters)
    tables.communities.need_mix[:] = _need_mix(tables)
    tables.communities.vulnerable_need[:] = _vulnerable_need(tables)
    tables.districts.helpers_per_home[:] = _helpers_per_home(tables.communities, len(plans))
    _fill_contracts(tables)
    return World(place, parameters, key, start, start, tables)


def empty_tables(place: Place) -> Tables:
    """Return tables of a place that nobody lives in: kernels are compiled for them as for any other."""
    return _allocate(place, Start(1, 1, 1, 1, 1, 1))


def _allocate(place: Place, end: Start) -> Tables:
    sizes = {
        "district": end.district,
        "subdistrict": end.subdistrict,
        "community": end.community,
        "provider": end.provider,
        "association": end.association,
        "worker": end.seat,
        "account": account_count(end.district, end.community, end.provider),
        "category": len(place.categories),
        "group": len(GROUPS),
        "month": 12,
        "hardness": 2,
        "age": AGES,
        "pool": POOLS,
        "lag": LAGS,
        "tie": TIES,
        "slot": SLOTS,
    }
    return Tables._make(allocate(table, sizes) for table in TABLES)


def _fill_district(t: Districts, plan: Plan, first: Start, p: Any) -> None:
    d, row = plan.district, first.district
    wage = monthly_wage(d, p)
    t.key[row] = plan.first_key
    t.envelope[row] = d.envelope.value * 100
    t.capital[row] = d.capital.value * 100
    t.base_wage[row] = wage
    t.agency_wage[row] = wage
    t.mean_wage[row] = round(d.mean_wage.value * 100 / 12)
    t.pool[row] = round(p.pool_share * int(plan.staff.sum() + plan.agency_staff.sum()))


def _fill_subdistricts(t: Subdistricts, plan: Plan, first: Start, p: Any, key: Key) -> None:
    n = plan.district.subdistricts.value
    rows = slice(first.subdistrict, first.subdistrict + n)
    keys = plan.first_key + np.arange(1, n + 1)
    score = normals(key, _COORDINATION, keys)
    t.key[rows] = keys
    t.district[rows] = first.district
    factor = np.exp(p.coord_sd * score - 0.5 * p.coord_sd**2)
    t.coordination[rows] = np.clip(p.coord * factor, 0.02, 0.98)
    skill = p.skill_0 + _SKILL_SD * normals(key, _SKILL, keys)
    t.skill_base[rows] = t.skill[rows] = np.clip(skill, 0.0, 1.0)


def _fill_communities(t: Communities, plan: Plan, first: Start, p: Any, key: Key) -> None:
    d, keys = plan.district, plan.communities
    rows = slice(first.community, first.community + keys.size)
    t.key[rows] = keys
    t.district[rows] = first.district
    t.subdistrict[rows] = first.subdistrict + home_subdistricts(plan)
    t.households[rows] = plan.households
    t.seats[rows] = plan.staff
    t.first_seat[rows] = first.seat + rows_before(plan.staff)

    service, admin = _duties(plan, p, key)
    t.duties_service[rows] = service
    t.duties_admin[rows] = admin
    hours = p.a_adm * p.h_w / 12.0 * d.community_workers.value
    t.admin_hours[rows] = hours * admin / admin.sum()

    need = normals(key, _VULNERABLE, keys)
    t.vulnerable[rows] = _scaled(np.exp(p.v_sd * need), plan.households, p.v, 0.0, 0.5)
    t.estate_age[rows] = _estate_age(need, normals(key, _ESTATE_AGE, keys), p)
    t.group_share[rows] = _group_shares(plan, need, p, key)

    t.kind[rows] = _drawn(plan, d.villages.value / keys.size, key, _KIND)
    t.standing[rows] = _drawn(plan, d.standing.value, key, _STANDING)
    # Villages come last: halls reached all urban communities first [S-B08].
    t.hall[rows] = _drawn(plan, d.halls.value, key, _HALL, t.kind[rows])
    t.estates_old[rows] = ndtr((t.estate_age[rows] - p.old_age) / p.old_sd)
    t.self_managed[rows] = p.self_0
    _fill_helpers(t, rows, plan, p)
    _fill_premises(t, rows, plan, p, key)

    t.target[rows] = _TARGET
    t.perceived[rows] = p.perceived_0
    t.performance[rows] = p.perceived_0
    t.expectation[rows] = p.perceived_0
    t.satisfaction[rows] = _SATISFACTION
    t.trust[rows] = _TRUST
    t.participation[rows] = _PARTICIPATION
    t.harmony[rows] = _HARMONY
    t.safety[rows] = _SAFETY


def _drawn(plan: Plan, share: float, key: Key, what: int, later: I8 | None = None) -> I8:
    """Return 1 for a drawn share of communities, to the nearest whole number, and 0 for the others.

    Those with a one in ``later`` have their turn when all others have had it.
    """
    luck = uniforms(key, what, plan.communities)
    order = np.argsort(luck if later is None else luck + later, kind="stable")
    chosen = np.zeros(luck.size, np.int8)
    chosen[order[: round(share * luck.size)]] = 1
    return chosen


def _fill_helpers(t: Communities, rows: slice, plan: Plan, p: Any) -> None:
    """Fill who watches over a community and lends a hand, beside its staff: all follow households."""
    d, homes = plan.district, plan.households.astype(float)
    grids = apportion(d.grids.value, homes, 1 if d.grids.value >= homes.size else 0)
    force = d.grid_staff
    others = force.social.value + force.specialist.value
    t.grids[rows] = grids
    t.grid_staff[rows] = grids * (
        (force.dedicated.value + p.grid_part * others) / max(1, d.grids.value)
    )
    party = apportion(d.party_members.value, homes, 0) * p.party_hours
    persuaders = apportion(d.persuaders.value, homes, 0) * p.persuader_hours
    t.mobilised[rows] = (party + persuaders) / p.volunteer_hours
    t.volunteers[rows] = apportion(d.volunteers.value, homes, 0)
    t.helpers[rows] = t.volunteers[rows] + t.mobilised[rows]


def _helpers_per_home(t: Communities, districts: int) -> F64:
    """Return effective volunteers a household, by district."""
    people = np.bincount(t.district, t.helpers, districts)
    homes = np.bincount(t.district, t.households, districts)
    per_home: F64 = people / np.maximum(1.0, homes)
    return per_home


def _fill_premises(t: Communities, rows: slice, plan: Plan, p: Any, key: Key) -> None:
    """Fill rooms, service circles and resident units."""
    d = plan.district
    standard = np.where(t.kind[rows] == VILLAGE, VILLAGE_PREMISES, URBAN_PREMISES)
    met = _drawn(plan, d.premises.standard.value, key, _PREMISES).astype(bool)
    own = np.exp(p.area_sd * normals(key, _AREA, plan.communities[~met]))
    t.premises[rows] = standard
    if own.size:
        short = rows.start + np.flatnonzero(~met)
        most = _SHORT_OF * standard[~met]
        mean = min(d.premises.area.value, float(most.mean()))
        t.premises[short] = _scaled(own, np.ones(own.size, np.int64), mean, SMALLEST_PREMISES, most)
    t.circle[rows] = _drawn(plan, d.service_circles.value, key, _CIRCLE)

    n = d.resident_units.count.value
    units = apportion(n, np.ones(met.size), 0)
    t.units[rows] = units
    opened = apportion(round(n * d.resident_units.open.value), np.maximum(units, 1e-9), 0)
    t.units_open[rows] = np.minimum(opened, units)
    t.units_active[rows] = p.units_0


def _duties(plan: Plan, p: Any, key: Key) -> tuple[I64, I64]:
    """Return service and administrative duties of each community."""
    own = normals(key, _DUTIES, plan.communities)
    score = p.rho_FH * plan.size + np.sqrt(1.0 - p.rho_FH**2) * own
    one_each = np.ones_like(plan.households)
    exact = _scaled(np.exp(p.sigma_F * score), one_each, p.F_mean, FEWEST_DUTIES, MOST_DUTIES)
    duties = np.floor(exact).astype(np.int64)
    rest = exact - duties
    duties[np.argsort(-rest, kind="stable")[: round(float(rest.sum()))]] += 1
    kind = p.adm_share + _DUTY_KIND_SD * normals(key, _DUTY_KIND, plan.communities)
    admin = np.rint(duties * np.clip(kind, 0.1, 0.9)).astype(np.int64)
    return duties - admin, admin


def _scaled(values: F64, weights: I64, mean: float, low: float, high: float | F64) -> F64:
    """Multiply values by what gives their clipped weighted mean a set value inside the bounds."""
    total = weights.sum()
    factor = 1.0
    clipped = np.minimum(np.maximum(values, low), high)
    for _ in range(200):
        ratio = mean * total / (weights @ clipped)
        if abs(ratio - 1.0) < 1e-13:
            break
        factor *= ratio
        clipped = np.minimum(np.maximum(factor * values, low), high)
    return clipped


def _estate_age(need: F64, own: F64, p: Any) -> F64:
    score = p.v_age * need + np.sqrt(1.0 - p.v_age**2) * own
    age: F64 = np.clip(p.age_mean + p.age_sd * score, 1.0, 60.0)
    return age


def _group_shares(plan: Plan, need: F64, p: Any, key: Key) -> F64:
    """Return shares of need groups that vary between communities and keep the district's shares."""
    target = np.array(plan.district.need_groups.shares())
    own = np.stack([normals(key, _GROUPS, plan.communities, g) for g in range(len(GROUPS))], axis=1)
    shares: F64 = target * np.exp(p.group_sd * own + p.group_v * np.outer(need, _HARDSHIP))
    weights = plan.households / plan.households.sum()
    factors = np.ones_like(target)  # one for a group that nobody is in
    # Rows must sum to one and weighted columns to the district's shares: scale each in turn.
    for _ in range(30):
        columns = weights @ shares
        shares *= np.divide(target, columns, out=factors, where=columns > 0.0)
        shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _fill_contracts(tables: Tables) -> None:
    """No contract, no tie: every community is its own lot."""
    tables.communities.lot[:] = np.arange(tables.communities.key.size, dtype=np.int32)
    tables.contracts.provider[:] = NOBODY
    tables.contracts.members[:] = 1
    tables.contracts.projects[:] = 1
    tables.ties.provider[:] = NOBODY
    for column in tables.terms:
        column[:] = UNSAID


def _fill_categories(t: Categories, place: Place, p: Any) -> None:
    """Scale what is relative: hours to the mean case, seasons to the year, groups to the reference."""
    reference = np.array(place.reference_population.shares())
    for field in ("rate", "duty_rate", "cross", "visible", "volunteer", "harmony", "safety"):
        column: F64 = getattr(t, field)
        column[:] = [getattr(category, field).value for category in place.categories]
    t.rate[:] /= t.rate.sum()
    t.duty_rate[:] /= t.duty_rate.sum()
    hours = np.array([category.hours.value for category in place.categories])
    easy = p.h_easy * 60.0 * hours / (t.rate @ hours)
    t.minutes[:, EASY] = np.rint(easy)
    t.minutes[:, HARD] = np.rint(p.c_hard * easy)
    season = np.array([category.season.values for category in place.categories])
    t.season[:] = season / season.mean(axis=1, keepdims=True)
    rates = [[getattr(c.group_rate, group) for group in GROUPS] for c in place.categories]
    t.group_rate[:] = rates / (np.array(rates) @ reference)[:, None]
    t.least_tier[:] = [category.least_tier.value for category in place.categories]


def _need_mix(tables: Tables) -> F64:
    """Residents' need of each category, given the groups who live there; added up in a fixed order."""
    shares, kinds = tables.communities.group_share, tables.categories
    mix = np.zeros((shares.shape[0], kinds.rate.shape[0]))
    for g in range(shares.shape[1]):
        mix += shares[:, g, None] * kinds.group_rate[:, g]
    return kinds.rate * mix


def _vulnerable_need(tables: Tables) -> F64:
    """Return the expected share of each kind of residents' needs that vulnerable groups have."""
    shares, rates = tables.communities.group_share, tables.categories.group_rate
    columns = [GROUPS.index(group) for group in VULNERABLE]
    part: F64 = shares[:, columns] @ rates[:, columns].T
    whole = shares @ rates.T
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)


__all__ = ["FEWEST_DUTIES", "MOST_DUTIES", "PARAMETERS", "build_world"]
