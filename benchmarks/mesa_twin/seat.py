"""Seats and the people on them."""

from __future__ import annotations

import math
from typing import Any

import mesa


class Seat(mesa.Agent):
    """A post and whoever holds it; attributes are the columns of ``Workers``.

    ``employer`` is the community whose station the seat belongs to, or the agency.
    """

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def measure_skill(self) -> None:
        """Work out how much an hour is worth: certificate, learning, burnout."""
        if not self.filled:
            return
        p = self.model.p
        learned = 1 - (1 - p.A0) * math.exp(-self.service / (12 * p.tau_L))
        self.skill = (1 + p.tier_gain * self.tier) * learned * (1 - p.burnout_loss * max(0.0, self.burnout))

    def set_wage(self) -> None:
        """Set the wage due this month: the starting wage and a step for each year that pay recognises."""
        if not self.filled:
            self.wage = 0
            return
        start = self.district.base_wage if self.home is not None else self.district.agency_wage
        self.wage = start + self.step * int(self.model.p.step_pay * 100)
