"""Differences between two runs, one measure, month and subject each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from sansheng.analysis.story.links import MONEY, PUT_OFF, QUIT, Measure
from sansheng.analysis.story.told import NOTHING, Cell, Told, Who, same_agency, same_person


@dataclass(frozen=True, eq=False)
class Difference:
    """What one run has and the other has not, or has less or more of.

    Parameters
    ----------
    measure
        Of what.
    who
        Numbers of those whom it is about.
    month
        Index.
    hurt, other
        In the run that is hurt, and in the other.
    until
        Index of the month in which it ends, for what lasts; else ``month``.
    """

    measure: Measure
    who: Who
    month: int
    hurt: Cell
    other: Cell
    until: int

    def of(self, kind: str) -> int:
        """Return the number of the community, agency or worker that it is about."""
        return self.who[self.measure.about.index(kind)]

    @property
    def size(self) -> float:
        """How much the runs differ."""
        if self.measure.worse == "any":
            return self.hurt.value
        return abs(self.hurt.value - self.other.value)


@dataclass(frozen=True)
class Pair:
    """Two runs, of which one is looked at as the one that is hurt."""

    hurt: Told
    other: Told

    def gap(self, measure: Measure, who: Who, month: int) -> float:
        """Return by how much a measure is worse in the hurt run."""
        gap = self.hurt.cell(measure, who, month).value - self.other.cell(measure, who, month).value
        return -gap if measure.worse == "less" else gap

    def differences(self, measure: Measure) -> Iterator[Difference]:
        """Yield where the hurt run is worse off, as the measure says."""
        ours, theirs = self.hurt.cells(measure), self.other.cells(measure)
        subjects = ours if measure.worse != "less" else {**theirs, **ours}
        for who in subjects:
            if not self._same(measure, who):
                continue
            mine, others = ours.get(who, {}), theirs.get(who, {})
            behind = _behind(mine, others) if measure is MONEY else None
            for month in sorted({*mine, *others} if measure.worse == "less" else mine):
                found = Difference(
                    measure,
                    who,
                    month,
                    mine.get(month, NOTHING),
                    others.get(month, NOTHING),
                    month,
                )
                if self._counts(found) and (behind is None or month in behind):
                    yield from self._lasting(found)

    def _same(self, measure: Measure, who: Who) -> bool:
        for kind, number in zip(measure.about, who, strict=True):
            if kind == "agency" and not same_agency(self.hurt, self.other, number):
                return False
            if kind == "worker" and not same_person(self.hurt, self.other, number):
                return False
        return True

    def _counts(self, found: Difference) -> bool:
        measure, mine, others = found.measure, found.hurt.value, found.other.value
        if (
            measure.within is not None
            and self.gap(measure.within, found.who[-1:], found.month) <= 0
        ):
            return False
        if measure is QUIT:
            left = self.other.departures.get(found.of("worker"))
            return left is None or self.other.months[left - 1] > found.month
        if measure.worse == "less":
            return mine < others * (1.0 - measure.least)
        if measure.worse == "more":
            return mine > others
        return measure.worse == "any" or others == 0.0

    def _lasting(self, found: Difference) -> Iterator[Difference]:
        """Yield a difference, once for each month in which it ends if it is a payment put off."""
        if found.measure is not PUT_OFF:
            yield found
            return
        for number in found.hurt.numbers:
            row = self.hurt.table.iloc[number - 1]
            cell = Cell(float(row["amount"]), (number,))
            until = found.month + int(row["count"])
            yield Difference(found.measure, found.who, found.month, cell, found.other, until)


def _behind(mine: Mapping[int, Cell], others: Mapping[int, Cell]) -> set[int]:
    """Return months up to which less has come in all."""
    months = sorted({*mine, *others})
    each = (mine.get(m, NOTHING).value - others.get(m, NOTHING).value for m in months)
    return {m for m, total in zip(months, accumulate(each), strict=True) if total < 0.0}
