"""Telling how far a run has come before it is there: a country's decade takes minutes, district by district."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_watcher: ContextVar[Callable[[float], None] | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(tell: Callable[[float], None]) -> Iterator[None]:
    """Let ``tell`` hear of parts of runs that this thread makes inside; parts of one run add up to 1."""
    before = _watcher.set(tell)
    try:
        yield
    finally:
        _watcher.reset(before)


def tell_part(runs: float) -> None:
    """Tell whoever watches that so much of a run, or of several, has been lived through."""
    tell = _watcher.get()
    if tell is not None:
        tell(runs)
