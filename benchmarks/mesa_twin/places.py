"""Subdistricts, and what rules and books have in common."""

from __future__ import annotations

from typing import Any

import mesa

LAGS = 13
"""Months that books look ahead, this one included."""


def agreed(said: float, custom: float) -> float:
    """Return what the rule in force says of a term, or custom where it says nothing."""
    return custom if said < 0 else said


class Subdistrict(mesa.Agent):
    """Coordinates departments; attributes are the columns of ``Subdistricts``."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.communities: list[Any] = []

    @property
    def releases(self) -> float:
        """Share of the cases that wait for a department which are released in a month."""
        p = self.model.p
        ready = self.coordination * self.skill
        return ready + p.online_release * (1 - ready)

    @property
    def handling(self) -> float:
        """Share of attempts that are organised well enough to succeed."""
        return 1 - self.model.p.skill_gain * (1 - self.skill)
