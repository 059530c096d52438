"""Rows of a figure that share an axis: a name on the left, marks above the axis, words on the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from sansheng.core.text import Text
from sansheng.pictures.page import Leaf, Ticks
from sansheng.pictures.sheet import width_of, wrap
from sansheng.pictures.style import BODY, FAINT, SMALL

ROW = 0.3
"""Least height of a row, inches."""

_NAMES, _AXIS = 0.3, 0.4
_GAP = 0.2


class Row(NamedTuple):
    """What stands beside an axis at one level: a name, and what the marks there say."""

    name: str
    words: str


class Rows(NamedTuple):
    """Axes with rows.

    Parameters
    ----------
    axes
        Upright they are in inches, from the top.
    levels
        Where the marks of each row go.
    """

    axes: Axes
    levels: list[float]


def width_of_names(page: Leaf, names: Iterable[str], size: float = BODY) -> float:
    """Return how wide, inches, a column of names has to be, and may be."""
    return min(_NAMES * page.wide, max(width_of(name, size) for name in names) + 0.05)


def rows(
    page: Leaf,
    listed: Sequence[Row],
    names: float,
    across: Ticks,
    unit: Text,
    size: float = BODY,
) -> Rows:
    """Add rows and their axis to a page, as high as the words need.

    Parameters
    ----------
    page
        The rows go to its ``y``, which passes them.
    listed
        From the top.
    names
        Width of the names, inches; see :func:`width_of_names`.
    across
        The axis.
    unit
        What the axis shows and its unit, written below it.
    size
        Of the names, points.
    """
    at = page.left + names + _GAP
    wide = _AXIS * page.wide
    beside = at + wide + _GAP
    y, levels = page.y + 0.06, []
    top = y
    for row in listed:
        end = y
        for line in wrap(row.name, size, names):
            end = page.sheet.write(page.left, end, line, size)
        lower = (size - SMALL) / 72  # letters of both sizes stand on one line
        after = page.sheet.write_lines(beside, y + lower, row.words, SMALL, page.right - beside)
        levels.append(y - top + 0.105)
        y = max(end, after, y + ROW - 0.05) + 0.05
    tall = y - top
    axes = page.axes(at, wide, tall, Ticks(0.0, tall), across)
    axes.set_ylim(tall, 0.0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    page.y = page.below(tall)
    page.y = page.sheet.write_lines(at, page.y, page.say(unit), SMALL, wide + _GAP) + 0.12
    return Rows(axes, levels)
