"""The one typeface of the pictures, and the settings they are drawn under.

A figure must look the same on every computer and must never show an empty box where a Chinese
character should be. So the typeface travels with the package, each text is given the font *file* (a
family name could resolve to another version installed on the computer), SVG text is stored as outlines,
and a user's own ``matplotlibrc`` is left out of account.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import matplotlib.style
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

FONT_FILE = Path(__file__).parent / "NotoSansSC-Regular.ttf"

# matplotlib's settings belong to the whole process: two threads drawing at once would restore each
# other's.
_ONE_AT_A_TIME = threading.RLock()

_SETTINGS: dict[str, object] = {
    "svg.fonttype": "path",  # outlines: the reader needs no font
    "svg.hashsalt": "sansheng",  # the same ids in the same picture
    "pdf.fonttype": 42,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a "$" in a name is a dollar sign
    "text.hinting": "none",
    "hatch.linewidth": 0.7,
}


def chinese_font(size: float = 10.0) -> FontProperties:
    """Return the vendored Noto Sans SC Regular.

    Parameters
    ----------
    size
        In points.
    """
    return FontProperties(fname=str(FONT_FILE), size=size)


@contextmanager
def style() -> Iterator[None]:
    """Draw and save under the package's settings; the caller's are back afterwards.

    No backend is chosen and ``pyplot`` is not imported. One thread draws at a time.
    """
    with _ONE_AT_A_TIME, matplotlib.style.context(["default", _SETTINGS]):
        yield


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """Code points that the vendored font can draw."""
    return frozenset(FT2Font(str(FONT_FILE)).get_charmap())


def drawable(words: str) -> str:
    r"""Return ``words`` on one line, with what the font cannot draw written as an escape.

    Line ends, control and direction characters, and characters without a glyph become ``\n``,
    ``\u202e``, ``\U0001f600``; everything else stays as it is.
    """
    return "".join(
        char if _has_a_shape(char) else char.encode("unicode_escape").decode("ascii")
        for char in words
    )


def _has_a_shape(char: str) -> bool:
    category = unicodedata.category(char)
    return ord(char) in characters() and category[0] != "C" and category not in ("Zl", "Zp")
