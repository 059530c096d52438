"""What has to be drawn before the tables of a world can be sized, and what all of it is drawn with.

Every draw is tied to the key of a row, and keys count within a district: nothing about one district moves
the luck of another.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from sansheng.core.ledger import split_fen
from sansheng.core.streams import Key, decision, fill_uniform
from sansheng.core.tables import F64, I8, I64
from sansheng.world.place_file import LEAST_HOUSEHOLDS, LEAST_STAFF, District
from sansheng.world.schema import GRASSROOTS, HUB

_HOUSEHOLDS = decision("population.households")
_AGENCY_STAFF = decision("population.agency_staff")

_BEFORE = 0
"""Month of all draws of a population: the people are the same whenever the run starts."""

DISTRICT_KEYS = 2**30
"""Keys of one district's rows; the next district's start after them."""

FIRST_PROVIDER = 100_000
"""Key of the first agency within its district; hubs and groups follow agencies, communities and
subdistricts count from 1."""

SPARE_AGENCIES = 10
"""Least number of empty rows for agencies to come; otherwise as many as there are (assumed)."""

SPARE_GRASSROOTS = 0.25
"""Empty rows for grassroots groups to come, per group (assumed)."""

LEAST_SEATS, MOST_SEATS = 20, 120
"""Seats of an agency: three times its staff at the start, within this range (assumed)."""

FEWEST_AGENCY_STAFF, MOST_AGENCY_STAFF = 2, 100
"""Staff of an agency at the start lies in this range (assumed)."""


class Plan(NamedTuple):
    """A district's rows, and what has to be drawn before tables can be sized.

    Parameters
    ----------
    district
        What is known.
    first_key
        Keys of the district's rows count from here.
    communities, size, households, staff
        Key, normal score of size, households and base staff of each community.
    providers, alive, agency_staff, seats
        Key, whether it exists, staff and seats of each agency.
    groups, group_kind, group_alive
        Key, kind and whether it exists of each hub and grassroots group.
    """

    district: District
    first_key: int
    communities: I64
    size: F64
    households: I64
    staff: I64
    providers: I64
    alive: I8
    agency_staff: I64
    seats: I64
    groups: I64
    group_kind: I8
    group_alive: I8


class Start(NamedTuple):
    """First row of a district in each table."""

    district: int
    subdistrict: int
    community: int
    provider: int
    association: int
    seat: int

    def after(self, plan: Plan) -> Start:
        """Return where the next district starts."""
        return Start(
            self.district + 1,
            self.subdistrict + plan.district.subdistricts.value,
            self.community + plan.communities.size,
            self.provider + plan.providers.size,
            self.association + plan.groups.size,
            self.seat + int(plan.staff.sum() + plan.seats.sum()),
        )


def plan_district(district: District, ordinal: int, p: Any, key: Key) -> Plan:
    """Draw the sizes of a district.

    Parameters
    ----------
    district
        What is known.
    ordinal
        Its number in the place, from 0; its keys start at ``ordinal * DISTRICT_KEYS``.
    p
        Named tuple of parameters.
    key
        Seed and replicate.
    """
    first_key = ordinal * DISTRICT_KEYS
    communities = first_key + np.arange(1, district.communities.value + 1)
    size = normals(key, _HOUSEHOLDS, communities)
    households = apportion(district.households.value, np.exp(p.sigma_H * size), LEAST_HOUSEHOLDS)
    equal = np.full(communities.size, 1.0 / communities.size)
    share = (1.0 - p.psi) * equal + p.psi * households / district.households.value
    staff = apportion(district.community_workers.value, share, LEAST_STAFF)

    agencies, hubs = district.agencies.value, district.hubs.value
    grassroots = district.organisations.value - agencies - hubs
    alive = np.repeat(np.array([1, 0], np.int8), [agencies, max(SPARE_AGENCIES, agencies)])
    providers = first_key + FIRST_PROVIDER + np.arange(alive.size)
    drawn = p.m_a * np.exp(p.m_a_sd * normals(key, _AGENCY_STAFF, providers[:agencies]))
    agency_staff = np.zeros(alive.size, np.int64)
    agency_staff[:agencies] = np.clip(np.rint(drawn), FEWEST_AGENCY_STAFF, MOST_AGENCY_STAFF)

    rows = [hubs, grassroots, int(np.ceil(SPARE_GRASSROOTS * grassroots))]
    group_kind = np.repeat(np.array([HUB, GRASSROOTS, GRASSROOTS], np.int8), rows)
    return Plan(
        district,
        first_key,
        communities,
        size,
        households,
        staff,
        providers,
        alive,
        agency_staff,
        np.clip(3 * agency_staff, LEAST_SEATS, MOST_SEATS),
        first_key + FIRST_PROVIDER + alive.size + np.arange(group_kind.size),
        group_kind,
        np.repeat(np.array([1, 1, 0], np.int8), rows),
    )


def apportion(total: int, weights: F64, least: int) -> I64:
    """Divide a whole number by largest remainder, giving everyone at least ``least``.

    Parameters
    ----------
    total
        What is divided; at least ``least`` for each.
    weights
        Positive shares of any sum.
    least
        Those whose share is smaller get exactly this, and the rest divide what is left.
    """
    parts = np.full(weights.size, least, np.int64)
    free = np.ones(weights.size, bool)
    while free.any():
        left = total - least * int(weights.size - free.sum())
        # What differs by rounding alone counts as too small, or its whole part could fall below.
        too_small = free & (weights * left < least * weights[free].sum() * (1.0 + 1e-12))
        if not too_small.any():
            parts[free] = split_fen(left, weights[free])
            break
        free &= ~too_small
    return parts


def uniforms(key: Key, what: int, rows: I64, sub: int = 0) -> F64:
    """Return a draw in (0, 1) for each key of ``rows``."""
    return fill_uniform(key, what, _BEFORE, rows, sub)


def normals(key: Key, what: int, rows: I64, sub: int = 0) -> F64:
    """Return a standard normal draw for each key of ``rows``."""
    scores: F64 = ndtri(uniforms(key, what, rows, sub))
    return scores


def rows_before(sizes: I64) -> I64:
    """Return, for neighbouring blocks of rows, how many rows come before each."""
    return np.cumsum(sizes) - sizes


def home_subdistricts(plan: Plan) -> I64:
    """Return the subdistrict of each community: neighbouring rows, as even as can be."""
    n, communities = plan.district.subdistricts.value, plan.communities.size
    return np.arange(communities) * n // communities


def monthly_wage(district: District, p: Any) -> int:
    """Return the monthly wage before seniority, whole fen; at a station and in an agency alike."""
    return int(round(p.w_rel * district.mean_wage.value * 100.0 / 12.0))
