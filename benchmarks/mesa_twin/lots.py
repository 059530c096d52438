"""Lots and their projects, and whom a community knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.mesa_twin.agency import Agency
    from benchmarks.mesa_twin.cases import Category


@dataclass(eq=False)
class Project:
    """A project of a lot: who holds it, for what, at which price."""

    slot: int
    agency: Agency | None = None
    focus: Category | None = None
    price: int = 0
    wage: int = 0
    start: int = 0
    end: int = 0
    value: int = 0
    opened: bool = False
    switched: bool = False
    bids: int = 0

    def serves(self, month: int) -> bool:
        """Whether hours can be bought from it this month."""
        return self.agency is not None and self.start <= month < self.end


@dataclass(eq=False)
class Lot:
    """Neighbouring communities that buy together; ``row`` is that of the first of them."""

    row: int
    members: int
    until: int
    projects_in_use: int
    projects: list[Project]

    @property
    def bought(self) -> list[Project]:
        """The projects that the lot is divided into."""
        return self.projects[: self.projects_in_use]


@dataclass(eq=False)
class Tie:
    """Relationship capital of a community with an agency; the place is free without one."""

    agency: Agency | None = None
    capital: float = 0.0
