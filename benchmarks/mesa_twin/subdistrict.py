"""Subdistricts: they coordinate departments and buy service for their communities."""

from __future__ import annotations

from typing import Any

import mesa

from benchmarks.mesa_twin.procurement import Procurement


class Subdistrict(Procurement, mesa.Agent):
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
