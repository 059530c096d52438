"""What a column of a stored table is."""

from __future__ import annotations

from dataclasses import dataclass

from sansheng.core.text import Text


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A column of a table that is stored beside the months of a run.

    Parameters
    ----------
    id
        Name in tables.
    text
        Name for people.
    unit, unit_zh
        Unit, English and Chinese.
    integer
        Whether values are whole numbers.
    """

    id: str
    text: Text
    unit: str
    unit_zh: str
    integer: bool = False
