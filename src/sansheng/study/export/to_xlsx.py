"""Tables as one workbook of Excel: a sheet a table, one of what columns mean, one of where it comes from.

XlsxWriter writes numbers to 16 digits, which is more than Excel shows and may be one less than a float has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.study.export.codebook import Codebook, as_rows
from sansheng.study.export.source import EXACT, Source
from sansheng.study.export.telling import Telling

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

BOOK = "study.xlsx"
MOST_ROWS = 2**20 - 1
"""Rows of a sheet below its header."""

MOST_CELLS = 20_000_000
"""Cells of a sheet: with some more its part of the file exceeds the 2 GB that Excel takes."""

LONGEST_CELL = 32_767


def refuse_too_long(sizes: Mapping[str, tuple[int, int]]) -> None:
    """Refuse tables that no sheet holds.

    Parameters
    ----------
    sizes
        Rows and columns by table.

    Raises
    ------
    BadInput
        Saying what to use instead.
    """
    long = {
        table: (rows, columns)
        for table, (rows, columns) in sizes.items()
        if rows > MOST_ROWS or rows * columns > MOST_CELLS
    }
    if not long:
        return
    listed = Text(
        ", ".join(
            f"{table} has {rows:,} rows of {columns}" for table, (rows, columns) in long.items()
        ),
        "、".join(
            f"{table} 有 {rows:,} 行 {columns} 列" for table, (rows, columns) in long.items()
        ),
    )
    rest = ",".join(table for table in sizes if table not in long)
    without = (
        Text(f", or only --tables {rest}", f"，或只导出 --tables {rest}") if rest else Text("", "")
    )
    raise BadInput(
        Problem(
            Text(
                f"{listed.en} cells; a sheet of Excel holds {MOST_ROWS:,} rows and {MOST_CELLS:,} cells; use --to csv,"
                f" dta or parquet{without.en}",
                f"{listed.zh}；Excel 工作表最多容纳 {MOST_ROWS:,} 行、{MOST_CELLS:,} 个单元格；请用 --to csv、dta 或"
                f" parquet{without.zh}",
            )
        )
    )


def require_writer() -> None:
    """Refuse if the package that writes workbooks is not there.

    Raises
    ------
    BadInput
        Saying how to install it.
    """
    try:
        import xlsxwriter  # noqa: F401 - only whether it is there
    except ImportError:
        raise BadInput(
            Problem(
                Text(
                    'xlsx needs the package XlsxWriter: pip install "sansheng[export]"',
                    '导出 xlsx 需要软件包 XlsxWriter：pip install "sansheng[export]"',
                )
            )
        ) from None


def write_tables(
    folder: Path, source: Source, book: Codebook, telling: Telling, about: Sequence[str]
) -> None:
    """Write the workbook.

    Parameters
    ----------
    folder, source, book, telling
        As for any format.
    about
        Lines that say where the numbers come from.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    settings = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    workbook = xlsxwriter.Workbook(str(folder / BOOK), settings)
    # The time of the study and not of the export: equal exports are equal.
    created = datetime.fromisoformat(source.data.manifest["created"]).replace(tzinfo=None)
    workbook.set_properties({"created": created})
    bold = workbook.add_format({"bold": True})
    for table in book.tables:
        sheet = workbook.add_worksheet(table)
        columns = source.columns(table)
        telling.begin(table, source.rows(table), len(columns))
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.name, bold)
        row = 0
        for piece in source.tuples(source.in_order(table)):
            for values in piece:
                row += 1
                _write(sheet, row, values)
            telling.advance(len(piece))
    _write_texts(workbook.add_worksheet("dictionary"), as_rows(book))
    _write_texts(workbook.add_worksheet("about"), [(line,) for line in about])
    try:
        workbook.close()
    except XlsxFileError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from error
        raise OSError(None, str(error).partition("\n")[0]) from error


def _write(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    for at, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(row, at, value[:LONGEST_CELL])
        elif isinstance(value, int) and abs(value) > EXACT:
            sheet.write_string(row, at, str(value))  # Excel would round it
        else:
            sheet.write_number(row, at, value)


def _write_texts(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    sheet.freeze_panes(1, 0)
    for row, values in enumerate(rows):
        _write(sheet, row, [value or None for value in values])
