"""Scores, rankings, targets, awards by results."""

from __future__ import annotations

from typing import Any

from benchmarks.mesa_twin.accounts import share_out
from benchmarks.mesa_twin.books import LAGS
from benchmarks.mesa_twin.sums import added


def rate(good: float, bad: float) -> float:
    """Return good over all, one where nothing happened."""
    return good / (good + bad) if good + bad > 0 else 1.0


class Appraisal:
    """How a district appraises its communities."""

    def set_targets(self) -> None:
        """Let targets follow last year's results, and count the new year from nothing."""
        p = self.model.p
        peers = rate(
            added(c.good_year for c in self.communities),
            added(c.bad_year for c in self.communities),
        )
        for community in self.communities:
            if community.good_year + community.bad_year > 0:
                own = rate(community.good_year, community.bad_year)
                moved = p.lam_r * ((1 - p.peers) * own + p.peers * peers - community.target)
                community.target = min(0.99, community.target + moved + p.ratchet_up)
            community.good_year = community.bad_year = 0.0

    def rank(self) -> None:
        """Let places in the ranking and missed targets press."""
        p, n = self.model.p, len(self.communities)
        in_line = sorted(self.communities, key=lambda c: -c.score)
        for place, community in enumerate(in_line):
            community.place = place / (n - 1) if n > 1 else 0.0
            missed = community.target - rate(community.good_year, community.bad_year)
            community.pressure = p.ranking * community.place + p.target_weight * max(0.0, missed)

    def teach_cadres(self) -> None:
        """Let cadres of subdistricts learn under ranking and slip back without it."""
        p = self.model.p
        for subdistrict in self.subdistricts:
            homes = subdistrict.communities
            mean = added(c.place for c in homes) / len(homes) if homes else 0.0
            learnt = p.learn * p.ranking * (1 + mean) * (1 - subdistrict.skill)
            subdistrict.skill += (
                learnt - p.forget * (subdistrict.skill - subdistrict.skill_base)
            ) / 12

    def award(self) -> None:
        """Count results, decide awards in the last month of the period, and note what hangs on results."""
        p, rule = self.model.p, self.funding
        passed = self.model.month - rule.period_start + 1
        results = {c: c.score_sum / passed for c in self.communities}
        reach = p.award_reach
        for community in self.communities:
            more, less = (
                self.won(community, results[community] + by, results) for by in (reach, -reach)
            )
            hangs = community.funding.award * (1 - rule.award_floor) / rule.period_months
            community.award_stake = hangs * (more - less)
        if passed == rule.period_months and any(c.funding.award for c in self.communities):
            self.decide(results)

    def won(self, community: Any, result: float, results: dict[Any, float]) -> float:
        """Return the share of its award above the floor that a community wins with a result."""
        rule = self.funding
        if rule.award_ranked:
            others = [results[c] for c in self.communities if c is not community]
            beaten = added(
                1.0 if other < result else 0.5 if other == result else 0.0 for other in others
            )
            return beaten / len(others) if others else 1.0
        if rule.award_span <= 0:
            return 1.0 if result >= rule.award_pass else 0.0
        return min(1.0, max(0.0, (result - rule.award_pass) / rule.award_span))

    def decide(self, results: dict[Any, float]) -> None:
        """Book what each community has won."""
        rule = self.funding
        floor = rule.award_floor
        shares = {
            c: c.funding.award * (floor + (1 - floor) * self.won(c, results[c], results))
            for c in self.communities
        }
        if rule.award_ranked:
            everything = added(c.funding.award for c in self.communities)
            amounts = share_out(everything, list(shares.values()))
        else:
            amounts = [round(share) for share in shares.values()]
        due = (self.model.month + rule.award_delay) % LAGS
        for community, amount in zip(self.communities, amounts, strict=True):
            community.books.award_due[due] += amount
            community.books.granted += amount
            self.envelope_account.pay(self.claims_account, amount)

    def pay_awards(self) -> None:
        """Pay the awards that fall due."""
        slot = self.model.month % LAGS
        for community in self.communities:
            amount = community.books.award_due[slot]
            community.books.award_due[slot] = 0
            self.claims_account.pay(community.account, amount)
            community.received_year += amount
            community.expected_year += amount
