"""Tables as CSV files that a spreadsheet opens: UTF-8 with its mark, lines ended as in Windows.

Floats are written with as few digits as give the same float again; missing values are empty.
"""

from __future__ import annotations

from pathlib import Path

from sansheng.study.export.cells import harmless, harmless_in_sql
from sansheng.study.export.codebook import BYTE_ORDER_MARK, Codebook
from sansheng.study.export.source import Column, Source
from sansheng.study.export.telling import Telling

_END = "\r\n"


def write_tables(folder: Path, source: Source, book: Codebook, telling: Telling) -> None:
    """Write a file a table.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    for table in book.tables:
        columns = source.columns(table)
        telling.begin(table, source.rows(table), len(columns))
        # The database writes numbers some times faster than Python, in the same digits.
        line = " || ',' || ".join(_cell(column) for column in columns)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            header = ",".join(_quoted(harmless(column.name)) for column in columns)
            file.write(BYTE_ORDER_MARK + header + _END)
            for piece in source.tuples(source.in_order(table, [line])):
                file.writelines(line + _END for (line,) in piece)
                telling.advance(len(piece))


def _quoted(text: str) -> str:
    return text if text.replace("_", "").isalnum() else '"' + text.replace('"', '""') + '"'


def _cell(column: Column) -> str:
    if column.kind != "text":
        return f"coalesce({column.quoted}::VARCHAR, '')"
    text = harmless_in_sql(column.quoted)
    return f"""coalesce('"' || replace({text}, '"', '""') || '"', '')"""
