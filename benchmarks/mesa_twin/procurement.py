"""How lots are formed, what their projects are for, and who wins them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from benchmarks.mesa_twin.books import agreed
from benchmarks.mesa_twin.lots import Lot, Project
from benchmarks.mesa_twin.sums import added

JANUARY, JULY = 0, 6
LARGEST_LOT, MOST_PROJECTS = 3, 4
RETENDER_MONTHS = 3
LOT_KEYS = 2**22
NEVER = 1e6


@dataclass(eq=False)
class Bid:
    """What an agency offers for a project."""

    agency: Any
    cut: float
    points: float


class Procurement:
    """A subdistrict's office, which buys service for its communities."""

    def index_prices(self) -> None:
        """In January let prices of running contracts follow the starting wage of agency staff."""
        p, wage = self.model.p, self.district.agency_wage
        for community in self.communities:
            for project in self.model.lots[community.row].bought:
                if project.agency is not None and project.wage > 0 and project.wage != wage:
                    rise = wage / project.wage - 1
                    project.price = round(project.price * (1 + p.price_index * rise))
                    project.wage = wage

    def form_lots(self) -> None:
        """Group neighbouring communities whose lot's time is up."""
        p, now = self.model.p, self.model.month
        least = p.lot_value * 100
        waiting = [
            community.lot is None or now >= community.lot.until for community in self.communities
        ]
        group: list[Any] = []
        groups = []
        for community, due in zip(self.communities, waiting, strict=True):
            enough = added(member.plan * 12 for member in group) >= least
            if group and (not due or len(group) == LARGEST_LOT or enough):
                groups.append(group)
                group = []
            if due:
                group.append(community)
        if group:
            groups.append(group)
        for members in groups:
            self.form(members)

    def form(self, members: list[Any]) -> None:
        """Make a lot of some communities and divide it into projects; the former holders are its incumbents."""
        p, model, terms = self.model.p, self.model, self.district.terms
        first = members[0]
        lot: Lot = model.lots[first.row]
        incumbents = first.former_holders
        worth = added(member.plan * 12 for member in members)
        for member in members:
            member.lot = lot
        lot.members = len(members)
        for project, incumbent in zip(lot.projects, incumbents, strict=True):
            project.agency = incumbent
        if worth == 0:
            lot.projects_in_use, lot.until = 0, model.month
            return
        until_july = (JULY - model.month) % 12
        lot.until = model.month + (until_july or int(agreed(terms.months, p.T_c)))
        lot.projects_in_use = min(MOST_PROJECTS, max(1, int(worth // (p.lot_value * 100))))
        seen = self.seen_needs(members)
        for project in lot.projects:
            if project.slot >= lot.projects_in_use:
                project.agency = None
                continue
            project.focus = None
            if terms.focused:
                u = model.luck.draw("purchases.call_for", model.month, first.key, project.slot)
                project.focus = draw_one(u, seen)
                seen[project.focus] = 0.0
            project.value = worth // lot.projects_in_use
            project.end = model.month

    def seen_needs(self, members: list[Any]) -> dict[Any, float]:
        """Return the hours of open cases that committees see, by category, tilted to what shows."""
        p, categories = self.model.p, self.model.categories
        relief = max(0.0, self.district.terms.relief)
        mean = added(category.visible for category in categories) / len(categories)
        seen = {category: 1e-6 * category.rate for category in categories}
        for member in members:
            led = min(1.0, len(member.certified()) / p.panel)
            for cases in member.cases:
                category = cases.category
                tilt = math.exp(p.see * (1 - led) * (category.visible - mean))
                meant = 1 - relief + relief * member.vulnerable_need[category.row]
                seen[category] += added(cases.open) * cases.need * tilt * meant
        return seen

    def tender(self, lot: Lot, project: Project, committed: dict[Any, float]) -> None:
        """Open a project: collect bids and award it to the best."""
        p, now, district = self.model.p, self.model.month, self.district
        members = [community for community in self.communities if community.lot is lot]
        first = members[0]
        incumbent = project.agency
        reference = district.price_of_an_hour(district.agency_wage, district.overhead)
        cap = agreed(district.terms.price_cap, NEVER)
        bids = []
        for agency in district.living():
            bid = self.bid(agency, first, project, committed.get(agency, 0.0), reference)
            if bid is not None:
                bids.append(bid)
        project.bids, project.opened, project.wage = len(bids), 1, district.agency_wage
        project.agency, project.price, project.switched = None, 0, 0
        project.start, project.end = now, min(lot.until, now + RETENDER_MONTHS)
        if not bids:
            return
        best = max(bids, key=lambda bid: bid.points)
        project.agency = incumbent  # nobody is forgotten for whoever still holds a project
        for member in members:
            member.meet_agency(best.agency, [held.agency for held in lot.projects])
        project.agency = best.agency
        project.price = round(reference * min(1 - p.discount * best.cut, cap))
        project.end = lot.until
        if incumbent is not None and incumbent is not best.agency:
            project.switched = 1
            project.start = now + int(p.start_lag)
        committed[best.agency] = committed.get(best.agency, 0.0) + project.value / 12

    def bid(
        self, agency: Any, first: Any, project: Project, held: float, reference: int
    ) -> Bid | None:
        """Return an agency's bid for a project of the lot that a community leads, if it wants and can."""
        p, terms = self.model.p, self.district.terms
        incumbent = agency is project.agency
        sub = first.key % LOT_KEYS * MOST_PROJECTS + project.slot
        if terms.price_cap >= 0 and agency.bare_cost() > terms.price_cap * reference:
            return None
        tie = first.tie_with(agency)
        known = tie.capital if tie is not None else 0.0
        home = agency.subdistrict is self
        offers = project.focus is not None and agency.offer is project.focus
        wish = p.bid_base + p.bid_home * home + p.bid_known * known + p.bid_fit * offers
        if not incumbent and agency.luck("tender.bid", sub) >= wish:
            return None
        monthly, full = project.value / 12, p.h_w / 12 * reference
        advance = agreed(terms.advance, p.advance)
        wait = (p.pay_lag + p.p_late / (1 - p.p_late)) * (1 - advance)
        new = max(
            0.0,
            held
            + min(monthly, p.lot_value * 100 / 12)
            - (agency.staff - agency.staff_other) * full,
        )
        seats = (agency.seats - agency.staff_other) * full
        if held + monthly > seats or new * wait > agency.account.balance:
            return None
        cut = agency.luck("tender.price", sub) * (p.undercut if agency.enterprise else 1)
        u = agency.luck("tender.jury", sub)
        strength = (
            agency.strength[project.focus.row]
            if project.focus is not None
            else mean(agency.strength)
        )
        points = agreed(terms.w_price, p.w_price) * cut
        points += agreed(terms.w_rating, p.w_rating) * (agency.rating / 5 + agency.capacity) / 2
        points += agreed(terms.w_fit, p.w_fit) * min(
            1.0, strength * (1 + p.hub_fit * agency.linked)
        )
        points += p.w_known * known + p.w_local * home + p.w_incumbent * incumbent
        return Bid(agency, cut, points + p.jury_noise * math.log(u / (1 - u)))


def mean(values: list[float]) -> float:
    """Return the mean of some numbers."""
    return added(values) / len(values)


def draw_one(u: float, weights: dict[Any, float]) -> Any:
    """Return one of several, drawn in proportion to weights."""
    total, reached = added(weights.values()), 0.0
    for choice, weight in weights.items():
        reached += weight
        if weight > 0 and u * total < reached:
            return choice
    return [choice for choice, weight in weights.items() if weight > 0][-1]
