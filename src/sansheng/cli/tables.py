"""Tables on the output: ruled in a terminal, aligned plain text in a pipe; Chinese counts two cells."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sansheng.core.errors import printable

GAP = "  "


def print_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], numbers: set[int]
) -> None:
    """Print a table.

    Parameters
    ----------
    title
        Line above.
    header
        Words above the columns.
    rows
        Cells, as many as the header has.
    numbers
        Columns that are set to the right.
    """
    # Columns hold words together; a plain space is what people search a text for.
    cells = [[printable(cell).replace("\u00a0", " ") for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_ruled(title, header, cells, numbers)
    else:
        print(title)
        print("\n".join(plain_lines([header, *cells], numbers)))
    print()


def plain_lines(rows: Sequence[Sequence[str]], numbers: set[int]) -> list[str]:
    """Return rows as lines whose columns are aligned in a terminal's cells."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        padded = [
            " " * (width - cell_len(cell)) + cell
            if i in numbers
            else cell + " " * (width - cell_len(cell))
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(GAP.join(padded).rstrip())
    return lines


def _print_ruled(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], numbers: set[int]
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    # Cells are words, never markup: a scenario may be called "[red]".
    table = Table(box=SIMPLE_HEAD, title=Words(title), title_justify="left", pad_edge=False)
    for i, name in enumerate(header):
        table.add_column(Words(name), justify="right" if i in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Words(cell) for cell in row))
    Console(file=sys.stdout).print(table)
