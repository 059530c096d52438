"""The frame that figures of a study share: the finding, the conditions, a legend, panels, notes.

A page is as wide as asked for and grows downwards; where two panels do not fit side by side they stand one below the
other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sansheng.core.text import Language, Text
from sansheng.pictures.sheet import LEADING, Sheet, letter, width_of, wrap
from sansheng.pictures.style import BODY, FAINT, INK, SMALL, SOFT, TITLE, Mark
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import tick_labels

NARROW = 5.5
"""Pages below this width, inches, have one column."""

_TICK = SMALL - 1


class Leaf:
    """A page under construction, of whatever.

    Parameters
    ----------
    lang
        Language of every word.
    width
        Inches.

    Attributes
    ----------
    sheet
        Where everything is drawn.
    y
        Inches from the top to where the next thing goes.
    """

    def __init__(self, lang: Language, width: float) -> None:
        self.lang: Language = lang
        self.sheet = Sheet(width)
        self.narrow = width < NARROW
        self.left = 0.2 if self.narrow else 0.35
        self.right = width - self.left
        self.y = 0.25

    @property
    def wide(self) -> float:
        """Inches between the margins."""
        return self.right - self.left

    def say(self, words: Text) -> str:
        """Return words in the page's language."""
        return words.get(self.lang)

    def top(self, sentence: str, conditions: Sequence[str]) -> None:
        """Write the finding, and the conditions below it."""
        mark = "；" if self.lang == "zh" else "; "
        size = TITLE - 2 if self.narrow else TITLE
        parts = sentence.split(mark)
        self.y = self.sheet.write_parts(self.left, self.y, parts, size, self.wide, between=mark)
        self.y = self.sheet.write_parts(
            self.left,
            self.y + 0.04,
            conditions,
            SMALL,
            self.wide,
            between=" · ",
            colour=SOFT,
        )
        self.y += 0.1

    def note(self, *notes: Text | str | None) -> None:
        """Write what a reader has to know besides; nothing for None and for no words."""
        for note in notes:
            words = note if isinstance(note, str) else self.say(note) if note else ""
            if words:
                self.y = self.sheet.write_lines(
                    self.left, self.y, words, SMALL, self.wide, colour=SOFT
                )

    def note_at(self, x: float, wide: float, words: Text) -> None:
        """Write a small line into a column."""
        self.y = self.sheet.write_lines(x, self.y, self.say(words), SMALL, wide, colour=SOFT)

    def heading(self, words: Text | str, x: float | None = None, wide: float | None = None) -> None:
        """Write what stands below."""
        said = words if isinstance(words, str) else self.say(words)
        at = self.left if x is None else x
        self.y = self.sheet.write_lines(at, self.y, said, BODY, self.wide if wide is None else wide)

    def columns(self, count: int, gap: float = 0.35) -> list[tuple[float, float]]:
        """Return left edge and width of columns of equal width; one below the other on a narrow page."""
        if self.narrow:
            return [(self.left, self.wide)] * count
        wide = (self.wide - gap * (count - 1)) / count
        return [(self.left + number * (wide + gap), wide) for number in range(count)]

    def axes(self, x: float, wide: float, tall: float, ticks: Ticks, across: Ticks) -> Axes:
        """Add axes at ``y`` whose labels begin at ``x``; ``y`` stays, :meth:`below` passes it.

        ``ticks`` are those of the upright axis, ``across`` those of the other.
        """
        beside = max((width_of(word, _TICK) for word in ticks.labels), default=0.0) + 0.08
        after = max((width_of(word, _TICK) for word in across.labels[-1:]), default=0.0) / 2
        axes = self.sheet.axes(x + beside, self.y + 0.06, wide - beside - after, tall)
        axes.set_xlim(across.low, across.high)
        axes.set_ylim(ticks.low, ticks.high)
        axes.set_xticks(across.at, labels=across.labels)
        axes.set_yticks(ticks.at, labels=ticks.labels)
        axes.patch.set_visible(False)
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(FAINT)
        axes.tick_params(length=2.5, pad=2, color=FAINT, labelcolor=SOFT)
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        axes.set_axisbelow(True)
        letter((*axes.get_xticklabels(), *axes.get_yticklabels()), _TICK)
        return axes

    def below(self, tall: float, labels: bool = True) -> float:
        """Return where things go below axes of this height that stand at ``y``."""
        return self.y + 0.06 + tall + (0.24 if labels else 0.04)

    def finish(self) -> Sheet:
        """Give the page its height and return it."""
        self.sheet.finish(self.y + 0.2)
        return self.sheet


class Page(Leaf):
    """A page of a finished study.

    Parameters
    ----------
    subject
        What it is of.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.lang, subject.width)
        self.subject = subject

    def head(self, sentence: str) -> None:
        """Write the finding, and the conditions below it."""
        self.top(sentence, self.subject.conditions.parts(self.lang))

    def legend(self, scenarios: Sequence[str], *, line: bool = True) -> None:
        """Name scenarios beside their marks, as many to a line as fit."""
        x = self.left
        for name in scenarios:
            drawn = self.subject.marks[name]
            lines = wrap(self._legend_words(name), BODY, self.wide - 0.5)
            wide = 0.5 + max(width_of(one, BODY) for one in lines)
            if x > self.left and (x + wide > self.right or len(lines) > 1):
                x, self.y = self.left, self.y + 0.24
            self._sample(x, self.y + 0.115, drawn, line)
            for extra, one in enumerate(lines):
                self.y += 0.21 * (extra > 0)
                self.sheet.write(x + 0.5, self.y, one, BODY)
            x += wide + 0.3
        self.y += 0.28

    def _legend_words(self, name: str) -> str:
        title = self.subject.title(name)
        if name != self.subject.baseline:
            return title
        return self.say(Text(f"{title} (baseline)", f"{title}（基线）"))

    def _sample(self, x: float, y: float, drawn: Mark, line: bool) -> None:
        if line:
            self.sheet.line(
                [x, x + 0.4], [y, y], color=drawn.colour, linewidth=2.0, linestyle=drawn.line
            )
        self.sheet.line([x + 0.2], [y], color=drawn.colour, marker=drawn.marker, markersize=6.0)


class Ticks:
    """The range of an axis, and its ticks.

    Parameters
    ----------
    low, high
        Ends of the axis.
    at, labels
        Ticks and what stands at them.
    """

    def __init__(
        self, low: float, high: float, at: Sequence[float] = (), labels: Sequence[str] = ()
    ) -> None:
        self.low, self.high = low, high
        self.at, self.labels = list(at), list(labels)


def ticks_for(
    values: Iterable[float], *, zero: bool = False, most: int = 5, unit: str = ""
) -> Ticks:
    """Return an axis that holds all values, with round ticks.

    Parameters
    ----------
    values
        What has to fit; what is not finite is left out.
    zero
        Whether zero has to be on it.
    most
        Intervals between ticks.
    unit
        What stands behind every number.
    """
    known = [float(value) for value in values if math.isfinite(value)] + [0.0] * zero
    low, high = (min(known), max(known)) if any(known) else (0.0, 1.0)
    room = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    low_end = low if zero and low == 0.0 else low - room
    high_end = high if zero and high == 0.0 else high + room
    found = MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low_end, high_end)
    inside = [
        float(tick) for tick in found if low_end - 1e-9 * room <= tick <= high_end + 1e-9 * room
    ]
    if len(inside) < 2:
        return Ticks(low_end, high_end, [low, high], tick_labels([low, high + (high == low)]))
    return Ticks(low_end, high_end, inside, [label + unit for label in tick_labels(inside)])


def text_height(lines: int, size: float) -> float:
    """Return the height of so many lines, inches."""
    return LEADING * size * lines


def rule(axes: Axes, y: float = 0.0) -> None:
    """Draw the line of no difference."""
    axes.axhline(y, color=INK, linewidth=1.0, zorder=1.5)
