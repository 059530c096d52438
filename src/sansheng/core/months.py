"""Months: how they are written, and how they are counted."""

from __future__ import annotations

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
