"""Text that a spreadsheet must not take for a formula.

A spreadsheet that opens a CSV file runs a cell that begins like a formula, whoever wrote it. Such text gets an
apostrophe before it, and so does text that begins with one: taking away one leading apostrophe gives what was
there. Numbers stay numbers.
"""

from __future__ import annotations

from sansheng.study.export.source import literal

STARTS = "=+-@＝＋－＠\t\r\n'"  # full-width signs are read as the narrow ones by spreadsheets in East Asia


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] and text[0] in STARTS else text


def harmless_in_sql(name: str) -> str:
    """Return the same of a column as an expression in SQL."""
    starts = ", ".join(literal(start) for start in STARTS)
    return f"CASE WHEN left({name}, 1) IN ({starts}) THEN '''' || {name} ELSE {name} END"
