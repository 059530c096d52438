"""Where the numbers come from: sources and figures with their citation, as data.

Four tables are kept beside this file. ``document_facts.csv`` holds what the five founding documents
state (ids ``S-…``), ``outside_evidence.csv`` what was read elsewhere (``B…``), ``theory.csv`` the
mechanisms and their literature (``T…``), and ``parameters.csv`` the plausible range of each parameter of
the model with the ids it rests on. A figure is kept as its source words it ("15+", "70 -> 100"), so
values are text; only the ranges of parameters are numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple


class Document(NamedTuple):
    """One of the five founding documents; what is not printed in it is empty."""

    key: str
    author: str
    role: str
    title: str
    publication: str
    place: str
    date: str
    note: str

    def cite(self) -> str:
        """Return the citation in one line."""
        author = f"{self.author}（{self.role}）" if self.role else self.author
        title = f"《{self.title}》" if self.title else ""
        return ", ".join(
            part for part in (author, title, self.publication, self.place, self.date) if part
        )


class Fact(NamedTuple):
    """What a source says.

    Attributes
    ----------
    id
        ``S-…`` for the founding documents, ``B…`` for outside evidence, ``T…`` for theory.
    text
        The statement, quantity or mechanism.
    value, unit
        As the source words it; empty where nothing is counted.
    place, year
        Where and when it held; empty for theory.
    wording
        The words quoted from the source; empty where none are kept.
    source, url
        Citation, and address where there is one.
    status
        How well it is known, for example ``read``, ``high``, ``recalled`` or ``assumption``.
    note
        Arithmetic check, functional form or caution.
    """

    id: str
    text: str
    value: str
    unit: str
    place: str
    year: str
    wording: str
    source: str
    url: str
    status: str
    note: str


class ParameterRange(NamedTuple):
    """Default and plausible range of a parameter, and the ids it rests on.

    Attributes
    ----------
    row
        Number of the row; two symbols may share one.
    group, name, symbol, unit
        What it is.
    default, low, high
        In ``unit``.
    sources
        Ids that :func:`citation` knows; empty where the range is assumed.
    status
        ``read``, ``derived`` or ``assumed``.
    lever
        Whether somebody decides it.
    core
        Whether the core study varies it.
    note
        Caution.
    """

    row: int
    group: str
    name: str
    symbol: str
    unit: str
    default: float
    low: float
    high: float
    sources: tuple[str, ...]
    status: str
    lever: bool
    core: bool
    note: str


def source_ids() -> frozenset[str]:
    """Return every id that a number of the model may cite."""
    return frozenset(_facts())


def citation(id: str) -> Fact:
    """Return what the source with this id says.

    Raises
    ------
    KeyError
        If no source has the id.
    """
    return _facts()[id]


@cache
def documents() -> Mapping[str, Document]:
    """Return the five founding documents by key."""
    return MappingProxyType({row["key"]: Document(**row) for row in _rows("documents.csv")})


@cache
def parameter_ranges() -> Mapping[str, ParameterRange]:
    """Return the plausible range of every listed parameter, by symbol."""
    return MappingProxyType(
        {
            row["symbol"]: ParameterRange(
                row=int(row["row"]),
                group=row["group"],
                name=row["name"],
                symbol=row["symbol"],
                unit=row["unit"],
                default=float(row["default"]),
                low=float(row["low"]),
                high=float(row["high"]),
                sources=tuple(part for part in row["sources"].split(",") if part),
                status=row["status"],
                lever=row["lever"] == "yes",
                core=row["core"] == "yes",
                note=row["note"],
            )
            for row in _rows("parameters.csv")
        }
    )


@cache
def _facts() -> Mapping[str, Fact]:
    facts = [*_document_facts(), *_outside_evidence(), *_theory()]
    return MappingProxyType({fact.id: fact for fact in facts})


def _document_facts() -> list[Fact]:
    return [
        Fact(
            id=row["id"],
            text=row["statement"],
            value=row["value"],
            unit=row["unit"],
            place=row["place"],
            year=row["year"],
            wording=row["wording"],
            source=documents()[row["document"]].cite(),
            url="",
            status="read",
            note=row["note"],
        )
        for row in _rows("document_facts.csv")
    ]


def _outside_evidence() -> list[Fact]:
    return [
        Fact(
            id=row["id"],
            text=row["statement"],
            value=row["value"],
            unit=row["unit"],
            place=row["place"],
            year=row["year"],
            wording="",
            source=row["source"],
            url=row["url"],
            status=row["confidence"],
            note=row["note"],
        )
        for row in _rows("outside_evidence.csv")
    ]


def _theory() -> list[Fact]:
    return [
        Fact(
            id=row["id"],
            text=row["mechanism"],
            value="",
            unit="",
            place="",
            year="",
            wording="",
            source=row["reference"],
            url="",
            status=row["status"],
            note=row["form"],
        )
        for row in _rows("theory.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with files(__name__).joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


__all__ = [
    "Document",
    "Fact",
    "ParameterRange",
    "citation",
    "documents",
    "parameter_ranges",
    "source_ids",
]
