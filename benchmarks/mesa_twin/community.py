"""Communities: their needs, their station, their money, their residents."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import mesa

from benchmarks.mesa_twin.accounts import Account
from benchmarks.mesa_twin.cases import Cases
from benchmarks.mesa_twin.lots import Lot, Project, Tie
from benchmarks.mesa_twin.needs import Needs
from benchmarks.mesa_twin.outcomes import Outcomes
from benchmarks.mesa_twin.purse import Purse
from benchmarks.mesa_twin.residents import Residents
from benchmarks.mesa_twin.scores import Scores
from benchmarks.mesa_twin.sums import added
from benchmarks.mesa_twin.work import Work


class Community(Needs, Work, Outcomes, Purse, Residents, Scores, mesa.Agent):
    """A community; attributes are the columns of ``Communities``.

    What it does in a month stands with the part of the month: :class:`Needs`, :class:`Work`, :class:`Outcomes`,
    :class:`Purse`, :class:`Residents` and :class:`Scores`.
    """

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.account = Account()
        self.books, self.funding = SimpleNamespace(), SimpleNamespace()
        self.cases: list[Cases] = []
        self.ties: list[Tie] = []
        self.posts: list[Any] = []
        self.lot: Lot | None = None

    def people(self) -> list[Any]:
        """Return whoever holds a post of the station."""
        return [seat for seat in self.posts if seat.filled]

    def certified(self) -> list[Any]:
        """Return people of the station with a certificate."""
        return [seat for seat in self.people() if seat.tier > 0]

    def projects(self) -> list[Project]:
        """Return the projects of its lot."""
        return self.lot.bought if self.lot is not None else []

    def serving(self) -> Iterator[Project]:
        """Return the projects of its lot that serve this month."""
        return (project for project in self.projects() if project.serves(self.model.month))

    def count_posted(self) -> dict[Tie, int]:
        """Count the people that each known agency has posted here."""
        return {
            tie: added(seat.community is self for seat in tie.agency.posts)
            if tie.agency is not None
            else 0
            for tie in self.ties
        }

    def meet_agency(self, agency: Any, holders: list[Any]) -> None:
        """Get to know an agency; the weakest acquaintance that holds no project here makes place."""
        if self.tie_with(agency) is not None:
            return
        free = next((tie for tie in self.ties if tie.agency is None), None)
        if free is None:
            free = min(
                (tie for tie in self.ties if tie.agency not in holders), key=lambda tie: tie.capital
            )
        free.agency, free.capital = agency, 0.0

    def forget_former_holders(self) -> None:
        """Forget part of whoever held a project of the lot and now holds none."""
        holders = {project.agency for project in self.projects()}
        for agency in set(self.former_holders) - holders - {None}:
            tie = self.tie_with(agency)
            if tie is not None:
                tie.capital *= 1 - self.model.p.d_R

    def fray_ties(self) -> None:
        """Let ties lose the part of those who left."""
        holders = {project.agency for project in self.projects()}
        now = self.count_posted()
        for tie, before in self.posted_before.items():
            gone = before - now[tie]
            if gone > 0 and tie.agency in holders:
                tie.capital *= 1 - self.model.p.d_R * gone / before

    def tie_with(self, agency: Any) -> Tie | None:
        """Return the tie with an agency, if it is known here."""
        return next((tie for tie in self.ties if tie.agency is agency), None)
