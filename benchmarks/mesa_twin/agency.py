"""Agencies: what they can staff, and what they do with their money."""

from __future__ import annotations

from typing import Any

import mesa

from benchmarks.mesa_twin.accounts import Account, share_out
from benchmarks.mesa_twin.books import LAGS
from benchmarks.mesa_twin.enterprise import Enterprise
from benchmarks.mesa_twin.sums import added


class Agency(Enterprise, mesa.Agent):
    """A social organisation or enterprise that employs; attributes are the columns of ``Providers``."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.account = Account()
        self.posts: list[Any] = []

    def people(self) -> list[Any]:
        """Whoever it employs."""
        return [seat for seat in self.posts if seat.filled]

    def open_orders(self) -> None:
        """Forget last month's orders."""
        self.ordered = self.hours_sold = 0.0

    def take_orders(self) -> None:
        """Work out which part of the hours ordered it can staff."""
        p = self.model.p
        at_hand = max(0, self.staff - self.staff_other) * p.h_w / 12
        self.served = min(1.0, at_hand / self.ordered) if self.ordered > 0 else 0.0
        self.load = min(3.0, self.ordered / at_hand) if at_hand > 0 else 0.0
        self.hours_wanted = (
            p.staffing_memory * self.hours_wanted + (1 - p.staffing_memory) * self.ordered
        )

    def look_at_staff(self) -> None:
        """Work out the mean productivity of its people, and each certificate's part in the work."""
        people = self.people()
        skill = added(seat.skill for seat in people)
        self.mean_skill = skill / len(people) if people else 0.0
        self.tiers = [
            added(s.skill for s in people if s.tier == tier) / skill if skill > 0 else 0.0
            for tier in range(5)
        ]

    def expect(self, month: int, amount: int, *, late: bool = False) -> None:
        """Note money that is due in a month."""
        self.due[month % LAGS] += amount
        if late:
            self.late[month % LAGS] += amount

    def receive_dues(self) -> None:
        """Receive what falls due this month."""
        slot, district = self.model.month % LAGS, self.district
        district.escrow_account.pay(self.account, self.due[slot])
        self.income_month += self.due[slot]
        district.books.settled += self.due[slot]
        district.books.settled_late += self.late[slot]
        self.due[slot] = self.late[slot] = 0

    def make_good(self, community: Any, amount: int) -> int:
        """Give money back to a community, out of cash, else out of what is due; return how much."""
        cash = min(amount, self.account.balance)
        self.account.pay(community.account, cash)
        rest = amount - cash
        for ahead in range(1, LAGS):
            slot = (self.model.month + ahead) % LAGS
            part = min(rest, self.due[slot])
            self.due[slot] -= part
            self.late[slot] = min(self.late[slot], self.due[slot])
            self.district.escrow_account.pay(community.account, part)
            rest -= part
        return amount - rest

    def receive_other_income(self) -> None:
        """Receive what other payers give."""
        if self.alive:
            self.model.other_payers.pay(self.account, self.other_income)
            self.income_month += self.other_income

    def pay_out(self) -> None:
        """Pay wages, insurance, the loan and overhead, as far as cash goes."""
        if not self.alive:
            return
        p, model = self.model.p, self.model
        bill = added(seat.wage for seat in self.people())
        self.pay_wages_owed()
        self.pay_wages_due(bill)
        insurance = round(bill * p.social_insurance) + self.insurance_owed
        paid = min(insurance, self.account.balance)
        self.account.pay(model.suppliers, paid)
        self.insurance_owed = insurance - paid
        repaid = min(self.loan, self.account.balance, int(p.loan_repay * self.income_month))
        self.account.pay(model.finance, repaid)
        self.loan -= repaid
        self.district.books.repaid += repaid
        income = self.income_month
        spare = self.account.balance - int(p.buffer_months * bill)
        overhead = max(0, min(int(self.district.overhead * income), spare))
        self.account.pay(model.suppliers, overhead)
        needed = p.o_n * income
        got = min(1.0, (overhead + self.developed) / needed) if needed > 0 else 0.0
        self.supervision = (
            p.supervision_memory * self.supervision + (1 - p.supervision_memory) * got
        )
        grown = p.cap_build * got * (1 - self.capacity) - p.cap_wear * (1 - got) * self.capacity
        self.capacity += grown / 12
        owed = added(seat.owed for seat in self.posts) + self.owed_former
        one = bill if bill > 0 else self.district.agency_wage
        self.owed_months = owed / one

    def pay_wages_owed(self) -> None:
        """Pay wages owed from earlier months, in proportion."""
        owed = [seat.owed for seat in self.posts]
        shares = share_out(
            min(self.account.balance, added(owed) + self.owed_former), [*owed, self.owed_former]
        )
        for seat, share in zip(self.posts, shares[:-1], strict=True):
            seat.owed -= share
        self.owed_former -= shares[-1]
        self.account.pay(self.model.wages, added(shares))

    def pay_wages_due(self, bill: int) -> None:
        """Pay this month's wages, in proportion, and owe the rest to each."""
        people = self.people()
        shares = share_out(min(self.account.balance, bill), [seat.wage for seat in people])
        for seat, share in zip(people, shares, strict=True):
            seat.owed += seat.wage - share
        self.account.pay(self.model.wages, added(shares))

    def bare_cost(self) -> int:
        """Return what an hour of its people costs without overhead, no less than at starting wages."""
        people = self.people()
        wage = added(seat.wage for seat in people) // max(1, len(people))
        return self.district.price_of_an_hour(max(wage, self.district.agency_wage), 0.0)

    def lay_off(self) -> None:
        """Dismiss people it does not want and cannot or will not hold on to; the shortest there go first."""
        p, staff = self.model.p, len(self.people())
        surplus = max(0, staff - self.target) if self.alive else 0
        self.surplus = self.surplus + 1 if surplus > 0 else 0
        cost = round(self.district.agency_wage * (1 + p.social_insurance))
        kept = min(surplus, max(0, self.account.balance) // cost)
        gone = surplus if self.surplus > p.hold_months else surplus - kept
        for _ in range(gone):
            shortest = min(reversed(self.people()), key=lambda seat: seat.tenure)
            shortest.leave()
            shortest.leaves = 1

    def post_people(self) -> None:
        """Post free people where most of the contracted hours are not yet covered."""
        if not self.alive:
            return
        posted = [seat for seat in self.people() if seat.community is not None]
        free = self.staff - self.staff_other - len(posted)
        if free <= 0:
            return
        full = self.model.p.h_w / 12
        uncovered = {}
        for community in self.model.communities:
            hours = added(
                community.hours_by[project.slot]
                for project in community.projects()
                if project.agency is self
            )
            uncovered[community] = hours / full
        for seat in posted:
            uncovered[seat.community] -= 1
        for seat in self.people():
            if seat.community is not None:
                continue
            where = max(uncovered, key=lambda community: uncovered[community])
            if free <= 0 or uncovered[where] <= 0:
                return
            seat.community = where
            if seat.subdistrict is not where.subdistrict:
                if seat.subdistrict is not None:
                    seat.local_tenure = 0
                seat.subdistrict = where.subdistrict
            uncovered[where] -= 1
            free -= 1
