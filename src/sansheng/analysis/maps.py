"""A map of answers, as it is told and stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sansheng.analysis.origin import Origin
from sansheng.analysis.thirds import Gain
from sansheng.analysis.verdicts import Verdict
from sansheng.analysis.written import write_answer

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cell:
    """The difference at one combination of the two parameters.

    Parameters
    ----------
    x, y
        Their values.
    difference, low, high
        Mean of the paired differences in the outcome's unit, scenario minus baseline, and its 95% interval.
    verdict
        What they show.
    spent, baseline_spent
        Really spent, 10,000 yuan a year.
    """

    x: float
    y: float
    difference: float
    low: float
    high: float
    verdict: Verdict
    spent: float
    baseline_spent: float


@dataclass(frozen=True)
class Turn:
    """Where the difference is zero as one parameter moves and the other stays.

    Parameters
    ----------
    moves, stays
        Names.
    at
        Value of the one that stays.
    value, low, high
        Of the one that moves: where the mean is zero, and between which values the interval includes zero; NaN
        where that goes on to the end of the range.
    rises
        Whether the difference is above zero beyond it.
    """

    moves: str
    stays: str
    at: float
    value: float
    low: float
    high: float
    rises: bool


@dataclass(frozen=True)
class AnswerMap:
    """The difference between two scenarios over two parameters.

    Parameters
    ----------
    scenario, baseline, outcome
        What is compared.
    x, y
        Names of the parameters.
    replicates
        Paired repetitions.
    equal_spend
        Whether scenarios were made to spend alike at every combination.
    cells
        ``y`` turns fastest.
    turns
        First those as ``x`` moves.
    gains
        By corner and size.
    origin
        Study and command.
    """

    scenario: str
    baseline: str
    outcome: str
    x: str
    y: str
    replicates: int
    equal_spend: bool
    cells: tuple[Cell, ...]
    turns: tuple[Turn, ...]
    gains: tuple[Gain, ...]
    origin: Origin

    @property
    def frame(self) -> pd.DataFrame:
        """One row a combination."""
        return _frame(self.cells, Cell)

    @property
    def turns_frame(self) -> pd.DataFrame:
        """One row a place at which the answer turns."""
        return _frame(self.turns, Turn)

    @property
    def gains_frame(self) -> pd.DataFrame:
        """One row a corner and size of communities."""
        return _frame(self.gains, Gain)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it: a number that does not exist is None."""
        told: dict[str, Any] = _json(asdict(self))
        return told

    def write(self, folder: Path) -> list[Path]:
        """Write ``cells.csv``, ``turns.csv``, ``gains.csv`` (UTF-8 with a mark, for spreadsheets) and ``map.json``.

        Raises
        ------
        RunFailed
            If they cannot be written.
        """
        tables = {"cells": self.frame, "turns": self.turns_frame, "gains": self.gains_frame}
        return write_answer(folder, "map", self.as_dict(), tables)


def _frame(rows: Sequence[Any], kind: type[Cell | Turn | Gain]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([asdict(row) for row in rows], columns=_names(kind))


def _names(kind: type[Cell | Turn | Gain]) -> list[str]:
    return [field.name for field in fields(kind)]


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
