"""One declaration for every number of the model.

``quantity(...)`` states a default, a unit, a plausible range, where the number comes from and what role
it plays. Validation, the documentation tables, the bounds of a sensitivity study, the prior of a
calibration and the slider of a teaching page all read this one line, so they cannot disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sansheng.core.errors import quoted
from sansheng.core.text import Text

Role = Literal["lever", "uncertainty", "constant"]
Status = Literal["read", "derived", "assumed"]

ASSUMED = "assumed"


@dataclass(frozen=True)
class Quantity:
    """A number with a unit, a range, a source and a role.

    Parameters
    ----------
    name
        Symbol used in kernels, configs and tables.
    default
        Value when a study says nothing; inside ``[low, high]``.
    unit
        Unit in plain text; ``"-"`` for pure numbers.
    low, high
        Plausible range; values outside are refused.
    source
        Ids of :mod:`sansheng.facts`, or ``("assumed",)``.
    status
        ``read`` in a source, ``derived`` from one, or ``assumed``.
    role
        ``lever`` (somebody decides it), ``uncertainty`` (nobody knows it) or ``constant``.
    text
        Meaning in one line, English and Chinese.
    """

    name: str
    default: float
    unit: str
    low: float
    high: float
    source: tuple[str, ...]
    status: Status
    role: Role
    text: Text

    def contains(self, value: float) -> bool:
        """Whether ``value`` is finite and inside the range."""
        return math.isfinite(value) and self.low <= value <= self.high

    def refusal(self, value: object) -> Text:
        """Return what to tell somebody who wrote a value outside the range."""
        low, high = f"{self.low:.10g}", f"{self.high:.10g}"
        unit = "" if self.unit == "-" else f" {self.unit}"
        ids = ", ".join(self.source)
        assumed = self.source == (ASSUMED,)
        return Text(
            f"{self.name} {quoted(value)} is outside {low}..{high}{unit}"
            f" (source: {'assumed' if assumed else ids})",
            f"{self.name} {quoted(value)} 超出范围 {low}..{high}{unit}"
            f"（来源：{'假定' if assumed else ids}）",
        )


def quantity(
    name: str,
    default: float,
    *,
    unit: str,
    low: float,
    high: float,
    source: str,
    role: Role,
    en: str,
    zh: str,
    status: Status | None = None,
) -> Quantity:
    """Declare a quantity.

    Parameters
    ----------
    name, default, unit, low, high, role
        See :class:`Quantity`.
    source
        Comma-separated source ids, or ``"assumed"``.
    en, zh
        Meaning in one line.
    status
        Left out, it is ``assumed`` where the source says so and ``derived`` otherwise.

    Raises
    ------
    ValueError
        If the default is outside the range, or the status contradicts the source.
    """
    ids = tuple(part.strip() for part in source.split(","))
    assumed = ids == (ASSUMED,)
    kind: Status = status or ("assumed" if assumed else "derived")
    if assumed and kind != "assumed":
        raise ValueError(f"{name}: a number without a source is assumed, not {kind}")
    declared = Quantity(name, default, unit, low, high, ids, kind, role, Text(en, zh))
    if not declared.contains(default):
        raise ValueError(f"{name}: default {default} is outside {low}..{high}")
    return declared
