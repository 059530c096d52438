"""Parts of a page that are built anew by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sansheng.lab.pages.html import tag


class Part:
    """A part of a page, built where the page is being built, and anew when what it shows has changed.

    Parameters
    ----------
    build
        Builds what is inside.
    state
        Returns what it shows; as long as that stays the same, so does the part.
    """

    def __init__(self, build: Callable[[], None], state: Callable[[], Any]) -> None:
        self._build, self._state = build, state
        self._box = tag("div")
        self._shown: Any = None
        self.look()

    def look(self) -> None:
        """Show what is new, if anything is."""
        state = self._state()
        if state != self._shown:
            self._shown = state
            self._box.clear()
            with self._box:
                self._build()

    def take_as_shown(self) -> None:
        """Leave the part as it is: what has changed, it shows."""
        self._shown = self._state()
