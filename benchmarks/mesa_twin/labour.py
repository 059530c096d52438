"""A district's labour market: pay on top of wages, dismissals, hiring, the exam."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.mesa_twin.seat import Seat
from benchmarks.mesa_twin.sums import added

DECEMBER, JUNE = 11, 5


class Labour:
    """What a district pays its workers on top, and who looks for work there."""

    def seats(self) -> list[Seat]:
        """Every seat of the district."""
        return [seat for seat in self.model.seats if seat.district is self]

    def pay_allowances(self) -> None:
        """Pay certificate allowances: community workers' from the base line, others' from the purse."""
        model, self.allowances = self.model, 0
        base = 0
        for seat in self.seats():
            seat.set_allowance()
            self.allowances += seat.allowance
            base += seat.allowance if seat.at_station else 0
        model.finance.pay(model.base_line, base)
        model.base_line.pay(model.wages, base)
        model.finance.pay(model.wages, self.allowances - base)

    def pay_projects(self) -> None:
        """Pay the certified of every station for the projects they lead."""
        model, each = self.model, self.model.p.project_pay * 100
        self.bonuses = 0
        for community in self.communities:
            for seat in community.posts:
                seat.bonus = 0
            certified = community.certified()
            serving = added(hours > 0 for hours in community.hours_by)
            led = min(serving, len(certified))
            community.project_pay = int(each * led)
            if led == 0 or each == 0:
                continue
            for seat in certified:
                seat.bonus = int(each * led * community.score / len(certified))
                self.bonuses += seat.bonus
        model.finance.pay(model.base_line, self.bonuses)
        model.base_line.pay(model.wages, self.bonuses)

    def award_agency_staff(self) -> None:
        """In December let subdistricts appraise agency people posted there, and pay the best."""
        model, p = self.model, self.model.p
        self.awards = 0
        if model.month % 12 != DECEMBER:
            return
        for seat in self.seats():
            seat.award = 0
        if p.award == 0:
            return
        for office in self.subdistricts:
            posted = [
                s for s in self.seats() if not s.at_station and s.community in office.communities
            ]
            points = {}
            for seat in posted:
                u = seat.luck("workforce.award")
                noise = p.award_noise * math.log(u / (1 - u))
                points[seat] = seat.skill + noise
            best = sorted(posted, key=lambda seat: -points[seat])
            for seat in best[: int(p.award_share * len(posted) + 0.5)]:
                seat.award = int(p.award * 100)
                self.awards += seat.award
        model.finance.pay(model.wages, self.awards)

    def keep_posts_empty(self) -> None:
        """Mark the vacant community posts that nobody will be hired for."""
        share = self.model.p.outsourced
        for community in self.communities:
            left = int(share * community.seats + 1e-9)
            for seat in community.posts:
                seat.kept = int(left > 0 and not seat.filled)
                left -= seat.kept

    def open_posts(self) -> list[Seat]:
        """Return the vacancies to be filled: all of stations, of agencies as many as they lack people."""
        lack = {
            agency: max(0, agency.target - agency.staff) if agency.alive else 0
            for agency in self.agencies
        }
        found = []
        for seat in self.seats():
            if seat.filled or seat.kept:
                continue
            if not seat.at_station:
                if lack[seat.employer] == 0:
                    continue
                lack[seat.employer] -= 1
            found.append(seat)
        return found

    def hire(self) -> None:
        """Fill vacancies from the pool of job seekers, then let the pool flow."""
        p = self.model.p
        in_use = added(seat.filled for seat in self.seats())
        posts = self.open_posts()
        for seat in self.seats():
            seat.hired = 0
        reference = p.w_ref * self.mean_wage
        rank: dict[Any, float] = {}
        for seat in posts:
            wage = self.base_wage if seat.at_station else self.agency_wage
            chance = min(
                1.0, p.hire_rate * (wage / reference) ** p.eta, p.match * self.pool / len(posts)
            )
            u = seat.luck("workforce.hire")
            if u < chance:
                rank[seat] = u / chance
        for seat in sorted(rank, key=lambda seat: rank[seat])[: self.pool]:
            tier = seat.draw_certificate()
            seat.sit_down(seat.home, seat.home.subdistrict if seat.at_station else None, tier)
            seat.hired = 1
        seekers = self.pool - min(len(rank), self.pool)
        change = p.pool_inflow / 12 * in_use - p.pool_loss * seekers
        self.pool = max(0, round(seekers + change))

    def hold_exam(self) -> None:
        """In June, train some of those who could sit the exam, and let them sit it."""
        model, self.training_cost = self.model, 0
        if model.month % 12 == JUNE:
            trained = added(seat.sit_exam() for seat in self.seats())
            self.training_cost = int(trained * model.p.train_cost * 100)
        else:
            for seat in self.seats():
                seat.certified = 0
        model.finance.pay(model.base_line, self.training_cost)
        model.base_line.pay(model.suppliers, self.training_cost)
