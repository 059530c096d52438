"""Tables on the output: ruled in a terminal, aligned plain text in a pipe; Chinese counts two cells."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set

from sansheng.core.errors import printable

GAP = "  "


def print_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: set[int],
    unbroken: Set[int] = frozenset(),
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
    unbroken
        Columns of names to be copied, which stay whole in a narrow terminal.
    """
    # Columns hold words together; a plain space is what people search a text for.
    cells = [[printable(cell).replace("\u00a0", " ") for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_ruled(title, header, cells, numbers, unbroken)
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


def print_lines(lines: Iterable[str], indent: str) -> None:
    """Print lines and an empty one; in a terminal long ones go on below, indented, words kept whole."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in lines:
        for piece in _wrapped(line, width, indent) if width else [line]:
            print(piece)
    print()


def _wrapped(line: str, width: int, indent: str) -> Iterator[str]:
    """Yield a line in pieces of at most so many cells."""
    from rich.cells import cell_len

    piece = ""
    for word in _words(line):
        if piece.strip() and cell_len(piece) + cell_len(word.rstrip()) > width:
            yield piece.rstrip()
            piece = indent + word.lstrip()
        else:
            piece += word
    yield piece.rstrip()


def _words(line: str) -> Iterator[str]:
    """Yield what is not divided: words with the space behind them, Chinese characters with punctuation."""
    word = ""
    for char in line:
        divides = word.endswith(" ") or _is_wide(char) or _is_wide(word[-1:])
        if word and divides and not _opens(word[-1]) and not _closes(char):
            yield word
            word = ""
        word += char
    yield word


def _is_wide(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) in "WF"


def _opens(char: str) -> bool:
    return unicodedata.category(char) in ("Ps", "Pi")


def _closes(char: str) -> bool:
    return _is_wide(char) and unicodedata.category(char)[0] == "P" and not _opens(char)


def _print_ruled(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: set[int],
    unbroken: Set[int],
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    # Cells are words, never markup: a scenario may be called "[red]".
    table = Table(box=SIMPLE_HEAD, title=Words(title), title_justify="left", pad_edge=False)
    for i, name in enumerate(header):
        table.add_column(
            Words(name),
            justify="right" if i in numbers else "left",
            overflow="fold",
            no_wrap=i in unbroken,
        )
    for row in rows:
        table.add_row(*(Words(cell) for cell in row))
    Console(file=sys.stdout).print(table)
