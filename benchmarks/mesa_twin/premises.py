"""A district's premises for service: upkeep, building, service circles."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.mesa_twin.sums import added


class Premises:
    """How a district spends its line for premises."""

    def open_buildings(self) -> None:
        """Open what is ready."""
        for community in self.communities:
            if community.building > 0 and community.ready <= self.model.month:
                community.premises += community.building
                community.building = 0.0

    def standard(self, community: Any) -> float:
        """Return the square metres that a community of its kind should have."""
        p = self.model.p
        return p.m2_village if community.kind == 1 else p.m2_urban

    def lacks(self, community: Any) -> float:
        """Return the square metres that a community lacks; nothing if it is but a little."""
        standard = self.standard(community)
        lacking = standard - community.premises
        return lacking if lacking > self.model.p.m2_slack * standard else 0.0

    def spread_circles(self) -> None:
        """Let service circles grow where premises meet the standard."""
        for community in self.communities:
            if self.lacks(community) == 0:
                community.circle += self.model.p.circle_speed / 12 * (1 - community.circle)

    def receive_capital(self) -> None:
        """Receive a twelfth of the line, and what the rule adds while there is something to build."""
        month = self.model.month % 12
        self.model.finance.pay(self.capital_account, part_of(self.capital, month, 12))
        rule, self.books.capital = self.funding, 0
        if any(self.lacks(c) > 0 and c.building == 0 for c in self.communities):
            part = part_of(rule.capital, self.model.month - rule.period_start, rule.period_months)
            self.envelope_account.pay(self.capital_account, part)
            self.books.capital = part

    def keep_premises_up(self) -> None:
        """Make wear good as far as the account goes."""
        p = self.model.p
        wear = p.m2_wear / 12
        worn = added(wear * c.premises for c in self.communities)
        cost = math.ceil(worn * p.m2_price * 100)
        paid = min(self.capital_account.balance, cost)
        upkeep = paid / cost if cost > 0 else 1.0
        self.capital_account.pay(self.model.suppliers, paid)
        for community in self.communities:
            community.premises *= 1 - wear * (1 - upkeep)

    def build(self) -> None:
        """Build where most is lacking, one project after the other; return the money where nothing is."""
        p = self.model.p
        while True:
            wanting = [c for c in self.communities if c.building == 0 and self.lacks(c) > 0]
            if not wanting:
                self.capital_account.pay(self.model.finance, self.capital_account.balance)
                return
            site = max(wanting, key=lambda c: (self.lacks(c), -c.key))
            price = math.ceil(self.lacks(site) * p.m2_price * 100)
            if price > self.capital_account.balance:
                return
            self.capital_account.pay(self.model.suppliers, price)
            site.building = self.lacks(site)
            site.ready = self.model.month + int(p.build_months)


def part_of(amount: int, month: int, months: int) -> int:
    """Return what falls due of an amount in a month (from 0) of so many."""
    return amount * (month + 1) // months - amount * month // months
