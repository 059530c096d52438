"""What place files and lists of service categories may hold.

Every number is written ``{value: 108, source: S-C03}``, so nobody can add one without saying where it comes
from or that it is ``assumed``. Ranges here only keep nonsense out; what must agree with what is checked in
:mod:`sansheng.world.place_checks`.
"""

from __future__ import annotations

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

Name = Annotated[
    str, Field(strict=True, pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)
]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Relative = Annotated[float, Field(strict=True, ge=0.0, le=20.0)]
PositiveRelative = Annotated[float, Field(strict=True, gt=0.0, le=20.0)]
Year = Annotated[int, Field(strict=True, ge=1980, le=2100)]
Tier = Annotated[int, Field(strict=True, ge=0, le=4)]


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
    categories: Annotated[tuple[Category, ...], _items(1, 40)]


class District(Strict):
    """What is known of a district. Counts are people, households or organisations; money is yuan.

    Parameters
    ----------
    name, title
        Identifier, and words for people.
    subdistricts, communities, households
        How many there are.
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
    envelope
        Money for community services, yuan a year.
    mean_wage
        Mean wage of the local labour market, yuan a year.
    need_groups
        Shares of residents.
    station_tiers, agency_tiers
        Certificates of certified station staff and of agency staff.
    """

    name: Name
    title: Text
    subdistricts: Sourced[Annotated[int, Field(strict=True, ge=1, le=500)]]
    communities: Sourced[Annotated[int, Field(strict=True, ge=1, le=5000)]]
    households: Sourced[Annotated[int, Field(strict=True, ge=LEAST_HOUSEHOLDS, le=20_000_000)]]
    persons_per_household: Sourced[Annotated[float, Field(strict=True, ge=1.0, le=8.0)]]
    community_workers: Sourced[Annotated[int, Field(strict=True, ge=LEAST_STAFF, le=200_000)]]
    certified_workers: Sourced[Annotated[int, Field(strict=True, ge=0, le=200_000)]]
    organisations: Sourced[Annotated[int, Field(strict=True, ge=0, le=100_000)]]
    agencies: Sourced[Annotated[int, Field(strict=True, ge=0, le=500)]]
    hubs: Sourced[Annotated[int, Field(strict=True, ge=0, le=5000)]]
    volunteers: Sourced[Annotated[int, Field(strict=True, ge=0, le=20_000_000)]]
    envelope: Sourced[Annotated[int, Field(strict=True, ge=0, le=1_000_000_000_000)]]
    mean_wage: Sourced[Annotated[int, Field(strict=True, ge=1000, le=10_000_000)]]
    need_groups: Groups
    station_tiers: StationTiers
    agency_tiers: AgencyTiers


class PlaceFile(Strict):
    """What a place file holds: ``title``, ``year``, ``categories`` (name of a list) and ``districts``."""

    title: Text
    year: Sourced[Year]
    categories: Name
    districts: Annotated[tuple[District, ...], _items(1, 64)]
