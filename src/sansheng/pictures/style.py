"""Colours, marks and sizes, shared by every figure.

The colours are Okabe and Ito's, made to be told apart by colour-blind readers (yellow is left out: too
pale on white). Marker and line differ too, so that a grey print loses nothing.
"""

from __future__ import annotations

from typing import NamedTuple

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY = "#56B4E9"
BLACK = "#000000"

INK = "#1a1a1a"
SOFT = "#595959"
FAINT = "#d4d4d4"
BAND = "#ececec"
BETTER = "#eaf3f9"

TITLE = 14.0
BODY = 10.0
SMALL = 8.5

PAGE = 10.0
"""Width of a page in inches."""
PAGES = {"screen": PAGE, "a4": 8.27, "phone": 4.06}
"""Widths of pages, inches: of a screen, of a sheet of A4 (210 mm), of a phone (390 CSS pixels)."""
DOTS = 160
"""Dots per inch of a PNG: pages are 1,600 pixels wide."""

_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p", "h", ">")
_LINES: tuple[tuple[float, ...], ...] = ((), (5.0, 1.4), (1.4, 1.0), (6.0, 1.4, 1.4, 1.4))


class Mark(NamedTuple):
    """How one scenario is drawn: a colour, a marker, and a dash pattern in points (empty: solid)."""

    colour: str
    marker: str
    dashes: tuple[float, ...]

    @property
    def line(self) -> tuple[float, tuple[float, ...] | None]:
        """The dash pattern as matplotlib's ``linestyle``."""
        return (0.0, self.dashes or None)


def mark(number: int) -> Mark:
    """Return the mark of the ``number``-th scenario; the first 77 differ in colour or marker."""
    return Mark(
        _COLOURS[number % len(_COLOURS)],
        _MARKERS[number % len(_MARKERS)],
        _LINES[number % len(_LINES)],
    )
