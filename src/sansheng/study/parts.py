"""Parts of a study, for jobs that share it."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One of so many parts of a study, counted from 1."""

    number: int
    of: int

    def as_list(self) -> list[int]:
        """Return it as JSON holds it."""
        return [self.number, self.of]

    def has(self, index: int) -> bool:
        """Whether a block, counted from 0, belongs to it."""
        return index % self.of == self.number - 1
