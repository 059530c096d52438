"""Plain elements of HTML, which browsers make usable by keyboard and by ear without further ado."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from sansheng.core.errors import Problem
from sansheng.core.text import Language
from sansheng.report.pages import Table

ASSETS = Path(__file__).parent.parent / "assets"

OF_VALUE = "(event) => emit(event.target.value)"
OF_CHECK = "(event) => emit(event.target.checked)"


class Tag(TextElement):
    """An element with text in it; text is never markup."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(tag=name, text=text)


class ChartBox(Element, component=ASSETS / "chart.js"):
    """A chart that the page's script draws.

    Parameters
    ----------
    spec, height
        As :class:`sansheng.report.pages.Chart` says.
    label
        What it shows, in words.
    """

    def __init__(self, spec: Any, label: str, height: int) -> None:
        super().__init__()
        self.show(spec, label, height)

    def show(self, spec: Any, label: str, height: int) -> None:
        """Draw other numbers."""
        with self.props.suspend_updates():
            self.props["spec"] = spec
            self.props["label"] = label
            self.props["height"] = height
        self.update()


def told(problems: Sequence[Problem], lang: Language) -> None:
    """Build what is wrong, one line each, so that it is heard as well; nothing where nothing is."""
    if problems:
        with tag("div", cls="problems", role="alert"):
            for problem in problems:
                tag("p", problem.line(lang))


_TALL = 14
"""Rows from which on a table gets a window of its own."""


class TableBox(Element, component=ASSETS / "table.js"):
    """A table.

    Parameters
    ----------
    shown
        What it shows.
    lang
        Language of its words.
    """

    def __init__(self, shown: Table, lang: Language) -> None:
        super().__init__()
        with self.props.suspend_updates():
            self.props["label"] = shown.title.get(lang)
            self.props["columns"] = [
                {"title": column.title.get(lang), "number": column.number}
                for column in shown.columns
            ]
            self.props["rows"] = [
                [[cell.words.get(lang), cell.mark] for cell in row] for row in shown.rows
            ]
            self.props["tall"] = len(shown.rows) > _TALL


def tag(name: str, text: str = "", /, *, cls: str = "", **attributes: Any) -> Tag:
    """Return a new element where the page is being built.

    Parameters
    ----------
    name, text
        Of the element.
    cls
        Its classes.
    attributes
        ``aria_label`` stands for ``aria-label``, ``for_`` for ``for``; None and False are left out.
    """
    element = Tag(name, text)
    if cls:
        element.classes(cls)
    with element.props.suspend_updates():
        for key, value in attributes.items():
            if value is not None and value is not False:
                element.props[key.rstrip("_").replace("_", "-")] = value
    return element


def button(text: str, act: Callable[[], Any], *, cls: str = "", **attributes: Any) -> Tag:
    """Return a button."""
    made = tag("button", text, cls=cls, type="button", **attributes)
    made.on("click", lambda _: act(), js_handler="() => emit()")
    return made


def picker(
    label: str,
    options: dict[str, str],
    value: str,
    change: Callable[[str], Any],
    *,
    id: str | None = None,
) -> Tag:
    """Return a list to choose from, with its label; only what it offers is ever passed on.

    Parameters
    ----------
    label
        What is chosen.
    options
        Words by value.
    value
        What is chosen now.
    change
        Told the value that is chosen.
    id
        By which the page finds the list again when it is built anew.
    """
    with tag("div", cls="field"):
        named = tag("label", label)
        box = tag("select", id=id)
        named.props["for"] = id or box.html_id
        with box:
            for key, text in options.items():
                tag("option", text, value=key, selected=key == value)

    def chosen(event: Any) -> None:
        if event.args in options:
            change(event.args)

    box.on("change", chosen, js_handler=OF_VALUE)
    return box


def noted(control: Tag, text: str) -> Tag:
    """Say something below a control, and let it be heard with the control; return what says it."""
    assert control.parent_slot is not None
    with control.parent_slot:
        said = tag("span", text, cls="note")
    control.props["aria-describedby"] = said.html_id
    return said
