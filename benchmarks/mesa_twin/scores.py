"""How a community looks from above."""

from __future__ import annotations

from benchmarks.mesa_twin.appraisal import rate
from benchmarks.mesa_twin.sums import added


class Scores:
    """A community's results as they are reported."""

    def score_month(self) -> None:
        """Score response, resolution and satisfaction as reported, and count the year."""
        p = self.model.p
        waiting = added(cases.waiting for cases in self.cases)
        overdue = added(cases.overdue for cases in self.cases)
        good = added(cases.resolved + cases.papered for cases in self.cases)
        bad = added(cases.returned + cases.lapsed for cases in self.cases)
        self.good_year += good
        self.bad_year += bad
        reported = min(100.0, self.satisfaction + 100 * p.g * self.show) / 100
        weights = p.rank_response, p.rank_resolution, p.rank_satisfaction
        parts = rate(waiting - overdue, overdue), rate(good, bad), reported
        self.score = added(w * part for w, part in zip(weights, parts, strict=True)) / added(
            weights
        )

    def add_score(self) -> None:
        """Add the month's score, less the share of closures that audits reopened."""
        closed = added(cases.resolved + cases.papered for cases in self.cases)
        reopened = added(cases.reopened for cases in self.cases)
        self.score_sum += max(0.0, self.score - reopened / max(1, closed))
