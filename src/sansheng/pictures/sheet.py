"""A page that grows downwards, measured in inches from its top left corner.

Texts are wrapped by measured width before they are placed, so a figure's height follows from its words
and nothing is cut off, whatever a scenario is called. Lines of Chinese break between characters, never
before a closing mark or after an opening one.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2DBase, ScaledTranslation

from sansheng.pictures.fonts import chinese_font, drawable, style
from sansheng.pictures.style import DOTS, INK, PAGE
from sansheng.study.durable import write_whole

Format = Literal["png", "svg", "pdf"]

LEADING = 1.5 / 72
"""Inches from one line to the next, per point of size."""

_NOT_FIRST = frozenset("，。、；：！？）」』】》〉”’％‰～…·—,.;:!?)]}%~")
_NOT_LAST = frozenset("（「『【《〈“‘￥¥([{+−～")
_GLUE = "\u00a0"
_ASCENT = 1.06 / 72


class Sheet:
    """A figure under construction.

    Parameters
    ----------
    width
        Of the page, inches.

    Attributes
    ----------
    figure
        The figure, with an Agg canvas of its own; complete after :meth:`finish`.
    """

    def __init__(self, width: float = PAGE) -> None:
        self.width = width
        self.figure = Figure(figsize=(width, 1.0), dpi=DOTS, facecolor="white")
        FigureCanvasAgg(self.figure)
        # Inches right of the left edge and above the top edge, whatever the height becomes.
        top = cast(Affine2DBase, self.figure.transFigure)
        self._inches = self.figure.dpi_scale_trans + ScaledTranslation(0, 1, top)
        self._axes: list[tuple[Axes, tuple[float, float, float, float]]] = []

    def write(
        self, x: float, y: float, words: str, size: float, *, colour: str = INK, align: str = "left"
    ) -> float:
        """Write one line whose top is at ``y``; return the ``y`` below it."""
        if words:
            self.figure.text(
                x,
                -(y + _ASCENT * size),
                drawable(words),
                transform=self._inches,
                fontproperties=chinese_font(size),
                color=colour,
                ha=align,
                va="baseline",
                parse_math=False,
            )
        return y + LEADING * size

    def write_lines(
        self, x: float, y: float, words: str, size: float, width: float, *, colour: str = INK
    ) -> float:
        """Write ``words`` wrapped to ``width`` inches; return the ``y`` below them."""
        for line in wrap(words, size, width):
            y = self.write(x, y, line, size, colour=colour)
        return y

    def write_parts(
        self,
        x: float,
        y: float,
        parts: Sequence[str],
        size: float,
        width: float,
        *,
        between: str,
        colour: str = INK,
    ) -> float:
        """Write parts one after the other, a part on a new line where it does not fit whole."""
        for line in wrap_parts(parts, size, width, between=between):
            y = self.write(x, y, line, size, colour=colour)
        return y

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        edgecolor: str = "none",
        linewidth: float = 0.0,
        hatch: str | None = None,
    ) -> None:
        """Fill a rectangle whose top left corner is at ``(x, y)``."""
        self.figure.add_artist(
            Rectangle(
                (x, -y - height),
                width,
                height,
                transform=self._inches,
                facecolor=colour,
                edgecolor=edgecolor,
                linewidth=linewidth,
                hatch=hatch,
            )
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], **looks: Any) -> None:
        """Draw a line or markers through points in inches; ``looks`` are those of ``Line2D``."""
        self.figure.add_artist(Line2D(xs, [-y for y in ys], transform=self._inches, **looks))

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Add axes whose top left corner is at ``(x, y)``."""
        axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0), label=str(len(self._axes)))
        self._axes.append((axes, (x, y, width, height)))
        return axes

    def finish(self, height: float) -> Figure:
        """Give the page its height and put the axes where they belong."""
        self.figure.set_size_inches(self.width, height)
        for axes, (x, y, wide, tall) in self._axes:
            place = (x / self.width, 1 - (y + tall) / height, wide / self.width, tall / height)
            axes.set_position(place)
        return self.figure


def letter(labels: Iterable[Text], size: float) -> None:
    """Set texts that matplotlib made, such as tick labels, in the vendored font."""
    for label in labels:
        label.set_fontproperties(chinese_font(size))
        label.set_parse_math(False)


@lru_cache(maxsize=4096)
def width_of(words: str, size: float) -> float:
    """Return the width of one line in inches."""
    if not words:
        return 0.0
    width, _, _ = text_to_path.get_text_width_height_descent(
        drawable(words), chinese_font(size), ismath=False
    )
    return float(width) / 72


def wrap(words: str, size: float, width: float) -> list[str]:
    """Break ``words`` into lines no wider than ``width`` inches.

    A run that is too long for a line is cut where the line ends.
    """
    words = drawable(words)
    lines: list[str] = []
    start = 0
    while start < len(words):
        end = _line_end(words, start, size, width)
        lines.append(words[start:end].strip(" "))
        start = end
        while start < len(words) and words[start] == " ":
            start += 1
    return lines or [""]


def wrap_parts(parts: Sequence[str], size: float, width: float, *, between: str) -> list[str]:
    """Break a text made of parts into lines, between parts where that is possible.

    Parameters
    ----------
    parts
        The parts, in order; one that is wider than a line is wrapped by itself.
    size, width
        As in :func:`wrap`.
    between
        What separates two parts. At the end of a line only a closing mark is kept: ``"; "`` leaves its
        semicolon, ``" · "`` nothing.
    """
    kept = between.rstrip(" ") if not between.startswith(" ") else ""
    lines: list[str] = []
    for number, part in enumerate(parts):
        closing = kept if number + 1 < len(parts) else ""
        if lines and width_of(lines[-1] + between + part + closing, size) <= width:
            lines[-1] += between + part
        else:
            if lines:
                lines[-1] += kept
            lines += wrap(part + closing, size, width)
            lines[-1] = lines[-1].removesuffix(closing)
    return lines


def _line_end(words: str, start: int, size: float, width: float) -> int:
    """Return where the line that begins at ``start`` ends; measuring is slow, so that few lengths are tried."""
    ends = range(start + 1, len(words) + 1)
    fitting = bisect_right(
        ends, width, key=lambda end: width_of(words[start:end].rstrip(" "), size)
    )
    last = start + fitting
    if last == len(words):
        return last
    for end in range(last, start, -1):
        if _may_break(words[end - 1], words[end]):
            return end
    return max(last, start + 1)


def _may_break(before: str, after: str) -> bool:
    if _GLUE in (before, after) or after == " ":
        return False
    if before == " ":
        return True
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return _wide(before) or _wide(after)


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def save(
    figure: Figure,
    stem: Path,
    title: str,
    description: str,
    kinds: Sequence[Format] = ("png", "svg"),
) -> list[Path]:
    """Write a figure in several formats; the same figure gives the same bytes.

    Title and description go into both files for readers who cannot see the picture; no date does.
    Nothing is written if a format cannot be drawn, and no file is ever there in part.

    Parameters
    ----------
    figure
        What to save.
    stem
        Folder and name without extension; the folder exists.
    title, description
        Words for the files' metadata.
    kinds
        Formats.

    Returns
    -------
    list of Path
        A file for each format, in this order.
    """
    drawn = {
        stem.with_name(f"{stem.name}.{kind}"): encode(figure, kind, title, description)
        for kind in kinds
    }
    for path, content in drawn.items():
        write_whole(path, content)
    return list(drawn)


def encode(figure: Figure, kind: Format, title: str, description: str) -> bytes:
    """Return a figure as the content of a file; see :func:`save`.

    Text of an SVG is outlines, that of a PDF is set in a part of the font that the file holds.
    """
    memory = BytesIO()
    with style():
        figure.savefig(memory, format=kind, dpi=DOTS, metadata=_metadata(kind, title, description))
    return memory.getvalue()


def _metadata(kind: Format, title: str, description: str) -> dict[str, str | None]:
    """Return what a file says of itself, in the words of its format."""
    title, description = drawable(title), drawable(description)
    if kind == "pdf":
        own = {"Creator": "sansheng", "Producer": None, "CreationDate": None}
        return {"Title": title, "Subject": description, **own}
    words: dict[str, str | None] = {"Title": title, "Description": description}
    return words | ({"Software": None} if kind == "png" else {"Date": None, "Creator": "sansheng"})
