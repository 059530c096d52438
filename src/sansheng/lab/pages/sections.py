"""Sections of a report as elements of a page."""

from __future__ import annotations

from collections.abc import Mapping

from sansheng.core.text import Language
from sansheng.lab.pages.html import ChartBox, TableBox, tag
from sansheng.report.pages import Chart, Section, Table


def section(shown: Section, lang: Language) -> dict[str, ChartBox]:
    """Build a section; return its charts by their ids."""
    charts = {}
    with tag("section"):
        tag("h2", shown.title.get(lang))
        for text in shown.paragraphs:
            tag("p", text.get(lang))
        for one in shown.charts:
            charts[one.id] = chart(one, lang)
        for rows in shown.tables:
            table(rows, lang)
        for text in shown.notes:
            tag("p", text.get(lang), cls="note")
    return charts


def chart(shown: Chart, lang: Language) -> ChartBox:
    """Build a chart with what it finds as its caption."""
    with tag("figure"):
        box = ChartBox(shown.spec, shown.title.get(lang), shown.height)
        box.props["data-chart"] = shown.id
        tag("figcaption", shown.title.get(lang))
    return box


def table(shown: Table, lang: Language) -> None:
    """Build a table; one that readers open first is folded."""
    if shown.folded:
        with tag("details"):
            tag("summary", shown.title.get(lang))
            TableBox(shown, lang)
    else:
        TableBox(shown, lang)


def redraw(boxes: Mapping[str, ChartBox], charts: list[Chart], lang: Language) -> None:
    """Draw other numbers in charts that are there."""
    for one in charts:
        if one.id in boxes:
            boxes[one.id].show(one.spec, one.title.get(lang), one.height)
