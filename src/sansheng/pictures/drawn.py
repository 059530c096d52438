"""A figure that is ready to be written."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.figure import Figure


class Drawn(NamedTuple):
    """A figure, the name of its file without ending, and the finding that is its title."""

    stem: str
    figure: Figure
    sentence: str
