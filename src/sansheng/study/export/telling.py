"""How far an export has come."""

from __future__ import annotations

import time
from collections.abc import Callable

from sansheng.core.text import Text
from sansheng.study.progress import FIRST_LINE_AFTER, SECONDS_BETWEEN_LINES, Progress

LONG = 1_000_000
"""Cells that may take longer to write than one waits without a word."""


class Telling:
    """Says what is being written if that takes long.

    Parameters
    ----------
    progress
        Where to say it.
    clock
        Seconds from any origin; tests pass their own.
    """

    def __init__(self, progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        self._progress = progress
        self._clock = clock
        self._table, self._total, self._done = "", 0, 0
        self._spoke = 0.0

    def begin(self, table: str, rows: int, columns: int) -> None:
        """Begin with a table."""
        self._table, self._total, self._done = table, rows, 0
        self._spoke = self._clock() + FIRST_LINE_AFTER - SECONDS_BETWEEN_LINES
        if rows * columns > LONG:
            self._progress.say(Text(f"{table}: {rows:,} rows…", f"{table}：{rows:,} 行……"))
            self._spoke = self._clock()

    def advance(self, rows: int) -> None:
        """Add written rows."""
        self._done += rows
        now = self._clock()
        if now - self._spoke >= SECONDS_BETWEEN_LINES:
            self._spoke = now
            done, total = self._done, self._total
            self._progress.say(
                Text(
                    f"{self._table}: {done:,} of {total:,} rows",
                    f"{self._table}：已写 {done:,}/{total:,} 行",
                )
            )
