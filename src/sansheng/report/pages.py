"""What a page says, before anybody thinks of how it looks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sansheng.core.text import Text


class Column(NamedTuple):
    """A column of a table.

    Parameters
    ----------
    title
        Heading, with the unit.
    number
        Whether it holds numbers.
    """

    title: Text
    number: bool = False


class Cell(NamedTuple):
    """A cell of a table.

    Parameters
    ----------
    words
        What is read.
    value
        Every digit of a number, for sorting and for the download; None of words.
    mark
        ``better`` or ``worse`` where that is what the cell says.
    """

    words: Text
    value: str | None = None
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table that can be sorted and taken along.

    Parameters
    ----------
    id
        Name of the downloaded file.
    title, columns, rows
        What it shows.
    folded
        Whether readers open it first.
    """

    id: str
    title: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart.

    Parameters
    ----------
    id
        Name, of its own on the page.
    title
        The finding in a sentence.
    spec
        What the page's script draws: ``kind`` and numbers; an undefined one is None.
    height
        Pixels.
    """

    id: str
    title: Text
    spec: Mapping[str, Any]
    height: int = 360


@dataclass(frozen=True)
class Section:
    """A part of a page."""

    id: str
    title: Text
    paragraphs: Sequence[Text] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[Text] = ()
    commands: Sequence[str] = ()


@dataclass(frozen=True)
class Page:
    """A report.

    Parameters
    ----------
    title
        What was asked.
    conditions
        Place, months, replicates, seed, hash: one line.
    finding
        The answer in one sentence.
    answer
        The answer in five sentences.
    sections
        The rest.
    warnings
        What must be known before anything else.
    brief
        Whether it is the short form.
    """

    title: Text
    conditions: Text
    finding: Text
    answer: Sequence[Text]
    sections: Sequence[Section]
    warnings: Sequence[Text] = ()
    brief: bool = False


def words(text: Text | str, mark: str = "") -> Cell:
    """Return a cell of words."""
    return Cell(text if isinstance(text, Text) else Text(text, text), None, mark)


def number(value: float, places: int = 2, mark: str = "") -> Cell:
    """Return a cell of a number, which is read with ``places`` decimals and kept with all digits."""
    if not math.isfinite(value):
        return Cell(Text("–", "–"), "", mark)
    rounded = round(value, places) + 0.0  # no minus before a zero
    said = f"{rounded:,.{places}f}".replace("-", "\u2212")
    return Cell(Text(said, said), repr(float(value)), mark)


def plain(value: float) -> float | None:
    """Return a number as a chart takes it."""
    return float(value) if math.isfinite(value) else None
