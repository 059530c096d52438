"""A community's money: instalments, its plan, service bought, tariffs taken back."""

from __future__ import annotations

from benchmarks.mesa_twin.books import LAGS, agreed
from benchmarks.mesa_twin.sums import added


class Purse:
    """What a community receives, plans and owes."""

    def receive_instalment(self) -> None:
        """Receive what falls due of the grant: at the start of every quarter of the period."""
        rule, district = self.district.funding, self.district
        month, months = self.model.month - rule.period_start, rule.period_months
        due = self.paid_by(month, months, rule.first) - self.paid_by(month - 1, months, rule.first)
        district.envelope_account.pay(self.account, due)
        self.books.granted = due
        self.received_year += due

    def paid_by(self, month: int, months: int, first: int) -> int:
        """Return what has been paid of the grant by the end of a month of the period (from 0)."""
        if month < min(first, months - 1):
            return 0
        quarter = month // 3 * 3
        return self.funding.grant * min(quarter + 3, months) // months

    def plan_spending(self) -> None:
        """Plan what to spend on service: an even rate, and a twelfth of what is held beyond it."""
        p, model = self.model.p, self.model
        months_of_year = 12 - model.start % 12 if model.month // 12 == model.start // 12 else 12
        rate = self.expected_year // months_of_year
        most = int(p.absorb * 100) * self.seats
        extra = min(self.books.transferred, self.account.balance)
        held = self.account.balance - extra
        hoped = max(0, self.expected_year - self.received_year)
        surplus = held + hoped - rate * (12 - model.month % 12)
        plan = max(0, min(rate + surplus // 12, held, most))
        self.plan = min(most, plan + extra)

    def buy_service(self) -> None:
        """Set the price of this month's hours aside, and note when agencies will be paid."""
        p, district, now = self.model.p, self.district, self.model.month
        advance = agreed(district.terms.advance, p.advance)
        lag = int(p.pay_lag) + (0 if self.standing else 1)
        put_off = self.months_late(LAGS - 1 - lag)
        relative = 1 - district.funding.pass_through * (1 - self.relative_tariff())
        self.books.bought = 0
        for project in self.serving():
            price = round(self.hours_by[project.slot] * project.price * relative)
            price = min(price, self.account.balance)
            self.account.pay(district.escrow_account, price)
            self.books.bought += price
            at_once = int(advance * price)
            project.agency.expect(now, at_once)
            project.agency.expect(now + lag + put_off, price - at_once, late=put_off > 0)
        self.in_kind = int(p.m_r * self.books.bought)

    def months_late(self, most: int) -> int:
        """Return by how many months payment is put off."""
        u, late = self.model.luck.draw("settle.late", self.model.month, self.key), 0
        while late < most and u < self.model.p.p_late ** (late + 1):
            late += 1
        return late

    def relative_tariff(self) -> float:
        """Return the tariff a minute of what agencies worked on, over that of all staff."""
        earned, minutes = [0.0, 0.0], [0, 0]
        for cases in self.cases:
            for which, worked in enumerate((cases.worked[0], added(cases.worked))):
                earned[which] += cases.pay * worked / cases.need
                minutes[which] += worked
        if minutes[0] == 0 or earned[1] == 0:
            return 1.0
        return (earned[0] / minutes[0]) / (earned[1] / minutes[1])

    def give_back_tariffs(self) -> None:
        """Give back what was paid for reopened cases; agencies bear the part that their pay follows."""
        books, theta = self.books, self.district.funding.pass_through
        paid = min(1.0, books.tariffs_ever / books.claimed_ever) if books.claimed_ever > 0 else 0.0
        owed = int(
            added(cases.pay * cases.claimed_share * cases.reopened for cases in self.cases) * paid
        )
        books.clawed = min(owed, max(0, self.account.balance))
        books.passed_on = 0
        self.account.pay(self.model.finance, books.clawed)
        worked = added(added(cases.worked) for cases in self.cases)
        if worked == 0 or self.hours_paid == 0:
            return
        by_agency = added(cases.worked[0] for cases in self.cases) / worked
        for project in self.serving():
            part = int(
                books.clawed * theta * by_agency * self.hours_by[project.slot] / self.hours_paid
            )
            books.passed_on += project.agency.make_good(self, part)
