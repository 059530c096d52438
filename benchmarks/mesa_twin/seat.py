"""Seats and the people on them."""

from __future__ import annotations

import math
from typing import Any

import mesa

from benchmarks.mesa_twin.luck import neighbourly
from benchmarks.mesa_twin.sums import added

FIRST_YEAR = 12
HIGHEST_TIER = 4


class Seat(mesa.Agent):
    """A post and whoever holds it; attributes are the columns of ``Workers``.

    ``employer`` is the community whose station the seat belongs to, or the agency.
    """

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def at_station(self) -> bool:
        """Whether it is a post of a station."""
        return self.home is not None

    def luck(self, decision: str) -> float:
        """Return the draw of whoever sits here."""
        return self.model.luck.draw(decision, self.model.month, self.key, self.generation)

    def measure_skill(self) -> None:
        """Work out how much an hour is worth: certificate, learning, burnout."""
        if not self.filled:
            return
        p = self.model.p
        learned = 1 - (1 - p.A0) * math.exp(-self.service / (12 * p.tau_L))
        self.skill = (
            (1 + p.tier_gain * self.tier) * learned * (1 - p.burnout_loss * max(0.0, self.burnout))
        )

    def set_wage(self) -> None:
        """Set the wage due this month: the starting wage and a step for each year that pay recognises."""
        if not self.filled:
            self.wage = 0
            return
        start = self.district.base_wage if self.at_station else self.district.agency_wage
        self.wage = start + self.step * int(self.model.p.step_pay * 100)

    def set_allowance(self) -> None:
        """Set the certificate allowance of this month."""
        self.allowance = self.allowance_at(self.tier) if self.filled else 0

    def allowance_at(self, tier: int) -> int:
        """Return the monthly allowance of a certificate."""
        return round(self.model.p.allowance * 100 * tier / HIGHEST_TIER)

    def burn_out(self) -> None:
        """Let burnout go a part of the way to where load and resources lead."""
        if not self.filled:
            return
        p = self.model.p
        if self.at_station:
            home = self.home
            overflow = home.overdue_admin / (home.seats * p.h_w / 12)
            load, resources = home.load, home.subdistrict.coordination - overflow - p.R_ref_base
        else:
            agency = self.employer
            resources = (
                agency.supervision - min(1.0, agency.owed_months) + self.coordination() - p.R_ref
            )
            load = agency.load
        demand = min(0.6, max(-0.5, load - p.load_norm))
        target = min(3.0, max(-2.0, (p.w_JD * demand + p.w_JR * resources) / 0.30))
        self.burnout += p.burnout_speed * (target - self.burnout)

    def coordination(self) -> float:
        """Return the coordination that somebody of an agency works with."""
        if self.community is not None:
            return self.community.subdistrict.coordination
        if self.employer.subdistrict is not None:
            return self.employer.subdistrict.coordination
        offices = self.district.subdistricts
        return added(office.coordination for office in offices) / len(offices)

    def think_of_quitting(self) -> None:
        """Decide whether to quit; then a month more has been served."""
        self.quits = self.first_year = 0
        if not self.filled:
            return
        new = self.service < FIRST_YEAR
        self.first_year = int(new)
        u = neighbourly(self.model.luck, "workforce.quit", self.model.month, self.key)
        self.quits = int(u < 1 - math.exp(-self.quit_hazard(new) / 12))
        self.tenure += 1
        self.service += 1
        self.local_tenure += self.community is not None
        self.credit += 1
        self.step = self.credit // 12

    def quit_hazard(self, new: bool) -> float:
        """Return the yearly hazard of quitting."""
        p = self.model.p
        q0, other = (p.q0, 0.0) if self.at_station else (p.q0_org, p.l_org)
        newcomers = 1 - math.exp(-(q0 + other))
        pay, owed = 1.0, 0.0  # until the first wage
        if self.wage > 0:
            monthly = self.wage + self.allowance + self.bonus + self.award / 12
            pay, owed = monthly / (p.w_ref * self.district.mean_wage), self.owed / self.wage
        hazard = q0 * pay**-p.eta * math.exp(p.b_B * self.burnout)
        hazard *= p.m_first if new else 1
        hazard *= 1 + p.m_owed * owed
        if not self.at_station:
            near = min(1.0, self.local_tenure / p.ladder_months)
            hazard *= 1 - p.ladder_pull * p.ladder * near
        return hazard / (1 + (p.m_first - 1) * newcomers)

    def leave(self) -> None:
        """Empty the seat; an agency keeps owing what it owes."""
        if not self.at_station:
            self.employer.owed_former += self.owed
        self.owed = self.award = self.filled = 0
        self.community = None
        self.left_after += self.tenure

    def sit_down(self, community: Any, subdistrict: Any, tier: int) -> None:
        """Put somebody new on the seat."""
        self.generation += 1
        self.filled = 1
        self.community, self.subdistrict, self.tier = community, subdistrict, tier
        self.tenure = self.service = self.local_tenure = self.credit = self.step = 0
        self.burnout = 0.0

    def move_to(self, other: Seat, community: Any) -> None:
        """Move whoever sits here to a seat of another employer in the same subdistrict."""
        other.sit_down(community, self.subdistrict, self.tier)
        other.service, other.local_tenure = self.service, self.local_tenure
        other.credit = int(self.model.p.k_sen * self.credit)
        other.step = other.credit // 12
        other.burnout, other.award = self.burnout, self.award
        self.leave()

    def follow_post(self) -> None:
        """Where the agency serves no longer, follow the post to whoever has won it, or be free."""
        where, agency = self.community, self.employer
        if where is None or agency in (project.agency for project in where.projects()):
            return
        self.community = None
        won = [project for project in where.projects() if project.switched]
        if not won or self.luck("workforce.follow_the_post") >= self.model.p.move_share:
            return
        new = won[-1].agency
        seat = next((seat for seat in new.posts if not seat.filled), None)
        if seat is None:
            return
        self.move_to(seat, where)
        seat.moved = 1
        theirs, ours = where.tie_with(agency), where.tie_with(new)
        if theirs is not None and ours is not None and where.posted_before[theirs] > 0:
            ours.capital = min(1.0, ours.capital + theirs.capital / where.posted_before[theirs])

    def offer_to_agency_staff(self) -> None:
        """Offer a vacancy of a station to people of agencies who know the subdistrict."""
        p = self.model.p
        known, ladder = p.hire_rate * p.station_share, p.hire_rate * p.ladder
        u = self.luck("workforce.community_post")
        candidate = self.longest_here(p.ladder_months) if u < ladder else None
        if candidate is None and u < known:
            candidate = self.longest_here(p.known_months)
        if candidate is not None:
            candidate.move_to(self, self.home)
            self.promoted = 1

    def longest_here(self, least: float) -> Seat | None:
        """Return whoever of an agency has served the subdistrict for the longest time."""
        able = [
            seat
            for seat in self.model.seats
            if not seat.at_station
            and seat.community is not None
            and seat.subdistrict is self.home.subdistrict
            and seat.local_tenure >= least
        ]
        return max(able, key=lambda seat: (seat.local_tenure, -seat.key), default=None)

    def draw_certificate(self) -> int:
        """Return the certificate of a recruit."""
        p = self.model.p
        u, share = (
            self.luck("workforce.tier_of_recruit"),
            p.hire_tier if self.at_station else p.hire_tier_org,
        )
        if u >= share:
            return 0
        rank = u / share
        above = (
            p.recruit_junior + p.recruit_middle + p.recruit_senior,
            p.recruit_middle + p.recruit_senior,
        )
        return 1 + added(rank >= 1 - part for part in (*above, p.recruit_senior))

    def sit_exam(self) -> int:
        """Sit for the next certificate, perhaps trained; return whether trained."""
        self.certified = 0
        p = self.model.p
        served = FIRST_YEAR * (1 + p.tier_years * self.tier)
        if not self.filled or self.tier == HIGHEST_TIER or self.service < served:
            return 0
        trained = int(p.training > 0 and self.luck("workforce.exam_training") < p.training)
        now = self.allowance_at(self.tier)
        gain = (
            (self.allowance_at(self.tier + 1) - now) / (self.wage + now)
            if self.wage + now > 0
            else 0.0
        )
        sits = 1 / (1 + math.exp(-(p.a_sit + p.b_sit * gain + p.train_sit * trained)))
        odds = p.exam_pass / (1 - p.exam_pass) * math.exp(p.train_pass * trained)
        passes = odds / (1 + odds) * (1 if self.tier == 0 else p.exam_higher)
        if self.luck("workforce.exam") < sits * passes:
            self.tier += 1
            self.certified = 1
        return trained
