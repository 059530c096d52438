"""What work achieves: finished attempts, closures true and false, audits, claims."""

from __future__ import annotations

import math

from benchmarks.mesa_twin.luck import Sampling
from benchmarks.mesa_twin.sums import added


class Outcomes:
    """How a community's work adds up and what becomes of it."""

    def deliver(self) -> None:
        """Finish the attempts whose minutes are met; credit is divided as the minutes were."""
        for cases in self.cases:
            cases.minutes = [
                had + new for had, new in zip(cases.minutes, cases.worked, strict=True)
            ]
            cases.expert_minutes += cases.worked_expert
            put_in = added(cases.minutes)
            cases.finished = min(put_in // cases.need, cases.waiting - cases.blocked)
            used = cases.finished * cases.need
            if cases.finished == 0:
                continue
            cases.expert = cases.expert_minutes / put_in
            cases.by_agency = cases.minutes[0] / put_in
            cases.expert_minutes -= cases.expert_minutes * used // put_in
            taken = [int(minutes * (used / put_in)) for minutes in cases.minutes]
            for pool, minutes in enumerate(cases.minutes):
                more = min(minutes - taken[pool], used - added(taken))
                taken[pool] += more
            cases.minutes = [had - gone for had, gone in zip(cases.minutes, taken, strict=True)]

    def meet(self) -> None:
        """Let ties grow with agencies that serve, and others fade."""
        p = self.model.p
        serving = {project.agency for project in self.serving() if self.hours_by[project.slot] > 0}
        for tie in self.ties:
            if tie.agency is None:
                continue
            if tie.agency in serving:
                tie.capital += p.tie_growth * (1 - tie.capital)
            else:
                tie.capital -= p.tie_fade * tie.capital

    def false_closure(self, stake: float) -> float:
        """Return the probability that a failure is closed on paper by those who have so much at stake."""
        p = self.model.p
        return p.phi_max * (1 - math.exp(-p.kappa * stake)) * math.exp(-p.alpha * p.p_aud) + p.phi_0

    def verify(self) -> None:
        """Draw what finished attempts achieved, and what is closed on paper."""
        p = self.model.p
        hide, shelve, succeed = (self._sampling(sub) for sub in range(3))
        agency, station = (
            self.false_closure(self.stake_agency),
            self.false_closure(self.stake_station),
        )
        for cases in self.cases:
            chance = (
                cases.expert * p.q_pro + (1 - cases.expert) * p.q_gen if cases.hard else p.q_easy
            )
            solved = succeed.take(cases.finished * self.subdistrict.handling * chance)
            failed = cases.finished - solved
            phi = cases.by_agency * agency + (1 - cases.by_agency) * station
            hidden = hide.take(failed * phi)
            unattended = max(0, cases.overdue - cases.finished)
            shelved = shelve.take(unattended * station)
            cases.resolved = solved + cases.on_spot + cases.by_units
            cases.failed = failed + shelved
            cases.returned = failed - hidden
            cases.papered = hidden + shelved
            cases.paper += cases.papered
            cases.take_oldest(solved + cases.papered)
            cases.count(int(p.norm_months))
            cases.blocked = min(cases.blocked, cases.waiting)

    def audit(self) -> None:
        """Reopen the paper closures that an audit finds, as just overdue, and claim for what counts as closed."""
        p = self.model.p
        chance, find = 1 - (1 - p.p_aud) ** (1 / 12), self._sampling(3)
        claimed = 0
        for cases in self.cases:
            tariff = cases.pay > 0
            old = cases.paper - cases.papered
            if cases.paper > 0:
                cases.claimed_share = (
                    old * cases.claimed_share + cases.papered * tariff
                ) / cases.paper
            else:
                cases.claimed_share = 0.0
            cases.reopened = find.take(cases.paper * chance)
            cases.paper -= cases.reopened
            cases.open[int(p.norm_months)] += cases.reopened
            cases.waiting += cases.reopened
            cases.overdue += cases.reopened
            claimed += cases.pay * (cases.resolved + cases.papered)
        self.books.claimed = claimed
        self.at_risk = p.risk_memory * self.at_risk + (1 - p.risk_memory) * claimed

    def count_the_year(self) -> None:
        """Count cases opened, settled on the spot, given up and closed since January."""
        for cases in self.cases:
            if self.model.month % 12 == 0:
                cases.opened_year = cases.grid_year = cases.spot_year = cases.lapsed_year = 0
            cases.opened_year += cases.reported + cases.found - cases.on_spot
            cases.grid_year += cases.by_grid - cases.on_spot
            cases.spot_year += cases.on_spot
            cases.lapsed_year += cases.lapsed
            cases.closed_year += cases.resolved + cases.papered - cases.reopened
            self.unmet_year += cases.arisen - cases.resolved

    def _sampling(self, sub: int) -> Sampling:
        return Sampling(self._luck("verify.hide_shelve_succeed_audit", sub))
