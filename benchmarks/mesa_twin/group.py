"""Grassroots groups and hubs, and the small projects of groups."""

from __future__ import annotations

import math
from typing import Any

import mesa

from benchmarks.mesa_twin.sums import added

MOST_LATE = 12


class Group(mesa.Agent):
    """A grassroots group or a hub; attributes are the columns of ``Groups``."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def grassroots(self) -> bool:
        """Whether it is a grassroots group that exists."""
        return self.alive == 1 and self.kind == 0

    def luck(self, decision: str, sub: int = 0) -> float:
        """Return a draw of the group."""
        return self.model.luck.draw(decision, self.model.month, self.key, sub)

    def apply(self, least: int, most: int) -> tuple[int, float, float] | None:
        """Apply for a small project: what is asked for, how good the idea is, how good it looks."""
        applies, asks, idea, error = (
            self.luck("ventures.apply_ask_idea_screening", sub) for sub in range(4)
        )
        if applies >= self.model.p.venture_apply:
            return None
        return int((least + asks * (most - least)) / 100) * 100, idea, idea + error

    def begin(self, amount: int, idea: float) -> None:
        """Begin a project; half of the grant is paid at once."""
        p, now = self.model.p, self.model.month
        half = amount // 2
        self.district.envelope_account.pay(self.model.suppliers, amount - half)
        self.district.envelope_account.pay(self.district.claims_account, half)
        u, late = self.luck("ventures.length"), 0
        while late < MOST_LATE and u < p.venture_late ** (late + 1):
            late += 1
        self.funded, self.grant = 1, amount
        self.until = now + int(p.venture_months) + late
        self.members = p.venture_members * amount / (p.venture_size * 100) * (0.5 + idea)
        self.community.books.ventured += amount

    def end_project(self) -> None:
        """End a project whose time is up or whose group is gone."""
        p = self.model.p
        if self.grant == 0 or (self.alive and self.model.month < self.until):
            return
        half = self.grant // 2
        if self.alive and self.luck("ventures.done") < p.venture_done:
            self.district.claims_account.pay(self.model.suppliers, half)
            self.community.joining += p.venture_stay * self.members
            self.completed = 1
        else:
            self.district.claims_account.pay(self.model.finance, half)
            self.community.books.ventured -= half
        self.grant, self.members = 0, 0.0


class Calls:
    """A district's calls to grassroots groups."""

    def call_groups(self) -> None:
        """Call groups when it is time, shortlist what looks good and pay the best."""
        p, rule = self.model.p, self.funding
        call = min(int(p.venture_call), rule.period_months - 1)
        if rule.venture_pot == 0 or self.model.month - rule.period_start != call:
            return
        bids = {}
        for group in self.model.groups:
            if group.district is self and group.grassroots and group.grant == 0:
                application = group.apply(rule.venture_least, rule.venture_most)
                if application is not None:
                    bids[group] = application
        if not bids:
            return
        typical = max(1.0, added(amount for amount, _, _ in bids.values()) / len(bids))
        places = math.ceil(rule.shortlist * rule.venture_pot / typical)
        listed = sorted(bids, key=lambda group: -bids[group][2])[:places]
        left = rule.venture_pot
        for group in sorted(listed, key=lambda group: -bids[group][1]):
            amount, idea, _ = bids[group]
            if 0 < amount <= left:
                left -= amount
                group.begin(amount, idea)
