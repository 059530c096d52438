"""Social organisations of a district at the start: where they are at home, how old and how good."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.streams import Key, decision
from sansheng.core.tables import I64
from sansheng.world.plan import (
    Plan,
    Start,
    apportion,
    home_subdistricts,
    monthly_wage,
    normals,
    rows_before,
    uniforms,
)
from sansheng.world.schema import AGENCY, GRASSROOTS, HUB, NOBODY, Providers

_HOME = decision("population.home")
_RATING = decision("population.rating")
_FOUNDED = decision("population.founded")

# Assumed: stars, months and years.
_RATING_MEAN, _RATING_SD = 3.0, 0.9
_YOUNGEST, _OLDEST = 6, 480
_MEAN_AGE = {AGENCY: 3.0, GRASSROOTS: 4.0, HUB: 15.0}


def fill_providers(t: Providers, plan: Plan, first: Start, p: Any, key: Key) -> None:
    """Fill the rows of a district's organisations, living and to come."""
    keys = plan.providers
    rows = slice(first.provider, first.provider + keys.size)
    alive = plan.alive.astype(bool)
    t.key[rows] = keys
    t.kind[rows] = plan.kind
    t.alive[rows] = plan.alive
    t.district[rows] = first.district
    t.first_seat[rows] = first.seat + plan.staff.sum() + rows_before(plan.seats)
    t.seats[rows] = plan.seats
    t.staff[rows] = plan.agency_staff
    t.target[rows] = plan.agency_staff

    rating = _RATING_MEAN + _RATING_SD * normals(key, _RATING, keys)
    t.rating[rows] = np.where(alive, np.clip(rating, 1.0, 5.0), 0.0)
    mean_age = 12.0 * np.array([_MEAN_AGE[kind] for kind in range(3)])[plan.kind]
    age = np.clip(-mean_age * np.log(uniforms(key, _FOUNDED, keys)), _YOUNGEST, _OLDEST)
    t.age[rows] = np.where(alive, age, 0)

    subdistrict, community = _homes(plan, key)
    t.subdistrict[rows] = first.subdistrict + subdistrict
    t.community[rows] = np.where(community == NOBODY, NOBODY, first.community + community)

    wage = monthly_wage(plan.district, p)
    t.staff_other[rows] = np.rint(p.y_other * plan.agency_staff)
    price = wage * (1.0 + p.social_insurance) / (1.0 - p.o_c)
    t.other_income[rows] = np.rint(t.staff_other[rows] * price)


def _homes(plan: Plan, key: Key) -> tuple[I64, I64]:
    """Return home subdistrict and community of each provider, counted within the district.

    Agencies and hubs spread evenly over subdistricts in an order of their own; grassroots groups
    follow the square root of households.
    """
    n = plan.district.subdistricts.value
    subdistrict = np.empty(plan.kind.size, np.int64)
    community = np.full(plan.kind.size, NOBODY, np.int64)
    for kind in (AGENCY, HUB):
        for alive in (0, 1):
            some = np.flatnonzero((plan.kind == kind) & (plan.alive == alive))
            order = np.argsort(uniforms(key, _HOME, plan.providers[some]), kind="stable")
            subdistrict[some[order]] = np.arange(some.size) % n
    home = home_subdistricts(plan)
    for alive in (0, 1):
        some = np.flatnonzero((plan.kind == GRASSROOTS) & (plan.alive == alive))
        groups = apportion(some.size, np.sqrt(plan.households.astype(float)), 0)
        community[some] = np.repeat(np.arange(plan.communities.size), groups)
        subdistrict[some] = home[community[some]]
    return subdistrict, community
