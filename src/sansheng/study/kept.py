"""How much of a run is kept: every community's years where they are few, else every district's.

A row of each community costs nothing in a district and everything in a nation: 607,000 communities through eleven
calendar years are seven million rows a run. So of a large place districts are kept, with quantiles over their
communities, and whoever wants the communities themselves has to ask for them, and for few enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sansheng.core.errors import BadInput, Problem
from sansheng.core.located_yaml import Located
from sansheng.core.text import Text
from sansheng.outcomes.communities import COMMUNITY_COLUMNS
from sansheng.outcomes.districts import DISTRICT_COLUMNS
from sansheng.outcomes.stored import StoredColumn
from sansheng.study.own_place import place_of

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.world.place import Place

MOST_COMMUNITIES = 20_000
"""Communities of a place of which, unless a study says otherwise, each is kept."""

OF_DISTRICTS = Text(
    "This study keeps districts, not communities: what is told of communities is of districts.",
    "本研究逐区记录，未逐社区记录：凡涉及社区的比较均为各区之间的比较。",
)

MOST_ROWS = 2_000_000
"""Rows of communities that a run may leave: about 400 MB while it is packed."""

BYTES_A_COLUMN = 8
"""Of a number in memory."""

BYTES_AT_ONCE = 500_000_000
"""What scenarios of one replicate may hold of communities together; others wait, and warm up again."""

BYTES_A_COMMUNITY = 60
"""What does not change of a community in a run (:class:`sansheng.outcomes.measures.Fixed`), rounded up."""


def keeps_communities(study: Study) -> bool:
    """Whether a row is kept of each community, and not of each district."""
    if study.keep_communities is not None:
        return study.keep_communities
    return place_of(study).communities <= MOST_COMMUNITIES


def columns_kept(study: Study) -> tuple[StoredColumn, ...]:
    """Return the columns of the table of communities, or of districts in its stead."""
    return COMMUNITY_COLUMNS if keeps_communities(study) else DISTRICT_COLUMNS


def years_of(study: Study) -> int:
    """Return the calendar years that the reported months touch."""
    return (study.start.index + study.months - 1) // 12 - study.start.index // 12 + 1


def rows_kept(study: Study, *, communities: bool) -> int:
    """Return the rows a run of communities, or of districts."""
    place = place_of(study)
    return years_of(study) * (place.communities if communities else len(place.parts))


def row_bytes(*, communities: bool) -> int:
    """Return the bytes of such a row in memory."""
    return BYTES_A_COLUMN * len(COMMUNITY_COLUMNS if communities else DISTRICT_COLUMNS)


def scenario_bytes(communities: int, years: int, *, each: bool) -> int:
    """Return the bytes that a scenario of a run holds of communities until all of its place have been lived through.

    Parameters
    ----------
    communities, years
        Of the run.
    each
        Whether a row is kept of each, or only what outcomes need: needs and those met.
    """
    columns = len(COMMUNITY_COLUMNS) if each else 2
    return communities * (years * columns * BYTES_A_COLUMN + BYTES_A_COMMUNITY)


def scenarios_at_once(communities: int, years: int, *, each: bool) -> int:
    """Return how many scenarios of a replicate are lived through together."""
    return max(1, BYTES_AT_ONCE // scenario_bytes(communities, years, each=each))


def too_large(place: Place) -> Text | None:
    """Return why a place's events are not kept, nor its world looked into as a whole; None if it is small enough."""
    if place.communities <= MOST_COMMUNITIES:
        return None
    return Text(
        f"{place.name} has {place.communities:,} communities; events are kept, and a world is looked into as a whole, "
        f"of up to {MOST_COMMUNITIES:,}: take a smaller place",
        f"{place.name} 有 {place.communities:,} 个社区；事件记录与整体剖析至多 {MOST_COMMUNITIES:,} 个，请改用较小地区",
    )


def refuse_too_large(place: Place) -> None:
    """Raise if a place is too large to look into as a whole; see :func:`too_large`.

    Raises
    ------
    BadInput
        With its size and what is allowed.
    """
    if (text := too_large(place)) is not None:
        raise BadInput(Problem(text))


def check_kept(study: Study, located: Located) -> Iterator[Problem]:
    """Yield that a study asks for more rows than a run may leave."""
    if study.events and (events := too_large(place_of(study))) is not None:
        yield Problem(events, located.where(("record", "events")))
    rows = rows_kept(study, communities=True)
    if not keeps_communities(study) or rows <= MOST_ROWS:
        return
    place, years = place_of(study), years_of(study)
    size = rows * row_bytes(communities=True) / 1e6
    text = Text(
        f"a row of each of {place.communities:,} communities and {years} years makes {rows:,} rows a run "
        f"({size:,.0f} MB; {study.runs:,} runs); allowed: at most {MOST_ROWS:,} rows a run. Without it "
        f"{len(place.parts):,} districts are kept, with quantiles over their communities",
        f"逐社区记录为每次运行 {place.communities:,} 个社区×{years} 年＝{rows:,} 行（{size:,.0f} MB），"
        f"共 {study.runs:,} 次运行；每次至多 {MOST_ROWS:,} 行。"
        f"删去此项即按 {len(place.parts):,} 个区记录，并附社区间分位数",
    )
    yield Problem(text, located.where(("record", "communities")))
