"""Taking a study along, bringing one, and opening results that are there already."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nicegui import ui

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.lab.brought import refuse_files, refuse_long, too_long
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.limits import MOST_BYTES
from sansheng.lab.looks import Overview
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import button, picker, tag, told

COMMANDS = "sansheng run study.yaml --out results/lab\nsansheng hash results/lab"


def share(place: Place, overview: Overview, changed: Callable[[], None]) -> None:
    """Build what a browser needs to run the same elsewhere.

    Parameters
    ----------
    place, overview
        Whose results.
    changed
        Told when other results, or another study, are there.
    """
    with tag("section"):
        tag("h2", place.say(Text("Take the study along", "带走这项研究")))
        tag("p", place.say(_SAME))
        tag("pre", overview.text, id="study-text", tabindex="0")
        with tag("div", cls="tools"):
            button(
                place.say(Text("Save study.yaml", "保存 study.yaml")),
                lambda: save("study.yaml", overview.text, "application/yaml"),
                id="save-study",
            )
        tag("pre", COMMANDS, tabindex="0")
        with tag("p"):
            tag("span", place.say(Text("Hash of these results: ", "本结果的哈希值：")))
            tag("code", overview.hash, id="hash")


def bring(place: Place, changed: Callable[[], None], library: Any) -> None:
    """Build what brings a study along, or opens results."""
    with tag("details"):
        tag(
            "summary",
            place.say(Text("Bring a study, or open results", "载入研究文件或打开已有结果")),
        )
        Brought(place, changed).build()
        _open(place, changed, library)


class Brought:
    """A study that a browser brings along, while it is read."""

    def __init__(self, place: Place, changed: Callable[[], None]) -> None:
        self.place, self.changed = place, changed
        self.text = ""
        self.job: Job | None = None

    def build(self) -> None:
        """Build the field for its text, and the way to read a file into it."""
        place = self.place
        with tag("div", cls="field"):
            label = tag(
                "label",
                place.say(_BRING),
            )
            file = tag("input", type="file", accept=".yaml,.yml", aria_label=place.say(_FILE))
        box = tag("textarea", id="brought", spellcheck="false", rows=8)
        label.props["for"] = "brought"
        box.on("change", self._typed, js_handler="(event) => emit(event.target.value)")
        file.on(
            "change",
            self._read,
            js_handler=f"async (event) => emit(await sanshengLab.read(event.target, {MOST_BYTES}))",
        )
        self.said = tag("div", role="status")
        with tag("div", cls="tools"):
            button(place.say(Text("Use this study", "使用此研究")), self._use, id="use-study")
        self.timer = ui.timer(0.2, self._look, active=False)

    def _typed(self, event: Any) -> None:
        self.text = str(event.args or "")

    def _read(self, event: Any) -> None:
        if not event.args:
            return
        text, size = event.args
        if size > MOST_BYTES:
            self._show([Problem(too_long(int(size)))])
            return
        self.text = str(text)
        self._use()

    def _use(self) -> None:
        self._show([])
        try:
            refuse_long(self.text)
            refuse_files(self.text)
            self.job = self.place.sessions.pool.ask(self.place.session.id, "check", self.text)
        except BadInput as refused:
            self._show(refused.problems)
            return
        self.timer.active = True

    def _look(self) -> None:
        job = self.job
        if job is None or not job.over:
            return
        self.timer.active = False
        if job.state is not State.DONE:
            self._show(job.problems)
            return
        session = self.place.session
        if job.answer is not None:
            session.change(job.answer)
        else:
            session.brought, session.problems = self.text, ()
            session.version += 1
        self.changed()

    def _show(self, problems: Any) -> None:
        self.said.clear()
        with self.said:
            told(problems, self.place.lang)


def _open(place: Place, changed: Callable[[], None], library: Any) -> None:
    shelf = library.shelf()
    if not shelf:
        tag("p", place.say(_NO_SHELF), cls="note")
        return
    nothing = place.say(Text("– choose a folder of results –", "— 选择结果文件夹 —"))
    said = tag("div", role="status")
    waiting: list[Any] = []

    def take(number: str) -> None:
        found = library.find(number) if number else None
        if found is None:
            return
        try:
            job = place.sessions.pool.ask(place.session.id, "look", str(found.folder), "overview")
        except BadInput as refused:
            place.session.refuse(refused)
            return
        waiting[:] = [job, found.folder]
        timer.active = True

    def look() -> None:
        job, folder = waiting
        if not job.over:
            return
        timer.active = False
        said.clear()
        if job.state is State.DONE:
            place.sessions.stop(place.session)
            place.session.job = None
            place.sessions.open(place.session, folder, job.answer)
            changed()
            return
        with said:
            told(job.problems, place.lang)

    picker(
        place.say(Text("Results that are there", "已有结果")),
        {"": nothing, **{one.id: one.name for one in shelf}},
        "",
        take,
    )
    timer = ui.timer(0.2, look, active=False)


def save(name: str, text: str, kind: str) -> None:
    """Let the browser save text as a file."""
    ui.run_javascript(
        f"sanshengLab.save({json.dumps(name)}, {json.dumps(text)}, {json.dumps(kind)})"
    )


_SAME = Text(
    "The lab ran this file. On the command line it gives the same numbers, bit for bit:",
    "实验室运行的就是这个文件。用命令行运行，数值逐位相同：",
)
_BRING = Text("study.yaml, as a file or as text", "study.yaml（选择文件或粘贴文本）")
_FILE = Text("File", "文件")
_NO_SHELF = Text(
    "To open results here, name their folder when you start the lab: sansheng lab results",
    "如需在此打开结果，请在启动时指定其文件夹：sansheng lab results",
)
