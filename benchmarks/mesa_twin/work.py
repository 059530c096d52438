"""Hours at hand, hours lost, and what staff spend the rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from benchmarks.mesa_twin.cases import Cases
from benchmarks.mesa_twin.sums import added

AGENCY, CERTIFIED, OTHERS = range(3)
MOST_LOAD = 3.0
ROUNDS = 8
HAIR = 1e-9
"""Minutes that are too few to be spread."""


@dataclass(eq=False)
class Team:
    """People who decide as one: who they are, their effective minutes, what is at stake, whose pay they see."""

    pool: int
    minutes: float
    stake: float
    earns: float
    tiers: list[float]
    """Share of the work by people of each certificate."""
    focus: Any = None

    def qualified(self, tier: int) -> float:
        """Return the share of the work by people of a certificate or above."""
        return added(reversed(self.tiers[tier:]))


class Work:
    """How a community orders hours, and how the people who work there spend theirs."""

    def order_hours(self) -> None:
        """Order hours from the holders of the lot's projects: an even part of the plan to each."""
        self.hours_ordered = [0.0] * len(self.hours_by)
        projects = self.projects()
        for project in self.serving():
            hours = self.plan / len(projects) / project.price
            self.hours_ordered[project.slot] = hours
            project.agency.ordered += hours

    def receive_hours(self) -> None:
        """Take the hours that agencies can staff, in proportion to what each was asked for."""
        self.hours_by = [0.0] * len(self.hours_by)
        for project in self.serving():
            hours = self.hours_ordered[project.slot] * project.agency.served
            self.hours_by[project.slot] = hours
            project.agency.hours_sold += hours
        self.hours_paid = added(self.hours_by)
        self.hours_short = added(self.hours_ordered) - self.hours_paid

    def choose_work(self) -> None:
        """Let every team spread its time over open cases, those of projects first."""
        p = self.model.p
        for cases in self.cases:
            cases.count(int(p.norm_months))
            cases.worked, cases.worked_expert = [0, 0, 0], 0
        lost = self.share_of_time_lost()
        agencies, station = self.agency_teams(), self.station_teams(1 - lost)
        teams = [*agencies, *station]
        self.pool_hours, self.pool_idle = [0.0] * 3, [0.0] * 3
        at_hand = added(team.minutes for team in teams)
        self.load = self.demand() / at_hand if at_hand > 0 else MOST_LOAD
        self.load = min(MOST_LOAD, self.load)
        left = {cases: self.paid_minutes(cases) for cases in self.cases}
        done = dict.fromkeys(self.cases, 0.0)
        gaming = 0.0
        for employer in (agencies, station):
            pull = self.pull(employer[0], left) if employer else {}
            for team in employer:
                show = p.g_max * team.stake / (1 + team.stake)
                gaming += show * team.minutes
                given, idle = self.spread((1 - show) * team.minutes, left, self.lean(team, pull))
                self.credit(team, given, done)
                self.pool_hours[team.pool] += team.minutes / 60
                self.pool_idle[team.pool] += idle / 60
        self.hours_lost_gaming = gaming / 60
        self.show = gaming / at_hand if at_hand > 0 else 0.0
        self.hours_idle = added(self.pool_idle)
        self.utilisation = 1 - 60 * self.hours_idle / at_hand if at_hand > 0 else 0.0

    def share_of_time_lost(self) -> float:
        """Take administration, paperwork, accounts and coordination off the station's time."""
        p, rule, full = self.model.p, self.district.funding, self.model.p.h_w / 12
        hours = full * len(self.people())
        self.admin_moved = 0.0
        if hours == 0:
            self.overdue_admin = self.admin_hours
            self.hours_lost_admin = 0.0
            return 1.0
        admin = min(p.admin_cap * hours, self.admin_hours)
        self.overdue_admin = self.admin_hours - admin
        claimed = added(cases.resolved + cases.papered for cases in self.cases if cases.pay > 0)
        paperwork = claimed * rule.paperwork / 60
        earmarked = rule.earmarked
        wage_of_an_hour = self.district.base_wage / full
        accounts = self.plan * (p.c_gen * (1 - earmarked) + p.c_sp * earmarked) / wage_of_an_hour
        self.hours_lost_admin = min(hours, admin + paperwork + accounts + self.coordination_hours)
        lost = self.hours_lost_admin / hours
        self.hand_over(admin, hours, 1 - lost)
        return lost

    def hand_over(self, admin: float, hours: float, free: float) -> None:
        """Move administration from certified people to the others, where committee and station are separate."""
        p = self.model.p
        theirs = len(self.certified()) * p.h_w / 12
        others = hours - theirs
        if p.split == 0 or theirs == 0 or others == 0:
            return
        share = admin / hours
        room = min(p.admin_cap - share, free) * others
        self.admin_moved = max(0.0, min(p.split * share * theirs, room / (1 + p.handover)))
        self.hours_lost_admin += p.handover * self.admin_moved

    def station_teams(self, free: float) -> list[Team]:
        """Return the certified and the other people of the station."""
        p = self.model.p
        bill = added(seat.wage for seat in self.posts)  # of last month, whoever has left since
        money = self.at_risk + self.award_stake + self.project_pay
        self.stake_station = (money / bill if bill > 0 else 0.0) + p.rank_stake * self.pressure
        full = 60 * p.h_w / 12
        teams = []
        for pool in (CERTIFIED, OTHERS):
            people = [seat for seat in self.people() if (seat.tier > 0) == (pool == CERTIFIED)]
            skill = added(seat.skill for seat in people)
            tiers = [
                added(s.skill for s in people if s.tier == tier) / skill if skill > 0 else 0.0
                for tier in range(5)
            ]
            moved = -self.admin_moved if pool == CERTIFIED else self.admin_moved * (1 + p.handover)
            hours = len(people) * p.h_w / 12
            free_here = free - moved / hours if hours > 0 else 0.0
            teams.append(Team(pool, full * skill * free_here, self.stake_station, 1.0, tiers))
        return teams

    def agency_teams(self) -> list[Team]:
        """Return the people that agencies send, project by project."""
        p, district = self.model.p, self.district
        theta = district.funding.pass_through
        if self.hours_paid == 0:
            return []
        revenue = (1 + p.social_insurance) / (1 - district.overhead)
        self.stake_agency = (
            theta * revenue + p.award * 100 * p.award_share / 12 / district.agency_wage
        )
        teams = []
        for project in self.serving():
            agency, bought = project.agency, self.hours_by[project.slot]
            if bought == 0:
                continue
            matched = p.m_use * self.in_kind * bought / self.hours_paid / project.price
            tie = self.tie_with(agency)
            known = tie.capital if tie is not None else 0.0
            hours = (bought + matched) * agency.mean_skill * (1 - p.tie_gain * (1 - known))
            teams.append(
                Team(AGENCY, 60 * hours, self.stake_agency, theta, agency.tiers, project.focus)
            )
        return teams

    def volunteer_help(self, cases: Cases) -> float:
        """Return what volunteers make of a paid minute."""
        p = self.model.p
        relative = self.helpers / self.households / self.district.helpers_per_home
        factor = (1 - p.phi + p.phi * relative**p.ces_r) ** (1 / p.ces_r)
        return 1 + cases.category.volunteer * (factor - 1)

    def paid_minutes(self, cases: Cases) -> float:
        """Return the paid minutes that cases which wait for nobody else still need."""
        needed = (cases.waiting - cases.blocked) * cases.need - added(cases.minutes)
        return max(0, needed) / self.volunteer_help(cases)

    def demand(self) -> float:
        """Return the paid minutes that new cases ask for, and overdue ones, these at most as much again."""
        fresh = late = 0.0
        for cases in self.cases:
            paid = cases.need / self.volunteer_help(cases)
            fresh += (cases.reported + cases.found - cases.on_spot) * paid
            late += cases.overdue * paid
        return fresh + min(late, fresh)

    def pull(self, team: Team, left: dict[Cases, float]) -> dict[Cases, float]:
        """Return the weight of a minute of each kind of case for people of a team's employer."""
        p, district = self.model.p, self.district
        total = added(left.values())
        if total == 0:
            return {}
        cost = district.price_of_an_hour(district.agency_wage, district.overhead)
        pay = {cases: team.earns * cases.pay / (cases.need / 60) for cases in left}
        mean_pay = added(left[cases] * pay[cases] for cases in left) / total
        mean_seen = added(left[cases] * cases.category.visible for cases in left) / total
        weights = {}
        for cases in left:
            ages = added(age * n for age, n in enumerate(cases.open))
            mean_age = ages / cases.waiting if cases.waiting > 0 else 0.0
            reasons = p.beta_u * min(math.log(1 + mean_age / p.norm_months), 2)
            reasons += p.beta_p * (pay[cases] - mean_pay) / cost
            reasons += p.beta_v * team.stake * (cases.category.visible - mean_seen)
            weights[cases] = math.exp(min(3.0, max(-3.0, reasons)))
        return weights

    def lean(self, team: Team, pull: dict[Cases, float]) -> dict[Cases, float]:
        """Return the weights, more of it on the category that the team's project is for."""
        more = math.exp(self.model.p.beta_f)
        return {
            c: weight * more if c.category is team.focus else weight for c, weight in pull.items()
        }

    @staticmethod
    def spread(
        minutes: float, left: dict[Cases, float], pull: dict[Cases, float]
    ) -> tuple[dict[Cases, float], float]:
        """Spread minutes in proportion to backlog times pull; a kind that has all it needs passes the rest on."""
        if minutes >= added(left.values()):
            given, rest = dict(left), minutes - added(left.values())
            left.update(dict.fromkeys(left, 0.0))
            return given, rest
        given = dict.fromkeys(left, 0.0)
        for _ in range(ROUNDS):
            weights = {cases: left[cases] * weight for cases, weight in pull.items()}
            total = added(weights.values())
            if minutes <= HAIR or total <= HAIR:
                break
            rest = minutes
            for cases, weight in weights.items():
                part = min(left[cases], minutes * weight / total)
                given[cases] += part
                left[cases] -= part
                rest -= part
            minutes = rest
        return given, max(0.0, minutes)

    def credit(self, team: Team, given: dict[Cases, float], done: dict[Cases, float]) -> None:
        """Note what a team has done, in whole effective minutes."""
        for cases, minutes in given.items():
            done[cases] += minutes * self.volunteer_help(cases)
            worked = int(done[cases] + 1e-6) - added(cases.worked)
            cases.worked[team.pool] += worked
            cases.worked_expert += int(worked * team.qualified(cases.category.least_tier))
