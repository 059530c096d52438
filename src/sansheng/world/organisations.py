"""Social organisations of a district at the start: where they are at home, how old and how good.

What newcomers have in common with those that were there first stands here too: how talent for a category is
drawn, and whom hubs reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.kernels import inlined, kernel
from sansheng.core.streams import Key, decision, fill_run
from sansheng.core.tables import F64, I8, I64
from sansheng.world.plan import (
    Plan,
    Start,
    apportion,
    monthly_wage,
    normals,
    rows_before,
    uniforms,
)
from sansheng.world.schema import GRASSROOTS, HUB, NOBODY, OUTSIDE, Groups, Providers, Tables

_HOME = decision("population.home")
_RATING = decision("population.rating")
_FOUNDED = decision("population.founded")
_TALENT = decision("population.talent")
_ENTERPRISE = decision("population.enterprise")
_EXTERNAL = decision("population.external")
LINK = decision("population.link")
"""Luck of an organisation in being reached by a hub; the same for good."""

# Assumed: stars and months.
_RATING_MEAN, _RATING_SD = 3.0, 0.9
_YOUNGEST, _OLDEST = 6, 480
_MEAN_AGE = 36.0


@inlined
def ease(visible: float, least_tier: int) -> float:
    """How easily a category shows results without certified staff, 0 to 1."""
    return visible * (1.0 - least_tier / 4.0)


@inlined
def smallness(staff: int, median: float) -> float:
    """How small an agency is: 1 without staff, one half at the median, towards 0 beyond."""
    return median / (median + staff)


@kernel
def draw_strengths(
    luck: F64, visible: F64, least_tier: I8, small: float, lean: float, strength: F64
) -> None:
    """Write an agency's talents, shape ``(category,)``; small ones lean to what is easy and seen.

    Parameters
    ----------
    luck
        Uniform draws, shape ``(category,)``.
    visible, least_tier
        Of the categories.
    small
        See :func:`smallness`.
    lean
        Part of talent that goes with size; the rest is luck.
    """
    for k in range(strength.shape[0]):
        fit = small * ease(visible[k], least_tier[k]) + (1.0 - small) * 0.5
        strength[k] = (1.0 - lean) * luck[k] + lean * fit


@inlined
def reach(span: float, hubs: float, organisations: float) -> float:
    """Share of other organisations that hubs can look after, each ``span`` of them."""
    return min(1.0, span * hubs / max(1.0, organisations))


@inlined
def capacity_at_rest(got: float, build: float, wear: float) -> float:
    """Organisational capacity that neither grows nor wears.

    Parameters
    ----------
    got
        Overhead paid over overhead needed, 0 to 1.
    build, wear
        Yearly speeds; see :func:`sansheng.processes.payroll.next_capacity`, which leaves it where it is.
    """
    return build * got / (build * got + wear * (1.0 - got))


@inlined
def usual_supervision(paid: float, allowed: float, needed: float) -> float:
    """Overhead paid over overhead needed where the part ``paid`` of what payers allow is paid, at most 1."""
    return min(1.0, paid * allowed / needed)


def fill_providers(tables: Tables, plan: Plan, first: Start, p: Any, key: Key) -> None:
    """Fill the rows of a district's agencies, living and to come; categories are there already."""
    t, keys = tables.providers, plan.providers
    rows = slice(first.provider, first.provider + keys.size)
    alive = plan.alive.astype(bool)
    t.key[rows] = keys
    t.alive[rows] = plan.alive
    t.district[rows] = first.district
    t.first_seat[rows] = first.seat + plan.staff.sum() + rows_before(plan.seats)
    t.seats[rows] = plan.seats
    t.staff[rows] = plan.agency_staff
    t.target[rows] = plan.agency_staff

    rating = _RATING_MEAN + _RATING_SD * normals(key, _RATING, keys)
    t.rating[rows] = np.where(alive, np.clip(rating, 1.0, 5.0), 0.0)
    t.merit[rows] = t.rating[rows]
    age = np.clip(-_MEAN_AGE * np.log(uniforms(key, _FOUNDED, keys)), _YOUNGEST, _OLDEST)
    t.age[rows] = np.where(alive, age, 0)

    external = alive & (uniforms(key, _EXTERNAL, keys) < p.external_share)
    t.subdistrict[rows] = np.where(external, OUTSIDE, first.subdistrict + _homes(plan, key))
    t.enterprise[rows] = alive & (uniforms(key, _ENTERPRISE, keys) < p.enterprise_share)

    wage = monthly_wage(plan.district, p)
    t.staff_other[rows] = np.rint(p.y_other * plan.agency_staff)
    price = wage * (1.0 + p.social_insurance) / (1.0 - p.o_c)
    t.other_income[rows] = np.rint(t.staff_other[rows] * price)
    tables.districts.other_payers[first.district] = t.other_income[rows].sum()

    # Capacity moves over years, longer than a run warms up: it starts where it would come to rest.
    supervision = usual_supervision(p.overhead_0, p.o_c, p.o_n)
    t.supervision[rows] = alive * supervision
    t.capacity[rows] = alive * capacity_at_rest(supervision, p.cap_build, p.cap_wear)
    living, hub = plan.group_alive == 1, plan.group_kind == HUB
    others = np.sum(alive) + np.sum(living & ~hub)
    share = reach(p.hub_span, float(np.sum(living & hub)), float(others))
    t.linked[rows] = alive & (uniforms(key, LINK, keys) < share)
    _fill_strengths(t, tables, first.provider + np.flatnonzero(alive), p, key)


def fill_groups(t: Groups, plan: Plan, first: Start) -> None:
    """Fill the rows of a district's hubs and grassroots groups, living and to come.

    Groups, and rows of groups to come, follow the square root of households; hubs have no community.
    """
    rows = slice(first.association, first.association + plan.groups.size)
    t.key[rows] = plan.groups
    t.kind[rows] = plan.group_kind
    t.alive[rows] = plan.group_alive
    t.district[rows] = first.district
    community = np.full(plan.groups.size, NOBODY, np.int64)
    for alive in (0, 1):
        some = np.flatnonzero((plan.group_kind == GRASSROOTS) & (plan.group_alive == alive))
        groups = apportion(some.size, np.sqrt(plan.households.astype(float)), 0)
        community[some] = first.community + np.repeat(np.arange(plan.communities.size), groups)
    t.community[rows] = community


def _fill_strengths(t: Providers, tables: Tables, agencies: I64, p: Any, key: Key) -> None:
    """Draw what agencies are good at; each offers what it does best."""
    k = tables.categories
    luck = np.empty(k.visible.size)
    for a in agencies:
        fill_run(key, _TALENT, 0, t.key[a], luck)
        small = smallness(int(t.staff[a]), p.m_a)
        draw_strengths(luck, k.visible, k.least_tier, small, p.lean, t.strength[a])
        t.offer[a] = np.argmax(t.strength[a])


def _homes(plan: Plan, key: Key) -> I64:
    """Return the home subdistrict of each agency, counted within the district.

    They spread evenly over subdistricts in an order of their own.
    """
    subdistrict = np.empty(plan.providers.size, np.int64)
    for alive in (0, 1):
        some = np.flatnonzero(plan.alive == alive)
        order = np.argsort(uniforms(key, _HOME, plan.providers[some]), kind="stable")
        subdistrict[some[order]] = np.arange(some.size) % plan.district.subdistricts.value
    return subdistrict
