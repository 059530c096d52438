"""How an agency plans, is judged, specialises, is rescued, closes, is founded."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.mesa_twin.accounts import share_out
from benchmarks.mesa_twin.books import LAGS
from benchmarks.mesa_twin.luck import neighbourly
from benchmarks.mesa_twin.sums import added

YOUNG, DORMANT = 24, 12
MOST_PAYOFF = 3.0


def monthly(yearly: float) -> float:
    """Return the probability in a month of what has a probability in a year."""
    return 1 - (1 - yearly) ** (1 / 12)


def choose(u: float, utilities: list[float]) -> int:
    """Return which of several is chosen, each in proportion to the exponential of its utility."""
    top = max(utilities)
    weights = [math.exp(utility - top) for utility in utilities]
    reached, total = 0.0, added(weights)
    for row, weight in enumerate(weights):
        reached += weight
        if u * total < reached:
            return row
    return len(weights) - 1


class Enterprise:
    """The life of an agency."""

    def luck(self, decision: str, sub: int = 0) -> float:
        """Return a draw of the agency."""
        return self.model.luck.draw(decision, self.model.month, self.key, sub)

    def plan_staff(self) -> None:
        """Work out how many people it wants: for other payers and for the hours ordered, as far as cash goes."""
        p = self.model.p
        self.age += 1
        wanted = self.staff_other + round(self.hours_wanted / (p.h_w / 12))
        wage = self.district.agency_wage
        new = max(0, self.account.balance) // (wage + round(wage * p.social_insurance))
        self.target = min(self.seats, wanted, max(self.staff + new, self.staff_other))

    def judge(self) -> None:
        """Let merit follow the month's work, and count months without any."""
        p = self.model.p
        if self.hours_sold > 0:
            reopened = closed = 0
            for community, _ in self.served_here:
                reopened += added(cases.reopened for cases in community.cases)
                closed += added(cases.resolved + cases.papered for cases in community.cases)
            faults = reopened / closed if closed > 0 else 0.0
            kept = 1 / max(1.0, self.load)
            worth = kept * (1 - p.r_sup * (1 - self.supervision)) - p.r_fault * faults
            self.merit += (1 + 4 * max(0.0, worth) - self.merit) / p.rating_months
        self.idle = 0 if self.hours_sold > 0 or self.staff_other > 0 else self.idle + 1

    def learn_by_doing(self) -> None:
        """Add the month's hours to the experience by category."""
        for community, hours in self.served_here:
            part = hours / community.hours_paid
            for cases in community.cases:
                self.experience[cases.category.row] += part * cases.worked[0] / 60

    def practise(self) -> None:
        """Let a year's hours close gaps of strength, and forget some of all strength."""
        p = self.model.p
        for k, hours in enumerate(self.experience):
            strength = 1 - (1 - self.strength[k]) * math.exp(-hours / p.h_learn)
            self.strength[k] = strength * (1 - p.strength_fade)

    def utilities(self, hours: list[float], offers: list[int], staff: int) -> list[float]:
        """Return what each category promises: strength, payoff, what others offer, difficulty."""
        p = self.model.p
        small = p.m_a / (p.m_a + staff)
        found = []
        for category in self.model.categories:
            k = category.row
            payoff = 1.0
            if added(hours) > 0:
                payoff = min(
                    MOST_PAYOFF, hours[k] / added(hours) * (added(offers) + 1) / (offers[k] + 1)
                )
            ease = category.visible * (1 - category.least_tier / 4)
            utility = (
                p.s_str * self.strength[k]
                + p.s_pay * payoff
                + p.s_im * offers[k] / max(1, added(offers))
            )
            found.append(utility - p.s_diff * (1 - ease) * small)
        return found

    def seek_rescue(self) -> None:
        """Be lent all it owes by the public purse, with some luck, where it owes too many wages."""
        p, model = self.model.p, self.model
        self.rescued = 0
        if (
            not self.alive
            or self.owed_months < p.owed_limit
            or self.luck("providers.rescue") >= p.rescue
        ):
            return
        wages = added(seat.owed for seat in self.posts) + self.owed_former
        model.finance.pay(self.account, wages + self.insurance_owed)
        self.account.pay(model.wages, wages)
        self.account.pay(model.suppliers, self.insurance_owed)
        self.loan += wages + self.insurance_owed
        self.district.books.lent += wages + self.insurance_owed
        for seat in self.posts:
            seat.owed = 0
        self.owed_former = self.insurance_owed = 0
        self.owed_months = 0.0
        self.rescued = 1

    def closes(self) -> bool:
        """Return whether it cannot pay, gives up or is struck off."""
        p = self.model.p
        if self.owed_months >= p.owed_limit:
            return True
        young = 1.0
        if self.age < YOUNG:
            alone = (1 - p.hub_help * self.linked) * (1 - p.incubation_help * self.incubated)
            young = 1 + (p.young_risk - 1) * alone
        rate = min(0.95, p.n_x * young * max(0.0, 1 + p.x_C * (p.C_ref - self.capacity)))
        if neighbourly(self.model.luck, "providers.exit", self.model.month, self.key) < monthly(
            rate
        ):
            return True
        idle = self.inspected and self.idle >= DORMANT
        return bool(idle and self.luck("providers.strike") < p.strike)

    def wind_up(self) -> None:
        """Dismiss everybody, pay debts as far as means go, and leave a clean row."""
        model, district = self.model, self.district
        for seat in self.people():
            seat.leaves = 1
            seat.leave()
        debts = self.owed_former + self.insurance_owed + self.loan
        due = added(self.due)
        called = min(due, max(0, debts - self.account.balance))
        district.escrow_account.pay(self.account, called)
        district.escrow_account.pay(model.finance, due - called)
        wages = min(self.account.balance, self.owed_former)
        self.account.pay(model.wages, wages)
        insured = min(self.account.balance, self.insurance_owed)
        self.account.pay(model.suppliers, insured)
        repaid = min(self.account.balance, self.loan)
        self.account.pay(model.finance, repaid)
        self.account.pay(model.other_payers, self.account.balance)
        books = district.books
        books.repaid += repaid
        books.wages_lost += self.owed_former - wages
        books.insurance_lost += self.insurance_owed - insured
        books.written_off += self.loan - repaid
        self.alive, self.closed = 0, 1
        self.staff = self.target = self.staff_other = self.other_income = 0
        self.owed_former = self.insurance_owed = self.loan = 0
        self.owed_months = 0.0
        self.due, self.late = [0] * LAGS, [0] * LAGS

    def found(self, hours: list[float], offers: list[int]) -> None:
        """Open on this empty row: kind, home, talents, offer and cash."""
        p, model, district = self.model.p, self.model, self.district
        self.rating = self.merit = p.new_rating
        self.idle = self.target = 0
        self.supervision = p.overhead_0 * p.o_c / p.o_n
        self.capacity, self.hours_wanted = p.capacity_0, 0.0
        self.enterprise = int(self.luck("providers.kind", 0) < p.enterprise_share)
        self.incubated = int(self.luck("providers.kind", 1) < p.incubation)
        self.subdistrict = None
        if self.luck("providers.kind", 2) >= p.external_share:
            home = int(self.luck("providers.home") * len(district.communities))
            self.subdistrict = district.communities[home].subdistrict
        for category in model.categories:
            ease = category.visible * (1 - category.least_tier / 4)
            talent = self.luck("providers.talent", category.row)
            self.strength[category.row] = (
                p.lean * ease + (1 - p.lean) * talent
            )  # without staff, small is one
        self.experience = [0.0] * len(model.categories)
        steered = [p.steer * (1 - n / max(1, *offers)) for n in offers]
        utilities = [u + s for u, s in zip(self.utilities(hours, offers, 0), steered, strict=True)]
        self.offer = model.categories[choose(self.luck("providers.first_offer"), utilities)]
        model.other_payers.pay(self.account, int(p.seed_cash * 100))
        if self.incubated:
            model.finance.pay(self.account, int(p.incubation_cash * 100))
            district.books.incubation += int(p.incubation_cash * 100)


class Sector:
    """The agencies and groups of a district."""

    def living(self) -> list[Any]:
        """Agencies that exist."""
        return [agency for agency in self.agencies if agency.alive]

    def offers(self) -> tuple[list[float], list[int]]:
        """Return the hours served since May and the agencies on offer, by category."""
        n = len(self.model.categories)
        hours, offers = [0.0] * n, [0] * n
        for agency in self.living():
            offers[agency.offer.row] += 1
            hours = [had + more for had, more in zip(hours, agency.experience, strict=True)]
        return hours, offers

    def choose_offers(self) -> None:
        """Let every agency learn from the year and choose what it offers."""
        hours, offers = self.offers()
        chosen = {}
        for agency in self.living():
            agency.practise()
            utilities = agency.utilities(hours, offers, agency.staff)
            chosen[agency] = self.model.categories[
                choose(agency.luck("providers.offer"), utilities)
            ]
        for agency, category in chosen.items():
            agency.offer = category
            agency.experience = [0.0] * len(self.model.categories)

    def found_agencies(self) -> None:
        """Found agencies where there is room."""
        p = self.model.p
        working = max(1, added(agency.staff > 0 for agency in self.living()))
        size = p.m_a * math.exp(p.m_a_sd**2 / 2)
        price = self.price_of_an_hour(self.agency_wage, p.o_c)
        room = added(c.plan for c in self.communities) / price / (working * size * p.h_w / 12)
        rate = p.n_e * working * (1 + p.g_R * p.registration) * min(2.0, max(0.0, room)) ** 2
        spare = [agency for agency in self.agencies if not agency.alive and not agency.closed]
        chance = min(1.0, rate / 12 / max(1, len(spare)))
        hours, offers = self.offers()
        self.books.incubation = 0
        for agency in self.agencies:
            agency.founded = int(agency in spare and agency.luck("providers.entry") < chance)
        for agency in self.agencies:
            if agency.founded:
                agency.found(hours, offers)
        for agency in self.agencies:
            if agency.founded:
                agency.alive, agency.age = 1, 0

    def link(self, *, january: bool) -> None:
        """Tell which agencies hubs reach: anew each January, of the newly founded at once."""
        p, model = self.model.p, self.model
        groups = [group for group in model.groups if group.district is self and group.alive]
        hubs = added(group.kind == 1 for group in groups)
        others = len(self.living()) + len(groups) - hubs
        share = min(1.0, p.hub_span * (hubs + p.hubs_added) / max(1, others))
        for agency in self.agencies:
            if january or agency.founded:
                u = model.luck.draw("population.link", 0, agency.key)
                agency.linked = int(agency.alive and u < share)

    def share_other_income(self) -> None:
        """Share next year's money of other payers."""
        p, model = self.model.p, self.model
        living = self.living()
        had, staff = added(a.other_income for a in living), added(a.staff for a in living)
        weights = [
            (p.other_memory * agency.other_income / had if had > 0 else 0)
            + ((1 - p.other_memory) * agency.staff / staff if staff > 0 else 0)
            for agency in living
        ]
        u = model.luck.draw("providers.other_payers", model.month, self.key)
        total = int(self.other_payers * (1 + p.other_sd * math.sqrt(3) * (2 * u - 1)))
        post = self.agency_wage * (1 + p.social_insurance) / (1 - p.o_c)
        for agency in self.agencies:
            agency.other_income = agency.staff_other = 0
        for agency, share in zip(living, share_out(total, weights), strict=True):
            agency.other_income = share
            agency.staff_other = round(share / post)

    def renew_groups(self) -> None:
        """Close some grassroots groups and found others."""
        p, model = self.model.p, self.model
        groups = [group for group in model.groups if group.district is self]
        for group in groups:
            group.closed = group.founded = 0
        leave = monthly(p.grassroots_churn)
        grassroots = [group for group in groups if group.kind == 0]
        living = [group for group in grassroots if group.alive]
        vacant = [group for group in grassroots if not group.alive]
        for group in living:
            if neighbourly(model.luck, "groups.turnover", model.month, group.key) < leave:
                group.alive, group.closed = 0, 1
        for group in vacant:
            chance = leave * max(1, len(living)) / len(vacant)
            if neighbourly(model.luck, "groups.turnover", model.month, group.key) < chance:
                group.alive = group.founded = 1
