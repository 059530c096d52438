"""How far a run has come, told on the error stream so that results stay clean on the output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    import rich.progress

FIRST_LINE_AFTER = 2.0
SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """A bar in a terminal, an occasional line in a log, nothing when quiet.

    Parameters
    ----------
    lang
        Language of the words.
    quiet
        Say nothing at all.
    stream
        Where to write; left out, the error stream of the moment.
    clock
        Seconds from any origin; tests pass their own.
    """

    def __init__(
        self,
        *,
        lang: Language = "en",
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lang: Language = lang
        # A program without a console has no error stream.
        self._stream: TextIO | None = None if quiet else stream or sys.stderr
        self._clock = clock
        self._bar: rich.progress.Progress | None = None
        self._total = 0
        self._done = self._before = 0
        self._under_way = 0.0
        self._started = 0.0
        self._spoke = 0.0

    def say(self, text: Text) -> None:
        """Write one line now."""
        self._write(text.get(self._lang))

    def start(self, total: int, done: int = 0) -> None:
        """Begin to count up to ``total`` runs, some of which were done before."""
        self._total = total
        self._done = self._before = done
        self._under_way = 0.0
        self._started = self._clock()
        self._spoke = self._started + FIRST_LINE_AFTER - SECONDS_BETWEEN_LINES
        if self._stream is not None and self._stream.isatty():
            self._bar = _bar(self._stream, self._lang)
            self._bar.add_task(Text("runs", "运行").get(self._lang), total=total, completed=done)
            self._bar.start()

    def grow(self, total: int) -> None:
        """Go on counting up to more runs."""
        self._total = total
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], total=total)

    def advance(self, count: int) -> None:
        """Add ``count`` finished runs."""
        self._done += count
        self._under_way = max(0.0, self._under_way - count)
        self._show()

    def come_nearer(self, runs: float) -> None:
        """Add parts of runs that are not finished yet."""
        self._under_way += runs
        self._show()

    def _show(self) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done + self._under_way)
            return
        now = self._clock()
        if now - self._spoke >= SECONDS_BETWEEN_LINES:
            self._spoke = now
            self._write(self._line(now - self._started))

    def stop(self) -> None:
        """End the count, whether or not it was reached."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _line(self, seconds: float) -> str:
        now = self._done + self._under_way
        done = f"{now:.2f}" if self._under_way >= 0.005 else str(self._done)
        rate = (now - self._before) / seconds
        left = (self._total - now) / rate
        return Text(
            f"{done} of {self._total} runs, {rate:.3g} per second, about {left:.0f} s left",
            f"已完成 {done}/{self._total} 次运行，每秒 {rate:.3g} 次，约剩 {left:.0f} 秒",
        ).get(self._lang)

    def _write(self, line: str) -> None:
        if self._stream is None:
            return
        try:
            print(line, file=self._stream, flush=True)
        except OSError:
            # The reader of the stream has gone; a run must not be lost for want of an audience.
            self._stream = None


def _bar(stream: TextIO, lang: Language) -> rich.progress.Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )
    from rich.text import Text as RichText

    class Rate(ProgressColumn):
        def render(self, task: Task) -> RichText:
            rate = task.finished_speed or task.speed
            unit = Text("per second", "次/秒").get(lang)
            return RichText("" if rate is None else f"{rate:.3g} {unit}")

    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=Console(file=stream),
    )
