"""Files of Stata, format 118 (Stata 14 and later), written row by row.

pandas writes this format too, from a table that lies in memory as a whole, several times. Here the rows may be
more than memory holds; their number is filled in at the end. The layout is that of ``help dta`` in Stata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST_TEXT = 2045
"""Bytes of a text column."""

LONGEST_LABEL = 80
"""Characters of a label."""

LONG_MISSING, DOUBLE_MISSING = 2**31 - 27, 2.0**1023
"""What says "missing" in columns of whole numbers and of floats."""

LEAST_LONG, GREATEST_LONG = -(2**31) + 1, 2**31 - 28

_NAME, _FORMAT, _LABEL = 129, 57, 321  # bytes, a zero at the end included
_RESERVED = re.compile(
    r"_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_N|_pi|_pred|_rc|_skip|str\d+|strL|using|with"
)


class Variable(NamedTuple):
    """A column of a file.

    Parameters
    ----------
    name
        See :func:`variable_names`.
    kind
        ``int``, ``long`` or ``double``, or bytes of a text.
    label
        For people; cut to what the format takes.
    value_label
        Name of the labels of its values, if it has any.
    """

    name: str
    kind: Literal["int", "long", "double"] | int
    label: str
    value_label: str = ""

    @property
    def dtype(self) -> str:
        """As numpy calls the type."""
        if isinstance(self.kind, int):
            return f"S{self.kind}"
        return {"int": "<i2", "long": "<i4", "double": "<f8"}[self.kind]

    @property
    def code(self) -> int:
        """As the format calls the type."""
        if isinstance(self.kind, int):
            return self.kind
        return {"int": 65529, "long": 65528, "double": 65526}[self.kind]

    @property
    def format(self) -> str:
        """How Stata shows it."""
        if isinstance(self.kind, int):
            return f"%-{self.kind}s"
        return {"int": "%8.0g", "long": "%12.0g", "double": "%10.0g"}[self.kind]


def variable_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name that Stata takes for each name, all different; one that it takes stays."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        if not plain or plain[0].isdigit() or _RESERVED.fullmatch(plain):
            plain = "_" + plain
        plain = plain[:32]
        tried, number = plain, 2
        while tried in found.values():
            tried = f"{plain[: 31 - len(str(number))]}_{number}"
            number += 1
        found[name] = tried
    return found


def shortened(label: str, most: int = LONGEST_LABEL) -> str:
    """Return a label of at most so many characters."""
    return label if len(label) <= most else label[: most - 1] + "…"


def text_cells(texts: Iterable[str]) -> list[bytes]:
    """Return texts in UTF-8, cut to what a column takes, no character in two."""
    return [
        text.encode()[:LONGEST_TEXT].decode(errors="ignore").replace("\0", " ").encode()
        for text in texts
    ]


def write_stata(
    file: IO[bytes],
    variables: Sequence[Variable],
    pieces: Iterable[NDArray[Any]],
    label: str = "",
    value_labels: Mapping[str, Mapping[int, str]] | None = None,
) -> int:
    """Write a file and return the number of its rows.

    Parameters
    ----------
    file
        Open for writing; it must be possible to go back in it.
    variables
        Its columns.
    pieces
        Rows, as arrays of :func:`row_type`.
    label
        Of the whole.
    value_labels
        Texts of values by the name of the labels.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    places: list[int] = [0]
    file.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
    file.write(b"<K>" + _number(len(variables), 2) + b"</K><N>")
    count_place = file.tell()
    text = shortened(label).encode()
    file.write(_number(0, 8) + b"</N><label>" + _number(len(text), 2) + text + b"</label>")
    file.write(
        b"<timestamp>\0</timestamp></header>"
    )  # without a time, so that equal exports are equal
    places.append(file.tell())
    file.write(b"<map>" + bytes(14 * 8) + b"</map>")

    def part(tag: str, content: bytes) -> None:
        places.append(file.tell())
        file.write(f"<{tag}>".encode() + content + f"</{tag}>".encode())

    part("variable_types", b"".join(_number(v.code, 2) for v in variables))
    part("varnames", b"".join(_padded(v.name, _NAME) for v in variables))
    part("sortlist", bytes(2 * (len(variables) + 1)))
    part("formats", b"".join(_padded(v.format, _FORMAT) for v in variables))
    part("value_label_names", b"".join(_padded(v.value_label, _NAME) for v in variables))
    part("variable_labels", b"".join(_padded(shortened(v.label), _LABEL) for v in variables))
    part("characteristics", b"")
    places.append(file.tell())
    file.write(b"<data>")
    rows = 0
    for piece in pieces:
        file.write(piece.tobytes())
        rows += len(piece)
    file.write(b"</data>")
    part("strls", b"")
    labels = (value_labels or {}).items()
    part("value_labels", b"".join(_value_label(name, texts) for name, texts in labels))
    places.append(file.tell())
    file.write(b"</stata_dta>")
    places.append(file.tell())
    file.seek(count_place)
    file.write(_number(rows, 8))
    file.seek(places[1] + len(b"<map>"))
    file.write(b"".join(_number(place, 8) for place in places))
    file.seek(0, 2)
    return rows


def row_type(variables: Sequence[Variable]) -> np.dtype[Any]:
    """Return the type of a row."""
    return np.dtype([(variable.name, variable.dtype) for variable in variables])


def _number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")


def _padded(text: str, size: int) -> bytes:
    return text.encode().ljust(size, b"\0")


def _value_label(name: str, texts: Mapping[int, str]) -> bytes:
    encoded = [text.encode() + b"\0" for text in texts.values()]
    starts = np.cumsum([0, *(len(text) for text in encoded)])
    table = (
        _number(len(texts), 4)
        + _number(int(starts[-1]), 4)
        + starts[:-1].astype("<i4").tobytes()
        + np.array(list(texts), dtype="<i4").tobytes()
        + b"".join(encoded)
    )
    return b"<lbl>" + _number(len(table), 4) + _padded(name, _NAME) + bytes(3) + table + b"</lbl>"
