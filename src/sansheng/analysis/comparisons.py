"""What a comparison says: a row for each outcome of each scenario, and the families that hold together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sansheng.analysis.answers import Answers, as_json
from sansheng.analysis.verdicts import Verdict

ALL: Literal["all"] = "all"
"""Instead of a draw's number: the mean over draws."""


@dataclass(frozen=True)
class Comparison:
    """One outcome of one scenario against the baseline, in the outcome's unit.

    Parameters
    ----------
    outcome, scenario, baseline, draw
        What is compared; ``all`` in place of a draw is the mean over a sample of draws.
    mean, baseline_mean
        Means over the replicates in which both scenarios define the outcome.
    difference
        Mean of the paired differences, scenario minus baseline.
    low, high
        Bounds of the 95% interval of the difference by itself; NaN where fewer than two pairs define it.
    replicates, planned
        Number of those pairs, and of those that the study asks for.
    spending
        Whether both spend alike: ``matched``, or ``capped``, ``exempt`` or ``off`` if one of them does not.
    low_all, high_all
        Bounds that hold together with all others of the row's family, with 95%; NaN outside a family.
    zone
        Differences up to this much, either way, do not matter; NaN if none is declared.
    verdict
        What the bounds that hold together say, outside a family the interval by itself.
    standard_error
        Of the difference: its Monte Carlo error.
    wins, wins_low, wins_high
        Share of replicates in which the scenario does better than the baseline, ties by half, and its 95% interval
        (Wilson); of an outcome that is neither good nor bad, in which it is higher. The interval is NaN over draws.
    probability_better
        Probability that it does better in the mean of all possible replicates, given those there are (Student's t).
    variance_reduction
        What common draws save: variance of a difference of independent runs over that of pairs; as many times more
        replicates would be needed without them.
    reported_difference
        Difference of the reported figure of the same thing; NaN if nothing reports it.
    gap, gap_low, gap_high
        How much more the reported figure changes than what happened, and its 95% interval by itself.
    """

    outcome: str
    scenario: str
    baseline: str
    draw: int | Literal["all"]
    mean: float
    baseline_mean: float
    difference: float
    low: float
    high: float
    replicates: int
    planned: int
    spending: str = "matched"
    low_all: float = math.nan
    high_all: float = math.nan
    zone: float = math.nan
    verdict: Verdict = "unknown"
    standard_error: float = math.nan
    wins: float = math.nan
    wins_low: float = math.nan
    wins_high: float = math.nan
    probability_better: float = math.nan
    variance_reduction: float = math.nan
    reported_difference: float = math.nan
    gap: float = math.nan
    gap_low: float = math.nan
    gap_high: float = math.nan

    @property
    def together(self) -> bool:
        """Whether it has bounds that hold together with those of others."""
        return self.low_all == self.low_all

    @property
    def bounds(self) -> tuple[float, float]:
        """The bounds that it is judged by: those that hold together, outside a family its own."""
        return (self.low_all, self.high_all) if self.together else (self.low, self.high)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them: a number that is undefined or without bound is None."""
        return as_json(self)


@dataclass(frozen=True)
class Family:
    """Differences whose intervals hold together.

    Parameters
    ----------
    draw
        Which draw they are of, or ``all``.
    outcomes, scenarios
        Of the family: every scenario on every outcome.
    members
        How many differences that is, without those that do not vary or that fewer than two pairs define.
    level
        Confidence that all intervals cover.
    each
        Level at which each interval stands for that.
    method
        ``rotation``, from how alike the differences are; ``sidak`` over draws, as if they were not.
    skewness
        Of its members, either way, the median. Near 1, with few replicates, intervals cover less than they say.
    """

    draw: int | Literal["all"]
    outcomes: tuple[str, ...]
    scenarios: tuple[str, ...]
    members: int
    level: float
    each: float
    method: Literal["rotation", "sidak"]
    skewness: float


@dataclass(frozen=True)
class Comparisons(Answers[Comparison]):
    """Comparisons in the order of draws, outcomes and scenarios, and their families, one a draw."""

    families: tuple[Family, ...]
