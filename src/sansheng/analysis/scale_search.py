r"""How much money a rule needs to do as well as another, by root finding on common draws.

What a rule gains over the other is a curve :math:`d(s)` over the scale :math:`s` of its money: the mean over
replicates of paired differences :math:`d_r(s)`. All scales are tried on the same draws, so the curve is a function
that can be solved, though a rough one: a little more money lets other people quit, and replicates part ways.

A coarse scan over the whole legal range comes first, for a curve may turn. Then three places are searched, each the
first at which a curve reaches zero on the way up: that of the mean, which is the answer; that of the upper bound of the
paired 95% interval, and that of the lower one. Between the last two the replicates cannot tell the rules apart. So the
interval of scales is a test turned round, like Fieller's for a ratio, and may lack an end. The search is by
false position and halving in turn, in logarithms.

What a scale costs is known from replicates too. The interval of the money joins both uncertainties by MOVER (the
method of variance estimates recovery), as if they were independent: with money :math:`x` at the answer and
:math:`x_1` at the end of the interval of scales, and the half-width :math:`h` of the paired interval of :math:`x`,
the end is :math:`x - \sqrt{(x - x_1)^2 + h^2}`, and likewise above.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sansheng.analysis.crossing import first_reached
from sansheng.analysis.replications import LEVEL, paired_interval
from sansheng.core.scale import ONE
from sansheng.core.tables import F64
from sansheng.study.matching import LEAST, MOST

SCAN = (LEAST, ONE // 16, ONE // 4, ONE // 2, ONE, 2 * ONE, 4 * ONE, 8 * ONE, MOST)
"""Scales that are always tried, millionths."""

NARROW = math.log(1.01)
"""Scales as near as this, in logarithms, are not searched between."""

NEAR = 0.05
"""Share of the half-width of an interval within which a curve is at zero."""

OFF_THE_ENDS = 0.1
"""A guess keeps this share of the bracket, in logarithms, away from its ends."""

Verdict = Literal["identical", "matched", "undetermined", "never", "always"]


@dataclass(frozen=True)
class Sample:
    """What a scale gave, by replicate.

    Parameters
    ----------
    gain
        Outcome less that of the other rule, turned so that more is better; NaN where undefined.
    money
        Money beyond what the other rule has, shape ``(measure, replicate)``.
    """

    gain: F64
    money: F64


@dataclass(frozen=True)
class Point:
    """A scale that was tried.

    Parameters
    ----------
    scale
        What money was multiplied by.
    gain, low, high
        Mean gain and its paired 95% interval.
    money
        Mean of each measure of money.
    """

    scale: float
    gain: float
    low: float
    high: float
    money: tuple[float, ...]


class Money(NamedTuple):
    """Money beyond what the other rule has, and its 95% interval; NaN where there is no number or no end."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Solution:
    """The smallest money that matches.

    Parameters
    ----------
    verdict
        ``matched``: the answer has an interval with two ends. ``undetermined``: an end, or the answer, is missing.
        ``never``: worse at every scale. ``always``: better even at the smallest, where the money is an upper bound.
        ``identical``: nothing to match.
    scale, scale_low, scale_high
        NaN where there is none.
    money
        By measure.
    peak
        Scale beyond which more money makes the gain smaller; NaN where no such turn shows.
    curve
        All that was tried, by scale.
    """

    verdict: Verdict
    scale: float
    scale_low: float
    scale_high: float
    money: tuple[Money, ...]
    peak: float
    curve: tuple[Point, ...]


def search(measures: int) -> Generator[Sequence[int], Mapping[int, Sample | None], Solution]:
    """Yield scales to try, take a sample of each (None where a scale is not possible), and return the answer.

    Parameters
    ----------
    measures
        Of money, in every sample.
    """
    samples = {**(yield SCAN)}
    halving = False
    while wanted := _Curves(samples).wanted(halving):
        samples |= yield wanted
        halving = not halving
    return _Curves(samples).solution(measures)


class _Curves:
    """Curves of the mean and both bounds over the scales that were tried and possible."""

    def __init__(self, samples: Mapping[int, Sample | None]) -> None:
        known = {
            scale: sample
            for scale, sample in sorted(samples.items())
            if sample is not None and (~np.isnan(sample.gain)).sum() >= 2
        }
        self.scales, self.samples = list(known), list(known.values())
        bounds = [paired_interval(sample.gain[~np.isnan(sample.gain)]) for sample in known.values()]
        self.mean, self.low, self.high = (
            np.array([float(bound[i]) for bound in bounds]) for i in range(3)
        )

    def wanted(self, halving: bool) -> list[int]:
        """Return where to look next, for all curves whose place is not known yet."""
        guesses = (self._guess(curve, halving) for curve in (self.high, self.mean, self.low))
        return sorted({guess for guess in guesses if guess is not None} - set(self.scales))

    def _guess(self, curve: F64, halving: bool) -> int | None:
        above = first_reached(curve)
        if above in (0, len(curve)):
            return None
        below = above - 1
        left, right = math.log(self.scales[below]), math.log(self.scales[above])
        half = (self.high - self.low)[[below, above]] / 2.0
        ends = np.abs(curve[[below, above]])
        if right - left <= NARROW or bool((ends <= NEAR * half).any()):
            return None
        share = 0.5 if halving else float(ends[0] / ends.sum())
        share = min(max(share, OFF_THE_ENDS), 1.0 - OFF_THE_ENDS)
        return round(math.exp(left + share * (right - left)))

    def solution(self, measures: int) -> Solution:
        """Return the answer that the curves give."""
        count = len(self.scales)
        first, answer, last = (first_reached(c) for c in (self.high, self.mean, self.low))
        verdict: Verdict = "undetermined"
        if count and first == count:
            verdict = "never"
        elif count and last == 0:
            verdict = "always"
        elif first > 0 and answer < count and last < count:
            verdict = "matched"
        return Solution(
            verdict,
            self._scale(self.mean),
            self._scale(self.high),
            self._scale(self.low),
            tuple(self._money(i, verdict) for i in range(measures)),
            self._peak(),
            tuple(self._point(i) for i in range(count)),
        )

    def _point(self, i: int) -> Point:
        return Point(
            self.scales[i] / ONE,
            float(self.mean[i]),
            float(self.low[i]),
            float(self.high[i]),
            tuple(map(float, self.samples[i].money.mean(axis=1))),
        )

    def _weight(self, curve: F64) -> tuple[int, float] | None:
        """Return the place of a curve's zero: the point above, and the weight of that below; None without one."""
        above = first_reached(curve)
        if above in (0, len(curve)):
            return None
        return above, float(curve[above] / (curve[above] - curve[above - 1]))

    def _scale(self, curve: F64) -> float:
        if (found := self._weight(curve)) is None:
            return math.nan
        above, weight = found
        return (weight * self.scales[above - 1] + (1.0 - weight) * self.scales[above]) / ONE

    def _spent(self, curve: F64, measure: int) -> F64 | None:
        """Return the money at a curve's zero, by replicate."""
        if (found := self._weight(curve)) is None:
            return None
        above, weight = found
        below, beyond = (self.samples[i].money[measure] for i in (above - 1, above))
        spent: F64 = weight * below + (1.0 - weight) * beyond
        return spent

    def _money(self, measure: int, verdict: Verdict) -> Money:
        if verdict == "never":
            return Money(math.nan, math.nan, math.nan)
        if verdict == "always":
            least = paired_interval(self.samples[0].money[measure])
            return Money(math.nan, math.nan, float(least.high))
        at, first, last = (self._spent(c, measure) for c in (self.mean, self.high, self.low))
        value = math.nan if at is None else float(at.mean())
        return Money(value, _end(at, first, -1.0), _end(at, last, 1.0))

    def _peak(self) -> float:
        """Return the scale of the largest gain in the scan if some fall between two scales is beyond luck."""
        scanned = [i for i, scale in enumerate(self.scales) if scale in SCAN]
        pairs = [(i, j) for n, i in enumerate(scanned) for j in scanned[n + 1 :]]
        for i, j in pairs:
            fall = self.samples[j].gain - self.samples[i].gain
            fall = fall[~np.isnan(fall)]
            level = 1.0 - (1.0 - LEVEL) / len(pairs)  # Bonferroni: many pairs are looked at
            if fall.size >= 2 and float(paired_interval(fall, level).high) < 0.0:
                return self.scales[max(scanned, key=lambda k: self.mean[k])] / ONE
        return math.nan


def _end(at: F64 | None, end: F64 | None, side: float) -> float:
    """Return an end of the interval of money, ``side`` -1 below and 1 above; see the module."""
    if end is None:
        return math.nan
    if at is None:
        interval = paired_interval(end)
        return float(interval.low if side < 0.0 else interval.high)
    interval = paired_interval(at)
    half = float(interval.high - interval.mean)
    return float(interval.mean) + side * math.hypot(float(at.mean() - end.mean()), half)
