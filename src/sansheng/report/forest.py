"""The specification of a forest: differences with their intervals, one outcome a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sansheng.core.text import Text
from sansheng.report.pages import plain
from sansheng.report.said import in_json

if TYPE_CHECKING:
    from sansheng.outcomes.measures import Outcome

_POINTS = ("%", "points", "percentage points")


class Line(NamedTuple):
    """A line of a forest.

    Parameters
    ----------
    label
        Of the outcome.
    mid, low, high
        Difference and its interval by itself; NaN where undefined.
    low_all, high_all
        Interval that holds together with the others; NaN where there is none.
    certain
        Whether the sign is decided.
    verdict
        What is said of it.
    """

    label: Text
    mid: float
    low: float
    high: float
    low_all: float
    high_all: float
    certain: bool
    verdict: Text


def in_points(outcome: Outcome) -> bool:
    """Whether differences of an outcome can stand beside others: it is better one way, and counted in points."""
    return outcome.better != "neither" and outcome.unit.startswith(_POINTS)


def forest_spec(lines: Sequence[Line], zone: float | None) -> dict[str, Any]:
    """Return what the page's script draws.

    Parameters
    ----------
    lines
        From top to bottom.
    zone
        Half of the band within which a difference does not matter; None without one.
    """
    return {
        "kind": "forest",
        "unit": {"en": "percentage points, or points", "zh": "个百分点或分"},
        "zone": zone,
        "rows": [
            {
                "label": in_json(line.label),
                "low": plain(line.low),
                "mid": plain(line.mid),
                "high": plain(line.high),
                "low_all": plain(line.low_all),
                "high_all": plain(line.high_all),
                "certain": line.certain,
                "verdict": in_json(line.verdict),
            }
            for line in lines
        ],
    }


def forest_height(lines: Sequence[Line]) -> int:
    """Return the height of a forest, pixels."""
    return 90 + 34 * len(lines)
