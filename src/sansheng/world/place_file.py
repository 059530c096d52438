"""What place files and lists of service categories may hold.

Every number is written ``{value: 108, source: S-C03}``, so nobody can add one without saying where it comes
from or that it is ``assumed``. Ranges here only keep nonsense out; what must agree with what is checked in
:mod:`sansheng.world.place_checks`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sansheng.core.text import Text
from sansheng.world.schema import GROUPS

LEAST_HOUSEHOLDS = 200
"""Households of the smallest community that a population may draw (assumed)."""

LEAST_STAFF = 4
"""Base staff that every community has at least (model assumption)."""

MOST_STAFF = 60
"""Mean base staff per community beyond which a place file is surely wrong."""

FEWEST_GRID_STAFF, MOST_GRID_STAFF = 1, 20
"""Grid staff for one grid: sources count 2 [S-B04] and 8 [S-T05]; beyond this a file is surely wrong."""

URBAN_PREMISES, VILLAGE_PREMISES = 350.0, 300.0
"""Square metres of premises that a place file calls the standard [S-Z16, S-T18]."""

MOST_CATEGORIES = 40
"""Categories of service that a list may have."""

MOST_DISTRICTS = 4096
"""Districts of a place: so many have keys of their own."""

SMALLEST_PREMISES = 20.0
"""Square metres: a room and a desk; no community is without (assumed)."""

Name = Annotated[
    str, Field(strict=True, pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)
]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Relative = Annotated[float, Field(strict=True, ge=0.0, le=20.0)]
PositiveRelative = Annotated[float, Field(strict=True, gt=0.0, le=20.0)]
Year = Annotated[int, Field(strict=True, ge=1980, le=2100)]
Tier = Annotated[int, Field(strict=True, ge=0, le=4)]
People = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Money = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000_000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _items(least: int, most: int) -> AfterValidator:
    """Bound the number of items; told only where the items themselves are right."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        if least <= len(items) <= most:
            return items
        many = f"{least}" if least == most else f"{least} to {most}"
        many_zh = f"{least}" if least == most else f"{least} 至 {most}"
        raise ValueError(
            Text(f"{len(items)} items; allowed: {many}", f"共 {len(items)} 项；须为 {many_zh} 项")
        )

    return AfterValidator(check)


Sources = Annotated[
    tuple[Annotated[str, Field(strict=True, max_length=40)], ...],
    BeforeValidator(_as_list),
    _items(1, 12),
]


class Strict(BaseModel):
    """Base of all parts of a place: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Strict):
    """Where a number comes from.

    Parameters
    ----------
    source
        One id of :mod:`sansheng.facts`, several, or ``assumed``.
    note
        How the number follows from its sources, or why it was assumed so.
    """

    source: Sources
    note: Text | None = None


V = TypeVar("V")


class Sourced(Evidence, Generic[V]):
    """One number and its evidence."""

    value: V


class Season(Evidence):
    """Relative need in the twelve calendar months; scaled to a mean of one."""

    values: Annotated[tuple[Relative, ...], _items(12, 12)]


class GroupRates(Evidence):
    """Need of each group relative to the others; scaled to one for the reference population."""

    elderly: Relative
    low_income: Relative
    disabled: Relative
    migrant: Relative
    minor: Relative
    other: Relative


class StationTiers(Evidence):
    """How the certified people of the stations divide over certificates; sums to one."""

    assistant: Share
    junior: Share
    middle: Share
    senior: Share


class AgencyTiers(StationTiers):
    """How agency staff divide over certificates and none; sums to one."""

    none: Share


class Groups(Strict):
    """Shares of residents by the group that best describes their needs; the rest are ``other``."""

    elderly: Sourced[Share]
    low_income: Sourced[Share]
    disabled: Sourced[Share]
    migrant: Sourced[Share]
    minor: Sourced[Share]

    def shares(self) -> tuple[float, ...]:
        """Return the six shares in the order of :data:`sansheng.world.schema.GROUPS`."""
        named = tuple(getattr(self, group).value for group in GROUPS[:-1])
        return (*named, max(0.0, 1.0 - sum(named)))


class Category(Strict):
    """A kind of service.

    Parameters
    ----------
    id, title
        Name in tables, and words for people.
    rate
        Share of resident need; all categories sum to one.
    duty_rate
        Share of the cases that service duties bring; all categories sum to one.
    hours
        Hours of an easy case relative to the mean case.
    season
        Relative need by calendar month.
    cross
        Share of cases that need another department.
    visible
        Visibility to an appraiser, 0 to 1.
    volunteer
        How far volunteers help, 0 to 1.
    harmony, safety
        How much unresolved cases hurt harmony and safety, 0 to 1.
    least_tier
        Least certificate that counts as professional for a hard case, 0 to 4.
    group_rate
        Relative need of the six groups.
    """

    id: Name
    title: Text
    rate: Sourced[Share]
    duty_rate: Sourced[Share]
    hours: Sourced[PositiveRelative]
    season: Season
    cross: Sourced[Share]
    visible: Sourced[Share]
    volunteer: Sourced[Share]
    harmony: Sourced[Share]
    safety: Sourced[Share]
    least_tier: Sourced[Tier]
    group_rate: GroupRates


class CategoriesFile(Strict):
    """What a file of service categories holds.

    Parameters
    ----------
    title
        Words for the whole list.
    reference_population
        The residents for whom ``rate`` holds: a place with more needy groups has more need.
    categories
        The categories, in column order.
    """

    title: Text
    reference_population: Groups
    categories: Annotated[tuple[Category, ...], _items(1, MOST_CATEGORIES)]


class GridStaff(Strict):
    """The people of the grids by force: they work there full-time, as residents, or for a department."""

    dedicated: Sourced[People]
    social: Sourced[People]
    specialist: Sourced[People]

    def total(self) -> int:
        """Return how many they are together."""
        return self.dedicated.value + self.social.value + self.specialist.value


class Premises(Strict):
    """Rooms that communities have for service.

    Parameters
    ----------
    standard
        Share of communities that meet the standard.
    area
        Mean square metres of the others.
    """

    standard: Sourced[Share]
    area: Sourced[Annotated[float, Field(strict=True, ge=SMALLEST_PREMISES, le=10_000.0)]]


class ResidentUnits(Strict):
    """Units 驻区单位 that have signed pacts with their community, and the share that opens space."""

    count: Sourced[Annotated[int, Field(strict=True, ge=0, le=100_000_000)]]
    open: Sourced[Share]


class District(Strict):
    """What is known of a district. Counts are people, households or organisations; money is yuan.

    Parameters
    ----------
    name, title
        Identifier, and words for people.
    copies
        Where only the total of several districts is known: how many equal ones divide these numbers.
    subdistricts, communities, households
        How many there are.
    villages
        How many of the communities are villages.
    persons_per_household
        Mean size of a household.
    community_workers
        Base staff of the stations, paid from a line that no funding rule touches.
    certified_workers
        How many of them hold a certificate.
    organisations
        Social organisations registered or filed; ``agencies`` (they bid) and ``hubs`` are among them,
        the others are grassroots groups.
    volunteers
        Active volunteers.
    party_members
        Party members who report to the community they live in (双报到).
    persuaders
        Members of persuasion teams (劝导队).
    grids, grid_staff
        Grids, and the people of the grids.
    premises, service_circles
        Rooms for service, and the share of communities inside a quarter-hour service circle.
    resident_units
        Units that have signed pacts with communities.
    halls
        Share of communities that have a hall for deliberation.
    standing
        Share of communities with the legal standing to sign contracts.
    envelope
        Money for community services, yuan a year.
    capital
        Money for premises, yuan a year; no funding rule touches it.
    mean_wage
        Mean wage of the local labour market, yuan a year.
    need_groups
        Shares of residents.
    station_tiers, agency_tiers
        Certificates of certified station staff and of agency staff.
    """

    name: Name
    title: Text
    copies: Sourced[Annotated[int, Field(strict=True, ge=2, le=MOST_DISTRICTS)]] | None = None
    subdistricts: Sourced[Annotated[int, Field(strict=True, ge=1, le=1_000_000)]]
    communities: Sourced[Annotated[int, Field(strict=True, ge=1, le=2_000_000)]]
    villages: Sourced[Annotated[int, Field(strict=True, ge=0, le=2_000_000)]]
    households: Sourced[Annotated[int, Field(strict=True, ge=LEAST_HOUSEHOLDS, le=1_000_000_000)]]
    persons_per_household: Sourced[Annotated[float, Field(strict=True, ge=1.0, le=8.0)]]
    community_workers: Sourced[Annotated[int, Field(strict=True, ge=LEAST_STAFF, le=100_000_000)]]
    certified_workers: Sourced[Annotated[int, Field(strict=True, ge=0, le=100_000_000)]]
    organisations: Sourced[Annotated[int, Field(strict=True, ge=0, le=10_000_000)]]
    agencies: Sourced[Annotated[int, Field(strict=True, ge=0, le=1_000_000)]]
    hubs: Sourced[Annotated[int, Field(strict=True, ge=0, le=1_000_000)]]
    volunteers: Sourced[People]
    party_members: Sourced[People]
    persuaders: Sourced[People]
    grids: Sourced[Annotated[int, Field(strict=True, ge=0, le=100_000_000)]]
    grid_staff: GridStaff
    premises: Premises
    service_circles: Sourced[Share]
    resident_units: ResidentUnits
    halls: Sourced[Share]
    standing: Sourced[Share]
    envelope: Sourced[Money]
    capital: Sourced[Money]
    mean_wage: Sourced[Annotated[int, Field(strict=True, ge=1000, le=10_000_000)]]
    need_groups: Groups
    station_tiers: StationTiers
    agency_tiers: AgencyTiers


_NOT_DIVIDED = ("copies", "mean_wage")


PartT = TypeVar("PartT", bound=Strict)


def _share_out(part: PartT, i: int, n: int) -> PartT:
    """Return part ``i`` of ``n`` equal ones: counts and money by largest remainder, the rest as it is."""
    divided: dict[str, Any] = {}
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Sourced):
            if isinstance(value.value, int) and name not in _NOT_DIVIDED:
                whole, left = divmod(value.value, n)
                divided[name] = value.model_copy(update={"value": whole + (i < left)})
        elif isinstance(value, Strict) and not isinstance(value, Evidence):
            divided[name] = _share_out(value, i, n)
    return part.model_copy(update=divided)


def _left_over(part: Strict, n: int) -> Iterator[int]:
    """Yield how many of ``n`` parts get one more, for every number that is divided."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Sourced):
            if isinstance(value.value, int) and name not in _NOT_DIVIDED:
                yield value.value % n
        elif isinstance(value, Strict) and not isinstance(value, Evidence):
            yield from _left_over(value, n)


def equal_parts(district: District) -> tuple[District, ...]:
    """Return the districts that an entry of a place file stands for: itself, or its equal copies.

    Neighbours that get the same are one and the same object, of which thousands cost no more than a few.
    """
    if district.copies is None:
        return (district,)
    n = district.copies.value
    changes = sorted({0, n, *_left_over(district, n)})
    parts: list[District] = []
    for first, following in itertools.pairwise(changes):
        part = _share_out(district, first, n).model_copy(update={"copies": None})
        parts += [part] * (following - first)
    return tuple(parts)


class PlaceFile(Strict):
    """What a place file holds.

    Parameters
    ----------
    title, year
        Words for people, and the year that the numbers describe.
    categories
        Name of a list of service categories.
    settings
        Values of the model's parameters in force at this place and time, by name. They stand in for the
        defaults; what a study sets itself goes before.
    districts
        What is known of each.
    """

    title: Text
    year: Sourced[Year]
    categories: Name
    settings: dict[str, Sourced[Number]] = Field(default_factory=dict)
    districts: Annotated[tuple[District, ...], _items(1, MOST_DISTRICTS)]
