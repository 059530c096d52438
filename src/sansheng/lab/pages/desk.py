"""The lab itself: controls on one side, results on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from sansheng.core.text import Text
from sansheng.lab.pages.frame import Place, frame
from sansheng.lab.pages.html import Tag, button, tag
from sansheng.lab.pages.results import Results
from sansheng.lab.pages.settings import settings
from sansheng.lab.pages.share import bring

if TYPE_CHECKING:
    from sansheng.lab.library import Library

_LOOK = 0.1
"""Seconds between looks at whether there is anything new."""


def desk(place: Place, library: Library) -> None:
    """Build the page."""
    Desk(place, library).build()


class Desk:
    """One browser's page."""

    def __init__(self, place: Place, library: Library) -> None:
        self.place, self.library = place, library
        self.client = (
            ui.context.client
        )  # what was clicked may be gone when there is something to tell

    def build(self) -> None:
        """Build everything."""
        with frame(self.place, ""), tag("div", cls="desk"):
            with tag("section", aria_label=self.place.say(Text("Settings", "设置"))):
                self.controls = tag("div")
                self._run_bar()
                bring(self.place, self._changed, self.library)
            with tag("section", aria_label=self.place.say(Text("Results", "结果"))):
                self.results = Results(self.place, self._changed)
        self._settings()
        ui.timer(_LOOK, self._look)

    def _settings(self) -> None:
        self.controls.clear()
        with self.controls:
            settings(self.place, self._rebuild)

    def _rebuild(self, then: str) -> None:
        self._settings()
        self.client.run_javascript(f"sanshengLab.focus({then!r})")

    def _changed(self) -> None:
        """Show another study, or other results."""
        self._settings()
        self.results.show()

    def _run_bar(self) -> None:
        sessions, session = self.place.sessions, self.place.session
        with tag("div", cls="tools run"):
            self.start: Tag = button(
                self.place.say(Text("Run", "运行")), self._run, cls="first", id="run"
            )
            self.stop: Tag = button(
                self.place.say(Text("Stop", "停止")), lambda: sessions.stop(session), id="stop"
            )
            self._enable()

    def _run(self) -> None:
        self.place.sessions.run(self.place.session)
        self._look()
        self.client.run_javascript("sanshengLab.show('status')")

    def _look(self) -> None:
        self.results.look()
        self._enable()

    def _enable(self) -> None:
        job = self.place.session.job
        idle = job is None or job.over
        if self.stop.props.get("disabled", False) != idle:
            self.stop.props["disabled"] = idle
            self.stop.update()
