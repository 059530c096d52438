"""The chain that is told: the longest that reaches unmet need, then the best supported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sansheng.analysis.story.difference import Difference, Pair
from sansheng.analysis.story.links import (
    BEFORE,
    BOUGHT,
    HOURS,
    LAPSED,
    LINKS,
    MEASURES,
    MONEY,
    PUT_OFF,
    QUIT,
    SERVICE,
    STARTS,
    WAGE,
    WAITING,
    Link,
    Measure,
)
from sansheng.analysis.story.proofs import PROOFS


class Step(NamedTuple):
    """A link that was found.

    Parameters
    ----------
    link, cause, effect
        What led to what.
    size
        Of the effect; of one that has to be new, by how much it exceeds what was there before.
    """

    link: Link
    cause: Difference
    effect: Difference
    size: float

    @property
    def proven(self) -> bool:
        """Whether there would have been no effect without the cause."""
        return self.link.proof is not None


class Merit(NamedTuple):
    """How well a chain is supported; the greatest is told.

    Parameters
    ----------
    reaches
        Whether it ends with needs that are given up.
    leaves
        Whether somebody quits.
    length
        Differences that it links.
    proven
        Links that are proven.
    unmet, cases, yuan
        Sizes of its effects: cases given up, all cases, money.
    early
        Minus the month in which it ends.
    """

    reaches: bool
    leaves: bool
    length: int
    proven: int
    unmet: float
    cases: float
    yuan: float
    early: int

    @classmethod
    def of_end(cls, d: Difference) -> Merit:
        """Return the merit of a chain that is but its end."""
        return cls(d.measure is LAPSED, d.measure is QUIT, 1, 0, 0.0, 0.0, 0.0, -d.month)

    def after(self, step: Step) -> Merit:
        """Return the merit of the chain that begins with one step more."""
        value = step.effect.measure.value
        return self._replace(
            leaves=self.leaves or step.cause.measure is QUIT,
            length=self.length + 1,
            proven=self.proven + step.proven,
            unmet=self.unmet + (step.size if step.effect.measure is LAPSED else 0.0),
            cases=self.cases + (step.size if value == "count" else 0.0),
            yuan=self.yuan + (step.size if value == "amount" else 0.0),
        )


class Chain(NamedTuple):
    """Links from the first difference to the last, in which one run is hurt."""

    pair: Pair
    steps: tuple[Step, ...]
    merit: Merit


class Way(NamedTuple):
    """What a chain may pass through, and where it may end."""

    through: tuple[Measure, ...]
    ends: tuple[Measure, ...]


DIRECT = Way((MONEY, BOUGHT, WAITING, LAPSED), (WAITING, LAPSED))
"""From money to cases by the hours that it buys."""

BY_PEOPLE = Way(
    (MONEY, SERVICE, PUT_OFF, WAGE, QUIT, HOURS, WAITING, LAPSED),
    (WAGE, QUIT, HOURS, WAITING, LAPSED),
)
"""From money to cases by wages that come late and people who quit over them."""


@dataclass(frozen=True)
class Scope:
    """What a chain has to be about; None does not matter.

    Parameters
    ----------
    community
        Where people leave, cases wait and needs are given up.
    agency
        Which sells, pays late and is left.
    """

    community: int | None = None
    agency: int | None = None

    def holds(self, difference: Difference) -> bool:
        """Whether a difference may be told."""
        about = difference.measure.about
        if self.agency is not None and "agency" in about and difference.of("agency") != self.agency:
            return False
        # Money of other communities keeps an agency that works here alive.
        elsewhere = difference.measure in (MONEY, SERVICE)
        here = self.community is None or elsewhere or "community" not in about
        return here or difference.of("community") == self.community


class Chains:
    """All chains in which one run is hurt.

    Parameters
    ----------
    pair
        The runs.
    scope
        What is asked for.
    """

    def __init__(self, pair: Pair, scope: Scope) -> None:
        self._pair = pair
        self._differences = {
            measure: [d for d in pair.differences(measure) if scope.holds(d)]
            for measure in MEASURES
        }
        self._index: dict[tuple[Link, tuple[int, ...]], list[Difference]] = defaultdict(list)
        for link in LINKS:
            for d in self._differences[link.effect]:
                self._index[link, tuple(d.of(kind) for kind in link.same)].append(d)

    def best(self, way: Way) -> Chain | None:
        """Return the best chain of two differences or more, None if there is none."""
        tails = self._tails(way)
        starts = [
            (tails[d][0], -d.month, d.who, d)
            for measure in STARTS
            for d in self._differences[measure]
            if measure in way.through and d in tails and tails[d][1] is not None
        ]
        if not starts:
            return None
        merit, _, _, start = max(starts, key=lambda found: found[:3])
        steps = []
        step = tails[start][1]
        while step is not None:
            steps.append(step)
            step = tails[step.effect][1]
        return Chain(self._pair, tuple(steps), merit)

    def _tails(self, way: Way) -> dict[Difference, tuple[Merit, Step | None]]:
        """Return the best way on from each difference that leads to an end, and what it is worth."""
        tails: dict[Difference, tuple[Merit, Step | None]] = {}
        for measure in reversed(way.through):
            for d in self._differences[measure]:
                ways = [
                    (tails[step.effect][0].after(step), step)
                    for step in self._steps_from(d)
                    if step.effect in tails
                ]
                if ways:
                    tails[d] = max(ways, key=lambda way: way[0])
                elif measure in way.ends:
                    tails[d] = Merit.of_end(d), None
        return tails

    def _steps_from(self, cause: Difference) -> Iterator[Step]:
        for link in LINKS:
            if link.cause is not cause.measure:
                continue
            same = tuple(cause.of(kind) for kind in link.same)
            for effect in self._index.get((link, same), ()):
                if not link.least <= effect.month - cause.month <= link.most:
                    continue
                if cause.measure is PUT_OFF and effect.month >= cause.until:
                    continue  # what was put off has come
                if link.steady and not self._is_steady(cause, effect):
                    continue
                size = self._growth(link, cause, effect) if link.new else effect.size
                if size <= 0.0 or (link.covered and size > cause.size):
                    continue
                if link.proof is None or PROOFS[link.proof](self._pair.hurt, cause, effect):
                    yield Step(link, cause, effect, size)

    def _is_steady(self, cause: Difference, effect: Difference) -> bool:
        months = range(cause.month, effect.month + 1)
        return all(self._pair.gap(cause.measure, cause.who, month) > 0.0 for month in months)

    def _growth(self, link: Link, cause: Difference, effect: Difference) -> float:
        """Return by how much a difference exceeds all that was there before it could be an effect."""
        first = cause.month + link.least
        if first <= self._pair.hurt.months[0]:
            return 0.0  # nobody knows what was before
        before = (
            self._pair.gap(effect.measure, effect.who, month)
            for month in range(first - BEFORE, first)
        )
        return effect.size - max(0.0, *before)
