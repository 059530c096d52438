"""What worker processes can do, by name: run a study, and say what its results show.

Every task takes ``tell``, which says how far it is, and whatever its browser asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Text
from sansheng.lab.jobs.messages import Count, Message, Picture, Step
from sansheng.study.progress import Progress

if TYPE_CHECKING:
    from sansheng.report.said import Said

Tell = Callable[[Message], None]

ROOM = 150_000_000
"""Bytes of worlds that a process keeps: those of a district's study."""


class Told(Progress):
    """Progress that a browser is shown."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(quiet=True)
        self._tell = tell

    def say(self, text: Text) -> None:
        """Pass a line on."""
        self._tell(Step(text))

    def start(self, total: int, done: int = 0) -> None:
        """Begin to count."""
        super().start(total, done)
        self._tell(Count(done, total))

    def advance(self, count: int) -> None:
        """Count finished runs."""
        super().advance(count)
        self._tell(Count(self._done, self._total))


def warm_up(tell: Tell) -> None:
    """Load all that tasks need, and compile the model if nobody on this machine has."""
    import duckdb
    import pandas  # noqa: F401 - loaded now, so that the first look does not wait for it

    from sansheng.analysis import compare, winners  # noqa: F401
    from sansheng.lab.draft import Draft, study_text
    from sansheng.report import build  # noqa: F401
    from sansheng.study.pasts import PASTS
    from sansheng.study.run import MODEL, compile_model

    duckdb.connect(":memory:").close()
    PASTS.room = ROOM  # who moves a slider runs the same past again
    compile_model(MODEL, Told(tell))
    # What is compiled is loaded when it is first called, and much else is made when it is first asked for.
    with tempfile.TemporaryDirectory(prefix="sansheng-lab-") as folder:
        run(lambda _: None, study_text(Draft(replicates=10)), str(Path(folder, "warm-up")))


def run(tell: Tell, text: str, folder: str, then: tuple[Any, ...] = ("overview",)) -> Any:
    """Run a study into a folder that does not exist, and return a look at it.

    Parameters
    ----------
    tell
        Told how far it is.
    text
        The study.
    folder
        Where results go.
    then
        What is looked at, and which.

    Raises
    ------
    BadInput
        With all that is wrong with the study.
    RunFailed
        If runs failed.
    """
    from sansheng.lab.brought import read_brought
    from sansheng.lab.jobs.partial import Watched
    from sansheng.study.engine import LocalEngine
    from sansheng.study.run import run_study

    study = read_brought(text)
    watched = Watched(LocalEngine(1), study, lambda shown: tell(Picture(shown)))
    run_study(study, Path(folder), engine=watched, progress=Told(tell))
    tell(Step(Text("comparing…", "正在比较…")))
    return look(tell, folder, *then)


def look(tell: Tell, folder: str, what: str, *words: Any) -> Any:
    """Return what results show of one thing.

    Raises
    ------
    BadInput
        If the results cannot be read, or there is no such thing in them.
    """
    from sansheng.lab.looks import LOOKS

    return LOOKS[what](_said(folder), *words)


def check(tell: Tell, text: str) -> Any:
    """Read a study that is brought along, and return the controls that say the same if there are any.

    Raises
    ------
    BadInput
        With all that is wrong with it.
    """
    from sansheng.lab.brought import read_brought
    from sansheng.lab.draft import draft_of

    return draft_of(read_brought(text))


@lru_cache(maxsize=4)
def _said(folder: str) -> Said:
    from sansheng.report.said import Said
    from sansheng.study.reading import open_study

    return Said(open_study(Path(folder), allow_partial=True))


TASKS: Mapping[str, Callable[..., Any]] = {"run": run, "look": look, "check": check}
