"""Months, and rates that are known by the year and used by the month."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A calendar month; ``month`` runs from 1 to 12."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written ``2015-01``.

        Raises
        ------
        ValueError
            If the text is written in any other way.
        """
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"a month is written year-month, like 2015-01, not {text!r}")
        return cls(int(written[1]), int(written[2]))

    @classmethod
    def at(cls, index: int) -> Month:
        """Return the month with this index."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:  # type: ignore[override]  # nobody searches a month as a tuple
        """Months since January of year 0: what kernels count with."""
        return self.year * 12 + self.month - 1

    def plus(self, months: int) -> Month:
        """Return the month so many months later, or earlier if negative."""
        return Month.at(self.index + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def calendar_month(index: int) -> int:
    """Return the month of the year of a month index: 0 for January to 11 for December.

    Plain arithmetic, so that a kernel may write ``index % 12`` and mean the same.
    """
    return index % 12


def yearly_to_monthly_probability(p: float) -> float:
    """Return the monthly chance that adds up to a yearly chance ``p`` of something happening once.

    Raises
    ------
    ValueError
        If ``p`` is not a probability.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, not {p}")
    return 1.0 if p == 1.0 else -math.expm1(math.log1p(-p) / 12.0)


def monthly_to_yearly_probability(p: float) -> float:
    """Return the yearly chance that a monthly chance ``p`` adds up to.

    Raises
    ------
    ValueError
        If ``p`` is not a probability.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, not {p}")
    return 1.0 if p == 1.0 else -math.expm1(math.log1p(-p) * 12.0)


def hazard_to_probability(rate: float, time: float = 1.0) -> float:
    """Return the chance that an event of constant hazard ``rate`` happens within ``time``.

    Rate and time are in the same unit, for example 1/month and months.

    Raises
    ------
    ValueError
        If either is negative or not a number.
    """
    if not (rate >= 0.0 and time >= 0.0):
        raise ValueError(f"a hazard and a time are not negative: {rate}, {time}")
    return -math.expm1(-rate * time)


def probability_to_hazard(p: float, time: float = 1.0) -> float:
    """Return the constant hazard under which an event has chance ``p`` within ``time``.

    Raises
    ------
    ValueError
        If ``p`` is not in [0, 1), or the time is not positive.
    """
    if not (0.0 <= p < 1.0 and time > 0.0):
        raise ValueError(f"a hazard needs a probability below 1 and a positive time: {p}, {time}")
    return -math.log1p(-p) / time
