"""Districts: an envelope, a rule, and what they pay."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa

from benchmarks.mesa_twin.accounts import Account, share_out
from benchmarks.mesa_twin.appraisal import Appraisal
from benchmarks.mesa_twin.books import LAGS, agreed
from benchmarks.mesa_twin.enterprise import Sector
from benchmarks.mesa_twin.group import Calls
from benchmarks.mesa_twin.labour import Labour
from benchmarks.mesa_twin.premises import Premises
from benchmarks.mesa_twin.sums import added


class District(Premises, Appraisal, Labour, Sector, Calls, mesa.Agent):
    """One envelope, one rule; attributes are the columns of ``Districts``."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.communities: list[Any] = []
        self.subdistricts: list[Any] = []
        self.agencies: list[Any] = []
        self.envelope_account = Account()
        self.claims_account = Account()
        self.escrow_account = Account()
        self.capital_account = Account()
        self.funding, self.books, self.terms = (
            SimpleNamespace(),
            SimpleNamespace(),
            SimpleNamespace(),
        )

    def price_of_an_hour(self, wage: float, overhead: float) -> int:
        """Return what an hour of an agency costs at a monthly wage, fen."""
        p = self.model.p
        return round(wage * (1 + p.social_insurance) / (p.h_w / 12 * (1 - overhead)))

    @property
    def overhead(self) -> float:
        """Overhead that payers allow."""
        return agreed(self.terms.overhead, self.model.p.o_c)

    def settle_claims(self) -> None:
        """Let this month's claims accrue against the pot, and share the rest of it out at the period's end."""
        rule, books, now = self.funding, self.books, self.model.month
        passed, months = now - rule.period_start + 1, rule.period_months
        for community in self.communities:
            community.books.points += community.books.claimed
            community.books.claimed_ever += community.books.claimed
        claimed = [community.books.claimed for community in self.communities]
        if rule.open_ended:
            missing = max(0, added(claimed) - max(0, rule.pot - books.tariff_paid))
            self.model.finance.pay(self.envelope_account, missing)
            self.accrue(added(claimed), claimed)
            return
        allowed = rule.pot * min(passed, months) // months - books.tariff_paid
        self.accrue(max(0, min(added(claimed), allowed)), claimed)
        if passed == months:
            self.accrue(rule.pot - books.tariff_paid, [c.books.points for c in self.communities])

    def accrue(self, amount: int, weights: list[float]) -> None:
        """Book tariffs that fall due after the rule's delay."""
        due = (self.model.month + self.funding.delay) % LAGS
        for community, share in zip(self.communities, share_out(amount, weights), strict=True):
            community.books.claim[due] += share
            community.books.granted += share
            self.envelope_account.pay(self.claims_account, share)
            self.books.tariff_paid += share

    def pay_tariffs(self) -> None:
        """Pay communities the tariffs that fall due this month."""
        slot = self.model.month % LAGS
        for community in self.communities:
            amount = community.books.claim[slot]
            community.books.claim[slot] = 0
            self.claims_account.pay(community.account, amount)
            community.received_year += amount
            community.books.tariffs_ever += amount

    def pay_stations(self) -> None:
        """Pay community workers out of the base line, which no rule touches."""
        model = self.model
        self.wage_bill_base = added(seat.wage for c in self.communities for seat in c.people())
        insurance = round(self.wage_bill_base * model.p.social_insurance)
        model.finance.pay(model.base_line, self.wage_bill_base + insurance)
        model.base_line.pay(model.wages, self.wage_bill_base)
        model.base_line.pay(model.suppliers, insurance)

    def pay_for_empty_posts(self) -> None:
        """Pay communities the wage and insurance of posts that are kept empty."""
        model = self.model
        post = self.base_wage + round(self.base_wage * model.p.social_insurance)
        for community in self.communities:
            amount = post * added(seat.kept for seat in community.posts)
            community.books.transferred = amount
            model.finance.pay(model.base_line, amount)
            model.base_line.pay(community.account, amount)

    def develop_agencies(self) -> None:
        """Pay this month's part of the money that builds social organisations, the same to each that employs."""
        rule, now = self.funding, self.model.month
        month, months = now - rule.period_start, rule.period_months
        part = rule.development * (month + 1) // months - rule.development * month // months
        able = [a for a in self.agencies if a.alive and not a.enterprise and a.staff > 0]
        self.books.development = 0
        for agency in self.agencies:
            agency.developed = 0
        for agency, share in zip(able, share_out(part, [1.0] * len(able)), strict=True):
            self.envelope_account.pay(
                self.model.suppliers, share
            )  # it is spent on them, not by them
            agency.developed = share
            self.books.development += share
