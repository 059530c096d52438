"""Sliders of declared numbers: where a value lies on the way from the least to the most that is allowed.

Every slider has a hundred steps. Ranges whose default lies near one end are laid out in logarithms, so that half of the
way is not spent on values that nobody tries.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sansheng.core.quantities import Quantity

STEPS = 100

_WHOLE = ("months", "households", "years")
"""Units of which nobody sets a part."""

_SKEWED = 20.0
"""Upper end over the default, from which on a range is laid out in logarithms."""


@dataclass(frozen=True)
class Slider:
    """A slider of a quantity."""

    quantity: Quantity

    @property
    def switch(self) -> bool:
        """Whether it is either on or off."""
        return self.quantity.unit == "0 or 1"

    @property
    def logarithmic(self) -> bool:
        """Whether steps multiply."""
        q = self.quantity
        return q.low >= 0.0 and q.default > 0.0 and q.high / q.default > _SKEWED

    @property
    def step(self) -> float:
        """Difference of neighbouring values where steps add."""
        q = self.quantity
        step = _round_number((q.high - q.low) / STEPS)
        return max(1.0, step) if q.unit in _WHOLE else step

    def value(self, position: int) -> float:
        """Return the value at a position from 0 to :data:`STEPS`; the ends and the default are met exactly."""
        q = self.quantity
        position = min(STEPS, max(0, position))
        if position == self.position(q.default):
            return q.default
        if position in {0, STEPS}:
            return q.low if position == 0 else q.high
        if self.logarithmic:
            lowest = self._lowest
            exact = float(lowest * (q.high / lowest) ** (position / STEPS))
            digits = 1 - math.floor(math.log10(exact))
            return min(q.high, max(q.low, round(exact, digits)))
        exact = q.low + (q.high - q.low) * position / STEPS
        steps = round((exact - q.low) / self.step)
        return min(q.high, round(q.low + steps * self.step, 10))

    def position(self, value: float) -> int:
        """Return the position nearest to a value."""
        q = self.quantity
        if value <= q.low or q.high == q.low:
            return 0
        if self.logarithmic:
            lowest = self._lowest
            if value <= lowest:
                return 0
            return round(STEPS * math.log(value / lowest) / math.log(q.high / lowest))
        return min(STEPS, round(STEPS * (value - q.low) / (q.high - q.low)))

    @property
    def _lowest(self) -> float:
        """The least value above zero that the slider offers."""
        q = self.quantity
        return q.low if q.low > 0.0 else q.default / 100.0


def _round_number(value: float) -> float:
    """Return the number 1, 2 or 5 times a power of ten that is next to a value from below."""
    power = float(10.0 ** math.floor(math.log10(value)))
    return max(step for step in (power, 2.0 * power, 5.0 * power) if step <= value * (1 + 1e-9))
