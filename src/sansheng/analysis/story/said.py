"""Sentences of which every number is that of events, and says which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sansheng.analysis.story.links import Measure
from sansheng.analysis.story.told import Cell, Told, Who
from sansheng.core.text import Language, Text

TEN_THOUSAND = 10_000

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A number in a sentence.

    Parameters
    ----------
    text
        As it is written.
    run
        ``A`` or ``B``.
    column
        Of the table of events, ``time`` for a month, or ``number`` for the place of an event in its run.
    value
        Sum over the events of ``amount`` or ``count``; of other columns what all of them say; a month as its index
        (year × 12 + month − 1).
    numbers
        The events, from 1. None where the value is zero as there are no such events.
    events, where
        For sums: codes of events, and what else holds of all that are added up, by column.
    """

    text: Text
    run: str
    column: str
    value: float
    numbers: tuple[int, ...]
    events: tuple[str, ...] = ()
    where: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return {
            "text": self.text._asdict(),
            "run": self.run,
            "column": self.column,
            "value": self.value,
            "numbers": list(self.numbers),
            "events": list(self.events),
            "where": dict(self.where),
        }


@dataclass(frozen=True)
class Sentence:
    """A sentence, and what it rests on.

    Parameters
    ----------
    kind
        ``parts``, ``never``, the id of the measure that it tells, ``ends`` or ``none``.
    text
        Without citations.
    said
        Its numbers by name.
    because
        Whether it says that one thing is because of another.
    """

    kind: str
    text: Text
    said: Mapping[str, Said]
    because: bool = False

    @property
    def citations(self) -> tuple[tuple[str, int], ...]:
        """Runs and numbers of the events that it cites, in order."""
        return tuple(sorted({(s.run, n) for s in self.said.values() for n in s.numbers}))

    def tell(self, lang: Language) -> str:
        """Return the sentence and its citations, ranges for events that follow each other."""
        marks = "".join(f"[{mark}]" for mark in _ranges(self.citations))
        return f"{self.text.get(lang)} {marks}" if marks else self.text.get(lang)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return {
            "kind": self.kind,
            "text": self.text._asdict(),
            "because": self.because,
            "citations": [f"{run}:{number}" for run, number in self.citations],
            "said": {name: said.as_dict() for name, said in self.said.items()},
        }


def write(form: Text, said: Mapping[str, Said], titles: Mapping[str, Text]) -> Text:
    """Return a sentence with its numbers and the titles of the runs in it.

    Raises
    ------
    KeyError
        If the form names something that is not said.
    """
    en = {name: s.text.en for name, s in said.items()} | {n: t.en for n, t in titles.items()}
    zh = {name: s.text.zh for name, s in said.items()} | {n: t.zh for n, t in titles.items()}
    return Text(form.en.format(**en), form.zh.format(**zh))


def yuan(value: float) -> Text:
    """Return an amount as it is written: whole yuan, fen below 100 yuan, 万元 from 10,000 yuan in Chinese."""
    if 0.0 < value < 100.0:
        return Text(f"{value:.2f} yuan", f"{value:.2f}元")
    if value >= TEN_THOUSAND:
        return Text(f"{value:,.0f} yuan", f"{value / TEN_THOUSAND:,.2f}万元")
    return Text(f"{value:,.0f} yuan", f"{value:,.0f}元")


def cases(value: float) -> Text:
    """Return a number of cases as it is written."""
    return Text("1 case" if value == 1 else f"{value:,.0f} cases", f"{value:,.0f}件")


def months(value: float) -> Text:
    """Return a number of months as it is written."""
    return Text("1 month" if value == 1 else f"{value:.0f} months", f"{value:.0f}个月")


def calendar(index: int) -> Text:
    """Return a month as it is written."""
    year, month = divmod(index, 12)
    return Text(f"{MONTHS_EN[month]} {year}", f"{year}年{month + 1}月")


def plain(number: int) -> Text:
    """Return a number of somebody as it is written."""
    return Text(str(number), str(number))


class Speaker:
    """Says what one run tells.

    Parameters
    ----------
    name
        ``A`` or ``B``.
    told
        Its events.
    """

    def __init__(self, name: str, told: Told) -> None:
        self.name = name
        self.told = told

    def sum(self, measure: Measure, who: Who, first: int, last: int | None = None) -> Said:
        """Say a measure of a month, or of several from the first to the last."""
        span = range(first, (first if last is None else last) + 1)
        found = [self.told.cell(measure, who, month) for month in span]
        return self._added(measure, who, found, span)

    def one(self, measure: Measure, who: Who, month: int, cell: Cell) -> Said:
        """Say a part of a measure: these events of it alone."""
        said = self._added(measure, who, [cell], range(month, month + 1))
        return Said(said.text, said.run, said.column, said.value, said.numbers)

    def _added(self, measure: Measure, who: Who, found: Sequence[Cell], span: range) -> Said:
        value = round(sum(cell.value for cell in found) * 100.0) / 100.0
        numbers = tuple(number for cell in found for number in cell.numbers)
        column = measure.value or "rows"
        text = yuan(value) if column == "amount" else cases(value)
        where = dict(zip(measure.columns, who, strict=True))
        where |= {"first": span[0], "last": span[-1]}
        return Said(text, self.name, column, value, numbers, measure.events, where)

    def when(self, numbers: Sequence[int]) -> Said:
        """Say the month of events."""
        index = self.told.months[numbers[0] - 1]
        return Said(calendar(index), self.name, "time", index, tuple(numbers[:1]))

    def who(self, column: str, numbers: Sequence[int]) -> Said:
        """Say the number of somebody whom events are about."""
        number = int(self.told.table[column].iloc[numbers[0] - 1])
        return Said(plain(number), self.name, column, number, tuple(numbers[:1]))

    def count(self, numbers: Sequence[int], text: Text) -> Said:
        """Say what an event counts."""
        value = float(self.told.table["count"].iloc[numbers[0] - 1])
        return Said(text, self.name, "count", value, tuple(numbers[:1]))

    def place(self, number: int) -> Said:
        """Say the number of an event."""
        text = Text(f"{number:,}", f"{number:,}")
        return Said(text, self.name, "number", number, (number,))


def _ranges(citations: Sequence[tuple[str, int]]) -> list[str]:
    """Return citations as they are written, ``A:3`` or ``A:3–7``."""
    runs: list[list[Any]] = []
    for run, number in citations:
        if runs and runs[-1][0] == run and runs[-1][2] == number - 1:
            runs[-1][2] = number
        else:
            runs.append([run, number, number])
    return [f"{run}:{a}" if a == b else f"{run}:{a}–{b}" for run, a, b in runs]
